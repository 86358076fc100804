"""Scikit-learn's side of ./pomona bench pca: features (raw float32) in, one line of JSON out."""
import json
import platform
import sys
import time

import numpy
import scipy
import sklearn
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

path, width, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
features = numpy.fromfile(path, dtype="<f4").reshape(-1, width).astype(numpy.float64)

start, busy = time.perf_counter(), time.process_time()
scaled = StandardScaler().fit_transform(features)
model = PCA(n_components=count, svd_solver="full").fit(scaled)
milliseconds = (time.perf_counter() - start) * 1000
cpu_milliseconds = (time.process_time() - busy) * 1000

try:
    with open("/proc/self/maps") as maps:
        blas = sorted({line.split("/")[-1].strip() for line in maps if "cpython" not in line and ("blas" in line or "mkl" in line) and ".so" in line})
except OSError:
    blas = []
versions = (
    f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}, "
    f"Python {platform.python_version()}, {' '.join(blas)}"
)
print(json.dumps({
    "milliseconds": milliseconds,
    "cpu_milliseconds": cpu_milliseconds,
    "versions": versions,
    "reference_blas": bool(blas) and not any(word in name for name in blas for word in ("openblas", "mkl", "blis")),
    "ratios": model.explained_variance_ratio_.tolist(),
    "components": model.components_.tolist(),
}))
