"""Log loss and the likelihood it comes from."""

from typing import Any

import numpy as np

from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Integer, Number, Vector
from lib.figures import (
    draw_likelihood,
    draw_log_loss_events,
    draw_mean_log_loss,
    draw_underflow,
    new_figure,
)
from lib.losses import binary_cross_entropy

EVENTS = ["event 1", "event 2", "event 3"]


class LogLossExplorer(Explorable):
    """The likelihood of what happened, its logarithm, and the loss made of it.

    Parameters
    ----------
    view : ``"events"``, ``"coin"`` or ``"product"``: three events with a prediction each, a coin
        with one θ, or the running product and log-sum of the coin's flips.
    labels : what happened at each of the three events, 0 or 1.
    probs : the predicted probability of a 1 at each of the three events.
    theta : the predicted probability of heads.
    heads : how many of ten flips show heads. They come first.
    repeats : how often the ten flips are repeated, 1 to 200.
    precision : ``"float64"`` or ``"float32"``, the arithmetic of the product.

    Examples
    --------
    >>> explorer = LogLossExplorer(labels=[1, 1, 0], probs=[0.8, 0.7, 0.1])
    >>> round(explorer.total_loss, 4), round(explorer.mean_loss, 4)
    (0.6852, 0.2284)
    """

    name = "log_loss"
    title = "Log loss and likelihood"
    prompt = {
        "events": "Drag one prediction to the wrong side: it outweighs the other two.",
        "coin": "Drag θ: where the likelihood is largest, the loss is least.",
        "product": "Repeat the flips: the product sinks to 0, the sum of logarithms goes on.",
    }
    challenge = {
        "events": (
            "Let one event make nine tenths of the total loss, short of infinity, "
            "though each of the others costs 0.1 nats or more."
        ),
        "coin": "With heads and tails among the flips, bring the mean loss below 0.35 nats.",
        "product": (
            "Make the likelihood come out as exactly 0 while the mean loss stays below 0.7 nats. "
            "A larger data set helps."
        ),
    }
    solutions = [
        {"labels": [1, 1, 0], "probs": [0.9, 0.1, 0.1]},
        {"view": "coin", "theta": 0.9, "heads": 9},
        {"view": "product", "theta": 0.7, "heads": 7, "repeats": 150},
    ]

    view = Choice(
        "events",
        {"events": "three events", "coin": "one coin, many flips", "product": "product and sum"},
        label="View",
    )
    labels = Vector([1, 1, 0], 0, 1, labels=EVENTS, step=1, integer=True, label="It happened")
    probs = Vector(
        [0.8, 0.7, 0.1], 0, 1, labels=EVENTS, step=0.01, label="Predicted probability that it does"
    )
    theta = Number(0.5, 0, 1, step=0.01, label="θ, predicted probability of heads")
    heads = Integer(7, 0, 10, label="Heads in ten flips")
    repeats = Integer(3, 1, 200, label="The ten flips, repeated")
    precision = Choice("float64", {"float64": "float64", "float32": "float32"}, label="Product in")

    @property
    def outcomes(self) -> np.ndarray:
        """The data of the view, one 0 or 1 an event, shape (N,)."""
        if self.view == "events":
            return np.array(self.labels)
        return np.tile([1] * self.heads + [0] * (10 - self.heads), self.repeats)

    @property
    def predictions(self) -> np.ndarray:
        """The predicted probability of a 1 at each event, shape (N,)."""
        if self.view == "events":
            return np.array(self.probs)
        return np.full(10 * self.repeats, self.theta)

    @Quantity("Likelihood, a product", scientific=True)
    def likelihood(self) -> float:
        """The product of the probabilities of what happened, in the chosen precision."""
        y, p = self.outcomes, self.predictions
        factors = np.where(y == 1, p, 1 - p).astype(self.precision)
        return float(np.cumprod(factors)[-1])

    @Quantity("Log-likelihood, a sum", "nats", views=("events", "product"))
    def log_likelihood(self) -> float:
        """The sum of the logarithms of the same probabilities, in nats."""
        return 0.0 - self.total_loss

    @Quantity("Total loss", "nats", views=("events",))
    def total_loss(self) -> float:
        """The log loss of all events in nats, which is minus the log-likelihood."""
        return float(binary_cross_entropy(self.predictions, self.outcomes, reduction="sum"))

    @Quantity("Mean loss", "nats", tone="q")
    def mean_loss(self) -> float:
        """The log loss an event, in nats."""
        return float(binary_cross_entropy(self.predictions, self.outcomes))

    def figure(self) -> Any:
        if self.view == "events":
            figure, ax = new_figure(height=3)
            draw_log_loss_events(ax, self.probs, self.labels)
        elif self.view == "coin":
            figure, (left, right) = new_figure(2, height=3)
            draw_likelihood(left, self.heads, 10 - self.heads, self.repeats, theta=self.theta)
            draw_mean_log_loss(right, self.heads, 10 - self.heads, theta=self.theta)
        else:
            figure, ax = new_figure(height=3)
            factors = np.where(self.outcomes == 1, self.theta, 1 - self.theta)
            draw_underflow(ax, factors, precision=self.precision)
        return figure
