"""Golden values for rotation: scipy's affine_transform, order 1, the edge replicated (mode 'nearest').

Writes test/golden/augment.json. Run: python scripts/golden/augment.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
from scipy import ndimage

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

golden = {
    "script": "scripts/golden/augment.py",
    "versions": {"python": platform.python_version(), "scipy": scipy.__version__, "numpy": np.__version__},
    "cases": cases,
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "augment.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
