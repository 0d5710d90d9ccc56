"""Every command of the page for instructors runs as it is printed, in one term of a small class."""

import os
import re
import shlex
import shutil
import subprocess
import zipfile

import pytest
from teaching import ASSIGNMENTS, CLASS, PAGE, clone, end, start_formgrader, write_downloads

from course.__main__ import parser
from tests.warm import warm

pytestmark = pytest.mark.xdist_group("teaching")

ROOT = PAGE.parents[1]
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:make |\.venv/bin/)[^`]+)`")
# What is tried elsewhere, and where; what only a network or another machine can run.
ELSEWHERE = {
    "make book": "tests/site",
    "make site-zip": "tests/site/test_whole.py",
    "printf": "needs podman and a package index",
    ".venv/bin/python -m course release --sources ../private/assignments": "below, with its folder",
}
FEEDBACK = "make course-feedback ASSIGNMENT=entropy"
SERVER = "make course-formgrader ASSIGNMENT=entropy"


def commands():
    """Return the page's commands in its order, those within sentences too."""
    found = {}
    for match in BLOCK.finditer(TEXT):
        lines = match[2].replace("\\\n", "").replace("|\n", "|").splitlines()
        # A comment behind a command is not part of it.
        found |= {
            (match.start(), n): line.strip().split("  #")[0].strip() for n, line in enumerate(lines)
        }
    for match in INLINE.finditer(BLOCK.sub(lambda m: " " * len(m[0]), TEXT)):
        found[match.start(), 0] = match[1]
    return list(dict.fromkeys(found[place] for place in sorted(found) if found[place]))


def kept(line):
    """Return whether a command is tried elsewhere."""
    return any(line.partition(" ")[0] == e or line == e for e in ELSEWHERE)


@pytest.fixture(scope="module")
def python(live):
    with warm("nbgrader.api", "nbgrader.apps", "nbgrader.converters", "IPython") as command:
        yield command


@pytest.fixture
def book(python, sandbox, tmp_path):
    folder = tmp_path / "courses (2027)" / "the book"
    clone(folder, python)
    return folder


def shell(book, line):
    """Run a line of the page in the repository's folder, as its reader does."""
    environment = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    done = subprocess.run(
        ["bash", "-c", line], cwd=book, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def platform(line):
    """Return whose class a line is about; the course is Canvas's unless the line says otherwise."""
    return next((p for p in ("moodle", "folders") if p in line), "canvas")


def test_every_command_names_what_there_is():
    """Its options are known, its target is the Makefile's, and so is what make would run."""
    tried = []
    for line in commands():
        words = shlex.split(line)
        if words[0] == "make":
            told = ["make", "--dry-run", "--no-print-directory", *words[1:]]
            done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            runs = [shlex.split(run) for run in done.stdout.splitlines() if "-m course" in run]
            assert runs or kept(line), line
        else:
            runs = [words] if words[1:3] == ["-m", "course"] else []
        for run in runs:
            try:
                tried.append(parser().parse_args(run[run.index("course") + 1 :]))
            except SystemExit:
                pytest.fail(f"{line}\n{shlex.join(run)}")
    assert len(tried) >= 20
    assert {known.assignment for known in tried if getattr(known, "assignment", "")} == {"entropy"}


#: The lines of a Canvas class from submissions to feedback, each once.
TERM = (
    "make course-grade ",
    ".venv/bin/python -m course report ",
    ".venv/bin/python -m course export entropy --to canvas",
    "make course-feedback ",
)


def test_a_term_of_a_canvas_class(book):
    shell(book, ".venv/bin/python -m course release")
    write_downloads(book, book / "_build" / "course")
    lines = [next(line for line in commands() if line.startswith(start)) for start in TERM]
    said = [shell(book, line) for line in lines]
    check_feedback(book / "_build" / "course", "canvas")
    assert said[2].rpartition("marks in ")[2].strip().endswith("results/canvas_entropy.csv")


@pytest.mark.stress
def test_every_command_of_the_page(book):
    """Canvas's class through the whole term; Moodle's and a folder's in courses of their own."""
    shell(book, "make course")
    course, now = book / "_build" / "course", "canvas"
    write_downloads(book, course)
    for other in ("moodle", "folders"):
        shutil.copytree(course, book / "_build" / other)
    done, said = [], {}
    for line in commands():
        if kept(line):
            continue
        if (wanted := platform(line)) != now:
            course.rename(book / "_build" / now)
            (book / "_build" / wanted).rename(course)
            now = wanted
        if now == "moodle" and "collect" not in line and not any((course / "feedback").iterdir()):
            # The lines between, for a class that the page follows no further.
            shell(book, ".venv/bin/python -m course grade entropy")
            shell(book, FEEDBACK)
            check_feedback(course, now)
        if "../my-course" in line:
            shutil.copytree(course, book.parent / "my-course", dirs_exist_ok=True)
        if line == SERVER:
            process, _ = start_formgrader(book)
            end(process)
        else:
            said[line] = shell(book, line)
        if line == FEEDBACK:
            check_feedback(course, now)
        done.append(line)
    assert {SERVER, FEEDBACK} <= set(done)
    assert len(done) >= 20
    assert {p for p in map(platform, done)} == {"canvas", "moodle", "folders"}
    exports = [line for line in done if " export " in line]
    assert len(exports) == 2
    for line in exports:
        target = said[line].rpartition("marks in ")[2].strip()
        assert target.endswith(f"results/{platform(line)}_entropy.csv")


def check_feedback(course, layout):
    """The zip has each student's own page, under a name that the platform gives to that student."""
    names = {
        "canvas": r"student\d\d_(LATE_)?(\d+)_9\d+_",
        "moodle": r"student \d\d_()(\d+)_assignfeedback_file_/",
    }
    with zipfile.ZipFile(course / "results" / "entropy_feedback.zip") as packed:
        assert len(packed.namelist()) == len(CLASS) - 1
        for name in packed.namelist():
            number = int(re.fullmatch(names[layout] + r"entropy\.html", name)[2])
            student = number if layout == "canvas" else f"student-{number - 4700:02}@example.org"
            page = course / "feedback" / str(student) / "entropy"
            assert packed.read(name) == (page / "entropy.html").read_bytes()


def test_sources_of_ones_own_and_a_course_that_is_not_cleaned_away(book):
    private = book.parent / "private" / "assignments"
    shutil.copytree(book / "assignments", private)
    line = ".venv/bin/python -m course release --sources ../private/assignments"
    assert line in commands()
    assert [f"released {name}" for name in ASSIGNMENTS] == shell(book, line).splitlines()[:2]
    (book / "_build" / "html").mkdir()
    shell(book, "make clean")
    assert [path.name for path in (book / "_build").iterdir()] == ["course"]


def test_what_is_tried_elsewhere_is_on_the_page():
    printed = commands()
    for line in ELSEWHERE:
        assert any(p == line or p.partition(" ")[0] == line for p in printed), line
