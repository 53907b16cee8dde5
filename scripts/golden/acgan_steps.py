"""Whole ACGAN training steps in PyTorch, float64: both updates, batch statistics, dropout masks, torch.optim.Adam.

Everything random is a formula (`numbers`), so that the test makes the same weights, latents, masks and images itself.
Arrays are named and laid out as kopt has them: kernels [kh, kw, Cin, Cout], transposed ones [kh, kw, Cout, Cin],
images [N, H, W, C]. Writes test/golden/acgan-steps.json. Run: python scripts/golden/acgan_steps.py
"""

import json
import pathlib
import platform

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)


def residues(count, key):
    """Integers 0..1008, a quadratic formula of place and key."""
    i = np.arange(1, count + 1, dtype=np.int64)
    return (31 * i * i + 17 * i * key + 101 * key) % 1009


def numbers(shape, key, scale):
    """Numbers in [-scale, scale]."""
    return torch.from_numpy((residues(int(np.prod(shape)), key) / 504 - 1) * scale).reshape(shape)


def integers(shape, key, below):
    return torch.from_numpy(residues(int(np.prod(shape)), key) % below).reshape(shape)


def mask(shape, key, rate):
    """
    Kept activations times 1 / (1 - rate), for [N, H, W, C] -> [N, C, H, W]. Bits of words of 16, lowest first, at rate 1/2; else one word
    for each activation; in the order [C, H, W, N].
    """
    n, h, w, c = shape
    count = int(np.prod(shape))
    if rate == 0.5:
        words = 257 * (residues(-(-count // 16), key) % 256)
        kept = (words[:, None] >> np.arange(16) & 1).reshape(-1)[:count]
    else:
        kept = 257 * (residues(count, key) % 256) >= round(rate * 65536)
    return torch.from_numpy(kept.astype(np.float64)).reshape(c, h, w, n).permute(3, 0, 1, 2) / (1 - rate)


class Generator(nn.Module):
    def __init__(self, o):
        super().__init__()
        n, a, b = o["generatorWidths"]
        self.h, self.w = o["imageSize"][0] // 8, o["imageSize"][1] // 8
        self.embedding = nn.Embedding(o["classes"], o["embeddingSize"])
        self.class_map = nn.Linear(o["embeddingSize"], self.h * self.w)
        self.latent_map = nn.Linear(o["latentSize"], self.h * self.w * n)
        self.up = nn.ModuleList(
            [
                nn.ConvTranspose2d(n + 1, a, 5, 2, 2, 1, bias=False),
                nn.ConvTranspose2d(a, b, 5, 2, 2, 1, bias=False),
            ]
        )
        self.norm = nn.ModuleList([nn.BatchNorm2d(a), nn.BatchNorm2d(b)])
        self.image = nn.ConvTranspose2d(b, o["channels"], 5, 2, 2, 1)

    def forward(self, z, y):
        grid = F.relu(self.latent_map(z)).view(len(z), self.h, self.w, -1).permute(0, 3, 1, 2)
        h = torch.cat([grid, self.class_map(self.embedding(y)).view(-1, 1, self.h, self.w)], 1)
        for up, norm in zip(self.up, self.norm):
            h = F.relu(norm(up(h)))
        return torch.tanh(self.image(h))


class Discriminator(nn.Module):
    def __init__(self, o):
        super().__init__()
        widths = [o["channels"], *o["discriminatorWidths"]]
        self.conv = nn.ModuleList(nn.Conv2d(i, j, 3, 2, 1, bias=False) for i, j in zip(widths, widths[1:]))
        self.norm = nn.ModuleList(nn.BatchNorm2d(j) for j in widths[1:])
        h, w = o["imageSize"]
        for _ in range(4):
            h, w = -(-h // 2), -(-w // 2)
        self.source = nn.Linear(h * w * widths[4], 1)
        self.label = nn.Linear(h * w * widths[4], o["classes"])
        self.slope = o["leakySlope"]

    def forward(self, x, masks):
        for i, (conv, norm) in enumerate(zip(self.conv, self.norm)):
            x = F.leaky_relu(norm(conv(x)), self.slope)
            if i < 3:
                x = x * masks[i]
        x = x.permute(0, 2, 3, 1).flatten(1)
        return self.source(x)[:, 0], self.label(x)


def dense(prefix, layer):
    return {f"{prefix}/weight": (layer.weight, (1, 0)), f"{prefix}/bias": (layer.bias, (0,))}


def kernel(prefix, layer):
    """Both kinds of kernels: (out, in, kh, kw) of a convolution, (in, out, kh, kw) of a transposed one."""
    named = {f"{prefix}/weight": (layer.weight, (2, 3, 1, 0))}
    return named if layer.bias is None else {**named, f"{prefix}/bias": (layer.bias, (0,))}


def norm(prefix, layer):
    return {f"{prefix}/scale": (layer.weight, (0,)), f"{prefix}/shift": (layer.bias, (0,))}


def named_parameters(g, d):
    """kopt's name of every parameter, with the axes that bring it to kopt's layout."""
    p = "generator/params"
    named = {f"{p}/embedding/table": (g.embedding.weight, (0, 1))}
    named |= dense(f"{p}/classMap", g.class_map) | dense(f"{p}/latentMap", g.latent_map) | kernel(f"{p}/image", g.image)
    for i in range(2):
        named |= kernel(f"{p}/blocks/{i}/up", g.up[i]) | norm(f"{p}/blocks/{i}/norm", g.norm[i])
    p = "discriminator/params"
    for i in range(4):
        named |= kernel(f"{p}/blocks/{i}/conv", d.conv[i]) | norm(f"{p}/blocks/{i}/norm", d.norm[i])
    named |= dense(f"{p}/source", d.source) | dense(f"{p}/class", d.label)
    return dict(sorted(named.items()))


def named_statistics(g, d):
    out = {}
    for net, prefix in ((g, "generator"), (d, "discriminator")):
        for i, layer in enumerate(net.norm):
            out[f"{prefix}/norms/{i}/mean"] = layer.running_mean
            out[f"{prefix}/norms/{i}/variance"] = layer.running_var
    return out


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
    g, d = Generator(o), Discriminator(o)
    parameters = named_parameters(g, d)
    with torch.no_grad():
        for key, (name, (parameter, axes)) in enumerate(parameters.items()):
            shape = parameter.permute(axes).shape
            centre = 1 if name.endswith("/scale") else 0
            parameter.permute(axes).copy_(numbers(shape, key + 1, o["weightScale"]) + centre)
    own = lambda part: [p for name, (p, _) in parameters.items() if name.startswith(part)]
    adam = lambda part: torch.optim.Adam(own(part), o["learningRate"], (o["beta1"], 0.999))
    adam_d, adam_g = adam("discriminator"), adam("generator")
    bce, ce = F.binary_cross_entropy_with_logits, F.cross_entropy
    batch, sizes = o["batchSize"], []
    h, w = o["imageSize"]
    for width in o["discriminatorWidths"][:3]:
        h, w = -(-h // 2), -(-w // 2)
        sizes.append([batch, h, w, width])
    steps = []
    for step in range(1, o["steps"] + 1):
        key = 100 * step
        x = integers([batch, *o["imageSize"], o["channels"]], key, 256) / 127.5 - 1
        x = x.permute(0, 3, 1, 2)
        y, y_fake = integers([batch], key + 1, o["classes"]), integers([batch], key + 2, o["classes"])
        z = numbers([batch, o["latentSize"]], key + 3, 2)
        masks = [[mask(s, key + 10 * p + i, o["dropout"]) for i, s in enumerate(sizes)] for p in (1, 2, 3)]

        fake = g(z, y_fake)
        adam_d.zero_grad()
        s_real, c_real = d(x, masks[0])
        s_fake, c_fake = d(fake.detach(), masks[1])
        loss_d = bce(s_real, torch.ones(batch)) + bce(s_fake, torch.zeros(batch)) + ce(c_real, y)
        if o["classHeadLearnsFromFakes"]:
            loss_d = loss_d + ce(c_fake, y_fake)
        loss_d.backward()
        adam_d.step()
        adam_g.zero_grad()
        s, c = d(fake, masks[2])
        loss_g = bce(s, torch.ones(batch)) + ce(c, y_fake)
        loss_g.backward()
        adam_g.step()
        steps.append(
            {
                "discriminator": loss_d.item(),
                "generator": loss_g.item(),
                "realAccuracy": (s_real > 0).double().mean().item(),
                "fakeAccuracy": (s_fake < 0).double().mean().item(),
                "classAccuracy": (c_real.argmax(1) == y).double().mean().item(),
            }
        )
    state = {}
    for name, (parameter, axes) in parameters.items():
        moments = (adam_g if name.startswith("generator") else adam_d).state[parameter]
        state[name] = digest(parameter.permute(axes), 24)
        state[name.replace("/params/", "/adam/first/")] = digest(moments["exp_avg"].permute(axes), 8)
        state[name.replace("/params/", "/adam/second/")] = digest(moments["exp_avg_sq"].permute(axes), 8)
    state |= {name: digest(array, 24) for name, array in named_statistics(g, d).items()}
    g.eval()
    drawn = g(numbers([3, o["latentSize"]], 7, 2), torch.arange(3) % o["classes"]).permute(0, 2, 3, 1)
    return {"options": o, "steps": steps, "state": state, "drawn": digest(drawn, 48)}


common = {
    "imageSize": [16, 24],
    "generatorWidths": [16, 8, 4],
    "discriminatorWidths": [1, 3, 5, 11],
    "latentSize": 12,
    "embeddingSize": 5,
    "learningRate": 0.002,
    "beta1": 0.5,
    "leakySlope": 0.2,
    "weightScale": 0.3,
    "batchSize": 6,
}
cases = [
    {**common, "classes": 3, "channels": 1, "dropout": 0.5, "classHeadLearnsFromFakes": True, "steps": 5},
    {**common, "classes": 2, "channels": 3, "dropout": 0.25, "classHeadLearnsFromFakes": False, "steps": 2},
]
golden = {
    "script": "scripts/golden/acgan_steps.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    "cases": [run(case) for case in cases],
}
target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "acgan-steps.json"
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
