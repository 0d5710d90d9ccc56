"""What the course's tests share: submissions made from released notebooks, and system packages."""

import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from course.limits import Limits

SOURCES = Path(__file__).parent / "assignments"
# Long enough for a loaded machine, short enough to wait for.
LIMITS = Limits(
    cell_seconds=3, total_seconds=60, memory_mib=400, processes=60, disk_mib=16, output_kib=64
)


def solved(course, name):
    """Return the instructor's notebook as a student would have it: the released cells, solved."""
    source = nbformat.read(course.root / "source" / name / f"{name}.ipynb", as_version=4)
    notebook = nbformat.read(course.root / "release" / name / f"{name}.ipynb", as_version=4)
    answers = {c.metadata.nbgrader.grade_id: c for c in source.cells}
    for cell in notebook.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = answers[cell.metadata.nbgrader.grade_id].source
    return notebook


def cell(notebook, grade_id):
    """Return the cell with an nbgrader id."""
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def submit(course, student, content, *, name="mini", file=None, timestamp=None):
    """Put a submission into ``submitted/``: a notebook, text or bytes."""
    folder = course.path("submitted", student, name)
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str | bytes):
        content = nbformat.writes(content)
    if isinstance(content, str):
        content = content.encode()
    (folder / (file or f"{name}.ipynb")).write_bytes(content)
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)


def snapshot(course, assignment=None):
    """Return everything a gradebook says, without its random ids, to compare two of them."""
    with course.gradebook() as gradebook:
        return {
            (item.name, submission.student.id, notebook.name): {
                "timestamp": submission.timestamp,
                "extension": submission.extension,
                "penalty": notebook.late_submission_penalty,
                "score": notebook.score,
                "grades": {
                    g.name: (
                        *(g.auto_score, g.manual_score, g.extra_credit),
                        *(g.needs_manual_grade, g.max_score),
                    )
                    for g in notebook.grades
                },
                "comments": {c.name: (c.auto_comment, c.comment) for c in notebook.comments},
            }
            for item in gradebook.assignments
            if assignment in (None, item.name)
            for submission in item.submissions
            for notebook in submission.notebooks
        }


def install(*packages):
    """Install Debian packages where this may be done; say what to do where it may not."""
    if shutil.which("apt-get") is None or os.getuid() != 0:
        pytest.fail(
            f"These tests need the packages {', '.join(packages)}: install them and repeat."
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=environment, capture_output=True, text=True
        )
        if done.returncode:
            pytest.fail(f"apt-get {' '.join(command)} failed:\n{done.stderr[-2000:]}")
