"""The process that grades: one child for each submission, so that none can harm another.

``python -m course.worker`` loads what grading needs once, then forks a child for every job that it
reads as a line of JSON from its standard input, and answers with a line of JSON. The child is the
judge; it starts the runner. A child that overstays is killed. When the standard input closes,
because the grader ended or was killed, the worker and its child end too.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback

import nbformat

from .marking import mark

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# A child may take so many times the notebook's own limit, and so much longer, before it is killed.
PATIENCE, GRACE_SECONDS = 3, 60
CHILD_MEMORY = 8 * 2**30


def _child(job, answer):
    """Grade in a process group of its own, which dies with the worker."""
    os.setpgid(0, 0)
    with contextlib.suppress(OSError, AttributeError):
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # Processes that the student's code orphans come to this child and count against its limits.
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
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
    with open(answer, "wb") as stream:
        stream.write(json.dumps(result).encode())


def run_child(job):
    """Fork a child for one job and wait for it, for the deadline, or for the grader's end.

    Returns the result as JSON, or None if the grader is gone.
    """
    started = time.monotonic()
    deadline = started + PATIENCE * job["limits"]["total_seconds"] + GRACE_SECONDS
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _child(job, outgoing)
        finally:
            os._exit(0)
    os.close(outgoing)
    data, fault = bytearray(), "the grading process died"
    while True:
        ready, _, _ = select.select([incoming, 0], [], [], max(0, deadline - time.monotonic()))
        if not ready or 0 in ready:
            # Nothing is sent during a job: this is the end of the input, or of our patience.
            fault = None if ready else "the grading process took too long"
            data.clear()
            break
        chunk = os.read(incoming, 2**20)
        data += chunk
        if not chunk:
            break
    os.close(incoming)
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if fault is None:
        return None
    try:
        result = json.loads(data)
    except ValueError:
        result = {"fault": fault}
    return json.dumps(result | {"seconds": round(time.monotonic() - started, 3)}).encode()


def main():
    """Serve jobs until standard input closes."""
    for relaxed in (False, True):
        nbformat.validator.get_validator(4, relax_add_props=relaxed)
    for line in sys.stdin.buffer:
        job = json.loads(line)
        for name in job["bundle"]["modules"]:
            # What the teacher's cells import is loaded once; the child sees why if it cannot be.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        result = run_child(job)
        if result is None:
            return
        sys.stdout.buffer.write(result + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
