"""What a cell leaves running costs that cell, by its name, and no other; and little time."""

import shutil

import nbformat
import pytest
from class_table import NAME, POINTS
from course_cases import LIMITS, cell, snapshot, solved, submit
from nbformat.v4 import new_code_cell

from course.engines import Local
from course.grading import grade
from course.layout import Course
from course.session import LEFT

pytestmark = pytest.mark.xdist_group("left")

SOCKETS = """
import os, stat, sys, threading, time
def sockets():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass
def steal():
    while True:
        os.read(next(sockets()), 65536)
def after(name, then):
    main = threading.main_thread().ident
    def wait():
        while name not in globals() and sys._current_frames()[main].f_code.co_name != name:
            time.sleep(0.0005)
        then()
    threading.Thread(target=wait, daemon=True).start()
"""
# The function of the runner that waits while the copy at a test cell is asked.
ASKING = "ask"
# What it does, and whether it is the cell before the tests of `share` that does it, or the last.
GUILTY = {
    "reads": ("threading.Thread(target=steal, daemon=True).start()", "share"),
    "reads_last": ("threading.Thread(target=steal, daemon=True).start()", ""),
    "reads_later": ("after('rescale', steal)", "share"),
    "reads_when_asked": (f"after({ASKING!r}, steal)", ""),
    "forks": ("if os.fork() == 0:\n    steal()", "share"),
    "forks_later": ("if os.fork() == 0:\n    time.sleep(0.3)\n    steal()\nslow = True", "share"),
    "writes": (
        "def write():\n    while True:\n"
        "        os.write(next(sockets()), b'{}\\n')\n        time.sleep(0.001)\n"
        "after('rescale', write)",
        "share",
    ),
    "ends_it_all": (f"after({ASKING!r}, lambda: os._exit(0))", ""),
}
INNOCENT = {
    "pool": "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n"
    "print(list(pool.map(abs, [-1, 2])))",
    "process": "import subprocess\nsleeper = subprocess.Popen(['sleep', '300'])",
    "busy": "import threading\ndef run():\n    while True:\n        pass\n"
    "threading.Thread(target=run, daemon=True).start()",
}


def work(course, source, before):
    notebook = solved(course, NAME)
    for name in ("rescale", "slope"):
        cell(notebook, name).source += "\nif 'slow' in globals():\n    time.sleep(0.3)"
    place = notebook.cells.index(cell(notebook, before)) if before else len(notebook.cells)
    notebook.cells.insert(place, new_code_cell(source))
    return notebook, place


@pytest.fixture(scope="module")
def graded(sandbox, released, tmp_path_factory):
    """A class of right solutions, each with one cell more."""
    course = Course(tmp_path_factory.mktemp("left") / "course")
    shutil.copytree(released.root, course.root)
    for student, (source, before) in GUILTY.items():
        submit(course, student, work(course, SOCKETS + source, before)[0], name=NAME)
    for student, source in INNOCENT.items():
        submit(course, student, work(course, source, "share")[0], name=NAME)
    return course, grade(course, NAME, engine=Local(3), limits=LIMITS, report=lambda line: None)


@pytest.mark.parametrize("student", GUILTY)
def test_the_cell_that_did_it_is_named_and_nothing_else_is_lost(graded, student):
    course, results = graded
    source, before = GUILTY[student]
    _, place = work(course, source, before)
    result = results[student]
    said = f"the submission was stopped here: {LEFT}"
    assert result.notes == [f"stopped: {said} (cell {place + 1})"]
    grades = snapshot(course, NAME)[NAME, student, NAME]["grades"]
    assert {name: grades[name][0] for name in POINTS} == POINTS
    page = nbformat.read(course.path("autograded", student, NAME) / f"{NAME}.ipynb", as_version=4)
    if student == "reads":
        assert said in page.cells[place].outputs[0].text
    # A worker was held up for minutes before: for each of the cells that came later.
    assert result.seconds < 60


@pytest.mark.parametrize("student", INNOCENT)
def test_what_runs_on_and_disturbs_nothing_costs_nothing(graded, student):
    _, results = graded
    assert results[student].notes == []
    assert results[student].score == sum(POINTS.values())
