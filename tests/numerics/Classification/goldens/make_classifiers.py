#!/usr/bin/env python3
"""Makes classifiers.json: what scikit-learn says of a small, overlapping data set.

Made with scikit-learn 1.2.1 and numpy 1.24.2 (Debian 12: python3-sklearn). Run in this folder: ./make_classifiers.py
"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

random = np.random.RandomState(20261121)
centres = random.normal(scale=1.2, size=(3, 7))
labels = np.repeat([0, 1, 2], [50, 30, 20])
rows = (centres[labels] + random.normal(size=(100, 7)) * [1, 1, 1, 1, 5, 0.2, 0]).astype(np.float32)
queries = (centres[random.randint(3, size=60)] + random.normal(size=(60, 7)) * [1, 1, 1, 1, 5, 0.2, 0]).astype(np.float32)

scaler = StandardScaler().fit(rows.astype(np.float64))
standard, asked = scaler.transform(rows), scaler.transform(queries)
softmax = LogisticRegression(C=1, tol=1e-10, max_iter=100000, multi_class="multinomial").fit(standard, labels)
neighbours = KNeighborsClassifier(5).fit(standard, labels)
votes = np.round(neighbours.predict_proba(asked) * 5).astype(int)

json.dump(
    {
        "madeWith": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "rows": rows.tolist(),
        "labels": labels.tolist(),
        "queries": queries.tolist(),
        "weights": np.hstack([softmax.coef_, softmax.intercept_[:, None]]).round(8).tolist(),
        "softmax": softmax.predict(asked).tolist(),
        # Of equally many votes scikit-learn takes the lowest class: left out (-1), being a matter of taste.
        "neighbours": [int(v.argmax()) if (v == v.max()).sum() == 1 else -1 for v in votes],
    },
    open("classifiers.json", "w", encoding="utf-8"),
)
