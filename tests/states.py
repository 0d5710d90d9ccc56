"""Random, extreme and degenerate states of any explorable, made from its traits."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lib.explorables import Explorable, StateError
from lib.explorables._traits import Choice, Distribution, Flag, Integer, Number, Text, Vector


def _number(rng: np.random.Generator, low: float, high: float) -> float:
    kind = rng.integers(6)
    if kind == 0:
        return float(rng.choice([low, high]))
    if kind == 1 and low <= 0 <= high:
        return float(rng.choice([0.0, 1e-12, -1e-12, 1e-300]).clip(low, high))
    if kind == 2:
        return float(np.round(rng.uniform(low, high), 2).clip(low, high))
    return float(rng.uniform(low, high))


def _distribution(rng: np.random.Generator, n: int) -> list[float]:
    kind = rng.integers(6)
    if kind == 0:
        return [float(x) for x in np.eye(n)[rng.integers(n)]]
    if kind == 1:
        return [1 / n] * n
    weights = rng.dirichlet(np.full(n, 10.0 ** rng.uniform(-2, 1)))
    if kind == 2:
        weights[rng.integers(n)] = 0.0
    if kind == 3:
        weights = np.round(weights, 2)
    if weights.sum() == 0:
        weights[0] = 1.0
    weights = weights / math.fsum(weights)
    return [float(x) for x in weights]


#: What texts are made of: words, signs of every kind, and what no alphabet may have.
PIECES = [
    "The ",
    "train ",
    "is late",
    ".",
    "\n",
    " ",
    "0",
    "é",
    "“so”",
    "–",
    "世",
    "\U0001f600",
    "\t",
    "$x$",
]


def _text(rng: np.random.Generator, longest: int) -> str:
    length = int(rng.choice([0, 1, 5, 15]))
    return "".join(rng.choice(PIECES, size=length))[:longest]


def random_value(trait: Any, rng: np.random.Generator) -> Any:
    """Return a valid value of a trait; about a third of them sit at an edge."""
    match trait:
        case Distribution():
            return _distribution(rng, int(rng.integers(trait.min_length, trait.max_length + 1)))
        case Vector():
            n = int(rng.integers(trait.min_length, trait.max_length + 1))
            if trait.integer:
                return [int(x) for x in rng.integers(trait.minimum, trait.maximum + 1, size=n)]
            return [_number(rng, trait.minimum, trait.maximum) for _ in range(n)]
        case Integer():
            return int(rng.integers(trait.minimum, trait.maximum + 1))
        case Number():
            return _number(rng, trait.minimum, trait.maximum)
        case Choice():
            return str(rng.choice(list(trait.options)))
        case Flag():
            return bool(rng.integers(2))
        case Text():
            return _text(rng, trait.max_length)
    raise TypeError(f"no generator for {type(trait).__name__}")


def in_views(cls: type[Explorable]) -> Iterator[Explorable]:
    """Yield the explorable's initial state in each of its views."""
    view = cls.class_traits(state=True).get("view")
    for state in [{"view": v} for v in view.options] if view else [{}]:
        yield cls(**state)


def random_explorables(cls: type[Explorable], n: int, seed: int = 0) -> Iterator[Explorable]:
    """Yield the explorable's initial state and ``n`` random ones.

    A state that the class itself refuses (traits that do not fit each other) is drawn again.
    """
    rng = np.random.default_rng([seed, *cls.name.encode()])
    yield cls()
    made = 0
    refused = 0
    traits = cls.class_traits(state=True)
    while made < n:
        state = {k: random_value(t, rng) for k, t in traits.items()}
        try:
            explorable = cls(**state)
        except StateError:
            refused += 1
            assert refused < 50 * (n + 1), f"{cls.__name__} refuses nearly every state"
            continue
        made += 1
        yield explorable
        explorable.close()


def moved(cls: type[Explorable], n: int, seed: int = 0) -> Iterator[Explorable]:
    """Yield one explorable, first as it is made, then brought into ``n`` random states in turn.

    That is how a reader comes to them, and a tenth of the work of making each anew.
    """
    rng = np.random.default_rng([seed, *cls.name.encode()])
    explorable, traits = cls(), cls.class_traits(state=True)
    yield explorable
    for _ in range(n):
        with explorable.hold_trait_notifications():
            for key, trait in traits.items():
                setattr(explorable, key, random_value(trait, rng))
        yield explorable
    explorable.close()
