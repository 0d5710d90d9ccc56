"""The curve and the gradient of every loss that has a specimen in its record."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lib import losses
from lib._expressions import arguments, evaluate
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Flag, Integer, Number, Rule
from lib.figures import draw_loss_and_gradient, new_figure
from lib.losses.records import FAMILIES, RECORDS, Specimen

#: The losses on show, those of one family together.
SPECIMENS: dict[str, Specimen] = {
    name: record.specimen
    for family in FAMILIES
    for name, record in RECORDS.items()
    if record.specimen and record.specimen.family == family
}


def _names(state: dict[str, Any]) -> dict[str, Any]:
    """Return what an expression of a specimen may name, without what `where` adds."""
    bit = int(state["label"] == "positive")
    return {**state, "bit": bit, "sign": 2 * bit - 1, "power": int(state["power"])}


def _within(name: str) -> tuple[str, str]:
    """Return whether x lies where the loss is drawn, and the x to take instead."""
    family = SPECIMENS[name].kind
    low, high = family.domain
    return f"({low}) <= x and x <= ({high})", str(family.start)


def _bounded(name: str, trait: str) -> tuple[str, str]:
    largest, instead = SPECIMENS[name].largest[trait]
    return f"{trait} <= {largest}", str(instead)


def _related(name: str) -> tuple[str, str]:
    """Return whether the loss to compare with is another of the same family, or none."""
    family = SPECIMENS[name].family
    others = [n for n, one in SPECIMENS.items() if one.family == family and n != name]
    return f"compare in {['none', *others]}", "'none'"


def _rules() -> list[Rule]:
    """Return what keeps the traits within what the chosen loss can take."""
    bounded = {trait for one in SPECIMENS.values() for trait in one.largest}
    return [
        Rule("x", "loss", {name: _within(name) for name in SPECIMENS}),
        Rule("compare", "loss", {name: _related(name) for name in SPECIMENS}),
        *(
            Rule(
                trait,
                "loss",
                {n: _bounded(n, trait) for n, one in SPECIMENS.items() if trait in one.largest},
            )
            for trait in sorted(bounded)
        ),
    ]


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
    prompt = "Pick a loss and drag the point: the lower plot shows how hard the loss pulls there."
    challenge = "Find a loss above 1 whose gradient is exactly 0: wrong, and nothing to learn from."
    solutions = [{"loss": "triplet_margin_loss", "compare": "none", "x": 3.0, "margin": 1.0}]

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

    rules = _rules()

    @property
    def domain(self) -> tuple[float, float]:
        """The inputs x that are drawn for the chosen loss."""
        low, high = (evaluate(end, self.state) for end in SPECIMENS[self.loss].kind.domain)
        return low, high

    @Quantity("Loss")
    def value(self) -> float:
        """The loss at x."""
        return self.loss_at(self.x)

    @Quantity("Gradient")
    def gradient(self) -> float:
        """The derivative of the loss with respect to x."""
        return self.gradient_at(self.x)

    def loss_at(self, x: float, name: str | None = None) -> float:
        """Return the chosen loss, or the one called `name`, at another input."""
        name = name or self.loss
        args, options = self._call(x, name)
        return float(getattr(losses, name)(*args, **options))

    def gradient_at(self, x: float, name: str | None = None) -> float:
        """Return the derivative at another input."""
        name = name or self.loss
        function = getattr(losses, f"{name}_grad", None)
        if function is None:
            return float(evaluate(SPECIMENS[name].slope, self._named(x, name)))
        args, options = self._call(x, name)
        gradient = function(*args, **options)
        if isinstance(gradient, tuple):
            gradient = gradient[0]
        return float(gradient[SPECIMENS[name].index])

    def _call(self, x: float, name: str) -> tuple[list[Any], dict[str, Any]]:
        return arguments(SPECIMENS[name].call, self._named(x, name))

    def _named(self, x: float, name: str) -> dict[str, Any]:
        """Return what the specimen's expressions name, at an input x."""
        names = _names({**self.state, "x": x})
        for key, part in reversed(SPECIMENS[name].where.items()):
            names[key] = evaluate(part, names)
        return names

    def curves(self, names: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """Return (name, loss, gradient, domain) of these losses or all, as functions of x here."""
        return [
            (
                name,
                partial(self.loss_at, name=name),
                partial(self.gradient_at, name=name),
                tuple(evaluate(end, self.state) for end in SPECIMENS[name].kind.domain),
            )
            for name in (SPECIMENS if names is None else names)
        ]

    def describe(self) -> str:
        word = SPECIMENS[self.loss].kind.name
        return f"{super().describe()} The loss is {self.loss}, of the {word} {self.x:g}."

    def figure(self) -> Any:
        figure, axes = new_figure(2, height=2.8)
        word = SPECIMENS[self.loss].kind.name
        names = [name for name in (self.loss, self.compare) if name != "none"]
        curves = [curve[:3] for curve in self.curves(names)]
        draw_loss_and_gradient(axes, curves, domain=self.domain, x=self.x, label=word)
        return figure
