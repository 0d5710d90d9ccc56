"""Throughput of grading: this project's grader against plain serial nbgrader, in the same run.

Both grade the same submissions of the same assignment on the same machine. nbgrader runs as its
users run it, `nbgrader autograde` over the whole class, one submission after another and without a
sandbox; ours runs each submission in a sandbox of its own.
"""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde

from course.engines import Local
from course.grading import grade
from course.layout import Course
from course.release import release, run_converter
from tests.course.course_cases import snapshot

ASSIGNMENT = "information_content"
STUDENTS, QUICK_STUDENTS = 20, 6
WORKERS = (1, 2)
# One worker, though it contains each submission, is well ahead; two workers must be worth having.
TARGETS = {1: 2.5, 2: 4.0}


def silent(line):
    """Print nothing."""


def make_class(root, students):
    """Release one assignment and hand in solved, half-solved and blank notebooks in turn."""
    course = Course(root)
    release(course, [ASSIGNMENT], report=silent)
    notebooks = []
    for step in ("source", "release"):
        path = root / step / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        notebooks.append(nbformat.read(path, as_version=4))
    solved, blank = notebooks
    answers = {c.metadata.nbgrader.grade_id: c.source for c in solved.cells}
    for number in range(students):
        notebook = nbformat.from_dict(blank)
        for index, cell in enumerate(notebook.cells):
            answered = number % 3 == 0 or (number % 3 == 1 and index < len(notebook.cells) // 2)
            original = blank.cells[index]
            cell.source = original.source
            if original.metadata.nbgrader.solution and answered:
                cell.source = answers[cell.metadata.nbgrader.grade_id]
        folder = course.path("submitted", f"student{number:03}", ASSIGNMENT)
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    return course


def copy_of(course, name):
    """Return an equal course that has graded nothing yet."""
    root = course.root.with_name(name)
    shutil.copytree(course.root, root)
    return Course(root)


@contextlib.contextmanager
def quiet_kernels():
    """Keep the kernels' start-up messages off the terminal, which they inherit."""
    terminal = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


def time_nbgrader(course):
    """Return the seconds that plain nbgrader takes."""
    converter = Autograde(
        coursedir=course.directory(assignment_id=ASSIGNMENT), config=course.config
    )
    with quiet_kernels():
        started = time.perf_counter()
        run_converter(converter, "autograde")
        return time.perf_counter() - started


def time_ours(course, workers):
    """Return the seconds that our grader takes, its start included."""
    started = time.perf_counter()
    grade(course, ASSIGNMENT, engine=Local(workers), report=silent)
    return time.perf_counter() - started


def run(quick=False):
    """Measure, and check that all gradebooks say the same.

    Parameters
    ----------
    quick : bool
        Grade a few submissions only.

    Returns
    -------
    list of dict
        One row for each number of workers.
    """
    students = QUICK_STUDENTS if quick else STUDENTS
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        course = make_class(Path(folder, "course"), students)
        plain = copy_of(course, "plain")
        peer = 60 * students / time_nbgrader(plain)
        book = snapshot(plain)
        for workers in WORKERS:
            own = copy_of(course, f"ours{workers}")
            ours = 60 * students / time_ours(own, workers)
            if snapshot(own) != book:
                raise AssertionError("the gradebooks differ")
            rows.append(
                {
                    "name": f"grading, {workers} worker{'s' * (workers > 1)}, sandboxed",
                    "ours": ours,
                    "peer": peer,
                    "peer_name": "nbgrader autograde, serial, no sandbox",
                    "unit": "submissions/minute",
                    "ratio": ours / peer,
                    "target": f"≥ {TARGETS[workers]:g}×",
                    "met": ours / peer >= TARGETS[workers],
                    "samples": students,
                }
            )
    return rows


if __name__ == "__main__":
    for row in run():
        print(row)
