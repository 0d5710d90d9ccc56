"""The numbers in the chapter by symptom."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import get_scorer, log_loss
from sklearn.tree import DecisionTreeClassifier
from torch.nn import functional as F

from lib.diagnosis import (
    FAULTS,
    hidden_fault,
    loss_landmarks,
    nearest_landmarks,
    train_with_fault,
)
from lib.information import binary_entropy, entropy
from lib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    contrastive_loss,
    ctc_loss,
    preference_loss,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)
from lib.optimizers import adam
from lib.precision import round_to

IMPOSSIBLE = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "impossible.json").read_text(encoding="utf-8")
)
TWO, FOUR, TEN, THOUSAND = (
    loss_landmarks(classes, label_smoothing=0.1) for classes in (2, 4, 10, 1000)
)
BATCHED, FIFTY = loss_landmarks(10, batch_size=32), loss_landmarks(50, batch_size=64)
RUNS = {fault: train_with_fault(fault, case=1, epochs=25) for fault in FAULTS}
HEALTHY, DROPPED, TWICE = (RUNS[name] for name in ("healthy", "dropout", "softmax_twice"))
LEAKED, LARGE, FEW = (RUNS[name] for name in ("leak", "rate_too_large", "overfitting"))


def filtered(losses: list[float]) -> float:
    """Return what the filter of NaN logs as the mean."""
    total = 0.0
    for step, loss in enumerate(losses):
        total += total / (1 + step) if math.isnan(loss) else loss
    return total / len(losses)


def leads(right: int, lead: float) -> float:
    scores = np.array([lead] * right + [-lead] * (10 - right))
    return binary_cross_entropy_with_logits(scores, np.ones(10))


def after_quiet(b2: float) -> list[float]:
    """Return Adam's steps, in rates, when gradients of 1 follow a quiet stretch."""
    optimizer = adam(1.0, b2=b2)
    state, steps = optimizer.init(0.0), []
    for gradient in [1e-6] * 10_000 + [1.0] * 100:
        update, state = optimizer.update(gradient, state, 0.0)
        steps.append(abs(float(update)))
    return steps[-100:]


def resumed() -> tuple[float, float]:
    """Return the size of Adam's steps under pure noise, and of the first with a new state."""
    rng, optimizer = np.random.default_rng(0), adam(1.0)
    state = new = optimizer.init(np.zeros(1000))
    for _ in range(2000):
        update, state = optimizer.update(rng.normal(size=1000), state)
    first, _ = optimizer.update(rng.normal(size=1000), new)
    return np.sqrt(np.mean(update**2)), np.sqrt(np.mean(first**2))


def by_heart(inputs: int, rate: float) -> list[tuple[float, float, float]]:
    """Return, of three epochs on random labels, the loss at the begin and end and on fresh data."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(500, inputs)), rng.integers(10, size=500)
    fresh, labels = rng.normal(size=(500, inputs)), rng.integers(10, size=500)
    W, found = np.zeros((inputs, 10)), []
    for _ in range(3):
        losses = []
        for batch in np.split(rng.permutation(500), 50):
            losses.append(softmax_cross_entropy(X[batch] @ W, y[batch]))
            W -= rate * X[batch].T @ softmax_cross_entropy_grad(X[batch] @ W, y[batch])
        outside = softmax_cross_entropy(fresh @ W, labels)
        found.append((np.mean(losses[:10]), np.mean(losses[-10:]), outside))
    return found


def unscaled() -> float:
    """Return the first loss of a linear model on pixels from 0 to 255."""
    rng = np.random.default_rng(0)
    pixels, labels = rng.integers(256, size=(500, 784)), rng.integers(10, size=500)
    return softmax_cross_entropy(pixels @ rng.normal(size=(784, 10)) / np.sqrt(784), labels)


def scattered(s: float) -> float:
    """Return the mean loss of many classes whose scores are normal with a deviation of `s`."""
    rng = np.random.default_rng(0)
    return softmax_cross_entropy(s * rng.normal(size=(200, 30522)), rng.integers(30522, size=200))


QUIET, YOUNGER = after_quiet(0.999), after_quiet(0.95)
NOISY, FIRST = resumed()
STAIRS, SAWTOOTH = by_heart(3000, 0.003), by_heart(300, 0.05)
LOGITS, LABELS = [[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]], [2, 1]
LOSS = softmax_cross_entropy(LOGITS, LABELS)
CAPS = "### The loss is exactly 16.118, 27.631, 36.044 or 100"
TABLE = (
    "| 16.1, 27.6, 36.0, 100; 15.9, 34.5; RetinaNet at 2.3021; Caffe: 87.34; Keras 2: 15.42, "
    "15.33, 15.25; about 8 (7.97, 8.059), 7.6 or 7.7; with an accuracy of 0.1: 14.5;"
)
SHARES = (
    "In Keras 14.506 with an accuracy of 0.1, 8.059 with 0.5 and 4.432 with 0.725 all give 16.118."
)
#: What a surely wrong answer costs in Keras 2, for a label 1 and for a label 0, eager and compiled.
AGAIN = [
    -math.log(2e-7),
    -math.log(1 - np.float32(1 - 1e-7) + 1e-7),
    -math.log(np.float32(1 + 1e-7) - np.float32(1 - 1e-7)),
]
COSTS = "a label 1 costs $-\\ln(2 \\cdot 10^{-7})$, which is 15.425, a label 0 15.333, or 15.249 in"
HALVES = "The halves are 7.712, 7.667 and 7.625: one of two classes is said"
BEHIND = (
    "outputs of 0.5152 and 0.4848 cost 0.7240 by hand if the second is right, and `evaluate` "
    "prints 0.7085."
)
BERT = "with $s = 1.5$ BERT's 10.3 become 11.5. *Check:*"
STUCK = "### The loss is stuck at 0.313, 0.744 or 1.461"
TWICE_ROW = "| stuck at 0.313, 0.744 or 1.461 |"
FLOORS = "0.313 for two classes, 0.744 for four, 1.461 for ten and 5.909 for a thousand"
STARTS = "from 0.693 with a sigmoid or two classes, or from 1.099, 1.386, 2.303 or 6.908"
SHORT = "| stuck at 0.693, 1.099, 1.386, 2.303, 4.605 or 6.908; always"
LINKS = {
    "(#the-loss-is-stuck-at-0313-0744-or-1461)": "[The loss is stuck at 0.313, 0.744 or 1.461]",
    "(#the-loss-is-exactly-16118-27631-36044-or-100)": (
        "[The loss is exactly 16.118, 27.631, 36.044 or 100]"
    ),
}
CHANCE = {2: "0.693", 3: "1.099", 4: "1.386", 10: "2.303", 1000: "6.908"}
CUT = {"16.118": "below_1e-7", "27.631": "below_1e-12", "36.044": "below_eps", "100": "below_100"}
DOUBLED = {"0.313": TWO, "0.744": FOUR, "1.461": TEN}
RISING = "make an accuracy of 0.8 and a loss of 0.513; nine that lead by 6"
RISEN = "and one that trails by 6 make 0.9 and 0.602"
KEPT = "the loss is least after epoch 3, at 0.57, with 0.775 right"
COOLED = "scores divided by 2.73 cost 0.325 in place of 0.602, less than before"
NINE = "the leak, with 0.08 and 0.10"
SEEN = "Too few samples go to 0.02 in training and to 1.00 in validation"
PAIR = "a loss that does not fit: 0.90 after a second softmax, 7.5"
PRINTED = "the first epoch above prints 0.85 for training and 0.59 for validation"
STAYS = "it stays that way, 0.55 against 0.38 in the last epoch"
SLOWER = "leaves the training loss at 0.98 after 25 epochs, where the right one has 0.31"
SHUFFLED = [
    train_with_fault("shuffled_labels", case=case, epochs=25).validation_accuracy[-1]
    for case in range(1, 21)
]
LUCK = "Over twenty runs the share goes from 0.05 to 0.55, with a mean of 0.28"
SLOW = RUNS["rate_too_small"]
#: A mistake among classes that are given in place of probabilities, to scikit-learn.
ONE_MISTAKE = 4 * log_loss([0, 0, 1, 1], np.eye(2)[[0, 0, 1, 0]])
HALF = "18.02 for a half. A program that cuts at $10^{-15}$ charges 34.54, and 17.27 for a half;"
CONTRASTIVE = "(InfoNCE, CLIP, SimCLR) at 5.541, 5.545, 6.236 or 8.909, a collapse"
COLLAPSED = (
    "5.545 for 256; and with two views of each picture 5.541 ($\\ln 255$) for 128 pictures, "
    "6.236 ($\\ln 511$) for 256;"
)
#: How many times the mean of a batch the sum of its four micro-batches' means is.
SCORES, CLASSES = np.random.default_rng(0).normal(size=(8, 3)), np.arange(8) % 3
PRINTED_SUM = sum(
    softmax_cross_entropy(SCORES[rows], CLASSES[rows]) for rows in np.arange(8).reshape(4, 2)
) / softmax_cross_entropy(SCORES, CLASSES)
SPREAD = "With 100 validation samples and a true accuracy of 0.8 it scatters by 0.04"

#: The loss of one recording, by the targets, in PyTorch.
FRAMES = torch.zeros((30, 1, 5))
FRAMES[:, 0, 0] = 8
FRAMES[10, 0, 1] = FRAMES[20, 0, 2] = 16


def recorded(targets: list[int]) -> float:
    lengths = torch.tensor([30]), torch.tensor([len(targets)])
    return float(
        F.ctc_loss(FRAMES.log_softmax(-1), torch.tensor([targets]), *lengths, reduction="sum")
    )


def accumulated_norm(parts: int) -> float:
    """Return how many times the norm of a batch's gradient that of the parts' undivided sum is."""
    rng = np.random.default_rng(0)
    X, y, W = rng.normal(size=(64, 5)), rng.integers(3, size=64), rng.normal(size=(5, 3))

    def slope(rows: np.ndarray) -> np.ndarray:
        return X[rows].T @ softmax_cross_entropy_grad(X[rows] @ W, y[rows])

    summed = np.sum([slope(rows) for rows in np.arange(64).reshape(parts, -1)], axis=0)
    return np.linalg.norm(summed) / np.linalg.norm(slope(np.arange(64)))


RECORDED = "costs 0.037 with the targets 1, 2, and −11.58 with 0, 1, 0, 2, 0"
RUNNING = "A total of 262.62 over 157 batches is a loss of 1.67"
OWN = "three scores of 0, which cost 1.10, print 34.54, and scores above 1"

SAW = "the third epoch of the run below begins at 0.99 and ends at 1.38"


def repeated(C: int) -> float:
    """Return how much smaller a second softmax makes the gradient of equal scores."""
    scores, label = torch.zeros((1, C), requires_grad=True), torch.tensor([0])
    F.cross_entropy(scores.softmax(-1), label).backward()
    once = softmax_cross_entropy_grad(np.zeros((1, C)), [0])
    return float(np.mean(once / scores.grad.numpy()))


def best_constant(share: float, weight: float) -> float:
    """Return the weighted loss of the best answer that is the same for all."""
    odds = weight * share / (1 - share)
    labels, scores = np.arange(1000) < 1000 * share, np.full(1000, math.log(odds))
    return binary_cross_entropy_with_logits(scores, labels.astype(float), pos_weight=weight)


def only_ignored() -> tuple[float, float, float]:
    """Return PyTorch's mean over no label, its largest gradient, and the quotient that is safe."""
    z, y = torch.ones((4, 3), requires_grad=True), torch.full((4,), -100)
    loss = F.cross_entropy(z, y)
    loss.backward()
    safe = F.cross_entropy(z, y, reduction="sum") / (y != -100).sum().clamp(min=1)
    return float(loss.detach()), float(z.grad.abs().max()), float(safe.detach())


def focal(p: float, label: int) -> float:
    """Return the focal loss of one place with the usual γ = 2 and α = 0.25."""
    right, weight = (p, 0.25) if label else (1 - p, 0.75)
    return -weight * (1 - right) ** 2 * math.log(right)


def zipf(V: int) -> float:
    """Return the entropy of frequencies in proportion to 1/r."""
    shares = 1 / np.arange(1, V + 1)
    return entropy(shares / shares.sum())


def dice(p: float) -> float:
    """Return the Dice loss of one answer to all pixels, of which 2 percent are foreground."""
    return 1 - 2 * 0.02 * p / (0.02 + p)


def slope(function, point: list[float]) -> np.ndarray:
    x = torch.tensor(point, requires_grad=True)
    function(x).backward()
    assert x.grad is not None
    return x.grad.numpy()


def says_one_label() -> bool:
    """Return whether scikit-learn asks for the labels where one class is missing."""
    try:
        log_loss([1], [0.5])
    except ValueError as error:
        return "y_true contains only one label" in str(error)
    return False


def one_step_of_grpo() -> tuple[float, float]:
    """Return value and largest slope of a policy's loss, where each answer is used once."""
    log_probs = torch.tensor([-1.0, -2.0, -0.5, -3.0], requires_grad=True)
    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0])
    ratio = (log_probs - log_probs.detach()).exp()
    loss = -(ratio * (rewards - rewards.mean()) / rewards.std()).mean()
    loss.backward()
    assert log_probs.grad is not None
    return float(loss.detach()), float(log_probs.grad.abs().max())


def exclusive_or(seed: int, scale: float = 0.1, rate: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return, by step, a network's loss and its gradient's norm where no line parts the classes."""
    rng = np.random.default_rng(seed)
    X, y = np.array([[-1.0, -1], [-1, 1], [1, -1], [1, 1]]), np.array([0.0, 1, 1, 0])
    W, b, v, c = scale * rng.normal(size=(2, 8)), np.zeros(8), scale * rng.normal(size=8), 0.0
    losses, norms = [], []
    for _ in range(700):
        h = np.tanh(X @ W + b)
        z = h @ v + c
        losses.append(binary_cross_entropy_with_logits(z, y))
        g = (1 / (1 + np.exp(-z)) - y) / 4
        back = np.outer(g, v) * (1 - h**2)
        slopes = X.T @ back, back.sum(axis=0), h.T @ g, g.sum()
        norms.append(math.sqrt(sum(float(np.sum(slope**2)) for slope in slopes)))
        W, b, v, c = (w - rate * slope for w, slope in zip((W, b, v, c), slopes, strict=True))
    return np.array(losses), np.array(norms)


def behind(p: float) -> float:
    """Return what two outputs cost, of which the second is right, if sigmoids take their scores."""
    z = math.log(p / (1 - p)) / 2
    return binary_cross_entropy_with_logits([z, -z], [0.0, 1.0])


def same_texts(k: int) -> np.ndarray:
    """Return the least losses of pictures whose k texts are one, beside others far away."""
    texts = np.repeat(np.eye(2), [k, 1], axis=0)
    logits = 100 * texts @ texts.T
    return softmax_cross_entropy(logits, np.arange(k + 1), reduction="none")[:k]


def stay(losses: np.ndarray) -> int:
    """Return after how many steps a loss leaves ln 2."""
    return int(np.argmax(losses < 0.68))


PLATEAUS = [exclusive_or(seed) for seed in range(6)]
STAY = [stay(losses) for losses, _ in PLATEAUS]
#: The least norm of the gradient on the plateau, and the norm at its end.
GROWTH = [(norms[:n].min(), norms[n]) for (_, norms), n in zip(PLATEAUS, STAY, strict=True)]
PLATEAU = "stays above 0.68 for 135 to 518 steps (six draws"
GROWN = "from 0.003 or less to 0.05. *Remedy:* wait"
SAME_MODEL = preference_loss([-80.0], [-95.0], [-80.0], [-95.0])
PLACES = "at one place each, cost 104 thousand if all say ½, and 1.7 if all say 0.01, of which 0.6"
ARC = 64 * math.sin(0.5)
LESS = "(0.0108 and 0.036 are $\\ln 2$ and $\\ln 10$ over 64)"
QUARTER = "a quarter of 0.693, which is 0.173, and with $\\alpha = 0.25$ 0.043 for a label 1)"
LOW_ROW = "0.011, 0.036, 0.173 with a focal loss |"
ZIPF = "BERT's 30,522 cost 7.27 nats and GPT-2's 50,257 cost 7.57."
PRETRAINING = "MLM or pretraining at about 7.3 or 7.6;"
BOOSTED = "it goes from 0.30 to 0.59 in 50 rounds"
NUMBERS = [
    (
        "| 2.3021 | $10^{-4}$ | the focal loss of pytorch-retinanet with $\\alpha = 0.25$",
        focal(1e-4, 1),
        "2.3021",
    ),
    (TABLE, focal(1e-4, 1), "2.3021"),
    ("[0, 0, 0, 1] costs 0.7437, and", softmax_cross_entropy([0, 0, 0, 1.0], 3), "0.7437"),
    ("(83 is 8 times $\\ln 32000$)", 8 * math.log(32000), "83"),
    ("*At 679,* $L = 6.5$, it", math.log(679), "6.5"),
    ("with a queue of 65,536 others (MoCo) 11.09.", np.log(1 + 65_536), "11.09"),
    ("so 9.99 are 28 or 29 percent of", 100 * 9.99 / ONE_MISTAKE, "28"),
    ("so 9.99 are 28 or 29 percent of", 100 * 9.99 / TEN["below_1e-15"], "29"),
    (PLATEAU, min(STAY), "135"),
    (PLATEAU, max(STAY), "518"),
    (GROWN, max(low for low, _ in GROWTH), "0.003"),
    (GROWN, np.mean([high for _, high in GROWTH]), "0.05"),
    (BEHIND, -math.log(0.4848), "0.7240"),
    (BEHIND, IMPOSSIBLE["tf_keras softmax"]["nats"], "0.7085"),
    (PLACES, 100 * 80 * focal(0.5, 0) / 10, "104"),
    (PLACES, 100_000 * 80 * focal(0.01, 0) / 10, "0.6"),
    (PLACES, 100_000 * 80 * focal(0.01, 0) / 10 + focal(0.01, 1), "1.7"),
    ("*Remedy:* a last bias of −4.6, as", -math.log(0.99 / 0.01), "−4.6"),
    ("while all angles are right ones: 30.7 with", ARC, "30.7"),
    ("it begins at about 40 with 10,572", ARC + math.log(10_572), "40"),
    ("ArcFace at about 40, a", ARC + math.log(10_572), "40"),
    (LESS, math.log(2) / 64, "0.0108"),
    (LESS, math.log(10) / 64, "0.036"),
    (QUARTER, math.log(2), "0.693"),
    (QUARTER, math.log(2) / 4, "0.173"),
    (QUARTER, focal(0.5, 1), "0.043"),
    (LOW_ROW, math.log(2) / 64, "0.011"),
    (LOW_ROW, math.log(10) / 64, "0.036"),
    (LOW_ROW, math.log(2) / 4, "0.173"),
    (ZIPF, zipf(30_522), "7.27"),
    (ZIPF, zipf(50_257), "7.57"),
    (PRETRAINING, zipf(30_522), "7.3"),
    (PRETRAINING, zipf(50_257), "7.6"),
    ("4.852 for a batch of 128 pairs", contrastive_loss(np.ones((128, 128))), "4.852"),
    (BOOSTED, IMPOSSIBLE["lightgbm weighted, 1 round"]["nats"], "0.30"),
    (BOOSTED, IMPOSSIBLE["lightgbm weighted, 50 rounds"]["nats"], "0.59"),
    ("(beyond 709 `exp` overflows", math.log(np.finfo(float).max) - 0.5, "709"),
    ("in 32 bits beyond 88)", math.log(np.finfo(np.float32).max) - 0.5, "88"),
    ("*At 20,000,* $L = 9.9$, the", math.log(20_000), "9.9"),
    ("(Alone it is 0.96 if all pixels say ½ or 1", dice(0.5), "0.96"),
    ("(Alone it is 0.96 if all pixels say ½ or 1", dice(1.0), "0.96"),
    ("Dice near 0.96 or 0.98;", dice(1.0), "0.96"),
    (SAW, SAWTOOTH[2][0], "0.99"),
    (SAW, SAWTOOTH[2][1], "1.38"),
    (
        "with 2 percent positives and `pos_weight=50` it is 1.372, and",
        best_constant(0.02, 50),
        "1.372",
    ),
    ("`pos_weight=50` it is 1.372, and 0.098 without the weight", best_constant(0.02, 1), "0.098"),
    ("is right in 98 percent of the pixels and costs 0.098", binary_entropy(0.02), "0.098"),
    ("(0.098 if each has 2 percent)", binary_entropy(0.02), "0.098"),
    ("that of a no to everything: 0.98 where", 1 - 0.02, "0.98"),
    ("or above that, at 29.7; ArcFace", 29.7, "29.7"),
    ("it prints 8.909.)", math.log(511) * 0.1 / 0.07, "8.909"),
    ("If the validation loss is 1.274 meanwhile", loss_landmarks(8)["softmax_twice"], "1.274"),
    (RECORDED, recorded([1, 2]), "0.037"),
    (RECORDED, recorded([0, 1, 0, 2, 0]), "−11.58"),
    (RUNNING, 262.62 / 157, "1.67"),
    ("A total of 262.62 over 157 batches", math.ceil(10_000 / 64), "157"),
    ("(83.7 with 8 of them is 10.5)", 83.7 / 8, "10.5"),
    ("If that is 8 times too large as well", accumulated_norm(8), "8"),
    ("| 87.337 | $2^{-126}$", TEN["below_tiny"], "87.337"),
    (TABLE, TEN["below_tiny"], "87.34"),
    ("make $\\ln C$ 11.9. Something", math.log(151_936), "11.9"),
    ("0.37 of its start is left after 100 steps", 0.99**100, "0.37"),
    (OWN, math.log(3), "1.10"),
    (OWN, TEN["below_1e-15"], "34.54"),
    *((CAPS, TEN[CUT[n]], n) for n in CUT),
    *((TABLE, TEN[CUT[n]], n[:4]) for n in CUT),
    ("$\\ln k$, 1.386 with four of them", np.mean(same_texts(4)), "1.386"),
    ("of 4 losses scatters 8 times as much as that of 256", math.sqrt(256 / 4), "8"),
    ("| 27.631 | $10^{-12}$ | LightGBM", TEN["below_1e-12"], "27.631"),
    ("| 36.044 | $2^{-52}$ | scikit-learn", TEN["below_eps"], "36.044"),
    ("| 100 | the logarithm at −100 | PyTorch", TEN["below_100"], "100"),
    ("| 34.539 | $10^{-15}$ |", TEN["below_1e-15"], "34.539"),
    (HALF, ONE_MISTAKE / 2, "18.02"),
    (HALF, TEN["below_1e-15"], "34.54"),
    (HALF, TEN["below_1e-15"] / 2, "17.27"),
    (CONTRASTIVE, math.log(256), "5.545"),
    (CONTRASTIVE, math.log(255), "5.541"),
    (COLLAPSED, contrastive_loss(np.ones((255, 255))), "5.541"),
    (CONTRASTIVE, math.log(511), "6.236"),
    (CONTRASTIVE, math.log(511) * 0.1 / 0.07, "8.909"),
    (COLLAPSED, contrastive_loss(np.ones((256, 256))), "5.545"),
    (COLLAPSED, contrastive_loss(np.ones((511, 511))), "6.236"),
    ("(BERT, GPT) begins at 10.3 or 10.8,", math.log(50257), "10.8"),
    ("a language model at 10.8 ($\\ln 50257$, GPT-2's", math.log(50257), "10.8"),
    ("*forward* pass above 65,504, the largest", np.finfo(np.float16).max, "65,504"),
    ("which is −1 for a label of 2, so", 1 - 2, "−1"),
    ("4 times too large with 4 of them, though", PRINTED_SUM, "4"),
    ("at the start of training, is too high: 7, 90, 179;", unscaled(), "179"),
    ("| 15.942 | $2^{-23}$ | Keras, for a label 0", TEN["below_eps_float32"], "15.942"),
    ("| 16.118 | $10^{-7}$ | Keras", TEN["below_1e-7"], "16.118"),
    ("| 36.737, or 16.636 in 32 bits | nothing |", -math.log(1 - np.nextafter(1.0, 0.0)), "36.737"),
    (
        "| 36.737, or 16.636 in 32 bits | nothing |",
        -math.log(1 - np.nextafter(np.float32(1), np.float32(0))),
        "16.636",
    ),
    (TABLE, TEN["below_eps_float32"], "15.9"),
    (TABLE, TEN["below_1e-15"], "34.5"),
    (TABLE, TEN["single_unit"], "7.97"),
    (TABLE, TEN["below_1e-7"] / 2, "8.059"),
    (TABLE, 0.9 * TEN["below_1e-7"], "14.5"),
    ("A reward model at 0.693 gives both answers", math.log(2), "0.693"),
    ("**DPO that does not begin at 0.693.**", SAME_MODEL, "0.693"),
    ("DPO that does not begin at 0.693;", SAME_MODEL, "0.693"),
    *((TABLE, cost, text) for cost, text in zip(AGAIN, ("15.42", "15.33", "15.25"), strict=True)),
    (TABLE, AGAIN[2] / 2, "7.6"),
    (TABLE, AGAIN[0] / 2, "7.7"),
    *(
        (SHARES, (1 - accuracy) * TEN["below_1e-7"], text)
        for accuracy, text in ((0.1, "14.506"), (0.5, "8.059"), (0.725, "4.432"), (0, "16.118"))
    ),
    *(
        (COSTS, cost, text)
        for cost, text in zip(AGAIN, ("15.425", "15.333", "15.249"), strict=True)
    ),
    *(
        (HALVES, cost / 2, text)
        for cost, text in zip(AGAIN, ("7.712", "7.667", "7.625"), strict=True)
    ),
    ("a label 0 costs 15.942, and the accuracy", TEN["below_eps_float32"], "15.942"),
    ("At 7.971 the model says 1 to everything", TEN["single_unit"], "7.971"),
    ("(BERT, GPT) begins at 10.3 or 10.8,", math.log(30522), "10.3"),
    ("BERT's 30522 make it 10.3)", math.log(30522), "10.3"),
    (BERT, math.log(30522), "10.3"),
    (BERT, scattered(1.5), "11.5"),
    (KEPT, FEW.validation_loss[3], "0.57"),
    (KEPT, FEW.validation_accuracy[3], "0.775"),
    ("of 240, and after 25 epochs it is 0.69.", FEW.validation_accuracy[25], "0.69"),
    (COOLED, 6 / math.log(9), "2.73"),
    (COOLED, leads(9, math.log(9)), "0.325"),
    (COOLED, leads(9, 6.0), "0.602"),
    ("($\\ln 1000 = 6.91$) and three times too much", math.log(1000), "6.91"),
    *(
        ("costs $\\ln C$: 0.69, 1.10 or 2.30 nats for 2, 3 or 10", math.log(n), text)
        for n, text in ((2, "0.69"), (3, "1.10"), (10, "2.30"))
    ),
    ("0.1 nats are 0.90 for each right answer", math.exp(-0.1), "0.90"),
    ("each token is a perplexity of 24.5: as", math.exp(3.2), "24.5"),
    ("Knowing nothing of 50257 tokens would cost 10.8.", math.log(50257), "10.8"),
    ("with four bytes to a token, 3.2 nats are 1.15", 3.2 / math.log(2) / 4, "1.15"),
    ("scatters by 0.18 of their standard", 1 / math.sqrt(32), "0.18"),
    ("With shuffled labels chance has 0.25,", 1 / 4, "0.25"),
    (LUCK, min(SHUFFLED), "0.05"),
    (LUCK, max(SHUFFLED), "0.55"),
    (LUCK, np.mean(SHUFFLED), "0.28"),
    (SLOWER, SLOW.training_loss[-1], "0.98"),
    (SLOWER, HEALTHY.training_loss[-1], "0.31"),
    ("each mistake costs the cut, 36.04, and", ONE_MISTAKE, "36.04"),
    *((LINKS["(#the-loss-is-exactly-16118-27631-36044-or-100)"], TEN[CUT[n]], n) for n in CUT),
    *((words, DOUBLED[n]["softmax_twice"], n) for words in (STUCK, TWICE_ROW) for n in DOUBLED),
    *(
        (LINKS["(#the-loss-is-stuck-at-0313-0744-or-1461)"], DOUBLED[n]["softmax_twice"], n)
        for n in DOUBLED
    ),
    *((FLOORS, DOUBLED[n]["softmax_twice"], n) for n in DOUBLED),
    (FLOORS, THOUSAND["softmax_twice"], "5.909"),
    *((SHORT, math.log(n), text) for n, text in CHANCE.items()),
    (SHORT, math.log(100), "4.605"),
    *((STARTS, math.log(n), text) for n, text in CHANCE.items()),
    ("The loss on your screen is 0.69, and it", math.log(2), "0.69"),
    ("six NaN print 1.76, and ten", filtered([2.0] * 4 + [math.nan] * 6), "1.76"),
    ("and ten NaN print 0.", filtered([math.nan] * 10), "0"),
    ("of three classes costs 1.10 nats", math.log(3), "1.10"),
    ("of a thousand classes 6.91.", math.log(1000), "6.91"),
    ("$e^{-L}$: 2.30 is one in ten", -math.log(0.1), "2.30"),
    ("at 0.693, or 1.386 where its two halves are summed,", math.log(2), "0.693"),
    ("at 0.693, or 1.386 where its two halves are summed,", 2 * math.log(2), "1.386"),
    ("9.21 where the right answer got 0.0001", -math.log(0.0001), "9.21"),
    ("leaves 0.313 for the label 1", binary_cross_entropy_with_logits(1.0, 1.0), "0.313"),
    ("and 0.693 for the label 0.", binary_cross_entropy_with_logits(0.0, 0.0), "0.693"),
    ("0.33 nats if one label in ten is positive", binary_entropy(0.1), "0.33"),
    ("0.056 if one in a hundred is.", binary_entropy(0.01), "0.056"),
    ("it is 0.500 nats for ten classes and", TEN["smoothing"], "0.500"),
    ("and 1.015 for a thousand.", THOUSAND["smoothing"], "1.015"),
    ("(Where 0.44 is quoted for a thousand", THOUSAND["smoothing"] / math.log(10), "0.44"),
    ("3 such answers in 1000 add 0.3 to", 3 * 100 / 1000, "0.3"),
    (RISING, leads(8, 1.0), "0.513"),
    (RISEN, leads(9, 6.0), "0.602"),
    ("has an accuracy of 0.9 and a loss of 0.33, half", binary_entropy(0.1), "0.33"),
    (SPREAD, math.sqrt(0.8 * 0.2 / 100), "0.04"),
    ("times the rate, 3.16 times with the usual", QUIET[0], "3.16"),
    ("and a few more of its kind 6.6 times", max(QUIET), "6.6"),
    (r"With $\beta_2 = 0.95$ the first is 0.45", YOUNGER[0], "0.45"),
    ("its steps have a size of 0.23 times the rate", NOISY, "0.23"),
    ("has the size of the rate, 4.4 times as much", FIRST / NOISY, "4.4"),
    ("2. **2.303 or 1.443:** logarithms", math.log(10), "2.303"),
    ("2. **2.303 or 1.443:** logarithms", 1 / math.log(2), "1.443"),
    ("comes far below 0.37, what even", HEALTHY.attainable, "0.37"),
    (NINE, LEAKED.training_loss[-1], "0.08"),
    (NINE, LEAKED.validation_loss[-1], "0.10"),
    (SEEN, FEW.training_loss[-1], "0.02"),
    (SEEN, FEW.validation_loss[-1], "1.00"),
    (PAIR, TWICE.validation_loss[-1], "0.90"),
    (PAIR, LARGE.validation_loss[-1], "7.5"),
    ("begins at 73.7 and falls to 46.7", BATCHED["sum"], "73.7"),
    ("divided by the batch it stands at 1.459, the floor", 46.7 / 32, "1.459"),
    ("has a loss of 0.056 nats and an accuracy of 0.99", binary_entropy(0.01), "0.056"),
    (PRINTED, HEALTHY.training_loss[1], "0.85"),
    (PRINTED, HEALTHY.validation_loss[1], "0.59"),
    (STAYS, DROPPED.training_loss[-1], "0.55"),
    (STAYS, DROPPED.validation_loss[-1], "0.38"),
    ('"The minimum of binary cross-entropy is 0.693"', math.log(2), "0.693"),
    ("For labels of 0.9 it is 0.325.", binary_entropy(0.9), "0.325"),
    ("the first step is 3.16 times as large", QUIET[0], "3.16"),
    ("the following ones up to 6.6 times", max(QUIET), "6.6"),
    ("settles at 5.91 nats. What do", THOUSAND["softmax_twice"], "5.91"),
    (r"$\ln(e + 999) - 1 = 5.91$", math.log(math.e + 999) - 1, "5.91"),
    ("Each costs 100 and adds 100/2000 = 0.05", 100 / 2000, "0.05"),
    ("ten of 2000 are 0.005 of the accuracy", 10 / 2000, "0.005"),
    ("losses of 3.91, 1.70, 5.64, 250.4 and", FIFTY["uniform"], "3.91"),
    ("losses of 3.91, 1.70, 5.64, 250.4 and", FIFTY["base_10"], "1.70"),
    ("losses of 3.91, 1.70, 5.64, 250.4 and", FIFTY["base_2"], "5.64"),
    ("losses of 3.91, 1.70, 5.64, 250.4 and", FIFTY["sum"], "250.4"),
    ("250.4 and −0.02 at the start", FIFTY["probabilities"], "−0.02"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "9.21 where the right answer got 0.0001",
    "Two outputs of 0.5152 and 0.4848 cost",
    "0.1 nats are 0.90 for each right answer",
    "8.059 with 0.5 and 4.432 with 0.725 all give",
    r"3.16 times with the usual $\beta_2 = 0.999$",
    "the accuracy falls by 0.005. How many",
]


def said(function) -> str:
    """Return what an error says that a call raises."""
    try:
        function()
    except (ValueError, RuntimeError, IndexError) as error:
        return str(error)
    return ""


def torch_loss(function, given, target) -> float:
    return float(function(torch.tensor(given), torch.tensor(target)))


def cut_gradient() -> float:
    """Return the gradient that a probability below the cut gets."""
    p = torch.tensor(1e-9, requires_grad=True)
    (-torch.log(p.clamp(1e-7, 1 - 1e-7))).backward()
    assert p.grad is not None
    return float(p.grad)


SOFTENED = [0.9, 0.1]
VALIDATION = {name: run.validation_accuracy[-1] for name, run in RUNS.items()}
SIXTH = train_with_fault(hidden_fault(6), case=6, epochs=25)
#: By landmark, the library that stops there.
STOPS = {
    "below_1e-7": "keras",
    "below_1e-12": "lightgbm",
    "below_eps": "scikit-learn",
    "below_100": "torch",
    "below_eps_float32": "scikit-learn float32",
    "single_unit": "keras single unit",
    "below_1e-15": "lightgbm binary",
    "below_2e-7": "tf_keras label 1",
}


def costs(name: str, nats: float, peer_version: str = "2.21.0") -> bool:
    """Return whether another library was measured to print such a loss, in that version."""
    measured = IMPOSSIBLE[name]
    return measured["version"] == peer_version and abs(measured["nats"] - nats) < 1e-5


def skipped() -> bool:
    """Return whether a scaler leaves the weights alone if one slope of a finite loss is NaN."""
    model = torch.nn.Linear(2, 1)
    optimizer, scaler = torch.optim.SGD(model.parameters()), torch.amp.GradScaler("cpu")
    before = model.weight.clone()
    loss = model(torch.ones(1, 2)).sum()
    scaler.scale(loss).backward()
    model.weight.grad[0, 0] = math.nan
    scaler.step(optimizer)
    return bool(loss.isfinite()) and torch.equal(model.weight, before)


def running_total(batches: int) -> float:
    """Return the sum of the batches' means."""
    rows = np.arange(8).reshape(batches, -1)
    return sum(softmax_cross_entropy(SCORES[r], CLASSES[r]) for r in rows)


def frames_off() -> float:
    """Return by how much a CTC loss of 1000 frames in 32 bits is off."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(1, 50, (4, 40), generator=generator)
    z = torch.randn((1000, 4, 50), generator=generator, dtype=torch.float64)
    for place in range(40):
        z[2 + 24 * place, torch.arange(4), labels[:, place]] += 20
    z[..., 0] += 8
    lengths = torch.full((4,), 1000), torch.full((4,), 40)
    single, double = (
        F.ctc_loss(scores.log_softmax(-1), labels, *lengths, reduction="none")
        for scores in (z.float(), z)
    )
    return float((single - double).abs().max())


IGNORED = only_ignored()
#: Where a sample of one epoch stood in the one before, and how far back that is.
AGES = [
    np.mean([500 - rng.permutation(500)[place] + place for _ in range(400)]) / 500
    for rng in [np.random.default_rng(0)]
    for place in (0, 499)
]
STATED = [
    (
        "(That of a quotient by hand, `(loss * mask).sum() / mask.sum()`, is NaN",
        math.isnan(slope(lambda x: (x**2 * 0).sum() / torch.zeros(2).sum(), [1.0, 2.0])[0])
        and slope(lambda x: (x**2 * 0).sum() / torch.zeros(2).sum().clamp(min=1), [1.0, 2.0])[0]
        == 0,
    ),
    (
        "*y_true contains only one label* (scikit-learn) wants `labels=[0, 1]`",
        says_one_label() and math.isclose(log_loss([1], [0.5], labels=[0, 1]), math.log(2)),
    ),
    ("and [0, 0, 0, 100] nothing", softmax_cross_entropy([0, 0, 0, 100.0], 3) < 1e-40),
    (
        "half a nat for numbers drawn evenly from 0 to 1",
        math.isclose(binary_entropy((np.arange(10**5) + 0.5) / 10**5).mean(), 0.5, rel_tol=1e-6),
    ),
    (
        "about 100 steps later it is below 0.1",
        all(
            95 <= np.argmax(losses < 0.1) - n <= 112
            for (losses, _), n in zip(PLATEAUS, STAY, strict=True)
        ),
    ),
    (
        "*Remedy:* wait; or larger first weights, ten times the rate, Adam",
        all(
            stay(exclusive_or(seed, **change)[0]) < STAY[seed] / 5
            for seed in range(6)
            for change in ({"scale": 1.0}, {"rate": 5.0})
        ),
    ),
    (
        "where none is of a class its probability is exactly 0",
        (DecisionTreeClassifier().fit([[0], [1], [2]], [0, 1, 1]).predict_proba([[0]])[0, 1] == 0),
    ),
    (
        "through a sigmoid if the loss is `binary_crossentropy`",
        costs("tf_keras softmax", behind(0.5152))
        and costs("tf_keras softmax predicted", -math.log(1 - 0.5152)),
    ),
    (
        "as long as $s$ is well below $\\sqrt{2 \\ln C}$",
        scattered(7.5) - math.log(30522) < 0.85 * 7.5**2 / 2,
    ),
    (
        "PyTorch draws it with a standard deviation of 1",
        abs(float(torch.nn.Embedding(1000, 100).weight.detach().std()) - 1) < 0.05,
    ),
    (
        "prints `binary_logloss` without the weights",
        IMPOSSIBLE["lightgbm weighted, 1 round"]["version"] == "4.7.0"
        and IMPOSSIBLE["lightgbm minimised, 50 rounds"]["nats"]
        < IMPOSSIBLE["lightgbm minimised, 1 round"]["nats"] - 0.1,
    ),
    (
        "a batch whose labels all weigh 0 has a mean of 0/0",
        math.isnan(
            float(
                F.cross_entropy(
                    torch.tensor(LOGITS), torch.tensor([0, 0]), weight=torch.tensor([0.0, 1, 1])
                )
            )
        ),
    ),
    (
        "has an infinite slope",
        bool(np.isnan(slope(lambda x: x.square().sum().sqrt(), [0.0, 0.0])).all()),
    ),
    (
        "*Remedy:* a small number *inside* the root, or `F.normalize`",
        bool(np.isfinite(slope(lambda x: (x.square().sum() + 1e-12).sqrt(), [0.0, 0.0])).all())
        and bool(np.isfinite(slope(lambda x: F.normalize(x, dim=0).sum(), [0.0, 0.0])).all()),
    ),
    (
        "which is 0 by construction, or nearly; its gradient is not",
        abs(one_step_of_grpo()[0]) < 1e-7 < 0.1 < one_step_of_grpo()[1],
    ),
    (
        "as above, it *is* the margin",
        math.isclose(
            float(F.triplet_margin_loss(*[torch.ones((4, 3))] * 3, margin=0.2)), 0.2, rel_tol=1e-5
        ),
    ),
    (
        "lose each change of less than 1/512 of themselves",
        all(
            round_to(w * (1 - 0.99 / 512), "bfloat16") == w
            for w in round_to(np.linspace(1, 2, 50), "bfloat16")[1:]
        ),
    ),
    ("and 1 if none says anything", dice(0.0) == 1),
    ("Its gradient is 0, so the weights stay sound", math.isnan(IGNORED[0]) and IGNORED[1] == 0),
    (
        "what comes first in an epoch was last seen half an epoch ago on average, what comes last",
        np.allclose(AGES, [0.5, 1.5], atol=0.05),
    ),
    (
        "makes the gradient $C$ times smaller where all classes are equal, a tenth for ten",
        math.isclose(repeated(10), 10, rel_tol=1e-5) and math.isclose(repeated(4), 4, rel_tol=1e-5),
    ),
    (
        "so labels above 1 make it negative; so do labels of −1",
        binary_cross_entropy(0.7, 1.0) > 0
        and torch_loss(F.binary_cross_entropy_with_logits, -9.0, -1.0) < 0,
    ),
    (
        "the loss is finite, and nothing moves. Then every step may be [skipped]",
        skipped(),
    ),
    (
        "masks of 0 to 8 that are divided by 255, as pictures are, and then made whole are all 0",
        not (torch.arange(9) / 255).long().any(),
    ),
    (
        "`neg_log_loss` is minus the loss",
        get_scorer("neg_log_loss")._sign == -1,
    ),
    (
        "is about $-\\varepsilon$ at $p = 1$, and a sum over 1000 frames in 32 bits is off by less",
        math.isclose(-math.log(1 + 1e-7), -1e-7, rel_tol=1e-6) and 0 < frames_off() < 0.001,
    ),
    (
        "The loss puts the blanks in by itself",
        bool(said(lambda: ctc_loss(np.log(np.full((30, 5), 0.2)), [0, 1, 0, 2, 0], 30, 5))),
    ),
    (
        "A running total (`total += loss.item()`) *doubles*, because twice as many batches",
        math.isclose(running_total(4), 2 * running_total(2)),
    ),
    (
        "LightGBM 4.7.0 gives its metric the raw scores, without a softmax: three scores of 0",
        costs("lightgbm own objective", TEN["below_1e-15"], "4.7.0")
        and costs("lightgbm own objective, scores of 2", -math.log(2), "4.7.0"),
    ),
    (
        "| 16.118 | $10^{-7}$ | Keras 3.15.1, for a label 1 |",
        IMPOSSIBLE["keras"]["version"] == "3.15.1"
        and all(abs(TEN[mark] - IMPOSSIBLE[name]["nats"]) < 1e-6 for mark, name in STOPS.items()),
    ),
    (
        "takes a score of −3 for a probability, and cuts it",
        abs(IMPOSSIBLE["keras scores"]["nats"] - TEN["below_1e-7"]) < 1e-5,
    ),
    (
        "since $1 - 10^{-7}$ in 32 bits is $1 - 2^{-23}$",
        1 - np.float32(1 - 1e-7) == 2**-23
        and abs(IMPOSSIBLE["keras label 0"]["nats"] - TEN["below_eps_float32"]) < 1e-5,
    ),
    (
        "The first says one class of ten to everything, the second one of two",
        costs("keras one class of ten", 0.9 * TEN["below_1e-7"], "3.15.1"),
    ),
    (
        "$10^{-7}$ a second time behind the first (run in tf_keras 2.21.0)",
        costs("tf_keras label 1", AGAIN[0])
        and costs("tf_keras label 0", AGAIN[1])
        and costs("tf_keras label 0 compiled", AGAIN[2])
        and costs("tf_keras all 0", AGAIN[0] / 2)
        and costs("tf_keras all 1", AGAIN[2] / 2),
    ),
    (
        "Scores that scatter by $s$ around their mean add about $s^2/2$ to $\\ln C$",
        all(
            math.isclose(scattered(s) - math.log(30522), s**2 / 2, rel_tol=0.15)
            for s in (0.5, 1, 1.5)
        ),
    ),
    (
        "the loss is least after epoch 3",
        np.argmin(FEW.validation_loss) == 3,
    ),
    (
        "the accuracy is best one epoch earlier, with one sample more of 240",
        np.argmax(FEW.validation_accuracy) == 2
        and round(240 * (FEW.validation_accuracy[2] - FEW.validation_accuracy[3])) == 1,
    ),
    (
        "in place of 0.602, less than before",
        leads(9, math.log(9)) < leads(8, 1.0)
        and all(leads(9, 6 / T) > leads(9, math.log(9)) for T in (1, 2, 2.6, 2.9, 5)),
    ),
    (
        r"$-q \ln q - (C - 1) \frac{\varepsilon}{C} \ln \frac{\varepsilon}{C}$ with",
        all(
            math.isclose(
                -q * math.log(q) - (C - 1) * e / C * math.log(e / C),
                loss_landmarks(C, label_smoothing=e)["smoothing"],
            )
            for C, e in ((10, 0.1), (1000, 0.1), (3, 0.4))
            for q in [1 - e + e / C]
        ),
    ),
    (
        "so that 240 samples are not 240 draws",
        np.std(SHUFFLED) > 3 * math.sqrt(0.25 * 0.75 / 240),
    ),
    (
        "scikit-learn's `log_loss` of float32 predictions",
        math.isclose(
            2 * log_loss([0, 1], np.array([[0, 1], [0, 1]], dtype=np.float32)),
            TEN["below_eps_float32"],
            rel_tol=1e-4,
        ),
    ),
    (
        "are the columns in the order of the *sorted* labels",
        log_loss(["b", "a"], [[0.1, 0.9], [0.9, 0.1]]) < 0.2 < log_loss([0, 1], [[0.1, 0.9]] * 2),
    ),
    (
        "because no gradient gets through: that of a cut is 0",
        cut_gradient() == 0,
    ),
    (
        "the mean over labels that are all ignored is 0/0",
        math.isnan(torch_loss(F.cross_entropy, [[1.0, 2.0]], [-100])),
    ),
    (
        "rounds to 0 in float16 (not in bfloat16), and $1 - 10^{-7}$ rounds to 1 in both",
        round_to(1e-8, "float16") == 0 != round_to(1e-8, "bfloat16")
        and round_to(1 - 1e-7, "float16") == round_to(1 - 1e-7, "bfloat16") == 1,
    ),
    (
        "equal neighbours need a blank between them",
        math.isinf(ctc_loss(np.log(np.full((2, 3), 1 / 3)), [1, 1], 2, 2))
        and math.isfinite(ctc_loss(np.log(np.full((3, 3), 1 / 3)), [1, 1], 3, 2)),
    ),
    (
        "The softmax of a single score is 1, whatever the score",
        softmax_cross_entropy([[3.0]], [0]) == 0 == softmax_cross_entropy([[-70.0]], [0]),
    ),
    (
        "a score that leads by 17 has the probability 1 and the loss 0. In `lib` it keeps",
        torch_loss(F.cross_entropy, [[17.0, 0.0]], [0]) == 0
        and torch_loss(F.cross_entropy, [[15.0, 0.0]], [0]) > 0
        and softmax_cross_entropy([[17.0, 0.0]], [0]) > 0,
    ),
    (
        "it prints −0.7 for a probability of 0.7, and falls towards −1",
        math.isclose(torch_loss(F.nll_loss, [[0.7, 0.3]], [0]), -0.7, rel_tol=1e-6),
    ),
    (
        "`BCEWithLogitsLoss` prints the second number; its `BCELoss` and the functions of `lib`",
        math.isclose(
            torch_loss(F.binary_cross_entropy_with_logits, 5.0, 2.0), -4.9933, abs_tol=1e-4
        )
        and said(lambda: torch_loss(F.binary_cross_entropy, 0.9, 2.0))
        and said(lambda: binary_cross_entropy(0.9, 2.0)),
    ),
    (
        "half of what knowing nothing costs",
        0.45 < binary_entropy(0.1) / math.log(2) < 0.5,
    ),
    (
        "those lower the loss",
        -math.log(0.99) < -math.log(0.7),
    ),
    (
        "the loss falls at the border of the epochs and is flat within",
        all(abs(end - begin) < 0.1 for begin, end, _ in STAIRS)
        and all(before[1] - after[0] > 0.3 for before, after in itertools.pairwise(STAIRS))
        and min(fresh for *_, fresh in STAIRS) > math.log(10),
    ),
    (
        "is divided out of the mean, `pos_weight` is not",
        math.isclose(
            float(
                F.cross_entropy(
                    torch.tensor(LOGITS), torch.tensor(LABELS), weight=torch.tensor([3.0] * 3)
                )
            ),
            LOSS,
            rel_tol=1e-5,
        )
        and float(
            F.binary_cross_entropy_with_logits(
                torch.tensor([1.0]), torch.tensor([1.0]), pos_weight=torch.tensor([3.0])
            )
        )
        > 2.9 * float(F.binary_cross_entropy_with_logits(torch.tensor([1.0]), torch.tensor([1.0]))),
    ),
    (
        "is then right in nine of ten entries",
        np.mean((np.zeros((10, 10)) > 0.5) == (np.eye(10) > 0.5)) == 0.9,
    ),
    (
        "one wrong class for every sample still has 80 percent",
        np.mean(np.roll(np.eye(10), 1, axis=1) == np.eye(10)) == 0.8,
    ),
    (
        "the usual remedies are `bf16`, 32 bits or a lower rate",
        math.isinf(round_to(-1e9, "float16")) and math.isfinite(round_to(-1e9, "bfloat16")),
    ),
    (
        "labels above 1 make it negative",
        torch_loss(F.binary_cross_entropy_with_logits, 5.0, 2.0) < 0,
    ),
    (
        "it is never negative, even if the labels sum to more than 1",
        torch_loss(F.cross_entropy, [[5.0, 1.0]], [[1.0, 1.0]]) > 0,
    ),
    (
        "*all elements of input should be between 0 and 1* says that `BCELoss`",
        all(
            said(lambda p=p: torch_loss(F.binary_cross_entropy, [p], [1.0]))
            == "all elements of input should be between 0 and 1"
            for p in (1.5, math.nan)
        ),
    ),
    (
        "*Dimension out of range (expected to be in range of [-1, 0], but got 1)* comes from",
        said(lambda: torch.tensor([1.0, 2.0]).log_softmax(dim=1))
        == "Dimension out of range (expected to be in range of [-1, 0], but got 1)",
    ),
    (
        "Only one comes far below 0.37",
        [
            name
            for name, run in RUNS.items()
            if max(run.training_loss[-1], run.validation_loss[-1]) < 0.3
        ]
        == ["leak"],
    ),
    (
        "Two are right in at least 80 percent of the validation samples",
        VALIDATION["softmax_twice"] >= 0.795 <= VALIDATION["rate_too_large"],
    ),
    (
        "the validation loss turns in the fourth epoch or so and rises",
        2 <= int(np.argmin(FEW.validation_loss)) <= 5,
    ),
    (
        "All training samples are right and nearly free",
        hidden_fault(6) == "overfitting"
        and SIXTH.training_accuracy[-1] == 1
        and SIXTH.training_loss[-1] < 0.1
        and SIXTH.validation_loss[-1] > SIXTH.validation_loss[5],
    ),
    (
        "The floor is their mean entropy",
        math.isclose(softmax_cross_entropy(np.log([SOFTENED]), [SOFTENED]), entropy(SOFTENED)),
    ),
    (
        "the floor approaches $\\ln C - 1$",
        abs(loss_landmarks(10**5)["softmax_twice"] - math.log(10**5) + 1) < 1e-4,
    ),
    (
        "So the loss is summed; and divided by the batch",
        list(nearest_landmarks(73.7, BATCHED)) == ["sum"]
        and list(nearest_landmarks(46.7 / 32, BATCHED)) == ["softmax_twice"],
    ),
]
