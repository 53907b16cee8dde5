"""Golden values for the wavelet scattering transform: kymatio's Scattering2D with its NumPy backend.

Images are made by a formula that the test repeats. Of the coefficients we keep every k-th, the norm of each order and a sum
with weights cos(0.7 i) over all of them, in which every place has a weight of its own; of the backbone's features
(means over 2 x 2 cells, log(0.001 + x) from order 1 on) we keep every k-th.

Writes test/golden/scattering.json. Run: python scripts/golden/scattering.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import scipy.special

if not hasattr(scipy.special, "sph_harm"):
    scipy.special.sph_harm = None  # kymatio's 3-D part imports this name, which newer SciPy lacks; the 2-D part has no use for it

import kymatio
from kymatio.numpy import Scattering2D


def image(height, width):
    row, column = np.mgrid[0:height, 0:width]
    return 0.5 + 0.25 * np.sin(0.35 * row + 0.6 * column) + 0.25 * ((row * column) % 7 > 3)


def rounded(values):
    return [float(f"{v:.8g}") for v in values]


def summary(coefficients, scales, angles):
    flat = coefficients.ravel()
    bounds = [0, 1, 1 + angles * scales, len(coefficients)]
    orders = [coefficients[a:b] for a, b in zip(bounds, bounds[1:])]
    every = max(1, len(flat) // 60)
    return {
        "shape": coefficients.shape,
        "orderNorms": rounded(np.linalg.norm(order) for order in orders),
        "weightedSum": float(f"{np.cos(0.7 * np.arange(len(flat))) @ flat:.8g}"),
        "every": every,
        "coefficients": rounded(flat[::every]),
    }


def features(coefficients):
    paths, height, width = coefficients.shape
    cells = coefficients.reshape(paths, 2, height // 2, 2, width // 2).mean(axis=(2, 4)).reshape(paths, 4)
    return np.concatenate([cells[:1], np.log(1e-3 + cells[1:])]).ravel()


cases = []
for size, scales, angles in [((32, 32), 2, 4), ((56, 56), 3, 8), ((16, 24), 3, 8), ((48, 16), 2, 3), ((16, 16), 1, 2)]:
    coefficients = Scattering2D(scales, size, angles)(image(*size))
    cases.append({"size": size, "scales": scales, "angles": angles, **summary(coefficients, scales, angles)})

backbone = features(Scattering2D(3, (64, 64), 8)(image(64, 64)))
golden = {
    "script": "scripts/golden/scattering.py",
    "versions": {
        "python": platform.python_version(),
        "kymatio": kymatio.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    },
    "cases": cases,
    "backbone": {"size": [64, 64], "features": len(backbone), "every": 9, "values": rounded(backbone[::9])},
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "scattering.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
