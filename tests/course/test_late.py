"""What a person has given stays, and what lateness takes follows it at once."""

import csv
import datetime
import shutil

import pytest
from course_cases import SOURCES, cell, snapshot, solved, submit
from nbformat.v4 import new_markdown_cell

from course.__main__ import main
from course.engines import Local
from course.gradebook import only_writer
from course.grading import grade
from course.layout import Course
from course.limits import Limits
from course.release import release
from course.report import summarise

pytestmark = pytest.mark.xdist_group("late")

DUE = datetime.datetime(2027, 3, 1, 12)
PLUGIN = """
from nbgrader.plugins import BasePlugin

class TenPercentADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "breaks":
            raise ZeroDivisionError("no such day")
        return 0.1 * score * -(-total_seconds_late // 86400)
"""


@pytest.fixture(scope="module")
def three_graded(sandbox, released, tmp_path_factory):
    """Three full solutions: on time, an hour late, and two days and an hour late."""
    course = Course(tmp_path_factory.mktemp("late") / "course")
    shutil.copytree(released.root, course.root)
    release(course, ["mini"], due=DUE, sources=SOURCES, report=lambda line: None)
    times = {"ada": DUE, "bob": DUE + datetime.timedelta(hours=1)}
    times["cleo"] = DUE + datetime.timedelta(days=2, hours=1)
    for student, time in times.items():
        stamp = f"{time:%Y-%m-%d %H:%M:%S} UTC"
        submit(course, student, solved(course, "mini"), timestamp=stamp)
    grade(course, "mini", engine=Local(1), report=lambda line: None)
    return course


@pytest.fixture
def course(three_graded, tmp_path, monkeypatch):
    """A copy with a policy of the teacher's own: a tenth of the mark for each day begun."""
    shutil.copytree(three_graded.root, tmp_path / "course")
    (tmp_path / "ten_percent.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    with (tmp_path / "course" / "nbgrader_config.py").open("a") as config:
        print("c.AssignLatePenalties.plugin_class = 'ten_percent.TenPercentADay'", file=config)
    return Course(tmp_path / "course")


def give(course, student, points, name="why", **more):
    """Give a mark by hand, as formgrader does."""
    with course.gradebook() as book:
        mark = book.find_grade(name, "mini", "mini", student)
        mark.manual_score, mark.needs_manual_grade = points, False
        for key, value in more.items():
            setattr(mark, key, value)
        book.db.commit()


def exported(course):
    """Return the points of an export, by student."""
    target = course.root / "results" / "canvas_mini.csv"
    assert main([*EXPORT, str(roster(course)), "--course", str(course.root)]) == 0
    with target.open(newline="", encoding="utf-8") as file:
        return {r["ID"]: float(r["mini"]) for r in csv.DictReader(file) if r["ID"]}


EXPORT = ["export", "mini", "--to", "canvas", "--match", "ID", "--column", "mini", "--roster"]


def roster(course):
    """Return the gradebook as Canvas exports it."""
    people = "".join(f"{name.title()},{name},\n" for name in ("ada", "bob", "cleo"))
    path = course.root / "gradebook.csv"
    path.write_text(f"Student,ID,mini\nPoints Possible,,9\n{people}")
    return path


def shown(course):
    """Return the points of the summary and of each feedback page, by student."""
    assert main(["feedback", "mini", "--course", str(course.root)]) == 0
    scores = {row.student: row.score for row in summarise(course, "mini")["rows"]}
    for student, score in scores.items():
        page = course.path("feedback", student, "mini") / "mini.html"
        assert f"Score: {score:g}" in page.read_text("utf-8").replace(".0 ", " "), student
    return scores


def test_the_penalty_follows_a_mark_that_a_person_changes(course):
    assert exported(course) == pytest.approx({"ada": 6.0, "bob": 5.4, "cleo": 4.2})
    assert shown(course) == pytest.approx(exported(course))
    for student in ("ada", "bob", "cleo"):
        give(course, student, 3.0)
    assert exported(course) == pytest.approx({"ada": 9.0, "bob": 8.1, "cleo": 6.3})
    give(course, "cleo", 0.0)
    give(course, "cleo", 1.0, "double-test", extra_credit=1.0)
    assert shown(course) == pytest.approx({"ada": 9.0, "bob": 8.1, "cleo": 4.2})
    penalties = {student: entry["penalty"] for (_, student, _), entry in snapshot(course).items()}
    assert penalties == pytest.approx({"ada": None, "bob": 0.9, "cleo": 1.8})


def test_a_new_deadline_and_the_courses_own_policy_count_at_once(course):
    later = DUE + datetime.timedelta(days=1)
    release(course, ["mini"], due=later, sources=SOURCES, report=lambda line: None)
    assert exported(course) == pytest.approx({"ada": 6.0, "bob": 6.0, "cleo": 4.8})
    config = course.root / "nbgrader_config.py"
    text = config.read_text().replace("c.AssignLate", "# c.AssignLate")
    config.write_text(text.replace('method = "none"', 'method = "zero"'))
    course = Course(course.root)
    assert exported(course) == {"ada": 6.0, "bob": 6.0, "cleo": 0.0}
    give(course, "cleo", 3.0)
    assert exported(course) == {"ada": 6.0, "bob": 6.0, "cleo": 0.0}, "late is nothing, read or not"


def test_extra_days_count_from_the_file_as_it_is(course, capsys):
    path = course.root / "extra_days.csv"
    path.write_text("student,tiny,mini\ncleo,,2\nbob,9,\nnobody,,1\n", encoding="utf-8-sig")
    assert exported(course) == pytest.approx({"ada": 6.0, "bob": 5.4, "cleo": 5.4})
    assert main(["grade", "mini", "--course", str(course.root)]) == 0
    assert "extra days, but no submission: nobody" in capsys.readouterr().out
    path.write_text("mini;student\n2.5;cleo\n1;bob\n")
    assert exported(course) == {"ada": 6.0, "bob": 6.0, "cleo": 6.0}
    assert snapshot(course)["mini", "cleo", "mini"]["extension"] == datetime.timedelta(days=2.5)
    path.write_text("student,mini\n")
    assert exported(course) == pytest.approx({"ada": 6.0, "bob": 5.4, "cleo": 4.2})
    with course.gradebook() as book:
        book.grant_extension("mini", "cleo", days=1)
    path.write_text("student,tiny\n")
    assert exported(course)["cleo"] == pytest.approx(4.8), "without a column, as nbgrader has it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mini\n2\n", "no column 'student'"),
        ("student,mimi\nada,2\n", "called mimi"),
        ("student,mini\nada,two\n", "'two', which is no number"),
        ("student,mini\nada,-1\n", "'-1', which is no number"),
        ("student,mini\nada,nan\n", "'nan', which is no number"),
        ("student,mini\nada,1,2\n", "3 cells under 2 titles"),
        ("student,mini\nada,1\nada,2\n", "'ada' stands in two rows"),
        ("", "is empty"),
    ],
)
def test_extra_days_that_could_be_misread_stop_the_run(course, text, said, capsys):
    (course.root / "extra_days.csv").write_text(text)
    before = (course.root / "gradebook.db").read_bytes()
    for command in (["grade", "mini"], [*EXPORT, str(roster(course))]):
        assert main([*command, "--course", str(course.root)]) == 1
        assert said in capsys.readouterr().err
    assert (course.root / "gradebook.db").read_bytes() == before


def test_a_policy_that_fails_changes_nothing(course, capsys):
    exported(course)
    submit(course, "breaks", solved(course, "mini"), timestamp="2027-03-05 00:00:00 UTC")
    before = snapshot(course)
    assert main(["grade", "mini", "--course", str(course.root)]) == 1
    assert snapshot(course) == before
    why = "The late policy failed for breaks (ZeroDivisionError: no such day)"
    assert why in dict(summarise(course, "mini")["faults"])["breaks"]
    assert "for: breaks" in capsys.readouterr().err
    assert main(["grade", "mini", "--course", str(course.root)]) == 1, "and again"


def test_reading_waits_for_nobody_unless_it_must_write(course):
    exported(course)
    before = (course.root / "gradebook.db").read_bytes()
    with only_writer(course):
        assert exported(course)["cleo"] == pytest.approx(4.2)
        give(course, "cleo", 3.0)
        assert main([*EXPORT, str(roster(course)), "--course", str(course.root)]) == 1
    assert (course.root / "gradebook.db").read_bytes() != before
    assert exported(course)["cleo"] == pytest.approx(6.3)


def by_hand(course):
    """Return what people have written into the gradebook."""
    with course.gradebook() as book:
        notebooks = [n for a in book.assignments for s in a.submissions for n in s.notebooks]
        marks = {
            (n.student.id, g.name): (g.manual_score, g.extra_credit)
            for n in notebooks
            for g in n.grades
        }
        comments = {(n.student.id, c.name): c.manual_comment for n in notebooks for c in n.comments}
        return marks, comments


def test_no_command_changes_a_mark_that_a_person_gave(course, tmp_path):
    give(course, "ada", 2.5)
    give(course, "ada", 0.5, "double-test", extra_credit=0.25)
    give(course, "bob", 4.0, "share-test")
    with course.gradebook() as book:
        book.find_comment("why", "mini", "mini", "ada").manual_comment = "Well said."
        book.db.commit()
    before = by_hand(course)
    changed = tmp_path / "sources"
    shutil.copytree(SOURCES, changed)
    text = (SOURCES / "mini.md").read_text("utf-8")
    text = text.replace('"points": 3', '"points": 5').replace("four", "4")
    (changed / "mini.md").write_text(text)
    new = solved(course, "mini")
    cell(new, "double-code").source = "def double(x):\n    return x"
    for student, content in {"ada": new, "bob": b"no notebook"}.items():
        folder = tmp_path / "in" / student
        folder.mkdir(parents=True)
        submit(Course(tmp_path / "new"), student, content)
        path = Course(tmp_path / "new").path("submitted", student, "mini") / "mini.ipynb"
        shutil.copy(path, folder / "mini.ipynb")
    commands = [
        ["release", "mini", "--sources", str(SOURCES)],
        ["release", "mini", "--sources", str(changed), "--due", "2027-02-01T00:00"],
        ["validate", "mini"],
        ["collect", "mini", str(tmp_path / "in"), "--from", "folders"],
        ["grade", "mini"],
        ["grade", "mini", "--force"],
        ["feedback", "mini"],
        [*EXPORT, str(roster(course))],
        ["report", "mini"],
    ]
    for command in commands:
        main([*command, "--course", str(course.root)])
        assert by_hand(course) == before, command
    shutil.rmtree(course.path("submitted", "ada", "mini"))
    grade(course, "mini", engine=Local(1), force=True, report=lambda line: None)
    assert by_hand(course) == before
    assert snapshot(course)["mini", "bob", "mini"]["score"] == 4.0


def changed_sources(folder, old, new):
    """Copy the assignments' texts with one change in `mini`."""
    shutil.copytree(SOURCES, folder)
    text = (folder / "mini.md").read_text("utf-8")
    assert text.count(old) == 1
    (folder / "mini.md").write_text(text.replace(old, new))
    return folder


def test_marks_from_before_a_release_with_other_points_are_not_returned(course, tmp_path, capsys):
    """The gradebook has the new maximum at once, and the old marks until all are graded again."""
    more = changed_sources(tmp_path / "more", '"points": 3', '"points": 6')
    release(course, ["mini"], sources=more, report=lambda line: None)
    given = roster(course).read_bytes()
    target = course.root / "results" / "canvas_mini.csv"
    where = ["--course", str(course.root)]
    assert main([*EXPORT, str(roster(course)), *where]) == 1
    assert target.read_bytes() == given, "no mark is written"
    why = "not graded since the assignment was released again with changes"
    said = capsys.readouterr().out
    for student in ("ada", "bob", "cleo"):
        assert f"not graded: {student} ({why}); no mark is written\n" in said
    assert main(["feedback", "mini", *where]) == 1
    said = capsys.readouterr()
    assert "No page was written: grade mini again." in said.err
    assert not any((course.root / "feedback").glob("*"))
    assert main(["report", "mini", *where]) == 0
    page = (course.root / "results" / "mini.html").read_text("utf-8")
    assert "released again with changes since 3 of these" in page
    # Whoever cannot be graded again keeps a mark that would mean another share of the points.
    shutil.rmtree(course.path("submitted", "bob", "mini"))
    assert main(["grade", "mini", *where]) == 0
    assert main([*EXPORT, str(roster(course)), *where]) == 1
    with target.open(newline="", encoding="utf-8") as file:
        points = {r["ID"]: r["mini"] for r in csv.DictReader(file) if r["ID"]}
    assert points == {"ada": "4.5", "bob": "", "cleo": "3.15"}
    capsys.readouterr()
    assert main(["feedback", "mini", *where]) == 0
    assert f"no new page: bob ({why})" in capsys.readouterr().out
    release(course, ["mini"], sources=SOURCES, report=lambda line: None)
    main([*EXPORT, str(roster(course)), *where])
    assert "bob" not in capsys.readouterr().out, "as it was when bob was graded"


def second_looks(course):
    """Return which marks wait for a second look of the person who gave them."""
    with course.gradebook() as book:
        return {
            (s.student.id, g.name)
            for s in book.notebook_submissions("mini", "mini")
            for g in s.grades
            if g.needs_manual_grade and g.manual_score is not None
        }


def test_a_second_look_is_asked_for_only_where_something_has_changed(course, tmp_path):
    quiet = {"engine": Local(1), "report": lambda line: None}
    for student in ("ada", "bob", "cleo"):
        give(course, student, 2.0)
    give(course, "ada", 1.0, "double-test")
    give(course, "cleo", 1.0, "double-test")
    grade(course, "mini", force=True, **quiet)
    grade(course, "mini", limits=Limits(cell_seconds=29), **quiet)
    assert second_looks(course) == set()
    new = {student: solved(course, "mini") for student in ("ada", "bob", "cleo")}
    new["ada"].cells.insert(0, new_markdown_cell("My homework"))
    cell(new["bob"], "why").source += " And that is 1."
    cell(new["cleo"], "double-code").source = "def double(x):\n    return x + x"
    for student, notebook in new.items():
        submit(course, student, notebook)
    grade(course, "mini", **quiet)
    assert second_looks(course) == {("bob", "why"), ("cleo", "double-test")}
    grade(course, "mini", force=True, **quiet)
    assert second_looks(course) == {("bob", "why"), ("cleo", "double-test")}, "until it is given"
    give(course, "bob", 3.0)
    give(course, "cleo", 1.0, "double-test")
    more = changed_sources(tmp_path / "more", '"points": 3', '"points": 6')
    release(course, ["mini"], sources=more, report=lambda line: None)
    grade(course, "mini", **quiet)
    assert second_looks(course) == {(student, "why") for student in ("ada", "bob", "cleo")}
    submit(course, "ada", b"no notebook")
    grade(course, "mini", **quiet)
    assert ("ada", "double-test") in second_looks(course), "nothing is as it was"
