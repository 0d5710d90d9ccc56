"""What is known of a loss besides its function: one record each, from which every list is made.

A record stands below its functions. `lib.losses`, the API reference, the catalogue's table, the
explorable of losses, on the page too, and the tests take their losses from `RECORDS`.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin, get_type_hints

#: The headings under which the losses stand, in their order.
GROUPS = ("Regression", "Classification", "Margins", "Similarity", "Sequences")
REDUCTIONS = ("mean", "sum", "none")
#: Of the functions that go with a loss.
SUFFIXES = ("_value_and_grad", "_grad")


@dataclass(frozen=True)
class Family:
    """Losses of the same kind of input x, which can be compared: what x is and what is drawn."""

    symbol: str
    """Of x, in a formula: TeX."""
    name: str
    """Of x, in a sentence."""
    words: str
    """Of x, at an axis."""
    domain: tuple[str, str]
    """Expressions of the least and the largest x."""
    start: float
    """The x to open on."""
    loss: tuple[float, float]
    """What of the loss is drawn."""
    gradient: tuple[float, float]
    step: float = 0.05


FAMILIES = {
    "number": Family(
        "x", "prediction", "prediction x", ("-4", "4"), 2.0, (-1, 6), (-5, 5)
    ),
    "count": Family(
        "x", "prediction", "prediction x",
        ("-3 if log_input else 0", "3 if log_input else 6"), 1.0, (-5, 15), (-7, 12),
    ),
    "probability": Family(
        "p", "probability", "probability p", ("0", "1"), 0.3, (0, 5), (-8, 8), 0.01
    ),
    "log": Family(
        "log q", "log-probability", "log-probability log q",
        ("-5", "0"), -1.5, (-0.5, 5), (-1.5, 0.5),
    ),
    "score": Family("z", "score", "score z", ("-6", "6"), -1.0, (0, 6), (-2.4, 1.2)),
    "distance": Family("x", "distance", "distance x", ("0", "4"), 0.5, (0, 4), (-1.5, 1.5)),
    "ranking": Family(
        "x₁", "first score", "first score x₁", ("-4", "4"), -1.0, (0, 7), (-1.5, 1.5)
    ),
    "cosine": Family(
        "x", "coordinate", "coordinate x of (x, 1)", ("-4", "4"), -1.0, (0, 2.2), (-1.2, 1.2)
    ),
    "triplet": Family(
        "a", "anchor", "anchor a; positive 0, negative 2", ("-4", "4"), 0.8, (0, 6), (-0.5, 2.5)
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Specimen:
    """A loss as a curve: a function of one number x.

    `call`, `value` and `slope` are expressions of Python, in which stand x, the other inputs and
    options (`LossZooExplorer` has a trait for each of them), what `where` names, `bit` and `sign`
    for the label as 1 or 0 and as 1 or −1, and the functions of `lib._expressions`. `value` is also
    the formula in which the page puts the numbers.
    """

    family: str
    call: str
    """The arguments of the function, with x in the first of them."""
    value: str
    slope: str
    index: tuple[int, ...] = (0,)
    """Where x stands in the first argument."""
    where: dict[str, str] = field(default_factory=dict)
    """Names for parts of the expressions."""
    largest: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Of an option that the curve bounds: its largest value, and what replaces a larger one."""
    script: str = ""
    """What computes value and gradient, with ``{x}`` for x, where there is no gradient function."""

    @property
    def kind(self) -> Family:
        return FAMILIES[self.family]


@dataclass(frozen=True)
class Peer:
    """What another library calls the same loss."""

    name: str
    differs: str = ""
    """In what, in a few words, where it is not the same."""


@dataclass(frozen=True)
class Record:
    """A loss: what it takes and is, where it comes from, and what the tests need to know.

    Attributes
    ----------
    function : the loss; ``<name>_grad`` and ``<name>_value_and_grad`` go with it if they are there.
    group : one of `GROUPS`.
    title : its name in words.
    formula, slope : TeX of the loss of one sample, and of its derivative.
    takes, target : what predictions and targets are, in words.
    source : keys of `chapters/references.bib`, where it comes from.
    sample : the kind of arguments that tests make for it.
    options : values of its options that tests try, the default first. Weights of classes or
        questions and labels to ignore have None here; tests make them to measure.
    reductions : which it knows, the default first.
    specimen : how `LossZooExplorer` draws it; None if it does not.
    peers : what other libraries call it, by the library's name in `lib.peers`.
    """

    function: Callable[..., Any]
    group: str
    title: str
    formula: str
    slope: str
    takes: str
    target: str
    sample: str
    source: tuple[str, ...] = ()
    options: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    reductions: tuple[str, ...] = REDUCTIONS
    specimen: Specimen | None = None
    peers: dict[str, tuple[Peer, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The loss, its gradient, and what computes both at once, as far as they are there."""
        found = vars(sys.modules["lib.losses"])
        names = (f"{self.name}{suffix}" for suffix in ("", *SUFFIXES))
        return {name: found[name] for name in names if name in found}

    @property
    def gradient(self) -> Callable[..., Any] | None:
        return self.functions.get(f"{self.name}_grad")

    @property
    def inputs(self) -> int:
        """The number of arguments to differentiate by."""
        kind = get_type_hints(self.gradient)["return"] if self.gradient else None
        return len(get_args(kind)) if get_origin(kind) is tuple else 1


#: Every loss, by its name.
RECORDS: dict[str, Record] = {}


def record(
    function: Callable[..., Any], *, peers: dict[str, Any] | None = None, **known: Any
) -> None:
    """Enter a loss in `RECORDS`; a peer is a name, a `Peer`, or a tuple of these."""
    if function.__name__ in RECORDS:
        raise ValueError(f"{function.__name__} has a record already")
    if known["group"] not in GROUPS:
        raise ValueError(f"group must be one of {GROUPS}, got {known['group']!r}")

    def listed(names: Any) -> tuple[Peer, ...]:
        several = names if isinstance(names, tuple) else (names,)
        return tuple(n if isinstance(n, Peer) else Peer(n) for n in several)

    others = {library: listed(names) for library, names in (peers or {}).items()}
    RECORDS[function.__name__] = Record(function, peers=others, **known)
    module = vars(sys.modules[function.__module__])
    module["__all__"] = [
        name
        for name, member in module.items()
        if loss_of(name) in RECORDS and member.__module__ == function.__module__
    ]


def in_order() -> list[Record]:
    """Return the records, those of a group together."""
    return sorted(RECORDS.values(), key=lambda record: GROUPS.index(record.group))


def loss_of(name: str) -> str:
    """Return the loss to which a function belongs, by its name."""
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name
