"""Golden images for the codec: files of several kinds made by PIL, with the pixels that PIL reads back.

Writes test/golden/codec.json (files as base64, so that one JSON holds all). Run: python scripts/golden/codec.py
"""

import base64
import io
import json
import pathlib
import platform

import numpy as np
import PIL
from PIL import Image, ImageOps

rng = np.random.default_rng(20222)
height, width = 9, 13
smooth = (np.add.outer(np.arange(height) * 11, np.arange(width) * 9) % 256).astype(np.uint8)
grey = (smooth // 2 + rng.integers(0, 100, (height, width))).astype(np.uint8)
colour = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
alpha = rng.integers(0, 256, (height, width, 1), dtype=np.uint8)
twelve_bit = rng.integers(0, 4096, (height, width), dtype=np.uint16)
turned = Image.Exif()
turned[0x0112] = 6


def case(name, image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    back = ImageOps.exif_transpose(Image.open(io.BytesIO(buffer.getvalue())))
    if back.mode in ("LA", "RGBA"):
        # PIL's own compositing onto black, per channel
        *bands, a = back.split()
        bands = [Image.composite(band, Image.new("L", band.size, 0), a) for band in bands]
        back = bands[0] if len(bands) == 1 else Image.merge("RGB", bands)
    if back.mode == "P":
        back = back.convert("RGB")
    if back.mode == "1":
        back = back.convert("L")
    pixels = np.asarray(back)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    return {
        "name": name,
        "file": base64.b64encode(buffer.getvalue()).decode(),
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "channels": channels,
        "bitDepth": 16 if pixels.dtype == np.uint16 else 8,
        "pixels": pixels.ravel().tolist(),
    }


cases = [
    case("grey PNG", Image.fromarray(grey), "PNG"),
    case("RGB PNG", Image.fromarray(colour), "PNG"),
    case("16-bit grey PNG", Image.fromarray(twelve_bit), "PNG"),
    case("PNG with a palette", Image.fromarray(colour).quantize(16), "PNG"),
    case("PNG of one bit", Image.fromarray(grey > 90), "PNG"),
    case("grey PNG with alpha", Image.fromarray(np.dstack([grey, alpha[..., 0]]), "LA"), "PNG"),
    case("RGB PNG with alpha", Image.fromarray(np.dstack([colour, alpha]), "RGBA"), "PNG"),
    case("PNG turned by EXIF", Image.fromarray(grey), "PNG", exif=turned),
    case("grey JPEG", Image.fromarray(grey), "JPEG", quality=90),
    case("RGB JPEG", Image.fromarray(colour), "JPEG", quality=90),
    case("progressive JPEG", Image.fromarray(grey), "JPEG", quality=80, progressive=True),
    case("JPEG turned by EXIF", Image.fromarray(grey), "JPEG", quality=90, exif=turned),
]
golden = {
    "script": "scripts/golden/codec.py",
    "versions": {"python": platform.python_version(), "pillow": PIL.__version__, "numpy": np.__version__},
    "cases": cases,
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "codec.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
