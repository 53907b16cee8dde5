"""Golden values for the interpreter and its gradients: PyTorch in float64, images [N, H, W, C], kernels [kh, kw, Cin, Cout].

Writes test/golden/tensor.json. Run: python scripts/golden/tensor.py
"""

import json
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.manual_seed(20224)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]}


def inputs(*shapes):
    # three decimals, so that the numbers in the file are the numbers that were used
    return [torch.round(torch.randn(*shape), decimals=3).requires_grad_() for shape in shapes]


def case(name, fn, *arguments):
    """The output, and the gradients of sum(output * weights)."""
    output = fn(*arguments)
    weights = torch.round(torch.randn(output.shape), decimals=3)
    gradients = torch.autograd.grad((output * weights).sum(), arguments)
    return {
        "name": name,
        "inputs": [numbers(a) for a in arguments],
        "output": numbers(output),
        "weights": numbers(weights),
        "gradients": [numbers(g) for g in gradients],
    }


def conv(strides, low, high):
    def fn(x, w):
        padded = F.pad(x.permute(0, 3, 1, 2), (low[1], high[1], low[0], high[0]))
        return F.conv2d(padded, w.permute(3, 2, 0, 1), stride=strides).permute(0, 2, 3, 1)

    return fn


def conv_transpose(y, w):
    # 5x5, stride 2, 3x4 -> 6x8 under `same`: one row before, two behind, so crop the full result
    full = F.conv_transpose2d(y.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), stride=2)
    return full[:, :, 1:7, 1:9].permute(0, 2, 3, 1)


cases = [
    case("conv", conv((2, 1), (1, 2), (0, 1)), *inputs((2, 5, 4, 2), (3, 2, 2, 3))),
    case("conv that crops", conv((1, 2), (-1, 0), (1, -1)), *inputs((1, 6, 6, 2), (2, 3, 2, 2))),
    case("convTranspose", conv_transpose, *inputs((1, 3, 4, 3), (5, 5, 2, 3))),
    case("matmul", torch.matmul, *inputs((2, 1, 3, 4), (3, 4, 2))),
    case("softplus", F.softplus, *inputs((7,))),
    case("sigmoid", torch.sigmoid, *inputs((7,))),
    case("leakyRelu", lambda x: F.leaky_relu(x, 0.2), *inputs((7,))),
    case("logSoftmax", lambda x: F.log_softmax(x, -1), *inputs((3, 4))),
    case("softmax", lambda x: F.softmax(x, -1), *inputs((3, 4))),
    case("max", lambda x: torch.amax(x, 1, keepdim=True), *inputs((3, 4))),
    case("mean", lambda x: x.mean((0, 2)), *inputs((2, 3, 4))),
    case("take", lambda table: F.embedding(torch.tensor([[2, 0], [2, 2]]), table), *inputs((4, 3))),
]
golden = {
    "script": "scripts/golden/tensor.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__},
    "cases": cases,
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "tensor.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
