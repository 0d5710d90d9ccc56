"""The numbers in the chapter on cross-entropy."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import cross_entropy as torch_ce

from lib.activations import softmax
from lib.information import binary_entropy, cross_entropy, entropy, kl_divergence, self_information
from lib.losses import (
    binary_cross_entropy,
    kl_div_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

P, Q = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
UNIFORM, RAIN = [1 / 3, 1 / 3, 1 / 3], [0.15, 0.25, 0.6]
DOG, ANSWER = [0, 1, 0], [0.2, 0.7, 0.1]
BATCH = np.array([[0.5, 0.2, 0.3], [0.8, 0.1, 0.1]])
LABELS = np.array([[1, 0, 0], [1, 0, 0]])
LOSSES = cross_entropy(LABELS, BATCH)
QUESTIONS = -np.log(np.where(LABELS == 1, BATCH, 1 - BATCH)).sum(axis=-1)
SCORES = softmax([3.2, 5.1, -1.7])
SCORE_LOSS = cross_entropy([1, 0, 0], SCORES)
COIN = cross_entropy([0.5, 0.5], [1 / 8, 7 / 8], base=2)
SPREAD = np.sqrt(np.dot(P, self_information(Q) ** 2) - cross_entropy(P, Q) ** 2)


def smoothed(classes: int, epsilon: float = 0.1) -> np.ndarray:
    """Return a one-hot label of the first class after label smoothing."""
    return (1 - epsilon) * np.eye(classes)[0] + epsilon / classes


def best_of_family() -> tuple[float, float]:
    """Return the a of the best prediction (a, a, 1 − 2a), and its loss."""
    a = np.linspace(0.01, 0.49, 49)
    loss = cross_entropy(P, np.stack([a, a, 1 - 2 * a], axis=-1))
    return a[loss.argmin()], loss.min()


def least(cost: Callable[[np.ndarray], np.ndarray]) -> list[float]:
    """Return the forecast of the weather with the least mean cost of what happens."""
    grid = np.array([(i, j, 20 - i - j) for i in range(21) for j in range(21 - i)]) / 20
    return grid[(P * cost(grid)).sum(axis=-1).argmin()].tolist()


TWO_WAY = -np.log([0.7, 1 - 0.3]).sum() / cross_entropy([1, 0], [0.7, 0.3])
SOFT_GRADIENT = softmax_cross_entropy_grad([[3.2, 5.1, -1.7]], [P])
OF_LOG_Q = kl_div_loss_grad(np.log([SCORES]), [P])

#: A barometer that splits the year into halves with these frequencies.
HALVES = np.array([[0.9, 0.1, 0], [0.1, 0.5, 0.4]])
YEAR = 365 * kl_divergence(P, Q)


def by_heart() -> float:
    """Return the loss that a linear model reaches on random labels of 50 inputs of 60 features."""
    rng = np.random.default_rng(0)
    inputs, labels = rng.normal(size=(50, 60)), rng.integers(3, size=50)
    weights = np.linalg.lstsq(inputs, 20 * np.eye(3)[labels], rcond=None)[0]
    return softmax_cross_entropy(inputs @ weights, labels)


def apart(optimiser: type[torch.optim.Optimizer], rate: float) -> float:
    """Return how far 50 steps on a batch's sum end from 50 steps on its mean."""
    inputs = torch.tensor(np.random.default_rng(0).normal(size=(32, 4)))
    labels, ends = torch.arange(32) % 3, []
    for reduction in ("mean", "sum"):
        weights = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
        steps = optimiser([weights], lr=rate)
        for _ in range(50):
            steps.zero_grad()
            torch_ce(inputs @ weights, labels, reduction=reduction).backward()
            steps.step()
        ends.append(weights.detach())
    return float((ends[0] - ends[1]).abs().max())


def through_the_target(loss: Callable[..., torch.Tensor]) -> torch.Tensor:
    """Return the gradient of a loss in scores whose softmax is the target."""
    of_target = torch.tensor([[0.0, 1.0, 2.0]], requires_grad=True)
    loss(torch.log(torch.tensor([Q])), torch.softmax(of_target, dim=-1)).backward()
    return of_target.grad


WEIGHTED = torch_ce(torch.zeros(2, 2), torch.tensor([0, 1]), weight=torch.tensor([1.0, 3.0]))

NUMBERS = [
    ("for each half costs 0.63 nats", entropy(HALVES).mean(), "0.63"),
    ("it adds up to 9.2 nats", YEAR, "9.2"),
    ("some 10,000 times, as probable", np.round(np.exp(YEAR), -3), "10,000"),
    ("whoever expects rain gets 4.33", np.exp(cross_entropy(P, RAIN)), "4.33"),
    ("guesses among 2.87 equal chances", np.exp(cross_entropy(P, Q)), "2.87"),
    ("guesses among 2.80.", np.exp(entropy(P)), "2.80"),
    ("teal tile reaches 0.69 nats", self_information(P[0]), "0.69"),
    ("a magenta step continues it to 0.92", self_information(Q[0]), "0.92"),
    ("the teal tile reaches 1.20, and its part above 0.92", self_information(P[1]), "1.20"),
    ("the teal tile reaches 1.20, and its part above 0.92", self_information(Q[1]), "0.92"),
    ("Over rain it reaches 1.61", self_information(P[2]), "1.61"),
    ("$(0, 1, 0)$ is class 1.", int(np.argmax(DOG)), "1"),
    ("costs whoever believes this forecast 0.92 nats", self_information(0.4), "0.92"),
    ("a rainy day costs 1.61", self_information(0.2), "1.61"),
    ("the costs add up to 1.055 nats", cross_entropy(P, Q), "1.055"),
    ("The forecaster's 1.055 nats sound bad", cross_entropy(P, Q), "1.055"),
    ("Of the forecaster's 1.055 nats", cross_entropy(P, Q), "1.055"),
    ("1.030 are the weather's", entropy(P), "1.030"),
    ("0.025 are the forecaster's", kl_divergence(P, Q), "0.025"),
    ("pays only 0.069 nats more", kl_divergence(P, UNIFORM), "0.069"),
    ("whoever expects rain pays 0.44", kl_divergence(P, RAIN), "0.44"),
    ("starts with an entropy of 1.030 nats", entropy(P), "1.030"),
    ("added to it is 0 for the forecast that equals P", kl_divergence(P, P), "0"),
    ("0.025 for the one of the text", kl_divergence(P, Q), "0.025"),
    ("0.069 for the uniform one", kl_divergence(P, UNIFORM), "0.069"),
    ("0.437 for one that expects rain", kl_divergence(P, RAIN), "0.437"),
    ("fit the truth you need 1.485 bits", entropy(P, base=2), "1.485"),
    ("fit the forecast you need 1.522", cross_entropy(P, Q, base=2), "1.522"),
    ("The difference, 0.036 bits a day", kl_divergence(P, Q, base=2), "0.036"),
    ("its minimum is 0.325 at q = 0.9", binary_entropy(0.9), "0.325"),
    ("for P = (0.6, 0.4) it is 0.673", binary_entropy(0.6), "0.673"),
    ("Here it stops at 1.03", entropy(P), "1.03"),
    (r"$-\ln 0.7 = 0.357$ nats", cross_entropy(DOG, ANSWER), "0.357"),
    ("The losses are 0.693 and 0.223", LOSSES[0], "0.693"),
    ("The losses are 0.693 and 0.223", LOSSES[1], "0.223"),
    ("the loss of the batch is their mean, 0.458", LOSSES.mean(), "0.458"),
    ("The right class got 0.13", SCORES[0], "0.13"),
    ("so the loss is 2.04 nats", SCORE_LOSS, "2.04"),
    (r"$\ln 3 = 1.10$", cross_entropy(P, UNIFORM), "1.10"),
    ("the best constant forecast has a loss of 1.03 nats", entropy(P), "1.03"),
    ("The entropy of a one-hot $P$ is 0:", entropy(DOG), "0"),
    ("$H(P, Q) = 1.055$ but", cross_entropy(P, Q), "1.055"),
    ("but $H(Q, P) = 1.081$", cross_entropy(Q, P), "1.081"),
    ('"The loss of these scores is 0.89"', SCORE_LOSS / np.log(10), "0.89"),
    ("and posts with a loss of 0.89", SCORE_LOSS / np.log(10), "0.89"),
    (r"That is $-\log_{10} 0.13$", SCORES[0], "0.13"),
    ("the natural logarithm, and it gives 2.04.", SCORE_LOSS, "2.04"),
    ("two would have 0.199 in place", LOSSES.mean() / np.log(10), "0.199"),
    ("in place of 0.458", LOSSES.mean(), "0.458"),
    ("it gives 1.27 and 0.43 where", QUESTIONS[0], "1.27"),
    ("it gives 1.27 and 0.43 where", QUESTIONS[1], "0.43"),
    ("where cross-entropy gives 0.69 and 0.22", LOSSES[0], "0.69"),
    ("where cross-entropy gives 0.69 and 0.22", LOSSES[1], "0.22"),
    ("it is 0.500 nats with 10 classes", entropy(smoothed(10)), "0.500"),
    ("and 1.015 with 1000", entropy(smoothed(1000)), "1.015"),
    ("- [ ] $(0.45, 0.10, 0.45)$ > Only the probability", 1 - 0.45 - 0.10, "0.45"),
    (r"counts: 0.45 costs $-\ln 0.45$", 1 - 0.45 - 0.10, "0.45"),
    ("- [ ] $(0.60, 0.00, 0.40)$ > A zero", 1 - 0.60, "0.40"),
    ("The right class has 0.40 only", 1 - 0.60, "0.40"),
    ("- [x] $(0.50, 0.00, 0.50)$ > It gives class 2 the most, 0.50", 1 - 0.50, "0.50"),
    (r"32 \times 0.40 = 12.8", 32 * 0.40, "12.8"),
    ("larger by a factor of 1.44", 1 / np.log(2), "1.44"),
    ("which is 0 for one-hot labels", entropy(DOG), "0"),
    ("= 1.5 + 0.096 = 1.596$ bits", COIN, "1.596"),
    ("A fair coin has an entropy of 1 bit", entropy([0.5, 0.5], base=2), "1"),
    ("= 1.5 + 0.096 = 1.596$ bits", COIN - 1.5, "0.096"),
    ("costs 0.596 bits a toss", COIN - 1, "0.596"),
    ("A colleague reports a loss of 0.886,", SCORE_LOSS / np.log(10), "0.886"),
    (r"\ln 10 = 2.04$ nats", 0.886 * np.log(10), "2.04"),
    (r"\log_2 10 = 2.94$ bits", 0.886 * np.log2(10), "2.94"),
    (r"$\ln 10 = 2.30$ nats", np.log(10), "2.30"),
    ("then $H(P, Q) = 1.12$", cross_entropy([0.5, 0.2, 0.3], Q), "1.12"),
    ("how 0.8 is split between them", P[0] + P[1], "0.8"),
    ("The best is $a = 0.40$", best_of_family()[0], "0.40"),
    ("its loss is 1.055, not 1.030", best_of_family()[1], "1.055"),
    ("its loss is 1.055, not 1.030", entropy(P), "1.030"),
    ("What is left, 0.025 nats", best_of_family()[1] - entropy(P), "0.025"),
    ("a standard error of about 0.003 nats", SPREAD / np.sqrt(10_000), "0.003"),
    (r"$0.886 \times \ln 10 =", cross_entropy([1, 0, 0], SCORES, base=10), "0.886"),
    (r"$0.886 \times \log_2 10 =", cross_entropy([1, 0, 0], SCORES, base=10), "0.886"),
]
#: Sentences, and whether a computation bears them out.
ONE_OUTPUT = binary_cross_entropy([0.7], [1]), cross_entropy([0, 1], [0.3, 0.7])
STATED = [
    ("For *one* output that says yes or no,", np.isclose(*ONE_OUTPUT)),
    ("and gives exactly twice the cross-entropy", np.isclose(TWO_WAY, 2)),
    (
        "every wrong score is pushed down, each by the probability that it took",
        np.allclose(softmax_cross_entropy_grad([3.2, 5.1, -1.7], 0)[1:], SCORES[1:]),
    ),
    ("The label is class 2, counted from 0", np.argmax([0.1, 0.2, 0.7]) == 2),
    ("you do best by announcing sun with certainty", least(lambda q: 1 - q) == [1, 0, 0]),
    (r"Under $-\log q$ you do best with $P$", least(self_information) == P),
    (
        "(0.9, 0.1, 0) and (0.1, 0.5, 0.4), whose mean is $P$",
        np.allclose(HALVES.mean(axis=0), P) and entropy(HALVES).mean() < entropy(P),
    ),
    (
        "(It measures surprise, not doubt:",
        np.exp(entropy(RAIN)) < 3 < np.exp(cross_entropy(P, RAIN)),
    ),
    ("unless the model can learn them by heart", by_heart() < 1e-6),
    (
        "(Adam, which rescales its steps, hardly notices.)",
        apart(torch.optim.Adam, 0.1) < 1e-4 < 0.1 < apart(torch.optim.SGD, 0.1),
    ),
    (
        "PyTorch's mean is divided by the sum of the weights, not by $N$",
        np.isclose(float(WEIGHTED), np.log(2)),
    ),
    (
        "if the gradient also flows through $P$",
        not torch.allclose(
            through_the_target(lambda log_q, p: -(p * log_q).sum()),
            through_the_target(lambda log_q, p: (p * (p.log() - log_q)).sum()),
        ),
    ),
    (
        "every gradient is the same",
        np.allclose(SOFT_GRADIENT, OF_LOG_Q - OF_LOG_Q.sum() * SCORES),
    ),
]
