"""A class of every kind of work, honest and hostile, and the exact mark or reason of each.

Nobody else's mark changes, nothing outside the course is touched, and no page holds what a hidden
test asked.
"""

import http.server
import json
import os
import re
import shutil
import threading

import nbformat
import pytest
from class_table import HONEST, NAME, POINTS, TABLE, marks, submission
from course_cases import LIMITS, cell, snapshot, submit
from nbgrader.converters import Autograde

from course.engines import Local
from course.feedback import feedback
from course.grading import grade
from course.judge import HIDDEN
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
    plain.config.KernelManager.transport = "ipc"  # another process may take a port before a kernel
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


class _Secret(http.server.BaseHTTPRequestHandler):
    requests = []

    def do_GET(self):
        self.requests.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *args):
        """Say nothing."""


def fingerprint(folder):
    """Return what a folder holds, to see whether anything was touched."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in files}


@pytest.fixture(scope="module")
def graded(sandbox, released, tmp_path_factory):
    """The class, graded once."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(released.root, root / "course")
    course = Course(root / "course")
    (root / "outside").mkdir()
    (root / "outside" / "diary.txt").write_text("OTHER-STUDENTS-SECRET")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Secret)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for student in TABLE:
        for file, content in submission(course, student, port=server.server_port).items():
            submit(course, student, content, name=NAME, file=file)
    watched = [course.root / "source", course.root / "release", course.root / "submitted"]
    before = [fingerprint(folder) for folder in (*watched, root / "outside")]
    lines = []
    results = grade(course, NAME, engine=Local(3), limits=LIMITS, report=lines.append)
    after = [fingerprint(folder) for folder in (*watched, root / "outside")]
    server.shutdown()
    server.server_close()
    feedback(course, NAME, report=lambda line: None)
    return {
        "course": course,
        "results": results,
        "book": snapshot(course, NAME),
        "untouched": before == after,
        "lines": lines,
    }


def earned(graded, student):
    grades = graded["book"][NAME, student, NAME]["grades"]
    return {name: grades[name][0] for name in POINTS}


def outputs(graded, student, *, tests=False):
    """Return everything that a submission's cells gave out."""
    path = graded["course"].path("autograded", student, NAME) / f"{NAME}.ipynb"
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    if not tests:
        cells = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") not in POINTS]
    return "\n".join(json.dumps(c.outputs) for c in cells)


def test_everyone_has_exactly_the_marks_of_the_table(graded):
    expected = {student: marks(student) for student in TABLE}
    # A test that is not there has no mark; a person may decide otherwise.
    expected["test_deleted"]["share-test"] = None
    given = {student: earned(graded, student) for student in TABLE}
    wrong = {s: (given[s], graded["results"][s]) for s in TABLE if given[s] != expected[s]}
    assert not wrong
    assert set(graded["results"]) == set(TABLE)
    assert not any(result.fault for result in graded["results"].values())
    assert len(graded["lines"]) == len(TABLE) + 1, "a line of progress for each, and a last one"


def test_reasons_and_notes(graded):
    for student, row in TABLE.items():
        result = graded["results"][student]
        assert row.get("reason", "") in result.reason, student
        assert bool(result.reason) == ("reason" in row), student
        for note in row.get("notes", ()):
            assert note in " | ".join(result.notes), student
        for shown in row.get("shows", ()):
            assert shown in outputs(graded, student), student
    quiet = [s for s in HONEST if not {"notes", "edit"} & set(TABLE[s])]
    quiet += ["windows", "half_a_character", "forks", "forks_when_asked"]
    assert [graded["results"][s].notes for s in quiet] == [[]] * len(quiet)


def test_written_answers_wait_for_a_person(graded):
    for student, row in TABLE.items():
        answer = graded["book"][NAME, student, NAME]["grades"]["why"]
        empty = student == "blank" or "reason" in row
        assert answer[0] == (0.0 if empty else None), student
        assert answer[3] is not empty, student
    comments = graded["book"][NAME, "blank", NAME]["comments"]
    assert comments["why"][0] == "No response."


def test_what_hidden_tests_ask_reaches_no_page(graded):
    """Student code can keep what it is asked, but nothing that runs later is shown."""
    words = ["from both sides", "a constant column", "BEGIN HIDDEN"]
    for student in graded["results"]:
        page = graded["course"].path("feedback", student, NAME) / f"{NAME}.html"
        text = page.read_text(encoding="utf-8")
        assert "BEGIN HIDDEN" not in text, student
        if TABLE[student].get("reason"):
            assert TABLE[student]["reason"] in text
            continue
        shown = outputs(graded, student)
        assert not [word for word in words if word in shown], student
    for student in ("tells_by_errors", "prints", "remembers"):
        assert "SECRET [" not in outputs(graded, student, tests=True)
        assert "SECRET 0" not in outputs(graded, student, tests=True)
        assert "share of [2.0" not in outputs(graded, student, tests=True)
    assert "seen-30" not in outputs(graded, "remembers", tests=True)


def test_no_function_can_say_what_a_hidden_test_asked_before(graded):
    """Wherever it has kept that: messages are made before the first hidden test."""
    for student in ("remembers_in_a_file", "remembers_at_home", "remembers_in_memory"):
        notebook = graded["course"].path("autograded", student, NAME) / f"{NAME}.ipynb"
        page = graded["course"].path("feedback", student, NAME) / f"{NAME}.html"
        for path in (notebook, page):
            text = path.read_text(encoding="utf-8")
            assert "ASKED [2.0" not in text, student
            expected = HIDDEN if student == "remembers_at_home" else "ASKED [1.0, 3.0]"
            assert expected in text, student


def test_what_is_said_is_in_the_words_of_teachers_and_students(graded):
    results = graded["results"]
    said = "TypeError: unsupported operand type(s) for -: 'a type of your own' and 'float'"
    assert results["decimals"].why["values-test"] == said
    assert "ask_exit" not in outputs(graded, "steers_terminals")
    page = graded["course"].path("feedback", "steers_terminals", NAME) / f"{NAME}.html"
    text = page.read_text(encoding="utf-8")
    for shown in (r"\u202e turned", r"I am \u202e done \u001b[2J"):
        assert shown in text
    assert not re.search("[\x1b\u202e]", text)


def test_nothing_outside_is_touched(graded):
    assert graded["untouched"]
    assert _Secret.requests == []
    assert not os.path.exists("/tmp/pickle-was-loaded")


def test_student_code_runs_in_no_process_that_judges(graded):
    """Neither in the grader, which opens the gradebook, nor in the judge, which has the tests."""
    for student, result in graded["results"].items():
        if result.reason:
            continue
        judge, runners = result.processes["judge"], result.processes["runners"]
        assert runners, student
        assert os.getpid() != judge
        assert not {os.getpid(), judge} & set(runners), student


def test_nobody_elses_mark_depends_on_the_company(graded, course, sandbox):
    """The good submission alone earns what it earned among the hostile ones."""
    for student in ("right", "prints"):
        folder = course.path("submitted", student, NAME)
        shutil.copytree(graded["course"].path("submitted", student, NAME), folder)
    grade(course, NAME, engine=Local(1), limits=LIMITS, report=lambda line: None)
    alone = snapshot(course, NAME)
    assert len(alone) == 2
    assert alone == {key: graded["book"][key] for key in alone}


def test_a_second_run_changes_nothing(graded, sandbox):
    lines = []
    pages = fingerprint(graded["course"].root / "autograded")
    grade(graded["course"], NAME, limits=LIMITS, report=lines.append)
    assert lines == [f"{NAME}: 0 graded, {len(TABLE)} already graded"]
    assert snapshot(graded["course"], NAME) == graded["book"]
    assert fingerprint(graded["course"].root / "autograded") == pages
