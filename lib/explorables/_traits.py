"""The typed state of an explorable: what a slider, a permalink and Python may set.

Each trait validates what it is given and says, in a message, what it wanted. Each also describes
itself as JSON (its *schema*), so that the page and the kernel refuse the same values.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as short
from typing import Any, NoReturn

import numpy as np
import traitlets

from lib._expressions import evaluate, tree
from lib._validation import SUM_TOLERANCE

#: Half of a surrogate pair.
LONE = re.compile("[\ud800-\udfff]")


class StateError(traitlets.TraitError, ValueError):
    """Raised when an explorable is given a state it cannot show."""


def _number(name: str | None, value: Any, lower: float, upper: float) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise StateError(f"{name} must be a number, got {short(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise StateError(f"{name} must be finite, got a number too large for a float") from None
    if not math.isfinite(number):
        raise StateError(f"{name} must be finite, got {number}")
    if not lower <= number <= upper:
        raise StateError(f"{name} must lie in [{lower:g}, {upper:g}], got {number:g}")
    return number


def _integer(name: str | None, value: Any, lower: float, upper: float) -> int:
    number = _number(name, value, lower, upper)
    if number != int(number):
        raise StateError(f"{name} must be a whole number, got {value!r}")
    return int(number)


class StateTrait(traitlets.TraitType[Any, Any]):
    """A trait that is synced with the view and described by a schema."""

    kind: str

    def __init__(self, default: Any, *, label: str, unit: str = "", **kwargs: Any) -> None:
        super().__init__(default, **kwargs)
        self.label = label
        self.unit = unit
        self.tag(sync=True, state=True)

    def schema(self) -> dict[str, Any]:
        """Describe the trait for the page: kind, label, unit and limits."""
        return {"kind": self.kind, "label": self.label, "unit": self.unit, **self.limits()}

    def limits(self) -> dict[str, Any]:
        return {}

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value as the state holds it, or raise StateError."""
        raise NotImplementedError

    def make_dynamic_default(self) -> Any:
        return self.validate(None, self.default_value)


class Number(StateTrait):
    """A finite real number in ``[minimum, maximum]``; ``step`` is the slider's."""

    kind = "number"

    def __init__(
        self, default: float, minimum: float, maximum: float, *, step: float, **kwargs: Any
    ) -> None:
        self.minimum, self.maximum, self.step = minimum, maximum, step
        super().__init__(default, **kwargs)

    def limits(self) -> dict[str, Any]:
        return {"min": self.minimum, "max": self.maximum, "step": self.step}

    def validate(self, obj: Any, value: Any) -> float:
        return _number(self.name, value, self.minimum, self.maximum)


class Integer(Number):
    """A whole number in ``[minimum, maximum]``."""

    kind = "integer"

    def __init__(self, default: int, minimum: int, maximum: int, **kwargs: Any) -> None:
        super().__init__(default, minimum, maximum, **{"step": 1, **kwargs})

    def validate(self, obj: Any, value: Any) -> int:
        return _integer(self.name, value, self.minimum, self.maximum)


class Values(list[float]):
    """The numbers of a `Vector`: a list that is set whole, so that what is in it was validated."""

    def _refuse(self, *_: Any) -> NoReturn:
        raise StateError(
            "a part of a state cannot be changed; set the whole: explorer.p = [0.2, 0.3, 0.5]"
        )

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = extend = insert = pop = remove = clear = sort = reverse = _refuse  # type: ignore[assignment] # a list allows it

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


class Vector(StateTrait):
    """A list of finite numbers, each in ``[minimum, maximum]``, one per entry of ``labels``.

    With ``max_length`` the list may hold between ``len(labels)`` and ``max_length`` numbers;
    with ``integer`` the numbers are whole.
    """

    kind = "vector"

    def __init__(
        self,
        default: Sequence[float],
        minimum: float,
        maximum: float,
        *,
        labels: Sequence[str],
        step: float,
        max_length: int | None = None,
        integer: bool = False,
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum, self.step = minimum, maximum, step
        self.labels = list(labels)
        self.min_length = len(self.labels)
        self.max_length = max_length or self.min_length
        self.integer = integer
        super().__init__(list(default), **kwargs)

    def limits(self) -> dict[str, Any]:
        return {
            "min": self.minimum,
            "max": self.maximum,
            "step": self.step,
            "labels": self.labels,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "integer": self.integer,
        }

    def validate(self, obj: Any, value: Any) -> list[float]:
        numbers = value.ndim == 1 if isinstance(value, np.ndarray) else isinstance(value, Sequence)
        if not numbers or isinstance(value, str | bytes | bytearray):
            raise StateError(f"{self.name} must be a list of numbers, got {short(value)}")
        if not self.min_length <= len(value) <= self.max_length:
            wanted = " to ".join(map(str, sorted({self.min_length, self.max_length})))
            raise StateError(f"{self.name} must hold {wanted} numbers, got {len(value)}")
        check = _integer if self.integer else _number
        return Values(
            check(f"{self.name}[{i}]", x, self.minimum, self.maximum) for i, x in enumerate(value)
        )


class Distribution(Vector):
    """A probability distribution: non-negative, summing to 1."""

    kind = "distribution"

    def __init__(
        self, default: Sequence[float], *, labels: Sequence[str], step: float = 0.01, **kwargs: Any
    ) -> None:
        super().__init__(default, 0.0, 1.0, labels=labels, step=step, **kwargs)

    def limits(self) -> dict[str, Any]:
        return {**super().limits(), "tolerance": SUM_TOLERANCE}

    def validate(self, obj: Any, value: Any) -> list[float]:
        shares = super().validate(obj, value)
        total = math.fsum(shares)
        if abs(total - 1.0) > SUM_TOLERANCE:
            raise StateError(f"{self.name} must sum to 1, got a sum of {total:.6g}")
        return shares


class Choice(StateTrait):
    """One of a few named options; ``options`` maps each value to the words shown for it."""

    kind = "choice"

    def __init__(self, default: str, options: dict[str, str], **kwargs: Any) -> None:
        self.options = dict(options)
        super().__init__(default, **kwargs)

    def limits(self) -> dict[str, Any]:
        return {"options": [{"value": v, "label": w} for v, w in self.options.items()]}

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise StateError(f"{self.name} must be one of {list(self.options)}, got {short(value)}")
        return value


class Flag(StateTrait):
    """True or false."""

    kind = "flag"

    def validate(self, obj: Any, value: Any) -> bool:
        if not isinstance(value, bool | np.bool_):
            raise StateError(f"{self.name} must be True or False, got {short(value)}")
        return bool(value)


class Text(StateTrait):
    """A text of at most `max_length` characters; a line ends with a line break and nothing else.

    What a reader has to know to write one, `help`, stands below the control. `examples` are texts
    to choose, each with its label and the place that is worth looking at.

    Halves of surrogate pairs, which no page and no file can hold, become U+FFFD.
    """

    kind = "text"

    def __init__(
        self,
        default: str,
        max_length: int,
        *,
        help: str = "",
        examples: Sequence[tuple[str, str, int]] = (),
        **kwargs: Any,
    ) -> None:
        self.max_length = max_length
        self.note = help
        self.examples = examples
        super().__init__(default, **kwargs)

    def limits(self) -> dict[str, Any]:
        keys = ("label", "text", "place")
        examples = [dict(zip(keys, one, strict=True)) for one in self.examples]
        return {"maxLength": self.max_length, "help": self.note, "examples": examples}

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str):
            raise StateError(f"{self.name} must be a string, got {short(value)}")
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self.max_length:
            raise StateError(
                f"{self.name} must have at most {self.max_length} characters, got {len(text)}"
            )
        return LONE.sub("\ufffd", text)


@dataclass(frozen=True)
class Rule:
    """What a trait has to fulfil under a choice, and what replaces it where it does not.

    ``cases`` has, by the value of the trait ``by``, two expressions over the state: the condition,
    and the value to take instead. The page applies the same rules, which `schema` tells it.
    """

    trait: str
    by: str
    cases: Mapping[str, tuple[str, str]]

    def mended(self, state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the trait with its new value, if the state breaks the rule."""
        condition, instead = self.cases.get(state[self.by], ("1", "0"))
        if not evaluate(condition, state):
            yield self.trait, evaluate(instead, state)

    def schema(self) -> dict[str, Any]:
        """Describe the rule for the page."""
        cases = {value: [tree(part) for part in case] for value, case in self.cases.items()}
        return {"trait": self.trait, "by": self.by, "cases": cases}
