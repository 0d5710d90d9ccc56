"""The numbers in the chapter on the gradient."""

from collections.abc import Callable

import numpy as np

from lib.activations import sigmoid, sigmoid_grad, softmax
from lib.explorables import GradientExplorer
from lib.losses import (
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    mse_loss_grad,
    softmax_cross_entropy_grad,
)
from lib.schedules import constant
from lib.training import gradient_descent


def ce(z: float, y: int = 0) -> float:
    return binary_cross_entropy_with_logits_grad(z, y)


def se(z: float, y: int = 0) -> float:
    return 0.5 * mse_loss_grad(sigmoid(z), y) * sigmoid_grad(z)


def se_of_output(a: float) -> float:
    return a * a * (1 - a)


def distances(slope: Callable[[float], float], start: float, steps: int) -> np.ndarray:
    """Return how far the output is from 0 after each step of descent."""
    return sigmoid(gradient_descent(slope, start, schedule=constant(0.5), steps=steps))


def steps_until_a_tenth(walk: Callable[[int], np.ndarray]) -> int:
    """Return the first step at which a walk's output is a tenth or less."""
    for steps in (100, 1000, 7000):
        there = walk(steps) <= 0.1
        if there.any():
            return int(np.argmax(there))
    raise ValueError(f"the walk is not there after {steps} steps")


def steps_to_a_tenth(slope: Callable[[float], float], start: float) -> int:
    return steps_until_a_tenth(lambda steps: distances(slope, start, steps))


def fair_steps(start: float, rate: float = 0.5 * 27 / 4) -> int:
    """Return squared error's steps to a tenth, its longest step as long as cross-entropy's."""

    def walk(steps: int) -> np.ndarray:
        return sigmoid(gradient_descent(se, start, schedule=constant(rate), steps=steps))

    return steps_until_a_tenth(walk)


#: Steps of cross-entropy and of squared error, at the same longest step, from each start.
RACE = {z: (steps_to_a_tenth(ce, float(z)), fair_steps(float(z))) for z in (1, 2, 4, 6, 8, 10)}
#: The same for the finishing line of 0.01, from z = 1.
CLOSE = [
    int(np.argmax(sigmoid(gradient_descent(f, 1.0, schedule=constant(rate), steps=2000)) <= 0.01))
    for f, rate in ((ce, 0.5), (se, 0.5 * 27 / 4))
]
# "Six to seven times as many as before", and "about e times as many for each further 1".
assert [round(RACE[far][1] / RACE[near][1]) for near, far in ((6, 8), (8, 10))] == [6, 7]
assert abs(np.sqrt(RACE[10][1] / RACE[8][1]) / np.e - 1) < 0.05


def exclusive_or(merged: bool) -> float:
    """Return the loss of the chapter's network, or of the point half-way to its twin."""
    b = np.array([-6.0, -6.0]) if merged else np.array([-3.0, -9.0])
    v = np.zeros(2) if merged else np.array([4.0, -4.0])
    inputs, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    logits = np.tanh(inputs @ np.full((2, 2), 6.0) + b) @ v - 4.0
    return binary_cross_entropy_with_logits(logits, targets)


LN2 = np.log(2)
GRID = np.linspace(0, 1, 3001)
#: 2 and 1 over the outputs at which squared error is steepest, for the labels 0 and 1.
STEEPEST = 2 / GRID[np.argmax(GRID**2 * (1 - GRID))], 1 / GRID[np.argmax(GRID * (1 - GRID) ** 2)]
FROM_4 = distances(ce, 4.0, 400), distances(se, 4.0, 400)
SCORES = softmax_cross_entropy_grad([3.2, 5.1, -1.7], 0)
LEAD = softmax([10.0, 9.0, 9.0])
WEIGHTS = (sigmoid(-2.0) - 1) * np.array([2.0, 3.0])
PATHS = {
    loss: GradientExplorer(view="map", weight=-4, bias=4, steps=300).path(loss)[-1]
    for loss in ("cross_entropy", "squared_error")
}


def explorer(steps: int, weight: float, bias: float, factor: float = 1) -> GradientExplorer:
    """Return the neuron with a weight and a bias after some steps."""
    found = GradientExplorer(view="map", weight=weight, bias=bias, steps=steps)
    found.squared_error_factor = factor
    return found


def after(steps: int, weight: float, bias: float, factor: float = 1) -> float:
    """Return its squared error."""
    return explorer(steps, weight, bias, factor).squared_error


LOWEST = explorer(300, 0, 0).path("squared_error")[-1]
VALLEY = explorer(200, 6, 6).path("squared_error")[-1]


def both_labels(z: float) -> float:
    """Return the mean slope of squared error over the labels 0, 0 and 1."""
    return (2 * se(z) + se(z, 1)) / 3


THROWN = 1 - 10 / both_labels(8.0) * both_labels(1.0)


def one_hidden_unit(v: float, b: float, c: float = 1.0) -> float:
    """Return the loss of a network whose hidden unit does not see its input."""
    labels = np.random.default_rng(0).integers(2, size=20)
    return binary_cross_entropy_with_logits(np.full(20, v * np.tanh(b) + c), labels)


CENTRE = one_hidden_unit(0, 0)
Z, H = 1.0, 1e-3
FINE = sum(w * np.log1p(np.exp(Z + k * H)) for w, k in ((1, -2), (-8, -1), (8, 1), (-1, 2))) / (
    12 * H
)
COARSE = (np.log1p(np.exp(Z + 1e-5)) - np.log1p(np.exp(Z - 1e-5))) / 2e-5


NUMBERS = [
    ("where the loss is 0.082.", after(300, 0, 0), "0.082"),
    ("the lowest point, at $w = 0.57$", LOWEST[0], "0.57"),
    ("and $b = 0$, where the loss", abs(LOWEST[1]), "0"),
    ("still on the plateau, at 0.335.", after(200, -6, 6), "0.335"),
    (r"to $w = 5.2$ and $b = \pm 6.8$", VALLEY[0], "5.2"),
    (r"to $w = 5.2$ and $b = \pm 6.8$", VALLEY[1], "6.8"),
    ("its loss of 0.085 is hardly higher", after(200, 6, 6), "0.085"),
    ("A neuron says 0.99995 where", sigmoid(10.0), "0.99995"),
    ("at the same rate, the step is 0.00002", 0.5 * se(10.0), "0.00002"),
    ("it is 1000 at $p = 0.999$", binary_cross_entropy_grad(0.999, 0), "1000"),
    ("by the factor 0.000999", 0.999 * 0.001, "0.000999"),
    ("with its top of 0.148 near z = 0.7", 4 / 27, "0.148"),
    ("with its top of 0.148 near z = 0.7", LN2, "0.7"),
    ("the steepest slope is $4/27 = 0.148$, and", se(LN2), "0.148"),
    ("the slope of squared error is 4.5e−5", se(10.0) * 1e5, "4.5"),
    ("where cross-entropy has 0.99995", ce(10.0), "0.99995"),
    ("a ratio of about 22,000", round(ce(10.0) / se(10.0), -3), "22,000"),
    ("from a distance of 0.98", FROM_4[1][0], "0.98"),
    ("Cross-entropy drops below 0.1 within 30 steps", steps_to_a_tenth(ce, 4.0), "30"),
    ("above 0.9 for about 100 steps", round(np.argmax(FROM_4[1] <= 0.9), -1), "100"),
    ("reaches 0.1 after 281", steps_to_a_tenth(se, 4.0), "281"),
    ("After 40 steps one neuron is 0.066 away", FROM_4[0][40], "0.066"),
    ("the other still 0.973", FROM_4[1][40], "0.973"),
    (
        "costs cross-entropy 4 steps more",
        steps_to_a_tenth(ce, 8.0) - steps_to_a_tenth(ce, 6.0),
        "4",
    ),
    ("the second's never more than 0.074", 0.5 * se(LN2), "0.074"),
    (r"27/4 times as large, $\alpha = 3.375$", 0.5 * ce(40.0) / se(LN2), "3.375"),
    ("it is now 30 steps against 42", RACE[4][0], "30"),
    ("it is now 30 steps against 42", RACE[4][1], "42"),
    ("from $z = 1$ or 2 squared error is even a step ahead", RACE[1][0] - RACE[1][1], "1"),
    ("$z = 1$ or 2 squared error is even a step ahead", 1 + RACE[2][0] - RACE[2][1], "2"),
    ("From $z = 10$ it is 42 steps against 6,560", RACE[10][0], "42"),
    ("From $z = 10$ it is 42 steps against 6,560", RACE[10][1], "6,560"),
    ("even from $z = 1$: 1,542 against 207", CLOSE[1], "1,542"),
    ("even from $z = 1$: 1,542 against 207", CLOSE[0], "207"),
    ("it takes 914 steps where cross-entropy takes 38", RACE[8][1], "914"),
    ("it takes 914 steps where cross-entropy takes 38", RACE[8][0], "38"),
    ("With *the same longest step* the losses are 0.334 and", after(200, -6, 6, 6.75), "0.334"),
    ("are 0.334 and 0.084: a larger rate", after(200, 6, 6, 6.75), "0.084"),
    ("about 6.75 times fewer steps, 148", RACE[6][1], "148"),
    ("is (−7.693, 0, 0)", -1 / softmax([3.2, 5.1, -1.7])[0], "−7.693"),
    ("is (−0.8700, 0.8690, 0.0010)", SCORES[0], "−0.8700"),
    ("is (−0.8700, 0.8690, 0.0010)", SCORES[1], "0.8690"),
    ("is (−0.8700, 0.8690, 0.0010)", SCORES[2], "0.0010"),
    ("a minimum at weight 0.73 and bias 0", PATHS["cross_entropy"][0], "0.73"),
    ("a minimum at weight 0.73 and bias 0", abs(PATHS["cross_entropy"][1]), "0"),
    ("ends at (-4.89, 3.01)", PATHS["squared_error"][0], "-4.89"),
    ("ends at (-4.89, 3.01)", PATHS["squared_error"][1], "3.01"),
    ("The two ends have a loss of 0.019", exclusive_or(merged=False), "0.019"),
    ("the point between them 2.02", exclusive_or(merged=True), "2.02"),
    ("says $p = 0.8808$. Its slope is 0.8808", sigmoid(2.0), "0.8808"),
    (r"$0.8808 \cdot 0.1050 = 0.0925$", sigmoid_grad(2.0), "0.1050"),
    (r"$0.8808 \cdot 0.1050 = 0.0925$", se(2.0), "0.0925"),
    ("moves to $z = 1.5596$, the second to 1.9538", 2 - 0.5 * ce(2.0), "1.5596"),
    ("moves to $z = 1.5596$, the second to 1.9538", 2 - 0.5 * se(2.0), "1.9538"),
    ("the logit is −2, the prediction 0.1192", 0.5 * 2 - 1 * 3, "−2"),
    ("the logit is −2, the prediction 0.1192", sigmoid(-2.0), "0.1192"),
    ("the gradient (−1.7616, −2.6424)", WEIGHTS[0], "−1.7616"),
    ("the gradient (−1.7616, −2.6424)", WEIGHTS[1], "−2.6424"),
    ("−0.8808 for the bias", ce(-2.0, 1), "−0.8808"),
    ("the softmax is (0.5761, 0.2119, 0.2119)", LEAD[0], "0.5761"),
    ("the softmax is (0.5761, 0.2119, 0.2119)", LEAD[1], "0.2119"),
    ("the gradient (−0.4239, 0.2119, 0.2119)", LEAD[0] - 1, "−0.4239"),
    ("the gradient (−0.4239, 0.2119, 0.2119)", LEAD[2], "0.2119"),
    ("one is 0.9 and the other 10", ce(np.log(9)), "0.9"),
    ("one is 0.9 and the other 10", binary_cross_entropy_grad(0.9, 0), "10"),
    ("the step is about 3,300 times smaller", round(se(LN2) / se(10.0), -2), "3,300"),
    ("- [x] −0.3", ce(np.log(0.7 / 0.3), 1), "−0.3"),
    (r"$-1 / 0.7 = -1.43$", binary_cross_entropy_grad(0.7, 1), "-1.43"),
    (r"$-0.3 \cdot 0.21 = -0.063$", -0.3 * 0.7 * 0.3, "-0.063"),
    ("$p^2 (1 - p) = 0.0098$", se_of_output(0.99), "0.0098"),
    ("$p^2 (1 - p) = 0.147$", se_of_output(0.7), "0.147"),
    ("largest possible value of 0.148", 4 / 27, "0.148"),
    ("$p^2 (1 - p) = 0.125$", se_of_output(0.5), "0.125"),
    (r"$-0.5 \cdot 0.25 = -0.125$", se(0.0, 1), "-0.125"),
    ("the size $4/27 = 0.148$", -se(-LN2, 1), "0.148"),
    (r"$z = -\ln 2 = -0.693$", -LN2, "-0.693"),
    ("the slopes are 0.9975 and 0.0025", ce(6.0), "0.9975"),
    ("the slopes are 0.9975 and 0.0025", se(6.0), "0.0025"),
    ("about 400 times slower", round(ce(6.0) / se(6.0), -2), "400"),
    ("34 against 992", steps_to_a_tenth(ce, 6.0), "34"),
    ("34 against 992", steps_to_a_tenth(se, 6.0), "992"),
    ("begins to fall at 0.693", LN2, "0.693"),
    (r"$0.8808 \cdot 0.1050 =", sigmoid(2.0), "0.8808"),
    (r"$0.8808 \cdot 0.1050 =", sigmoid_grad(2.0), "0.1050"),
    ("$2p - 3p^2$, is zero at $p = 2/3$", STEEPEST[0], "3"),
    ("Beyond $p = 2/3$ it is negative", STEEPEST[0], "3"),
    ("has its top at p = 2/3 and then", STEEPEST[0], "3"),
    ("it is true up to $p = 2/3$ only", STEEPEST[0], "3"),
    ("zero at $p = 1/3$, where", STEEPEST[1], "3"),
    (r"$p - y = -0.5$", ce(0.0, 1), "-0.5"),
]
#: Numbers that are given, not computed.
GIVEN = [
    r"it is 1000 at $p = 0.999$",
    "at $p = 0.99995$ the step",
    "At $z = 10$ the slope",
    r"start at $z = 4$ with the label 0 and take steps of $\alpha = 0.5$",
    "until the output is within 0.1 of the label, and until it is within 0.01:",
    "For the scores (3.2, 5.1, −1.7) and class 0",
    "Raise *steps* to 200",
    "A neuron at $z = 2$ with the label 0 says",
    r"With $\alpha = 0.5$ the first neuron moves",
    "With $w = (0.5, -1)$, $b = 0$, $x = (2, 3)$ and $y = 1$",
    "For the scores (10, 9, 9), where class 0",
    "At $p = 0.9$ with $y = 0$",
    "A sigmoid neuron says $p = 0.7$; the label is 1.",
    "The one that says 0.99",
    "The one that says 0.7 >",
    "The one that says 0.5 >",
    r"How many steps with $\alpha = 0.5$ does each neuron need from $z = 6$ until",
]
#: Sentences, and whether a computation bears them out.
STATED = [
    (
        "From $z = 4$ on, each 2 added to the start costs cross-entropy 4 steps more",
        all(RACE[z + 2][0] - RACE[z][0] == 4 for z in (4, 6, 8)),
    ),
    # From 2 to 4 it is not so yet.
    (
        "From $z = 6$ on it costs squared error six to seven times as many",
        all(6 <= RACE[z + 2][1] / RACE[z][1] < np.exp(2) for z in (6, 8))
        and RACE[4][1] / RACE[2][1] < 2,
    ),
    ("squared error takes seven times as many steps even", round(CLOSE[1] / CLOSE[0]) == 7),
    (
        "There the neuron says 0 to all three examples, and as its slope is 0 as well",
        sigmoid(THROWN) == 0 == both_labels(THROWN),
    ),
    (
        "it rises along one diagonal and falls along the other",
        one_hidden_unit(0.3, 0.3) > CENTRE > one_hidden_unit(0.3, -0.3),
    ),
    (
        "a central difference cannot do much better; a formula with more points can",
        abs(FINE - sigmoid(Z)) < 1e-13 < 1e-12 < abs(COARSE - sigmoid(Z)),
    ),
]
