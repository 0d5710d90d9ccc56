"""The numbers in the chapter on log loss."""

import numpy as np
import torch
from sklearn.metrics import log_loss
from torch.nn.functional import binary_cross_entropy as torch_bce

from lib.activations import sigmoid
from lib.information import binary_entropy
from lib.losses import binary_cross_entropy, binary_cross_entropy_with_logits

PROBS = [0.8, 0.7, 0.1]
RIGHT = binary_cross_entropy(PROBS, [1, 1, 0], reduction="none")
WRONG = binary_cross_entropy(PROBS, [0, 0, 1], reduction="none")
BOLD = binary_cross_entropy([0.99, 0.99, 0.6], [1, 1, 0])
HIT, MISS = binary_cross_entropy([0.99, 0.99], [1, 0], reduction="none")
NOTHING = binary_cross_entropy([0.5], [1])
BREAK_EVEN = (MISS - NOTHING) / (NOTHING - HIT)
COIN = np.where(np.tile([1] * 7 + [0] * 3, 200) == 1, 0.7, 0.3)
SURE = binary_cross_entropy(sigmoid(np.arange(30.0, 45.0)), np.zeros(15), reduction="none")
PRODUCTS = np.cumprod(np.full(5000, 0.9, dtype="float32"))
STUCK = PRODUCTS[-1]
TWO = binary_cross_entropy([0.9, 0.2], [1, 0], reduction="sum")


def first_zero(factors: np.ndarray, precision: str) -> int:
    """Return after how many factors the product is 0."""
    return int(np.flatnonzero(np.cumprod(factors.astype(precision)) == 0)[0]) + 1


def smallest(precision: str) -> float:
    return float(np.finfo(precision).smallest_subnormal)


def mean_loss(probs: list[float]) -> float:
    """Return the mean loss of predictions that should all be 1."""
    return binary_cross_entropy(probs, np.ones(len(probs)))


def accuracy(probs: list[float]) -> float:
    return float(np.mean(np.array(probs) > 0.5))


def at_scale(leads: list[float], scale: float) -> float:
    """Return the mean loss of answers with these leads times `scale`."""
    return binary_cross_entropy_with_logits(scale * np.array(leads), np.ones(len(leads)))


def scaled(scale: float) -> float:
    """Return the mean loss of nine answers that lead by `scale` and one that is as far behind."""
    return at_scale([1.0] * 9 + [-1.0], scale)


BEFORE, AFTER = [0.6, 0.6, 0.6, 0.45, 0.45], [0.9, 0.9, 0.9, 0.9, 0.01]
BY_A_HAIR = [0.49] * 4, [0.51] * 4
CLIPPED = {
    "torch": float(torch_bce(torch.zeros(1), torch.ones(1))),
    "sklearn": log_loss([1], [[1.0, 0.0]], labels=[0, 1]),
}


def by_torch(score: float, label: float) -> tuple[float, float]:
    """Return PyTorch's loss of the sigmoid of a score, and the gradient that reaches the score."""
    z = torch.tensor(score, requires_grad=True)
    loss = torch_bce(torch.sigmoid(z), torch.tensor(label))
    loss.backward()
    return loss.item(), z.grad.item()


FLOAT32 = log_loss([1], np.array([[1, 0]], dtype="float32"), labels=[0, 1])

NUMBERS = [
    ("or 15.94 if the predictions are `float32`", FLOAT32, "15.94"),
    ("the loss is right, 30, but", by_torch(-30.0, 1.0)[0], "30"),
    ("that reaches the score is −0.094", by_torch(-30.0, 1.0)[1], "−0.094"),
    (
        "print(loss_and_gradient(-30.0, 1.0))  # loss 30, gradient -0.094",
        by_torch(-30.0, 1.0)[1],
        "-0.094",
    ),
    ("the loss reads 100 where 17 is right", by_torch(17.0, 0.0)[0], "100"),
    ("the loss reads 100 where 17 is right", binary_cross_entropy_with_logits(17.0, 0.0), "17"),
    ("where 17 is right, and the gradient is 0", by_torch(17.0, 0.0)[1], "0"),
    ("it goes from 0.54 to 0.72", np.mean(BEFORE), "0.54"),
    ("it goes from 0.54 to 0.72", np.mean(AFTER), "0.72"),
    (r"with $s = 0.1$ and $\hat y_n = y_n$ it is −1.4", np.log(0.1 * np.sqrt(2 * np.pi)), "−1.4"),
    ("accuracy goes from 0.6 to 0.8, and the loss from 0.626", accuracy(BEFORE), "0.6"),
    ("accuracy goes from 0.6 to 0.8, and the loss from 0.626", accuracy(AFTER), "0.8"),
    ("the loss from 0.626 to 1.005. Four", mean_loss(BEFORE), "0.626"),
    ("the loss from 0.626 to 1.005. Four", mean_loss(AFTER), "1.005"),
    ("while the loss goes from 0.626 to 1.005", mean_loss(BEFORE), "0.626"),
    ("while the loss goes from 0.626 to 1.005", mean_loss(AFTER), "1.005"),
    ("costs less than before, 0.010 in place of 0.357", -np.log(0.99), "0.010"),
    ("costs less than before, 0.010 in place of 0.357", -np.log(0.7), "0.357"),
    ("falls from 0.69 to a minimum of 0.33 near a scale of 2.2", scaled(0), "0.69"),
    ("falls from 0.69 to a minimum of 0.33 near a scale of 2.2", scaled(np.log(9)), "0.33"),
    ("falls from 0.69 to a minimum of 0.33 near a scale of 2.2", np.log(9), "2.2"),
    (r"$z = \ln (0.9 / 0.1) = \ln 9 = 2.20$", np.log(0.9 / 0.1), "2.20"),
    ("a 9-to-1 coin, 0.33 nats", binary_entropy(0.9), "0.33"),
    ("a 9-to-1 coin, 0.33 nats", min(map(scaled, np.linspace(2, 2.4, 401))), "0.33"),
    ("At scale 8 it is 0.80", scaled(8), "0.80"),
    ("impossible event costs 100 nats in PyTorch", CLIPPED["torch"], "100"),
    ("it costs 36.04, or", CLIPPED["sklearn"], "36.04"),
    ("as a mean loss of 0.1 or 0.036", CLIPPED["torch"] / 1000, "0.1"),
    ("as a mean loss of 0.1 or 0.036", CLIPPED["sklearn"] / 1000, "0.036"),
    ("after 964 of them", 1 + np.argmax(PRODUCTS == STUCK), "964"),
    ("and the likelihood is 0.50", np.exp(-RIGHT.sum()), "0.50"),
    ("says 0.5 each time has 0.125", 0.5**3, "0.125"),
    ("the mean loss goes from 0.23 to 1.71 nats", RIGHT.mean(), "0.23"),
    ("the mean loss goes from 0.23 to 1.71 nats", WRONG.mean(), "1.71"),
    ("three marks lie low: 0.22, 0.36 and 0.11 nats", RIGHT[0], "0.22"),
    ("three marks lie low: 0.22, 0.36 and 0.11 nats", RIGHT[1], "0.36"),
    ("three marks lie low: 0.22, 0.36 and 0.11 nats", RIGHT[2], "0.11"),
    ("they lie high: 1.61, 1.20 and 2.30 nats", WRONG[0], "1.61"),
    ("they lie high: 1.61, 1.20 and 2.30 nats", WRONG[1], "1.20"),
    ("they lie high: 1.61, 1.20 and 2.30 nats", WRONG[2], "2.30"),
    ("share of heads in the data: 0.7.", 7 / 10, "0.7"),
    ("with its lowest point, 0.611, at 0.7", binary_entropy(0.7), "0.611"),
    ("At the optimum the likelihood is 0.0022", 0.7**7 * 0.3**3, "0.0022"),
    ("and the mean loss 0.611 nats", binary_entropy(0.7), "0.611"),
    (r"$2^{-1074} \approx 4.9 \times 10^{-324}$", 10 ** (324 - 1074 * np.log10(2)), "4.9"),
    ("The sum of the logarithms is 1222", -np.log(COIN).sum(), "1222"),
    ("power of about minus 424 at 1600 events", -np.log10(COIN[:1600]).sum(), "424"),
    ("down to minus 323 and ends", -np.log10(smallest("float64")), "323"),
    ("ends at event 1220", first_zero(COIN, "float64"), "1220"),
    ("Each flip costs 0.6109 nats", binary_entropy(0.7), "0.6109"),
    ("half of $2^{-1074}$ is $e^{-745.1}$", 1075 * np.log(2), "745.1"),
    (r"$745.1 / 0.6109 \approx 1220$ flips", 745.1 / 0.6109, "1220"),
    (r"$2^{-149} \approx 1.4 \times 10^{-45}$", smallest("float32") * 1e45, "1.4"),
    ("the product is 0 from flip 178 on", first_zero(COIN, "float32"), "178"),
    ("From $z = 37$ on the first line", 30 + np.flatnonzero(np.isinf(SURE))[0], "37"),
    ("a little more than 37", binary_cross_entropy_with_logits(37.0, 0.0), "37"),
    ("losses are 0.223, 0.357 and 0.105 nats", RIGHT[0], "0.223"),
    ("losses are 0.223, 0.357 and 0.105 nats", RIGHT[1], "0.357"),
    ("losses are 0.223, 0.357 and 0.105 nats", RIGHT[2], "0.105"),
    ("together 0.685, on average 0.228", RIGHT.sum(), "0.685"),
    ("together 0.685, on average 0.228", RIGHT.mean(), "0.228"),
    ("they are 1.609, 1.204 and 2.303", WRONG[0], "1.609"),
    ("they are 1.609, 1.204 and 2.303", WRONG[1], "1.204"),
    ("they are 1.609, 1.204 and 2.303", WRONG[2], "2.303"),
    ("together 5.116, on average 1.705", WRONG.sum(), "5.116"),
    ("together 5.116, on average 1.705", WRONG.mean(), "1.705"),
    ("Its likelihood is 0.392", 0.99 * 0.99 * 0.4, "0.392"),
    ("its mean loss 0.312 nats", BOLD, "0.312"),
    ("worse than the first filter's 0.228", RIGHT.mean(), "0.228"),
    (r"costs $\ln 2 = 0.693$ nats", NOTHING, "0.693"),
    ("prediction 0.01 has a loss of 0.056", binary_entropy(0.01), "0.056"),
    ("$1/1320 = 0.00076$", 1 / 1320, "0.00076"),
    ("have a loss of 0.67", binary_cross_entropy([0.51], [1]), "0.67"),
    ("right twice, and have 0.24", (2 * HIT - np.log(0.49)) / 3, "0.24"),
    (r"falls to $5.6 \times 10^{-45}$", float(STUCK) * 1e45, "5.6"),
    ("that stuck product is about −102", -np.log(float(STUCK)), "102"),
    ("where −526.8 would be right", -np.log(0.9) * 5000, "526.8"),
    (r"$-\ln 0.2 = 1.61$ nats", -np.log(0.2), "1.61"),
    (r"$-\ln 0.8 = 0.22$ nats", -np.log(0.8), "0.22"),
    ("The likelihood is 0.72,", 0.9 * 0.8, "0.72"),
    (r"$-\ln 0.72 = 0.329$ nats", TWO, "0.329"),
    ("the mean loss 0.164 nats", TWO / 2, "0.164"),
    (r"$-\ln 0.01 = 4.605$ nats", MISS, "4.605"),
    (r"a hit $-\ln 0.99 = 0.010$", HIT, "0.010"),
    (r"$(4.605 + 0.010\,k) / (k + 1)$", MISS, "4.605"),
    (r"$(4.605 + 0.010\,k) / (k + 1)$", HIT, "0.010"),
    ("at or below 0.693 from", NOTHING, "0.693"),
    ("from $k = 5.73$ on: 6 hits", BREAK_EVEN, "5.73"),
    ("from $k = 5.73$ on: 6 hits", np.ceil(BREAK_EVEN), "6"),
    (r"$\theta = 4/5 = 0.8$", 4 / 5, "0.8"),
    (r"a tail costs $-\ln 0.2 = 1.61$ nats", -np.log(0.2), "1.61"),
    ("after 1075 factors", first_zero(np.full(2000, 0.5), "float64"), "1075"),
    ("after 150 in `float32`", first_zero(np.full(2000, 0.5), "float32"), "150"),
    (r"$745.1 / 0.6109 \approx 1220$", binary_entropy(0.7), "0.6109"),
    ("The filter gave 0.8, 0.7 and 0.9 to", 1 - PROBS[2], "0.9"),
    (r"is $\theta^7 (1 - \theta)^3$", 10 - 7, "3"),
    ("with $P = (0.7, 0.3)$, as", 7 / 10, "0.7"),
    ("with $P = (0.7, 0.3)$, as", 3 / 10, "0.3"),
    ("At 2000 flips the product is 0,", COIN.prod(), "0"),
    ("had the probabilities 0.9 and 0.8.", 1 - 0.2, "0.8"),
    (r"$\hat\theta = 3/3 = 1$", 3 / 3, "1"),
    (r"The gradient is $\theta - 0.7$", 7 / 10, "0.7"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "a year after he had introduced the word *likelihood*",
    "the probabilities 0.8, 0.7 and 0.1 of being spam",
    "Ten flips of a coin show 7 heads",
    "A second filter says 0.99, 0.99 and 0.6 for",
    "with 130 repeats: it is gone",
    "To say 0.5 every time",
    "for 7 heads in 10 flips the area",
    "Three hits with 0.51 are right",
    "two hits with 0.99 and one miss with 0.49 are",
    "a product of factors 0.9 falls",
    "goes from 0.7 to 0.99 costs",
    "gave the probability 0.2 to an event",
    "What happened had the probability 0.2.",
    "the predictions (0.9, 0.2).",
    "A model says 0.99 each time.",
    "the smallest numbers $2^{-1074}$ and $2^{-149}$, then",
    "the best $z$ for 7 heads in 10 flips",
    r"Does it arrive at $\theta = 0.7$?",
]
#: Sentences, and whether a computation bears them out.
STATED = [
    ("numbers of 32 bits and the default of PyTorch", torch.get_default_dtype() == torch.float32),
    ("a probability was rounded to 0 or 1 where a logit was at hand", np.isinf(SURE).any()),
    (
        "multiply all scores by a number above 1 lowers its loss there",
        at_scale([0.5, 2.0], 2) < at_scale([0.5, 2.0], 1) and scaled(4) > scaled(2.2),
    ),
    (
        "The *geometric* mean of the probabilities of what happened has fallen",
        mean_loss([0.6] * 4 + [0.4]) < mean_loss([0.99] * 4 + [0.001])
        and accuracy([0.6] * 4 + [0.4]) == accuracy([0.99] * 4 + [0.001])
        and np.mean([0.6] * 4 + [0.4]) < np.mean([0.99] * 4 + [0.001]),
    ),
    (
        "told to round such tiny numbers to 0 gives 0",
        np.finfo("float32").smallest_normal > STUCK,
    ),
    ("there however many follow", PRODUCTS[964] == PRODUCTS[-1] != PRODUCTS[900]),
    ("The accuracy jumps from 0 to 1", [accuracy(p) for p in BY_A_HAIR] == [0, 1]),
    (
        "so the loss hardly falls",
        0 < mean_loss(BY_A_HAIR[0]) - mean_loss(BY_A_HAIR[1]) < 0.05,
    ),
]
