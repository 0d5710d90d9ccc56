"""The process that grades: one child for each submission, so that none can harm another.

``python -m course.worker`` loads what grading needs once, then forks a child for every job that it
reads as a line of JSON from its standard input, and answers with a line of JSON. The child is the
judge; it starts the runner. A child that overstays is killed. When the standard input closes,
because the grader ended or was killed, the worker and its child end too.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback

import nbformat

from .marking import mark

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# A child may take so many times the notebook's own limit, and so much longer, before it is killed.
PATIENCE, GRACE_SECONDS = 3, 60
CHILD_MEMORY = 8 * 2**30


def _child(job, target):
    """Grade in a process group of its own, which dies with the worker."""
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Processes that the student's code orphans come to this child and count against its limits.
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    try:
        result = mark(job)
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(last.filename)}, line {last.lineno}"
        result = {"fault": f"{type(error).__name__}: {str(error)[:300]} ({where})"}
    target.write(json.dumps(result).encode())
    target.flush()


def _prctl(option, value):
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _kill_group(pid):
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def run_child(job, wakeup):
    """Fork a child for one job and wait for it, for the deadline, or for the grader's end.

    Returns the result as JSON, or None if the grader is gone.
    """
    started = time.monotonic()
    seconds = PATIENCE * job["limits"]["total_seconds"] + GRACE_SECONDS
    with tempfile.TemporaryFile() as target:
        pid = os.fork()
        if pid == 0:
            try:
                _child(job, target)
            finally:
                os._exit(0)
        fault = "the grading process died"
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            remaining = started + seconds - time.monotonic()
            readable, _, _ = select.select([wakeup, 0], [], [], max(0, remaining))
            if wakeup in readable:
                os.read(wakeup, 4096)
            # Nothing is sent during a job, so this is the end of the input.
            if remaining <= 0 or 0 in readable:
                fault = "the grading process took too long" if remaining <= 0 else None
                _kill_group(pid)
                os.waitpid(pid, 0)
                break
        _kill_group(pid)
        target.seek(0)
        data = target.read()
    if fault is None:
        return None
    try:
        result = json.loads(data)
    except ValueError:
        result = {"fault": fault}
    result["seconds"] = round(time.monotonic() - started, 3)
    return json.dumps(result).encode()


def main():
    """Serve jobs until standard input closes."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writable)
    for relaxed in (False, True):
        nbformat.validator.get_validator(4, relax_add_props=relaxed)
    buffer = bytearray()
    while True:
        while b"\n" not in buffer:
            chunk = os.read(0, 2**20)
            if not chunk:
                return
            buffer += chunk
        line, buffer = buffer.split(b"\n", 1)
        job = json.loads(line)
        for name in job["bundle"]["modules"]:
            # What the teacher's cells import is loaded once; the child sees why if it cannot be.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        result = run_child(job, readable)
        if result is None:
            return
        sys.stdout.buffer.write(result + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
