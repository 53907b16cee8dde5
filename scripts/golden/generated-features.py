"""KID, FID, precision, recall, density, coverage and authenticity of small feature matrices:
test/golden/generated-features.json, read by test/metrics/generated-features.test.ts.
python scripts/golden/generated-features.py  (any Python with numpy, scipy, scikit-learn, mpmath, prdc and torch-fidelity)

KID by scikit-learn's polynomial kernel, and by torch-fidelity where the counts are equal (it knows no other case);
FID with 40 digits by mpmath, and by torch-fidelity where there are more rows than columns;
precision and the rest by prdc; authenticity by the definition, over scikit-learn's neighbours.
"""

import json
from importlib.metadata import version
from pathlib import Path

import mpmath
import numpy as np
from prdc import compute_prdc
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from torch_fidelity.metric_fid import fid_statistics_to_metric
from torch_fidelity.metric_kid import mmd2

rng = np.random.default_rng(11)
mpmath.mp.dps = 40


def kid(x, y):
    d = x.shape[1]
    kernel = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / d, coef0=1)
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    m, n = len(x), len(y)
    value = (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * xy.mean()
    if m == n:
        other = mmd2(xx, xy, yy)
        assert abs(value - other) <= 1e-9 * max(1, abs(value)), (value, other)
    return float(value)


def fid(x, y):
    """tr sqrt(Sx Sy) over the eigenvalues of the symmetric sqrt(Sx) Sy sqrt(Sx)."""
    mu_x, mu_y = x.mean(axis=0), y.mean(axis=0)
    s_x, s_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    sx, sy = exact_covariance(x), exact_covariance(y)
    values, vectors = mpmath.eigsy(sx)
    root = vectors * mpmath.diag([mpmath.sqrt(max(v, 0)) for v in values]) * vectors.T
    middle = root * sy * root
    traces = mpmath.fsum(mpmath.sqrt(max(v, 0)) for v in mpmath.eigsy((middle + middle.T) / 2, eigvals_only=True))
    mean = mpmath.fsum((a - b) ** 2 for a, b in zip(exact_mean(x), exact_mean(y)))
    trace = lambda s: mpmath.fsum(s[i, i] for i in range(s.rows))
    value = float(mean + trace(sx) + trace(sy) - 2 * traces)
    if min(len(x), len(y)) > x.shape[1] and np.linalg.matrix_rank(s_x) == x.shape[1] == np.linalg.matrix_rank(s_y):
        other = fid_statistics_to_metric({"mu": mu_x, "sigma": s_x}, {"mu": mu_y, "sigma": s_y}, False)
        other = other["frechet_inception_distance"]
        assert abs(value - other) <= 1e-6 * max(1, abs(value)), (value, other)
    return value


def exact_mean(x):
    return [mpmath.fsum(mpmath.mpf(float(v)) for v in column) / len(x) for column in x.T]


def exact_covariance(x):
    mean = exact_mean(x)
    d, n = x.shape[1], len(x)
    centred = [[mpmath.mpf(float(v)) - mean[j] for j, v in enumerate(row)] for row in x]
    out = mpmath.matrix(d, d)
    for i in range(d):
        for j in range(d):
            out[i, j] = mpmath.fsum(row[i] * row[j] for row in centred) / (n - 1)
    return out


def authenticity(training, synthetic):
    others = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(training).kneighbors(training)[0][:, 1]
    distance, index = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training).kneighbors(synthetic)
    return float(np.mean(others[index[:, 0]] < distance[:, 0]))


def nearest_ratio(training, synthetic, held_out):
    nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training)
    return float(np.median(nearest.kneighbors(synthetic)[0]) / np.median(nearest.kneighbors(held_out)[0]))


def case(name, real, synthetic):
    real, synthetic = np.round(real, 2), np.round(synthetic, 2)
    held_out = np.round(rng.normal(size=(9, real.shape[1])), 2)
    return {
        "name": name,
        "real": real.tolist(),
        "synthetic": synthetic.tolist(),
        "heldOut": held_out.tolist(),
        "kid": kid(real, synthetic),
        "fid": fid(real, synthetic),
        **{key: float(value) for key, value in compute_prdc(real, synthetic, nearest_k=5).items()},
        "authenticity": authenticity(real, synthetic),
        "nearestRatio": nearest_ratio(real, synthetic, held_out),
    }


def doubled(x):
    return np.vstack([x, x[: len(x) // 2]])


def constant(x):
    return np.hstack([x, np.full((len(x), 2), 1.5)])


normal = lambda n, d, shift=0.0, scale=1.0: shift + scale * rng.normal(size=(n, d))
real = normal(20, 4)
golden = {
    "made by": "scripts/golden/generated-features.py, "
    + ", ".join(f"{name} {version(name)}" for name in ["scikit-learn", "mpmath", "prdc", "torch-fidelity", "numpy"]),
    "cases": [
        case("equal counts", normal(30, 5), normal(30, 5, 0.3)),
        case("fewer rows than columns", normal(8, 20), normal(11, 20, 0.2, 0.8)),
        case("unequal counts", normal(40, 6), normal(25, 6, -0.4, 1.3)),
        case("doubled rows", doubled(real), np.vstack([doubled(normal(12, 4, 0.2)), real[:3]])),
        case("constant columns", constant(normal(16, 4)), constant(normal(14, 4, 0.5))),
        case("constant columns, few rows", constant(normal(7, 12)), constant(normal(9, 12))),
    ],
}
out = Path(__file__).parents[2] / "test" / "golden" / "generated-features.json"
out.write_text(json.dumps(golden) + "\n")
