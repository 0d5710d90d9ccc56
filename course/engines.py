"""Where submissions are graded: this machine's cores, or a Dask cluster. Both are executors."""

import atexit
import base64
import concurrent.futures
import contextlib
import itertools
import json
import os
import platform
import queue
import subprocess
import sys
from dataclasses import asdict, dataclass, field

from .layout import REPOSITORY, CourseError, path_with
from .sandbox import bwrap_works, podman_works

PATIENCE_SECONDS = 120


@dataclass
class Result:
    """What grading one submission gave.

    ``key`` names submission, assignment and limits: the same key, the same marks. ``marks`` has
    ``grades`` (by cell: the automatic score, and whether a person must look) and ``comments``; it
    is None if there is nothing to grade, and ``reason`` says why. ``fault`` is what of ours failed:
    then there is no mark, and the next run tries again. ``notes`` are for the teacher, ``odd`` has
    the value of each test cell that gave no mark, ``why`` the reason of each that earned nothing,
    ``notebook`` the graded notebook's text, ``processes`` the ids of the ``judge`` and of all
    ``runners``.
    """

    key: str = ""
    marks: dict | None = None
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    fault: str = ""
    odd: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    notebook: str = ""
    processes: dict = field(default_factory=dict)

    @property
    def score(self):
        """Return the automatic score, with no late penalty taken off."""
        grades = self.marks["grades"] if self.marks else {}
        return sum((score or 0.0 for score, _ in grades.values()), 0.0)


class Worker:
    """A grading process, started once and asked for one submission after another."""

    _idle = queue.SimpleQueue()

    def __init__(self):
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

    def run(self, job):
        """Return what `course.worker.mark` returns for a job, or the fault that prevented it."""
        if self.process is None or self.process.poll() is not None:
            self._start()
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            self.process.kill()
            self.close()
            return {"fault": "the grading process died"}

    def _start(self):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = path_with(REPOSITORY, "PYTHONPATH")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Ctrl-C is for the grader, which then closes the worker's input.
            start_new_session=True,
        )

    def close(self):
        """End the worker and whatever it is running."""
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def grade_submission(job):
    """Return the `Result` of a job, done in a process of its own; of a `Result` itself."""
    if isinstance(job, Result):
        return job
    if not {"bwrap": bwrap_works, "podman": podman_works}.get(job["kind"], lambda: True)():
        return Result(job["key"], fault=f"no {job['kind']} on the machine {platform.node()}")
    with Worker.borrowed() as worker:
        return Result(**{**worker.run(job), "key": job["key"]})


def job_for(bundle, files, *, limits, kind, hidden, key=""):
    """Return a job: plain data, so that any machine with this package can do it."""
    return {
        "bundle": asdict(bundle),
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        "limits": asdict(limits),
        "kind": kind,
        "hidden": list(hidden),
        "key": key,
    }


class Local:
    """This machine's cores."""

    def __init__(self, workers=None):
        self.workers = workers or os.cpu_count() or 1

    @contextlib.contextmanager
    def executor(self):
        """Yield an executor and how many jobs it does at a time."""
        with concurrent.futures.ThreadPoolExecutor(self.workers) as pool:
            yield pool, self.workers


class Distributed:
    """A Dask cluster: one started here, or any by its scheduler's address.

    Every worker machine needs this repository's environment, with ``course`` importable.
    """

    def __init__(self, address=None, workers=None):
        self.address = address
        self.workers = workers or os.cpu_count() or 1

    @contextlib.contextmanager
    def executor(self):
        """Yield an executor and how many jobs it does at a time."""
        import dask
        from distributed import Client, LocalCluster

        with contextlib.ExitStack() as stack:
            # Work that nobody is there to do becomes an error instead of a long silence.
            patience = {"distributed.scheduler.no-workers-timeout": f"{PATIENCE_SECONDS}s"}
            stack.enter_context(dask.config.set(patience))
            if not self.address:
                options = {"n_workers": self.workers, "threads_per_worker": 1}
                cluster = LocalCluster(**options, dashboard_address=None, host="127.0.0.1")
                client = stack.enter_context(Client(stack.enter_context(cluster)))
            else:
                client = stack.enter_context(Client(self.address))
            try:
                client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            except TimeoutError:
                raise CourseError("The Dask cluster has no workers.") from None
            yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


def run(pool, jobs):
    """Yield ``(name, result)`` of each ``(name, job)`` as it comes, a few in memory at a time.

    ``pool`` is what an engine's ``executor`` yields; a job that is a `Result` already is passed on.
    """
    executor, at_a_time = pool
    jobs, names = iter(jobs), {}

    def submit(count):
        for name, job in itertools.islice(jobs, count):
            names[executor.submit(grade_submission, job)] = name

    submit(2 * at_a_time)
    try:
        while names:
            done, _ = concurrent.futures.wait(names, return_when="FIRST_COMPLETED")
            submit(len(done))
            for future in done:
                yield names.pop(future), future.result()
    finally:
        for future in names:
            future.cancel()
