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
from course_cases import SOURCES, cell, solved

from course.__main__ import main
from course.export import export
from course.gradebook import snapshot
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


class Page(HTMLParser):
    """What the summary's markup consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.images, self.addresses = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attrs = dict(attrs)
        if tag == "img":
            self.images.append(attrs)
        self.addresses += [v for k, v in attrs.items() if k in ("src", "href")]


def test_the_summary_page(graded):
    text = write_report(graded, "mini", report=lambda line: None).read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags, "what a student's code raises is text"
    assert html.escape(EVIL, quote=True) in text or EVIL.replace("<", "&lt;")[:10] in text
    assert len(page.images) == 2
    assert all(len(image["alt"]) > 40 for image in page.images)
    address, *images = page.addresses
    assert address == "_overview.html"
    assert all(image.startswith("data:image/svg+xml;base64,") for image in images)
    plain = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text))
    assert "4 submissions, 9 points at most; mean 3.6, median 4.2" in plain
    assert "the file is empty" in plain
    assert plain.index("share-test") < plain.index("What failed most")


def test_the_summary_counts(graded):
    summary = summarise(graded, "mini")
    questions = {q.name: q for q in summary["questions"]}
    assert list(questions) == ["double-test", "share-test", "why"], "in the notebook's order"
    assert dict(questions["double-test"].counts) == {"full": 2, "none": 1}
    assert dict(questions["share-test"].counts) == {"full": 2, "part": 1}
    assert dict(questions["why"].counts) == {"waiting": 3}
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
