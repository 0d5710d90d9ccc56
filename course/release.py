"""From the text in ``assignments/`` to a released nbgrader course."""

import contextlib
import datetime
import io
import logging
import re
import shutil
import tempfile
from pathlib import Path

import jupytext
import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from .checks import require_marks
from .gradebook import only_writer
from .layout import SOURCES, CourseError

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
DEFAULTS = {"grade": False, "solution": False, "task": False, "schema_version": 3}
# What every assignment says after its title.
HEADER = "_instructions.md"
SECRET = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)")

CONFIGURATION = """\
# nbgrader's configuration for this course. Everything nbgrader documents works here:
# https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html
c = get_config()

c.CourseDirectory.course_id = "cross-entropy"

# The gradebook is the SQLite file gradebook.db in this folder. For a PostgreSQL server instead:
# c.CourseDirectory.db_url = "postgresql+psycopg2://user:password@host/database"

# Late work: "none" takes nothing off, "zero" gives no points.
c.LateSubmissionPlugin.penalty_method = "none"

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}
"""


def available(sources=SOURCES):
    """Return the names of the assignments that can be released, sorted."""
    return sorted(path.stem for path in Path(sources).glob("[!_]*.md"))


def read_source(path):
    """Turn an assignment's text, a MyST-Markdown notebook, into the instructor's notebook.

    In the text, cells carry only what differs from nbgrader's defaults, for example ``:nbgrader:
    {grade_id: q1, solution: true}``.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    header = path.with_name(HEADER)
    if header.exists():
        cells = jupytext.reads(header.read_text(encoding="utf-8"), fmt="md:myst").cells
        notebook.cells = [*notebook.cells[:1], *cells, *notebook.cells[1:]]
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
        kind = "text" if cell.cell_type == "markdown" else "code"
        # Text of ours: nbgrader locks it, so that the question stays what it was.
        ours = {"grade_id": f"{kind}-{index}", "locked": True}
        metadata = {**DEFAULTS, **cell.metadata.get("nbgrader", ours)}
        metadata.setdefault("locked", metadata["grade"] and not metadata["solution"])
        if metadata["grade"]:
            metadata.setdefault("cell_type", cell.cell_type)
        cell.metadata = nbformat.from_dict({"nbgrader": metadata})
    return notebook


def create_course(course):
    """Create the course folder and its configuration; keep what is there."""
    for step in ("source", "release", "submitted", "autograded", "feedback", "grading", "results"):
        (course.root / step).mkdir(parents=True, exist_ok=True)
    path = course.root / "nbgrader_config.py"
    if not path.exists():
        path.write_text(CONFIGURATION, encoding="utf-8")


def release(course, names=None, *, due=None, sources=SOURCES, report=print):
    """Create the course and the student versions of its assignments, all by default.

    ``due`` is the deadline, in UTC if it has no time zone; ``sources`` is the folder of the texts.
    Raises `CourseError` for an unknown name, or a change that existing submissions forbid.
    """
    known = available(sources)
    if not known:
        raise CourseError(f"There is no assignment in {sources}.")
    if unknown := sorted(set(names or ()) - set(known)):
        raise CourseError(
            f"No such assignment: {', '.join(unknown)}. There are: {', '.join(known)}."
        )
    create_course(course)
    with only_writer(course):
        for name in names or known:
            _release_one(course, name, due, Path(sources))
            report(f"released {name}")
    report(f"The course is in {course.root}")


def _release_one(course, name, due, sources):
    folder = course.root / "source" / name
    with _restored_on_failure(folder, course.root / "release" / name):
        folder.mkdir(parents=True, exist_ok=True)
        notebook = read_source(sources / f"{name}.md")
        require_pairs(notebook, name)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        files = sources / name
        if files.is_dir():
            shutil.copytree(files, folder, dirs_exist_ok=True)
        require_marks(folder / f"{name}.ipynb", notebook)
        converter = GenerateAssignment(
            coursedir=course.directory(assignment_id=name), config=course.config
        )
        converter.force = True
        run_converter(converter, f"release {name}")
        text = (course.root / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8")
        if SECRET.search(text):
            raise CourseError(f"{name}: the student version marks a solution or a hidden test.")
    if due is not None:
        if due.tzinfo is not None:
            due = due.astimezone(datetime.UTC).replace(tzinfo=None)
        with course.gradebook() as gradebook:
            gradebook.update_or_create_assignment(name, duedate=due)


def require_pairs(notebook, name):
    """Raise `CourseError` unless what begins a solution or a hidden test ends in the same cell.

    Of hidden tests whose beginning is misspelt nbgrader takes off the end alone, without a word.
    """
    for cell in notebook.cells:
        marks = SECRET.findall(cell.source)
        pairs = zip(marks[::2], marks[1::2], strict=False)
        if len(marks) % 2 or any((a, b) != (("BEGIN", a[1]), ("END", a[1])) for a, b in pairs):
            raise CourseError(
                f"{name}: in cell {cell.metadata.nbgrader.grade_id} the BEGIN and END of a "
                "solution or of hidden tests do not pair."
            )


@contextlib.contextmanager
def _restored_on_failure(*folders):
    """Put folders back as they were if the block fails; nbgrader removes what it cannot convert."""
    with tempfile.TemporaryDirectory() as backup:
        copies = {folder: Path(backup, str(i)) for i, folder in enumerate(folders)}
        for folder, copy in copies.items():
            if folder.exists():
                shutil.copytree(folder, copy)
        try:
            yield
        except BaseException:
            for folder, copy in copies.items():
                shutil.rmtree(folder, ignore_errors=True)
                if copy.exists():
                    shutil.copytree(copy, folder)
            raise


def run_converter(converter, task):
    """Run one of nbgrader's converters; on failure raise `CourseError` with what it logged."""
    messages = io.StringIO()
    handler = logging.StreamHandler(messages)
    converter.log.addHandler(handler)
    converter.log.setLevel(logging.ERROR)
    converter.log.propagate = False
    try:
        converter.start()
    except NbGraderException:
        lines = [line for line in messages.getvalue().splitlines() if line.strip()]
        raise CourseError(f"nbgrader could not {task}.\n" + "\n".join(lines[-8:])) from None
    finally:
        converter.log.removeHandler(handler)
