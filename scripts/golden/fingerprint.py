"""DCT hashes by imagehash, and fine structure by SciPy, of images that the test draws itself by the same formula.

Writes test/golden/fingerprint.json. Run: python scripts/golden/fingerprint.py
"""

import importlib.metadata
import json
import pathlib
import platform

import imagehash
import numpy as np
import scipy
from PIL import Image
from scipy.ndimage import gaussian_filter


def picture(side, key):
    """Grey values 0..255: waves whose directions depend on the key, and a quadratic formula's grain."""
    y, x = np.mgrid[0:side, 0:side]
    waves = 60 * np.cos(2 * np.pi * x * (1 + key % 3) / side + key) + 45 * np.sin(2 * np.pi * (x + 2 * y) / side * (key % 5))
    i = np.arange(1, side * side + 1, dtype=np.int64).reshape(side, side)
    grain = (31 * i * i + 17 * i * key + 101 * key) % 41 - 20
    return np.clip(np.floor(128 + waves + grain), 0, 255).astype(np.uint8)


def fine(image, sigma=3, floor=2):
    t = image.astype(float)
    sharp = t - gaussian_filter(t, sigma, mode="reflect", truncate=4)
    local = sharp / (np.sqrt(gaussian_filter(sharp * sharp, sigma, mode="reflect", truncate=4)) + floor)
    return (local - local.mean()).ravel()


def correlation(a, b):
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


keys = [1, 2, 3, 4, 5, 6, 7, 8]
hashes = {key: str(imagehash.phash(Image.fromarray(picture(32, key)))) for key in keys}
details = {key: fine(picture(64, key)) for key in keys}
correlations = [[a, b, correlation(details[a], details[b])] for a in keys for b in keys if a < b]

out = {
    "made": {
        "python": platform.python_version(),
        "imagehash": importlib.metadata.version("imagehash"),
        "scipy": scipy.__version__,
        "numpy": np.__version__,
        "script": "scripts/golden/fingerprint.py",
    },
    "hashes": hashes,
    "correlations": correlations,
}
path = pathlib.Path(__file__).parents[2] / "test/golden/fingerprint.json"
path.write_text(json.dumps(out, indent=1) + "\n")
