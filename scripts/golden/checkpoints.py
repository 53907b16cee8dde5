"""Checkpoints as PyTorch and Python write them, and what they hold: test/golden/checkpoints/ and checkpoints.json.

DenseNet-121 has 28 MB of weights; here every tensor is a strided window on a few small storages of hashed numbers, so that
a whole network is a file of some 50 kB that torchvision itself loads and computes with. The images are hashed numbers too,
which the test computes again.

Run: python scripts/golden/checkpoints.py          (PyTorch 2.13, torchvision 0.28, safetensors)
     python scripts/golden/checkpoints.py --large FOLDER     the same networks with weights of their own, in every form
"""

import collections
import io
import json
import os
import pathlib
import pickle
import struct
import sys
import tarfile
import types
import zipfile

import numpy as np
import safetensors.torch
import torch
import torchvision
from torch import nn

from hashed import hashed

root = pathlib.Path(__file__).resolve().parents[2]
folder = root / "test" / "golden" / "checkpoints"
folder.mkdir(parents=True, exist_ok=True)


def images(seed, count, side):
    return np.floor(hashed(seed, count * side * side) * 256).astype(np.uint8).reshape(count, side, side)


# --- networks whose tensors are windows on small storages


class Windows:
    def __init__(self, dtype=torch.float32):
        self.dtype = dtype
        self.storages = {}
        self.count = 0

    def storage(self, key, make):
        if key not in self.storages:
            self.storages[key] = make(torch.tensor(hashed(len(self.storages) + 1, 2200)) * 2 - 1).to(self.dtype)
        return self.storages[key]

    def tensor(self, name, like):
        self.count += 1
        if like.dtype == torch.int64:
            return torch.tensor(1000)
        if like.dim() == 4:
            fan = like.shape[1] * like.shape[2] * like.shape[3]
            size = 2 ** round(np.log2(fan))
            numbers = self.storage(f"conv{size}", lambda u: u * (6 / size) ** 0.5)
            h, w = like.shape[2:]
            # neighbouring filters share most of their numbers, a window on: full rank all the same
            return numbers.as_strided(like.shape, (1, h * w, w, 1), self.count % 200)
        if like.dim() == 2:
            return self.storage("linear", lambda u: u * 0.05).as_strided(like.shape, (1, 1), 0)
        if name.endswith(("running_var",)) or (name.endswith("weight") and "norm" in name):
            numbers = self.storage("positive", lambda u: 1 + 0.5 * u)
        else:
            numbers = self.storage("small", lambda u: 0.1 * u)
        return numbers[self.count : self.count + like.numel()]


def densenet(channels, outputs):
    net = torchvision.models.densenet121(weights=None)
    if channels != 3:
        net.features.conv0 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    net.classifier = nn.Linear(1024, outputs)
    return net.eval()


def features(net, scaled):
    with torch.no_grad():
        return nn.functional.adaptive_avg_pool2d(torch.relu(net.features(scaled)), 1).flatten(1)


def expected(net, channels, scale):
    """Every 64th feature of hashed images at the three sizes."""
    found = {}
    for side, count in ((56, 2), (64, 2), (224, 1)):
        grey = torch.tensor(images(side, count, side)).float()[:, None].repeat(1, channels, 1, 1)
        values = features(net, scale(grey))
        found[side] = [[float(f"{v:.7g}") for v in row[::64].tolist()] for row in values]
        print(side, values.mean().item(), values.std().item(), values.max().item())
    return found


def imagenet(grey):
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    return (grey / 255 - mean) / deviation


def minus1024(grey):
    return (2 * (grey / 255) - 1) * 1024


def deflated(path):
    """The same archive with deflated entries."""
    with zipfile.ZipFile(path) as old:
        entries = [(entry.filename, old.read(entry)) for entry in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, content in entries:
            new.writestr(name, content)


def old_name(name):
    """As before torchvision 0.3: norm.1 for norm1."""
    for part in ("norm", "conv"):
        for number in "12":
            name = name.replace(f".{part}{number}.", f".{part}.{number}.") if "denselayer" in name else name
    return name


def load(net, state):
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    return net


networks = {}


def chexnet(make, path):
    net = densenet(3, 14)
    state = {name: make(name, value) for name, value in net.state_dict().items()}
    load(net, state)
    stored = collections.OrderedDict(
        ("module.densenet121." + old_name(name).replace("classifier.", "classifier.0."), value)
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    )
    momentum = torch.zeros(1).expand(1024)
    torch.save(
        {
            "epoch": 7,
            "best_loss": np.float64(0.25),
            "optimizer": {"state": {0: {"step": 10, "exp_avg": momentum}}, "param_groups": [{"lr": 1e-4, "params": [0]}]},
            "state_dict": stored,
        },
        path,
        _use_new_zipfile_serialization=False,
    )
    return net


def xrv(make, path):
    """A whole module of a class that is not there when it is read."""
    net = densenet(1, 18)
    module = types.ModuleType("torchxrayvision.models")
    DenseNet = type("DenseNet", (type(net),), {"__module__": "torchxrayvision.models"})
    module.DenseNet = DenseNet
    sys.modules["torchxrayvision"] = types.ModuleType("torchxrayvision")
    sys.modules["torchxrayvision.models"] = module
    net.__class__ = DenseNet
    net.register_buffer("op_threshs", torch.tensor([0.5] * 17 + [float("nan")]))
    for name, parameter in list(net.named_parameters()):
        owner = net.get_submodule(name.rpartition(".")[0])
        setattr(owner, name.rpartition(".")[2], nn.Parameter(make(name, parameter), requires_grad=False))
    for name, buffer in list(net.named_buffers()):
        if name != "op_threshs":
            net.get_submodule(name.rpartition(".")[0])._buffers[name.rpartition(".")[2]] = make(name, buffer)
    torch.save(net, path)
    return net


def torchvision_file(make, path):
    net = densenet(3, 1000)
    state = collections.OrderedDict((name, make(name, value)) for name, value in net.state_dict().items())
    load(net, state)
    torch.save(state, path)
    return net


def write_networks(target, maker):
    networks["chexnet.pth.tar"] = expected(chexnet(maker(torch.float32), target / "chexnet.pth.tar"), 3, imagenet)
    networks["xrv.pt"] = expected(xrv(maker(torch.float32), target / "xrv.pt"), 1, minus1024)
    networks["imagenet.pth"] = expected(torchvision_file(maker(torch.float16), target / "imagenet.pth"), 3, imagenet)


if "--large" in sys.argv:
    large = pathlib.Path(sys.argv[sys.argv.index("--large") + 1])
    large.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)

    def own_weights(dtype):
        def make(name, like):
            if like.dtype == torch.int64:
                return like.clone()
            if like.dim() == 4:
                return (torch.randn(like.shape) * (2 / (like.shape[1] * like.shape[2] * like.shape[3])) ** 0.5).to(dtype)
            if name.endswith("running_var") or (name.endswith("weight") and like.dim() == 1):
                return (0.5 + torch.rand(like.shape)).to(dtype)
            return (0.1 * torch.randn(like.shape)).to(dtype)

        return make

    write_networks(large, own_weights)
    net = densenet(3, 5)
    load(net, {name: own_weights(torch.float32)(name, value) for name, value in net.state_dict().items()})
    safetensors.torch.save_file(net.state_dict(), large / "plain.safetensors")
    networks["plain.safetensors"] = expected(net, 3, imagenet)
    torch.onnx.export(
        nn.Sequential(net.features, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval(),
        (torch.zeros(2, 3, 224, 224),),
        large / "torchvision.onnx",
        input_names=["input"],
        output_names=["features"],
        dynamic_axes={"input": {0: "N", 2: "H", 3: "W"}},
        opset_version=17,
        dynamo=False,
    )
    (large / "expected.json").write_text(json.dumps(networks))
    sys.exit()

windows = {}


def windowed(dtype):
    windows[dtype] = Windows(dtype)
    return windows[dtype].tensor


write_networks(folder, windowed)
deflated(folder / "xrv.pt")
deflated(folder / "imagenet.pth")

# --- every element type, with strides, offsets and shared storages

held = {}


def hold(file, tensors):
    held[file] = [
        {
            "name": name,
            "shape": list(tensor.shape),
            "type": str(tensor.dtype).removeprefix("torch."),
            **(
                {"values": [None if np.isnan(v) else float(v) for v in tensor.detach().double().flatten().tolist()]}
                if not tensor.is_complex() and not str(tensor.dtype).startswith("torch.float8")
                else {}
            ),
        }
        for name, tensor in tensors.items()
    ]


base = torch.tensor([1.5, -2.25, 3.0, 0.0, 65504.0, -0.125, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0])
kinds = {
    "float64": base.double() / 3,
    "float32": base / 3,
    "float16": base.half(),
    "bfloat16": base.bfloat16(),
    "tiny_half": torch.tensor([6e-8, -6e-8, 3e-5, 0.0]).half(),
    "int64": torch.tensor([1, -(2**40), 2**52, 0]),
    "int32": torch.tensor([1, -(2**31), 2**31 - 1], dtype=torch.int32),
    "int16": torch.tensor([-32768, 32767], dtype=torch.int16),
    "int8": torch.tensor([-128, 127], dtype=torch.int8),
    "uint8": torch.tensor([0, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "uint16": torch.tensor([0, 65535], dtype=torch.uint16),
    "complex64": torch.tensor([1 + 2j]),
    "float8_e4m3fn": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
    "scalar": torch.tensor(42.0),
    "empty": torch.zeros(0, 3),
    "matrix": base.reshape(3, 4),
    "transposed": base.reshape(3, 4).t(),
    "every_second": base[1::2],
    "repeated": torch.tensor([5.0]).expand(2, 3),
    "corner": base.reshape(3, 4)[1:, 2:],
    "parameter": nn.Parameter(base[:3].clone()),
}
torch.save(kinds, folder / "kinds.pt")
hold("kinds.pt", kinds)
torch.save(kinds, folder / "kinds-old.pt", _use_new_zipfile_serialization=False)
hold("kinds-old.pt", kinds)
torch.save(collections.OrderedDict(kinds), folder / "kinds-protocol-4.pt", pickle_protocol=4)
hold("kinds-protocol-4.pt", kinds)
dense = {name: value.detach().contiguous().clone() for name, value in kinds.items() if value.numel() > 0}
safetensors.torch.save_file(dense, folder / "kinds.safetensors", metadata={"format": "pt"})
hold("kinds.safetensors", dense)


# --- big-endian records, as PyTorch writes them on such machines

swapped = {"a": torch.tensor([1.0, 2.0, -3.5]), "b": torch.tensor([1, 2**33])}
buffer = io.BytesIO()
torch.save(swapped, buffer)
with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(folder / "big-endian.pt", "w") as new:
    for entry in old.infolist():
        content = old.read(entry)
        if entry.filename.endswith("byteorder"):
            content = b"big"
        if "/data/" in entry.filename and not entry.filename.endswith("serialization_id"):
            width = 4 if entry.filename.endswith("0") else 8
            content = np.frombuffer(content, f"<u{width}").astype(f">u{width}").tobytes()
        new.writestr(entry.filename, content)
read_back = torch.load(folder / "big-endian.pt")
assert all(torch.equal(read_back[name], value) for name, value in swapped.items())
hold("big-endian.pt", swapped)

# --- modules; of old each came with its source, here a word for it

torch.serialization.get_source_lines_and_file = lambda _: (["class Module: pass\n"], 1, "module.py")

small = nn.DataParallel(nn.Sequential(collections.OrderedDict(conv=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm2d(2), act=nn.ReLU())))
torch.save({"model": small, "epoch": 3, "rng_state": torch.get_rng_state()[:8].clone()}, folder / "module-old.pt", _use_new_zipfile_serialization=False)
hold(
    "module-old.pt",
    {**{f"model.{k}": v for k, v in small.state_dict().items()}, "rng_state": torch.get_rng_state()[:8]},
)

# --- the first form, a tar archive: written by hand, read back by PyTorch itself

values = np.array([1, 2, 3, 4, 5, 6], "<f4")
storages = pickle.dumps(1, 2) + pickle.dumps(("10", "cpu", torch.FloatStorage), 2)
storages += struct.pack("<q", 6) + values.tobytes() + pickle.dumps([], 2)
tensors = pickle.dumps(2, 2)
for key, shape, strides, offset in (("20", (2, 3), (3, 1), 0), ("21", (3,), (2,), 1)):
    tensors += pickle.dumps((key, "10", torch.FloatTensor), 2) + struct.pack("<i4x", len(shape))
    tensors += struct.pack(f"<{len(shape)}q", *shape) + struct.pack(f"<{len(shape)}q", *strides) + struct.pack("<q", offset)


class Persistent(pickle.Pickler):
    def persistent_id(self, value):
        return value[1] if isinstance(value, tuple) and value[:1] == ("tensor",) else None


described = io.BytesIO()
Persistent(described, 2).dump({"weight": ("tensor", 20), "bias": ("tensor", 21)})
storages = storages.replace(pickle.dumps(("10", "cpu", torch.FloatStorage), 2), pickle.dumps((10, "cpu", torch.FloatStorage), 2))
tensors = tensors.replace(b"X\x02\x00\x00\x0010", b"K\x0a").replace(b"X\x02\x00\x00\x0020", b"K\x14").replace(b"X\x02\x00\x00\x0021", b"K\x15")
with tarfile.open(folder / "first-form.tar", "w", format=tarfile.PAX_FORMAT) as archive:
    for name, content in (("sys_info", pickle.dumps({"little_endian": True}, 2)), ("pickle", described.getvalue()), ("storages", storages), ("tensors", tensors)):
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
first = torch.load(folder / "first-form.tar", weights_only=False)
hold("first-form.tar", first)

# --- files that mean harm; none of them is ever loaded here


class Call:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


hostile = {}
command = "touch /tmp/kopt-was-here"
weights = {"features.conv0.weight": torch.zeros(1)}
attacks = {
    "system": Call(os.system, command),
    "eval": Call(eval, "__import__('os').system('touch /tmp/kopt-was-here')"),
    "exec": Call(exec, "import os"),
    "getattr": Call(getattr, weights, "clear"),
    "import": Call(__import__, "os"),
    "popen": Call(__import__("subprocess").Popen, ["touch", "/tmp/kopt-was-here"]),
    "load": Call(torch.load, "/etc/passwd"),
    "unknown_function": Call(np.fromfile, "/etc/passwd"),
}
for name, attack in attacks.items():
    for form, zipped in (("zip", True), ("old", False)):
        path = f"attack-{name}-{form}.pt"
        torch.save({"state_dict": weights, "extra": attack}, folder / path, _use_new_zipfile_serialization=zipped)
        hostile[path] = f"{attack.function.__module__}.{attack.function.__name__}"
for protocol in (0, 1, 2, 4, 5):
    path = f"attack-protocol-{protocol}.pkl"
    (folder / path).write_bytes(pickle.dumps({"state_dict": {}, "extra": attacks["system"]}, protocol))
    hostile[path] = f"{os.system.__module__}.system"
# protocols up to 2 name modules as Python 2 did
hostile = {
    path: name.replace("builtins.", "").replace("subprocess.", "commands.") for path, name in hostile.items()
}

laughs = [torch.zeros(1)]
for _ in range(9):
    laughs = [laughs] * 10
torch.save({"state_dict": laughs}, folder / "laughs.pt")
circle = {"state_dict": {"a": torch.zeros(1)}}
circle["state_dict"]["again"] = circle["state_dict"]
torch.save(circle, folder / "circle.pt", _use_new_zipfile_serialization=False)
deep = torch.zeros(1)
for _ in range(900):
    deep = [deep]
sys.setrecursionlimit(10000)
torch.save(deep, folder / "deep.pt")

(root / "test" / "golden" / "checkpoints.json").write_text(
    json.dumps(
        {
            "program": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, Python {sys.version.split()[0]}",
            "networks": networks,
            "held": held,
            "hostile": hostile,
        }
    )
)
