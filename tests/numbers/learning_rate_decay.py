"""The numbers in the chapter on learning-rate decay."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from lib.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    with_linear_warmup,
)
from lib.training import gradient_descent

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


def with_momentum(momentum: float, *, decoupled: bool) -> float:
    """Return where descent with the slope w − 3 and λ = 0.5 settles."""
    w = velocity = 0.0
    for _ in range(4000):
        velocity = momentum * velocity + (w - 3) + (0 if decoupled else 0.5 * w)
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
    ("$3 / (1 + 0.05)$; only", 0.5 * (1 - 0.9), "0.05"),
    ("the value is 2.936 for the rate 0.005", still(0.005), "2.936"),
    (r"and $5.6 \times 10^{-9}$ for 0.1", still(0.1) * 1e9, "5.6"),
    ("At 0.2 it stays at 20", still(0.2), "20"),
    (r"at 0.21 it has reached $3.8 \times 10^9$", still(0.21) / 1e9, "3.8"),
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
    ("the floor of 0.1905 that was measured", FAST.sum(), "0.1905"),
    ("the rate is 0.0607 in the one case", PER(10), "0.0607"),
    (r"$2.7 \times 10^{-110}$ in the other", PER(5000) * 1e110, "2.7"),
    ("the sum of all rates is 0.127", FROZEN(np.arange(2000)).sum(), "0.127"),
    ("$x$ freezes at −3.5155", path(FROZEN, 2000)[-1, 0], "−3.5155"),
    ("the mean value is 0.0094", DROPPED[100], "0.0094"),
    ("the new floor of 0.0078", floors(0.015).sum(), "0.0078"),
    ("with ten steps left it is 0.0398", DROPPED[190], "0.0398"),
    ("Without momentum both end at 2.", with_momentum(0, decoupled=False), "2"),
    ("Without momentum both end at 2.", with_momentum(0, decoupled=True), "2"),
    ("the penalty still leads to 2,", with_momentum(0.9, decoupled=False), "2"),
    ("weight decay to 2.8571", with_momentum(0.9, decoupled=True), "2.8571"),
    ("$1/(1 - 0.9) = 10$ times", 1 / (1 - 0.9), "10"),
    ("- [x] All below 0.25", 2 / 8, "0.25"),
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
    ("2/(a_1 + a_2) = 0.1818$", 2 / CURVATURES.sum(), "0.1818"),
    ("= 9/11 = 0.8182$", slowest(2 / 11), "0.8182"),
    ("The sum is 0.5254.", TOTAL, "0.5254"),
    ("at least 1.9308 away", 4 * 4**-TOTAL, "1.9308"),
    ("it ends 2.3486 away", -path(REACH, 5000)[-1, 0], "2.3486"),
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
        r"So does every $t^{-b}$ with $\frac12 < b \le 1$",
        all(r.sum() > r[:10_000].sum() * 1.3 for r in POWERS)
        and all((r**2).sum() < (r[:10_000] ** 2).sum() * 1.5 for r in POWERS),
    ),
    ("shows how little they can promise for a million", HARMONIC.sum() < 1),
    (
        "and a final rate, 0 if you do not say",
        KEPT(9) == 0.5,
    ),
    ("so the first step changes nothing", WARMED(0) == 0),
    ("is asked for with `get_last_lr()`", LAST.get_last_lr() == [0.1]),
    ("At ten times the batch the rule still holds", SCALED[10] < 1.2 * SCALED[1]),
    ("at thirty times the floor has more than doubled", SCALED[30] > 2 * SCALED[1]),
    ("just below the limit of 0.2 it is twenty times", round(SCALED[39] / SCALED[1]) == 20),
    (
        "weight decay ends where a penalty ten times weaker would",
        np.isclose(with_momentum(0.9, decoupled=True), 3 / (1 + 0.05)),
    ),
    ("ends eight times lower than a constant rate", round(ADAM[0.1][0] / ADAM[0.1][1]) == 8),
    ("From 0.03 it ends higher", ADAM[0.03][1] > ADAM[0.03][0]),
]
