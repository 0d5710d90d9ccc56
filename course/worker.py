"""The process that grades: from files to marks, in one child for each submission.

``python -m course.worker`` loads what grading needs once, then forks a child for every job that it
reads as a line of JSON from its standard input, and answers with a line of JSON. The child is the
judge; it starts the runner, and can harm no other child. One that overstays is killed. When the
standard input closes, because the grader ended or was killed, worker and child end too.
"""

import base64
import contextlib
import ctypes
import importlib
import json
import multiprocessing.connection
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import nbformat
from nbgrader.utils import compute_checksum, is_grade, is_solution, is_task

from .bundle import Bundle
from .inert import make_inert
from .intake import Unreadable, prepare
from .judge import BY_SUBMISSION, judge
from .limits import Limits, MemoryGuard
from .sandbox import Sandbox
from .session import Fault, Session

FORK = multiprocessing.get_context("fork")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# A child may take so many times the notebook's own limit, and so much longer, before it is killed.
PATIENCE, GRACE_SECONDS = 3, 60
CHILD_MEMORY = 8 * 2**30


# ---- one submission -----------------------------------------------------------------------------


def mark(job):
    """Grade one submission; return what `course.engines.Result` holds, but for what is empty.

    A job has ``bundle`` and ``limits`` (as dictionaries), ``files`` (the submission's, in base64),
    and ``kind`` and ``hidden`` of the `Sandbox`.
    """
    bundle = Bundle(**job["bundle"])
    result = {"processes": {"judge": os.getpid(), "runners": []}}
    released = nbformat.reads(bundle.notebook, as_version=4)
    files = {name: base64.b64decode(data) for name, data in job["files"].items()}
    try:
        prepared = prepare(files, released, bundle.assignment)
    except Unreadable as error:
        return {**result, "reason": str(error)}
    beside = {name: base64.b64encode(data).decode() for name, data in prepared.attachments.items()}
    limits = Limits(**job["limits"])
    guard = MemoryGuard(limits)
    guard.start()
    with _folder(bundle) as home:
        inside = {"home": home} if job["kind"] == "nothing" else {}
        sandbox = Sandbox(limits, job["kind"], tuple(job["hidden"]), **inside)
        session = Session(_code(prepared, bundle), beside | bundle.files, sandbox, guard)
        try:
            session.play()
            verdicts = judge(_placed(prepared.notebook, bundle), session, limits)
        except Fault as error:
            return {**result, "fault": str(error)}
        finally:
            session.close()
            result["processes"]["runners"] = session.process_ids
    result["odd"] = {key: verdict.odd for key, verdict in verdicts.items() if verdict.odd}
    result["marks"] = _write(prepared.notebook, bundle, session, verdicts)
    result["why"] = {key: verdict.why for key, verdict in verdicts.items() if verdict.why}
    stopped = {}
    for index, reason in session.lost.items():
        name = _key(prepared.notebook.cells[index]) or f"cell {index + 1}"
        stopped.setdefault(reason, []).append(name)
    stopped = [f"stopped: {reason} ({', '.join(names)})" for reason, names in stopped.items()]
    result["notes"] = prepared.notes + stopped
    make_inert(prepared.notebook)
    result["notebook"] = nbformat.writes(prepared.notebook)
    return result


@contextlib.contextmanager
def _folder(bundle):
    """Work in a folder with the assignment's files, as the teacher's cells expect."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        judge, home = Path(folder, "judge"), Path(folder, "home")
        judge.mkdir()
        home.mkdir()
        for name, data in bundle.files.items():
            (judge / name).parent.mkdir(parents=True, exist_ok=True)
            (judge / name).write_bytes(base64.b64decode(data))
        os.chdir(judge)
        sys.path.insert(0, str(judge))
        yield str(home)


def _key(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _code(prepared, bundle):
    asked = {step["key"] for step in bundle.steps if step["test"] or step["names"]}
    return [
        (index, cell.source, _key(cell) in asked)
        for index, cell in enumerate(prepared.notebook.cells)
        if cell.cell_type == "code"
    ]


def _placed(notebook, bundle):
    """Return the teacher's cells in the submission's order, each with its index if it asks."""
    placed, waiting = [], list(bundle.steps)
    steps = {step["key"]: number for number, step in enumerate(bundle.steps)}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or _key(cell) not in steps:
            continue
        step = bundle.steps[steps[_key(cell)]]
        # What asks the student nothing is there for the tests even if it was deleted or moved.
        for other in [s for s in waiting if not s["names"] and not s["test"]]:
            if steps[other["key"]] <= steps[step["key"]]:
                placed.append((other, None))
                waiting.remove(other)
        if step["test"] or step["names"]:
            placed.append((step, index))
    return placed


def _write(notebook, bundle, session, verdicts):
    """Put what was shown and found into the notebook; return the marks as nbgrader keeps them."""
    steps = {step["key"]: step for step in bundle.steps}
    grades, comments = {}, {}
    for index, cell in enumerate(notebook.cells):
        key = _key(cell)
        if cell.cell_type == "code":
            note = f"[{session.lost.get(index, 'this cell was not run')}]\n"
            stopped = [nbformat.v4.new_output("stream", name="stderr", text=note)]
            # What a repetition has lost is not shown: it may follow a hidden test.
            cell.outputs = session.outputs.get(index, stopped)
        if key is None:
            continue
        untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        if is_solution(cell) or is_task(cell):
            comments[key] = "No response." if untouched and not is_task(cell) else None
        if key in verdicts:
            step = steps[key]
            shown, seen = verdicts[key].outputs, cell.outputs
            if shown and shown[0].get("evalue") == BY_SUBMISSION:
                # What it raised in the notebook says more.
                shown = [o for o in seen if o.output_type == "error"] or shown
                verdicts[key].why = f"{shown[0].ename}: {shown[0].evalue}".removesuffix(": ")
            cell.outputs = shown
            cell.source = step["source"]
            if step["checksum"]:
                cell.metadata.nbgrader.checksum = step["checksum"]
            if step["test"]:
                grades[key] = [verdicts[key].score, False]
        elif is_grade(cell):
            grades[key] = [0.0, False] if untouched and is_solution(cell) else [None, True]
    return {"grades": grades, "comments": comments}


# ---- one process for each -----------------------------------------------------------------------


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
    answer.send_bytes(json.dumps(result).encode())


def run_child(job):
    """Fork a child for one job and wait for it, for the deadline, or for the grader's end.

    Returns the result as JSON, or None if the grader is gone.
    """
    started = time.monotonic()
    incoming, outgoing = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_child, args=(job, outgoing))
    child.start()
    outgoing.close()
    # Nothing is sent during a job: what standard input has to say then is that it ended.
    patience = PATIENCE * job["limits"]["total_seconds"] + GRACE_SECONDS
    ready = multiprocessing.connection.wait([incoming, sys.stdin.buffer], patience)
    result = {"fault": "the grading process took too long"}
    if incoming in ready:
        try:
            result = json.loads(incoming.recv_bytes())
        except (EOFError, OSError):
            result = {"fault": "the grading process died"}
    incoming.close()
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child.pid, signal.SIGKILL)
    child.join()
    if sys.stdin.buffer in ready:
        return None
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
