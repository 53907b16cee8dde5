"""Limits and test of the difference of two AUCs by their definition, from pairs of cases and SciPy's root finder:
test/golden/difference.json, read by test/metrics/difference-limits.test.ts. Cases independent, and of patients with several
(Obuchowski 1997).
python scripts/golden/difference.py  (any Python with NumPy and SciPy)
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, t as student

rng = np.random.default_rng(15)


def placed(label, score):
    positive, negative = score[label == 1], score[label == 0]
    kernel = (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
    return kernel.mean(axis=1), kernel.mean(axis=0)


def newcombe(observed, m, n, z, side):
    if observed == (1 if side == 1 else 0):
        return observed
    variance = lambda a: a * (1 - a) / (m * n) * (1 + ((m + n) / 2 - 1) * ((1 - a) / (2 - a) + a / (1 + a)))
    beyond = lambda a: abs(observed - a) - z * np.sqrt(variance(a))
    return brentq(beyond, observed + side * 1e-9, 1 if side == 1 else 0, xtol=1e-14)


def compared(label, a, b, patients):
    label, a, b, patients = np.array(label), np.array(a), np.array(b), np.array(patients)
    (a10, a01), (b10, b01) = placed(label, a), placed(label, b)
    auc_a, auc_b = a10.mean(), b10.mean()
    d, d10, d01 = auc_a - auc_b, a10 - b10, a01 - b01
    m, n = len(d10), len(d01)
    names = np.unique(patients)
    at = lambda values, own: np.array([values[own == name].sum() for name in names])
    diseased, healthy = patients[label == 1], patients[label == 0]
    i10, i01, all_ = len(np.unique(diseased)), len(np.unique(healthy)), len(names)
    r10, r01 = at(d10 - d, diseased), at(d01 - d, healthy)
    if all_ == len(label):
        variance = d10.var(ddof=1) / m + d01.var(ddof=1) / n
    else:
        s10 = i10 / ((i10 - 1) * m) * (r10**2).sum()
        s01 = i01 / ((i01 - 1) * n) * (r01**2).sum()
        s11 = all_ / (all_ - 1) * (r10 * r01).sum()
        variance = max(0, s10 / m + s01 / n + 2 * s11 / (m * n))
    part = at(d10, diseased) / m + at(d01, healthy) / n
    f, w = 0.25, 0.25
    f1 = w * f * (1 / i10 + 1 / i01)
    f2 = w * f**2 * (1 / i10**2 + 1 / i01**2)
    c = 2 * ((part**2).sum() + f2) / (abs(part).sum() + f1)
    e = (1 / i10 + 1 / i01) / 4
    at_delta = lambda x: variance + c * max(0, abs(x) - abs(d)) + e * max(0, d**2 - x**2)
    df = min(i10, i01) - 1

    def limit(tail, side):
        beyond = lambda x: abs(x - d) - student.isf(tail, df) * np.sqrt(at_delta(x))
        away = np.concatenate([np.linspace(0, 2, 20001), np.geomspace(2, 500, 2001)[1:]])
        first = next(i for i in range(1, len(away)) if beyond(d + side * away[i]) > 0)
        inside, outside = d + side * away[first - 1], d + side * away[first]
        own = brentq(beyond, inside, outside, xtol=1e-15) if beyond(inside) < 0 else d
        z = norm.isf(tail)
        if side == 1:
            return min(own, 1 - newcombe(auc_b, i10, i01, z, -1), newcombe(auc_a, i10, i01, z, 1))
        return max(own, newcombe(auc_a, i10, i01, z, -1) - 1, -newcombe(auc_b, i10, i01, z, 1))

    statistic = d / np.sqrt(at_delta(0)) if d != 0 else 0
    return {
        "difference": d,
        "limits": [[limit(0.025, -1), limit(0.025, 1)], [limit(0.025, -1), limit(0.025 / 6, 1)]],
        "p": 2 * student.sf(abs(statistic), df),
    }


def case(title, label, a, b, patients=None):
    patients = list(range(len(label))) if patients is None else patients
    return {
        "title": title,
        "label": list(map(int, label)),
        "a": list(map(float, a)),
        "b": list(map(float, b)),
        "patients": [f"p{p}" for p in patients],
        **compared(label, a, b, patients),
    }


def drawn(m, n, auc_a, auc_b, correlation, digits=None):
    label = np.repeat([1, 0], [m, n])
    shared = np.sqrt(correlation) * rng.normal(size=m + n)
    score = lambda auc: label * np.sqrt(2) * norm.ppf(auc) + shared + np.sqrt(1 - correlation) * rng.normal(size=m + n)
    a, b = score(auc_a), score(auc_b)
    return (label, a, b) if digits is None else (label, np.round(a, digits), np.round(b, digits))


eight = [1, 1, 1, 1, 0, 0, 0, 0]
perfect = [8, 7, 6, 5, 4, 3, 2, 1]
label, a, b = drawn(40, 40, 0.95, 0.9, 0.6, 1)
golden = {
    "made by": f"scripts/golden/difference.py, NumPy {version('numpy')}, SciPy {version('scipy')}",
    "cases": [
        case("eight films, both perfect", eight, perfect, perfect),
        case("eight films, perfect and reversed", eight, perfect, perfect[::-1]),
        case("24 films near 1", *drawn(12, 12, 0.98, 0.96, 0.9)),
        case("43 + 36 films", *drawn(43, 36, 0.95, 0.9, 0.8)),
        case("10 against 90, ties", *drawn(10, 90, 0.9, 0.92, 0.7, 1)),
        case("150 + 150 films", *drawn(150, 150, 0.97, 0.97, 0.97)),
        case("two films a patient, of both classes", label, a, b, [i % 40 for i in range(80)]),
        case("three films a patient, mostly of one class", label, a, b, [i // 3 for i in range(80)]),
    ],
}
out = Path(__file__).parents[2] / "test" / "golden" / "difference.json"
out.write_text(json.dumps(golden) + "\n")
