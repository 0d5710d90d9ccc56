"""A course that version 1.0.0 of the book has made goes on, and its marks stay what they were.

In `first_edition`, all of it made by version 1.0.0: `course.zip`, a course folder with three
assignments, of which the first has been collected and graded, one answer by hand; `log_loss.zip`
and others, what six students handed in, as Canvas packs it; `marks.json`, the marks they got.
"""

import json
import zipfile
from pathlib import Path

import pytest

from course.__main__ import main
from course.layout import Course

pytestmark = pytest.mark.xdist_group("first-edition")

FILES = Path(__file__).parent / "first_edition"
MARKS = json.loads((FILES / "marks.json").read_text(encoding="utf-8"))
FIRST, *LATER = ("information_content", "log_loss", "activations")


@pytest.fixture(scope="module")
def course(sandbox, tmp_path_factory):
    """The course, with the first assignment graded again and the others collected and graded."""
    course = Course(tmp_path_factory.mktemp("first edition") / "course (1)")
    with zipfile.ZipFile(FILES / "course.zip") as packed:
        packed.extractall(course.root)
    assert main(["grade", FIRST, "--course", str(course.root)]) == 0
    for name in LATER:
        command = ["grade", name, str(FILES / f"{name}.zip"), "--from", "canvas"]
        assert main([*command, "--course", str(course.root)]) == 0
    return course


@pytest.mark.parametrize("name", [FIRST, *LATER])
def test_the_marks_are_the_same(course, name):
    marks = {}
    with course.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(name):
            (notebook,) = submission.notebooks
            by_hand = {g.name: g.manual_score for g in notebook.grades}
            marks[submission.student.id] = {
                "scores": {g.name: g.auto_score for g in notebook.grades},
                "late": submission.total_seconds_late,
                "by hand": {cell: mark for cell, mark in by_hand.items() if mark is not None},
            }
    assert marks == MARKS[name]
    assert len(marks) == 6
    assert any(student["late"] for student in marks.values())


def test_some_marks_were_given_and_some_not():
    """What is compared above says something."""
    assert MARKS[FIRST]["4713"]["by hand"]
    for marks in MARKS.values():
        totals = {sum(filter(None, student["scores"].values())) for student in marks.values()}
        assert 0 in totals
        assert max(totals) >= 11
