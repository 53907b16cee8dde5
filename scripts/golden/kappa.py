"""Cohen's kappa as other software has it: test/golden/kappa.json, read by test/metrics/. Value and asymptotic standard error:
statsmodels; the value once more: scikit-learn.
python scripts/golden/kappa.py  (any Python with statsmodels and scikit-learn)
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

rng = np.random.default_rng(5)


def case(n, classes, agree):
    first = rng.integers(0, classes, n)
    second = np.where(rng.random(n) < agree, first, rng.integers(0, classes, n))
    table = np.zeros((classes, classes))
    for a, b in zip(first, second):
        table[a, b] += 1
    found = cohens_kappa(table)
    value = float(cohen_kappa_score(first, second))
    assert abs(value - found.kappa) < 1e-12
    return {
        "first": [str(v) for v in first],
        "second": [str(v) for v in second],
        "value": value,
        "se": float(np.sqrt(found.var_kappa)),
    }


golden = {
    "made_by": f"statsmodels {version('statsmodels')}, scikit-learn {version('scikit-learn')}",
    "cases": [case(60, 2, 0.7), case(200, 3, 0.5), case(40, 2, 0.0), case(25, 4, 0.9)],
}
Path("test/golden/kappa.json").write_text(json.dumps(golden, indent=1) + "\n")
