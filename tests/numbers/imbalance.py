"""The numbers in the chapter on scarce, wrong and missing labels."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.optimize import brentq, minimize_scalar
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional as F

from lib.activations import sigmoid, softmax
from lib.calibration import undo_weights
from lib.explorables import ImbalanceExplorer
from lib.imbalance import (
    best_constant,
    expected_counts,
    fit_scores,
    undo_focal,
    weightless_threshold,
)
from lib.information import binary_entropy
from lib.losses import (
    binary_cross_entropy_with_logits,
    distillation_loss_grad,
    ranked_probability_score,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

PEERS = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "labels.json").read_text(encoding="utf-8")
)
BATCH, CLASSES = [[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]], [2, 1]
BY_WEIGHTS = softmax_cross_entropy(BATCH, CLASSES, class_weights=[1, 2, 5])
BY_ROWS = softmax_cross_entropy(BATCH, np.eye(3)[CLASSES], class_weights=[1, 2, 5])
BY_SAMPLES = np.mean([5, 2] * softmax_cross_entropy(BATCH, CLASSES, reduction="none"))
W, PRIOR = 21.7, 0.044
SCORES, COUNTS = expected_counts([956, 44])
WEIGHED, PLAIN = ImbalanceExplorer(weight=W), ImbalanceExplorer(weight=1)
LOWERED = ImbalanceExplorer(weight=1, threshold=weightless_threshold(W))
SAID = np.average(sigmoid(WEIGHED.logits(SCORES)), weights=COUNTS.sum(axis=0))
FOCUSED = best_constant(PRIOR, gamma=2.0)


def smoothed(weights: list[float]) -> float:
    """Return the best answer, for its own class, to a sure sample of class 0, smoothed by 0.1."""
    target = np.array([0.95, 0.05]) * weights
    best = target / target.sum()
    options = {"label_smoothing": 0.1, "class_weights": weights}
    gradient = softmax_cross_entropy_grad(np.log([best]), [0], **options)
    assert np.abs(gradient).max() < 1e-12
    return float(best[0])


SMOOTHED = smoothed([1.0, 99.0])
SOFT = softmax(np.log([0.95, 0.03, 0.02]) / 5)
LOGITS, LABELS = np.array([2.0, -1.0, 0.5]), np.array([1, 0, 0])
POS = binary_cross_entropy_with_logits(LOGITS, LABELS, pos_weight=3.0)
WEIGHT = softmax_cross_entropy(
    np.stack([0 * LOGITS, LOGITS], axis=1), LABELS, class_weights=[1.0, 3.0]
)


def torch_binary(option: str, value: float | list[float]) -> float:
    """Return PyTorch's binary loss of the three samples, with a weight of either kind."""
    z, y = torch.tensor(LOGITS), torch.tensor(LABELS, dtype=torch.float64)
    options = {option: torch.tensor(value, dtype=torch.float64)}
    return float(F.binary_cross_entropy_with_logits(z, y, **options))


def dice(*, squared: bool) -> float:
    """Return the best constant for Dice where the share is 0.3."""
    q = np.linspace(0.001, 1, 1000)
    overlap = 2 * 0.3 * q / ((q**2 if squared else q) + 0.3)
    return float(q[overlap.argmax()])


#: The score that a label smoothed by 0.1 likes best.
SURE = math.log(0.95 / 0.05)
TARGET = np.array([[0.4, 0.35, 0.25]])
NEARLY = np.log(TARGET) + np.array([[0.1, 0.0, 0.0]])
SOFT_LOSS = softmax_cross_entropy(NEARLY, TARGET)
SOFT_SLOPE = np.linalg.norm(softmax_cross_entropy_grad(NEARLY, TARGET))
SQUARES, SQUARES_SLOPE = 0.25 / 3, 1 / 3


def acts_like(size: int, *, reduction: str = "mean") -> float:
    """Return what the weight acts like in batches, where PyTorch's slope is 0 on average."""
    rare = np.arange(size + 1)
    chance = np.array([math.comb(size, k) * PRIOR**k * (1 - PRIOR) ** (size - k) for k in rare])

    def slope(z: float) -> float:
        total = 0.0
        for k, share in zip(rare, chance, strict=True):
            pair = torch.tensor([[0.0, z]], dtype=torch.float64).requires_grad_()
            labels = torch.tensor([1] * k + [0] * (size - int(k)))
            weights = torch.tensor([1.0, W], dtype=torch.float64)
            options: dict[str, Any] = {"weight": weights, "reduction": reduction}
            F.cross_entropy(pair.expand(size, 2), labels, **options).backward()
            assert pair.grad is not None
            total += share * float(pair.grad[0, 1])
        return total

    return math.exp(brentq(slope, -5, 2)) * (1 - PRIOR) / PRIOR


def focal_of_many(classes: int) -> float:
    """Return the best answer for the probability 0.1 at γ = 2, the other classes being alike."""

    def loss(q: float) -> float:
        rest = (1 - q) / (classes - 1)
        return -0.1 * (1 - q) ** 2 * math.log(q) - 0.9 * (1 - rest) ** 2 * math.log(rest)

    return float(minimize_scalar(loss, bounds=(1e-6, 0.999), options={"xatol": 1e-10}).x)


def eights() -> tuple[dict[str, float], dict[str, int]]:
    """Return test losses by model, and what the models without and with weights call an eight."""
    images = load_digits()
    X, X_test, digits, digits_test = train_test_split(
        images.data / 16, images.target, test_size=450, random_state=0
    )
    y, y_test = digits == 8, digits_test == 8
    w = (1 - y.mean()) / y.mean()

    def scores(**options: Any) -> np.ndarray:
        model = LogisticRegression(max_iter=1000, **options).fit(X, y)
        return np.asarray(model.decision_function(X_test))

    def called(z: np.ndarray, threshold: float, label: bool) -> int:
        return int(np.sum(sigmoid(z[y_test == label]) >= threshold))

    def cost(z: np.ndarray, rare: np.ndarray) -> int:
        """Return the false alarms of finding all but a tenth of the rare ones."""
        return int(np.sum(z[~rare] >= np.sort(z[rare])[rare.sum() // 10]))

    plain, weighed = scores(), scores(class_weight="balanced")
    losses = {
        name: float(binary_cross_entropy_with_logits(z, y_test))
        for name, z in {
            "plain": plain,
            "weighed": weighed,
            "undone": weighed - np.log(w),
            "larger": scores(class_weight={False: 1.0, True: w}) - np.log(w),
            "freer": scores(C=1.81),
        }.items()
    }
    counts = {
        "eights": int(y_test.sum()),
        "lowered found": called(plain, weightless_threshold(w), True),
        "lowered alarms": called(plain, weightless_threshold(w), False),
        "weighed found": called(weighed, 0.5, True),
        "weighed alarms": called(weighed, 0.5, False),
        "plain 44": cost(plain, y_test),
        "weighed 44": cost(weighed, y_test),
    }
    for penalty in (1, 100):
        for name, balance in (("plain", None), ("weighed", "balanced")):
            model = LogisticRegression(
                C=1 / penalty, class_weight=balance, solver="newton-cholesky", tol=1e-8
            )
            total = fixed = 0
            for digit in range(10):
                z = model.fit(X, digits == digit).decision_function(X_test)
                rare = digits_test == digit
                total += cost(z, rare)
                share = np.mean(digits == digit)
                bar = 0.0 if balance else math.log(share / (1 - share))
                fixed += int(np.sum(z[~rare] >= bar))
            counts[f"{name} {penalty}"], counts[f"{name} {penalty} fixed"] = total, fixed
    losses["w"], losses["sum"] = w, (np.sum(~y) + w * y.sum()) / y.size
    return losses, counts


EIGHTS, CALLED = eights()
OPENING = "now says 0.33 on average, where 0.044 are ill. Its log loss is 0.47 nats"
LARGER = "the model says 0.326 on average where 0.044 is true, and its log loss rises from 0.137 to"
USUAL = "With $\\gamma = 2$, the usual choice, the best answer to a share of 0.044 is 0.241"
TRAP = "With $\\gamma = 2$ the best constant answer to a share of 0.044 is 0.241"
SAME = "finds the same 34.1 as with the weight, at the price of the same 214.5 false alarms"
AGAIN = "it finds the same ones: 34.1 of 44 with 214.5 false alarms"
DIGITS = "the digits' 44 eights cost 27 false alarms with the weight and 40 without, and 20 and 18"
BOTH_FIND = "both find 44 of 48, the weighted model with 27 false alarms, the other one with 40"
THEIR_OWN = "With thresholds of their own, both find 44 for less: for 20 and for 18 false alarms"
NEAR_RING = "the loss larger: 0.221 in place of 0.137 nats at $a = 1.5$, $b = -3$"
BY_HAND = ImbalanceExplorer(model="hand", slope=1.5, bias=-3)
IN_BATCHES = "In batches of 32 the weight 21.7 acts like 15, and in batches of one it does nothing"
ACTS = acts_like(32)
RATIO = "With weights of 1 and 9.7, which have the same ratio but 1.8 times the sum, the loss after"
FREER = "is 0.099; without weights and with `C=1.81`, 0.098"
PAIR = "`pos_weight` is not: 0.334 against 0.556 nats"
LAST = "A cross-entropy of 1.08 nats with soft labels pulled with a gradient of 0.03, and a squared"
TUTORIAL = "Computed, they become (0.509, 0.255, 0.235)."
UNDONE = "takes the loss from 0.155 to 0.106, near the 0.104 of the model without weights"

NUMBERS = [
    (
        "three equal scores cost 1.0986 for the label 1",
        softmax_cross_entropy([[1.0, 1.0, 1.0]], [1], ignore_index=0),
        "1.0986",
    ),
    ("One patient in 23 is ill, so", 1000 / 44, "23"),
    ("so you weigh the ill 21.7 times", 956 / 44, "21.7"),
    (OPENING, SAID, "0.33"),
    (OPENING, PLAIN.prior, "0.044"),
    (OPENING, WEIGHED.log_loss, "0.47"),
    ("saying 0.044 to all would cost 0.18.", binary_entropy(PRIOR), "0.18"),
    ("saying 0.044 to all would", PRIOR, "0.044"),
    ("from its logits, and it costs 0.14.", WEIGHED.corrected_log_loss, "0.14"),
    (USUAL, FOCUSED, "0.241"),
    (USUAL, PRIOR, "0.044"),
    ("is best answered with 0.9, and the loss has a floor of", 1 - 0.1, "0.9"),
    ("and the loss has a floor of 0.325 nats", binary_entropy(0.1), "0.325"),
    ("At a threshold of 0.044 they do not, since nothing is ever below 0.1.", PRIOR, "0.044"),
    ("nothing is ever below 0.1.", 0.9 * 0 + 0.1 * 1, "0.1"),
    ("common class is then 0.161 for its own class", SMOOTHED, "0.161"),
    *(("becomes (0.51, 0.26, 0.24) at $T = 5$", v, f"{v:.2f}") for v in SOFT),
    ("The first loss is 13 times as large", SOFT_LOSS / SQUARES, "13"),
    ("the loss of the truth, 0.137 nats", PLAIN.log_loss, "0.137"),
    ("Without a weight it finds 4.5 of the 44", PLAIN.found, "4.5"),
    (SAME, LOWERED.found, "34.1"),
    (SAME, WEIGHED.false_alarms, "214.5"),
    ("to the right by ln w = 3.08, at the same", math.log(W), "3.08"),
    ("lowest point is at a bias of -3.1, on", PLAIN.line[1], "-3.1"),
    ("the slope is 1.5 in both", WEIGHED.line[0], "1.5"),
    (UNDONE, EIGHTS["plain"], "0.104"),
    (UNDONE, EIGHTS["weighed"], "0.155"),
    (UNDONE, EIGHTS["undone"], "0.106"),
    (RATIO, EIGHTS["w"], "9.7"),
    (RATIO, EIGHTS["sum"], "1.8"),
    ("with `C=1.81`, 0.098", EIGHTS["sum"], "1.81"),
    (FREER, EIGHTS["larger"], "0.099"),
    (FREER, EIGHTS["freer"], "0.098"),
    (BOTH_FIND, CALLED["lowered found"], "44"),
    (BOTH_FIND, CALLED["eights"], "48"),
    (BOTH_FIND, CALLED["weighed alarms"], "27"),
    (BOTH_FIND, CALLED["lowered alarms"], "40"),
    (DIGITS, CALLED["weighed found"], "44"),
    (DIGITS, CALLED["weighed alarms"], "27"),
    (DIGITS, CALLED["lowered alarms"], "40"),
    (DIGITS, CALLED["weighed 44"], "20"),
    (DIGITS, CALLED["plain 44"], "18"),
    (THEIR_OWN, CALLED["weighed 44"], "20"),
    (THEIR_OWN, CALLED["plain 44"], "18"),
    (NEAR_RING, BY_HAND.corrected_log_loss, "0.221"),
    (NEAR_RING, BY_HAND.log_loss, "0.137"),
    (IN_BATCHES, ACTS, "15"),
    ("Subtracting $\\ln 21.7 = 3.08$ would then", math.log(W), "3.08"),
    ("$\\ln 15 = 2.71$ would be right", math.log(ACTS), "2.71"),
    ("each batch of 32, a weight of 21.7 acts like 15", ACTS, "15"),
    ("in place of 1 is a miss worth 4 false alarms", 5 - 1, "4"),
    ("best answer for that one at $\\gamma = 2$ is 0.103", focal_of_many(20), "0.103"),
    (LARGER, SAID, "0.326"),
    (LARGER, PRIOR, "0.044"),
    (LARGER, PLAIN.log_loss, "0.137"),
    ("its log loss rises from 0.137 to 0.472 nats", WEIGHED.log_loss, "0.472"),
    (AGAIN, LOWERED.found, "34.1"),
    (AGAIN, LOWERED.false_alarms, "214.5"),
    (PAIR, POS, "0.556"),
    (PAIR, WEIGHT, "0.334"),
    ("`weight=[3, 1, 1]` gives 0.556 here, too", torch_binary("weight", [3.0, 1, 1]), "0.556"),
    ("½ stays ½, and 0.044 becomes 0.241", FOCUSED, "0.241"),
    ("½ stays ½, and 0.044 becomes 0.241", PRIOR, "0.044"),
    ("Where the share is 0.3, its best constant is 1", 0.3, "0.3"),
    ("is 1, and with squares in the denominator 0.55", dice(squared=False), "1"),
    ("is 1, and with squares in the denominator 0.55", dice(squared=True), "0.55"),
    ("which is 2.9 at $\\varepsilon = 0.1$", SURE, "2.9"),
    (
        "With $\\lambda = 0.1$ for the squares both would pull alike",
        SOFT_SLOPE / SQUARES_SLOPE,
        "0.1",
    ),
    (TRAP, FOCUSED, "0.241"),
    (TRAP, PRIOR, "0.044"),
    ("is best answered with 0.161 for that class", SMOOTHED, "0.161"),
    *((TUTORIAL, v, f"{v:.3f}") for v in SOFT),
    (LAST, SOFT_LOSS, "1.08"),
    (LAST, SOFT_SLOPE, "0.03"),
    ("and a squared error of 0.08 with one of 0.33", SQUARES, "0.08"),
    ("and a squared error of 0.08 with one of 0.33", SQUARES_SLOPE, "0.33"),
    ("> The odds of 1 to 1 become 1 to 9.", 0.9 / 0.1, "9"),
    ("0.5/9, about 0.056", 0.5 / 9, "0.056"),
    ("become 5 to 20, so the output is 0.2.", best_constant(1 / 21, class_weight=5), "0.2"),
    ("Where the truth is ½ the model says 0.45", 0.9 * 0.5, "0.45"),
    ("it would ask for a truth of 0.56", 0.5 / 0.9, "0.56"),
    ("has the share 1/20 and one of the first 1/60", 2 * 10, "20"),
    ("has the share 1/20 and one of the first 1/60", 2 * 30, "60"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "Three classes have the shares 0.7, 0.2 and 0.1.",
]


def torch_mean(labels: list[int], **options: torch.Tensor) -> float:
    return float(F.cross_entropy(torch.tensor(BATCH), torch.tensor(labels), **options))


def torch_rows() -> float:
    """Return PyTorch's mean where the labels are one-hot rows."""
    rows = F.one_hot(torch.tensor(CLASSES), 3).float()
    return float(F.cross_entropy(torch.tensor(BATCH), rows, weight=torch.tensor([1.0, 2.0, 5.0])))


def torch_smoothed_gradient() -> float:
    """Return PyTorch's slope at the best answer to a smoothed and weighed sample."""
    z = torch.log(torch.tensor([[SMOOTHED, 1 - SMOOTHED]], dtype=torch.float64)).requires_grad_()
    weight = torch.tensor([1.0, 99.0], dtype=torch.float64)
    F.cross_entropy(z, torch.tensor([0]), weight=weight, label_smoothing=0.1).backward()
    assert z.grad is not None
    return float(z.grad.abs().max())


def slope_at(temperature: float) -> float:
    """Return the length of the distillation loss's gradient, of scores that sum to 0."""
    student, teacher = [[1.0, 0.0, -1.0]], [[3.0, 0.0, -3.0]]
    return float(np.linalg.norm(distillation_loss_grad(student, teacher, temperature=temperature)))


BALANCED = compute_class_weight("balanced", classes=np.array([0, 1]), y=[0] * 956 + [1] * 44)
BALANCED_MODEL = ImbalanceExplorer(weight=956 / 44)
FITTED = [fit_scores(SCORES, COUNTS, class_weight=w) for w in (1, 5, 21.7, 100)]
NEAR, FAR = ([0.2, 0.8, 0, 0, 0], [0.2, 0, 0, 0, 0.8])
RANKED = ranked_probability_score([NEAR, FAR], [0, 0], reduction="none")
UNMARKED, NONE = torch.ones((4, 3), requires_grad=True), torch.full((4,), -100)
NOTHING = F.cross_entropy(UNMARKED, NONE)
NOTHING.backward()


def in_batches(w: np.ndarray) -> tuple[float, float, float]:
    """Return a weighted loss of all data, the quotient of its batches' sums, their means' mean."""
    rng = np.random.default_rng(0)
    z = torch.tensor(rng.normal(size=(64, 2)))
    y, weights = torch.tensor(rng.random(64) < 0.1).long(), torch.tensor(w)
    pairs = list(zip(z.split(8), y.split(8), strict=True))
    above = sum(F.cross_entropy(*pair, weight=weights, reduction="sum") for pair in pairs)
    below = sum(weights[labels].sum() for _, labels in pairs)
    means = [float(F.cross_entropy(*pair, weight=weights)) for pair in pairs]
    return float(F.cross_entropy(z, y, weight=weights)), float(above / below), float(np.mean(means))


WHOLE, QUOTIENT, MEANS = in_batches(np.array([1.0, 21.7]))
STATED = [
    (
        "the mean of the batches' means is not the loss of the whole data",
        math.isclose(WHOLE, QUOTIENT) and abs(WHOLE - MEANS) > 0.05,
    ),
    (
        "The gradient of that NaN is 0: only the printed mean is lost",
        bool(NOTHING.isnan()) and not UNMARKED.grad.any(),
    ),
    (
        'such a batch gives 0: `F.cross_entropy(z, y, reduction="sum")',
        not F.cross_entropy(UNMARKED, NONE, reduction="sum") / (NONE != -100).sum().clamp(min=1),
    ),
    (
        "Then the best score is finite",
        abs(float(softmax_cross_entropy_grad([[0.0, SURE]], [1], label_smoothing=0.1)[0, 1]))
        < 1e-12
        and math.isclose(SURE, math.log((2 - 0.1) / 0.1)),
    ),
    (
        "the log loss of $p$ are one number, since the two bells are mirror images",
        math.isclose(BALANCED_MODEL.loss, BALANCED_MODEL.log_loss)
        and np.allclose(COUNTS[0] / 956, COUNTS[1][::-1] / 44),
    ),
    (
        'the ratio of `class_weight="balanced"`',
        math.isclose(BALANCED[1] / BALANCED[0], 956 / 44),
    ),
    (
        "The slope of the least loss stays, the bias moves by $\\ln w$",
        np.allclose([a for a, _ in FITTED], 1.5)
        and np.allclose([b - FITTED[0][1] for _, b in FITTED], np.log([1, 5, 21.7, 100])),
    ),
    (
        "PyTorch's `weight` divides by the sum of the weights of the labels",
        math.isclose(
            torch_mean([2, 1], weight=torch.tensor([1.0, 2.0, 5.0])), BY_WEIGHTS, rel_tol=1e-5
        ),
    ),
    (
        "one-hot rows included, PyTorch 2.13 divides by the number of samples",
        torch.__version__.startswith("2.13.")
        and math.isclose(torch_rows(), BY_SAMPLES, rel_tol=1e-5)
        and math.isclose(torch_rows(), BY_ROWS, rel_tol=1e-5),
    ),
    ("and in batches of one it does nothing", math.isclose(acts_like(1), 1, abs_tol=1e-9)),
    (
        "Then $\\ln w$ is right in batches, too",
        math.isclose(acts_like(8, reduction="sum"), W),
    ),
    (
        "With the usual penalty the curves are nearly the same",
        abs(CALLED["weighed 1"] - CALLED["plain 1"]) < 0.15 * CALLED["plain 1"],
    ),
    (
        "with the strong one the weight saves one false alarm in ten",
        round(CALLED["plain 100"] / (CALLED["plain 100"] - CALLED["weighed 100"]), -1) == 10,
    ),
    (
        "What it changes most is where on the curve a fixed threshold lies",
        CALLED["weighed 1 fixed"] < CALLED["plain 1 fixed"] / 2
        and CALLED["weighed 100 fixed"] < CALLED["plain 100 fixed"] / 5,
    ),
    (
        "the threshold is 1/5.",
        math.isclose(weightless_threshold(5 - 1), 1 / 5),
    ),
    (
        "the option of the binary loss, divides by the number of samples",
        math.isclose(torch_binary("pos_weight", 3.0), POS, rel_tol=1e-9),
    ),
    (
        'the "balanced" weight, the best constant is ½',
        math.isclose(best_constant(PRIOR, class_weight=(1 - PRIOR) / PRIOR), 0.5),
    ),
    (
        "it draws all answers towards ½",
        all(
            abs(best_constant(share, gamma=gamma) - 0.5) < abs(share - 0.5)
            for share in (0.01, 0.2, 0.7, 0.99)
            for gamma in (0.5, 1, 2, 5)
        ),
    ),
    (
        "since at the best constant both slopes balance",
        math.isclose(undo_focal(FOCUSED, gamma=2.0), PRIOR),
    ),
    (
        "weighs the *rare* class down, to a third",
        math.isclose(0.25 / (1 - 0.25), 1 / 3),
    ),
    (
        "PyTorch returns NaN, Keras 0, and `lib` an error that says so",
        math.isnan(torch_mean([-100, -100])) and PEERS["keras all ignored"]["nats"] == 0,
    ),
    (
        "Keras 3.15 does the same with `class_weight`, and divides by the weights only with",
        math.isclose(PEERS["keras class_weight"]["nats"], BY_SAMPLES, rel_tol=1e-6)
        and math.isclose(PEERS["keras mean_with_sample_weight"]["nats"], BY_WEIGHTS, rel_tol=1e-6)
        and PEERS["keras class_weight"]["version"].startswith("3.15."),
    ),
    (
        "Optax 0.2.8 has nothing of the kind: it takes −1 for the *last* class, and −100 gives",
        PEERS["optax -1"] == PEERS["optax last"]
        and PEERS["optax -100"]["nats"] is None
        and PEERS["optax -1"]["version"] == "0.2.8",
    ),
    (
        "PyTorch smooths first and then weighs *each part* of the smoothed label",
        torch_smoothed_gradient() < 1e-12,
    ),
    ("With weights of 1 and 19 the answer is ½", math.isclose(smoothed([1.0, 19.0]), 0.5)),
    (
        "Subtracting $\\ln w$ gives the smoothed label back",
        np.allclose(
            softmax(undo_weights(np.log([SMOOTHED, 1 - SMOOTHED]), [1.0, 99.0])), [0.95, 0.05]
        ),
    ),
    (
        "So the gradient shrinks like $1/T^2$",
        math.isclose(slope_at(200.0), slope_at(400.0), rel_tol=1e-2)
        and math.isclose(slope_at(400.0), math.sqrt(8) / 3, rel_tol=1e-2),
    ),
    (
        "cost the same if the first class is right",
        softmax_cross_entropy(np.log([NEAR[:2]]), [0]) == -math.log(0.2)
        and np.allclose(RANKED, [0.64, 2.56]),
    ),
    (
        "The first loss is 13 times as large as the second, and its gradient a tenth",
        0.08 < SOFT_SLOPE / SQUARES_SLOPE < 0.12,
    ),
    (
        "Nearly all of it is the entropy of its labels",
        softmax_cross_entropy(np.log(TARGET), TARGET) / SOFT_LOSS > 0.99,
    ),
]
