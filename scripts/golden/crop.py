"""Rotated rectangles cut out of an image by scikit-image and PIL, as the reference of test/image/crop.test.ts.

The patch's pixel (column, row) lies at centre + R (column + 1/2 - width/2, row + 1/2 - height/2) in continuous image
coordinates, R a clockwise turn; bilinear between pixel centres. Run: python scripts/golden/crop.py
"""
import json
import pathlib

import numpy as np
import PIL
import skimage
from PIL import Image
from skimage.transform import AffineTransform, warp

WIDTH, HEIGHT = 40, 30
image = np.array([[(7 * x * x + 13 * y * y + 5 * x * y) % 4096 for x in range(WIDTH)] for y in range(HEIGHT)], float)

cases = [
    (10, 8, 12, 9, 30),
    (10.25, 8.5, 11, 10, -17.5),
    (12, 6, 8, 16, 90),
    (5, 5, 20, 10, 180),
    (14, 9, 10.4, 10.4, 45),
]
out = []
for left, top, width, height, degrees in cases:
    w, h = int(np.floor(width + 0.5)), int(np.floor(height + 0.5))
    cx, cy = left + width / 2, top + height / 2
    t = np.deg2rad(degrees)
    c, s = np.cos(t), np.sin(t)
    # pixel indices of the patch to pixel indices of the image
    ox = cx - 0.5 + c * (0.5 - w / 2) - s * (0.5 - h / 2)
    oy = cy - 0.5 + s * (0.5 - w / 2) + c * (0.5 - h / 2)
    matrix = np.array([[c, -s, ox], [s, c, oy], [0, 0, 1]])
    ski = warp(image, AffineTransform(matrix=matrix), output_shape=(h, w), order=1, mode="edge", preserve_range=True)
    # PIL's affine maps pixel centres (+ 1/2) itself
    pil_offset = [cx - c * w / 2 + s * h / 2, cy - s * w / 2 - c * h / 2]
    data = (c, -s, pil_offset[0], s, c, pil_offset[1])
    pil = np.asarray(Image.fromarray(image.astype(np.float32)).transform((w, h), Image.AFFINE, data, Image.BILINEAR))
    inside = np.abs(ski - pil)[pil != 0]
    assert inside.max() < 0.02, inside.max()
    out.append({"rectangle": [left, top, width, height, degrees], "size": [w, h], "values": np.round(ski, 4).ravel().tolist()})

target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "crop.json"
made_by = f"scikit-image {skimage.__version__} warp(order=1), agreeing with Pillow {PIL.__version__} transform(BILINEAR) on float32"
target.write_text(json.dumps({"madeBy": made_by, "width": WIDTH, "height": HEIGHT, "cases": out}) + "\n")
