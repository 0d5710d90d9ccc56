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
from .session import PARTS, Fault, RunnerLost, text

MAX_MESSAGE = 2000
BY_SUBMISSION = "raised by the submission"
# All that a page says of a hidden test; more could tell what it has asked.
HIDDEN = "your work does not pass a test that is not shown"


class OutOfTime(BaseException):
    """The judge itself has computed for too long."""


@dataclass
class Verdict:
    """What one test cell gave: a score, what the page shows below the cell, why it earns nothing,
    whether it was stopped, and, if the cell's value was no number from 0 to its points, that value.
    """

    score: float
    outputs: list = field(default_factory=list)
    why: str = ""
    stopped: bool = False
    odd: str = ""


def judge(placed, session, limits):
    """Return the `Verdict` of each test by key.

    ``placed`` has the teacher's cells in order, each with its index in the submission, or None if
    it asks nothing. The hidden tests give the marks, but what is shown comes from a first pass of
    all visible ones: whatever a function remembers by then, no hidden test has asked it.
    """
    seen, verdicts = {}, {}
    for part, given in zip(PARTS, (seen, verdicts), strict=True):
        tests = Judge(session, limits, part)
        for step, index in placed:
            if index is None:
                tests.set_up(step)
            else:
                # What was stopped gets no time to be stopped again.
                stopped = given is verdicts and seen[step["key"]].stopped
                given[step["key"]] = tests.test(step, index, 0 if stopped else limits.cell_seconds)
    for key, verdict in verdicts.items():
        verdict.outputs = _shown(seen[key], verdict)
        verdict.score *= not seen[key].stopped
    return verdicts


def _shown(seen, verdict):
    """Return a test's outputs: those of its visible part, and the mark or one sentence."""
    if seen.stopped or (seen.why and verdict.why):
        verdict.why = seen.why
        return seen.outputs
    printed = [o for o in seen.outputs if o.get("name") == "stdout"]
    if not verdict.why:
        return [*printed, *(o for o in verdict.outputs if o.output_type == "execute_result")]
    lines = verdict.outputs[0].get("traceback", [""])[:-1]
    hidden = _failure("HiddenTest", HIDDEN)
    hidden.traceback[:0] = lines
    return [hidden, *printed]


class Judge:
    """The tests of one submission; it may compute as long for a cell as the student's code.

    ``part`` of each cell is run: its ``"visible"`` tests, or its whole ``"source"``.
    """

    def __init__(self, session, limits, part="source"):
        self.session, self.limits, self.part = session, limits, part
        self.asking = Conversation(session, limits.cell_seconds)
        self.space = {"__name__": "__main__", "__builtins__": builtins}

    def set_up(self, step):
        """Run a cell of the teacher's that asks the student nothing; raise `Fault` if it fails."""
        _, error = self._execute(step, io.StringIO(), io.StringIO())
        if error is not None:
            raise Fault(f"the assignment's own cell fails: {_line(error)}")

    def test(self, step, index, seconds=None):
        """Return the `Verdict` of a test cell; a copy left at the submission's cell answers it.

        ``seconds`` is how long the submission may compute, if not as long as for any cell.
        Raises `Fault` if the test, and not the submission, went wrong.
        """
        shown, complaints = io.StringIO(), io.StringIO()
        value = error = None
        try:
            self.asking.begin(index, seconds)
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
                if index not in self.session.lost:
                    return self.test(step, index, seconds)
            reason = self.session.lost.get(index) or str(stopped)
            failed = _failure("Stopped", reason)
            return Verdict(0.0, [failed, *outputs], failed.traceback[-1], stopped=True)
        if error is not None:
            failed = _error(error, step["key"])
            return Verdict(0.0, [failed, *outputs], failed.traceback[-1])
        if self.asking.warned or complaints.getvalue():
            note = "Something was written to standard error, a warning for example."
            said = complaints.getvalue()[-MAX_MESSAGE:]
            outputs.append(new_output("stream", name="stderr", text=text(f"{note}\n{said}")))
            return Verdict(0.0, outputs, note)
        return self._value(value, step["points"], outputs)

    @staticmethod
    def _value(value, points, outputs):
        if value is None:
            return Verdict(points, outputs)
        plain = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not plain or not 0 <= float(value) <= points:
            shown = text(repr(value))[:100]
            why = f"the test's value is {shown}, not a number from 0 to {points:g}"
            return Verdict(0.0, [_failure("NotAMark", why), *outputs], why, odd=shown)
        result = new_output("execute_result", data={"text/plain": repr(float(value))})
        return Verdict(float(value), [*outputs, result])

    def _execute(self, step, shown, complaints):
        """Return the value of a cell's last expression and the error that ended it, if any."""
        name, source = f"<{step['key']}>", step[self.part]
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
