"""What the points of minimal filtering cost float32, and how the points of src/tensor/onnx/convolution/cook-toom.ts were found.

For F(m, r) along both axes: the Euclidean error of a convolution and its two gradients in float32 against float64, as a share of
the result; the largest of the three, averaged over four draws of normal images, kernels and gradients. Prints the table for the points
that stand in that file, and with --search 60 what a random descent of so many seconds finds for F(7, 3). Measured with NumPy 2.4.6.
Run: python scripts/minimal-filtering-points.py [--search SECONDS]
"""

import pathlib
import re
import sys
import time
from fractions import Fraction

import numpy as np

SOURCE = pathlib.Path(__file__).parent.parent / "src" / "tensor" / "lower" / "cook-toom.ts"
PAIRS = {
    int(count): [float(Fraction(point.replace(" ", ""))) for point in points.split(",")]
    for count, points in re.findall(r"^  (\d+): \[(.+)\],$", SOURCE.read_text(), re.MULTILINE)
}
USUAL = [0, 1, -1, 2, -1 / 2, -2, 1 / 2, -4]


def finite(pairs, count):
    return ([0.0] if count % 2 else []) + [s * p for p in pairs for s in (1, -1)]


def matrices(m, r, points):
    """Outputs [n, m], filter [n, r] and inputs [n, n] of Toom and Cook's method at finite points and infinity."""
    n = m + r - 1
    outputs, taps, inputs = [], [], []
    for i, point in enumerate(points):
        others = np.delete(points, i)
        outputs.append(point ** np.arange(m))
        taps.append(point ** np.arange(r) / np.prod(point - others))
        inputs.append(np.append(np.polynomial.polynomial.polyfromroots(others), 0))
    outputs.append(np.eye(m)[-1])
    taps.append(np.eye(r)[-1])
    inputs.append(np.polynomial.polynomial.polyfromroots(points))
    return np.array(outputs), np.array(taps), np.array(inputs).reshape(n, n)


def both_axes(matrix, values, dtype):
    matrix, values = matrix.astype(dtype), values.astype(dtype)
    rows = (matrix @ values.reshape(len(values), -1)).reshape(len(matrix), values.shape[1], -1)
    return np.matmul(matrix[None], rows).reshape(len(matrix), len(matrix), *values.shape[2:])


def error(m, r, points, channels=24, tiles=48, filters=24, seed=0):
    rng = np.random.default_rng(seed)
    n = m + r - 1
    outputs, taps, inputs = matrices(m, r, np.array(points, float))
    x, w, y = (
        rng.standard_normal(shape).astype(np.float32)
        for shape in ((n, n, channels, tiles), (r, r, channels, filters), (m, m, filters, tiles))
    )

    def three(dtype):
        tx, tw, ty = both_axes(inputs, x, dtype), both_axes(taps, w, dtype), both_axes(outputs, y, dtype)
        return (
            both_axes(outputs.T, np.matmul(tw.swapaxes(2, 3), tx), dtype),
            both_axes(taps.T, np.matmul(tx, ty.swapaxes(2, 3)), dtype),
            both_axes(inputs.T, np.matmul(tw, ty), dtype),
        )

    pairs = zip(three(np.float32), three(np.float64))
    return max(np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in pairs)


def mean_error(m, r, points):
    return np.mean([error(m, r, points, seed=seed) for seed in range(4)])


def search(seconds):
    rng = np.random.default_rng(1)
    pairs = np.array([0.3, 0.7, 1.2, 2.2])
    small = dict(channels=8, tiles=24, filters=8)
    best, spread, start = error(7, 3, finite(pairs, 8), **small), 0.2, time.time()
    while time.time() - start < seconds:
        other = pairs * np.exp(spread * rng.standard_normal(len(pairs)))
        found = error(7, 3, finite(other, 8), **small)
        if found < best:
            pairs, best, spread = other, found, min(0.3, spread * 1.3)
        else:
            spread = max(0.01, spread * 0.97)
    print("F(7, 3) at pairs", np.round(pairs, 3), f"{mean_error(7, 3, finite(pairs, 8)):.1e}")


for count, pairs in PAIRS.items():
    for r in (2, 3):
        m = count + 2 - r
        if m >= 2:
            print(f"F({m}, {r}): {mean_error(m, r, finite(pairs, count)):.1e}, at the usual points {mean_error(m, r, USUAL[:count]):.1e}")
if "--search" in sys.argv:
    search(float(sys.argv[sys.argv.index("--search") + 1]))
