"""Run the tests, outside the sandbox, on what a submission's runner answers.

A test cell runs here, in a namespace that no student's code ever touches. The student's names are
fetched as plain values; a function of theirs is a `Handle`, and calling it asks the runner.
"""

import ast
import builtins
import contextlib
import io
import linecache
import numbers
import re
import signal
import traceback
from dataclasses import dataclass, field

from nbformat.v4 import new_output

from .conversation import Conversation, Stopped
from .session import Fault, RunnerLost, text

MAX_MESSAGE = 2000
BY_SUBMISSION = "raised by the submission"


class OutOfTime(BaseException):
    """The judge itself has computed for too long."""


@dataclass
class Verdict:
    """What one test cell gave: a score, what the page shows below the cell, and, if the cell's
    value was no number from 0 to its points, that value.
    """

    score: float
    outputs: list = field(default_factory=list)
    odd: str = ""


class Judge:
    """The tests of one submission; it may compute as long for a cell as the student's code."""

    def __init__(self, session, limits):
        self.session, self.limits = session, limits
        self.asking = Conversation(session, limits.cell_seconds)
        self.space = {"__name__": "__main__", "__builtins__": builtins}

    def set_up(self, step):
        """Run a cell of the teacher's that asks the student nothing; raise `Fault` if it fails."""
        _, error = self._execute(step, io.StringIO(), io.StringIO())
        if error is not None:
            raise Fault(f"the assignment's own cell fails: {_line(error)}")

    def test(self, step, index):
        """Return the `Verdict` of a test cell; the copy left at the submission's cell answers it.

        Raises `Fault` if the test, and not the submission, went wrong.
        """
        shown, complaints = io.StringIO(), io.StringIO()
        value = error = None
        try:
            self.asking.begin(index)
            for name in step["names"]:
                self.space.pop(name, None)
            self.space.update(self.asking.fetch(step["names"]))
            value, error = self._execute(step, shown, complaints)
            self.asking.end()
        except (RunnerLost, Stopped) as reason:
            self.asking.stopped = reason
        outputs = []
        if shown.getvalue():
            outputs = [new_output("stream", text=text(shown.getvalue())[: 8 * MAX_MESSAGE])]
        stopped = self.asking.stopped
        if stopped is not None:
            if isinstance(stopped, RunnerLost) and index not in self.session.lost:
                self.session.lose(index, stopped)
            reason = self.session.lost.get(index) or str(stopped)
            return Verdict(0.0, [_failure("Stopped", reason), *outputs])
        if error is not None:
            return Verdict(0.0, [_error(error, step["key"]), *outputs])
        if self.asking.warned or complaints.getvalue():
            note = "Something was written to standard error, a warning for example."
            said = complaints.getvalue()[-MAX_MESSAGE:]
            outputs.append(new_output("stream", name="stderr", text=text(f"{note}\n{said}")))
            return Verdict(0.0, outputs)
        return self._value(value, step["points"], outputs)

    @staticmethod
    def _value(value, points, outputs):
        if value is None:
            return Verdict(points, outputs)
        plain = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not plain or not 0 <= float(value) <= points:
            shown = text(repr(value))[:100]
            why = f"the test's value is {shown}, not a number from 0 to {points:g}"
            return Verdict(0.0, [_failure("NotAMark", why), *outputs], odd=shown)
        result = new_output("execute_result", data={"text/plain": repr(float(value))})
        return Verdict(float(value), [*outputs, result])

    def _execute(self, step, shown, complaints):
        """Return the value of a cell's last expression and the error that ended it, if any."""
        name, source = f"<{step['key']}>", step["source"]
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        value, error, quiet = None, None, False
        try:
            tree = ast.parse(source)
            quiet = source.rstrip().endswith(";")
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            with (
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(complaints),
                _hurry(self.limits.cell_seconds),
            ):
                exec(compile(tree, name, "exec"), self.space)
                if last is not None:
                    expression = compile(ast.Expression(last.value), name, "eval")
                    value = eval(expression, self.space)
        except (RunnerLost, Stopped) as reason:
            self.asking.stopped = self.asking.stopped or reason
        except BaseException as caught:
            error = caught
        ours = OutOfTime | MemoryError | ImportError
        if isinstance(error, ours) and not hasattr(error, "of_the_student"):
            raise Fault(f"the test {step['key']} could not be run: {_line(error)}")
        return None if quiet else value, error


@contextlib.contextmanager
def _hurry(seconds):
    """Raise `OutOfTime` once this process has computed for so long; waiting does not count."""

    def ring(*args):
        raise OutOfTime(f"the test computed for {seconds} s")

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _line(error):
    return f"{type(error).__name__}: {str(error)[:200]}"


def _failure(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _error(error, key):
    """Return a test's error as an output; what a student's error said may quote hidden input."""
    name = re.sub(r"\W", "", type(error).__name__)
    said = BY_SUBMISSION if hasattr(error, "of_the_student") else str(error)
    said = text(said)[:MAX_MESSAGE]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == f"<{key}>"]
    lines = [text(line.rstrip("\n")) for line in traceback.format_list(frames)]
    last = f"{name}: {said}" if said else name
    return new_output("error", ename=name, evalue=said, traceback=[*lines, last])
