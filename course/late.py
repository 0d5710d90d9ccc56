"""Late work: the extra days that a student has, and what the course's policy takes off."""

import datetime
import math

from nbgrader.preprocessors import AssignLatePenalties

from .layout import CourseError
from .roster import usable_id
from .tables import Table

FILE = "extra_days.csv"


def extra_days(course, assignment):
    """Return the days by student from a column of ``extra_days.csv``, or None if there is none.

    The file has a column ``student`` and one for each assignment that somebody has more time for.
    Raises `CourseError` if it cannot be read in one way only.
    """
    path = course.root / FILE
    if not path.exists():
        return None
    table = Table(path)
    rows = table.people("student")
    if unknown := set(table.header) - {"student", *course.released()}:
        raise CourseError(f"{path}: no assignment is called {', '.join(sorted(unknown))}.")
    if assignment not in table.header:
        return None
    days = {}
    for key, number in rows.items():
        given = table.cell(number, assignment).strip() or "0"
        try:
            days[usable_id(key)] = float(given)
        except ValueError:
            days[usable_id(key)] = math.nan
        if not 0 <= days[usable_id(key)] < 10_000:
            raise CourseError(f"{path}: {key!r} has {given!r}, which is no number of days.")
    return days


def late_policy(course, assignment):
    """Return a function that sets extensions and late penalties of an assignment's submissions.

    Both follow from what is there: ``extra_days.csv``, the deadline, the time of hand-in, the marks
    and the plugin that the configuration names. Raises `CourseError` if the plugin fails.
    """
    step = AssignLatePenalties(config=course.config)
    step.init_plugin()
    days = extra_days(course, assignment)

    def apply(submissions):
        for submission in submissions:
            student = submission.student_id
            if days is not None and submission.assignment.duedate is not None:
                extension = datetime.timedelta(days=days.get(student, 0))
                submission.extension = extension or None
            late = submission.total_seconds_late
            for notebook in submission.notebooks:
                score, taken = sum(map(_score, notebook.grades)), None
                if late:
                    taken = _taken(step.plugin_inst, student, score, late)
                notebook.late_submission_penalty = taken

    return apply


def _taken(plugin, student, score, late):
    try:
        taken = plugin.late_submission_penalty(student, score, late)
        if taken is not None and math.isnan(taken):
            raise ValueError("it returned no number")
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise CourseError(f"The late policy failed for {student} ({why}).") from error
    return None if taken is None else min(max(0.0, float(taken)), score)


def _score(grade):
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if score is None else score + (grade.extra_credit or 0.0)
