"""Docstrings that leave out what another one says.

A gradient takes what its loss takes, and raises what it raises; a divergence has the axis and the
base of an entropy. Each is described once. `help()` and the API reference show the whole text.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "References", "Examples")
TITLE = re.compile(rf"^({'|'.join(SECTIONS)})\n-+\n", re.MULTILINE)
ENTRY = re.compile(r"^(\w+(?:, \w+)*) : ", re.MULTILINE)
REDUCTION = """\
reduction : {"mean", "sum", "none"}
    Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
    gives each sample's own gradient, the same numbers as ``"sum"``."""


def sections(doc: str) -> dict[str, str]:
    """Return a docstring's sections by their titles, and under ``""`` what comes before them."""
    opening, *rest = TITLE.split(inspect.cleandoc(doc))
    found = {title: text.strip() for title, text in zip(rest[::2], rest[1::2], strict=True)}
    return {"": opening.strip(), **found}


def entries(parameters: str) -> dict[str, str]:
    """Return the description of each parameter, by its name or names."""
    starts = [match.start() for match in ENTRY.finditer(parameters)]
    ends = [*starts[1:], len(parameters)]
    texts = [parameters[a:b].strip() for a, b in zip(starts, ends, strict=False)]
    return {text.partition(" : ")[0]: text for text in texts}


def documented_as(other: Callable[..., Any], *more: str, **given: str) -> Callable[[F], F]:
    """Return a decorator that adds what a docstring leaves out and that of `other` has.

    These are parameters of the same name, and the sections Returns, Raises and References; `given`
    are sections that come before those of `other`, `more` parameters.
    """

    def decorate(function: F) -> F:
        if not function.__doc__ or not other.__doc__:  # python -OO
            return function
        own, theirs = sections(function.__doc__), sections(other.__doc__)
        parts = own.get("Parameters", ""), *more, theirs["Parameters"]
        known = [(names.split(", "), text) for p in parts for names, text in entries(p).items()]
        described: list[str] = []
        for name in inspect.signature(function).parameters:
            text = next((text for names, text in known if name in names), "")
            described += [text] if text not in described else []
        taken = {k: v for k, v in theirs.items() if k in ("Returns", "Raises", "References")}
        whole = {**taken, **given, **own, "Parameters": "\n".join(described)}
        titled = (f"{k}\n{'-' * len(k)}\n{whole[k]}" for k in SECTIONS if k in whole)
        function.__doc__ = "\n\n".join([own[""], *titled]) + "\n"
        return function

    return decorate


def gradient_of(loss: Callable[..., Any]) -> Callable[[F], F]:
    """Return a decorator that adds what a gradient's docstring leaves out and its loss's has.

    >>> from lib.losses import huber_loss_grad
    >>> print(sections(huber_loss_grad.__doc__)["Returns"])
    ndarray
        Derivative with respect to `predictions`, of the same shape.
    """
    first = next(iter(inspect.signature(loss).parameters))
    returned = f"ndarray\n    Derivative with respect to `{first}`, of the same shape."
    return documented_as(loss, REDUCTION, Returns=returned)
