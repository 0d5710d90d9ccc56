"""A class of every kind of work, honest and hostile, and the exact mark or reason of each."""

import nbformat
import pytest
from class_table import HONEST, NAME, POINTS, TABLE, marks, submission
from course_cases import cell, submit
from nbgrader.converters import Autograde

from course.gradebook import snapshot
from course.layout import Course
from course.release import run_converter

pytestmark = pytest.mark.xdist_group("class")

KEYS = {"cells", "extra", "edit", "files", "lost", "reason", "notes", "shows", "plain"}


def test_the_table_is_complete(course):
    released = nbformat.read(course.require(NAME), as_version=4)
    tested = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points
        for c in released.cells
        if c.metadata.nbgrader.grade and c.cell_type == "code"
    }
    assert tested == POINTS
    assert len(HONEST) >= 35
    assert len(TABLE) >= 57
    for student, row in TABLE.items():
        assert set(row) <= KEYS, student
        assert all(0 <= mark <= POINTS[name] for name, mark in marks(student).items()), student
        lost = row.get("lost", {})
        assert lost == "everything" or set(lost) <= set(POINTS), student
        for grade_id in row.get("cells", {}):
            assert cell(released, grade_id).metadata.nbgrader.solution, (student, grade_id)
        submission(course, student)


# nbgrader itself queries while it builds a submission.
@pytest.mark.stress
@pytest.mark.filterwarnings("ignore:Object of type .* not in session:sqlalchemy.exc.SAWarning")
def test_plain_nbgrader_gives_honest_work_the_marks_of_the_table(course, tmp_path):
    plain = Course(course.root)
    expected = [student for student in HONEST if "plain" not in TABLE[student]]
    for student in expected:
        for file, content in submission(plain, student).items():
            submit(plain, student, content, name=NAME, file=file)
    directory = plain.directory(assignment_id=NAME)
    run_converter(Autograde(coursedir=directory, config=plain.config), "autograde")
    book = snapshot(plain, NAME)
    earned = {
        student: {name: book[NAME, student, NAME]["grades"][name][0] for name in POINTS}
        for student in expected
    }
    assert earned == {student: marks(student) for student in expected}
