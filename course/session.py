"""One submission's runner, seen from outside: started, fed, and started again when it dies."""

import contextlib
import json
import os
import socket
import subprocess
import time

from nbformat.v4 import new_output

from .plain import MAX_LINE, Malformed, read

START_SECONDS = 60
# A runner ends a cell itself when its time is over; one that does not is killed so much later.
GRACE_SECONDS = 4
# It has nothing else to do than to take the next order, and says so at once.
TAKING_SECONDS = 10
MAX_OUTPUTS = 2000
FORGED = "it wrote to the files through which it is graded"
KILLED = "it killed the processes that the tests would ask"
LEFT = "what it left running kept later cells from being run or asked"
# Of a test cell: what students see of it, and all of it. Each has a copy to ask.
PARTS = ("visible", "source")


class Fault(Exception):
    """Something of ours or of the teacher's failed; the message is why there is no mark."""


class RunnerLost(BaseException):
    """The runner is dead or talks nonsense; the message is the reason.

    No ``Exception``, so that a test cell that catches those cannot go on as if nothing were.
    """


class Process:
    """A runner, and the socket that is its standard input and output."""

    def __init__(self, sandbox):
        self.socket, theirs = socket.socketpair()
        inherited = {"PATH": os.environ.get("PATH", "")}
        with theirs:
            self.popen = subprocess.Popen(
                sandbox.command(),
                stdin=theirs,
                stdout=theirs,
                stderr=subprocess.DEVNULL,
                env=inherited if sandbox.kind == "podman" else sandbox.environment(),
                cwd=sandbox.home if sandbox.kind == "nothing" else "/",
                start_new_session=True,
            )
        self.buffer, self.sent, self.taken = bytearray(), 0, False

    def send(self, message):
        """Send a message; whoever does not take it is lost when an answer is awaited."""
        self.sent, self.taken = self.sent + 1, False
        self.socket.settimeout(GRACE_SECONDS)
        with contextlib.suppress(OSError):
            self.socket.sendall(json.dumps({**message, "number": self.sent}).encode() + b"\n")

    def receive(self, seconds):
        """Return the runner's next answer, or raise `RunnerLost`.

        It may take ``seconds`` from when the message that was sent last has been ``taken``.
        """
        patience = TAKING_SECONDS if self.sent > 1 else START_SECONDS
        deadline = time.monotonic() + (seconds if self.taken else patience)
        while "got" in (message := self._next(deadline)):
            if message["got"] == self.sent:
                self.taken, deadline = True, time.monotonic() + seconds
        # Only the end of a copy comes unasked.
        if not self.taken and "end" not in message:
            raise RunnerLost(FORGED)
        return message

    def _next(self, deadline):
        while (end := self.buffer.find(b"\n")) < 0:
            if len(self.buffer) > MAX_LINE:
                raise RunnerLost("its answer is too long")
            left = deadline - time.monotonic()
            if left <= 0:
                raise RunnerLost("it stopped answering")
            self.socket.settimeout(left)
            try:
                chunk = self.socket.recv(2**20)
            except TimeoutError:
                raise RunnerLost("it stopped answering") from None
            except OSError:
                chunk = b""
            if not chunk:
                raise RunnerLost("its process ended")
            self.buffer += chunk
        line, self.buffer = bytes(self.buffer[:end]), self.buffer[end + 1 :]
        try:
            return read(line)
        except Malformed:
            raise RunnerLost(FORGED) from None

    def close(self):
        """Let go of the runner, which has been killed."""
        self.socket.close()
        self.popen.wait()


class Session:
    """The code cells of one submission, run in order.

    ``cells`` has of each its index in the notebook, its source, and whether the judge will have
    questions there; ``files`` lie beside the notebook, in base64. ``outputs`` is what each cell has
    shown, by index, ``lost`` why a cell has no outputs or no answers.
    """

    def __init__(self, cells, files, sandbox, guard):
        self.cells, self.files, self.sandbox, self.guard = cells, files, sandbox, guard
        self.outputs, self.lost, self.process, self.process_ids = {}, {}, None, []
        self.waited, self.played = 0.0, False

    def play(self):
        """Run the cells, again without the last one when the runner is lost, until all have run."""
        while self.process is None and not self._spent(2):
            index = None
            try:
                self._start()
                for index, source, asked in self.cells:
                    if index not in self.lost:
                        self._run(index, source, asked)
                for index in self.ran[-1:]:
                    # What the last cell has left running shows before a test is asked.
                    self._run(index, "", False)
            except RunnerLost as error:
                self.lose(index, error)
        self.played = True

    def lose(self, index, error):
        """Note which cell has cost the runner, and why, and end the runner.

        If it did not take the order about this cell, it was kept from it: by the last cell that has
        left a thread or a process behind, or else by the last one that ran. The former is also to
        blame where a test is lost, which asks a copy, and for what nobody does by accident.
        """
        if index is None:
            self.close()
            raise Fault(f"the sandbox did not start: {error}")
        kept = self.process is not None and not self.process.taken
        if kept or (self.left and (self.played or str(error) in (FORGED, KILLED))):
            index, error = (self.left or self.ran or [index])[-1], LEFT
            if not self.played:
                self.outputs.pop(index, None)
        self.lost[index] = self.close() or f"the submission was stopped here: {error}"

    def close(self):
        """End the runner and whatever it has started; return the guard's reason if it had one."""
        reason = self.guard.end()
        if self.process is not None:
            self.process.close()
        self.process = None
        return reason

    def _spent(self, share):
        return self.waited >= share * self.sandbox.limits.total_seconds

    def _start(self):
        try:
            self.process = Process(self.sandbox)
        except OSError as error:
            raise Fault(f"the sandbox did not start: {error}") from None
        self.process_ids.append(self.process.popen.pid)
        # Of this runner: the cells it has run, those that left something running, how much runs.
        self.ran, self.left, self.company = [], [], 0
        self.process.send({**self.sandbox.settings, "files": self.files})
        self.process.receive(START_SECONDS)

    def _run(self, index, source, asked):
        seconds = self.sandbox.limits.cell_seconds
        first = index not in self.outputs
        if first and self._spent(1):
            self.lost[index] = f"the notebook ran for {self.sandbox.limits.total_seconds} s"
            return
        order = {"op": "run", "source": source, "history": not asked, "seconds": seconds}
        self.process.send({**order, "key": index, "copies": len(PARTS) * asked})
        message = self.receive(seconds)
        try:
            outputs = clean(message["outputs"], self.sandbox.limits.output_kib * 1024)
            late, company = message["late"] is True, int(message["company"])
        except Exception:
            raise RunnerLost(FORGED) from None
        if not self.guard.check():
            raise RunnerLost(self.guard.reason)
        if message.get("gone") is not False:
            raise RunnerLost(KILLED)
        self.ran.append(index)
        self.left += [index] * (company > self.company)
        self.company = company
        if first:
            self.outputs[index] = outputs
        if late and asked:
            self.lost[index] = f"the cell ran for {seconds} s"

    def receive(self, seconds):
        """Return the next message, and count how long it took."""
        started = time.monotonic()
        try:
            return self.process.receive(seconds + GRACE_SECONDS)
        finally:
            self.waited += time.monotonic() - started

    def wake(self, index):
        """Let a copy left at a cell answer what is sent from now on, or raise `RunnerLost`."""
        self.play()
        if index in self.lost or self.process is None:
            total = self.sandbox.limits.total_seconds
            raise RunnerLost(self.lost.get(index, f"the notebook ran for {2 * total} s"))
        self.process.send({"op": "ask", "key": index})
        # Sent before it is awake, the next order would reach the one that wakes it.
        if "awake" not in self.receive(START_SECONDS):
            raise RunnerLost("its copy is gone")

    def send(self, message):
        """Queue a message to whoever is awake."""
        self.process.send(message)


def clean(outputs, limit):
    """Return a runner's outputs as nbformat has them; raise an ordinary error if they are none."""
    said = json.dumps(outputs, ensure_ascii=False).encode("utf-8", "replace")
    if type(outputs) is not list or len(said) > 8 * limit + 2**16:
        raise ValueError("too much")
    return [_clean(**output) for output in json.loads(said)[:MAX_OUTPUTS]]


def _clean(output_type, **parts):
    """Return one output, which nbformat validates."""
    if output_type in ("execute_result", "display_data"):
        parts = {"data": {k: v for k, v in parts["data"].items() if isinstance(v, str)}}
    elif output_type == "stream":
        if parts["name"] not in ("stdout", "stderr") or type(parts["text"]) is not str:
            raise ValueError("no stream")
    elif output_type != "error":
        raise ValueError("no output")
    return new_output(output_type, **parts)


def text(value):
    """Return a text that can be written to a file."""
    return value.encode("utf-8", "replace").decode()
