"""Grade a class: in parallel, resumably, with one process writing to the gradebook."""

from __future__ import annotations

import atexit
import concurrent.futures
import contextlib
import hashlib
import itertools
import json
import os
import platform
import queue
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .gradebook import export_assignment, graded_students, merge_marks, only_writer
from .intake import STUDENT_ID, Submission, read_submission
from .layout import REPOSITORY, CourseError
from .sandbox import NO_SANDBOX, Limits, bwrap_works

# Part of every result's key: raise it when the engine would give another mark for the same files.
ENGINE = 2
PATIENCE_SECONDS = 120
# Job directories are named after the process that grades. Short, for the sockets inside.
SCRATCH = "cg"


@dataclass(frozen=True)
class Bundle:
    """What every submission of an assignment is graded with, ready to be sent to another machine.

    Attributes
    ----------
    assignment : str
    files : dict of str to bytes
        The job directory's common content: gradebook, released notebook, data files, configuration.
    digest : str
        Names this content.
    """

    assignment: str
    files: dict[str, bytes]
    digest: str

    @classmethod
    def of(cls, course, assignment):
        """Collect the bundle of a released assignment."""
        notebook = course.require(assignment)
        files = {"release.ipynb": notebook.read_bytes()}
        for path in sorted(notebook.parent.rglob("*")):
            if path.is_file() and path.suffix != ".ipynb":
                relative = path.relative_to(notebook.parent).as_posix()
                files[f"source/{assignment}/{relative}"] = path.read_bytes()
        config = course.root / "nbgrader_config.py"
        if config.exists():
            files["nbgrader_config.py"] = config.read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "gradebook.db")
            export_assignment(course, assignment, target)
            content = cls._content(target)
            files["gradebook.db"] = target.read_bytes()
        digest = hashlib.sha256(content)
        for name in sorted(set(files) - {"gradebook.db"}):
            digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
        return cls(assignment, files, digest.hexdigest())

    @staticmethod
    def _content(database):
        """Return the database's content in an order that does not depend on its pages."""
        with contextlib.closing(sqlite3.connect(database)) as connection:
            lines = sorted(line for line in connection.iterdump() if line.startswith("INSERT"))
        return "\n".join(lines).encode()


@dataclass(frozen=True)
class Job:
    """One submission to grade: plain data, so that any machine with this package can do it."""

    submission: Submission
    bundle: Bundle
    limits: Limits
    contained: bool
    hidden: tuple[str, ...]
    key: str


@dataclass
class Result:
    """What grading one submission gave.

    Attributes
    ----------
    student, assignment, key : str
        The key names the submission, the assignment and the limits; the same key, the same marks.
    marks : dict or None
        As `course.worker.read_marks` returns them; None if the submission could not be graded.
    reason : str
        Why it could not.
    notes : list of str
        What the teacher should know.
    tampered : str
        Which check of the kernel failed, if one did.
    failed : bool
        Whether grading itself went wrong; the next run tries again.
    seconds : float
    notebook : bytes
        The autograded notebook; empty if there is none.
    """

    student: str
    assignment: str
    key: str
    marks: dict | None = None
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    tampered: str = ""
    failed: bool = False
    seconds: float = 0.0
    notebook: bytes = b""

    @property
    def score(self):
        """Return the automatic score, with no late penalty taken off."""
        if not self.marks:
            return 0.0
        notebooks = self.marks["notebooks"].values()
        return sum(score or 0.0 for n in notebooks for score, _ in n["grades"].values())


class Worker:
    """A grading process, started once and asked for one submission after another."""

    _counter = itertools.count()
    _idle = queue.SimpleQueue()

    def __init__(self):
        self.slot = (os.getpid() % 2**20) * 64 + next(self._counter) % 64
        self.process = None
        atexit.register(self.close)

    @classmethod
    @contextlib.contextmanager
    def borrowed(cls):
        """Lend out an idle worker, or a new one, and take it back afterwards."""
        try:
            worker = cls._idle.get_nowait()
        except queue.Empty:
            worker = cls()
        try:
            yield worker
        finally:
            cls._idle.put(worker)

    def _start(self):
        sweep_scratch()
        environment = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(
            [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Ctrl-C is for the grader, which then closes the worker's input.
            start_new_session=True,
        )

    def run(self, job_dir, seconds):
        """Grade a job directory; return the worker's one-word answer."""
        if self.process is None or self.process.poll() is not None:
            self._start()
        order = json.dumps({"dir": str(job_dir), "seconds": seconds})
        self.process.stdin.write(order.encode() + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().decode().strip() or "lost"

    def close(self):
        """End the worker and whatever it is running."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def scratch_root():
    """Return a short path for job directories, in memory where there is some.

    Unix sockets need short paths, and a job's private gradebook is synced to disk at every commit.
    """
    for path in ("/dev/shm", "/tmp"):
        if os.access(path, os.W_OK | os.X_OK):
            return path
    return None


def sweep_scratch():
    """Remove the job directories of graders that were killed and could not do so themselves."""
    for path in Path(scratch_root() or tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
        pid = path.name.removeprefix(SCRATCH).split("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def grade_submission(job):
    """Grade one submission in a process of its own.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Result
    """
    submission = job.submission
    result = Result(submission.student, submission.assignment, job.key)
    if submission.problem:
        result.reason = submission.problem
        return result
    contained = bwrap_works()
    if job.contained and not contained:
        result.reason = f"bubblewrap is missing on the grading machine {platform.node()}"
        result.failed = True
        return result
    job_dir = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-", dir=scratch_root()))
    try:
        with Worker.borrowed() as worker:
            _lay_out(job_dir, job, worker.slot, contained)
            outcome = worker.run(job_dir, job.limits.total_seconds)
        _collect(job_dir, outcome, result)
    finally:
        shutil.rmtree(job_dir, ignore_errors=True)
    return result


def _lay_out(job_dir, job, slot, contained):
    submission, bundle = job.submission, job.bundle
    (job_dir / "source" / bundle.assignment).mkdir(parents=True)
    (job_dir / "files").mkdir()
    content = dict(bundle.files)
    content.update({f"files/{name}": data for name, data in submission.files.items()})
    for name, data in content.items():
        path = job_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    settings = {
        "student": submission.student,
        "assignment": bundle.assignment,
        "notebook": bundle.assignment,
        "limits": job.limits.as_dict(),
        "slot": slot,
        "contained": contained,
        "hidden": job.hidden,
    }
    (job_dir / "job.json").write_text(json.dumps(settings), encoding="utf-8")


def _collect(job_dir, outcome, result):
    path = job_dir / "result.json"
    if not path.exists():
        log = job_dir / "log.txt"
        tail = (
            log.read_text(encoding="utf-8", errors="replace").strip()[-200:] if log.exists() else ""
        )
        what = {"killed": "the grading process took too long"}.get(
            outcome, "the grading process died"
        )
        result.reason = f"{what}; {tail}" if tail else what
        result.failed = True
        return
    for name, value in json.loads(path.read_text(encoding="utf-8")).items():
        setattr(result, name, value)
    student, assignment = result.student, result.assignment
    notebook = job_dir / "autograded" / student / assignment / f"{assignment}.ipynb"
    if notebook.exists():
        result.notebook = notebook.read_bytes()


class Local:
    """Grade on this machine's cores."""

    def __init__(self, workers=None):
        self.workers = workers or os.cpu_count() or 1

    def run(self, jobs):
        """Yield each job's result as it comes, with only a few jobs in memory at a time."""
        jobs = iter(jobs)
        with concurrent.futures.ThreadPoolExecutor(self.workers) as pool:
            pending = {
                pool.submit(grade_submission, j) for j in itertools.islice(jobs, self.window)
            }
            try:
                while pending:
                    done, pending = concurrent.futures.wait(pending, return_when="FIRST_COMPLETED")
                    pending |= {
                        pool.submit(grade_submission, j) for j in itertools.islice(jobs, len(done))
                    }
                    for future in done:
                        yield future.result()
            finally:
                for future in pending:
                    future.cancel()

    @property
    def window(self):
        """How many jobs wait in memory."""
        return 2 * self.workers


class Distributed:
    """Grade over a Dask cluster: one started here, or any by its scheduler's address.

    Every worker machine needs this repository's environment, with ``course`` importable.
    """

    def __init__(self, address=None, workers=None):
        self.address = address
        self.workers = workers or os.cpu_count() or 1

    def run(self, jobs):
        """Yield each job's result as it comes."""
        import dask
        from distributed import Client, LocalCluster, as_completed

        with contextlib.ExitStack() as stack:
            # Work that nobody is there to do becomes an error instead of a long silence.
            patience = {"distributed.scheduler.no-workers-timeout": f"{PATIENCE_SECONDS}s"}
            stack.enter_context(dask.config.set(patience))
            if self.address:
                client = stack.enter_context(Client(self.address))
            else:
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=self.workers,
                        threads_per_worker=1,
                        dashboard_address=None,
                        host="127.0.0.1",
                    )
                )
                client = stack.enter_context(Client(cluster))
            try:
                client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            except TimeoutError:
                raise CourseError("The Dask cluster has no workers.") from None
            jobs = iter(jobs)
            window = 2 * max(1, sum(client.nthreads().values()))
            first = [
                client.submit(grade_submission, j, pure=False)
                for j in itertools.islice(jobs, window)
            ]
            running = as_completed(first)
            for future in running:
                yield future.result()
                for job in itertools.islice(jobs, 1):
                    running.add(client.submit(grade_submission, job, pure=False))


class Journal:
    """The results of an assignment on disk, so that a killed run loses at most what was running.

    ``grading/<assignment>/<student>.json`` holds a result, written in one step;
    ``grading/<assignment>/merged.jsonl`` names the results that are in the gradebook.
    """

    def __init__(self, course, assignment):
        self.course, self.assignment = course, assignment
        self.folder = course.root / "grading" / assignment
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "merged.jsonl"

    def merged(self):
        """Return ``{student: key}`` of the results in the gradebook."""
        keys = {}
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        for line in lines:
            with contextlib.suppress(ValueError, KeyError):  # the last line of a killed run
                entry = json.loads(line)
                keys[entry["student"]] = entry["key"]
        known = graded_students(self.course, self.assignment)
        return {student: key for student, key in keys.items() if student in known}

    def load(self, student):
        """Return a student's stored result, or None."""
        path = self.folder / f"{student}.json"
        try:
            return Result(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def store(self, result):
        """Keep a result and its autograded notebook, each replaced in one step."""
        target = self.course.path("autograded", result.student, self.assignment)
        if result.notebook:
            target.mkdir(parents=True, exist_ok=True)
            _replace(target / f"{self.assignment}.ipynb", result.notebook)
        elif target.exists():
            shutil.rmtree(target)
        content = {k: v for k, v in vars(result).items() if k != "notebook"}
        _replace(self.folder / f"{result.student}.json", json.dumps(content).encode())

    def note_merged(self, result):
        """Record that a result is in the gradebook."""
        line = json.dumps({"student": result.student, "key": result.key}) + "\n"
        torn = self.log.exists() and not self.log.read_bytes().endswith(b"\n")
        with self.log.open("a", encoding="utf-8") as log:
            log.write("\n" + line if torn else line)
            log.flush()
            os.fsync(log.fileno())

    def results(self):
        """Return the stored results of the students who have submitted, by student."""
        students = self.course.submissions(self.assignment)
        found = {student: self.load(student) for student in students}
        return {student: result for student, result in found.items() if result is not None}


def _replace(path, data):
    temporary = path.with_name(path.name + ".tmp")
    if path.exists():
        path.chmod(0o644)
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def submission_key(submission, bundle, limits):
    """Return what names a grading: the same key, the same marks."""
    digest = hashlib.sha256(f"{ENGINE} {bundle.digest} {limits}".encode())
    digest.update(f"{submission.student}\0{submission.problem}".encode())
    for name, data in sorted(submission.files.items()):
        digest.update(name.encode(errors="surrogateescape") + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()


def grade(course, assignment, *, engine=None, limits=None, force=False, report=print):
    """Grade whatever has been submitted for an assignment and is not graded yet.

    Parameters
    ----------
    course : Course
    assignment : str
    engine : Local or Distributed, optional
        Where the work is done; this machine's cores by default.
    limits : Limits, optional
    force : bool
        Grade everything again.
    report : callable
        Receives each line of progress.

    Returns
    -------
    dict
        The results by student, those of earlier runs included.

    Raises
    ------
    CourseError
        If the assignment was not released, or another process writes to the gradebook.
    """
    engine = engine or Local()
    limits = limits or Limits()
    course.require(assignment)
    contained = bwrap_works()
    if not contained:
        report(NO_SANDBOX)
    with only_writer(course), course.gradebook() as gradebook:
        journal = Journal(course, assignment)
        bundle = Bundle.of(course, assignment)
        merged = {} if force else journal.merged()
        hidden = tuple(str(p) for p in (course.root.resolve(), REPOSITORY / "assignments"))

        def finish(result):
            merge_marks(gradebook, result.student, assignment, result.marks)
            if not result.failed:
                journal.note_merged(result)

        def waiting():
            for student, folder in course.submissions(assignment).items():
                submission = read_submission(folder, student, assignment)
                if not STUDENT_ID.fullmatch(student):
                    submission = Submission(student, assignment, problem="not a usable student id")
                key = submission_key(submission, bundle, limits)
                if merged.get(student) == key:
                    counts["kept"] += 1
                    continue
                stored = None if force else journal.load(student)
                if stored is not None and stored.key == key and not stored.failed:
                    # Graded by a run that was killed before it could write the gradebook.
                    finish(stored)
                    counts["kept"] += 1
                    continue
                yield Job(submission, bundle, limits, contained, hidden, key)

        total = len(course.submissions(assignment))
        counts = {"kept": 0, "graded": 0}
        started = time.monotonic()
        for result in engine.run(waiting()):
            journal.store(result)
            finish(result)
            counts["graded"] += 1
            report(progress_line(result, counts, total, time.monotonic() - started))
        report(f"{assignment}: {counts['graded']} graded, {counts['kept']} already graded")
        return journal.results()


def progress_line(result, counts, total, elapsed):
    """Return one line: how far, who, what came out, how fast, how long still."""
    done = counts["graded"] + counts["kept"]
    rate = 60 * counts["graded"] / elapsed
    left = (total - done) * elapsed / counts["graded"]
    outcome = f"not graded: {result.reason}" if result.reason else f"{result.score:g} points"
    flags = "; ".join([result.tampered] * bool(result.tampered) + result.notes)
    return (
        f"[{done:>{len(str(total))}}/{total}] {result.student}: {outcome} ({result.seconds:.1f} s; "
        f"{rate:.0f} a minute; {left:.0f} s left){'; ' + flags if flags else ''}"
    )
