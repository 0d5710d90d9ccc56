"""The same marks wherever they are computed and wherever they are kept."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from course_cases import LIMITS, SOURCES, cell, install, solved, submit
from nbgrader.converters import Autograde
from sqlalchemy import Engine

from course import grading
from course import sandbox as sandboxing
from course.gradebook import BUSY, only_writer, snapshot
from course.grading import Distributed, Local, grade
from course.layout import Course, CourseError
from course.release import release, run_converter
from course.sandbox import NO_SANDBOX, Limits

pytestmark = pytest.mark.xdist_group("engines")


def hand_in(course):
    """Four submissions: right, wrong, looping, unreadable."""
    submit(
        course, "right", solved(course, "tiny"), name="tiny", timestamp="2026-01-01 00:00:00 UTC"
    )
    for student, body in {"wrong": "return x", "looping": "while True: pass"}.items():
        notebook = solved(course, "tiny")
        cell(notebook, "code").source = f"def increment(x):\n    {body}"
        submit(course, student, notebook, name="tiny")
    submit(course, "unreadable", "", name="tiny")


QUICK = Limits(**{**LIMITS.as_dict(), "cell_seconds": 3})


@pytest.fixture(scope="module")
def reference(sandbox, released, tmp_path_factory):
    """Marks of the four submissions, graded one after another on this machine."""
    root = tmp_path_factory.mktemp("reference")
    shutil.copytree(released.root, root / "course")
    course = Course(root / "course")
    hand_in(course)
    grade(course, "tiny", engine=Local(1), limits=QUICK, report=lambda line: None)
    book = snapshot(course)
    assert {s: e["score"] for (_, s, _), e in book.items()} == {
        "right": 2.0,
        "wrong": 0.0,
        "looping": 0.0,
        "unreadable": 0.0,
    }
    return book


# nbgrader itself queries while it builds a submission; `merge_marks` does not let it.
@pytest.mark.filterwarnings("ignore:Object of type .* not in session:sqlalchemy.exc.SAWarning")
def test_plain_nbgrader_gives_the_same_marks(sandbox, course):
    """`nbgrader autograde` over the same submissions, in process and without any of ours."""
    for name in ("perfect", "partly", "blank"):
        notebook = solved(course, "mini")
        if name == "partly":
            answer = "def share(values):\n    return [0.25, 0.75]"
            cell(notebook, "share-code").source = answer
        if name == "blank":
            notebook = nbformat.read(course.require("mini"), as_version=4)
        submit(course, name, notebook, timestamp="2026-01-01 00:00:00 UTC")
    plain = Course(course.root.with_name("plain"))
    shutil.copytree(course.root, plain.root)
    directory = plain.directory(assignment_id="mini")
    run_converter(Autograde(coursedir=directory, config=plain.config), "autograde")
    grade(course, "mini", engine=Local(2), report=lambda line: None)
    book = snapshot(course)
    assert len(book) == 3
    assert book == snapshot(plain)


def test_a_local_dask_cluster(course, reference):
    hand_in(course)
    grade(course, "tiny", engine=Distributed(workers=2), limits=QUICK, report=lambda line: None)
    assert snapshot(course) == reference


def test_a_dask_cluster_by_its_address(course, reference, tmp_path):
    """A scheduler and a worker of their own, started from another folder."""
    hand_in(course)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    options = {"cwd": tmp_path, "env": environment, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **options
    )
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            address,
            "--nthreads",
            "2",
            "--no-dashboard",
        ],
        **options,
    )
    try:
        grade(course, "tiny", engine=Distributed(address), limits=QUICK, report=lambda line: None)
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait()
    assert snapshot(course) == reference


@contextlib.contextmanager
def postgres():
    """Run a PostgreSQL server on the loopback; yield a database's URL."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[-2]))
    if not programs:
        install("postgresql")
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    binary = programs[-1]
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
    prefix = as_user if os.getuid() == 0 else []
    # Not among pytest's folders, which no other user may enter.
    data = Path(tempfile.mkdtemp(prefix="postgres-"))
    if os.getuid() == 0:
        shutil.chown(data, user)

    def run(*command):
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")

    run(binary / "initdb", "-D", data, "-U", "teacher", "--auth=trust", "-E", "UTF8", "--no-sync")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    )
    run(binary / "pg_ctl", "-D", data, "-o", settings, "-w", "-l", data / "log", "start")
    try:
        run(binary / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "teacher", "course")
        yield f"postgresql://teacher@127.0.0.1:{port}/course"
    finally:
        run(binary / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(data)


def test_a_postgresql_gradebook(reference, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("postgres")
    with postgres() as url:
        course = Course(folder / "course", url)
        release(course, ["tiny"], sources=SOURCES, report=lambda line: None)
        hand_in(course)
        grade(course, "tiny", engine=Local(2), limits=QUICK, report=lambda line: None)
        assert snapshot(course) == reference
        assert not (course.root / "gradebook.db").exists()
        lines = []
        grade(course, "tiny", limits=QUICK, report=lines.append)
        assert lines == ["tiny: 0 graded, 4 already graded"]
        # A second machine has another course folder, but the same database.
        elsewhere = Course(folder / "elsewhere", url)
        second = only_writer(elsewhere)
        with only_writer(course), pytest.raises(CourseError, match=BUSY[:20]):
            second.__enter__()
        with only_writer(elsewhere):
            assert snapshot(elsewhere) == reference
        # A server that is slow to see a connection closed refuses nobody.
        unclosed = []
        monkeypatch.setattr(Engine, "dispose", lambda engine: unclosed.append(engine))
        for place in (course, elsewhere):
            with only_writer(place):
                pass
        monkeypatch.undo()
        for engine in unclosed:
            engine.dispose()


def test_without_a_sandbox_there_is_a_warning_and_there_are_limits(course, reference, monkeypatch):
    monkeypatch.setattr(grading, "bwrap_works", lambda: False)
    hand_in(course)
    notebook = solved(course, "tiny")
    cell(notebook, "code").source = "hog = []\nwhile True:\n    hog.append(bytearray(10**7))"
    submit(course, "hog", notebook, name="tiny")
    lines = []
    results = grade(course, "tiny", engine=Local(2), limits=QUICK, report=lines.append)
    assert lines[0] == NO_SANDBOX
    assert "memory" in " ".join(results["hog"].notes)
    book = snapshot(course)
    assert book.pop(("tiny", "hog", "tiny"))["score"] == 0.0
    assert book == reference


@pytest.mark.parametrize("private", ["/tmp", "/dev/shm"])
def test_an_environment_below_a_private_folder_is_not_covered(sandbox, private, monkeypatch):
    """A clone in ``/tmp`` grades like any other, and shows the kernel nothing else from there."""
    folder = Path(tempfile.mkdtemp(dir=private))
    try:
        for name in ("environment", "beside", "sockets", "inputs"):
            (folder / name).mkdir()
        (folder / "environment" / "seen").touch()
        wanted = [Path("/usr"), Path("/bin"), Path("/lib"), Path("/lib64"), folder / "environment"]
        monkeypatch.setattr(sandboxing, "_system_paths", lambda: [p for p in wanted if p.exists()])
        box = sandboxing.Sandbox(folder / "sockets", folder / "inputs", folder, LIMITS)
        listing = ["find", folder, "-printf", "%P\n"]
        command = ["bwrap", *box._bwrap_options(), "--", *listing]
        seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert sorted(seen) == ["environment", "environment/seen", "sockets"]
    finally:
        shutil.rmtree(folder)


def test_bubblewrap_that_may_not_run_counts_as_none(live, tmp_path, monkeypatch):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    sandboxing.bwrap_works.cache_clear()
    try:
        assert not sandboxing.bwrap_works()
    finally:
        sandboxing.bwrap_works.cache_clear()
