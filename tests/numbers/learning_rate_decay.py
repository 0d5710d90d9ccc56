"""The numbers in the chapter on learning-rate decay."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from lib.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    with_linear_warmup,
)
from lib.training import fit_softmax_regression, gradient_descent

CURVATURES, START = np.array([1.0, 10.0]), [-4.0, 2.0]


def path(schedule: Callable[[Any], Any], steps: int, **noise: Any) -> np.ndarray:
    start = np.tile(START, (1000, 1)) if noise else START
    return gradient_descent(
        lambda x: CURVATURES * x, start, schedule=schedule, steps=steps, **noise
    )


def value(points: np.ndarray) -> np.ndarray:
    return 0.5 * points**2 @ CURVATURES


def still(rate: float) -> float:
    return value(path(constant(rate), 100))[-1]


def noisy(schedule: Callable[[Any], Any], steps: int) -> np.ndarray:
    return value(path(schedule, steps, noise=1.0, rng=0)).mean(axis=1)


def floors(rate: float) -> np.ndarray:
    return rate / (2 * (2 - rate * CURVATURES))


def with_momentum(momentum: float, *, decoupled: bool, damping: float = 0.0) -> float:
    """Return where descent with the slope w − 3 and λ = 0.5 settles."""
    w = velocity = 0.0
    for _ in range(4000):
        slope = (w - 3) + (0 if decoupled else 0.5 * w)
        velocity = momentum * velocity + (1 - damping) * slope
        w = (1 - 0.01 * 0.5 if decoupled else 1) * w - 0.01 * velocity
    return w


def slowest(rate: float) -> float:
    return np.abs(1 - rate * CURVATURES).max()


FAST, SLOW = floors(0.15), floors(0.005)
DROPPED = {drop: noisy(step_decay(0.15, step_size=drop), 200)[-1] for drop in (100, 190)}
STAIRS = step_decay(0.1, step_size=30)
HALVES = step_decay(0.2, step_size=40, gamma=0.5)(np.arange(120))
PER = exponential_decay(0.1, k=0.05)
FROZEN, REACH = (exponential_decay(0.05, k=k) for k in (0.5, 0.1))
TOTAL = REACH(np.arange(5000)).sum()
ITERATIONS = np.ceil(60_000 / 128)
LATE = [inverse_time_decay(0.15, k=0.1), exponential_decay(0.15, k=0.02)]

SMALL_STEPS = 0.15 / np.sqrt(np.arange(1, 1_000_001))


def expected_value(rates: np.ndarray) -> float:
    """Return the exact mean of f after noisy steps in the ravine, with σ = 1."""
    total = 0.0
    for curvature, mean in zip(CURVATURES.tolist(), START, strict=True):
        spread = 0.0
        for rate in rates.tolist():
            shrink = 1 - rate * curvature
            mean, spread = shrink * mean, shrink**2 * spread + rate**2
        total += 0.5 * curvature * (mean**2 + spread)
    return total


IMAGES = load_digits()
TRAIN, _, Y_TRAIN, _ = train_test_split(
    IMAGES.data / 16, IMAGES.target, test_size=450, random_state=0
)
ONES = np.c_[TRAIN, np.ones(len(TRAIN))]
LARGEST = np.linalg.eigvalsh(ONES.T @ ONES / len(TRAIN))[-1]


def losses(schedule: Callable[[Any], Any], epochs: int, seed: int = 0, **options: Any) -> Any:
    """Return the digits' training loss before each epoch."""
    return fit_softmax_regression(
        TRAIN, Y_TRAIN, schedule=schedule, epochs=epochs, rng=seed, **options
    )[1].loss


KEPT_RATE = losses(constant(2.0), 120, batch_size=32)
SCHEDULED = [
    losses(schedule, 20, batch_size=32)[-3:]
    for schedule in (
        step_decay(2.0, step_size=8, gamma=0.2),
        exponential_decay(2.0, k=0.15),
        inverse_time_decay(2.0, k=0.5),
        cosine_decay(2.0, decay_steps=20),
    )
]
GROWING = [0.02 * 1.2**t for t in range(40)]
RANGE_TESTS = [losses(lambda t: GROWING[t], 40, seed, batch_size=32) for seed in range(3)]
RISES = [GROWING[int(np.argmax(np.diff(loss) > 0))] for loss in RANGE_TESTS]
TURNS = [GROWING[loss.argmin() - 1] for loss in RANGE_TESTS]


def softmax_jacobian_stretch() -> float:
    """Return the largest eigenvalue of the Jacobian of many softmaxes."""
    p = np.random.default_rng(0).dirichlet([0.1] * 4, size=2000)
    return np.linalg.eigvalsh(p[:, :, None] * np.eye(4) - p[:, :, None] * p[:, None])[:, -1].max()


def least_squares(*, exact: bool) -> list[float]:
    """Return how far above its minimum a regression is after 100 and 1000 batches of five."""
    rng = np.random.default_rng(0)
    X, truth, errors = rng.normal(size=(100, 10)), rng.normal(size=10), rng.normal(size=100)
    target = X @ truth if exact else X @ truth + errors
    best, w, order = np.linalg.lstsq(X, target)[0], np.zeros(10), np.random.default_rng(1)
    found = []
    for step in range(1001):
        if step in (100, 1000):
            found.append(0.5 * np.mean((X @ (w - best)) ** 2))
        batch = order.integers(100, size=5)
        w = w - 0.05 * X[batch].T @ (X[batch] @ w - target[batch]) / 5
    return found


EXACT, NOISY = least_squares(exact=True), least_squares(exact=False)
SCATTER = path(constant(0.15), 400, noise=1.0, rng=0)
AVERAGED = value(SCATTER[-200:].mean(axis=0)).mean()


def torch_with_weight_decay() -> float:
    """Return where PyTorch's SGD settles with the slope w − 3 and weight_decay 0.5."""
    w = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.01, momentum=0.9, weight_decay=0.5)
    for _ in range(1500):
        w.grad = (w - 3).detach()
        optimiser.step()
    return w.item()


def torch_cosine(steps: int, length: int) -> list[float]:
    """Return the rates of PyTorch's cosine schedule."""
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=length)
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimiser.step()
        scheduler.step()
    return rates


HARMONIC = inverse_time_decay(0.05, k=1.0)(np.arange(1_000_000))
LEFT = np.prod(1 - HARMONIC)
SCALED = {k: floors(0.005 * k).sum() / k for k in (1, 10, 30, 39)}


def adam(schedule: Callable[[int], float], steps: int = 400) -> float:
    """Return the mean value of a thousand noisy descents of the ravine by Adam."""
    rng = np.random.default_rng(0)
    x, m, v = np.tile(START, (1000, 1)), 0.0, 0.0
    for t in range(steps):
        slope = CURVATURES * x + rng.normal(size=x.shape)
        m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
        mean, square = m / (1 - 0.9 ** (t + 1)), v / (1 - 0.999 ** (t + 1))
        x = x - schedule(t) * mean / (np.sqrt(square) + 1e-8)
    return value(x).mean()


ADAM = {
    rate: (adam(constant(rate)), adam(cosine_decay(rate, decay_steps=400))) for rate in (0.1, 0.03)
}

NUMBERS = [
    ("After a million steps it is still 49 percent", 100 * LEFT, "49"),
    ("to 0.72 in a million steps", HARMONIC.sum(), "0.72"),
    ("every further tenfold adds 0.12", 0.05 * np.log(10), "0.12"),
    ("just below the limit of 0.2", 2 / CURVATURES.max(), "0.2"),
    ("$3 / (1 + 0.05)$, by another way", 0.5 * (1 - 0.9), "0.05"),
    ("the value is 2.9 for the rate 0.005", still(0.005), "2.9"),
    (r"and $5.6 \times 10^{-9}$ for 0.1", still(0.1) * 1e9, "5.6"),
    ("At 0.2 it stays at 20", still(0.2), "20"),
    (r"at 0.21 it has reached $3.8 \times 10^9$", still(0.21) / 1e9, "3.8"),
    ("still jumps between 0.30 and 0.06 when", max(KEPT_RATE[17:20]), "0.30"),
    ("still jumps between 0.30 and 0.06 when", min(KEPT_RATE[17:20]), "0.06"),
    ("they jump, from 0.30 to 0.06 and 0.07", KEPT_RATE[17], "0.30"),
    ("they jump, from 0.30 to 0.06 and 0.07", KEPT_RATE[18], "0.06"),
    ("they jump, from 0.30 to 0.06 and 0.07", KEPT_RATE[19], "0.07"),
    ("at the end it is highest: 0.007, against", LATE[0](199), "0.007"),
    ("0.007, against 0.003 (exponential)", LATE[1](199), "0.003"),
    ("(exponential), 0.001 (step) and 0", step_decay(0.15, step_size=60, gamma=0.2)(199), "0.001"),
    ("the floor is 16 percent higher", 100 * (SCALED[10] / SCALED[1] - 1), "16"),
    ("Below 0.35 the digits cannot diverge", 4 / LARGEST, "0.35"),
    ("still falls, to 0.036 after a hundred", expected_value(SMALL_STEPS[:100]), "0.036"),
    ("0.00076 after ten thousand", expected_value(SMALL_STEPS[:10_000]), "0.00076"),
    ("and 0.000075 after a million", expected_value(SMALL_STEPS), "0.000075"),
    ("the floor of 0.19; the average", FAST.sum(), "0.19"),
    (
        "starts at 28. For a rate of 0.005 the value falls slowly to 2.9",
        value(np.array(START)),
        "28",
    ),
    ("starts at 28. For a rate of 0.005 the value falls slowly to 2.9", still(0.005), "2.9"),
    ("for 0.1 it falls in a straight line to 6e-9", still(0.1) * 1e9, "6"),
    ("rises in a straight line to 4e9", still(0.21) / 1e9, "4"),
    ("sets the limit of 0.2,", 2 / CURVATURES[1], "0.2"),
    ("at 0.20 after 30 steps", noisy(constant(0.15), 30)[-1], "0.20"),
    ("near its floor of 0.19", FAST.sum(), "0.19"),
    ("has a floor of 0.0025", SLOW.sum(), "0.0025"),
    ("its mean value is still 6.85", noisy(constant(0.005), 30)[-1], "6.85"),
    ("falls smoothly to 0.003", LATE[1](200), "0.003"),
    ("falls to 0.025 by step 50 and to 0.007 at the end", LATE[0](50), "0.025"),
    ("falls to 0.025 by step 50 and to 0.007 at the end", LATE[0](200), "0.007"),
    ("The constant rate levels off at 0.2.", noisy(constant(0.15), 200)[-20:].mean(), "0.2"),
    ("falls more slowly at first and reaches 0.005", noisy(LATE[0], 200)[-1], "0.005"),
    (r"has $0.1 \cdot 0.1^1 = 0.01$", STAIRS(30), "0.01"),
    ("epoch 29 still has the rate 0.1.", STAIRS(29), "0.1"),
    (r"epoch 75 has $0.1 \cdot 0.1^2 = 0.001$", STAIRS(75), "0.001"),
    ("that is every 34.7 steps", np.log(2) / 0.02, "34.7"),
    (r"$0.15 / (2 \cdot 1.85) = 0.0405$", FAST[0], "0.0405"),
    (r"$0.15 / (2 \cdot 1.85) = 0.0405$", 2 - 0.15, "1.85"),
    (r"$0.15 / (2 \cdot 0.5) = 0.15$", FAST[1], "0.15"),
    (r"$0.15 / (2 \cdot 0.5) = 0.15$", 2 - 1.5, "0.5"),
    ("the floor of 0.19 that was measured", FAST.sum(), "0.19"),
    ("the rate is 0.061 in the one case", PER(10), "0.061"),
    (r"$2.7 \times 10^{-110}$ in the other", PER(5000) * 1e110, "2.7"),
    ("the sum of all rates is 0.127", FROZEN(np.arange(2000)).sum(), "0.127"),
    ("$x$ freezes at −3.5,", path(FROZEN, 2000)[-1, 0], "−3.5"),
    ("the mean value is 0.009,", DROPPED[100], "0.009"),
    ("the new floor of 0.008", floors(0.015).sum(), "0.008"),
    ("with ten steps left it is 0.040", DROPPED[190], "0.040"),
    ("Without momentum both end at 2.", with_momentum(0, decoupled=False), "2"),
    ("Without momentum both end at 2.", with_momentum(0, decoupled=True), "2"),
    ("the penalty still leads to 2,", with_momentum(0.9, decoupled=False), "2"),
    ("weight decay to 2.86", with_momentum(0.9, decoupled=True), "2.86"),
    ("$1/(1 - 0.9) = 10$ times", 1 / (1 - 0.9), "10"),
    ("- [x] All between 0 and 0.25", 2 / 8, "0.25"),
    ("derivative, 8. - [x]", 2 * 4, "8"),
    ("The curvature is $a = 8$", 2 * 4, "8"),
    ("the border need not be there. It is $2/a = 0.25$", 2 / 8, "0.25"),
    (r"\lfloor 75/30 \rfloor = 2$", 75 // 30, "2"),
    ("The rates are 0.2, 0.1 and 0.05,", np.unique(HALVES)[2], "0.2"),
    ("The rates are 0.2, 0.1 and 0.05,", np.unique(HALVES)[1], "0.1"),
    ("The rates are 0.2, 0.1 and 0.05,", np.unique(HALVES)[0], "0.05"),
    (r"$\alpha \sigma^2 / 4$", 1e-6 / floors(1e-6)[0], "4"),
    (r"Their sum is $40 \cdot 0.35 = 14$", HALVES.sum(), "14"),
    (r"Their sum is $40 \cdot 0.35 = 14$", np.unique(HALVES).sum(), "0.35"),
    (r"\rceil = 469$ iterations", ITERATIONS, "469"),
    (r"$k = 0.03 / 469 = 6.4 \times 10^{-5}$", 0.03 / ITERATIONS * 1e5, "6.4"),
    ("2/(a_1 + a_2) = 0.182$", 2 / CURVATURES.sum(), "0.182"),
    ("= 9/11 = 0.818$", slowest(2 / 11), "0.818"),
    ("The sum is 0.525.", TOTAL, "0.525"),
    ("at least 1.93 away", 4 * 4**-TOTAL, "1.93"),
    ("it ends 2.35 away", -path(REACH, 5000)[-1, 0], "2.35"),
]

#: Rates that are chosen, not computed.
GIVEN = [
    "for the rate 0.005",
    "The rate 0.005 has a floor",
    "In the ravine, from the rate 0.005:",
    "Drop from 0.15 to 0.015",
]
#: Sentences, and whether a computation bears them out.
POWERS = [np.arange(1, 1_000_001) ** -b for b in (0.55, 0.75, 1.0)]
WARMED = with_linear_warmup(constant(0.1), warmup_steps=5)
KEPT = cosine_decay(1.0, decay_steps=9, final_value=0.5)
LAST = torch.optim.lr_scheduler.ConstantLR(torch.optim.SGD([torch.zeros(1)], lr=0.1), factor=1)
STATED = [
    # Both sums, continued to a hundred times as many terms: the first grows, the second hardly.
    (
        r"Every $t^{-b}$ with $\frac12 < b \le 1$ meets both as well",
        all(r.sum() > r[:10_000].sum() * 1.3 for r in POWERS)
        and all((r**2).sum() < (r[:10_000] ** 2).sum() * 1.5 for r in POWERS),
    ),
    ("shows how little they can promise for a million", HARMONIC.sum() < 1),
    (
        "and a final rate, 0 by default",
        KEPT(9) == 0.5,
    ),
    ("so the first step changes nothing", WARMED(0) == 0),
    ("is asked for with `get_last_lr()`", LAST.get_last_lr() == [0.1]),
    ("at thirty times it has more than doubled", SCALED[30] > 2 * SCALED[1]),
    ("just below the limit of 0.2 it is twenty times", round(SCALED[39] / SCALED[1]) == 20),
    (
        "weight decay ends where a penalty ten times weaker would",
        np.isclose(with_momentum(0.9, decoupled=True), 3 / (1 + 0.05)),
    ),
    ("ends eight times lower than a constant rate", round(ADAM[0.1][0] / ADAM[0.1][1]) == 8),
    ("From 0.03 it ends higher", ADAM[0.03][1] > ADAM[0.03][0]),
    (
        "With a schedule the last three losses are nearly one number",
        all(np.ptp(last) < 0.01 for last in SCHEDULED) and np.ptp(KEPT_RATE[17:20]) > 0.2,
    ),
    (
        "The last of them is lower than any schedule's, but that is luck",
        KEPT_RATE[19] < min(last[-1] for last in SCHEDULED),
    ),
    ("would have ended with four times the loss", 4 < KEPT_RATE[17] / KEPT_RATE[19] < 5),
    # Where the batches agree the noise dies out, and a constant rate rests; else it does not.
    (
        "and a constant rate does come to rest",
        EXACT[1] < 1e-15 and NOISY[0] / 2 < NOISY[1] < 2 * NOISY[0],
    ),
    (
        "a linear model can get all the training images right",
        LogisticRegression(C=1e4, max_iter=5000).fit(TRAIN, Y_TRAIN).score(TRAIN, Y_TRAIN) == 1,
    ),
    (
        "Over a hundred epochs the jumps die out there too",
        np.ptp(KEPT_RATE[100:]) < 0.02 < 0.2 < np.ptp(KEPT_RATE[:20][-3:]),
    ),
    ("stretches no vector by more than ½", 0.49 < softmax_jacobian_stretch() <= 0.5 + 1e-12),
    ("even at 2 the loss does not rise once", (np.diff(losses(constant(2.0), 200)) < 0).all()),
    ("the first rise comes at 0.4 or 0.5", {round(rate, 1) for rate in RISES} == {0.4, 0.5}),
    ("until the rate is about 5.", all(4 < rate < 6 for rate in TURNS)),
    ("The second condition is not necessary", np.sum(SMALL_STEPS**2) > 0.3),
    (
        "the gradient counts once as well, and both end at 2",
        np.isclose(with_momentum(0.9, decoupled=True, damping=0.9), 2)
        and np.isclose(with_momentum(0.9, decoupled=False, damping=0.9), 2),
    ),
    ("is the L2 penalty, and leads to 2", np.isclose(torch_with_weight_decay(), 2)),
    (
        "after `T_max` steps the rate rises again",
        torch_cosine(11, 5)[5] < 1e-9 < 0.99 < torch_cosine(11, 5)[10],
    ),
    ("the average is seventy times lower", 65 < value(SCATTER[-1]).mean() / AVERAGED < 75),
]
