"""A grader that is killed goes on where it stopped, and nothing shows in the gradebook."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from course_cases import cell, solved, submit
from sqlalchemy.orm import Session

from course import grading
from course.engines import Local
from course.gradebook import BUSY, only_writer, snapshot
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


# Every step that leaves something behind: a result, a staged notebook, the transaction, a notebook
# in its place, the note of what is in the gradebook.
STEPS = [(Results, "store"), (grading, "stage"), (Session, "commit"), (Path, "replace")]
STEPS += [(Results, "write")]


@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_step_of_writing(three_graded, course, monkeypatch, owner, step, when):
    """End right before or after each such step, then run again: as if nothing had happened."""
    book, pages = three_graded
    fill(course, 3)
    quiet = {"engine": Local(1), "report": lambda line: None}
    original = getattr(owner, step)
    crashes = 0
    for count in itertools.count(1):
        calls = []

        def crash(*args, calls=calls, count=count, **kwargs):
            calls.append(1)
            if len(calls) == count and when == "before":
                raise KeyboardInterrupt
            done = original(*args, **kwargs)
            if len(calls) == count:
                raise KeyboardInterrupt
            return done

        with monkeypatch.context() as patch:
            patch.setattr(owner, step, crash)
            try:
                grade(course, "tiny", **quiet)
            except KeyboardInterrupt:
                crashes += 1
            else:
                break
    assert crashes >= 1
    assert snapshot(course) == book
    assert tree(course) == pages


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
