"""Makes scikit_learn.json: StandardScaler + PCA(svd_solver="full") of a few rows. Run with Debian's python3-sklearn 1.2.1."""
import json
import os
import sys

import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

random = numpy.random.RandomState(3)
rows = (random.randn(40, 4) @ random.randn(4, 9) + 0.3 * random.randn(40, 9)).astype("float32")
rows[:, 2] = numpy.float32(0.1)       # constant, and not a sum of few powers of two
rows[:, 5] = 0                        # constant zero
rows[:, 6] = 1000 + 1e-3 * rows[:, 6]  # far from zero beside its spread
rows[:, 7] = -2 * rows[:, 0]          # dependent: the rank is 6

features = rows.astype("float64")
scaler = StandardScaler().fit(features)
model = PCA(n_components=6, svd_solver="full").fit(scaler.transform(features))
golden = {
    "made_with": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}",
    "rows": [[float(value) for value in row] for row in rows],
    "mean": scaler.mean_.tolist(),
    "scale": scaler.scale_.tolist(),
    "explained_variance": model.explained_variance_.tolist(),
    "explained_variance_ratio": model.explained_variance_ratio_.tolist(),
    "abs_components": numpy.abs(model.components_).tolist(),
    "abs_scores": numpy.abs(model.transform(scaler.transform(features))).tolist(),
}
with open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "scikit_learn.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
