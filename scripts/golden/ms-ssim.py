"""MS-SSIM of made images as pytorch-msssim computes it: test/golden/ms-ssim.json, read by test/metrics/ms-ssim.test.ts.
python -O scripts/golden/ms-ssim.py  (any Python with torch and pytorch-msssim)

With -O, for pytorch-msssim asserts the size that five scales need whatever the number of weights.
The images are formulas in whole numbers (the test has the same), so that no pixel is shipped.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pytorch_msssim import ms_ssim, ssim

if __debug__:
    raise SystemExit("run it as python -O scripts/golden/ms-ssim.py")

WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def image(kind, height, width, channels):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    values = {
        "waves": (x * x * 3 + y * 7 + x * y + 40 * c) // 16 % 256,
        "shifted": ((x + 1) * (x + 1) * 3 + y * 7 + (x + 1) * y + 40 * c) // 16 % 256,
        "noise": (x * 7919 + y * 104729 + c * 1299709 + (x * y * 31 + 17) * (x + 2 * y)) % 256,
        "ramp": (x * 3 + y + 11 * c) % 256,
        "negative": 255 - (x * 3 + y + 11 * c) % 256,
    }[kind]
    return torch.from_numpy(values.astype(np.float64)).permute(2, 0, 1)[None]


def entry(a, b, height, width, channels, scales, window):
    total = sum(WEIGHTS[:scales])
    weights = [w / total for w in WEIGHTS[:scales]]
    x, y = image(a, height, width, channels), image(b, height, width, channels)
    if scales == 1:
        value = ssim(x, y, data_range=255, win_size=window, nonnegative_ssim=True)
    else:
        value = ms_ssim(x, y, data_range=255, win_size=window, weights=weights)
    return {"a": a, "b": b, "shape": [height, width, channels], "scales": scales, "window": window, "value": float(value)}


golden = {
    "made by": f"scripts/golden/ms-ssim.py, pytorch-msssim {version('pytorch-msssim')}, torch {torch.__version__}",
    "pairs": [
        entry("waves", "shifted", 56, 56, 1, 3, 11),
        entry("waves", "noise", 56, 56, 3, 3, 11),
        entry("ramp", "shifted", 56, 56, 3, 3, 11),
        entry("ramp", "negative", 56, 56, 1, 3, 11),
        entry("waves", "waves", 56, 56, 3, 3, 11),
        entry("waves", "shifted", 45, 59, 1, 2, 7),
        entry("ramp", "noise", 47, 45, 1, 3, 11),
        entry("waves", "ramp", 56, 56, 3, 1, 11),
        entry("waves", "shifted", 176, 180, 1, 5, 11),
        entry("ramp", "waves", 176, 180, 3, 5, 11),
    ],
}
out = Path(__file__).parents[2] / "test" / "golden" / "ms-ssim.json"
out.write_text(json.dumps(golden, indent=1) + "\n")
