"""The book's own assignments: released, validated by nbgrader, and without their answers."""

import re
from pathlib import Path

import nbformat
import pytest
from course_cases import SOURCES

from course.__main__ import main
from course.bundle import Bundle
from course.checks import validate
from course.engines import Worker
from course.gradebook import merge_marks
from course.layout import SOURCES as ASSIGNMENTS
from course.layout import Course, CourseError, with_driver
from course.release import available, create_course, read_source, release
from website.contents import chapters

pytestmark = pytest.mark.xdist_group("assignments")
NAMES = available()
CHAPTERS = sorted(chapter.name for chapter in chapters())
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


NESTED = """\
---
kernelspec: {display_name: Python 3, language: python, name: python3}
---

```{code-cell} ipython3
:nbgrader: {grade_id: code, solution: true}
### BEGIN SOLUTION
def square(x):
    if x < 0:
        raise ValueError(x)
    return x * x
def twice(f, x):
    return f(f(x))
### END SOLUTION
```

```{code-cell} ipython3
:nbgrader: {grade_id: test, grade: true, points: 2}
assert twice(lambda v: square(v) + 1, 2) == 26
assert twice(lambda v: twice(lambda w: twice(square, w), v), 2) == 2**256
### BEGIN HIDDEN TESTS
try:
    twice(lambda v: square(-v), 2)
    assert False, "square refuses negative numbers"
except ValueError:
    pass
made = []
assert twice(made.append, 1) is None and made == [1, None]
### END HIDDEN TESTS
```
"""


@pytest.fixture(scope="module")
def course(live, tmp_path_factory):
    root = tmp_path_factory.mktemp("book") / "course"
    assert main(["release", "--course", str(root)]) == 0
    return Course(root)


def cells(name, pattern):
    """Return ``[(cell, text between the marks), …]`` of an assignment's text."""
    notebook = read_source(ASSIGNMENTS / f"{name}.md")
    return [(c, found) for c in notebook.cells for found in pattern.findall(c.source)]


def test_every_chapter_has_an_assignment(course):
    assert NAMES == CHAPTERS
    assert course.released() == CHAPTERS


def test_solutions_pass_and_blanks_fail(course):
    """In the sandbox: and who answers everything with a constant earns nothing either."""
    lines = []
    validate(course, report=lines.append)
    assert lines == [f"validated {name}" for name in CHAPTERS]


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_has_what_it_should(name):
    notebook = read_source(ASSIGNMENTS / f"{name}.md")
    graded = [c for c in notebook.cells if c.metadata.nbgrader.grade]
    read_by_a_person = [c for c in graded if c.metadata.nbgrader.solution]
    tested = [c for c in graded if c.cell_type == "code"]
    assert len(read_by_a_person) >= 1
    assert len(tested) >= 4
    assert all(HIDDEN.search(c.source) for c in tested), "each test has a hidden part"
    visible = [HIDDEN.sub("", c.source) for c in tested]
    assert all("assert" in v or "earned" in v for v in visible), "and a visible one"
    assert all("SOLUTION" in c.source for c in notebook.cells if c.metadata.nbgrader.solution)
    ids = [c.metadata.nbgrader.grade_id for c in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_partial_credit_is_there():
    partial = [
        name
        for name in NAMES
        if any("earned" in c.source for c in read_source(ASSIGNMENTS / f"{name}.md").cells)
    ]
    assert len(partial) >= 7


@pytest.mark.parametrize("name", NAMES)
def test_nothing_secret_is_released(course, name):
    text = (course.root / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    released = "\n".join(c.source for c in nbformat.reads(text, as_version=4).cells)
    lines = {line.strip() for line in released.splitlines()}
    for pattern in (SOLUTION, HIDDEN):
        found = cells(name, pattern)
        assert found
        for cell, secret in found:
            kept = pattern.sub("", cell.source)
            for line in secret.splitlines():
                # A line of the question itself, such as "try:", may well stand in the answer too.
                if len(line.strip()) > 12 and line.strip() not in kept:
                    assert line.strip() not in lines, line
    assert "YOUR CODE HERE" in released
    assert "YOUR ANSWER HERE" in released
    assert "How to work" in released


def test_the_points_that_the_instructors_page_states(course):
    page = (Path(__file__).parents[2] / "chapters" / "for_instructors.md").read_text("utf-8")
    stated = {
        name: (int(points), int(by_hand))
        for name, points, by_hand in re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", page, re.M)
    }
    actual = {}
    for name in NAMES:
        path = course.root / "release" / name / f"{name}.ipynb"
        graded = [c.metadata.nbgrader for c in nbformat.read(path, as_version=4).cells]
        graded = [c for c in graded if c.grade]
        by_hand = sum(c.points for c in graded if c.solution)
        actual[name] = (sum(c.points for c in graded), by_hand)
    assert stated == actual


def test_a_table_of_points_matches_its_questions():
    for name in NAMES:
        notebook = read_source(ASSIGNMENTS / f"{name}.md")
        table = next(
            c.source for c in notebook.cells if "| question | about | points |" in c.source
        )
        stated = sum(int(n) for n in re.findall(r"\| (\d+) \|$", table, re.MULTILINE))
        graded = [c.metadata.nbgrader for c in notebook.cells if c.metadata.nbgrader.grade]
        assert stated == sum(c.points for c in graded), name


def test_validation_notices_a_wrong_solution_and_a_generous_test(live, tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    text = (SOURCES / "tiny.md").read_text(encoding="utf-8")
    (sources / "wrong.md").write_text(text.replace("return x + 1", "return x + 2"))
    test = text.replace("assert increment(1) == 2", "pass").replace(
        "assert increment(-1) == 0", "pass"
    )
    (sources / "generous.md").write_text(test)
    course = Course(tmp_path / "course")
    release(course, sources=sources, report=lambda line: None)
    with pytest.raises(CourseError) as caught:
        validate(course, report=lambda line: None)
    assert "generous: a blank passes test" in str(caught.value)
    assert "generous: 0 for everything" not in str(caught.value)
    assert "generous: None, nan, 0, True, None" in str(caught.value)
    assert "wrong: the solution does not get full marks" in str(caught.value)
    assert "test: AssertionError" in str(caught.value)


def test_what_could_not_be_tried_is_said(live, tmp_path, monkeypatch, capsys):
    """Where no sandbox starts, for example: neither a traceback nor a tick."""
    where = ["tiny", "--course", str(tmp_path / "course")]
    release = ["release", *where, "--sources", str(SOURCES)]
    assert main(release) == 0
    monkeypatch.setattr(Worker, "run", lambda *_: {"fault": "the sandbox did not start"})
    assert main(["validate", *where]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "tiny: the solution could not be graded: the sandbox did not start.",
        "tiny: whether nothing earns points could not be tried: the sandbox did not start",
    ]
    assert main(release) == 1
    said = "tiny: the solution could not be run: the sandbox did not start."
    assert said in capsys.readouterr().err


def test_a_test_may_hand_the_submission_functions_that_call_it(live, tmp_path):
    """Calls within calls, in both directions; an error and a warning find their way out."""
    (tmp_path / "nested.md").write_text(NESTED, encoding="utf-8")
    course = Course(tmp_path / "course")
    release(course, sources=tmp_path, report=lambda line: None)
    validate(course, report=lambda line: None)


@pytest.mark.parametrize("value", ["-1.0", "2.5", "'2'", "print(2.0)", "True", "math.nan", "[1]"])
def test_releasing_refuses_a_value_that_is_no_mark(live, tmp_path, value):
    """nbgrader gives full marks for those that are negative, or no number."""
    sources = tmp_path / "sources"
    sources.mkdir()
    text = (SOURCES / "tiny.md").read_text(encoding="utf-8")
    test = f"import math\nassert increment(1) == 2\n{value}"
    (sources / "odd.md").write_text(
        text.replace("assert increment(1) == 2\n", "").replace(
            "### END HIDDEN TESTS", f"### END HIDDEN TESTS\n{test}"
        )
    )
    course = Course(tmp_path / "course")
    with pytest.raises(CourseError, match="the value of test is"):
        release(course, sources=sources, report=lambda line: None)
    assert course.released() == []


@pytest.mark.parametrize(
    ("text", "leaking", "said"),
    [
        # A solution in a cell that is not marked as one.
        (":nbgrader: {grade_id: code, solution: true}", ":nbgrader: {grade_id: code}", "leak"),
        # Hidden tests that nbgrader does not see begin.
        ("### BEGIN HIDDEN TESTS", "### BEGIN HIDEN TESTS", "leak: in cell test .* do not pair"),
    ],
    ids=["unmarked", "misspelt"],
)
def test_releasing_stops_at_a_leak(live, tmp_path, text, leaking, said):
    sources = tmp_path / "sources"
    sources.mkdir()
    tiny = (SOURCES / "tiny.md").read_text(encoding="utf-8")
    assert text in tiny
    (sources / "leak.md").write_text(tiny.replace(text, leaking))
    with pytest.raises(CourseError, match=said):
        release(Course(tmp_path / "course"), sources=sources, report=lambda line: None)


def test_releasing_stops_at_marks_that_the_configuration_leaves(live, tmp_path):
    course = Course(tmp_path / "course")
    create_course(course)
    with (course.root / "nbgrader_config.py").open("a") as config:
        for end in ("begin", "end"):
            print(f"c.ClearHiddenTests.{end}_test_delimeter = '{end.upper()} SECRET'", file=config)
    with pytest.raises(CourseError, match="student version marks"):
        release(course, ["tiny"], sources=SOURCES, report=lambda line: None)


def test_a_released_assignment_with_submissions_does_not_change(live, tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    text = (SOURCES / "tiny.md").read_text(encoding="utf-8")
    (sources / "tiny.md").write_text(text)
    course = Course(tmp_path / "course")
    quiet = {"sources": sources, "report": lambda line: None}
    release(course, **quiet)
    release(course, **quiet)
    with course.gradebook() as book:
        merge_marks(book, "tiny", {"ada": (None, None, None)})
    (sources / "tiny.md").write_text(text.replace("grade_id: test,", "grade_id: other,"))
    with pytest.raises(CourseError, match="submissions"):
        release(course, **quiet)
    for path in (course.require("tiny"), course.root / "source" / "tiny" / "tiny.ipynb"):
        ids = [c.metadata.nbgrader.grade_id for c in nbformat.read(path, as_version=4).cells]
        assert ids == ["code", "test"], "what was released is still there"
    with course.gradebook() as book:
        assert [c.name for c in book.find_notebook("tiny", "tiny").grade_cells] == ["test"]

    before = Bundle.of(course, "tiny").digest
    release(course, **{**quiet, "sources": SOURCES})
    assert Bundle.of(course, "tiny").digest == before, "the same text grades nobody again"
    (sources / "tiny.md").write_text(text.replace("points: ", "points: 1"))
    release(course, **quiet)
    assert Bundle.of(course, "tiny").digest != before, "other points grade everybody again"


def test_the_database_driver_is_named():
    assert with_driver("postgresql://a@b/c") == "postgresql+psycopg2://a@b/c"
    assert with_driver("postgres://a@b/c") == "postgresql+psycopg2://a@b/c"
    assert with_driver("postgresql+pg8000://a@b/c") == "postgresql+pg8000://a@b/c"
    assert with_driver("sqlite:///x.db") == "sqlite:///x.db"


def test_where_there_is_nothing_to_do_nothing_is_reported_done(tmp_path, capsys):
    """Without texts, without released assignments."""
    folder = ["--course", str(tmp_path / "course")]
    assert main(["release", "--sources", str(tmp_path), *folder]) == 1
    assert f"There is no assignment in {tmp_path}." in capsys.readouterr().err
    assert main(["validate", *folder]) == 1
    assert "Nothing is released yet: run `python -m course release`." in capsys.readouterr().err
    assert not (tmp_path / "course").exists()
