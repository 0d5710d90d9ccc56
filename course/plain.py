"""Read what a runner says: JSON up to a fixed size, values of a few exact types, nothing else.

A student's code may stand behind every byte. Whatever it sends becomes a value or `Malformed`.
"""

import base64
import json
import math
import sys
from fractions import Fraction

import numpy as np

MAX_LINE = 16 * 2**20
MAX_DEPTH = 60
NUMBERS = frozenset(
    np.dtype(name).str
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "longdouble"),
        *("complex64", "complex128", "clongdouble"),
    )
)


class Malformed(Exception):
    """Not what a runner says."""


class Opaque:
    """Stands for a value of a type that cannot be sent: it equals nothing and computes nothing."""

    def __init__(self, kind):
        self.kind = kind

    def __repr__(self):
        return f"<a value of type {self.kind}>"


# Python's own messages about such a value say this: unsupported operand type(s) for -: …
Opaque.__name__ = "a type of your own"


def read(line):
    """Return the dictionary in one line of JSON, or raise `Malformed`."""
    if len(line) > MAX_LINE:
        raise Malformed("the answer is too long")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the answer is not JSON: {str(error)[:80]}") from None
    if type(message) is not dict:
        raise Malformed("the answer is no JSON object")
    return message


def no_function(kind, number):
    """Refuse a function; where one may come, a `refer` of another kind says what it becomes."""
    raise Malformed("a function where there is none to call")


def decode(form, refer=no_function):
    """Return the value that a JSON form stands for, or raise `Malformed`.

    It is None, a bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, range,
    Fraction, NumPy number, NumPy array of numbers or text, `Opaque`, or what ``refer`` returns for
    ``"f"`` (a function of the student's), ``"n"`` (what their iterator yields next) or ``"k"`` (a
    function of the tests') and its number.

    >>> decode(["l", 1, ["t", 2.5, "x"]])
    [1, (2.5, 'x')]
    >>> decode(["a", "<f8", [2], "AAAAAAAAAEAAAAAAAADwPw=="])
    array([2., 1.])
    """
    try:
        return _decode(form, refer, 0)
    except (ValueError, TypeError, OverflowError, RecursionError, ZeroDivisionError) as error:
        raise Malformed(f"{type(error).__name__}: {str(error)[:80]}") from None


def _decode(form, refer, depth):
    if form is None or type(form) in (bool, int, float, str):
        return form
    if depth > MAX_DEPTH or type(form) is not list or not form or type(form[0]) is not str:
        raise Malformed("a value of no known form")
    tag, *parts = form
    if tag in CONTAINERS:
        return CONTAINERS[tag]([_decode(part, refer, depth + 1) for part in parts])
    if tag == "d":
        pairs = [[_decode(part, refer, depth + 1) for part in pair] for pair in parts]
        return {key: value for key, value in pairs}
    if tag not in ATOMS:
        raise Malformed("a value of an unknown kind")
    types, make = ATOMS[tag]
    if len(parts) != len(types) or not all(map(isinstance, parts, types)):
        raise Malformed("a value of the wrong form")
    if tag in "fnk":
        return refer(tag, *parts)
    return make(*parts)


def _integer(text):
    if len(text) > MAX_LINE // 4:
        raise ValueError("too long")
    return int(text, 16)


def _fraction(numerator, denominator):
    parts = [_decode(part, no_function, 0) for part in (numerator, denominator)]
    if not all(type(part) is int for part in parts):
        raise TypeError("no fraction")
    return Fraction(*parts)


def _array(kind, shape, data):
    if kind not in NUMBERS and not (kind[:2] == np.dtype(str).str[:2] and kind[2:].isdecimal()):
        raise TypeError("no plain type")
    data = base64.b64decode(data, validate=True)
    kind = np.dtype(kind)
    sizes = [1] if shape is None else shape
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise TypeError("no shape")
    if math.prod(sizes) * kind.itemsize != len(data):
        raise ValueError("the shape does not fit the data")
    if kind.kind == "b":  # a byte of 2 would be a third truth value
        data = (np.frombuffer(data, "u1") != 0).tobytes()
    flat = np.frombuffer(data, kind).copy() if len(data) else np.zeros(0, kind)
    if kind.kind == "U" and np.frombuffer(data, "u4").max(initial=0) > sys.maxunicode:
        raise ValueError("no character")
    return flat[0] if shape is None else flat.reshape(sizes)


CONTAINERS = {"l": list, "t": tuple, "s": set, "z": frozenset}
_ANY = object
ATOMS = {
    "i": ((str,), _integer),
    "c": ((float, float), complex),
    "b": ((str,), lambda text: base64.b64decode(text, validate=True)),
    "r": ((int, int, int), range),
    "q": ((_ANY, _ANY), _fraction),
    "a": ((str, (list, type(None)), str), _array),
    "o": ((str,), lambda kind: Opaque(kind[:80])),
    "f": ((int,), None),
    "n": ((int,), None),
    "k": ((int,), None),
}


def update(old, new):
    """Bring back into a list, dictionary, set or array what a function has made of its copy.

    Returns what belongs in the place of ``old``: itself, changed as far as it can be, or ``new``.
    """
    if isinstance(new, Opaque):
        return old
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if (old.shape, old.dtype) != (new.shape, new.dtype):
            return new
        old[...] = new
    elif type(old) is not type(new) or type(old) not in (list, tuple, dict, set):
        return new
    elif isinstance(old, dict):
        merged = {key: update(old.get(key), value) for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old &= new
        old |= new
    else:
        same = len(old) == len(new)
        merged = [update(*pair) for pair in zip(old, new, strict=True)] if same else list(new)
        if isinstance(old, list):
            old[:] = merged
        elif not same or any(a is not b for a, b in zip(old, merged, strict=True)):
            return tuple(merged)
    return old
