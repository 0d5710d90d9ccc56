"""The numbers in the catalogue of losses that the comparison with PyTorch does not cover."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import log_loss
from torch.nn import functional as F

from lib.activations import log_softmax
from lib.losses import cosine_embedding_loss, ctc_loss, mse_loss, softmax_cross_entropy

PREDICTIONS = [0.5939, 0.8272, 0.7765, 0.7223, 0.5796]
TARGETS = [0.7467, 0.0961, 0.0630, 0.3596, 0.3448]
LOGITS = [[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]]

ROW = torch.zeros(1, 3)

Q = np.linspace(0.001, 1, 1000)
assert abs(Q[(1 - 0.6 * Q / (0.3 + Q**2)).argmin()] - np.sqrt(0.3)) < 1e-3
ORDERED = np.array([[0.2, 0.8, 0, 0, 0], [0.2, 0, 0, 0, 0.8]])
RANKED = ((ORDERED.cumsum(axis=1) - 1) ** 2).sum(axis=1)
FRAMES = log_softmax([[[0.0, 1.0, -1.0]], [[0.5, 0.0, 2.0]], [[1.0, -1.0, 0.5]]])


def complaint(target: torch.Tensor, given: torch.Tensor = ROW, loss=F.cross_entropy) -> str:
    """Return what PyTorch says of a target, for one row of three logits if not another input."""
    try:
        loss(given, target)
    except (IndexError, RuntimeError, ValueError) as error:
        return str(error)
    return ""


PAGE = (Path(__file__).parents[2] / "chapters" / "catalogue.md").read_text(encoding="utf-8")
for wrong in (torch.tensor([3]), torch.tensor([1], dtype=torch.int32), torch.tensor([[1]])):
    assert complaint(wrong), "PyTorch takes it"
    assert complaint(wrong).rstrip(".") in PAGE, complaint(wrong)
TWO, WHOLE = torch.tensor([0.0, 2.0]), torch.tensor([0, 1])
with_logits = F.binary_cross_entropy_with_logits
for message in (
    complaint(torch.tensor([[0, 1], [1, 0]]), torch.zeros(2, 2)),
    complaint(torch.tensor([0, 1, 1]), torch.zeros(2, 2)),
    complaint(torch.zeros(4, 5, dtype=torch.long), torch.zeros(4, 5, 10)),
    complaint(torch.zeros(2, 1, 4, 4, dtype=torch.long), torch.zeros(2, 3, 4, 4)),
    complaint(torch.zeros(2), TWO, F.binary_cross_entropy),
    complaint(torch.zeros(2), torch.zeros(2, 1), with_logits),
    complaint(WHOLE, TWO, with_logits),
    complaint(WHOLE, torch.tensor([0.5, 0.5]), F.binary_cross_entropy),
):
    assert f"| `{message}` |" in PAGE, message

#: What Keras says, of the same cases in both versions: measured by `benchmarks/messages.py`.
KERAS = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "messages.json").read_text(encoding="utf-8")
)


def explained(library: str, case: str, message: str, cause: str) -> bool:
    """Return whether Keras says so, and a row of the page has that message with its cause."""
    row = any(message in row and cause in row for row in PAGE.splitlines())
    return message in KERAS[library][case] and row


def refused(labels: list[int], probabilities: list) -> str:
    """Return what scikit-learn says of labels and probabilities."""
    try:
        log_loss(labels, probabilities)
    except ValueError as error:
        return str(error)
    return ""


def blank(share: float) -> float:
    """Return the loss of a label of 12 in 100 frames, if each frame says the same of 26 letters."""
    frames = np.log(np.tile([share, *[(1 - share) / 26] * 26], (100, 1)))
    return ctc_loss(frames, list(range(1, 13)), 100, 12)


BLANKS = "a blank of 0.88 in each, at 3.43 nats a label"
NUMBERS = [
    (BLANKS, min(np.arange(0.8, 0.95, 0.01), key=blank), "0.88"),
    (BLANKS, blank(0.88), "3.43"),
    ("is not 0.3 but 1, and", Q[(1 - 0.6 * Q / (0.3 + Q)).argmin()], "1"),
    ("in the denominator 0.5477", np.sqrt(0.3), "0.5477"),
    ("both cost 1.6094 nats", -np.log(0.2), "1.6094"),
    ("gives 0.64 and 2.56", RANKED[0], "0.64"),
    ("gives 0.64 and 2.56", RANKED[1], "2.56"),
    ("5.545 nats for 256", np.log(256), "5.545"),
    ('{value:.4f}") # 0.2507', mse_loss(PREDICTIONS, TARGETS), "0.2507"),
    ('{value:.4f}") # 1.2536', 5 * mse_loss(PREDICTIONS, TARGETS), "1.2536"),
    (" # 1.8716", softmax_cross_entropy(LOGITS, [2, 1]), "1.8716"),
    ("the largest loss, 2, and a", cosine_embedding_loss([[1.0, 0]], [[-1.0, 0]], [1]), "2"),
]
#: Sentences, and whether a computation bears them out.
STATED = [
    ("(1, 1) does not fit into 2 frames", np.isinf(ctc_loss(FRAMES[:2], [[1, 1]], [2], [2]))),
    ("and it fits into 3", np.isfinite(ctc_loss(FRAMES, [[1, 1]], [3], [2]))),
    ("(1, 1) does not fit into 2 frames", np.isfinite(ctc_loss(FRAMES[:2], [[1, 2]], [2], [2]))),
    (
        "And these from `log_loss` of scikit-learn 1.9",
        version("scikit-learn").startswith("1.9.")
        and all(
            f"| `{message}` |" in PAGE and refused(*given).startswith(message)
            for message, given in (
                ("y_prob contains values greater than 1: 1.5", ([0, 1], [-0.2, 1.5])),
                ("y_true contains only one label (0).", ([0, 0], [0.1, 0.2])),
                (
                    "y_true and y_prob contain different number of classes: 3 vs 2.",
                    ([0, 1, 2], [[0.5, 0.5]] * 3),
                ),
            )
        )
        and "lower than 0" in refused([0, 1], [-0.2, 0.5]),
    ),
    (
        "These come from Keras 3.15.1 on TensorFlow and, where they differ, from Keras 2 (tf_keras",
        KERAS["keras"]["version"] == "3.15.1"
        and KERAS["tf_keras"]["version"] == "2.21.0"
        and all(
            explained("keras", case, f"target.shape={target}, output.shape={output}", cause)
            for case, target, output, cause in (
                ("class numbers", "(None, 1)", "(None, 10)", "take the sparse loss"),
                ("binary loss", "(None, 1)", "(None, 10)", "ten units for one label"),
                ("flat class numbers", "(None,)", "(None, 10)", "with class numbers in one axis"),
                ("a unit too few", "(None, 10)", "(None, 9)", "as many units as classes"),
            )
        )
        and all(
            explained(library, case, message, cause)
            for library, case, message, cause in (
                ("keras", "class numbers", "must have the same shape", "take the sparse loss"),
                ("keras", "flat class numbers", "must have the same rank", "in one axis"),
                ("keras", "one-hot rows", "must have rank (ndim) `target.ndim - 1`.", "argmax(-1)"),
                ("keras", "a label too large", "Received a label value of 14", "is $C$ or more"),
                ("tf_keras", "a label too large", "Received a label value of 14", "is $C$ or more"),
                (
                    *("tf_keras", "class numbers"),
                    *("Shapes (None, 1) and (None, 10) are incompatible", "take the sparse loss"),
                ),
                (
                    *("tf_keras", "one-hot rows"),
                    *("logits and labels must have the same first dimension", "argmax(-1)"),
                ),
            )
        ),
    ),
]
