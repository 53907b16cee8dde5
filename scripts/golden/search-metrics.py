"""The metrics that choose K, of logits, as scikit-learn has them: test/golden/search-metrics.json, read by test/scoring/.
python scripts/golden/search-metrics.py  (any Python with scikit-learn 1.7 or later)
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

rng = np.random.default_rng(11)
specificities = [0.9, 0.75]


def sensitivity(truth, score, specificity):
    fpr, tpr, _ = metrics.roc_curve(truth, score, drop_intermediate=False)
    return tpr[fpr <= 1 - specificity + 1e-12].max()


def probabilities(logits, shift):
    full = logits if logits.shape[1] > 1 else np.hstack([np.zeros_like(logits), logits])
    full = full + (shift if logits.shape[1] > 1 else [0, shift[0]])
    odds = np.exp(full - full.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def case(n, classes, decimals, shift):
    label = np.arange(n) % classes
    rng.shuffle(label)
    outputs = 1 if classes == 2 else classes
    centre = label[:, None] * 1.4 - 0.7 if classes == 2 else 1.2 * np.eye(classes)[label]
    logits = np.round(centre + rng.normal(size=(n, outputs)), decimals)
    plain = probabilities(logits, np.zeros(outputs))
    shifted = probabilities(logits, np.array(shift))
    truth = np.eye(classes)[label]
    called = (plain[:, 1] >= 0.5).astype(int) if classes == 2 else plain.argmax(axis=1)
    average = "binary" if classes == 2 else "macro"
    brier = lambda p: metrics.brier_score_loss(label, p[:, 1] if classes == 2 else p)
    one = [1] if classes == 2 else range(classes)
    return {
        "outputs": outputs,
        "label": label.tolist(),
        "logits": logits.ravel().tolist(),
        "shift": shift,
        "auc": metrics.roc_auc_score(label, plain[:, 1] if classes == 2 else plain, multi_class="ovr"),
        "log-loss": metrics.log_loss(label, plain),
        "log-loss shifted": metrics.log_loss(label, shifted),
        "brier": brier(plain),
        "brier shifted": brier(shifted),
        "accuracy": metrics.accuracy_score(label, called),
        "balanced-accuracy": metrics.balanced_accuracy_score(label, called),
        "f1": metrics.f1_score(label, called, average=average),
        "sensitivity-at-specificity": [
            {"specificity": s, "value": float(np.mean([sensitivity(truth[:, c], plain[:, c], s) for c in one]))}
            for s in specificities
        ],
    }


golden = {
    "made by": f"scripts/golden/search-metrics.py, scikit-learn {sklearn.__version__}",
    "cases": [
        case(40, 2, 3, [-0.8]),
        case(60, 2, 1, [0.4]),
        case(60, 3, 3, [0.5, -0.2, -0.4]),
        case(45, 3, 1, [-0.3, 0.6, -0.5]),
    ],
}
out = Path(__file__).parents[2] / "test" / "golden" / "search-metrics.json"
out.write_text(json.dumps(golden, indent=1) + "\n")
