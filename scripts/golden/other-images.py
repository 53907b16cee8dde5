"""Golden images of kinds that are not read: TIFFs in rare compressions, and other formats, each written by other software.

Writes test/golden/other-images.json. Run: python scripts/golden/other-images.py
"""

import base64
import io
import json
import pathlib
import platform

import imagecodecs as ic
import numpy as np
import PIL
import tifffile
from PIL import Image

y, x = np.mgrid[0:16, 0:16]
grey = (x * 15 + y).astype(np.uint8)
colour = np.stack([grey, grey // 2, 255 - grey], -1)
text = lambda data: base64.b64encode(data).decode()
tiffs, others = [], []

for compression, name in (("zstd", "Zstandard"), ("lzma", "LZMA"), ("jpegxl", "JPEG XL"), ("jpeg2000", "JPEG 2000"), ("jpegxr", "JPEG XR"), ("lerc", "LERC"), ("png", "PNG")):
    for big in (False, True):
        for order in "<>":
            if order == ">" and compression in ("lerc",):
                continue
            out = io.BytesIO()
            tifffile.imwrite(out, grey, photometric="minisblack", compression=compression, bigtiff=big, byteorder=order, metadata=None)
            tiffs.append({"name": f"{compression}, {'BigTIFF' if big else 'TIFF'}, {order}", "compression": name, "file": text(out.getvalue())})


def saved(form, **options):
    out = io.BytesIO()
    Image.fromarray(colour).save(out, form, **options)
    return out.getvalue()


for name, data in (
    ("WebP", saved("WEBP", lossless=True)),
    ("AVIF", saved("AVIF")),
    ("HEIC", ic.heif_encode(colour) if ic.HEIF.available else None),
    ("JPEG XL", ic.jpegxl_encode(colour)),
    ("JPEG XL", ic.jpegxl_encode(colour, usecontainer=True)),
    ("JPEG XR", ic.jpegxr_encode(colour)),
    ("JPEG 2000", saved("JPEG2000")),
    ("JPEG 2000", ic.jpeg2k_encode(colour, codecformat="j2k")),
    ("GIF", saved("GIF")),
    ("BMP", saved("BMP")),
    ("PPM", saved("PPM")),
    ("icon", saved("ICO", sizes=[(16, 16)])),
):
    if data is not None:
        others.append({"name": name, "file": text(data)})
versions = {"python": platform.python_version(), "pillow": PIL.__version__, "tifffile": tifffile.__version__, "imagecodecs": ic.__version__}
target = pathlib.Path(__file__).parents[2] / "test/golden/other-images.json"
target.write_text(json.dumps({"script": "scripts/golden/other-images.py", "versions": versions, "tiffs": tiffs, "others": others}, separators=(",", ":")) + "\n")
print([t["name"] for t in tiffs], [o["name"] for o in others], target.stat().st_size)
