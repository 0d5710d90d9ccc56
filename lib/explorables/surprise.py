"""Information content along the curve −log p."""

from typing import Any

from lib._units import BASES, UNITS
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Integer, Number
from lib.figures import draw_heads, draw_self_information, new_figure
from lib.information import self_information


class SurpriseExplorer(Explorable):
    """An event of probability p, how surprising it is, and what a run of such events adds up to.

    Parameters
    ----------
    p : the probability of the event.
    times : how often it happens in a row, each time independently.
    unit : ``"nats"``, ``"bits"`` or ``"bans"``.

    Examples
    --------
    >>> explorer = SurpriseExplorer(p=0.125, unit="bits")
    >>> print(explorer.self_information)
    3.0
    """

    name = "surprise"
    title = "Information content"
    prompt = "Drag p along the curve: the rarer the event, the more heads in a row it is worth."
    challenge = (
        "Make a run of nearly certain events, p 0.9 or more, "
        "that is more surprising than three heads in a row."
    )
    solutions = [{"p": 0.9, "times": 20}]

    p = Number(0.2, 0, 1, step=0.005, label="Probability p")
    times = Integer(1, 1, 32, label="Times in a row")
    unit = Choice("nats", UNITS, label="Unit")

    @Quantity("I(x), one event", "{unit}")
    def self_information(self) -> float:
        """I(x) = −log p in the chosen unit."""
        return float(self_information(self.p, base=BASES[self.unit]))

    @Quantity("I, the whole run", "{unit}")
    def total_information(self) -> float:
        """The information of the run, which is that of one event times how often it happens."""
        return float(self.times * self_information(self.p, base=BASES[self.unit]))

    @Quantity("as heads in a row", "heads", decimals=2)
    def heads(self) -> float:
        """How many heads in a row are as surprising as the run, its information in bits."""
        return float(self.times * self_information(self.p, base=2))

    @Quantity("P, the whole run", decimals=6, tone="p", scientific=True)
    def run_probability(self) -> float:
        """The probability that all of the independent events happen."""
        return self.p**self.times

    def describe(self) -> str:
        run = "once" if self.times == 1 else f"{self.times} times in a row"
        if self.p == 0:
            return "An impossible event: its information content −log p is infinite."
        return (
            f"The curve −log p, and on it an event of probability {self.p:.4g}. Happening {run}, "
            f"it carries {self.total_information:.3f} {self.unit}, "
            f"as much as {self.heads:.2f} heads in a row."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=2.8, width_ratios=[1.2, 1])
        draw_self_information(left, unit=self.unit, points=[(self.p, "p")])
        draw_heads(right, self.p, times=self.times)
        return figure
