"""Two steps of fine-tuning DenseNet-121's last block and a linear head, batch statistics frozen: golden values from PyTorch.

The network is test/golden/checkpoints/chexnet.pth.tar, the input hashed numbers. Writes test/golden/fine-tune.json.
Run after checkpoints.py: python scripts/golden/fine_tune.py          (PyTorch 2.13, torchvision 0.28)
"""

import json
import pathlib
import re

import torch
import torchvision
from torch import nn

from hashed import hashed

root = pathlib.Path(__file__).resolve().parents[2]


net = torchvision.models.densenet121(weights=None)
state = torch.load(root / "test/golden/checkpoints/chexnet.pth.tar", weights_only=False)["state_dict"]
state = {
    re.sub(r"(denselayer\d+\.)(norm|conv)\.([12])", r"\1\2\3", name.removeprefix("module.densenet121.")): value.clone()
    for name, value in state.items()
    if "classifier" not in name
}
net.load_state_dict(state, strict=False)
top = nn.Sequential(net.features.denseblock4, net.features.norm5, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
torch.set_default_dtype(torch.float64)
top.double()
x = torch.tensor(hashed(5, 4 * 3 * 2 * 512) * 2).reshape(4, 3, 2, 512).permute(0, 3, 1, 2)

cases = {}
for outputs, labels in ((1, [1, 0, 0, 1]), (3, [2, 0, 1, 1])):
    block = __import__("copy").deepcopy(top)
    head = nn.Linear(1024, outputs)
    with torch.no_grad():
        head.weight.copy_(torch.tensor(hashed(9, 1024 * outputs) * 0.1 - 0.05).reshape(outputs, 1024))
        head.bias.copy_(torch.tensor(hashed(10, outputs) - 0.5))
    parameters = [*block.parameters(), *head.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    losses, norms = [], {}
    for step in range(3):
        logits = head(block(x))
        loss = (
            nn.functional.binary_cross_entropy_with_logits(logits[:, 0], torch.tensor(labels, dtype=torch.float64))
            if outputs == 1
            else nn.functional.cross_entropy(logits, torch.tensor(labels))
        )
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        if step == 0:
            names = [name for name, _ in block.named_parameters()] + ["weight", "bias"]
            norms = {name: float(f"{p.grad.norm().item():.7g}") for name, p in zip(names, parameters)}
        if step < 2:
            optimiser.step()
    cases[outputs] = {"labels": labels, "losses": losses, "gradientNorms": norms}
    print(outputs, losses)

(root / "test" / "golden" / "fine-tune.json").write_text(
    json.dumps({"program": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}", "cases": cases})
)
