"""Reference heads: scikit-learn's logistic regression (two classes, and multinomial with three) and PyTorch's Adam on a
softmax over the classes. Run with scikit-learn and torch installed; writes test/golden/heads.json."""
import json
from pathlib import Path

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(20221118)
N, D = 36, 4


def films(classes):
    labels = np.arange(N) % classes
    centres = rng.normal(size=(classes, D))
    x = (centres[labels] * 0.8 + rng.normal(size=(N, D))).astype(np.float32)
    return x, labels


def logistic(x, labels, penalty):
    model = LogisticRegression(C=1 / (N * penalty), tol=1e-12, max_iter=100_000)
    model.fit(x.astype(np.float64), labels)
    return {"penalty": penalty, "weights": model.coef_.ravel().tolist(), "bias": model.intercept_.tolist(),
            "probabilities": model.predict_proba(x.astype(np.float64)).tolist()}


def adam(x, labels, classes, rate, steps, decay):
    """Whole-set batches, so that no order of shuffling matters."""
    initial = rng.normal(size=(classes, D)) * 0.3
    weights = torch.tensor(initial, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([weights, bias], lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: 1 / (1 + decay * t))
    inputs, targets = torch.tensor(x, dtype=torch.float64), torch.tensor(labels)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(inputs @ weights.T + bias, targets).backward()
        optimiser.step()
        schedule.step()
    return {"initial": initial.ravel().tolist(), "rate": rate, "steps": steps, "epochs": rate / decay,
            "weights": weights.detach().numpy().ravel().tolist(), "bias": bias.detach().numpy().tolist()}


cases = []
for classes in (2, 3, 4):
    x, labels = films(classes)
    cases.append({
        "classes": classes, "features": x.ravel().tolist(), "labels": labels.tolist(), "n": N, "d": D,
        "logistic": [logistic(x, labels, penalty) for penalty in (1, 0.03)],
        "adam": adam(x, labels, classes, 0.02, 60, 0.001),
    })

out = {"made with": f"scikit-learn {sklearn.__version__}, torch {torch.__version__}, scripts/golden/heads.py", "cases": cases}
target = Path(__file__).parent.parent.parent / "test" / "golden" / "heads.json"
target.write_text(json.dumps(out) + "\n")
print(target, target.stat().st_size)
