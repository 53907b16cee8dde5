"""Measures at a cutoff, ROC curves, AUC, Brier score as scikit-learn has them, Wilson limits as SciPy has them:
test/golden/measures.json, read by test/metrics/.
python scripts/golden/measures.py  (any Python with scikit-learn and SciPy)
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import binomtest
from sklearn import metrics

rng = np.random.default_rng(5)


def case(n, decimals):
    label = rng.integers(0, 2, n)
    score = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + 1.2 * label - 0.6))), decimals)
    called = (score >= 0.5).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(label, called).ravel()
    fpr, tpr, cutoffs = metrics.roc_curve(label, score, drop_intermediate=False)
    return {
        "label": label.tolist(),
        "score": score.tolist(),
        "confusion": {"tp": int(tp), "fn": int(fn), "tn": int(tn), "fp": int(fp)},
        "measures": {
            "accuracy": metrics.accuracy_score(label, called),
            "sensitivity": metrics.recall_score(label, called),
            "specificity": metrics.recall_score(label, called, pos_label=0),
            "f1": metrics.f1_score(label, called),
            "ppv": metrics.precision_score(label, called),
            "npv": metrics.precision_score(label, called, pos_label=0),
        },
        "roc": [[round(float(a), 15), round(float(b), 15)] for a, b in zip(fpr, tpr)],
        "cutoffs": [float(c) for c in cutoffs[1:]],
        "auc": metrics.roc_auc_score(label, score),
        "brier": metrics.brier_score_loss(label, score),
    }


def wilson(successes, n, level):
    interval = binomtest(successes, n).proportion_ci(level, method="wilson")
    return {"successes": successes, "n": n, "level": level, "low": interval.low, "high": interval.high}


golden = {
    "made by": f"scripts/golden/measures.py, scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}",
    "cases": [case(40, 3), case(70, 1)],
    "wilson": [wilson(58, 66, 0.95), wilson(0, 12, 0.95), wilson(43, 43, 0.95), wilson(7, 11, 0.9)],
}
out = Path(__file__).parents[2] / "test" / "golden" / "measures.json"
out.write_text(json.dumps(golden, indent=1) + "\n")
