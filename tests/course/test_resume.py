"""A grader that is killed goes on where it stopped, and nothing shows in the gradebook."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from course_cases import cell, snapshot, solved, submit
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from course import grading
from course.engines import Local, Result
from course.gradebook import BUSY, only_writer
from course.grading import grade
from course.layout import Course, CourseError
from course.results import Results

pytestmark = pytest.mark.xdist_group("resume")

CLASS = 300
ROOT = Path(__file__).parents[2]


def fill(course, count):
    """Hand in right, half right and wrong solutions in turn."""
    bodies = ("return x + 1", "return max(1, x + 1)", "return x")
    for number in range(count):
        notebook = solved(course, "tiny")
        body = bodies[number % len(bodies)]
        cell(notebook, "code").source = f"# {number}\ndef increment(x):\n    {body}"
        submit(course, f"student{number:03}", notebook, name="tiny")


def entry_of(number):
    """Return the place of a student's notebook in a snapshot."""
    return "tiny", f"student{number:03}", "tiny"


def start(course, workers):
    command = [sys.executable, "-m", "course", "grade", "tiny", "--course", str(course.root)]
    return subprocess.Popen(
        [*command, "--workers", str(workers)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_after(process, lines):
    """Read so many lines of progress, then kill -9; return the processes there were below it."""
    read = [process.stdout.readline() for _ in range(lines)]
    assert all("points" in line for line in read), read
    below = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return below


def finish(process):
    """Wait for a grader; return how many it graded and how many it found already graded."""
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 0, lines[-5:]
    words = next(line for line in lines if line.endswith("already graded")).split()
    return int(words[1]), int(words[3])


@pytest.fixture(scope="module")
def three_graded(sandbox, released, tmp_path_factory):
    """The gradebook of three submissions after an undisturbed run."""
    root = tmp_path_factory.mktemp("three") / "course"
    shutil.copytree(released.root, root)
    course = Course(root)
    fill(course, 3)
    grade(course, "tiny", engine=Local(1), report=lambda line: None)
    return snapshot(course), tree(course)


@pytest.mark.stress
def test_a_class_of_300_survives_kill_9(three_graded, course):
    """The gradebook ends as if nothing had happened: each student's part as an undisturbed run of
    the same solution gives it."""
    book, _ = three_graded
    fill(course, CLASS)
    killed = start(course, 2)
    below = kill_after(killed, CLASS // 2)
    _, alive = psutil.wait_procs(below, timeout=30)
    assert not alive, "the killed grader's workers and runners end with it"
    graded = len(Results(course, "tiny").all())
    assert CLASS // 2 <= graded < CLASS
    assert snapshot(course) == {}, "marks are written at the end, all at once"

    again, kept = finish(start(course, 2))
    assert again + kept == CLASS
    assert kept >= graded, "what was graded is not graded again"
    assert snapshot(course) == {
        entry_of(number): book[entry_of(number % 3)] for number in range(CLASS)
    }
    assert [book[entry_of(kind)]["score"] for kind in range(3)] == [2.0, 0.0, 0.0]


def tree(course):
    """Return the graded notebooks, and nothing beside them."""
    folder = course.root / "autograded"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def change(course):
    """Let a graded answer become another, another one unreadable, and a third one come in."""
    fill(course, 3)
    submit(course, "student001", b"no notebook", name="tiny")
    notebook = solved(course, "tiny")
    cell(notebook, "code").source = "def increment(x):\n    return 0"
    submit(course, "student000", notebook, name="tiny")


@pytest.fixture(scope="module")
def changed(three_graded, released, tmp_path_factory):
    """A course of two graded students after `change`, and what grading it without a fault gives."""
    root = tmp_path_factory.mktemp("changed") / "course"
    shutil.copytree(released.root, root)
    course = Course(root)
    fill(course, 2)
    grade(course, "tiny", engine=Local(1), report=lambda line: None)
    reference = Results(course, "tiny").load("student000")
    change(course)
    shutil.copytree(root, root.with_name("undisturbed"))
    undisturbed = Course(root.with_name("undisturbed"))
    results = grade(undisturbed, "tiny", engine=Local(1), report=lambda line: None)
    assert [results[f"student00{n}"].score for n in range(3)] == [0.0, 0.0, 0.0]
    results["reference"] = reference
    return course, results, snapshot(undisturbed), tree(undisturbed)


def grade_again(course, results, monkeypatch):
    """Grade with results that are known already: what is tested is how they are written down."""

    def known(pool, jobs):
        for name, job in jobs:
            yield name, job if isinstance(job, Result) else replace(results[name], key=job["key"])

    monkeypatch.setattr(grading, "run", known)
    grade(course, "tiny", engine=Local(1), report=lambda line: None)


# A file is first written beside its place, then flushed, then put there.
WRITES = {"os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}


def killed_before(count, course, results, monkeypatch):
    """Grade in a process that kills itself before its change number ``count`` to the disk.

    Returns whether it lived to the end.
    """
    process = os.fork()
    if process == 0:
        steps = itertools.count(1)

        def step():
            if next(steps) == count:
                os.kill(os.getpid(), signal.SIGKILL)

        def watch(name, args):
            if name in WRITES and str(args[0]).startswith(str(course.root)):
                step()

        def after(function):
            def called(*args):
                result = function(*args)
                step()
                return result

            return called

        try:
            event.listen(Session, "before_commit", lambda session: step())
            event.listen(Session, "after_commit", lambda session: step())
            monkeypatch.setattr(os, "fsync", after(os.fsync))
            sys.addaudithook(watch)
            grade_again(course, results, monkeypatch)
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code == 0


def test_killed_at_any_step_it_ends_as_if_undisturbed(changed, tmp_path, monkeypatch):
    """Kill -9 before each change that grading makes to the disk, then run again."""
    start, results, book, pages = changed
    for count in itertools.count(1):
        course = Course(tmp_path / str(count))
        shutil.copytree(start.root, course.root)
        lived = killed_before(count, course, results, monkeypatch)
        grade_again(course, results, monkeypatch)
        assert snapshot(course) == book, count
        assert tree(course) == pages, count
        if lived:
            break
    assert count > 15


KINDS = {
    "right": ("return x + 1", 2.0),
    "right, in another way": ("return -~x", 2.0),
    "wrong": ("return x", 0.0),
    "raises": ("raise SystemExit", 0.0),
    "ends its process": ("import os; os._exit(0)", 0.0),
    "opaque": ("return object()", 0.0),
    "unreadable": (None, 0.0),
    "removed": (None, None),
}


@pytest.fixture(scope="module")
def company(sandbox, released, tmp_path_factory):
    """Four graded students, one of them with a person's mark; the tests change their work."""
    course = Course(tmp_path_factory.mktemp("company") / "course")
    shutil.copytree(released.root, course.root)
    fill(course, 4)
    grade(course, "tiny", engine=Local(2), report=lambda line: None)
    with course.gradebook() as book:
        mark = book.find_grade("test", "tiny", "tiny", "student003")
        mark.manual_score, mark.needs_manual_grade = 0.5, False
        book.db.commit()
    return course


@settings(max_examples=6)
@given(
    work=st.dictionaries(
        st.sampled_from([f"student00{n}" for n in (0, 1, 2, 4, 5)]),
        st.sampled_from(sorted(KINDS)),
        min_size=1,
        max_size=3,
    ),
    force=st.booleans(),
)
def test_nobodys_work_changes_anybody_elses_mark(company, work, force):
    """Added, taken away, broken or mended: each gets the mark of their own work."""
    before = snapshot(company)
    for student, kind in work.items():
        body, _ = KINDS[kind]
        shutil.rmtree(company.path("submitted", student, "tiny"), ignore_errors=True)
        notebook = solved(company, "tiny")
        cell(notebook, "code").source = f"def increment(x):\n    {body}"
        if kind != "removed":
            content = b"no notebook" if kind == "unreadable" else notebook
            submit(company, student, content, name="tiny")
    grade(company, "tiny", engine=Local(2), force=force, report=lambda line: None)
    after = snapshot(company)
    for student, kind in work.items():
        mark = KINDS[kind][1]
        if mark is not None:
            assert after["tiny", student, "tiny"]["score"] == mark
    for key in before:
        if work.get(key[1], "removed") == "removed":
            scores = [
                {n: g[:3] for n, g in book[key]["grades"].items()} for book in (before, after)
            ]
            assert scores[0] == scores[1]
            assert force or before[key] == after[key]
    assert after["tiny", "student003", "tiny"]["score"] == 0.5


def test_a_changed_submission_is_graded_again_and_a_human_mark_stays(sandbox, course):
    fill(course, 2)
    quiet = {"engine": Local(2), "report": lambda line: None}
    grade(course, "tiny", **quiet)
    with course.gradebook() as book:
        mark = book.find_grade("test", "tiny", "tiny", "student000")
        mark.manual_score = 1.5
        mark.needs_manual_grade = False
        book.db.commit()
    lines = []
    grade(course, "tiny", engine=Local(1), report=lines.append)
    assert lines[-1] == "tiny: 0 graded, 2 already graded"
    assert snapshot(course)["tiny", "student000", "tiny"]["grades"]["test"][:4] == (
        2.0,
        1.5,
        None,
        False,
    )
    notebook = solved(course, "tiny")
    cell(notebook, "code").source = "def increment(x):\n    return 0"
    submit(course, "student000", notebook, name="tiny")
    grade(course, "tiny", engine=Local(1), report=lines.append)
    assert lines[-1] == "tiny: 1 graded, 1 already graded"
    grades = snapshot(course)["tiny", "student000", "tiny"]["grades"]["test"]
    assert grades[:4] == (0.0, 1.5, None, True), "nbgrader asks for a second look"


def test_only_one_process_writes(course):
    submit(course, "ada", solved(course, "tiny"), name="tiny")
    with only_writer(course):
        with pytest.raises(CourseError, match="Another process"):
            grade(course, "tiny", report=lambda line: None)
        second = start(course, 1)
        assert BUSY in second.communicate()[0]
        assert second.returncode == 1
    assert snapshot(course) == {}
