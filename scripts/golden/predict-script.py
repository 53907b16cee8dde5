"""Probabilities that src/export/examples/predict.py gives, as the reference of test/export/predict-scripts.test.ts.

Films, and classifiers of a few numbers written with onnx, into test/golden/predict-script/. Run with onnx, onnxruntime, numpy
and pillow: python scripts/golden/predict-script.py
"""
import json
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import PIL
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

root = pathlib.Path(__file__).resolve().parents[2]
folder = root / "test" / "golden" / "predict-script"
script = root / "src" / "export" / "examples" / "predict.py"
rng = np.random.default_rng(20)


def films():
    y, x = np.mgrid[0:53, 0:37]
    yield "grey.png", Image.fromarray(((7 * x * x + 13 * y * y + 5 * x * y) % 256).astype("uint8"))
    y, x = np.mgrid[0:40, 0:61]
    yield "grey16.png", Image.fromarray(((37 * x * x + 53 * y * y + 11 * x * y) % 4096).astype("uint16"))
    y, x, c = np.mgrid[0:33, 0:30, 0:3]
    yield "colour.png", Image.fromarray(((7 * x + 5 * y * y + 90 * c + x * y * c) % 256).astype("uint8"))
    y, x, c = np.mgrid[0:20, 0:24, 0:4]
    yield "transparent.png", Image.fromarray(((7 * x * x + 3 * y + 60 * c) % 256).astype("uint8"))


def classifier(channels, layout, seen, size, classes):
    """`channels` and `layout` of the network's input, `seen` channels of a film, `size` of a film."""
    positive = classes[-1] if len(classes) == 2 else None
    outputs = 1 if positive else len(classes)
    shape = [10, 12, channels] if layout == "NHWC" else [channels, 10, 12]
    scaling = {"mean": [0.4, 0.5, 0.45][:channels], "deviation": [0.2, 0.25, 0.3][:channels]}
    info = {
        "format": 1, "use": "research use only", "classes": classes, "positive": positive, "imageSize": size,
        "channels": seen, "maxValue": 4095, "arm": "GCB+OMGDA", "k": 3, "seed": 1, "toolVersion": "0.0.0",
        "cropped": False, "backbone": "tiny",
        "input": {"name": "pixels", "layout": layout, "inputSize": [10, 12], "channels": channels, "scaling": scaling},
    }
    constants = {
        "flat": np.array([-1, 120 * channels], "int64"),
        "projection": (rng.normal(size=(120 * channels, 3)) / 9).astype("float32"),
        "weights": rng.normal(size=(3, outputs)).astype("float32"),
        "bias": rng.normal(size=outputs).astype("float32"),
    }
    if positive:
        constants |= {"one": np.array(1, "float32"), "row": np.array([-1], "int64")}
    nodes = [
        helper.make_node("Reshape", ["pixels", "flat"], ["pixels_flat"]),
        helper.make_node("MatMul", ["pixels_flat", "projection"], ["features"]),
        helper.make_node("MatMul", ["features", "weights"], ["product"]),
    ]
    if positive:
        nodes += [
            helper.make_node("Add", ["product", "bias"], ["column"]),
            helper.make_node("Reshape", ["column", "row"], ["logit"]),
            helper.make_node("Sigmoid", ["column"], ["last"]),
            helper.make_node("Sub", ["one", "last"], ["first"]),
            helper.make_node("Concat", ["first", "last"], ["probability"], axis=1),
        ]
    else:
        nodes += [
            helper.make_node("Add", ["product", "bias"], ["logit"]),
            helper.make_node("Softmax", ["logit"], ["probability"], axis=1),
        ]
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        nodes, "tiny", [value("pixels", ["N", *shape])],
        [value("features", ["N", 3]), value("logit", ["N"] if positive else ["N", outputs]), value("probability", ["N", len(classes)])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    helper.set_model_props(model, {"kopt": json.dumps(info)})
    onnx.checker.check_model(model)
    return model


folder.mkdir(exist_ok=True)
for name, film in films():
    film.save(folder / name)
models = {
    "grey": classifier(3, "NCHW", 1, [16, 14], ["clear", "sinusitis"]),
    "colour": classifier(1, "NHWC", 3, [9, 30], ["clear", "mucosa", "fluid"]),
}
expected = {}
for name, model in models.items():
    onnx.save(model, folder / f"{name}.onnx")
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(script, place)
        shutil.copy(folder / f"{name}.onnx", pathlib.Path(place) / "classifier.onnx")
        words = [sys.executable, str(pathlib.Path(place) / script.name), *sorted(str(film) for film in folder.glob("*.png"))]
        lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    expected[name] = {pathlib.Path(answer.pop("file")).name: answer for answer in answers}
made_by = f"predict.py, Python {platform.python_version()}, onnxruntime {onnxruntime.__version__}, numpy {np.__version__}, Pillow {PIL.__version__}"
(folder / "expected.json").write_text(json.dumps({"madeBy": made_by, "probabilities": expected}))
