"""Marks in the CSV file of a learning platform: the file it gave out, with one column filled."""

import re
from pathlib import Path

from .gradebook import marks, submissions, total, unread
from .layout import CourseError
from .results import Results, replace
from .roster import read_students, usable_id
from .tables import TOTAL, Table, offer

# Moodle's grading worksheet, in English.
MAXIMUM, CHANGEABLE, MODIFIED = "Maximum Grade", "Grade can be changed", "Last modified (grade)"

EXCUSED = "EX"


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
    rows = {usable_id(key): (key, number) for key, number in table.people(match).items()}
    with marks(course, assignment) as gradebook:
        points = gradebook.find_assignment(assignment).max_score
        work = {s.student_id: s for s in submissions(gradebook, assignment)}
        scores = {student: total(submission) for student, submission in work.items()}
        waiting = sum(len(unread(submission)) for submission in work.values())
    found = scores.keys() & rows.keys()
    if not found:
        by = f" The course knows them by {known['column']!r}." if known else ""
        raise CourseError(f"No {match} in {roster} is that of a student with a mark.{by}")
    if known.get("column") != match:
        table.require_one_meaning(match, {rows[student][0] for student in found})
    maximum, lost, kept = _maximum(table, platform, column), [], []
    for student in scores.keys() - rows.keys():
        key, _ = known.get("students", {}).get(student, (student, ""))
        near = offer(key, (key for key, _ in rows.values()))
        hint = f"; {near!r} differs in zeros, case or spaces" if near else ""
        lost.append(f"no row for {key}{hint}")
    ungraded = (stored := Results(course, assignment)).ungraded(scores)
    outdated = stored.outdated()
    for student, why in ungraded.items():
        key, _ = rows.get(student, (student, 0))
        earlier = "; the mark is that of earlier work" if student in scores else ""
        earlier = "; no mark is written" if student in outdated else earlier
        lost.append(f"not graded: {key} ({why}){earlier}")
    absent = rows.keys() - scores.keys() - ungraded.keys()
    listed = known.get("students", rows).keys()
    lost += [f"nobody known: {rows[student][0]}" for student in absent - listed]
    kept += [f"no submission: {rows[student][0]}" for student in absent & listed]
    for student in found - outdated:
        key, number = rows[student]
        value = scores[student] * maximum(number) / points if points else 0.0
        if table.cell(number, column).strip() == EXCUSED:
            kept.append(f"left excused: {key}")
        elif platform == "moodle" and (why := _skipped(table, number, column, value)):
            lost.append(f"not written for {key}: {why}")
        else:
            table.put(number, column, f"{value:.2f}".rstrip("0").rstrip("."))
    target = Path(output or course.root / "results" / f"{platform}_{assignment}.csv")
    replace(target, table.data)
    for line in sorted(kept) + sorted(lost):
        report(line)
    if waiting:
        report(f"answers that nobody has read yet, and that count as 0: {waiting}")
    report(f"{assignment}: marks in {target}")
    return lost


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


def _skipped(table, number, column, value):
    """Return why Moodle would leave out a row without a word, or nothing."""
    if table.cell(number, CHANGEABLE).strip() == "No":
        return f"{CHANGEABLE!r} is No"
    if value > float(table.cell(number, MAXIMUM)):
        return f"{value:g} is above the maximum of {table.cell(number, MAXIMUM)}"
    if table.cell(number, column).strip() and table.cell(number, MODIFIED).strip() == "-":
        return "the worksheet is older than the grade in it: download it again"
    return ""
