"""What a copy of the student's Python says when it is asked: values, in JSON of exact types.

Part of the runner (see `course.runner`), and like it without imports from the project.
"""

import base64
import builtins
import io
import json
import os
import pickle
import signal
import sys
from collections import deque

MAX_VALUE = 8 * 2**20
MAX_DEPTH = 50
VIEWS = (deque, type({}.keys()), type({}.values()), type({}.items()))


class TooLarge(Exception):
    """A value that is not worth sending."""


class Encoder:
    """Say a value in JSON of a few exact types; what it cannot say becomes an ``["o", type]``.

    ``keep`` takes a function and returns the number under which it can be called from outside.
    """

    def __init__(self, keep):
        self.keep, self.room = keep, MAX_VALUE

    def encode(self, value):
        """Return the JSON form of any value whatever."""
        room = self.room
        try:
            return self._encode(value, 0)
        except KeyboardInterrupt:
            raise
        except BaseException:
            self.room = room
            return ["o", type(value).__name__[:80]]

    def _spend(self, amount):
        self.room -= amount
        if self.room < 0:
            raise TooLarge

    def _encode(self, value, depth):
        self._spend(8)
        if depth > MAX_DEPTH:
            raise TooLarge
        if value is None or isinstance(value, bool):
            return value
        numpy = sys.modules.get("numpy")
        if numpy and isinstance(value, numpy.ndarray | numpy.generic):
            return self._array(numpy, value)
        if isinstance(value, str):
            self._spend(len(value))
            return value
        if isinstance(value, int):
            self._spend(int.bit_length(value) // 4)
            return value if int.bit_length(value) < 1000 else ["i", hex(value)]
        if isinstance(value, float):
            return value
        if isinstance(value, complex):
            return ["c", value.real, value.imag]
        if isinstance(value, bytes | bytearray):
            self._spend(len(value))
            return ["b", base64.b64encode(value).decode()]
        if isinstance(value, range):
            return ["r", value.start, value.stop, value.step]
        if isinstance(value, dict):
            pairs = dict.items(value)
            return ["d", *([self._encode(part, depth + 1) for part in pair] for pair in pairs)]
        kinds = {"l": (list, *VIEWS), "t": tuple, "s": set, "z": frozenset}
        for tag, kind in kinds.items():
            if isinstance(value, kind):
                return [tag, *(self._encode(item, depth + 1) for item in value)]
        if isinstance(value, Callback):
            return ["k", value.number]
        fractions = sys.modules.get("fractions")
        if fractions and isinstance(value, fractions.Fraction):
            return ["q", *(self._encode(n, depth) for n in (value.numerator, value.denominator))]
        if numpy and hasattr(type(value), "__array__"):
            return self._array(numpy, numpy.asarray(value))
        if hasattr(type(value), "__next__"):
            return ["n", self.keep(value.__next__)]
        if callable(value):
            return ["f", self.keep(value)]
        raise TypeError

    def _array(self, numpy, value):
        self._spend(value.nbytes)
        whole = numpy.asarray(value).view(numpy.ndarray)
        if whole.dtype.kind not in "biufcU":
            raise TypeError
        whole = whole.astype(whole.dtype.newbyteorder("="))
        shape = list(value.shape) if isinstance(value, numpy.ndarray) else None
        return ["a", whole.dtype.str, shape, base64.b64encode(whole.tobytes()).decode()]


class Callback:
    """A function of the tests'; calling it asks the judge."""

    __name__ = "function"

    def __init__(self, number, copy):
        self.number, self.copy = number, copy

    def __call__(self, *args, **kwargs):
        encode = Encoder(self.copy.keep).encode
        named = {name: encode(value) for name, value in kwargs.items()}
        self.copy.link.send({"call": self.number, "args": [*map(encode, args)], "kwargs": named})
        while "op" in (answer := self.copy.link.receive()):
            self.copy.answer(answer)
        if "raise" in answer:
            raise self.copy.load(answer["raise"])
        return self.copy.load(answer["value"])


class Copy:
    """What answers the questions of one test cell."""

    def __init__(self, link, names, outputs):
        self.link, self.names, self.outputs = link, names, outputs
        self.functions, self.callbacks = [], {}

    def keep(self, function):
        """Return the number under which a function can be called."""
        self.functions.append(function)
        return len(self.functions) - 1

    def load(self, text):
        """Return what the judge sent: its functions as callbacks, the student's as they were."""
        unpickler = pickle.Unpickler(io.BytesIO(base64.b64decode(text)))
        unpickler.persistent_load = self._refer
        return unpickler.load()

    def _refer(self, reference):
        kind, key = reference
        if kind == "name":
            return self.names[key]
        if kind == "f":
            return self.functions[key]
        return self.callbacks.setdefault(key, Callback(key, self))

    def serve(self):
        """Answer until the judge has no more questions; an answer that takes too long is death."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self.link.send({"awake": True})
        while True:
            self.answer(self.link.receive())

    def answer(self, order):
        """Answer one question; a function of the tests' may ask another before it returns."""
        if order["op"] == "end":
            os._exit(0)
        if order["op"] == "names":
            encode = Encoder(self.keep).encode
            known = [name for name in order["names"] if name in self.names]
            self.link.send({"values": {name: encode(self.names[name]) for name in known}})
        elif order["op"] == "call":
            before, _ = signal.setitimer(signal.ITIMER_REAL, order["seconds"])
            if not before:
                self.outputs.clear()
            answer = self.call(self._refer(order["function"]), *self.load(order["args"]))
            signal.setitimer(signal.ITIMER_REAL, before)
            answer["stderr"] = any(o.get("name") == "stderr" for o in self.outputs)
            self.link.send(answer)

    def call(self, function, args, kwargs):
        """Call a function of the student's; say what came back and what became of its input."""
        given = dict(enumerate(args)) | kwargs
        before = {key: self._text(value) for key, value in given.items()}
        try:
            answer = {"value": function(*args, **kwargs)}
        except BaseException as error:
            answer = {"error": known_class(type(error)).__name__, "message": text_of(error)}
        encode = Encoder(self.keep).encode
        changed = [key for key, value in given.items() if self._text(value) != before[key]]
        answer["changed"] = [[key, encode(given[key])] for key in changed]
        if "value" in answer:
            answer["value"] = encode(answer["value"])
        return answer

    @staticmethod
    def _text(value):
        return json.dumps(Encoder(lambda function: 0).encode(value))


def known_class(kind):
    """Return the class that Python itself has for an error of the student's."""
    return next(c for c in kind.__mro__ if getattr(builtins, c.__name__, None) is c)


def text_of(error):
    """Return an error's message; a hostile one may fail to give it."""
    try:
        return str(error)[:500]
    except Exception:
        return ""
