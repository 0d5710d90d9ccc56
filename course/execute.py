"""Execute a submission in the sandbox: nbgrader's `Execute`, made to survive hostile notebooks."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import json
import secrets
import time
from pathlib import Path
from queue import Empty

from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import Instance, Unicode

from . import kernel_probe
from .sandbox import Limits, MemoryGuard, Sandbox, SandboxedKernelManager, kill_descendants

START_SECONDS = 60
PROBE_SECONDS = 10
# Consecutive cells without an answer after which the kernel is taken for lost.
SILENT_CELLS = 2
# How many times the output limit of one cell a notebook may print in all.
FLOOD = 32
PROBE = Path(kernel_probe.__file__).read_text(encoding="utf-8")

OUTPUTS = ("stream", "display_data", "execute_result", "error")
# Messages that could change the output of another cell, or send data that nobody displays.
DROPPED = ("update_display_data", "comm_open", "comm_msg", "comm_close")


class KernelLostError(Exception):
    """The kernel cannot be asked any more; the message is the reason."""


class SandboxedExecute(Execute):
    """Run the cells in a sandboxed kernel and never leave a test cell without a verdict.

    To nbgrader a test cell without output is a passed one. So whatever keeps a cell from being
    executed, be it a dead kernel, a deadline or a flood of output, is recorded as an error in it;
    and a verdict counts only if the kernel passes a check right after it.
    """

    sandbox = Instance(Sandbox)
    limits = Instance(Limits)
    guard = Instance(MemoryGuard, help="Knows why it killed the kernel, if it did.")
    lost = Unicode(help="Why the kernel was given up, if it was.")
    tampered = Unicode(help="Which check of the kernel failed, if one did.")

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.iopub_timeout = PROBE_SECONDS
        self.deadline = time.monotonic() + self.limits.total_seconds
        self.silent_cells = 0
        self.fingerprint = {}
        self.printed = {}

    def create_kernel_manager(self):
        """Return the manager of the sandboxed kernel, whatever the notebook's metadata says."""
        self.km = SandboxedKernelManager(sandbox=self.sandbox, kernel_name="python3")
        return self.km

    async def async_start_new_kernel_client(self):
        """Connect to the kernel, and wait only as long as it needs.

        The stock client always listens to a silent channel for 0.2 s after the kernel is ready.
        """
        self.kc = self.km.client()
        await ensure_async(self.kc.start_channels())
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.kc.kernel_info()
            try:
                await ensure_async(self.kc.shell_channel.get_msg(timeout=1))
                # Heard on this channel too, the kernel's outputs will be heard as well.
                await ensure_async(self.kc.iopub_channel.get_msg(timeout=1))
            except Empty:
                await self._async_check_alive()
                continue
            self.kc.allow_stdin = False
            return self.kc
        raise KernelLostError("the kernel did not start")

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _async_cleanup_kernel(self):
        """Kill the kernel; nothing of it is needed any more."""
        kill_descendants()
        if self.kc is not None:
            self.kc.stop_channels()

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    def preprocess_cell(self, cell, resources, index):
        """Execute one cell, or record in it why it could not be executed."""
        if cell.cell_type != "code":
            return cell, resources
        if not self.fingerprint and not self.lost:
            self._attempt(self._check_kernel)
        if not self.lost:
            self._attempt(self._execute, cell, index)
        if is_grade(cell) and not self.lost:
            self._attempt(self._check_kernel)
        if self.lost:
            record_error(cell, self.lost)
        return cell, resources

    def _attempt(self, action, *args):
        try:
            action(*args)
        except KernelLostError as error:
            self.lost = str(error)
        except DeadKernelError:
            self.lost = "the kernel died"
        except CellTimeoutError:
            self.lost = "the kernel stopped answering"
        if self.guard.reason:
            self.lost = f"the notebook used {self.guard.reason}"
        if self.lost:
            kill_descendants()

    def _execute(self, cell, index):
        remaining = self.deadline - time.monotonic()
        if remaining <= 1:
            raise KernelLostError(f"the notebook ran for {self.limits.total_seconds} s")
        self.timeout = max(1, int(min(self.limits.cell_seconds, remaining)))
        if is_grade(cell) and (names := built_in_names(cell.source)):
            self._ask("", {"aside": _probe(["set_aside", names])}, self.timeout)
        # Without a history the next cell cannot read the hidden tests from `In`.
        self.execute_cell(cell, index, store_history=not is_grade(cell))
        timed_out = any(output.get("ename") == "CellTimeoutError" for output in cell.outputs)
        self.silent_cells = self.silent_cells + 1 if timed_out else 0
        if self.silent_cells >= SILENT_CELLS:
            raise KernelLostError(f"{SILENT_CELLS} cells in a row ran for {self.timeout} s each")

    def on_cell_executed(self, **kwargs):
        """Let nbgrader record the error, and put it where it decides the mark."""
        super().on_cell_executed(**kwargs)
        # nbgrader takes the first error or result; a result shown before the error is no excuse.
        kwargs["cell"].outputs.sort(key=lambda output: output.output_type != "error")

    def process_message(self, msg, cell, cell_index):
        """Keep a cell's output up to the limit, drop the rest, and stop a flood."""
        if msg["msg_type"] in DROPPED:
            return None
        if msg["msg_type"] not in OUTPUTS:
            return super().process_message(msg, cell, cell_index)
        limit = self.limits.output_kib * 1024
        before = self.printed.get(cell_index, 0)
        self.printed[cell_index] = before + len(json.dumps(msg["content"]))
        if sum(self.printed.values()) > FLOOD * limit:
            self.lost = "the notebook printed too much"
            kill_descendants()
            return None
        if self.printed[cell_index] <= limit or msg["msg_type"] == "error":
            return super().process_message(msg, cell, cell_index)
        if before <= limit:
            note = f"\n… output beyond {self.limits.output_kib} KiB is not kept …\n"
            cell.outputs.append(new_output("stream", name="stdout", text=note))
        return None

    def _check_kernel(self):
        """Ask for a failure, a value and the fingerprint; an unchanged kernel gives all three."""
        number, salt = secrets.randbelow(10**9) + 1, secrets.token_hex(8)
        reply = self._ask(f"assert {number} < 0, {salt!r}", {})
        if reply.get("status") != "error" or reply.get("evalue") != salt:
            self._distrust("a failing assertion passes")
        expressions = {"value": f"{number} * 7", "fingerprint": _probe(["fingerprints"])}
        answers = self._ask("", expressions).get("user_expressions", {})
        shown = {
            name: answers.get(name, {}).get("data", {}).get("text/plain") for name in expressions
        }
        if shown["value"] != str(number * 7) or shown["fingerprint"] is None:
            self._distrust("an expression has the wrong value")
        interpreter, numpy = ast.literal_eval(shown["fingerprint"]).split()
        self.fingerprint.setdefault("interpreter", interpreter)
        if interpreter != self.fingerprint["interpreter"]:
            self._distrust("a built-in function, a module or the interpreter was replaced")
        if numpy not in ("-", numpy_fingerprint()):
            self._distrust("a NumPy function was replaced")

    def _distrust(self, finding):
        self.tampered = finding
        raise KernelLostError(f"the kernel cannot be trusted: {finding}")

    async def _async_ask(self, code, expressions, seconds=PROBE_SECONDS):
        message = await ensure_async(
            self.kc.execute(
                code,
                silent=True,
                store_history=False,
                user_expressions=expressions,
                stop_on_error=False,
            )
        )
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            try:
                channel = self.kc.shell_channel
                reply = await ensure_async(channel.get_msg(timeout=min(remaining, 0.5)))
            except Empty:
                await self._async_check_alive()
                continue
            if reply["parent_header"].get("msg_id") == message:
                return reply["content"]
        raise KernelLostError("the kernel stopped answering")

    _ask = run_sync(_async_ask)


@functools.cache
def numpy_fingerprint():
    """Return the digest of NumPy as it is in this process, which no student touches."""
    importlib.import_module("numpy")
    return kernel_probe.numpy_fingerprint()


def _probe(call):
    """Return what makes the kernel call a function of the probe, apart from the student's names."""
    return (
        f"(lambda space: (__import__('builtins').exec({PROBE!r}, space), "
        f"space[{call[0]!r}](*{call[1:]!r}))[1])({{'__name__': 'kernel_probe'}})"
    )


def built_in_names(source):
    """Return the names of Python's own functions that a cell uses, sorted.

    Examples
    --------
    >>> built_in_names("assert abs(double(2) - 4) < 1e-9")
    ['abs']
    """
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a cell magic, for example
        return []
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    return sorted(name for name in used if callable(getattr(builtins, name, None)))


def record_error(cell, reason):
    """Replace a cell's outputs by an error, which nbgrader scores with zero."""
    error = new_output(
        "error", ename="NotGraded", evalue=reason, traceback=[f"NotGraded: {reason}"]
    )
    cell.outputs = [error]
