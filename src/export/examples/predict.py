"""Probabilities of films by classifier.onnx, as `kopt predict` gives them. Research use only: nothing here is a diagnosis.

    pip install onnxruntime numpy pillow
    python predict.py FILM...        PNG, JPEG or TIFF: 8 bits, or grey with 16

A model of regions (metadata: cropped) takes films that are cut to their region already.
"""
import json
import sys
from pathlib import Path

import numpy
import onnxruntime
from PIL import Image, ImageOps


def weights(source, target):
    """[target, source]: a triangle around each new pixel's centre, wider where pixels become fewer (antialiased)."""
    scale = source / target
    centres = (numpy.arange(target)[:, None] + 0.5) * scale
    triangle = numpy.clip(1 - abs(numpy.arange(source) + 0.5 - centres) / max(scale, 1), 0, None)
    return (triangle / triangle.sum(axis=1, keepdims=True)).astype("float32").astype("float64")


def resized(image, height, width):
    wide = numpy.einsum("xw,hwc->hxc", weights(image.shape[1], width), image).astype("float32")
    return numpy.einsum("yh,hxc->yxc", weights(image.shape[0], height), wide.astype("float64")).astype("float32")


def pixels(file, info):
    """The film in 8 bits, as the classifier was trained on it: [height, width, channels]."""
    film = ImageOps.exif_transpose(Image.open(file))
    wide = film.mode.startswith("I")
    if not wide and film.mode != "L":
        layers = numpy.asarray(film.convert("RGBA"), "float64")
        values = numpy.floor(layers[..., :3] * layers[..., 3:] / 255 + 0.5)  # what is transparent is black
        values = values[..., :1] if (values == values[..., :1]).all() else values
    else:
        values = numpy.asarray(film, "float64")[..., None]
    if values.shape[2] == 3 and info["channels"] == 1:
        values = values @ numpy.array([[0.299], [0.587], [0.114]])
    grey = (values * (255 / (info["maxValue"] if wide else 255))).astype("float32").astype("float64")
    levels = numpy.clip(numpy.floor(resized(grey, *info["imageSize"]) + 0.5), 0, 255)
    return numpy.broadcast_to(levels, (*levels.shape[:2], info["channels"]))


def network_input(film, info):
    contract = info["input"]
    image = resized(film.astype("float64"), *contract["inputSize"]).astype("float64")
    if contract["channels"] != image.shape[2]:
        image = image.repeat(3, axis=2) if image.shape[2] == 1 else image.mean(axis=2, keepdims=True)
    image = (image / 255 - contract["scaling"]["mean"]) / contract["scaling"]["deviation"]
    image = image if contract["layout"] == "NHWC" else image.transpose(2, 0, 1)
    return {contract["name"]: image[None].astype("float32")}


session = onnxruntime.InferenceSession(str(Path(__file__).with_name("classifier.onnx")))
facts = json.loads(session.get_modelmeta().custom_metadata_map["kopt"])
for name in sys.argv[1:]:
    [probability] = session.run(["probability"], network_input(pixels(name, facts), facts))
    print(json.dumps({"file": name, **dict(zip(facts["classes"], map(float, probability[0])))}))
