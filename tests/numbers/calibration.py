"""The numbers in the chapter on calibration."""

from functools import cache

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from lib.activations import sigmoid, softmax
from lib.calibration import (
    calibration_refinement,
    expected_calibration_error,
    fit_temperature,
)
from lib.information import binary_entropy, kl_divergence
from lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy
from lib.schedules import constant
from lib.training import fit_softmax_regression
from tests.numbers import training

FIT, HELD = slice(0, None, 2), slice(1, None, 2)
Y = training.L_TEST
SCORES = {
    "softmax": training.READER.logits(training.D_TEST),
    "SVM": training.SVM.scores(training.D_TEST),
}
TEMPERATURE = {name: fit_temperature(z[FIT], Y[FIT]) for name, z in SCORES.items()}


def right(z) -> float:
    return np.mean(z[HELD].argmax(axis=-1) == Y[HELD])


def confidence(z) -> float:
    return softmax(z[HELD]).max(axis=-1).mean()


def loss(z, temperature: float = 1) -> float:
    return softmax_cross_entropy(z[HELD] / temperature, Y[HELD])


@cache
def penalised(l2: float) -> np.ndarray:
    settings = {**training.SMALL, "l2": l2}
    model, _ = fit_softmax_regression(training.D, training.L, schedule=training.COSINE, **settings)
    return model.logits(training.D_TEST)


def best(l2: float) -> float:
    """Return the best temperature of the test images for a penalty."""
    return fit_temperature(penalised(l2), Y)


@cache
def sixty(epochs: int) -> np.ndarray:
    few, labels = training.D[:60], training.L[:60]
    model, _ = fit_softmax_regression(few, labels, schedule=constant(1.0), epochs=epochs)
    return model.logits(training.D_TEST)


def mended(z) -> float:
    return loss(z, fit_temperature(z[FIT], Y[FIT]))


def binary_beta() -> float:
    """Return scikit-learn's inverse temperature for log-odds that are calibrated."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 1))
    y = (rng.random(20_000) < sigmoid(2 * x[:, 0])).astype(int)
    model = LogisticRegression(C=1e6).fit(x, y)
    calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(x, y)
    return calibrated.calibrated_classifiers_[0].calibrators[0].beta_


U = (np.arange(200_000) + 0.5) / 200_000  # the chances of rain
ODD = 2 * np.log(U / (1 - U))  # the log-odds that are said
SURCHARGE = kl_divergence(np.c_[U, 1 - U], np.c_[sigmoid(ODD), sigmoid(-ODD)]).mean()


def moved(p: float, old: float, new: float) -> float:
    odds = p / (1 - p) * (new / (1 - new)) / (old / (1 - old))
    return odds / (1 + odds)


def square_ece(top: bool) -> float:
    """Return the ECE of P(y = 1 | q) = q², without chance: both labels, weighed by counts."""
    q = (np.arange(1000) + 0.5) / 1000
    ones = np.round(1000 * q**2).astype(int)
    probs, labels = np.repeat(q, 1000), np.concatenate([[1] * k + [0] * (1000 - k) for k in ones])
    given = np.stack([1 - probs, probs], axis=-1) if top else probs
    return expected_calibration_error(given, labels, bins=10)


def cost(said, price: float = 0.2) -> float:
    return np.where(said > price, price, U).mean()


def refined(said, labels) -> float:
    return calibration_refinement(said, labels, strategy="quantile").refinement


RAINY = (np.random.default_rng(0).random(200) < U[::1000]).astype(int)
#: Of what is said, of the truth behind it, which has the same order, and of another order.
REFINED = [refined(p, RAINY) for p in (sigmoid(ODD[::1000]), U[::1000], U[::1000] * 37 % 1)]
BY_HAND = [0.1, 0.2, 0.6, 0.8, 0.8], [0, 1, 1, 1, 0]

NUMBERS = [
    ("Going without costs $0.1 \\cdot 5 = 0.5$ in the mean", 0.1 * 5, "0.5"),
    ("is rainy: going without costs 1.25.", 5 * sigmoid(np.log(0.1 / 0.9) / 2), "1.25"),
    ("it fits $\\beta = 0.5$ and not 1", binary_beta(), "0.5"),
    ("right in 0.973 of the images and says 0.897", right(SCORES["softmax"]), "0.973"),
    ("of the images and says 0.897 in the mean", confidence(SCORES["softmax"]), "0.897"),
    ("with $T = 0.25$ its loss falls", TEMPERATURE["SVM"], "0.25"),
    ("its loss falls from 0.658 to 0.101", loss(SCORES["SVM"]), "0.658"),
    ("its loss falls from 0.658 to 0.101", loss(SCORES["SVM"], TEMPERATURE["SVM"]), "0.101"),
    ("{0.2}^{1/3} (u - 0.2)\\,du = 0.009$", cost(sigmoid(ODD)) - cost(U), "0.009"),
    ("on top of the 0.18 that even the truth costs", cost(U), "0.18"),
    ("is right in 0.973 of the images before and after", right(SCORES["softmax"]), "0.973"),
    ("and a loss of 0.693, the same as knowing nothing", np.log(2), "0.693"),
    ("has a best temperature of 0.57,", best(0.001), "0.57"),
    ("with ten times that penalty 0.37", best(0.01), "0.37"),
    ("Its loss is the entropy of 0.3, 0.61 nats.", binary_entropy(0.3), "0.61"),
    ("a gap of 0.35. The second", 0.5 - 0.15, "0.35"),
    ("\\frac{0.2}{3} = 0.18$", expected_calibration_error(*BY_HAND, bins=2), "0.18"),
    ("For $s = 2$: $\\ln 3$, odds of 3 : 1, 0.75.", sigmoid(np.log(9) / 2), "0.75"),
    ("odds of $9/e = 3.31$, 0.77.", 9 / np.e, "3.31"),
    ("odds of $9/e = 3.31$, 0.77.", sigmoid(np.log(9) - 1), "0.77"),
    ("1.5, a probability of 0.6.", moved(0.9, 0.6, 0.2), "0.6"),
]

STATED = [
    (
        "of the days of which *this* forecaster says 10 percent, a quarter is rainy",
        np.isclose(sigmoid(np.log(0.1 / 0.9) / 2), 0.25),
    ),
    ("is the mean of $q - q^2$, which is $1/6$", abs(square_ece(top=False) - 1 / 6) < 1e-3),
    ("an ECE of 0. The accuracy is ¾", square_ece(top=True) < 1e-3),
    ("Five percent, for being too sure.", 0.045 < cost(sigmoid(ODD)) / cost(U) - 1 < 0.055),
    (
        "is $\\int_0^1 H(u)\\,du = \\frac12$ nat",
        abs(binary_entropy(U).mean() - 0.5) < 1e-6,
    ),
    (
        "The first and the last have nearly the same loss.",
        abs(0.5 + SURCHARGE - (0.5 + np.log(2)) / 2) < 0.03,
    ),
    ("A temperature cannot touch it", REFINED[0] == REFINED[1] < REFINED[2]),
    (
        "The loss on other images is least after 300 epochs or so and rises afterwards",
        loss(sixty(100)) > loss(sixty(300)) < loss(sixty(1000)) < loss(sixty(3000)),
    ),
    (
        "the longest run has the least loss",
        mended(sixty(3000)) < min(mended(sixty(n)) for n in (100, 300, 1000)),
    ),
    (
        "The accuracies differ by two images of 225",
        round(225 * right(sixty(3000))) - round(225 * right(sixty(300))) == 2,
    ),
    (
        "if every label has the largest score, the loss falls as $T \\to 0$",
        binary_cross_entropy_with_logits([20.0, -20.0], [1, 0])
        < binary_cross_entropy_with_logits([1.0, -1.0], [1, 0]),
    ),
]
