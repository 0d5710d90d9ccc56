"""The numbers in the chapter on activations."""

import numpy as np
from scipy.stats import norm

from lib.activations import relu, relu_grad, sigmoid, sigmoid_grad, softmax, tanh, tanh_grad
from lib.explorables import ActivationExplorer
from lib.losses import (
    binary_cross_entropy_grad,
    softmax_cross_entropy_grad,
)


def stack(x: float, weight: float = 1.0, depth: int = 10, activation: str = "sigmoid") -> float:
    """Return the slope of a stack of layers."""
    return ActivationExplorer(activation=activation, x=x, weight=weight, depth=depth).stack_slope


def first_to_last_weight(x: float, depth: int = 10) -> float:
    """Return the first weight's gradient over the last one's, all weights 1, by differences."""

    def out(layer: int, nudge: float) -> float:
        h = x
        for k in range(depth):
            h = sigmoid((1 + nudge * (k == layer)) * h)
        return float(h)

    first, last = (out(layer, 1e-2) - out(layer, -1e-2) for layer in (0, depth - 1))
    return first / last


def outputs(count: int) -> list[float]:
    """Return the outputs of sigmoid layers, from 0."""
    h, found = 0.0, []
    for _ in range(count):
        found.append(h := float(sigmoid(h)))
    return found


HANDS = outputs(3)
SLOPES = [float(sigmoid_grad(h)) for h in (0.0, *HANDS[:2])]
A2 = sigmoid(2.0)
WRONG = ActivationExplorer(x=2.0, right=False).pairing
LOGITS = [10.0, 0.0, 0.0]
SOFT = ActivationExplorer(x=10.0, right=False).pairing[2]
H = np.linspace(0, 1, 1_000_001)
FIXED = H[np.abs(H - sigmoid(-6 * H)).argmin()]


def deep(x: float, weight: float, bias: float, depth: int, activation: str = "sigmoid") -> float:
    """Return the slope of a stack of any depth, whose units have a bias."""
    f, slope = (sigmoid, sigmoid_grad) if activation == "sigmoid" else (tanh, tanh_grad)
    product = 1.0
    for _ in range(depth):
        product *= weight * slope(weight * x + bias)
        x = f(weight * x + bias)
    return product


TANH = [deep(2.0, 1.0, 0.0, depth, "tanh") for depth in (10, 100, 1000)]
FIRST_LOST = next(x for x in range(100) if 1 - sigmoid(float(x)) == 0)

NUMBERS = [
    ("never above $\\sigma'(0) = 0.25$", sigmoid_grad(0.0), "0.25"),
    ("its slope is a bump of height 0.25", sigmoid_grad(0.0), "0.25"),
    ("its slope is a bump of height 1", tanh_grad(0.0), "1"),
    ("At $x = 5$ the slope of the sigmoid is 0.0066", sigmoid_grad(5.0), "0.0066"),
    ("that of tanh 0.0002", tanh_grad(5.0), "0.0002"),
    ("at most $0.25^{10} = 9.5 \\times 10^{-7}$ of", 0.25**10 * 1e7, "9.5"),
    ("at the output, $1.4 \\times 10^{-7}$ is left at the input", stack(2.0) * 1e7, "1.4"),
    (
        "the first weight's is $1.9 \\times 10^{-6}$ of the last one's",
        first_to_last_weight(2.0) * 1e6,
        "1.9",
    ),
    ("From $x = 2$ ten layers leave 0.0037", stack(2.0, activation="tanh"), "0.0037"),
    ("leave 0.0037 and a hundred 0.00013", TANH[1], "0.00013"),
    ("$x = 0.5$ the product is exactly 1 at any depth", deep(0.5, 4.0, -2.0, 1000), "1"),
    ("with the label 0 says 0.977", norm.cdf(2), "0.977"),
    ("and has the slope 2.37.", norm.pdf(2) / (1 - norm.cdf(2)), "2.37"),
    (r"and $4.5 \times 10^{-11}$ is left", deep(0.2, -6.0, 0.0, 1000) * 1e11, "4.5"),
    ("with $w = 1$ leaves exactly 1", stack(2.0, depth=20, activation="relu"), "1"),
    ("and exactly 0 for a negative one", stack(-2.0, depth=20, activation="relu"), "0"),
    ("ReLU with $w = 1.5$ makes $1.5^{20} = 3325$ of 20", stack(2.0, 1.5, 20, "relu"), "3325"),
    (
        "with $w = 6$ from $x = 2$, ten layers leave $1.4 \\times 10^{-21}$",
        stack(2.0, 6.0) * 1e21,
        "1.4",
    ),
    ("tanh falls slowly to about 1e-3", stack(2.0, 1.0, 20, "tanh") * 1e3, "1"),
    ("the sigmoid falls to about 1e-12", stack(2.0, 1.5, 20) * 1e12, "1"),
    ("tanh to about 2e-10", stack(2.0, 1.5, 20, "tanh") * 1e10, "2"),
    ("ReLU rises to 3325", stack(2.0, 1.5, 20, "relu"), "3325"),
    ("from 37 on the difference is 0", FIRST_LOST, "37"),
    ("At $x = 2$ the sigmoid is 0.8808", A2, "0.8808"),
    ("$0.8808 \\times 0.1192 = 0.1050$", sigmoid(-2.0), "0.1192"),
    ("$0.8808 \\times 0.1192 = 0.1050$", sigmoid_grad(2.0), "0.1050"),
    ("Tanh is 0.9640 with", tanh(2.0), "0.9640"),
    ("$1 - 0.9640^2 = 0.0707$", tanh_grad(2.0), "0.0707"),
    ("The outputs are 0.5000, 0.6225 and 0.6508", HANDS[0], "0.5000"),
    ("The outputs are 0.5000, 0.6225 and 0.6508", HANDS[1], "0.6225"),
    ("The outputs are 0.5000, 0.6225 and 0.6508", HANDS[2], "0.6508"),
    ("the slopes are 0.2500, 0.2350 and 0.2273", SLOPES[0], "0.2500"),
    ("the slopes are 0.2500, 0.2350 and 0.2273", SLOPES[1], "0.2350"),
    ("the slopes are 0.2500, 0.2350 and 0.2273", SLOPES[2], "0.2273"),
    ("Their product is 0.0134", np.prod(SLOPES), "0.0134"),
    ("one part in 75 is left", 1 / np.prod(SLOPES), "75"),
    ("The sigmoid predicts $p = 0.8808$", A2, "0.8808"),
    ("gradient is $0.8808 \\times 0.1050 = 0.0925$", WRONG[1, 0], "0.0925"),
    ("with the binary cross-entropy it is 0.8808", WRONG[1, 1], "0.8808"),
    ("that of $(2, 0, 0)$ is 0.7870", softmax([2.0, 0.0, 0.0])[0], "0.7870"),
    ("Cross-entropy gives 0.7870 again", WRONG[2, 2], "0.7870"),
    ("three softmax outputs gives 1.4802", WRONG[2, 1], "1.4802"),
    ("still leaves $1.4 \\times 10^{-7}$", stack(2.0) * 1e7, "1.4"),
    ("the slope of a sigmoid at −10 is 0.000045", sigmoid_grad(-10.0), "0.000045"),
    ("the slope of ReLU there is 0.", relu_grad(-10.0), "0"),
    ("At 2 its slope is 0.07,", tanh_grad(2.0), "0.07"),
    ("less than the sigmoid's 0.10:", sigmoid_grad(2.0), "0.10"),
    ("multiplied by $p(1 - p)$, which is 0.00001", 0.99999 * 0.00001, "0.00001"),
    ("is about 100,000 there", round(binary_cross_entropy_grad(0.99999, 0.0), -2), "100,000"),
    ("turns that into 0.99999", 0.99999, "0.99999"),
    ("slope of $\\sigma(3x)$ is $3\\,\\sigma'(3x)$, at most 0.75", 3 * sigmoid_grad(0.0), "0.75"),
    ("$n > \\ln 10^6 / \\ln 4 = 9.97$", np.log(1e6) / np.log(4), "9.97"),
    ("so 10 layers. For 0.9", np.ceil(np.log(1e6) / np.log(4)), "10"),
    ("$\\ln 10^6 / \\ln(1/0.9) = 131.1$", np.log(1e6) / -np.log(0.9), "131.1"),
    ("so 132 layers", np.ceil(np.log(1e6) / -np.log(0.9)), "132"),
    ("that of the wrong class, gets 0.00014", SOFT[0], "0.00014"),
    ("and 0.99991 from cross-entropy", softmax_cross_entropy_grad(LOGITS, 1)[0], "0.99991"),
    ("the product is 1.12.", stack(0.2, -6.0), "1.12"),
    ("For $w = -6$ that is $h = 0.215$", FIXED, "0.215"),
    ("the argument $wh = -1.29$", -6 * FIXED, "-1.29"),
    ("$w\\,\\sigma'(wh) = -1.014$", -6 * sigmoid_grad(-6 * FIXED), "-1.014"),
    (r"$0.8808 \times 0.1192 =", sigmoid(2.0), "0.8808"),
    (r"$0.8808 \times 0.1192 =", sigmoid(-2.0), "0.1192"),
    (r"$1 - 0.9640^2 =", tanh(2.0), "0.9640"),
    (r"gradient is $0.8808 \times 0.1050 =", sigmoid(2.0), "0.8808"),
    (r"gradient is $0.8808 \times 0.1050 =", sigmoid_grad(2.0), "0.1050"),
    ("every factor is at most 1/4, so ten", 1 / sigmoid_grad(0.0), "4"),
    ("whose factors are at most 1/4.", 1 / sigmoid_grad(0.0), "4"),
    ("Show that $\\sigma'(x) \\le 1/4$", 1 / sigmoid_grad(0.0), "4"),
    ("ReLU is 2 with a slope of 1.", relu(2.0), "2"),
    ("ReLU is 2 with a slope of 1.", relu_grad(2.0), "1"),
    ("- [x] 1 > Every factor is exactly 1", stack(2.0, depth=20, activation="relu"), "1"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "A sigmoid output says 0.99999",
    "The output has three [logits](glossary.md#logit) $(z, 0, 0)$",
    "Change the 40 and run again",
    "Start at $x = 0$ with $w = 1$",
    "The logit is 2 and the label is 0.",
    "with tanh layers that each have a slope of 0.9?",
    "for $z = (10, 0, 0)$ where class 1 is right",
    "For example $w = -6$ and $x = 0.2$:",
]
#: Sentences, and whether a computation bears them out.
STATED = [
    # A power of the depth loses the same factor at each tenfold; an exponential loses ever more.
    (
        "the product falls like a power of the depth, not exponentially",
        abs(np.log10(TANH[0] / TANH[1]) - np.log10(TANH[1] / TANH[2])) < 0.1,
    ),
    (
        "Without a bias, positive weights cannot keep",
        deep(0.5, 6.0, -3.0, 10)
        > 1
        > 1e-6
        > max(deep(x, w, 0.0, 50) for w in (0.5, 1, 2, 3, 4, 6) for x in (-2, 0, 0.5, 2)),
    ),
    (
        "For a thousand layers it does not help",
        abs(deep(0.2, -6.0, 0.0, 100)) > 1 > 1e-9 > abs(deep(0.2, -6.0, 0.0, 1000)),
    ),
    ("a neuron at $z = 2$ with the label 0 says 0.977 and has", norm.pdf(2) / norm.sf(2) > 1),
]
