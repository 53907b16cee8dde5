"""Golden values for rotation: scipy's affine_transform, order 1, the edge replicated (mode 'nearest'); for blur: scipy's
gaussian_filter, likewise; for brightness and contrast: torchvision's, on floats.

Writes test/golden/augment.json. Run: python scripts/golden/augment.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import torch
import torchvision
from scipy import ndimage
from torchvision.transforms.v2 import functional

rng = np.random.default_rng(20223)
cases = []
for (height, width), degrees in [((9, 12), 10.0), ((12, 9), -7.5), ((10, 10), 3.25)]:
    image = rng.integers(0, 256, (height, width), dtype=np.uint8)
    angle = np.deg2rad(degrees)
    # output (row, column) about the centre to input: counter-clockwise as seen, rows pointing down
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    turned = ndimage.affine_transform(image.astype(float), turn, centre - turn @ centre, order=1, mode="nearest")
    cases.append(
        {
            "shape": [height, width],
            "degrees": degrees,
            "image": image.ravel().tolist(),
            "turned": [round(float(v), 3) for v in turned.ravel()],
        }
    )


def intensities(channels, deviation, brightness, contrast):
    image = rng.integers(0, 256, (8, 11, channels), dtype=np.uint8)
    unit = torch.tensor(image / 255, dtype=torch.float64).permute(2, 0, 1)
    back = lambda changed: [round(float(v), 3) for v in (255 * changed.permute(1, 2, 0)).ravel()]
    blurred = ndimage.gaussian_filter(image.astype(float), (deviation, deviation, 0), mode="nearest")
    return {
        "shape": list(image.shape),
        "image": image.ravel().tolist(),
        "blur": {"by": deviation, "changed": [round(float(v), 3) for v in blurred.ravel()]},
        "brightness": {"by": brightness, "changed": back(functional.adjust_brightness(unit, brightness))},
        "contrast": {"by": contrast, "changed": back(functional.adjust_contrast(unit, contrast))},
    }


golden = {
    "script": "scripts/golden/augment.py",
    "versions": {"python": platform.python_version(), "scipy": scipy.__version__, "numpy": np.__version__, "torchvision": torchvision.__version__},
    "cases": cases,
    "intensities": [intensities(1, 0.8, 1.3, 0.6), intensities(3, 1.5, 0.7, 1.4)],
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "augment.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
