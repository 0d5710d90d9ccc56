"""What of ours fails costs nobody a mark: it is said, and everything stays as it was."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from course_cases import cell, snapshot, solved, submit
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from course import grading, sandbox
from course.__main__ import main
from course.engines import Worker
from course.grading import grade
from course.layout import Course, CourseError
from course.report import summarise, write_report

pytestmark = pytest.mark.xdist_group("faults")

ROOT = Path(__file__).parents[2]
STUDENTS = ("ada", "bob", "cleo")
CAUSES = {
    "the judge dies": "the grading process died",
    "the worker dies": "the grading process died",
    "the test never ends": "computed for 2 s",
    "the memory ends": "MemoryError",
    "a module is missing": "No module named 'a_module_that_is_not_there'",
}


def state(course):
    """Return what the gradebook says and what the autograded folder holds."""
    folder = course.root / "autograded"
    files = {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    return snapshot(course), files


def hand_in(course, student, value, name="fragile"):
    notebook = solved(course, name)
    cell(notebook, "code").source = f"def increment(x):\n    return {value!r}"
    submit(course, student, notebook, name=name)


def run(course, *options):
    """Grade by the command line; return the exit status."""
    return main(
        [
            "grade",
            "fragile",
            "--course",
            str(course.root),
            "--workers",
            "1",
            "--cell-seconds",
            "2",
            *options,
        ]
    )


@pytest.fixture(scope="module")
def class_of_three(sandbox, released, tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("faults") / "course")
    shutil.copytree(released.root, course.root)
    for student in STUDENTS:
        hand_in(course, student, 2)
    assert run(course) == 0
    with course.gradebook() as book:
        mark = book.find_grade("test", "fragile", "fragile", "bob")
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        book.db.commit()
    return course


@pytest.fixture
def course(class_of_three, tmp_path):
    """Three graded submissions, one with a person's mark, in a course of the test's own."""
    shutil.copytree(class_of_three.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.mark.parametrize(
    ("cause", "options"),
    [*((cause, []) for cause in sorted(CAUSES)), ("the worker dies", ["--force"])],
    ids=[*sorted(CAUSES), "the worker dies, by force"],
)
def test_a_fault_in_one_submission_leaves_it_as_it_was(course, cause, options, capsys):
    before = state(course)
    hand_in(course, "ada", cause)
    hand_in(course, "cleo", 3)
    assert run(course, *options) == 1
    said = capsys.readouterr()
    assert "ada: NOT GRADED: " in said.out
    assert CAUSES[cause] in said.out
    assert "1 NOT graded" in said.out
    assert "for: ada" in said.err
    after = state(course)
    again = ("bob", "cleo") if options else ("cleo",)
    for index, part in enumerate(before):
        kept = {key: value for key, value in part.items() if not any(s in str(key) for s in again)}
        assert kept
        assert kept == {key: after[index][key] for key in kept}
        assert after[index].keys() == part.keys()
    assert after[0]["fragile", "cleo", "fragile"]["score"] == 0, "the others are graded"
    assert [student for student, _ in summarise(course, "fragile")["faults"]] == ["ada"]
    page = write_report(course, "fragile", report=lambda line: None).read_text("utf-8")
    assert "1 could not be graded" in page
    ((_, fault),) = summarise(course, "fragile")["faults"]
    # Neither feedback nor export takes them for somebody who has handed in nothing.
    submit(course, "dan", solved(course, "fragile"), name="fragile")
    assert main(["feedback", "fragile", "--course", str(course.root)]) == 0
    said = capsys.readouterr().out
    assert f"not graded, and no new page: ada ({fault}" in said
    assert "not graded, and no new page: dan (not graded yet)" in said
    roster = course.root / "roster.csv"
    students = "".join(f"{s},{s},\n" for s in ("ada", "cleo", "dan", "eva"))
    roster.write_text(f"Student,ID,M\nPoints Possible,,2\n{students}")
    to = ["--to", "canvas", "--roster", str(roster), "--match", "ID", "--column", "M"]
    assert main(["export", "fragile", *to, "--course", str(course.root)]) == 1
    said = capsys.readouterr().out
    assert f"not graded: ada ({fault}" in said
    assert "; the mark is that of earlier work" in said
    assert "not graded: dan (not graded yet)\n" in said
    assert [line for line in said.splitlines() if "no submission" in line] == ["no submission: eva"]
    shutil.rmtree(course.path("submitted", "dan", "fragile"))
    # Mended, it is graded by the next run.
    hand_in(course, "ada", 2)
    assert run(course) == 0
    assert summarise(course, "fragile")["faults"] == []
    assert state(course)[0]["fragile", "ada", "fragile"]["score"] == 2


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def locked(*args, **kwargs):
    raise OperationalError("COMMIT", {}, Exception("database or disk is full"))


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [
        (sandbox, "bwrap_works", lambda: False),
        (grading.Results, "store", full),
        (grading, "stage", full),
        (grading, "merge_marks", locked),
        (Session, "commit", locked),
        (Worker, "run", lambda *args: {"fault": "the grading process died"}),
    ],
    ids=[
        "no bubblewrap",
        "no room for results",
        "no room for pages",
        "no transaction",
        "no gradebook",
        "no worker",
    ],
)
def test_a_fault_for_all_changes_nothing(course, monkeypatch, owner, name, fault):
    """Also where everybody is graded again."""
    before = state(course)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fault)
        assert run(course, "--force") == 1
    assert state(course) == before
    assert not list(course.root.rglob("*.tmp"))
    assert run(course) == 0
    assert state(course) == before


def test_the_reference_solution_comes_first(course, capsys):
    """Where it does not get full marks nobody is graded, and the gradebook keeps its bytes."""
    hand_in(course, "ada", 3)
    path = course.root / "source" / "fragile" / "fragile.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for body, why in [("return 7", "AssertionError"), ("return 'the memory ends'", "MemoryError")]:
        cell(notebook, "code").source = f"def increment(x):\n    {body}"
        nbformat.write(notebook, path)
        before = (course.root / "gradebook.db").read_bytes()
        assert run(course) == 1
        said = capsys.readouterr().err
        assert "The reference solution of fragile" in said
        assert why in said
        assert (course.root / "gradebook.db").read_bytes() == before
    path.unlink()
    with pytest.raises(CourseError, match="is missing"):
        grade(course, "fragile", report=lambda line: None)


@pytest.mark.parametrize("options", [[], ["--force"]], ids=["", "force"])
def test_without_bubblewrap_on_the_path_nobody_is_graded(course, tmp_path, options):
    """As a command of its own, where PATH leads to nothing that could contain students' code."""
    hand_in(course, "ada", 3)
    before = (state(course), (course.root / "gradebook.db").read_bytes())
    command = [sys.executable, "-m", "course", "grade", "fragile", "--course", str(course.root)]
    environment = {**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--cell-seconds", "2", *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "apt-get install bubblewrap" in done.stderr
    assert "Traceback" not in done.stderr
    assert (state(course), (course.root / "gradebook.db").read_bytes()) == before
    missed = list(STUDENTS) if options else ["ada"]
    faults = summarise(course, "fragile")["faults"]
    assert [student for student, _ in faults] == missed
    page = (course.root / "results" / "fragile.html").read_text("utf-8")
    assert f"{len(missed)} could not be graded by the last run" in page
    overview = (course.root / "results" / "_overview.html").read_text("utf-8")
    assert f'<td class="number">{len(missed)}</td>' in overview
    assert run(course) == 0
    assert summarise(course, "fragile")["faults"] == []


def test_a_judge_that_cannot_be_loaded_changes_nothing(course, tmp_path):
    """A module is missing on the machine: not one that a test imports, but one of the grader's."""
    hand_in(course, "ada", 3)
    before = state(course)
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif sys.argv[0] == '-m': sys.modules['nbgrader.utils'] = None\n"
    )
    command = [
        sys.executable,
        "-c",
        "import sys; from course.__main__ import main; sys.exit(main())",
    ]
    command += ["grade", "fragile", "--course", str(course.root), "--workers", "1", "--force"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "The reference solution of fragile could not be graded" in done.stderr
    assert state(course) == before
    assert [student for student, _ in summarise(course, "fragile")["faults"]]
