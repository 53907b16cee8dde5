"""Whole training steps of the diffusion model in PyTorch, float64, and a drawing of it: Wiener's filter film by film, the U-Net as
torch.nn has its layers, autograd, torch.optim.Adam, and the multistep solver written out.

Everything random is a formula (`numbers`), so that the test makes the same weights, noise and images itself. Arrays are named and
laid out as kopt has them: kernels [kh, kw, Cin, Cout], images [N, H, W, C]. Writes test/golden/edm-steps.json.
Run: python scripts/golden/edm_steps.py
"""

import json
import math
import pathlib
import platform

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)


def residues(count, key):
    """Integers 0..1008, a quadratic formula of place and key."""
    i = np.arange(1, count + 1, dtype=np.int64)
    return (31 * i * i + 17 * i * key + 101 * key) % 1009


def numbers(shape, key, scale, centre=0):
    """Numbers in [centre - scale, centre + scale]."""
    return torch.from_numpy((residues(int(np.prod(shape)), key) / 504 - 1) * scale + centre).reshape(shape)


def integers(shape, key, below):
    return torch.from_numpy(residues(int(np.prod(shape)), key) % below).reshape(shape)


def shapes(o):
    """Of every parameter, by its name."""
    a, b, c = o["widths"]
    pixels = 4 * o["channels"]
    out = {
        "conditions/0/weight": (64 + o["classes"] + 5, 128),
        "conditions/0/bias": (128,),
        "conditions/1/weight": (128, 128),
        "conditions/1/bias": (128,),
        "input/weight": (3, 3, 2 * pixels, a),
        "input/bias": (a,),
        "output/weight": (3, 3, a, pixels),
        "output/bias": (pixels,),
    }
    blocks = {"down/0": (a, a), "down/1": (a, b), "down/2": (b, c), "middle": (c, c)}
    blocks |= {"up/0": (2 * c, b), "up/1": (2 * b, a), "up/2": (2 * a, a)}
    for name, (i, j) in blocks.items():
        out[f"{name}/first/weight"] = (3, 3, i, j)
        out[f"{name}/norm/scale"] = (j,)
        out[f"{name}/norm/shift"] = (j,)
        out[f"{name}/condition/weight"] = (128, 2 * j)
        out[f"{name}/condition/bias"] = (2 * j,)
        out[f"{name}/second/weight"] = (3, 3, j, j)
        out[f"{name}/second/bias"] = (j,)
        if i != j:
            out[f"{name}/straight/weight"] = (1, 1, i, j)
    return dict(sorted(out.items()))


def conv(w, name, x, bias=True):
    kernel = w[f"{name}/weight"].permute(3, 2, 0, 1)
    return F.conv2d(x, kernel, w[f"{name}/bias"] if bias else None, padding=(kernel.shape[-1] - 1) // 2)


def block(w, name, x, told):
    inner = conv(w, f"{name}/first", F.relu(x), bias=False)
    inner = F.group_norm(inner, 8, w[f"{name}/norm/scale"], w[f"{name}/norm/shift"])
    scale, shift = (told @ w[f"{name}/condition/weight"] + w[f"{name}/condition/bias"])[:, :, None, None].chunk(2, 1)
    inner = conv(w, f"{name}/second", F.relu(inner * (1 + scale) + shift))
    passed = conv(w, f"{name}/straight", x, bias=False) if f"{name}/straight/weight" in w else x
    return (passed + inner) / math.sqrt(2)


def unshuffled(x):
    """[N, C, H, W] -> [N, (row, column, C), H / 2, W / 2]"""
    n, c, h, w = x.shape
    return x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2)


def shuffled(x):
    n, c, h, w = x.shape
    return x.view(n, 2, 2, c // 4, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // 4, 2 * h, 2 * w)


def network(w, x, log_level, labels, variants, classes):
    frequencies = torch.exp(torch.linspace(0, math.log(50), 32))
    angles = log_level[:, None] / 4 * frequencies
    told = torch.cat([angles.sin(), angles.cos(), F.one_hot(labels, classes).double(), variants], 1)
    for i in range(2):
        told = F.relu(told @ w[f"conditions/{i}/weight"] + w[f"conditions/{i}/bias"])
    first = block(w, "down/0", conv(w, "input", unshuffled(x)), told)
    second = block(w, "down/1", F.avg_pool2d(first, 2), told)
    third = block(w, "down/2", F.avg_pool2d(second, 2), told)
    x = block(w, "middle", third, told)
    x = block(w, "up/0", torch.cat([x, third], 1), told)
    x = block(w, "up/1", torch.cat([F.interpolate(x, scale_factor=2), second], 1), told)
    x = block(w, "up/2", torch.cat([F.interpolate(x, scale_factor=2), first], 1), told)
    return shuffled(conv(w, "output", F.relu(x)))


def gaussians(o):
    h, w = o["imageSize"]
    size = h * w * o["channels"]
    return {
        "range": torch.tensor([120.0, 90.0]),
        "means": numbers((o["classes"], size), 51, 0.4),
        "components": numbers((o["classes"], o["components"], size), 52, 0.05),
        "variances": numbers((o["classes"], o["components"]), 53, 0.4, 0.5),
        "rest": numbers((o["classes"],), 54, 0.01, 0.02),
    }


def expected(films, noisy, labels, level):
    """Wiener's filter, one film after the other."""
    out, deviations = [], []
    for x, y, s in zip(noisy, labels, level):
        v, l, r = films["components"][y], films["variances"][y], films["rest"][y]
        z = x - films["means"][y]
        c = v @ z
        out.append(films["means"][y] + (l / (l + s**2) * c) @ v + r / (r + s**2) * (z - c @ v))
        size, count = len(x), len(l)
        spread = (l * s**2 / (l + s**2)).sum() + (size - count) * r * s**2 / (r + s**2)
        deviations.append((spread / size).sqrt())
    return torch.stack(out), torch.stack(deviations)


def images(rows, o):
    """[N, P] -> [N, C, H, W]"""
    return rows.view(-1, *o["imageSize"], o["channels"]).permute(0, 3, 1, 2)


def denoised(films, w, noisy, level, labels, variants, o):
    film, deviation = expected(films, noisy, labels, level)
    seen = torch.cat([images(noisy / (level[:, None] ** 2 + 0.25).sqrt(), o), images(film / 0.5, o)], 1)
    answer = network(w, seen, level.log(), labels, variants, o["classes"])
    return film + answer.permute(0, 2, 3, 1).flatten(1) * deviation[:, None], deviation


def draw(films, w, o):
    """Three films from given noise, by DPM-Solver++(2M)."""
    labels = torch.arange(3) % o["classes"]
    h, wd = o["imageSize"]
    z = numbers((3, h * wd * o["channels"]), 61, 2)
    n = o["levels"]
    levels = [(5 ** (1 / 7) + i / (n - 1) * (0.01 ** (1 / 7) - 5 ** (1 / 7))) ** 7 for i in range(n)]
    x = []
    for row, y in zip(z, labels):
        v, l, r = films["components"][y], films["variances"][y], films["rest"][y]
        c = v @ row
        x.append(
            films["means"][y] + ((l + levels[0] ** 2).sqrt() * c) @ v + (r + levels[0] ** 2).sqrt() * (row - c @ v)
        )
    x = torch.stack(x)
    before = None
    variants = torch.zeros(3, 5)
    for i, s in enumerate(levels):
        d, _ = denoised(films, w, x, torch.full((3,), s), labels, variants, o)
        if i == n - 1:
            break
        h_now = math.log(s / levels[i + 1])
        step = d
        if before is not None:
            r = math.log(levels[i - 1] / s) / h_now
            step = (1 + 1 / (2 * r)) * d - 1 / (2 * r) * before
        x = levels[i + 1] / s * x - math.expm1(-h_now) * step
        before = d
    return d * films["range"][1] + films["range"][0]


def digest(array, samples):
    """Norm, and evenly spaced elements."""
    flat = array.detach().contiguous().flatten()
    stride = max(1, len(flat) // samples)
    shown = lambda v: float(f"{v:.13g}")
    return {
        "norm": shown(flat.norm().item()),
        "stride": stride,
        "samples": [shown(v) for v in flat[::stride].tolist()],
    }


def run(o):
    films = gaussians(o)
    w = {
        name: numbers(shape, key, o["weightScale"], 1 if name.endswith("/scale") else 0).requires_grad_()
        for key, (name, shape) in enumerate(shapes(o).items(), 1)
    }
    average = {name: value.detach().clone() for name, value in w.items()}
    adam = torch.optim.Adam(w.values(), lr=1, betas=(0.9, 0.99))
    steps = []
    for step in range(1, o["steps"] + 1):
        key = 100 * step
        h, wd = o["imageSize"]
        shape = (o["batchSize"], h, wd, o["channels"])
        clean = (integers(shape, key, 256).double().flatten(1) - films["range"][0]) / films["range"][1]
        labels = integers((o["batchSize"],), key + 1, o["classes"])
        noise = numbers(shape, key + 2, 2).flatten(1)
        log_level = numbers((o["batchSize"],), key + 3, 2, -1)
        variants = numbers((o["batchSize"], 5), key + 4, 1)
        level = log_level.exp()
        film, deviation = denoised(films, w, clean + noise * level[:, None], level, labels, variants, o)
        loss = (((film - clean) / deviation[:, None]) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        for group in adam.param_groups:
            group["lr"] = 0.002 / step
        adam.step()
        with torch.no_grad():
            staying = 1 - 1 / (step + 1)
            for name in w:
                average[name] = staying * average[name] + (1 - staying) * w[name]
        steps.append(loss.item())
    state = {}
    for name, value in w.items():
        state[f"params/{name}"] = digest(value, 12)
        state[f"average/{name}"] = digest(average[name], 12)
        state[f"adam/first/{name}"] = digest(adam.state[value]["exp_avg"], 6)
        state[f"adam/second/{name}"] = digest(adam.state[value]["exp_avg_sq"], 6)
    with torch.no_grad():
        drawn = draw(films, average, o)
    return {"options": o, "steps": steps, "state": state, "drawn": digest(drawn, 60)}


common = {"imageSize": [16, 24], "widths": [8, 16, 24], "width": 0.25, "batchSize": 4, "levels": 5, "weightScale": 0.1}
cases = [
    {**common, "classes": 2, "channels": 1, "components": 4, "steps": 3},
    {**common, "classes": 3, "channels": 3, "components": 2, "steps": 2},
]
golden = {
    "script": "scripts/golden/edm_steps.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    "cases": [run(case) for case in cases],
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "edm-steps.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
