"""The numbers in the chapter on cross-entropy and the SVM loss."""

import numpy as np
import torch
from scipy.optimize import linprog
from sklearn.datasets import load_iris

from lib.activations import softmax
from lib.losses import (
    multi_margin_loss,
    multi_margin_loss_grad,
    multiclass_hinge_loss,
    multiclass_hinge_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)
from lib.schedules import constant
from lib.training import fit_multiclass_svm

CAT, WRONG, TIED, FOUR = [10, 9, 9], [3.2, 5.1, -1.7], [0, 2, 1], [1, 2, 0.5, -3]


def hinge(scores: list[float], margin: float = 1.0, variant: str = "weston_watkins") -> float:
    return multiclass_hinge_loss([scores], [0], margin=margin, variant=variant)


def nats(scores: list[float]) -> float:
    return softmax_cross_entropy([scores], [0])


def at_the_margin(classes: int) -> list[float]:
    return [1.0] + [0.0] * (classes - 1)


def least(shares: list[float], worst_only: bool) -> np.ndarray:
    """Return scores that minimise the mean hinge loss exactly, by a linear program.

    Its variables are the scores, and a violation for each right class, or for each pair.
    """
    pairs = [(y, j) for y in range(3) for j in range(3) if j != y]
    slot = {pair: 3 + (pair[0] if worst_only else i) for i, pair in enumerate(pairs)}
    count = 3 + (3 if worst_only else 6)
    cost, rows = np.zeros(count), np.zeros((6, count))
    for row, (y, j) in zip(rows, pairs, strict=True):
        cost[slot[y, j]] = shares[y]
        row[[y, j, slot[y, j]]] = -1, 1, -1
    limits = [(None, None)] * 3 + [(0, None)] * (count - 3)
    sums = np.array([[1.0] * 3 + [0.0] * (count - 3)])
    return linprog(cost, rows, -np.ones(6), sums, [0], limits).x[:3]


P_CAT, P_WRONG = softmax(CAT), softmax(WRONG)
FAR = softmax_cross_entropy_grad([[3.0, 0.0]] * 1000, [0] * 1000, reduction="sum")
THOUSAND = np.abs(FAR[:, 0]).sum()

NUMBERS = [
    ("got 58 percent of the probability", 100 * P_CAT[0], "58"),
    ("the hinge loss is 0 and cross-entropy 0.55 nats", hinge(CAT), "0"),
    ("the hinge loss is 0 and cross-entropy 0.55 nats", nats(CAT), "0.55"),
    ("the softmax is (0.58, 0.21, 0.21)", P_CAT[0], "0.58"),
    ("the softmax is (0.58, 0.21, 0.21)", P_CAT[1], "0.21"),
    ("the values are 2.9 and 2.04", hinge(WRONG), "2.9"),
    ("the values are 2.9 and 2.04", nats(WRONG), "2.04"),
    ("The values are 5, 3 and 1.67", hinge(TIED), "5"),
    ("The values are 5, 3 and 1.67", hinge(TIED, variant="crammer_singer"), "3"),
    ("The values are 5, 3 and 1.67", multi_margin_loss([TIED], [0]), "1.67"),
    (r"\ln 1.7358 = 0.5514$ nats", 1 + 2 * np.exp(-1), "1.7358"),
    (r"\ln 1.7358 = 0.5514$ nats", np.log(1 + 2 * np.exp(-1)), "0.5514"),
    ("by $1 - 3.2 + 5.1 = 2.9$", 1 - 3.2 + 5.1, "2.9"),
    ("$: hinge 2.9.", hinge(WRONG), "2.9"),
    ("softmax of the right class is 0.1300", P_WRONG[0], "0.1300"),
    (r"$-\ln 0.1300 = 2.0404$", nats(WRONG), "2.0404"),
    ("should start near 9, or near 2.30 nats", hinge([0] * 10), "9"),
    ("should start near 9, or near 2.30 nats", nats([0] * 10), "2.30"),
    ("Hinge 0 beats cross-entropy 0.55", nats(CAT), "0.55"),
    ("below cross-entropy, 0 against 0.55", nats(CAT), "0.55"),
    ("it is above, 2.9 against 2.04", hinge(WRONG), "2.9"),
    ("it is above, 2.9 against 2.04", nats(WRONG), "2.04"),
    ("the thousand together pull with 47", THOUSAND, "47"),
    ("and the one with 0.38", softmax([0.5, 0.0])[1], "0.38"),
    ("cross-entropy of (10, 9, 9) is 0.24", -np.log10(P_CAT[0]), "0.24"),
    (r"$-\log_{10} 0.5761 = 0.2395$", -np.log10(P_CAT[0]), "0.2395"),
    ("which training code uses, it is 0.5514", nats(CAT), "0.5514"),
    ("The lecture's 2.9 divided by 3 is 0.9667", hinge(WRONG), "2.9"),
    ("The lecture's 2.9 divided by 3 is 0.9667", multi_margin_loss([WRONG], [0]), "0.9667"),
    ("it violates the margin by 0.5", hinge([2, 1.5, -4]), "0.5"),
    ("its violation is 2.", hinge([2, 3, -4]), "2"),
    ("- [x] 0.9 > Nine violations", multi_margin_loss([[0] * 10], [0]), "0.9"),
    ("- [ ] 2.3026", nats([0] * 10), "2.3026"),
    ("- [ ] 9 > That is the sum", hinge([0] * 10), "9"),
    ("The sum is 2.5, the largest is 2", hinge(FOUR), "2.5"),
    ("The sum is 2.5, the largest is 2", hinge(FOUR, variant="crammer_singer"), "2"),
    ("divided by four classes is 0.625", multi_margin_loss([FOUR], [0]), "0.625"),
    ("The limit is 1.9, the lead", hinge(WRONG, 0, "crammer_singer"), "1.9"),
    ("The values are 0.55, 1.46 and 5.91", nats(at_the_margin(3)), "0.55"),
    ("The values are 0.55, 1.46 and 5.91", nats(at_the_margin(10)), "1.46"),
    ("The values are 0.55, 1.46 and 5.91", nats(at_the_margin(1000)), "5.91"),
    ("a probability of 0.0027", softmax(at_the_margin(1000))[0], "0.0027"),
    (r"$-\ln 0.1300 = 2.0404$", softmax([3.2, 5.1, -1.7])[0], "0.1300"),
    (r"$-\log_{10} 0.5761 = 0.2395$", softmax([10.0, 9.0, 9.0])[0], "0.5761"),
    (r"$\max(0, 1 - 10 + 9) = 0$, twice", hinge(CAT), "0"),
    (r"the third by $\max(0, 1 - 3.2 - 1.7) = 0$", max(0, 1 - 3.2 - 1.7), "0"),
    ("The second class is only 0.5 behind", 2 - 1.5, "0.5"),
    ("$1 - 1 + 2 = 2$, $1 - 1 + 0.5 = 0.5$", 1 - 1 + 2, "2"),
    ("$1 - 1 + 2 = 2$, $1 - 1 + 0.5 = 0.5$", 1 - 1 + 0.5, "0.5"),
    (r"$\max(0, 1 - 1 - 3) = 0$", max(0, 1 - 1 - 3), "0"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "the scores 10 for cat, 9 for dog and 9 for horse",
    "For the cat with scores (10, 9, 9) the",
    "For scores (0, 2, 1), the first",
    "Scores (10, 9, 9), margin 1",
    "Scores (3.2, 5.1, −1.7), the first class",
    "for (10, 9, 9) the hinge loss is below",
    "for (3.2, 5.1, −1.7) it is above",
    "the scores (2, 0) and (20, 0) both",
    "- [ ] (2, 1.5, −4)",
    "- [x] (2, 1, −4)",
    "- [ ] (2, 3, −4)",
    "with a lead of 30.",
    "about $e^{-30}$.",
    "PyTorch divides it by 10.",
    r"That is $\ln 10$, the start",
    "Four classes have the scores (1, 2, 0.5, −3), and",
    "Check with (3.2, 5.1, −1.7) at $T = 1$, $0.1$ and $0.01$",
    r"Evaluate it for $\Delta = 1$ and $C = 3$, $10$, $1000$",
]
#: Sentences, and whether a computation bears them out.
AT_THE_KINK = torch.tensor([CAT], dtype=torch.float64, requires_grad=True)
torch.nn.functional.multi_margin_loss(AT_THE_KINK, torch.tensor([0])).backward()
MOST = np.random.default_rng(0).dirichlet([1, 1, 1], size=25)
FIRST_BEYOND_HALF = all(
    np.diff(np.sort(least(shares, worst_only)))[-1] > 1e-6
    and least(shares, worst_only).argmax() == shares.argmax()
    for shares in MOST[MOST.max(axis=1) > 0.5]
    for worst_only in (True, False)
)
IRIS = load_iris(return_X_y=True)
RUNS = {"epochs": 20}
WIDE, _ = fit_multiclass_svm(*IRIS, schedule=constant(0.02), margin=2.0, l2=0.01, **RUNS)
NARROW, _ = fit_multiclass_svm(*IRIS, schedule=constant(0.01), margin=1.0, l2=0.02, **RUNS)
PLAIN, DIVIDED = multiclass_hinge_loss_grad([WRONG], [0]), multi_margin_loss_grad([WRONG], [0])
STATED = [
    ("so for plain gradient descent a", np.allclose(PLAIN, 3 * DIVIDED)),
    (
        "The formula takes the slope of the flat side there, and so does PyTorch",
        not multiclass_hinge_loss_grad([CAT], [0]).any() and not AT_THE_KINK.grad.any(),
    ),
    (
        r"The scores $(\frac13, \frac13, -\frac23)$ make their mean hinge loss smallest",
        np.allclose(least([0.4, 0.35, 0.25], worst_only=False), [1 / 3, 1 / 3, -2 / 3]),
    ),
    (
        "variant all three tie at 45, 30 and 25 percent",
        np.allclose(least([0.45, 0.30, 0.25], worst_only=True), 0),
    ),
    ("sure to come first only if it has more than half", FIRST_BEYOND_HALF),
    (
        r"gives the same answers as the margin 1 with the penalty $\lambda\Delta$",
        np.allclose(WIDE.weights, 2 * NARROW.weights) and WIDE.weights.any(),
    ),
    (
        "A sample that leads by more than the margin has the slope 0",
        not multiclass_hinge_loss_grad([[2.5, 1, 1]], [0]).any(),
    ),
    (
        "that divides by the size of the gradient",
        np.allclose(PLAIN / np.abs(PLAIN).max(), DIVIDED / np.abs(DIVIDED).max()),
    ),
]
