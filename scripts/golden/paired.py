"""Paired proportions, net benefit and predictive values as other software has them: test/golden/paired.json, read by
test/metrics/. McNemar: statsmodels (exact), SciPy (mid-p). Decision curves: dcurves.
python scripts/golden/paired.py  (any Python with statsmodels, SciPy and dcurves)
"""

import json
from importlib.metadata import version
from pathlib import Path

import dcurves
import numpy as np
import pandas as pd
from scipy.stats import binom
from statsmodels.stats.contingency_tables import mcnemar

rng = np.random.default_rng(11)


def paired(both, only_a, only_b, neither):
    table = [[both, only_a], [only_b, neither]]
    n, k = only_a + only_b, min(only_a, only_b)
    mid = 1 - binom.pmf(k, n, 0.5) / 2 if only_a == only_b else 2 * binom.cdf(k, n, 0.5) - binom.pmf(k, n, 0.5)
    return {"table": [both, only_a, only_b, neither], "exact": float(mcnemar(table, exact=True).pvalue), "midP": float(mid)}


def decision(n, prevalence):
    label = rng.integers(0, 2, n)
    score = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * label - 0.9))), 3)
    thresholds = [0.02, 0.1, 0.34, 0.5, 0.76]
    found = dcurves.dca(
        data=pd.DataFrame({"label": label, "score": score}),
        outcome="label",
        modelnames=["score"],
        thresholds=thresholds,
        prevalence=prevalence,
    )
    of = lambda name: found[found["model"] == name]["net_benefit"].astype(float).tolist()
    return {
        "label": label.tolist(),
        "score": score.tolist(),
        "prevalence": prevalence,
        "thresholds": thresholds,
        "model": of("score"),
        "all": of("all"),
    }


golden = {
    "made by": f"scripts/golden/paired.py, statsmodels {version('statsmodels')}, SciPy {version('scipy')}, dcurves {version('dcurves')}",
    "paired": [paired(*counts) for counts in [(1, 1, 7, 12), (59, 6, 16, 80), (20, 12, 2, 16), (40, 5, 5, 10), (300, 41, 18, 60)]],
    "decision": [decision(90, None), decision(120, 0.1)],
}
out = Path(__file__).parents[2] / "test" / "golden" / "paired.json"
out.write_text(json.dumps(golden) + "\n")
