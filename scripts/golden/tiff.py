"""Golden TIFF files, and JPEGs of four inks: written by tifffile and PIL, with the pixels that were drawn or that PIL reads back.

Writes test/golden/tiff.json. Run: python scripts/golden/tiff.py
"""

import base64
import io
import json
import pathlib
import platform

import numpy as np
import PIL
import tifffile
from PIL import Image, ImageOps

rng = np.random.default_rng(20226)
height, width = 9, 13
smooth = np.add.outer(np.arange(height) * 11, np.arange(width) * 9) % 256
grey = (smooth // 2 + rng.integers(0, 100, (height, width))).astype(np.uint8)
deep = (grey.astype(np.uint16) * 16 + rng.integers(0, 16, grey.shape)).astype(np.uint16)
colour = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
cases = []


def add(name, data, pixels, steps=()):
    pixels = np.asarray(pixels)
    cases.append({
        "name": name,
        "file": base64.b64encode(data).decode(),
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "channels": 1 if pixels.ndim == 2 else pixels.shape[2],
        "bitDepth": 16 if pixels.dtype == np.uint16 else 8,
        "pixels": pixels.ravel().tolist(),
        "steps": list(steps),
    })


def tiff(name, stored, pixels=None, steps=(), **options):
    out = io.BytesIO()
    order = options.pop("byteorder", "<")
    options.setdefault("photometric", "minisblack" if stored.ndim == 2 else "rgb")
    tifffile.imwrite(out, stored, byteorder=order, metadata=None, **options)
    add(name, out.getvalue(), stored if pixels is None else pixels, steps)


for order, word in (("<", "little"), (">", "big")):
    tiff(f"grey, 8 bit, {word} endian", grey, byteorder=order)
    tiff(f"grey, 16 bit, {word} endian", deep, byteorder=order)
    tiff(f"colour, 16 bit, {word} endian", colour.astype(np.uint16) * 257, byteorder=order)
    tiff(f"grey, 16 bit, LZW with predictor, {word} endian", deep, byteorder=order, compression="lzw", predictor=True)
tiff("colour, 8 bit", colour)
tiff("colour by plane", colour.transpose(2, 0, 1), colour, planarconfig="separate")
for compression in ("lzw", "zlib", "packbits"):
    tiff(f"grey, 8 bit, {compression}", grey, compression=compression)
tiff("grey, 16 bit, in tiles", deep, tile=(16, 16))
tiff("grey, 8 bit, in strips", grey, rowsperstrip=2)
tiff("white is zero, 8 bit", grey, 255 - grey, ["white-is-zero"], photometric="miniswhite")
tiff("white is zero, 16 bit", deep, 65535 - deep, ["white-is-zero"], photometric="miniswhite")
palette = rng.integers(0, 256, (3, 256)).astype(np.uint16) * 257
tiff("with a palette", grey, (palette[:, grey].transpose(1, 2, 0) // 257).astype(np.uint8), ["palette"], photometric="palette", colormap=palette)
for name, image, pixels in (
    ("of one bit, group 4", Image.fromarray(grey > 90), (grey > 90).astype(np.uint8) * 255),
    ("JPEG inside", Image.fromarray(grey), None),
):
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4" if image.mode == "1" else "jpeg")
    steps = ["white-is-zero"] if image.mode == "1" and Image.open(out).tag_v2[262] == 0 else []
    add(f"TIFF {name}", out.getvalue(), pixels if pixels is not None else np.asarray(Image.open(out).convert("L")), steps)

inks = Image.fromarray(rng.integers(0, 256, (height, width, 4), dtype=np.uint8), "CMYK")
out = io.BytesIO()
inks.save(out, "JPEG", quality=95, subsampling=0)
add("CMYK JPEG", out.getvalue(), np.asarray(Image.open(out).convert("RGB")), ["cmyk"])

pages = io.BytesIO()
tifffile.imwrite(pages, np.stack([grey, grey]), photometric="minisblack", metadata=None)
real = io.BytesIO()
tifffile.imwrite(real, grey.astype(np.float32), photometric="minisblack", metadata=None)
golden = {
    "script": "scripts/golden/tiff.py",
    "versions": {"python": platform.python_version(), "pillow": PIL.__version__, "tifffile": tifffile.__version__, "numpy": np.__version__},
    "cases": cases,
    "pages": base64.b64encode(pages.getvalue()).decode(),
    "float": base64.b64encode(real.getvalue()).decode(),
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "tiff.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(len(cases), target.stat().st_size)
