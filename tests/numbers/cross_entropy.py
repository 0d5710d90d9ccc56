"""The numbers in the chapter on cross-entropy."""

from collections.abc import Callable

import numpy as np

from lib.activations import softmax
from lib.information import binary_entropy, cross_entropy, entropy, kl_divergence, self_information
from lib.losses import binary_cross_entropy, kl_div_loss_grad, softmax_cross_entropy_grad

P, Q = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
UNIFORM, RAIN = [1 / 3, 1 / 3, 1 / 3], [0.15, 0.25, 0.6]
DOG, ANSWER = [0, 1, 0], [0.2, 0.7, 0.1]
BATCH = np.array([[0.5, 0.2, 0.3], [0.8, 0.1, 0.1]])
LABELS = np.array([[1, 0, 0], [1, 0, 0]])
LOSSES = cross_entropy(LABELS, BATCH)
QUESTIONS = -np.log(np.where(LABELS == 1, BATCH, 1 - BATCH)).sum(axis=-1)
SCORES = softmax([3.2, 5.1, -1.7])
SCORE_LOSS = cross_entropy([1, 0, 0], SCORES)
COIN = cross_entropy([0.5, 0.5], [0.25, 0.75], base=2)
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

NUMBERS = [
    ("guesses among 2.87 outcomes", np.exp(cross_entropy(P, Q)), "2.87"),
    ("the best forecast among 2.80", np.exp(entropy(P)), "2.80"),
    ("teal tile reaches 0.69 nats", self_information(P[0]), "0.69"),
    ("a magenta step continues it to 0.92", self_information(Q[0]), "0.92"),
    ("the tile reaches 1.20, and its part above 0.92", self_information(P[1]), "1.20"),
    ("the tile reaches 1.20, and its part above 0.92", self_information(Q[1]), "0.92"),
    ("Over rain it reaches 1.61", self_information(P[2]), "1.61"),
    ("$(0, 1, 0)$ is class 1.", int(np.argmax(DOG)), "1"),
    ("costs the believer of this forecast 0.92 nats", self_information(0.4), "0.92"),
    ("a rainy day costs 1.61", self_information(0.2), "1.61"),
    ("the costs add up to 1.0549 nats", cross_entropy(P, Q), "1.0549"),
    ("The forecaster's 1.0549 nats sound bad", cross_entropy(P, Q), "1.0549"),
    ("Of the forecaster's 1.0549 nats", cross_entropy(P, Q), "1.0549"),
    ("1.0297 are the weather's", entropy(P), "1.0297"),
    ("0.0253 are the forecaster's", kl_divergence(P, Q), "0.0253"),
    ("costs only 0.069 nats more", kl_divergence(P, UNIFORM), "0.069"),
    ("whoever expects rain pays 0.44", kl_divergence(P, RAIN), "0.44"),
    ("starts with an entropy of 1.0297 nats", entropy(P), "1.0297"),
    ("added to it is 0 for the perfect forecast", kl_divergence(P, P), "0"),
    ("0.0253 for the one of the text", kl_divergence(P, Q), "0.0253"),
    ("0.0690 for the uniform one", kl_divergence(P, UNIFORM), "0.0690"),
    ("0.4370 for one that expects rain", kl_divergence(P, RAIN), "0.4370"),
    ("fit the truth you need 1.485 bits", entropy(P, base=2), "1.485"),
    ("fit the forecast you need 1.522", cross_entropy(P, Q, base=2), "1.522"),
    ("The difference, 0.036 bits a day", kl_divergence(P, Q, base=2), "0.036"),
    ("its minimum is 0.325 at q = 0.9", binary_entropy(0.9), "0.325"),
    ("for P = (0.6, 0.4) it is 0.673", binary_entropy(0.6), "0.673"),
    ("Here it stops at 1.0297", entropy(P), "1.0297"),
    (r"$-\ln 0.7 = 0.3567$ nats", cross_entropy(DOG, ANSWER), "0.3567"),
    ("The losses are 0.6931 and 0.2231", LOSSES[0], "0.6931"),
    ("The losses are 0.6931 and 0.2231", LOSSES[1], "0.2231"),
    ("the loss of the batch is their mean, 0.4581", LOSSES.mean(), "0.4581"),
    ("The right class got 0.1300", SCORES[0], "0.1300"),
    ("so the loss is 2.0404 nats", SCORE_LOSS, "2.0404"),
    (r"$\ln 3 = 1.0986$", cross_entropy(P, UNIFORM), "1.0986"),
    ("the best possible forecast has a loss of 1.0297 nats", entropy(P), "1.0297"),
    ("The entropy of a one-hot $P$ is 0:", entropy(DOG), "0"),
    ("$H(P, Q) = 1.0549$ but", cross_entropy(P, Q), "1.0549"),
    ("but $H(Q, P) = 1.0807$", cross_entropy(Q, P), "1.0807"),
    ('"The loss of these scores is 0.89"', SCORE_LOSS / np.log(10), "0.89"),
    ("in posts with a loss of 0.89", SCORE_LOSS / np.log(10), "0.89"),
    (r"That is $-\log_{10} 0.13$", SCORES[0], "0.13"),
    ("the natural logarithm, and it gives 2.04.", SCORE_LOSS, "2.04"),
    ("quoted as 0.1990 in place", LOSSES.mean() / np.log(10), "0.1990"),
    ("in place of 0.4581", LOSSES.mean(), "0.4581"),
    ("it gives 1.2730 and 0.4339 where", QUESTIONS[0], "1.2730"),
    ("it gives 1.2730 and 0.4339 where", QUESTIONS[1], "0.4339"),
    ("where cross-entropy gives 0.6931 and 0.2231", LOSSES[0], "0.6931"),
    ("where cross-entropy gives 0.6931 and 0.2231", LOSSES[1], "0.2231"),
    ("10 classes the floor is 0.500 nats", entropy(smoothed(10)), "0.500"),
    ("- [ ] $(0.45, 0.10, 0.45)$ > Only the probability", 1 - 0.45 - 0.10, "0.45"),
    (r"counts: 0.45 costs $-\ln 0.45$", 1 - 0.45 - 0.10, "0.45"),
    ("- [ ] $(0.60, 0.00, 0.40)$ > A zero", 1 - 0.60, "0.40"),
    ("The right class has 0.40 only", 1 - 0.60, "0.40"),
    ("- [x] $(0.50, 0.00, 0.50)$ > It gives class 2 the most, 0.50", 1 - 0.50, "0.50"),
    (r"32 \times 0.40 = 12.8", 32 * 0.40, "12.8"),
    ("larger by a factor of 1.44", 1 / np.log(2), "1.44"),
    ("which is 0 for one-hot labels", entropy(DOG), "0"),
    ("= 1 + 0.2075 = 1.2075$ bits", COIN, "1.2075"),
    ("A fair coin has an entropy of 1 bit", entropy([0.5, 0.5], base=2), "1"),
    ("= 1 + 0.2075 = 1.2075$ bits", COIN - 1, "0.2075"),
    ("costs 0.2075 bits a toss", COIN - 1, "0.2075"),
    ("A colleague reports a loss of 0.8861", SCORE_LOSS / np.log(10), "0.8861"),
    (r"\ln 10 = 2.0403$ nats", 0.8861 * np.log(10), "2.0403"),
    ("(2.0404 from the unrounded value)", SCORE_LOSS, "2.0404"),
    (r"\log_2 10 = 2.9436$ bits", 0.8861 * np.log2(10), "2.9436"),
    (r"$\ln 10 = 2.3026$ nats", np.log(10), "2.3026"),
    ("then $H(P, Q) = 1.1242$", cross_entropy([0.5, 0.2, 0.3], Q), "1.1242"),
    ("how 0.8 is split between them", P[0] + P[1], "0.8"),
    ("The best is $a = 0.40$", best_of_family()[0], "0.40"),
    ("its loss is 1.0549, not 1.0297", best_of_family()[1], "1.0549"),
    ("its loss is 1.0549, not 1.0297", entropy(P), "1.0297"),
    ("What is left, 0.0253 nats", best_of_family()[1] - entropy(P), "0.0253"),
    ("The floors are 0.5003, 0.7778 and 1.0148", entropy(smoothed(10)), "0.5003"),
    ("The floors are 0.5003, 0.7778 and 1.0148", entropy(smoothed(100)), "0.7778"),
    ("The floors are 0.5003, 0.7778 and 1.0148", entropy(smoothed(1000)), "1.0148"),
    ("a standard error of about 0.003 nats", SPREAD / np.sqrt(10_000), "0.003"),
    (r"$0.8861 \times \ln 10 =", cross_entropy([1, 0, 0], SCORES, base=10), "0.8861"),
    (r"$0.8861 \times \log_2 10 =", cross_entropy([1, 0, 0], SCORES, base=10), "0.8861"),
]
#: Sentences, and whether a computation bears them out.
ONE_OUTPUT = binary_cross_entropy([0.7], [1]), cross_entropy([0, 1], [0.3, 0.7])
STATED = [
    ("For *one* output that says yes or no,", np.isclose(*ONE_OUTPUT)),
    ("and gives exactly twice the cross-entropy", np.isclose(TWO_WAY, 2)),
    (
        "every wrong score is pushed, each by the probability that it took",
        np.allclose(softmax_cross_entropy_grad([3.2, 5.1, -1.7], 0)[1:], SCORES[1:]),
    ),
    ("The label is class 2, counted from 0", np.argmax([0.1, 0.2, 0.7]) == 2),
    ("you do best by announcing sun with certainty", least(lambda q: 1 - q) == [1, 0, 0]),
    (r"Under $-\log q$ you do best with $P$", least(self_information) == P),
    (
        "every gradient is the same",
        np.allclose(SOFT_GRADIENT, OF_LOG_Q - OF_LOG_Q.sum() * SCORES),
    ),
]
