"""The paper's search written plainly in PyTorch: every batch of every epoch goes through the frozen DenseNet-121 anew
(or, with --cached, comes from features kept in memory, and the head alone is trained).

Measured on some steps and extrapolated by its own cost law: a step costs the same at every K, and K takes
epochs * ceil(films * (K + 1) / batch) of them. Prints one JSON line.

    python search_torch.py [--size 56] [--films 278] [--kmax 26] [--steps 40] [--threads N] [--cached]
"""
import argparse
import json
import math
import statistics
import time

import torch
import torchvision

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=56)
parser.add_argument("--films", type=int, default=278)
parser.add_argument("--kmax", type=int, default=26)
parser.add_argument("--steps", type=int, default=40)
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--cached", action="store_true")
options = parser.parse_args()
if options.threads:
    torch.set_num_threads(options.threads)
batch, epochs = 8, 100

torch.manual_seed(0)
network = torchvision.models.densenet121(weights=None).eval().to(memory_format=torch.channels_last)
for parameter in network.parameters():
    parameter.requires_grad_(False)
head = torch.nn.Linear(1024, 2)
adam = torch.optim.Adam(head.parameters(), lr=1e-4)
images = torch.randn(batch, 3, options.size, options.size).to(memory_format=torch.channels_last)
labels = torch.arange(batch) % 2


kept = torch.randn(options.films, 1024)
kept_labels = torch.arange(options.films) % 2


def step():
    if options.cached:
        rows = torch.randint(options.films, (batch,))
        features, targets = kept[rows], kept_labels[rows]
    else:
        targets = labels
        with torch.no_grad():
            maps = torch.relu(network.features(images))
            features = torch.flatten(torch.nn.functional.adaptive_avg_pool2d(maps, 1), 1)
    loss = torch.nn.functional.cross_entropy(head(features), targets)
    adam.zero_grad()
    loss.backward()
    adam.step()


times = []
for i in range(options.steps + 5):
    start = time.perf_counter()
    step()
    if i >= 5:
        times.append(time.perf_counter() - start)
seconds = statistics.median(times)
steps = sum(epochs * math.ceil(options.films * (k + 1) / batch) for k in range(1, options.kmax + 1))
print(json.dumps({
    "bench": "search",
    "peer": "PyTorch " + torch.__version__,
    "size": options.size,
    "cached": options.cached,
    "threads": torch.get_num_threads(),
    "step_ms": round(1000 * seconds, 3),
    "steps": steps,
    "extrapolated_hours": round(seconds * steps / 3600, 2),
}))
