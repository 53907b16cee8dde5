"""Golden values for image resizing: PIL's BILINEAR on uint8 and torch's antialiased bilinear on float32.

Writes test/golden/resize.json. Run: python scripts/golden/resize.py
"""

import json
import pathlib
import platform

import numpy as np
import PIL
import torch
from PIL import Image

rng = np.random.default_rng(20221)
cases = []
# (height, width, channels) to (height, width): shrinking, enlarging, one axis each way, equal, odd ratios
for shape, size in [
    ((23, 37, 1), (8, 8)),
    ((37, 23, 3), (8, 11)),
    ((7, 5, 1), (16, 16)),
    ((6, 8, 3), (15, 13)),
    ((19, 6, 1), (7, 13)),
    ((12, 12, 1), (12, 12)),
    ((16, 12, 3), (16, 5)),
]:
    image = rng.integers(0, 256, shape, dtype=np.uint8)
    height, width = size
    pil = Image.fromarray(image[..., 0] if shape[2] == 1 else image)
    by_pil = np.asarray(pil.resize((width, height), Image.Resampling.BILINEAR)).reshape(height, width, shape[2])
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    by_torch = torch.nn.functional.interpolate(tensor, size, mode="bilinear", antialias=True, align_corners=False)
    cases.append(
        {
            "shape": shape,
            "size": size,
            "image": image.ravel().tolist(),
            "pil": by_pil.ravel().tolist(),
            "torch": [round(float(v), 4) for v in by_torch[0].permute(1, 2, 0).ravel()],
        }
    )

golden = {
    "script": "scripts/golden/resize.py",
    "versions": {"python": platform.python_version(), "pillow": PIL.__version__, "torch": torch.__version__, "numpy": np.__version__},
    "cases": cases,
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "resize.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
