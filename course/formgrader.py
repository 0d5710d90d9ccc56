"""nbgrader's formgrader, opened on the answers that wait for a person."""

import json
import os
import subprocess
import sys

from .gradebook import marks, submissions, unread
from .layout import REPOSITORY, path_with


def first_unread(course, assignment):
    """Return how many submissions have unread answers, and formgrader's address of the first."""
    with marks(course, assignment) as gradebook:
        found = submissions(gradebook, assignment)
        waiting = sorted({grade.notebook_id for work in found for grade in unread(work)})
    place = f"submissions/{waiting[0]}/" if waiting else f"gradebook/{assignment}/{assignment}"
    return len(waiting), f"/formgrader/{place}"


def formgrader(course, assignment, *, report=print, options=()):
    """Run JupyterLab in the course folder until it is ended; it opens in a browser.

    Formulas are made there as in feedback, and no page asks another host for MathJax.
    """
    count, address = first_unread(course, assignment)
    report(f"{assignment}: {count} submissions have answers to be read")
    command = [sys.executable, "-m", "jupyter", "lab", f"--LabApp.default_url={address}", *options]
    filters = json.dumps({"markdown2html": "course.feedback.markdown2html"})
    command.append(f"--HTMLExporter.filters={filters}")
    if course.database:
        command.append(f"--CourseDirectory.db_url={course.db_url}")
    environment = {**os.environ, "PYTHONPATH": path_with(REPOSITORY, "PYTHONPATH")}
    environment["JUPYTER_PATH"] = path_with(REPOSITORY / "course" / "jupyter", "JUPYTER_PATH")
    subprocess.run(command, cwd=course.root, env=environment)
