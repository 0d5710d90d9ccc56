"""The curve and the gradient of every loss in the library."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import traitlets

from lib import losses
from lib.activations import log_softmax
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Flag, Integer, Number
from lib.figures import draw_loss_and_gradient, new_figure

#: At a margin of 1 the cosine loss of an unlike pair is 0 everywhere.
COSINE_MARGIN = 0.9

Call = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Specimen:
    """One loss as a function of a single number x.

    ``call(x, explorer)`` gives the arguments and options of the library's function, with x in the
    first argument at ``index``. ``start`` is the x to open on; losses of one ``family`` share
    their input and can be compared.
    """

    family: str
    symbol: str
    domain: tuple[float, float]
    start: float
    call: Callable[[float, Any], Call]
    index: tuple[int, ...] = (0,)


def _number(**options: str) -> Specimen:
    """Return a loss of a predicted number; ``options`` names the trait behind each option."""

    def call(x: float, s: "LossZooExplorer") -> Call:
        return ([x], [s.target]), {key: getattr(s, trait) for key, trait in options.items()}

    return Specimen("number", "prediction", (-4, 4), 2.0, call)


def _score(call: Callable[[float, Any], Call], *index: int) -> Specimen:
    return Specimen("score", "score", (-6, 6), -1.0, call, index or (0,))


def _ctc(x: float, _: "LossZooExplorer") -> Call:
    """Three frames that each give the label a score of x and the blank 0; the target is "a"."""
    log_probs = log_softmax([[0.0, x]] * 3)
    return (log_probs[:, None], [[1]], [3], [1]), {}


SPECIMENS: dict[str, Specimen] = {
    "mse_loss": _number(),
    "l1_loss": _number(),
    "smooth_l1_loss": _number(beta="beta"),
    "huber_loss": _number(delta="delta"),
    "gaussian_nll_loss": Specimen(
        "number", "prediction", (-4, 4), 2.0,
        lambda x, s: (([x], [s.target], [s.variance]), {}),
    ),
    "poisson_nll_loss": Specimen(
        "count", "prediction", (-3, 3), 1.0,
        lambda x, s: (([x], [s.count]), {"log_input": s.log_input}),
    ),
    "binary_cross_entropy": Specimen(
        "probability", "probability", (0, 1), 0.3,
        lambda x, s: (([x], [s.bit]), {}),
    ),
    "nll_loss": Specimen(
        "log", "log-probability", (-5, 0), -1.5,
        lambda x, s: (([[x, _log_complement(x)]], [0]), {}), (0, 0),
    ),
    "kl_div_loss": Specimen(
        "log", "log-probability", (-5, 0), -1.5,
        lambda x, s: (([x], [s.share]), {"reduction": "sum"}),
    ),
    "binary_cross_entropy_with_logits": _score(lambda x, s: (([x], [s.bit]), {})),
    "soft_margin_loss": _score(lambda x, s: (([x], [s.sign]), {})),
    "softmax_cross_entropy": _score(
        lambda x, s: (([[x, 0.0, -1.0]], [0]), {"label_smoothing": s.smoothing}), 0, 0
    ),
    "multiclass_hinge_loss": _score(
        lambda x, s: (([[x, 0.0, -1.0]], [0]), {"margin": s.margin}), 0, 0
    ),
    "multi_margin_loss": _score(
        lambda x, s: (([[x, 0.0, -1.0]], [0]), {"p": int(s.power), "margin": s.margin}), 0, 0
    ),
    "multilabel_margin_loss": _score(
        lambda x, s: (([[x, 1.0, 0.0, -1.0]], [[0, 1, -1, -1]]), {}), 0, 0
    ),
    "multilabel_soft_margin_loss": _score(
        lambda x, s: (([[x, 0.0, -1.0]], [[s.bit, 1, 0]]), {}), 0, 0
    ),
    "ctc_loss": _score(_ctc),
    "hinge_embedding_loss": Specimen(
        "distance", "distance", (0, 4), 0.5,
        lambda x, s: (([x], [s.sign]), {"margin": s.margin}),
    ),
    "margin_ranking_loss": Specimen(
        "ranking", "first score", (-4, 4), -1.0,
        lambda x, s: (([x], [s.target], [s.sign]), {"margin": s.margin}),
    ),
    "cosine_embedding_loss": Specimen(
        "cosine", "coordinate", (-4, 4), -1.0,
        lambda x, s: (([[x, 1.0]], [[1.0, 0.0]], [s.sign]), {"margin": s.margin}), (0, 0),
    ),
    "triplet_margin_loss": Specimen(
        "triplet", "anchor", (-4, 4), 0.8,
        lambda x, s: (([[x]], [[0.0]], [[2.0]]), {"margin": s.margin}), (0, 0),
    ),
}  # fmt: skip


class LossZooExplorer(Explorable):
    """Every loss of the library as a curve of one number x, with its gradient.

    What x is depends on the loss: a prediction, a score, a probability. Other inputs and options
    are traits of their own; each loss uses those that it has.

    Parameters
    ----------
    loss : the name of the loss in ``lib.losses``.
    compare : another loss of the same kind of input, or ``"none"``.
    x : the input. One that the loss cannot take is replaced by the loss's starting point.
    target, label, count, share : what is true: a number, a class, a count, a probability.
    margin, beta, delta, variance, smoothing, power, log_input : the options of the losses.

    Examples
    --------
    >>> zoo = LossZooExplorer(loss="huber_loss", x=2.0, target=0.0, delta=1.0)
    >>> print(zoo.value, zoo.gradient)
    1.5 1.0
    """

    name = "loss_zoo"
    title = "A catalogue of losses"
    chapter = "catalogue"
    prompt = "Pick a loss and drag the point: the lower plot shows how hard the loss pulls there."
    challenge = "Find a loss above 1 whose gradient is exactly 0: wrong, and nothing to learn from."
    quantities = {"value": Quantity("Loss"), "gradient": Quantity("Gradient")}

    loss = Choice("huber_loss", {key: key for key in SPECIMENS}, label="Loss")
    compare = Choice(
        "mse_loss",
        {"none": "nothing"} | {key: key for key in SPECIMENS},
        label="Compare with (dashed)",
    )
    x = Number(2.0, -6.0, 6.0, step=0.05, label="Input x")
    target = Number(0.0, -3.0, 3.0, step=0.1, label="target")
    label = Choice("positive", {"positive": "1", "negative": "0 or −1"}, label="Label")
    count = Integer(2, 0, 6, label="count")
    share = Number(0.7, 0.0, 1.0, step=0.01, label="true p")
    margin = Number(1.0, 0.1, 3.0, step=0.1, label="margin")
    beta = Number(1.0, 0.1, 3.0, step=0.1, label="beta")
    delta = Number(1.0, 0.1, 3.0, step=0.1, label="delta")
    variance = Number(1.0, 0.1, 4.0, step=0.1, label="variance")
    smoothing = Number(0.0, 0.0, 0.5, step=0.05, label="smoothing")
    power = Choice("1", {"1": "1", "2": "2"}, label="Power p")
    log_input = Flag(True, label="x is the logarithm of the mean (log_input)")

    @traitlets.observe("loss", "compare", "x", "margin", "log_input")
    def _fit(self, _: Any) -> None:
        """Keep the traits within what the chosen loss can take."""
        low, high = self.domain
        if not low <= self.x <= high:
            self.x = SPECIMENS[self.loss].start
        if self.loss == "cosine_embedding_loss" and self.margin > COSINE_MARGIN:
            self.margin = 0.5
        related = self.compare != "none" and (
            SPECIMENS[self.compare].family == SPECIMENS[self.loss].family
        )
        if not related or self.compare == self.loss:
            self.compare = "none"

    @property
    def domain(self) -> tuple[float, float]:
        """The inputs x that are drawn for the chosen loss."""
        if self.loss == "poisson_nll_loss" and not self.log_input:
            return (0, 6)
        return SPECIMENS[self.loss].domain

    @property
    def bit(self) -> int:
        """The label as 1 or 0."""
        return int(self.label == "positive")

    @property
    def sign(self) -> int:
        """The label as 1 or −1."""
        return 2 * self.bit - 1

    @property
    def value(self) -> float:
        """The loss at x."""
        return self.loss_at(self.x)

    @property
    def gradient(self) -> float:
        """The derivative of the loss with respect to x."""
        return self.gradient_at(self.x)

    def loss_at(self, x: float, name: str | None = None) -> float:
        """Return the chosen loss, or the one called `name`, at another input."""
        name = name or self.loss
        args, options = SPECIMENS[name].call(x, self)
        return float(getattr(losses, name)(*args, **options))

    def gradient_at(self, x: float, name: str | None = None) -> float:
        """Return the derivative at another input."""
        name = name or self.loss
        args, options = SPECIMENS[name].call(x, self)
        if name == "ctc_loss":
            return _ctc_gradient(*args)
        gradient = getattr(losses, f"{name}_grad")(*args, **options)
        if isinstance(gradient, tuple):
            gradient = gradient[0]
        return float(gradient[SPECIMENS[name].index])

    def curves(self, names: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """Return (name, loss, gradient, domain) of these losses or all, as functions of x here."""
        return [
            (
                name,
                partial(self.loss_at, name=name),
                partial(self.gradient_at, name=name),
                SPECIMENS[name].domain,
            )
            for name in (SPECIMENS if names is None else names)
        ]

    def describe(self) -> str:
        symbol = SPECIMENS[self.loss].symbol
        return f"{super().describe()} The loss is {self.loss}, of the {symbol} {self.x:g}."

    def figure(self) -> Any:
        figure, axes = new_figure(2, height=2.8)
        specimen = SPECIMENS[self.loss]
        names = [name for name in (self.loss, self.compare) if name != "none"]
        curves = [curve[:3] for curve in self.curves(names)]
        draw_loss_and_gradient(axes, curves, domain=self.domain, x=self.x, label=specimen.symbol)
        return figure


def _log_complement(log_p: float) -> float:
    """Return log(1 − p) for log p."""
    return float(np.log1p(-np.exp(log_p))) if log_p < 0 else -np.inf


def _ctc_gradient(log_probs: Any, targets: Any, frames: Any, lengths: Any) -> float:
    """Return the derivative of the CTC loss with respect to a score that all frames share.

    At one frame it is the label's softmax less its share of the paths that spell the target, and
    that share is the ratio of two likelihoods: with the frame forced to be the label, and without.
    """
    (n,) = frames
    forced = np.repeat(log_probs, n, axis=1)
    forced[np.arange(n), np.arange(n), 0] = -np.inf
    loss = losses.ctc_loss(log_probs, targets, frames, lengths)
    with_label = losses.ctc_loss(forced, targets * n, frames * n, lengths * n, reduction="none")
    return float(np.sum(np.exp(log_probs[:, 0, 1]) - np.exp(loss - with_label)))
