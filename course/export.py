"""Marks in the CSV file of a learning platform: the file it gave out, with one column filled."""

from __future__ import annotations

import re
from pathlib import Path

from nbgrader.api import MissingEntry

from .layout import CourseError
from .results import replace
from .roster import read_students, usable_id
from .tables import TOTAL, Table, offer

# Moodle's grading worksheet, in English.
MAXIMUM, CHANGEABLE, MODIFIED = "Maximum Grade", "Grade can be changed", "Last modified (grade)"


def final_score(gradebook, assignment, student):
    """Return a student's points after the late penalty, or None without a submission."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    return max(0.0, submission.score - (submission.late_submission_penalty or 0.0))


def export(course, assignment, platform, roster, match, column, output=None, *, report=print):
    """Write the platform's file ``roster`` again, with an assignment's marks in one ``column``.

    ``platform`` is ``"canvas"`` or ``"moodle"``, ``match`` the column that names the students.
    Marks are scaled to the platform's maximum; the cells of others stay as they are. Reports, and
    returns, a line for each mark that finds no row and each row of nobody known. Raises
    `CourseError`, and writes nothing, where a mark could be the wrong person's.
    """
    course.require(assignment)
    table, known = Table(roster), read_students(course)
    table.place(column)
    keys = {usable_id(key): key for key in table.people(match)}
    with course.gradebook() as gradebook:
        points = gradebook.find_assignment(assignment).max_score
        submissions = {s.student.id: s for s in gradebook.assignment_submissions(assignment)}
        scores = {student: final_score(gradebook, assignment, student) for student in submissions}
        unread = sum(map(_unread, submissions.values()))
    if not scores.keys() & keys.keys():
        raise CourseError(f"No {match} in {roster} is that of a student with a mark.")
    if known.get("column") != match:
        table.require_one_meaning(match, {keys[student] for student in scores if student in keys})
    maximum, lines, count = _maximum(table, platform, column), [], 0
    for student, score in scores.items():
        if student not in keys:
            near = offer(known.get("students", {}).get(student, [student])[0], keys.values())
            hint = f"; {near!r} differs in zeros, case or spaces" if near else ""
            lines.append(f"no row for {student}{hint}")
            continue
        number = table.people(match)[keys[student]]
        value = score * maximum(number) / points if points else 0.0
        if why := platform == "moodle" and _skipped(table, number, column, value, maximum(number)):
            lines.append(f"not written for {student}: {why}")
        else:
            table.put(number, column, f"{value:.2f}".rstrip("0").rstrip("."))
            count += 1
    strangers = keys.keys() - scores.keys() - known.get("students", keys).keys()
    lines += [f"the row of {keys[student]} is no known student's" for student in strangers]
    target = Path(output or course.root / "results" / f"{platform}_{assignment}.csv")
    replace(target, table.data)
    absent = sorted(keys[s] for s in keys.keys() - scores.keys() - strangers)
    report("\n".join([*sorted(lines), *(f"no submission: {key}" for key in absent)]))
    if unread:
        report(f"{unread} answers have not been read yet and count as 0.")
    report(f"{count} marks are in {target}")
    return lines


def _unread(submission):
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return sum(grade.needs_manual_grade and grade.manual_score is None for grade in grades)


def _maximum(table, platform, column):
    """Return a function that gives the platform's maximum for a row."""
    totals = [n for n, row in enumerate(table.rows) if row and row[0].strip() == TOTAL]
    if platform == "canvas" and len(totals) != 1:
        raise CourseError(f"{table.path} has no row {TOTAL!r}, as the gradebook of Canvas has.")
    if platform == "moodle":
        if "Scale" in table.header:
            raise CourseError(f"{table.path} asks for grades on a scale, and not for points.")
        for title in ("Identifier", MAXIMUM, MODIFIED):
            table.place(title)

    def maximum(number):
        place = (totals[0], column) if platform == "canvas" else (number, MAXIMUM)
        text = table.cell(*place).strip()
        if not re.fullmatch(r"\d+(\.\d+)?", text) or not float(text):
            raise CourseError(f"{table.path}: the maximum of {column} is {text!r}, and no number.")
        return float(text)

    return maximum


def _skipped(table, number, column, value, maximum):
    """Return why Moodle would leave out a row without a word, or nothing."""
    if table.cell(number, CHANGEABLE).strip() == "No":
        return f"{CHANGEABLE!r} is No"
    if value > maximum:
        return f"{value:g} is above the maximum of {maximum:g}"
    if table.cell(number, column).strip() and table.cell(number, MODIFIED).strip() == "-":
        return "the worksheet is older than the grade in it: download it again"
    return ""
