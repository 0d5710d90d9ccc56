"""The gradient of cross-entropy and of squared error, and how a neuron learns from each."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from lib.activations import sigmoid, sigmoid_grad
from lib.explorables._base import Explorable, Quantity, Words
from lib.explorables._traits import Choice, Integer, Number
from lib.figures import draw_descent, draw_learning_curves, draw_loss_over_logit, new_figure
from lib.losses import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    l1_loss,
    mse_loss,
    mse_loss_grad,
)
from lib.schedules import constant
from lib.training import gradient_descent

#: Six samples that no line separates, so that both losses have a lowest point.
INPUTS = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
LABELS = np.array([0, 0, 1, 0, 1, 1])


class LogitLoss(NamedTuple):
    """A loss of logits and its derivative, each a function of logits and labels."""

    value: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], Any]


LOSSES = {
    "cross_entropy": LogitLoss(
        binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
    ),
    "squared_error": LogitLoss(
        lambda z, y: 0.5 * mse_loss(sigmoid(z), y),
        lambda z, y: 0.5 * mse_loss_grad(sigmoid(z), y) * sigmoid_grad(z),
    ),
}


VIEWS = {"neuron": "one logit", "map": "weight and bias", "surface": "weight and bias, 3-D"}


def _distance_of(loss: str) -> Words:
    """Return what the distance is called: of one example, or on average of six."""
    return dict.fromkeys(VIEWS, f"{loss} mean |p − y|") | {"neuron": f"{loss} |p − y|"}


class GradientExplorer(Explorable):
    """One sigmoid neuron that learns from cross-entropy and, beside it, from squared error.

    Parameters
    ----------
    view : ``"neuron"`` (one logit), ``"map"`` or ``"surface"`` (a weight and a bias, seen from
        above or in three dimensions).
    y : the label of the one sample, 0 or 1.
    z : the logit that the neuron starts from.
    weight, bias : where the neuron with one input starts from.
    learning_rate : α, the rate of cross-entropy's neuron.
    squared_error_factor : squared error's rate as a multiple of α. At 1 both have the same; at
        27/4 = 6.75 both have the same longest step, because its slope is never above 4/27.
    steps : how many steps of gradient descent each has taken, 0 to 300.

    Examples
    --------
    >>> explorer = GradientExplorer(z=10, y=0, steps=0)
    >>> f"{explorer.cross_entropy_slope:.5f} {explorer.squared_error_slope:.1e}"
    '0.99995 4.5e-05'
    """

    name = "gradient"
    title = "The gradient of two losses"
    prompt = {
        "neuron": "Drag the start z to the wrong side and let the neuron learn from each loss.",
        "map": "Drag the start to a corner and press Play: one loss finds its lowest point.",
        "surface": "Turn the surfaces: one is a bowl, the other has plateaus to be lost on.",
    }
    challenge = {
        "neuron": (
            "At 0 steps, find the logit where squared error learns fastest, to within a tenth of a "
            "percent. It is not where the neuron is most wrong."
        ),
        **dict.fromkeys(
            ["map", "surface"],
            "From a weight of −3 or less, bring squared error to its lowest point as well, "
            "a loss below 0.082.",
        ),
    }
    solutions = [
        {"view": "neuron", "z": 0.7, "steps": 0},
        {"view": "map", "weight": -3.0, "bias": 0.0, "squared_error_factor": 6.75, "steps": 300},
    ]

    view = Choice("neuron", VIEWS, label="View")
    y = Integer(0, 0, 1, label="Label y")
    z = Number(4, -10, 10, step=0.05, label="Start, logit z")
    weight = Number(-4, -6, 6, step=0.1, label="Start, weight w")
    bias = Number(4, -6, 6, step=0.1, label="Start, bias b")
    learning_rate = Number(0.5, 0.05, 1.5, step=0.05, label="Learning rate α")
    squared_error_factor = Number(1, 1, 8, step=0.25, label="Squared error's rate, times α")
    steps = Integer(40, 0, 300, label="Steps taken")

    @property
    def targets(self) -> Any:
        """The label of the neuron's sample, or those of the view's six."""
        return self.y if self.view == "neuron" else LABELS

    def path(self, loss: str) -> np.ndarray:
        """Return what descent on ``"cross_entropy"`` or ``"squared_error"`` has passed through.

        Logits, shape (steps + 1,); or weights and biases, shape (steps + 1, 2).
        """
        start = self.z if self.view == "neuron" else (self.weight, self.bias)
        factor = self.squared_error_factor if loss == "squared_error" else 1
        return _path(loss, start, self.y, self.learning_rate * factor, self.steps)

    def _logits(self, loss: str) -> Any:
        return _logits(self.path(loss)[-1])

    def _value(self, loss: str) -> float:
        return float(LOSSES[loss].value(self._logits(loss), self.targets))

    def _slope(self, loss: str) -> float:
        return float(np.linalg.norm(_gradient(loss, self.path(loss)[-1], self.targets)))

    def _distance(self, loss: str) -> float:
        return float(l1_loss(sigmoid(self._logits(loss)), self.targets))

    @Quantity("Cross-entropy (CE)", "nats", tone="d", scientific=True)
    def cross_entropy(self) -> float:
        """The cross-entropy that the neuron has reached by descending it, in nats."""
        return self._value("cross_entropy")

    @Quantity("½ squared error (SE)", scientific=True)
    def squared_error(self) -> float:
        """Half the squared error that the neuron has reached by descending it."""
        return self._value("squared_error")

    @Quantity("CE |gradient|", tone="d", scientific=True)
    def cross_entropy_slope(self) -> float:
        """The length of the cross-entropy's gradient there."""
        return self._slope("cross_entropy")

    @Quantity("SE |gradient|", scientific=True)
    def squared_error_slope(self) -> float:
        """The length of the squared error's gradient there."""
        return self._slope("squared_error")

    @Quantity(_distance_of("CE"), tone="d", scientific=True)
    def cross_entropy_distance(self) -> float:
        """How far the outputs of the first neuron are from the labels, on average."""
        return self._distance("cross_entropy")

    @Quantity(_distance_of("SE"), scientific=True)
    def squared_error_distance(self) -> float:
        """How far the outputs of the second neuron are from the labels, on average."""
        return self._distance("squared_error")

    def figure(self) -> Any:
        paths = {loss: self.path(loss) for loss in LOSSES}
        if self.view == "neuron":
            figure, axes = new_figure(3, height=2.6)
            for ax, (name, loss) in zip(axes, LOSSES.items(), strict=False):
                draw_loss_over_logit(ax, name, loss.value, self.y, self.z, paths[name][-1])
            distances = {k: np.abs(sigmoid(path) - self.y) for k, path in paths.items()}
            draw_learning_curves(axes[2], distances)
            return figure
        figure, axes = new_figure(2, height=3.2)
        for ax, name in zip(axes, LOSSES, strict=True):
            draw_descent(
                ax,
                name,
                partial(_value, name),
                partial(_gradient, name, targets=LABELS),
                paths[name],
            )
        return figure


def _logits(parameters: Any) -> Any:
    """Return the logit itself, or those of the six samples for a weight and a bias."""
    if np.ndim(parameters) == 0:
        return parameters
    weight, bias = parameters
    return weight * INPUTS + bias


def _value(loss: str, parameters: Any) -> float:
    """Return the mean loss of the six samples for a weight and a bias."""
    return float(LOSSES[loss].value(_logits(parameters), LABELS))


def _gradient(loss: str, parameters: Any, targets: Any) -> Any:
    """Return the derivative of a loss with respect to the logit, or to the weight and bias."""
    slopes = LOSSES[loss].slope(_logits(parameters), targets)
    return slopes if np.ndim(slopes) == 0 else np.array([slopes @ INPUTS, slopes.sum()])


@lru_cache(maxsize=64)
def _path(loss: str, start: Any, y: int, learning_rate: float, steps: int) -> np.ndarray:
    targets = y if np.ndim(start) == 0 else LABELS
    return gradient_descent(
        lambda v: _gradient(loss, v, targets), start, schedule=constant(learning_rate), steps=steps
    )
