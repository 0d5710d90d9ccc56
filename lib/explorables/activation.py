"""Activations: a function and its slope, slopes through a stack, and outputs paired with losses."""

from typing import Any

import numpy as np

from lib.activations import (
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_jacobian,
    tanh,
    tanh_grad,
)
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Choice, Flag, Integer, Number
from lib.figures import draw_activation, draw_pairing, draw_slope_products, new_figure
from lib.losses import (
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits_grad,
    mse_loss_grad,
    nll_loss_grad,
    softmax_cross_entropy_grad,
)

FUNCTIONS = {
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
}
OUTPUTS = ("identity", "sigmoid", "softmax")
LOSSES = ("mse", "bce", "ce")
PAIRS = {
    "identity_mse": "identity + ½ SE",
    "sigmoid_mse": "sigmoid + ½ SE",
    "sigmoid_bce": "sigmoid + BCE",
    "sigmoid_ce": "sigmoid + CE",
    "softmax_mse": "softmax + ½ SE",
    "softmax_bce": "softmax + BCE",
    "softmax_ce": "softmax + CE",
}


class ActivationExplorer(Explorable):
    """An activation and its slope, a stack of layers, and output layers paired with losses.

    Parameters
    ----------
    activation : ``"sigmoid"``, ``"tanh"`` or ``"relu"``.
    x : the input, in [-10, 10]; in the pairing, the first of three logits (z, 0, 0).
    weight : what each layer of the stack multiplies its input by, in [-6, 6].
    depth : the number of layers, 1 to 20.
    pair : output activation and loss, such as ``"sigmoid_bce"``.
    right : whether the first class is the right one.
    view : ``"function"``, ``"stack"`` or ``"pairing"``.

    Examples
    --------
    >>> explorer = ActivationExplorer(activation="sigmoid", x=0.0, depth=1)
    >>> explorer.value, explorer.slope
    (0.5, 0.25)
    """

    name = "activation"
    title = "Activations"
    prompt = {
        "function": "Drag x into a flat tail: the value stays, and the slope f′(x) goes to 0.",
        "stack": "Add layers: their slopes multiply. Then try other weights, and ReLU.",
        "pairing": "Press a pair and drag z: where output and loss match, the slope is p − y.",
    }
    challenge = {
        "function": "Find a value f(x) above 0.99 where the slope is still above 0.5.",
        "stack": "Stack 10 sigmoid layers or more whose slopes multiply to more than 0.5 in size.",
        "pairing": "Find a mistake, p more than 0.99 from y, whose slope is below 0.001 in size.",
    }
    solutions = [
        {"activation": "relu", "x": 2.0},
        {"view": "stack", "activation": "sigmoid", "x": 0.2, "weight": -6.0, "depth": 10},
        {"view": "pairing", "pair": "sigmoid_mse", "x": 8.0},
    ]

    activation = Choice(
        "sigmoid", {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}, label="Activation f"
    )
    x = Number(2, -10, 10, step=0.1, label="Input x")
    weight = Number(1, -6, 6, step=0.1, label="Weight w")
    depth = Integer(10, 1, 20, label="Layers n")
    pair = Choice("sigmoid_mse", PAIRS, label="Output and loss")
    right = Flag(False, label="This class is right (y = 1)")
    view = Choice(
        "function", {"function": "function", "stack": "stack", "pairing": "pairing"}, label="View"
    )

    @Quantity("f(x)", tone="q", scientific=True, views=("function",))
    def value(self) -> float:
        """The activation at x."""
        return float(FUNCTIONS[self.activation][0](self.x))

    @Quantity("f′(x)", scientific=True, views=("function",))
    def slope(self) -> float:
        """The derivative of the activation at x."""
        return float(FUNCTIONS[self.activation][1](self.x))

    @property
    def slopes(self) -> np.ndarray:
        """The factor w f′(w h) of each layer, shape (depth,)."""
        function, derivative = FUNCTIONS[self.activation]
        h, factors = self.x, []
        for _ in range(self.depth):
            factors.append(self.weight * derivative(self.weight * h))
            h = function(self.weight * h)
        return np.array(factors)

    @Quantity("slope of the stack", scientific=True, views=("stack",))
    def stack_slope(self) -> float:
        """The derivative of the stack's output with respect to x."""
        return float(self.slopes.prod())

    @Quantity("prediction p", tone="q", scientific=True, views=("pairing",))
    def prediction(self) -> float:
        """What the pair's output activation makes of the logit z = x."""
        output, _ = self.pair.split("_")
        return float(self._outputs(output)[0])

    @Quantity("∂L/∂z of the pair", scientific=True, views=("pairing",))
    def pair_gradient(self) -> float:
        """∂L/∂z for the chosen pair."""
        return self._gradient(*self.pair.split("_"))

    @property
    def pairing(self) -> np.ndarray:
        """∂L/∂z of every output activation (rows) with every loss (columns), shape (3, 3).

        NaN where the loss is not defined on the output.
        """
        return np.array([[self._gradient(o, loss) for loss in LOSSES] for o in OUTPUTS])

    def _outputs(self, output: str) -> np.ndarray:
        z = np.array([self.x, 0.0, 0.0])
        return {"identity": z, "sigmoid": sigmoid(z), "softmax": softmax(z)}[output]

    def _gradient(self, output: str, loss: str) -> float:
        z = np.array([self.x, 0.0, 0.0])
        p = self._outputs(output)
        label = 0 if self.right else 1
        target = np.eye(3)[label]
        half_square = 0.5 * mse_loss_grad(p, target, reduction="sum")
        match output, loss:
            case "identity", "mse":
                gradient = half_square[0]
            case "identity", "bce" if 0 < self.x < 1:
                gradient = binary_cross_entropy_grad(p[0], target[0])
            case "identity", _:
                gradient = np.nan  # what is not a probability has no logarithmic loss
            case "sigmoid", "mse":
                gradient = half_square[0] * sigmoid_grad(self.x)
            case "sigmoid", "bce":
                gradient = binary_cross_entropy_with_logits_grad(z, target, reduction="sum")[0]
            case "sigmoid", "ce":
                gradient = (nll_loss_grad(np.log(p), label) / p)[0] * sigmoid_grad(self.x)
            case "softmax", "mse":
                gradient = half_square @ softmax_jacobian(z)[:, 0]
            case "softmax", "bce":
                slopes = binary_cross_entropy_grad(p, target, reduction="sum")
                gradient = slopes @ softmax_jacobian(z)[:, 0]
            case _:
                gradient = softmax_cross_entropy_grad(z, label)[0]
        return float(gradient)

    def describe(self) -> str:
        name = type(self).activation.options[self.activation]
        words = {
            "function": f"The activation is {name}, the input {self.x:g}.",
            "stack": (
                f"{counted(self.depth, f'{name} layer')}, weight {self.weight:g}, input {self.x:g}."
            ),
            "pairing": f"{PAIRS[self.pair]}, logit {self.x:g}, label {int(self.right)}.",
        }
        return f"{super().describe()} {words[self.view]}"

    def figure(self) -> Any:
        if self.view == "pairing":
            figure, ax = new_figure(height=2.2)
            draw_pairing(ax, self.pairing, OUTPUTS, ["½ SE", "BCE", "CE"])
            ax.set_title(f"∂L/∂z at z = {self.x:g} where the label is {int(self.right)}")
            return figure
        figure, (left, right) = new_figure(2, height=2.8)
        draw_activation(left, self.activation, x=self.x)
        draw_slope_products(
            right, x=self.x, weight=self.weight, depth=self.depth, activation=self.activation
        )
        return figure
