"""The process that grades: one child for each submission, so that none can harm another.

``python -m course.worker`` loads nbgrader once, then forks a child for every job directory it reads
from its standard input and answers ``done``. A child that overstays is killed. When the standard
input closes, because the grader ended or was killed, the worker and its child end too.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import logging
import os
import re
import resource
import select
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

import nbformat
from jupyter_client.provisioning import KernelProvisionerFactory
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.orm import configure_mappers
from traitlets.config import Config, PyFileConfigLoader

from .execute import SandboxedExecute, numpy_fingerprint
from .intake import Unreadable, prepare
from .sandbox import Limits, MemoryGuard, Sandbox, kill_descendants

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# The child outlives the notebook's own limit by this much before it is killed.
GRACE_SECONDS = 60
CHILD_MEMORY = 8 * 2**30


def load_config(directory):
    """Return the teacher's nbgrader configuration, or an empty one."""
    path = Path(directory, "nbgrader_config.py")
    if not path.exists():
        return Config()
    return PyFileConfigLoader(path.name, path=str(directory)).load_config()


def grade(job_dir):
    """Grade the submission in a job directory and write ``result.json`` there.

    Parameters
    ----------
    job_dir : Path
        Holds ``job.json``, ``gradebook.db`` (only this assignment, no students), ``release.ipynb``,
        ``files/`` (the submission), ``source/<assignment>/`` (the assignment's data files) and, if
        the teacher has one, ``nbgrader_config.py``.
    """
    job = json.loads((job_dir / "job.json").read_text(encoding="utf-8"))
    result = {"marks": None, "reason": "", "notes": [], "failed": False}
    started = time.monotonic()
    try:
        result.update(_autograde(job_dir, job))
    except Unreadable as error:
        result["reason"] = str(error)
    except Exception as error:
        result["reason"] = f"grading failed: {type(error).__name__}: {str(error)[:300]}"
        result["failed"] = True
        traceback.print_exc()
    result["seconds"] = round(time.monotonic() - started, 3)
    temporary = job_dir / "result.tmp"
    temporary.write_text(json.dumps(result), encoding="utf-8")
    temporary.rename(job_dir / "result.json")


def _autograde(job_dir, job):
    student, assignment, name = job["student"], job["assignment"], job["notebook"]
    limits = Limits(**job["limits"])
    released = nbformat.read(job_dir / "release.ipynb", as_version=4)
    files = {
        path.relative_to(job_dir / "files").as_posix(): path.read_bytes()
        for path in (job_dir / "files").rglob("*")
        if path.is_file()
    }
    prepared = prepare(files, released, name)

    submitted = job_dir / "submitted" / student / assignment
    submitted.mkdir(parents=True)
    nbformat.write(prepared.notebook, submitted / f"{name}.ipynb")
    if "timestamp.txt" in files:
        (submitted / "timestamp.txt").write_bytes(files["timestamp.txt"])
    _lay_out_inputs(job_dir, assignment, prepared.attachments)

    guard = MemoryGuard(limits)
    execute = SandboxedExecute(
        sandbox=Sandbox(
            sockets=job_dir / "s",
            inputs=job_dir / "inputs",
            home=job_dir / "home",
            limits=limits,
            slot=job["slot"],
            hidden=tuple(job["hidden"]),
            contained=job["contained"],
        ),
        limits=limits,
        guard=guard,
    )
    config = load_config(job_dir)
    coursedir = CourseDirectory(
        root=str(job_dir),
        assignment_id=assignment,
        student_id=student,
        db_url=f"sqlite:///{job_dir}/gradebook.db",
        config=Config({"CourseDirectory": {}}),
    )
    converter = Autograde(coursedir=coursedir, config=config)
    messages = io.StringIO()
    converter.log.addHandler(logging.StreamHandler(messages))
    converter.log.setLevel(logging.ERROR)
    converter.autograde_preprocessors = [
        execute if step.__name__ == "Execute" else step
        for step in converter.autograde_preprocessors
    ]
    guard.start()
    try:
        converter.start()
    except NbGraderException:
        print(messages.getvalue())
        raise RuntimeError(_last_exception(messages.getvalue())) from None
    finally:
        guard.stop()
        kill_descendants()
    notes = prepared.notes
    if execute.lost:
        notes.append(f"stopped: {execute.lost}")
    return {
        "marks": read_marks(coursedir.db_url, assignment, student),
        "notes": notes,
        "tampered": execute.tampered,
    }


def _last_exception(log):
    """Return the line of nbgrader's log that names the exception behind a failure."""
    named = [line for line in log.splitlines() if re.match(r"[\w.]+(Error|Exception|Lost)\b", line)]
    return named[-1] if named else "nbgrader could not convert the notebook"


def _lay_out_inputs(job_dir, assignment, attachments):
    """Put the student's files, then the assignment's own, where the kernel copies them from."""
    inputs = job_dir / "inputs"
    for name in ("s", "inputs", "home"):
        (job_dir / name).mkdir()
    for name, data in attachments.items():
        path = inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    shutil.copytree(job_dir / "source" / assignment, inputs, dirs_exist_ok=True)
    for path in [inputs, *inputs.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def read_marks(db_url, assignment, student):
    """Return a submission's marks from a gradebook as plain data.

    Parameters
    ----------
    db_url : str
    assignment, student : str

    Returns
    -------
    dict
        ``timestamp`` and, by notebook, ``penalty``, ``grades`` and ``comments`` by cell.
    """
    with Gradebook(db_url) as gradebook:
        submission = gradebook.find_submission(assignment, student)
        timestamp = submission.timestamp
        return {
            "timestamp": timestamp.isoformat() if timestamp else None,
            "notebooks": {
                notebook.name: {
                    "penalty": notebook.late_submission_penalty,
                    "grades": {
                        grade.name: [grade.auto_score, grade.needs_manual_grade]
                        for grade in sorted(notebook.grades, key=lambda g: g.name)
                    },
                    "comments": {
                        comment.name: comment.auto_comment
                        for comment in sorted(notebook.comments, key=lambda c: c.name)
                    },
                }
                for notebook in submission.notebooks
            },
        }


def _child(job_dir):
    """Grade in a process group of its own, which dies with the worker."""
    os.setpgid(0, 0)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Processes that the student's code orphans come to this child and count against its limits.
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    log = os.open(job_dir / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    grade(job_dir)


def _prctl(option, value):
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _kill_group(pid):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def run_child(job_dir, seconds, wakeup):
    """Fork a child for one job and wait for it, for the deadline, or for the grader's end.

    Returns
    -------
    str
        ``"done"``, ``"killed"`` after the deadline, or ``"orphaned"`` if standard input closed.
    """
    pid = os.fork()
    if pid == 0:
        try:
            _child(job_dir)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    deadline = time.monotonic() + seconds
    outcome = "done"
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            outcome = "killed"
            break
        readable, _, _ = select.select([wakeup, 0], [], [], remaining)
        if wakeup in readable:
            os.read(wakeup, 4096)
        if 0 in readable:  # nothing is sent during a job, so this is the end of the input
            outcome = "orphaned"
            break
    if outcome != "done":
        _kill_group(pid)
        os.waitpid(pid, 0)
    return outcome


def warm_up():
    """Do once, before any child is forked, what each would otherwise do for itself."""
    numpy_fingerprint()
    for relaxed in (False, True):
        nbformat.validator.get_validator(4, relax_add_props=relaxed)
    KernelProvisionerFactory.instance()
    configure_mappers()


def main():
    """Serve jobs until standard input closes."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writable)
    warm_up()
    buffer = b""
    while True:
        while b"\n" not in buffer:
            chunk = os.read(0, 65536)
            if not chunk:
                return
            buffer += chunk
        line, buffer = buffer.split(b"\n", 1)
        order = json.loads(line)
        outcome = run_child(Path(order["dir"]), order["seconds"] + GRACE_SECONDS, readable)
        if outcome == "orphaned":
            return
        sys.stdout.write(outcome + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
