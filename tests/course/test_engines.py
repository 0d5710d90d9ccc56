"""The same marks wherever they are computed and wherever they are kept."""

import contextlib
import json
import os
import pwd
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from course_cases import LIMITS, SOURCES, cell, install, snapshot, solved, submit
from sqlalchemy import Engine

from course import sandbox as sandboxing
from course.engines import Distributed, Local, Worker
from course.gradebook import BUSY, only_writer
from course.grading import grade
from course.layout import Course, CourseError
from course.release import release
from course.sandbox import UNCONTAINED

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


QUICK = replace(LIMITS, cell_seconds=3)


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


@pytest.mark.stress
def test_a_local_dask_cluster(course, reference):
    hand_in(course)
    grade(course, "tiny", engine=Distributed(workers=2), limits=QUICK, report=lambda line: None)
    assert snapshot(course) == reference


@pytest.mark.stress
def test_a_dask_cluster_by_its_address(course, reference, tmp_path):
    """A scheduler and a worker of their own, started from another folder."""
    hand_in(course)
    said = tmp_path / "scheduler.json"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    options = {"cwd": tmp_path, "env": environment, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", said, "--no-dashboard"],
        **options,
    )
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            "--scheduler-file",
            said,
            "--nthreads",
            "2",
            "--no-dashboard",
        ],
        **options,
    )
    try:
        while not said.exists() or not said.read_text().rstrip().endswith("}"):
            assert scheduler.poll() is None
            time.sleep(0.1)
        address = json.loads(said.read_text())["address"]
        grade(course, "tiny", engine=Distributed(address), limits=QUICK, report=lambda line: None)
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait()
    assert snapshot(course) == reference


@contextlib.contextmanager
def postgres():
    """Run a PostgreSQL server that listens on a Unix socket; yield a database's URL."""
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
    settings = f"-c listen_addresses= -c unix_socket_directories={data} -c fsync=off"
    run(binary / "pg_ctl", "-D", data, "-o", settings, "-w", "-l", data / "log", "start")
    try:
        run(binary / "createdb", "-h", data, "-U", "teacher", "course")
        yield f"postgresql://teacher@/course?host={data}"
    finally:
        run(binary / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(data)


@pytest.mark.stress
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


@pytest.fixture
def nothing(monkeypatch):
    """A machine on which nothing can contain students' code."""
    monkeypatch.setattr(sandboxing, "bwrap_works", lambda: False)
    monkeypatch.setattr(sandboxing, "podman_works", lambda: False)


def test_without_a_sandbox_nothing_is_graded(course, nothing, monkeypatch):
    hand_in(course)
    with pytest.raises(CourseError, match="apt-get install bubblewrap") as caught:
        grade(course, "tiny", engine=Local(1), limits=QUICK, report=lambda line: None)
    assert "podman build" in str(caught.value)
    assert snapshot(course) == {}
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(Path, "exists", lambda path: True)
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: "1\n")
    with pytest.raises(CourseError, match="apparmor_parser --replace"):
        sandboxing.containment()


def test_uncontained_there_is_a_warning_and_there_are_limits(course, reference, nothing):
    hand_in(course)
    notebook = solved(course, "tiny")
    cell(notebook, "code").source = "hog = []\nwhile True:\n    hog.append(bytearray(10**7))"
    submit(course, "hog", notebook, name="tiny")
    notebook = solved(course, "tiny")
    cell(notebook, "code").source += "\nimport os\nprint('PID', os.getpid())"
    submit(course, "tells", notebook, name="tiny")
    lines = []
    options = {"engine": Local(2), "limits": QUICK, "uncontained": True}
    results = grade(course, "tiny", **options, report=lines.append)
    assert lines[0] == UNCONTAINED
    assert results["hog"].score == 0
    # Where process ids mean the same on both sides, the student's is the runner's and no other.
    told = int(re.search(r"PID (\d+)", results["tells"].notebook)[1])
    assert [told] == results["tells"].processes["runners"]
    assert told not in (os.getpid(), results["tells"].processes["judge"])
    book = snapshot(course)
    assert book.pop(("tiny", "hog", "tiny"))["score"] == 0.0
    assert book.pop(("tiny", "tells", "tiny"))["score"] == 2.0
    assert book == reference


# Stands in for podman: gives a command the files, the environment and the network it asks for.
PODMAN = """#!{python}
import os, sys
words = sys.argv[1:]
if words[:2] == ["image", "exists"]:
    sys.exit(words[2] != "course-runner")
assert words[:7] == ["run", "-i", "--rm", "--network", "none", "--read-only", "--cap-drop"], words
place = words.index("course-runner")
options, command = words[:place], words[place + 1 :]
bwrap = ["bwrap", "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]
bwrap += ["--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/home", "--die-with-parent"]
for name, value in zip(options, options[1:]):
    if name == "--tmpfs":
        bwrap += ["--tmpfs", value.split(":")[0]]
    if name == "--volume":
        bwrap += ["--ro-bind", *value.removesuffix(":ro").split(":")]
    if name == "--env":
        bwrap += ["--setenv", *value.split("=", 1)]
    if name == "--workdir":
        bwrap += ["--chdir", value]
for prefix in (sys.base_prefix, sys.prefix):  # an image has its own Python, wherever this one lies
    bwrap += ["--ro-bind", prefix, prefix]
os.execvp("bwrap", [*bwrap, "--", sys.executable, *command[1:]])
"""


def test_podman_where_there_is_no_bubblewrap(course, reference, tmp_path, monkeypatch):
    hand_in(course)
    notebook = solved(course, "tiny")
    cell(notebook, "code").source += "\nfrom lib.activations import softmax\nopen('x', 'w')"
    submit(course, "imports", notebook, name="tiny")
    (tmp_path / "podman").write_text(PODMAN.format(python=sys.executable))
    (tmp_path / "podman").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(sandboxing, "bwrap_works", lambda: False)
    monkeypatch.setattr(Worker, "_idle", queue.SimpleQueue())  # others have another PATH
    sandboxing.podman_works.cache_clear()
    try:
        grade(course, "tiny", engine=Local(1), limits=QUICK, report=lambda line: None)
    finally:
        sandboxing.podman_works.cache_clear()
    book = snapshot(course)
    assert book.pop(("tiny", "imports", "tiny"))["score"] == 2.0
    assert book == reference


@pytest.mark.parametrize("private", ["/tmp", "/dev/shm"])
def test_an_environment_below_a_private_folder_is_not_covered(sandbox, private, monkeypatch):
    """A clone in ``/tmp`` grades like any other, and shows the runner nothing else from there."""
    folder = Path(tempfile.mkdtemp(dir=private))
    try:
        for name in ("environment", "beside"):
            (folder / name).mkdir()
        (folder / "environment" / "seen").touch()
        wanted = [Path("/usr"), Path("/bin"), Path("/lib"), Path("/lib64"), folder / "environment"]
        monkeypatch.setattr(sandboxing, "_system_paths", lambda: [p for p in wanted if p.exists()])
        listing = ["find", folder, "-printf", "%P\n"]
        command = ["bwrap", *sandboxing.Sandbox(LIMITS)._bwrap_options(), "--", *listing]
        seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert sorted(seen) == ["environment", "environment/seen"]
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
