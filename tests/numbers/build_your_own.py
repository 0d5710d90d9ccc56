"""The numbers of the appendix on building an explorable."""

from lib.explorables import CrossEntropyExplorer
from lib.losses import binary_cross_entropy


def loss(q: float) -> float:
    return CrossEntropyExplorer(p=[1, 0, 0], q=[q, (1 - q) / 2, (1 - q) / 2]).cross_entropy


LOSSES = "The losses are 0.9163, 0.5108, 0.2231, 0.1054 and 0:"
NUMBERS = [
    (LOSSES, loss(0.4), "0.9163"),
    (LOSSES, loss(0.6), "0.5108"),
    (LOSSES, loss(0.8), "0.2231"),
    (LOSSES, loss(0.9), "0.1054"),
    (LOSSES, loss(1.0), "0"),
    ("where both are $\\ln 2$, 0.6931 nats", binary_cross_entropy(0.5, 1), "0.6931"),
]
