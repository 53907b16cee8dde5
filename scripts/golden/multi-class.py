"""More than two classes: AUC of each against the rest, macro average, Hand and Till's M, measures of the most probable
class, as scikit-learn has them; M also as pROC's multiclass.roc has it: test/golden/multi-class.json, read by test/metrics/.
python scripts/golden/multi-class.py  (any Python with scikit-learn, and Rscript with pROC)
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

rng = np.random.default_rng(2001)
R = """
suppressMessages(library(pROC))
lines <- strsplit(readLines(file("stdin")), ",")
scores <- t(sapply(lines, function(x) as.numeric(x[-1])))
colnames(scores) <- seq_len(ncol(scores)) - 1
cat(sprintf("%.17g %s", as.numeric(multiclass.roc(sapply(lines, `[`, 1), scores)$auc), packageVersion("pROC")))
"""


def case(n, classes, decimals):
    weights = np.arange(classes, 0, -1) / sum(range(classes + 1))
    label = np.concatenate([np.arange(classes), rng.choice(classes, n - classes, p=weights)])
    logits = rng.normal(size=(n, classes))
    logits[np.arange(n), label] += 1
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    p = np.round(p, decimals)
    p[:, 0] = np.round(1 - p[:, 1:].sum(1), decimals)  # ties, and rows that add up to 1
    called = p.argmax(1)
    lines = "\n".join(f"{label[i]}," + ",".join(map(repr, p[i].tolist())) for i in range(n))
    proc, version = subprocess.run(["Rscript", "-e", R], input=lines, text=True, capture_output=True, check=True).stdout.split()
    return {
        "label": label.tolist(),
        "scores": p.T.tolist(),
        "classAucs": [metrics.roc_auc_score(label == c, p[:, c]) for c in range(classes)],
        "macroAuc": metrics.roc_auc_score(label, p, multi_class="ovr", average="macro"),
        "handTill": metrics.roc_auc_score(label, p, multi_class="ovo", average="macro"),
        "handTillProc": float(proc),
        "matrix": metrics.confusion_matrix(label, called).tolist(),
        "sensitivity": metrics.recall_score(label, called, average=None).tolist(),
        "macroF1": metrics.f1_score(label, called, average="macro"),
        "accuracy": metrics.accuracy_score(label, called),
        "brier": float(((p - np.eye(classes)[label]) ** 2).sum(1).mean()),
    }, version


made = [case(40, 3, 2), case(60, 4, 1), case(50, 5, 3)]
out = {
    "made by": f"scripts/golden/multi-class.py, scikit-learn {sklearn.__version__}, pROC {made[0][1]}",
    "cases": [one for one, _ in made],
}
target = Path(__file__).resolve().parents[2] / "test" / "golden" / "multi-class.json"
target.write_text(json.dumps(out) + "\n")
