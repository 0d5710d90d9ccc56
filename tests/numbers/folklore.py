"""The numbers in the table of folklore."""

import math

import numpy as np

from lib.activations import log_softmax, logsumexp, sigmoid, sigmoid_grad, softmax, tanh_grad
from lib.information import (
    binary_entropy,
    cross_entropy,
    entropy,
    kl_divergence,
    self_information,
)
from lib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits_grad,
    kl_div_loss,
    multi_margin_loss,
    multiclass_hinge_loss,
    softmax_cross_entropy,
)
from lib.precision import spacing
from tests.numbers import (
    calibration,
    diagnosis,
    gradients,
    imbalance,
    language_models,
    optimizers,
    precision,
    relatives,
    training,
)
from tests.numbers import learning_rate_decay as decay

P, Q = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
DOG, SEEN = [0, 1, 0], [0.2, 0.7, 0.1]
FAIR, BENT, BADLY_BENT = [0.5, 0.5], [0.25, 0.75], [0.1, 0.9]
SCORES = [3.2, 5.1, -1.7]
BATCH = np.array([[0.5, 0.2, 0.3], [0.8, 0.1, 0.1]])
LOSSES = -np.log(BATCH[:, 0])
QUESTIONS = LOSSES - np.log(1 - BATCH[:, 1:]).sum(axis=1)
CAT_AS_MEAN = kl_div_loss(np.log([[0.7, 0.2, 0.1]]), [[1, 0, 0]], reduction="mean")
SMOOTHED = 0.9 * np.eye(10)[0] + 0.01
TRADED = kl_divergence([0.6, 0.3, 0.1], [0.1, 0.3, 0.6])
AFTER_ONE_HOT = [softmax_cross_entropy(np.eye(c)[:1], [0]) for c in (2, 4, 10)]
LABELS = [1, 1, 0]


def softened(epsilon: float) -> float:
    q = np.array([0.5, 0.5, epsilon])
    return kl_divergence(P, q / q.sum())


def estimated_entropy(draws: int, outcomes: int) -> float:
    """Return the expected entropy of the frequencies of equally likely outcomes."""
    k = np.arange(draws + 1)
    ways = np.array([math.comb(draws, i) for i in k], dtype=float)
    chance = ways * (1 / outcomes) ** k * (1 - 1 / outcomes) ** (draws - k)
    share = k / draws
    return outcomes * np.sum(chance * np.where(k > 0, -share * np.log(np.maximum(share, 1e-9)), 0))


def stuck_product() -> float:
    return np.cumprod(np.full(5000, 0.9, dtype="float32"))[-1]


def squared_error_slope(z: float) -> float:
    """Return the derivative of ½(a − 0)² with respect to z, after a sigmoid."""
    return sigmoid(z) * sigmoid_grad(z)


NUMBERS = [
    ("−0.7 in place of 0.357 for the cat", -np.log(0.7), "0.357"),
    ("(0, ½) has −0.693 nats", -np.log(1 / 0.5), "−0.693"),
    ("0.105 nats at 0.9", self_information(0.9), "0.105"),
    ("and 2.30 nats at 0.1", self_information(0.1), "2.30"),
    ("1/2, 1/4 and 1/8 carry 1, 2 and 3 bits", self_information(1 / 8, base=2), "3"),
    ("Seven coin tosses carry 7 bits", self_information(0.5**7, base=2), "7"),
    ("It is largest at $p = 0.368$", 1 / np.e, "0.368"),
    ("For three it is 1.58 bits", np.log2(3), "1.58"),
    ("give 1.77 nats in place of 2.30", estimated_entropy(10, 10), "1.77"),
    ("give 1.77 nats in place of 2.30", np.log(10), "2.30"),
    (
        "it is 0.511 nats, and 0.236 by way of one",
        kl_divergence(FAIR, BENT) + kl_divergence(BENT, BADLY_BENT),
        "0.236",
    ),
    ("it is 0.511 nats, and 0.236 by way of one", kl_divergence(FAIR, BADLY_BENT), "0.511"),
    ("gives 0.91, 2.75 or 5.05 nats", softened(1e-3), "0.91"),
    ("gives 0.91, 2.75 or 5.05 nats", softened(1e-7), "2.75"),
    ("gives 0.91, 2.75 or 5.05 nats", softened(1e-12), "5.05"),
    ("their divergence is 0.896 nats both ways", TRADED, "0.896"),
    ("0.119 where the divergence is 0.357", CAT_AS_MEAN, "0.119"),
    ("0.119 where the divergence is 0.357", kl_divergence([1, 0, 0], [0.7, 0.2, 0.1]), "0.357"),
    ("is $H(P)$, 1.03 nats", entropy(P), "1.03"),
    ("0.357 nats for a dog seen", cross_entropy(DOG, SEEN), "0.357"),
    ("$H(P, Q) = 1.055$", cross_entropy(P, Q), "1.055"),
    ("$H(Q, P) = 1.081$", cross_entropy(Q, P), "1.081"),
    ("and class 0 it is 2.04 nats", softmax_cross_entropy([SCORES], [0]), "2.04"),
    ("0.89 is the logarithm to base 10", -np.log10(softmax(SCORES)[0]), "0.89"),
    ("so is 0.199 in place of 0.458", LOSSES.mean() / np.log(10), "0.199"),
    ("so is 0.199 in place of 0.458", LOSSES.mean(), "0.458"),
    ("1.27 and 0.43 for the two samples of that batch", QUESTIONS[0], "1.27"),
    ("1.27 and 0.43 for the two samples of that batch", QUESTIONS[1], "0.43"),
    ("the cross-entropy is 0.69 and 0.22", LOSSES[0], "0.69"),
    ("the cross-entropy is 0.69 and 0.22", LOSSES[1], "0.22"),
    ("0.500 nats for 10 classes", entropy(SMOOTHED), "0.500"),
    (r"at most $9.5 \times 10^{-7}$", sigmoid_grad(0.0) ** 10 * 1e7, "9.5"),
    ("a sigmoid still has 0.000045", sigmoid_grad(-10.0), "0.000045"),
    ("At 2 its slope is 0.07,", tanh_grad(2.0), "0.07"),
    ("less than the sigmoid's 0.10.", sigmoid_grad(2.0), "0.10"),
    ("0.313, 0.744 or 1.461 nats", AFTER_ONE_HOT[0], "0.313"),
    ("0.313, 0.744 or 1.461 nats", AFTER_ONE_HOT[1], "0.744"),
    ("0.313, 0.744 or 1.461 nats", AFTER_ONE_HOT[2], "1.461"),
    ("log-sum-exp: 5.24", logsumexp(SCORES), "5.24"),
    ("make 0.98 of 0.87", softmax(np.multiply(2, SCORES))[1], "0.98"),
    ("make 0.98 of 0.87", softmax(SCORES)[1], "0.87"),
    ("a mean loss of 0.1 among 1000", 100 / 1000, "0.1"),
    ("its integral over θ is 0.000758", 1 / (11 * math.comb(10, 7)), "0.000758"),
    ("hits cost 0.67,", binary_cross_entropy([0.51, 0.51, 0.49], LABELS), "0.67"),
    ("near miss 0.24", binary_cross_entropy([0.99, 0.99, 0.51], LABELS), "0.24"),
    (r"stops at $5.6 \times 10^{-45}$", float(stuck_product()) * 1e45, "5.6"),
    ("At $p = 0.9$ and $y = 0$ it is 0.9;", sigmoid(np.log(9)), "0.9"),
    ("with respect to $p$ it is 10", binary_cross_entropy_grad(0.9, 0.0), "10"),
    ("an output of 2/3, 0.148", squared_error_slope(np.log(2)), "0.148"),
    ("at $z = 10$ only 0.000045", squared_error_slope(10.0), "0.000045"),
    (
        "that of cross-entropy is 0.99995",
        binary_cross_entropy_with_logits_grad(10.0, 0.0),
        "0.99995",
    ),
    ("the hinge loss is 9", multiclass_hinge_loss(np.zeros((1, 10)), [0]), "9"),
    ("and cross-entropy 2.30", softmax_cross_entropy(np.zeros((1, 10)), [0]), "2.30"),
    ("In nats it is 0.551", -log_softmax([10.0, 9.0, 9.0])[0], "0.551"),
    ("0.97 where the sum is 2.9", multi_margin_loss([SCORES], [0]), "0.97"),
    ("0.97 where the sum is 2.9", multiclass_hinge_loss([SCORES], [0]), "2.9"),
    ("the loss from 0.626 to 1.005", -np.log([0.6, 0.6, 0.6, 0.45, 0.45]).mean(), "0.626"),
    ("the loss from 0.626 to 1.005", -np.log([0.9, 0.9, 0.9, 0.9, 0.01]).mean(), "1.005"),
    ("the rate after 10 epochs is 0.061 of 0.1", decay.PER(10), "0.061"),
    (r"or $2.7 \times 10^{-110}$", decay.PER(5000) * 1e110, "2.7"),
    ("with a sum of 0.127 a descent", decay.FROZEN(np.arange(2000)).sum(), "0.127"),
    ("freezes at −3.5.", decay.path(decay.FROZEN, 2000)[-1, 0], "−3.5"),
    ("the new noise floor of 0.008", decay.floors(0.015).sum(), "0.008"),
    ("after 100 steps it is at 0.009,", decay.DROPPED[100], "0.009"),
    ("after ten at 0.040", decay.DROPPED[190], "0.040"),
    ("the penalty leads to a weight of 2", decay.with_momentum(0.9, decoupled=False), "2"),
    ("and the decay to 2.86", decay.with_momentum(0.9, decoupled=True), "2.86"),
    ("Adam takes 86 steps whatever", optimizers.best_adam(10_000, 0), "86"),
    ("by 45 degrees, 94 where", optimizers.best_adam(100, 45), "94"),
    ("and 666 where", optimizers.best_adam(10_000, 45), "666"),
    ("falls to 0.90 in 100 steps", optimizers.alone(optimizers.adam(1e-3), 0.01), "0.90"),
    (
        "where AdamW leaves 0.999",
        optimizers.alone(optimizers.adamw(1e-3, weight_decay=0.01)),
        "0.999",
    ),
    ("of 5 over 4 is 3.5, the", (2 + 5) / 2, "3.5"),
    ("the loss of all tokens 2.12", optimizers.TOKENS, "2.12"),
    ("for 10 classes 2.30 nats. Summed", training.TEN, "2.30"),
    ("over 1347 samples it is 3102", len(training.D) * training.TEN, "3102"),
    ("with normal weights times 10 it is 82", training.LOUD_LOSS, "82"),
    ("gives iris weights of length 4.15", training.length(1.0), "4.15"),
    ("`C=100` gives 12.80", training.length(100.0), "12.80"),
    ("the weights grow from 1.9 to 5.4", training.PULLED[10][1], "1.9"),
    ("the weights grow from 1.9 to 5.4", training.PULLED[1000][1], "5.4"),
    ("right on 0.984 of the images", training.LOG.accuracy[-1], "0.984"),
    ("on 0.962 of the others", training.RIGHT, "0.962"),
    ("the loss falls quietly to 0.21", training.STANDARDISED[100], "0.21"),
    ("from 2.8 to 0.3 in a single epoch", training.RAW[100], "2.8"),
    ("from 2.8 to 0.3 in a single epoch", training.RAW[101], "0.3"),
    ("it needs 25 steps from $z = 2$", gradients.RACE[2][1], "25"),
    ("where cross-entropy needs 26", gradients.RACE[2][0], "26"),
    ("it needs 914 against 38", gradients.RACE[8][1], "914"),
    ("it needs 914 against 38", gradients.RACE[8][0], "38"),
    ("everything has a loss of 0.056 nats", binary_entropy(0.01), "0.056"),
    ('"The minimum of binary cross-entropy is 0.693"', np.log(2), "0.693"),
    ("0.325 for labels of 0.9.", binary_entropy(0.9), "0.325"),
    ("prints 0.85 and 0.59 for its first epoch", diagnosis.HEALTHY.training_loss[1], "0.85"),
    ("prints 0.85 and 0.59 for its first epoch", diagnosis.HEALTHY.validation_loss[1], "0.59"),
    ("the first step is 3.16 times as long", diagnosis.QUIET[0], "3.16"),
    ("and the next ones up to 6.6 times", max(diagnosis.QUIET), "6.6"),
    (
        "is right in 0.973 of the held-out",
        calibration.right(calibration.SCORES["softmax"]),
        "0.973",
    ),
    ("and a loss of 0.693, that of knowing nothing", np.log(2), "0.693"),
    (
        "temperature of 0.57: it is not",
        calibration.BEST[0.001, 40],
        "0.57",
    ),
    ("it rises from 0.438 to 0.456 between", calibration.SIXTIES[:, 1, 0].mean(), "0.438"),
    ("it rises from 0.438 to 0.456 between", calibration.SIXTIES[:, 2, 0].mean(), "0.456"),
    ("afterwards it stays at 0.438.", calibration.SIXTIES[:, 1, 1].mean(), "0.438"),
    ("afterwards it stays at 0.438.", calibration.SIXTIES[:, 2, 1].mean(), "0.438"),
    ("nothing is below 4.548 nats.", relatives.floor(256, 1.0), "4.548"),
    ("The same vectors cost 4.548 at a", relatives.floor(256, 1.0), "4.548"),
    ("at a temperature of 1 and 0.011 at 0.1", relatives.floor(256, 0.1), "0.011"),
    ("chance is 2.08 nats less for 32 pairs", np.log(256 / 32), "2.08"),
    ("has a loss of 0.313, less", relatives.FALLEN, "0.313"),
    ("less than the 0.693 of the start", np.log(2), "0.693"),
    ("scores print −7.51 for a loss", relatives.RAW, "−7.51"),
    ("for a loss of 0.013.", relatives.MEANT, "0.013"),
    ("then costs 18.42 at most", -np.log(1e-8), "18.42"),
    ("its numbers are 0.0625 apart", spacing(8.0, "bfloat16"), "0.0625"),
    ("those of `float16` 0.0078", spacing(8.0, "float16"), "0.0078"),
    ("which begins at 65,536", precision.SCALER["init_scale"].default, "65,536"),
    ("a model says 0.326 on average where 0.044", imbalance.SAID, "0.326"),
    ("a model says 0.326 on average where 0.044", imbalance.PRIOR, "0.044"),
    ("is 0.472 in place of 0.137 nats", imbalance.WEIGHED.log_loss, "0.472"),
    ("is 0.472 in place of 0.137 nats", imbalance.PLAIN.log_loss, "0.137"),
    ("34.1 of 44 with 214.5 false alarms, either", imbalance.LOWERED.found, "34.1"),
    ("34.1 of 44 with 214.5 false alarms, either", imbalance.LOWERED.false_alarms, "214.5"),
    ("0.334 and 0.556 nats for the same three", imbalance.WEIGHT, "0.334"),
    ("0.334 and 0.556 nats for the same three", imbalance.POS, "0.556"),
    ("of each batch of 32, a weight of 21.7 acts like 15", imbalance.ACTS, "15"),
    ("the best constant answer to a share of 0.044 is 0.241", imbalance.FOCUSED, "0.241"),
    ("the best constant answer to a share of 0.044 is 0.241", imbalance.PRIOR, "0.044"),
    ("one kind of model from 22.7 to 94.0,", language_models.JOINED[0][0], "22.7"),
    ("one kind of model from 22.7 to 94.0,", language_models.JOINED[100][0], "94.0"),
    ("its cost from 4.50 to 4.05 bits a byte", language_models.JOINED[0][1], "4.50"),
    ("its cost from 4.50 to 4.05 bits a byte", language_models.JOINED[100][1], "4.05"),
    ("the book's network 4.29, where", language_models.ABOUT["perplexity"]["whole"], "4.29"),
    (
        "the mean of their perplexities is 4.51",
        language_models.ABOUT["perplexity"]["mean of the lines' perplexities"],
        "4.51",
    ),
    (
        "pairs costs 2.64 bits a character in place of 3.58",
        language_models.pairs_cost(language_models.TEN),
        "2.64",
    ),
    (
        "pairs costs 2.64 bits a character in place of 3.58",
        language_models.pairs_cost(set(language_models.EVERYDAY)),
        "3.58",
    ),
    ("pays 3.17 bits for each of its characters", language_models.SOURCE, "3.17"),
    ("Tables of 9-grams cost 2.026", language_models.HELD_OUT["n-grams of 9"], "2.026"),
    ("those of 7-grams 1.998:", language_models.HELD_OUT["n-grams of 7"], "1.998"),
    (
        "of padding 2.14 bits a character read 1.75",
        language_models.BITS / language_models.LENGTHS.sum(),
        "2.14",
    ),
    (
        "of padding 2.14 bits a character read 1.75",
        language_models.BITS / (50 * language_models.LENGTHS.max()),
        "1.75",
    ),
    ("with 266 KB, costs 2.101 bits", language_models.SIZE / 1000, "266"),
    ("with 266 KB, costs 2.101 bits", language_models.HELD_OUT["network"], "2.101"),
    ("that is smaller costs 2.067", language_models.BEST_CUT["held_out"], "2.067"),
    ("is best answered with 0.161 for that class", imbalance.SMOOTHED, "0.161"),
    *(("they become (0.509, 0.255, 0.235).", share, f"{share:.3f}") for share in imbalance.SOFT),
    ("A cross-entropy of 1.08 nats with soft labels has one of 0.03", imbalance.SOFT_LOSS, "1.08"),
    ("with soft labels has one of 0.03", imbalance.SOFT_SLOPE, "0.03"),
    ("and a squared error of 0.08 one of 0.33", imbalance.SQUARES, "0.08"),
    ("and a squared error of 0.08 one of 0.33", imbalance.SQUARES_SLOPE, "0.33"),
]
