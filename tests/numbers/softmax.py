"""The numbers in the chapter on the softmax."""

import numpy as np

from lib.activations import (
    log_softmax,
    logsumexp,
    naive_softmax,
    sigmoid,
    softmax,
    softmax_jacobian,
)
from lib.information import entropy
from lib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from tests.numbers import training

Z = np.array([3.2, 5.1, -1.7])
P = softmax(Z)
E = np.exp(Z)
COOL, WARM = softmax(Z, temperature=0.5), softmax(Z, temperature=10)
GRADIENT = softmax_cross_entropy_grad(Z, 0)
COUNT = [0.0, 1.0, 2.0]
LARGE = softmax([1000.0, 1001.0, 999.0])
ROW = softmax_jacobian(np.log([0.3, 0.14 / 0.3, 0.07 / 0.3]))[0]
LOGS = np.log([0.5, 0.3, 0.2])


def first_failure(dtype: str, around: float) -> float:
    """Return the first score, in steps of 0.01, whose naive softmax with 0 is NaN."""
    scores = np.round(np.arange(around - 1, around + 1, 0.01), 2)
    pairs = np.stack([scores, np.zeros_like(scores)], axis=-1).astype(dtype)
    return scores[np.isnan(naive_softmax(pairs)).any(axis=-1)].min()


def floor(classes: int) -> float:
    """Return the least loss of a softmax on top of a softmax."""
    return softmax_cross_entropy(np.eye(classes)[0], 0)


def last_underflow(dtype: str) -> float:
    """Return the lowest score, in steps of 0.01, whose exponential is not yet 0."""
    scores = np.round(np.arange(-110, -100, 0.01), 2)
    alone = np.isnan(naive_softmax(scores[:, None].astype(dtype)))[:, 0]
    return scores[~alone].min()


#: The scores in the chapter are those of the model that the book trains, for one of its images.
OF_A_TWO = [2.64, -1.11, 4.18, 3.20, -3.11, -1.86, -2.51, 0.14, -1.99, 0.43]
LOGITS = training.READER.logits(training.D_TEST)
assert (np.round(LOGITS[0], 2) == OF_A_TWO).all()
assert training.L_TEST[0] == 2
assert np.argsort(-LOGITS[0])[:3].tolist() == [2, 3, 0]
assert sum(score < 0 for score in OF_A_TWO) == 5, "half of them are negative"
RIGHT = (LOGITS.argmax(axis=1) == training.L_TEST).mean()
TEMPERATURES = np.linspace(0.2, 2, 181)
AT = [softmax_cross_entropy(LOGITS / t, training.L_TEST) for t in TEMPERATURES]

READ = softmax(OF_A_TWO)


def of_one(rate: float, penalty: float = 0, steps: int = 20) -> float:
    """Return the weight that one output learns from four examples of one feature."""
    w = 0.0
    for _ in range(steps):
        w -= rate * np.mean((sigmoid(w * FEATURE) - LABEL) * FEATURE) + rate * penalty * w
    return w


def of_two(rate: float, penalty: float = 0, steps: int = 20) -> float:
    """Return the difference of the weights that two outputs learn from the same examples."""
    w = np.zeros(2)
    for _ in range(steps):
        residual = softmax(np.outer(FEATURE, w)) - np.stack([1 - LABEL, LABEL], axis=-1)
        w -= rate * (np.mean(residual * FEATURE[:, None], axis=0) + penalty * w)
    return w[1] - w[0]


FEATURE, LABEL = np.array([1, -1, 2, 0.5]), np.array([1, 0, 1, 0])
TEMPERED = np.geomspace(0.05, 1000, 2001)[:, None]
with np.errstate(over="ignore"):
    OVER_65504 = np.isinf(np.array([65519.9, 65520.1]).astype("float16")).tolist()

NUMBERS = [
    ("The 2 wins with 0.61", READ[2], "0.61"),
    ("the 3 has 0.23 and the 0 has 0.13", READ[3], "0.23"),
    ("the 3 has 0.23 and the 0 has 0.13", READ[0], "0.13"),
    ("above the mean of the three, 2.2", Z.mean(), "2.2"),
    (
        "right on 96 percent of new images",
        100 * (LOGITS.argmax(axis=1) == training.L_TEST).mean(),
        "96",
    ),
    ("new images and claims 89", 100 * softmax(LOGITS).max(axis=1).mean(), "89"),
    ("A temperature near 0.6", TEMPERATURES[np.argmin(AT)], "0.6"),
    ("The dog takes 0.87", P[1], "0.87"),
    ("the cat 0.13, and the horse", P[0], "0.13"),
    ("and the horse 0.001", P[2], "0.001"),
    (
        "the true value is $4.25 \\cdot 10^{-18}$",
        softmax_cross_entropy([40.0, 0.0], 0) * 1e18,
        "4.25",
    ),
    ("The dog's score is 1.9 above the cat's", Z[1] - Z[0], "1.9"),
    ("$e^{1.9} = 6.7$ times", P[1] / P[0], "6.7"),
    ("The dog falls from 1 to 0.35", softmax(Z, temperature=50)[1], "0.35"),
    ("the horse rises from 0 to 0.31", softmax(Z, temperature=50)[2], "0.31"),
    ("At $T = 0.5$ the dog has 0.98", COOL[1], "0.98"),
    ("(glossary.md#entropy) is 0.11 nats", entropy(COOL), "0.11"),
    ("at $T = 10$ it has 0.43", WARM[1], "0.43"),
    ("the entropy is 1.06, close to", entropy(WARM), "1.06"),
    ("close to the $\\ln 3 = 1.10$", np.log(3), "1.10"),
    (
        "The largest number of 32 bits is $3.4 \\times 10^{38}$",
        np.finfo(np.float32).max / 1e38,
        "3.4",
    ),
    ("and $e^{88.73}$ is larger.", first_failure("float32", 88.5), "88.73"),
    ("88.72 in 32 bits and 709.78 in 64", np.log(np.finfo(np.float32).max), "88.72"),
    ("88.72 in 32 bits and 709.78 in 64", np.log(np.finfo(np.float64).max), "709.78"),
    ("bar of float32 ends at 88.72", first_failure("float32", 88.5) - 0.01, "88.72"),
    ("with the words NaN from 88.73", first_failure("float32", 88.5), "88.73"),
    ("bar of float64 ends at 709.78", first_failure("float64", 709.5) - 0.01, "709.78"),
    ("with the words NaN from 709.79", first_failure("float64", 709.5), "709.79"),
    ("below −103.97, every exponential of 32 bits", last_underflow("float32"), "−103.97"),
    ("though the true value is 1000", -log_softmax([1000.0, 0.0])[1], "1000"),
    ("the exponentials are 24.5", E[0], "24.5"),
    ("24.5, 164.0 and 0.2", E[1], "164.0"),
    ("24.5, 164.0 and 0.2", E[2], "0.2"),
    ("their sum is 188.7. Divide", E.sum(), "188.7"),
    ("$24.5 / 188.7 = 0.130$", E[0] / E.sum(), "0.130"),
    ("$-\\ln 0.130 = 2.04$ nats", softmax_cross_entropy(Z, 0), "2.04"),
    ("their log-sum-exp is 5.2404", logsumexp(Z), "5.2404"),
    ("The probabilities are (0.245, 0.665, 0.090).\n\n### Two", LARGE[0], "0.245"),
    ("The probabilities are (0.245, 0.665, 0.090).\n\n### Two", LARGE[1], "0.665"),
    ("The probabilities are (0.245, 0.665, 0.090).\n\n### Two", LARGE[2], "0.090"),
    ("$\\sigma(1.9) = 0.870$ for the dog", sigmoid(1.9), "0.870"),
    ("The floor is 0.313 nats for 2 classes", floor(2), "0.313"),
    ("0.744 for 4 and 1.461 for 10", floor(4), "0.744"),
    ("0.744 for 4 and 1.461 for 10", floor(10), "1.461"),
    ("the log-sum-exp, 5.24 here", logsumexp(Z), "5.24"),
    ("0.87 means that the answer is right in 87 of 100", P[1], "0.87"),
    ("the dog's 0.87 has become 0.98", P[1], "0.87"),
    ("the dog's 0.87 has become 0.98", softmax(2 * Z)[1], "0.98"),
    ("it stops at 16.1 nats", -np.log(1e-7), "16.1"),
    ("has a row (0.21, −0.14, x)", ROW[0], "0.21"),
    ("has a row (0.21, −0.14, x)", ROW[1], "−0.14"),
    ("- [x] −0.07", ROW[2], "−0.07"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[0], "0.13"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[1], "0.87"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[2], "0.00"),
    ("The exponentials are 1, 2.718 and 7.389", np.exp(1), "2.718"),
    ("The exponentials are 1, 2.718 and 7.389", np.exp(2), "7.389"),
    ("their sum is 11.107. The probabilities", np.exp(COUNT).sum(), "11.107"),
    ("The probabilities are (0.090, 0.245, 0.665)", softmax(COUNT)[0], "0.090"),
    ("The probabilities are (0.090, 0.245, 0.665)", softmax(COUNT)[1], "0.245"),
    ("The probabilities are (0.090, 0.245, 0.665)", softmax(COUNT)[2], "0.665"),
    ("$-\\ln 0.090 = 2.41$ nats", softmax(COUNT)[0], "0.090"),
    ("which is $\\ln 11.107 - 0$", np.exp(COUNT).sum(), "11.107"),
    ("$-\\ln 0.090 = 2.41$ nats", softmax_cross_entropy(COUNT, 0), "2.41"),
    ("(−0.69, −1.20, −1.61). So does", LOGS[0], "−0.69"),
    ("(−0.69, −1.20, −1.61). So does", LOGS[1], "−1.20"),
    ("(−0.69, −1.20, −1.61). So does", LOGS[2], "−1.61"),
    ("$e^{d/T} = 0.75 / 0.25 = 3$", 0.75 / 0.25, "3"),
    ("For $d = 1.9$ that is 1.73", 1.9 / np.log(3), "1.73"),
    ("The largest number of the 16-bit format is 65504", np.finfo(np.float16).max, "65504"),
    ("$\\ln 65504$ is a little below 11.09", np.log(65504), "11.09"),
    ("$\\ln 65520$, a hair above 11.09", np.log(65520), "11.09"),
    ("neighbouring numbers near 11 are 0.008 apart", np.spacing(np.float16(11)), "0.008"),
    ("finds the first failure at 11.09", first_failure("float16", 11), "11.09"),
    ("11.09 is stored as 11.094", np.float16(11.09), "11.094"),
    ("For 1000 it is 5.91, where", floor(1000), "5.91"),
    ("guessing costs 6.91", np.log(1000), "6.91"),
    (r"$24.5 / 188.7 = 0.130$", E[0], "24.5"),
    (r"$24.5 / 188.7 = 0.130$", E.sum(), "188.7"),
    (r"$-\ln 0.130 = 2.04$", P[0], "0.130"),
    (
        "an arrow of length $\\sqrt{2}$",
        (softmax_cross_entropy_grad([-10.0, 10.0, -9.0], 0) ** 2).sum(),
        "2",
    ),
    ("minus 3.2.", Z[0], "3.2"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", max(1000, 1001, 999), "1001"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", 1000 - 1001, "−1"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", 999 - 1001, "−2"),
    ("The difference of their scores is 1.9, and", Z[1] - Z[0], "1.9"),
    ("The maximum of (3.2, 5.1, −1.7) is 5.1", Z.max(), "5.1"),
    ("The row would sum to 0.14.", 0.21 - 0.14 + 0.07, "0.14"),
    ("so $T = d / \\ln 3$", 0.75 / 0.25, "3"),
]
#: Sentences, and whether a computation bears them out.
STATED = [
    (
        "because its score, 3.2, is above the mean of the three",
        softmax(Z / TEMPERED)[:, 0].max() > 1 / 3 > softmax([10, 1, 0] / TEMPERED)[:, 1].max(),
    ),
    (
        "lower all of them by 5, and it says the same, while the sigmoids say something else",
        np.allclose(softmax(Z - 5), P) and np.abs(sigmoid(Z - 5) - sigmoid(Z)).max() > 0.8,
    ),
    (
        "(several equally large ones share it)",
        np.allclose(softmax([5, 5, 1], temperature=0.01), [0.5, 0.5, 0]),
    ),
    (
        "the difference of two outputs moves twice as fast",
        np.isclose(of_two(0.5), of_one(1)) and of_two(0.5) > 1.1 * of_one(0.5),
    ),
    (
        "a penalty on squared weights holds it back only half as much",
        np.isclose(of_two(0.5, 0.1, 2000), of_one(0.5, 0.05, 2000)),
    ),
    ("If all of them are below −103.97", np.isfinite(naive_softmax(np.float32([-200, 0]))).all()),
    ("Every column sums to 0 too", np.allclose(softmax_jacobian(Z).sum(axis=0), 0)),
    (
        "A rising function that turns sums into products is an exponential",
        np.isclose(P[1] / P[0] * P[0] / P[2], np.exp(Z[1] - Z[2])),
    ),
    ("they put −1.7 above 1", (-1.7) ** 2 > 1**2),
    ("numbers below 65520 are still rounded to 65504", OVER_65504 == [False, True]),
]
#: Numbers that are given, not computed.
GIVEN = [
    "of the scores (3.2, 5.1, −1.7) one is negative",
    "scores (1000, 0), and the second class is right",
    "the probability of that class is $e^{-1000}$",
    "For the scores (3.2, 5.1, −1.7) the exponentials",
    "cannot do (1000, 1001, 999) at all",
    "see the scores (1000, 0) above",
    "The maximum of (3.2, 5.1, −1.7) is",
    "Two scores of 88.5 are below",
    "are raised by 7.",
    "$e^{z_i + 7} = e^7 e^{z_i}$, and the common factor $e^7$",
    "Add 1e-7 to every",
    "whose softmax is $(0.5, 0.3, 0.2)$",
    "get a probability of 0.75? What is that temperature for $d = 1.9$?",
]
