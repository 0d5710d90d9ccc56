"""Ask a submission's runner: values of names, results of functions, nothing but plain data."""

import base64
import builtins
import io
import pickle
import signal
import types

from .plain import Malformed, decode, update
from .session import FORGED, START_SECONDS, RunnerLost


class Stopped(BaseException):
    """A test cell ends without points; the message is the reason."""


class Handle:
    """A function of the student's."""

    def __init__(self, conversation, reference):
        self._conversation, self._reference = conversation, reference
        self._cell = conversation.cell
        self.__name__ = str(reference[1])

    def __call__(self, *args, **kwargs):
        if self._reference[0] != "name" and self._cell != self._conversation.cell:
            raise RuntimeError("this function came from the submission in an earlier test")
        return self._conversation.call(self._reference, args, kwargs)

    def __repr__(self):
        return "<a function of the submission>"


def stream(step):
    """Yield what an iterator of the student's yields; ``step`` asks for the next."""
    while True:
        try:
            value = step()
        except StopIteration:
            return
        yield value


class _Pickler(pickle.Pickler):
    """Sends data as it is, functions of the student's by reference, the tests' as callbacks."""

    def __init__(self, stream, conversation):
        super().__init__(stream, protocol=5)
        self.conversation = conversation

    def persistent_id(self, value):
        if isinstance(value, Handle):
            return value._reference
        owner = getattr(value, "__self__", None)
        if isinstance(value, types.MethodType | types.BuiltinMethodType):
            local = owner is not None and not isinstance(owner, types.ModuleType | type)
        elif isinstance(value, types.FunctionType):
            local = value.__module__ == "__main__" or "<" in value.__qualname__
        else:
            local = callable(value) and type(value).__module__ == "__main__"
        return ("k", self.conversation.number(value)) if local else None


class Conversation:
    """The questions that one test cell after the other asks.

    ``seconds`` is how long the submission may compute for one cell. Afterwards ``stopped`` says why
    the cell can earn nothing any more, ``warned`` whether something was written to standard error.
    """

    def __init__(self, session, seconds):
        self.session, self.seconds = session, seconds
        self.callbacks, self.stopped, self.warned = [], None, False
        self.left, self.cell, self.awake = 0.0, -1, False

    def begin(self, index, seconds=None):
        """Wake a copy that was left at a cell, for ``seconds`` if not for as long as for any."""
        self.callbacks, self.stopped, self.warned = [], None, False
        self.left, self.cell = self.seconds if seconds is None else seconds, index
        self.session.wake(index)
        self.awake = True

    def fetch(self, names):
        """Return the values of those names that the submission has defined."""
        if not names:
            return {}
        values = self._exchange({"op": "names", "names": names}).get("values")
        if type(values) is not dict:
            raise RunnerLost(FORGED)
        return {name: self._decode(values[name], name) for name in names if name in values}

    def _decode(self, form, name=None):
        def refer(kind, number):
            if kind == "k":
                return self._callback(number)
            reference = ("name", name) if name and form == ["f", number] else ("f", number)
            handle = Handle(self, reference)
            return handle if kind == "f" else stream(handle)

        try:
            return decode(form, refer)
        except Malformed:
            raise RunnerLost(FORGED) from None

    def _callback(self, number):
        if type(number) is not int or not 0 <= number < len(self.callbacks):
            raise RunnerLost(FORGED)
        return self.callbacks[number]

    def number(self, function):
        """Return the number under which the runner can call a function of the tests'."""
        if function not in self.callbacks:
            self.callbacks.append(function)
        return self.callbacks.index(function)

    def _pickle(self, value):
        stream = io.BytesIO()
        _Pickler(stream, self).dump(value)
        return base64.b64encode(stream.getvalue()).decode()

    def call(self, reference, args, kwargs):
        """Call a function of the student's, and bring back what it did to its arguments."""
        if self.stopped is not None:
            raise self.stopped
        order = {"op": "call", "function": reference, "args": self._pickle((args, kwargs))}
        try:
            message = self._exchange({**order, "seconds": max(0.001, self.left)})
            while "call" in message:
                message = self._exchange(self._call_back(message))
            return self._returned(message, dict(enumerate(args)) | kwargs)
        except (RunnerLost, Stopped) as reason:
            # A test that catches everything still ends without points.
            self.stopped = reason
            raise

    def _call_back(self, message):
        if type(message.get("args")) is not list or type(message.get("kwargs")) is not dict:
            raise RunnerLost(FORGED)
        function = self._callback(message["call"])
        args = [self._decode(form) for form in message["args"]]
        kwargs = {key: self._decode(form) for key, form in message["kwargs"].items()}
        try:
            return {"value": self._pickle(function(*args, **kwargs))}
        except Exception as error:
            return {"raise": self._pickle(known_error(type(error).__name__, str(error)))}

    def _returned(self, message, given):
        self.warned = self.warned or message.get("stderr") is not False
        changed = message.get("changed")
        pairs = changed if type(changed) is list else [None]
        if not all(type(p) is list and len(p) == 2 and type(p[0]) in (int, str) for p in pairs):
            raise RunnerLost(FORGED)
        for key, form in pairs:
            update(given.get(key), self._decode(form))
        if "error" not in message:
            return self._decode(message.get("value"))
        name, said = message["error"], message.get("message")
        if type(name) is not str or type(said) is not str:
            raise RunnerLost(FORGED)
        if name in ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"):
            raise Stopped(f"the submission raised {name}")
        raise known_error(name, said, of_the_student=True)

    def _exchange(self, message):
        """Send a message to the copy; return its answer."""
        if not self.awake:
            raise Stopped("the submission's code has ended")
        self.session.send(message)
        before = self.session.waited
        try:
            answer = self.session.receive(max(0, self.left))
        except RunnerLost:
            self.awake = False
            raise
        finally:
            self.left -= self.session.waited - before
        if "end" in answer:
            self.awake = False
            late = answer["end"] == -signal.SIGALRM
            limit = f"ran for {self.seconds} s"
            raise Stopped(f"the submission's code {limit if late else 'ended its process'}")
        return answer

    def end(self):
        """Let the copy end."""
        if self.awake:
            self.awake = False
            self.session.send({"op": "end"})
            if "end" not in self.session.receive(START_SECONDS):
                raise RunnerLost("it did not end")


def known_error(name, message, of_the_student=False):
    """Return an error of Python's own class of that name, or a plain one."""
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = Exception
    try:
        error = kind(message)
    except TypeError:  # UnicodeError's children want more than a message
        error = Exception(message)
    if of_the_student:
        error.of_the_student = True
    return error
