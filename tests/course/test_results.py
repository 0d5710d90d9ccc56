"""From a Moodle download to marks in the platform's format, through the command line."""

import csv
import datetime
import html
import re
import shutil
import zipfile
from html.parser import HTMLParser

import nbformat
import pytest
from course_cases import SOURCES, cell, snapshot, solved, submit

from course.__main__ import main
from course.export import export
from course.layout import Course
from course.release import release
from course.report import summarise, write_report

pytestmark = pytest.mark.xdist_group("results")

EVIL = '<script>alert("x")</script>'


def zipped(course, path):
    """Write a Canvas download of four students, one of them hostile, one unreadable."""
    good = solved(course, "mini")
    wrong = solved(course, "mini")
    message = f"raise ValueError({EVIL!r})"
    cell(wrong, "double-code").source = f"def double(x):\n    {message}"
    partly = solved(course, "mini")
    cell(partly, "share-code").source = "def share(values):\n    return [0.25, 0.75]"
    blank = nbformat.read(course.require("mini"), as_version=4)
    cell(partly, "why").source = cell(blank, "why").source
    with zipfile.ZipFile(path, "w") as target:
        for number, notebook in enumerate([good, wrong, partly]):
            name = f"name{number}_{100 + number}_{900 + number}_mini.ipynb"
            target.writestr(name, nbformat.writes(notebook))
        target.writestr("nobody_103_903_mini.ipynb", "")
    return path


@pytest.fixture(scope="module")
def graded(sandbox, released, tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    shutil.copytree(released.root, root / "course")
    course = Course(root / "course")
    source = zipped(course, root / "submissions.zip")
    options = ["--from", "canvas", "--course", str(course.root), "--workers", "2"]
    code = main(["grade", "mini", str(source), *options])
    assert code == 0
    with course.gradebook() as book:
        book.update_or_create_student("100", first_name="Ann", last_name="=HYPERLINK(1)")
    return course


def rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_marks(graded):
    scores = {student: entry["score"] for (_, student, _), entry in snapshot(graded).items()}
    assert scores == {"100": 6.0, "101": 4.0, "102": 4.5, "103": 0.0}


def test_late_penalty_is_taken_off(course, sandbox, tmp_path):
    """The teacher's own nbgrader configuration decides, inside the workers too."""
    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text().replace('penalty_method = "none"', 'penalty_method = "zero"')
    )
    due = datetime.datetime(2026, 1, 1)
    release(course, ["mini"], due=due, sources=SOURCES, report=lambda line: None)
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    nbformat.write(solved(course, "mini"), folder / "mini.ipynb")
    roster = tmp_path / "gradebook.csv"
    roster.write_text("Student,ID,mini,Time\nPoints Possible,,9,\nAda,ada,,2026-01-02 00:00 UTC\n")
    how = ["--from", "folders", "--roster", str(roster), "--match", "ID", "--times", "Time"]
    assert main(["grade", "mini", str(folder.parent), *how, "--course", str(course.root)]) == 0
    entry = snapshot(course)["mini", "ada", "mini"]
    assert entry["score"] == 6.0
    assert entry["penalty"] == 6.0
    export(course, "mini", "canvas", roster, "ID", "mini", tmp_path / "out.csv", report=print)
    assert rows(tmp_path / "out.csv")[1]["mini"] == "0"
    assert [row.name for row in summarise(course, "mini")["rows"]] == ["Ada"]


class Page(HTMLParser):
    """What the summary's markup consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attrs = dict(attrs)
        self.addresses += [v for k, v in attrs.items() if k in ("src", "href")]


def test_the_summary_page(graded):
    text = write_report(graded, "mini", report=lambda line: None).read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags, "what a student's code raises is text"
    assert html.escape(EVIL, quote=True) in text or EVIL.replace("<", "&lt;")[:10] in text
    assert page.addresses == ["_overview.html"], "the page has all it needs"
    (label,) = re.findall(r'<figure role="img" aria-label="([^"]*)">', text)
    assert "Histogram of the scores of 4 submissions, from 0 to 6 of 9 points" in label
    bars = re.findall(r"<div>(\d*)<i class=.full. style=.height: ([\d.]+)rem", text)
    scores = [row.score for row in summarise(graded, "mini")["rows"]]
    counts = [sum(low <= score < low + 1 for score in scores) for low in range(9)]
    assert [int(count or 0) for count, _ in bars] == counts
    assert [float(h) for _, h in bars] == [round(10 * c / max(counts), 2) for c in counts]
    shown = re.findall(r'<th scope="row">share-test(.*?)</tr>', text, re.DOTALL)[0]
    bar = re.findall(r'<i class="(\w+)" style="flex: (\d+)"></i>', shown)
    counts = {q.name: q.counts for q in summarise(graded, "mini")["questions"]}["share-test"]
    assert dict(bar) == {kind: str(count) for kind, count in counts.items()}
    plain = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text))
    assert "4 submissions, 9 points at most; mean 3.6, median 4.2" in plain
    assert "the file is empty" in plain
    assert plain.index("share-test") < plain.index("What failed most")
    assert "100 Ann =HYPERLINK(1) 6" in plain, "a name beside each id"


def test_what_nobody_has_read_has_not_failed(graded):
    """The empty answer has no points, but says nothing about a question that nobody has read."""
    questions = {q.name: q for q in summarise(graded, "mini")["questions"]}
    assert (questions["why"].failed, questions["why"].mean, questions["why"].unread) == (0, None, 2)
    text = write_report(graded, "mini", report=lambda line: None).read_text(encoding="utf-8")
    most = re.sub(r"\s+", " ", text.partition("What failed most")[2].partition("Worth a look")[0])
    assert re.findall("<strong>(.*?)</strong>", most) == ["double-test", "share-test"]
    assert "Not read yet, so not counted here: why (2 of 3)." in most


def read_by_a_person(course, student, points):
    with course.gradebook() as book:
        mark = book.find_grade("why", "mini", "mini", student)
        mark.manual_score, mark.needs_manual_grade = points, False
        book.db.commit()


def test_the_pages_say_what_has_changed_and_show_all_assignments(graded, tmp_path):
    shutil.copytree(graded.root, tmp_path / "course")
    course = Course(tmp_path / "course")

    def page():
        path = write_report(course, "mini", report=lambda line: None)
        return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", path.read_text(encoding="utf-8")))

    assert "no mark has changed" in page()
    for student, points in {"100": 2.5, "101": 0.0, "102": 3.0}.items():
        read_by_a_person(course, student, points)
    changed = page()
    assert "0 new, 2 changed" in changed
    assert "Ann =HYPERLINK(1) (100): 6 → 8.5 points" in changed
    assert "102: 4.5 → 7.5 points" in changed
    assert "Not read yet" not in changed
    assert changed.index("why : 67 % missed") < changed.index("double-test : 33 % missed")
    assert "no mark has changed" in page()
    submit(course, "105", solved(course, "mini"), name="mini")
    submit(course, "100", solved(course, "tiny"), name="tiny")
    submit(course, "106", solved(course, "tiny"), name="tiny")
    assert main(["grade", "mini", "--course", str(course.root)]) == 0
    assert main(["grade", "tiny", "--course", str(course.root)]) == 0
    overview = (course.root / "results" / "_overview.html").read_text(encoding="utf-8")
    rows = [
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip()
        for row in re.findall("<tr>(.*?)</tr>", overview, re.DOTALL)
    ]
    assert rows[1:3] == ["mini 5 5 1 5.2 9", "tiny 2 2 2.0 2"]
    assert rows[4:] == [
        "100 Ann =HYPERLINK(1) 8.5 2",
        "101 4",
        "102 7.5",
        "103 0",
        "105 6*",
        "106 2",
    ]
    assert {href for href in Page(overview).addresses} == {"mini.html", "tiny.html"}
    mini = (course.root / "results" / "mini.html").read_text(encoding="utf-8")
    assert "1 new, 0 changed" in mini


EXPORT = ["--to", "canvas", "--roster", "x.csv", "--match", "ID", "--column", "mini"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["grade"], "Which assignment? Name one of those that are released: fragile, mini, tiny"),
        (["grade", ""], "Which assignment?"),
        (["feedback"], "Which assignment?"),
        (["export", *EXPORT], "Which assignment?"),
        (["report"], "Which assignment?"),
        (["formgrader"], "Which assignment?"),
        (["collect", "work.zip", "--from", "canvas"], "Which assignment?"),
        (["grade", "mimi"], "No released assignment 'mimi'"),
        (["grade", "tiny"], "Nobody has handed in tiny"),
        (["report", "tiny"], "Nobody has handed in tiny"),
        (["export", "tiny", *EXPORT], "python -m course collect tiny submissions.zip"),
        (["feedback", "varied"], "varied was handed in, but nothing of it is graded yet"),
        (["export", "varied", *EXPORT], "python -m course grade varied"),
        (["formgrader", "varied"], "nothing of it is graded yet"),
    ],
)
def test_what_is_missing_is_said_in_our_words(graded, tmp_path, command, said, capsys):
    shutil.copytree(graded.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    submit(course, "100", solved(course, "varied"), name="varied")
    assert main([*command, "--course", str(course.root)]) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
    (course.root / "gradebook.db").unlink()
    if command == ["formgrader", "varied"]:
        assert main([*command, "--course", str(course.root)]) == 1
        assert "The gradebook has no varied" in capsys.readouterr().err
    assert main([*command, "--course", str(tmp_path / "none")]) == 1
    assert "python -m course release" in capsys.readouterr().err


def test_the_summary_counts(graded):
    summary = summarise(graded, "mini")
    questions = {q.name: q for q in summary["questions"]}
    assert list(questions) == ["double-test", "share-test", "why"], "in the notebook's order"
    assert dict(questions["double-test"].counts) == {"full": 2, "none": 1}
    assert dict(questions["share-test"].counts) == {"full": 2, "part": 1}
    assert dict(questions["why"].counts) == {"waiting": 2, "none": 1}
    assert questions["double-test"].errors.most_common(1)[0][0].startswith("ValueError")
    assert questions["double-test"].failed == pytest.approx(1 / 3)


def test_feedback_pages(graded):
    assert main(["feedback", "mini", "--course", str(graded.root)]) == 0
    folder = graded.root / "feedback"
    full = (folder / "100" / "mini" / "mini.html").read_text(encoding="utf-8")
    assert "6.0" in full
    assert "HIDDEN-MARKER" not in full
    assert "the file is empty" in (folder / "103" / "mini" / "mini.html").read_text()
    assert main(["feedback", "mini", "--show-tests", "--course", str(graded.root)]) == 0
    assert "HIDDEN-MARKER" in (folder / "100" / "mini" / "mini.html").read_text(encoding="utf-8")


def test_mistakes_on_the_command_line_are_explained(graded, capsys, tmp_path):
    assert main(["grade", "absent", "--course", str(graded.root)]) == 1
    assert "Released: fragile, mini, tiny, varied" in capsys.readouterr().err
    assert main(["release", "absent", "--course", str(tmp_path)]) == 1
    assert "No such assignment: absent" in capsys.readouterr().err
