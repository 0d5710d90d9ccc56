"""Marks in the CSV formats that Canvas and Moodle import.

Both are nbgrader export plugins, so ``nbgrader export --exporter=course.export.CanvasExport`` works
as well as ``python -m course export``.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
# What Moodle's "Upload grading worksheet" looks for: Identifier, Grade and Last modified (grade).
MOODLE_COLUMNS = [
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def final_score(gradebook, assignment, student):
    """Return a student's points after the late penalty, or None without a submission."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    return max(0.0, submission.score - (submission.late_submission_penalty or 0.0))


def plain(text):
    """Keep a spreadsheet from taking a student's name for a formula."""
    text = str(text or "")
    return f"'{text}" if text.startswith(FORMULA) else text


def full_name(student):
    """Return "First Last", or the id of a student without a name."""
    return " ".join(filter(None, [student.first_name, student.last_name])) or student.id


class LMSExport(ExportPlugin):
    """What the two exports share: a list of students that the learning platform gave out."""

    roster = Unicode("", help="CSV file exported from the learning platform.").tag(config=True)

    def _read_roster(self):
        with Path(self.roster).open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            rows = [dict(row) for row in reader]
            return list(reader.fieldnames or []), rows

    def _write(self, default, columns, rows):
        target = Path(self.to or default)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    def _assignments(self, gradebook):
        names = [str(name) for name in self.assignment]
        return [a for a in gradebook.assignments if not names or a.name in names]


class CanvasExport(LMSExport):
    """The CSV file that Canvas's gradebook imports.

    Without a roster a student's id is taken for Canvas's own, as in the names of downloaded files.
    With one, the gradebook as Canvas exports it, rows are matched by ID, SIS User ID or SIS Login
    ID, and the column whose title begins with the assignment's name is filled.
    """

    def export(self, gradebook):
        """Write the file."""
        assignments = self._assignments(gradebook)
        columns, rows = self._skeleton(gradebook)
        titles = {a.name: self._title(a.name, columns) for a in assignments}
        keep = [c for c in columns if c in CANVAS_COLUMNS] + list(titles.values())
        for row in rows:
            if row["Student"].strip() == "Points Possible":
                for a in assignments:
                    row.setdefault(titles[a.name], f"{a.max_score:g}")
                continue
            ids = [row.get(c) for c in ("ID", "SIS User ID", "SIS Login ID")]
            for a in assignments:
                scores = (final_score(gradebook, a.name, i) for i in ids if i)
                score = next((s for s in scores if s is not None), None)
                row[titles[a.name]] = "" if score is None else f"{score:g}"
        self._write("canvas.csv", keep, rows)

    def _skeleton(self, gradebook):
        if self.roster:
            return self._read_roster()
        rows = [{"Student": "    Points Possible"}]
        for student in gradebook.students:
            rows.append({"Student": plain(full_name(student)), "ID": plain(student.id)})
        return list(CANVAS_COLUMNS), rows

    @staticmethod
    def _title(name, columns):
        pattern = re.compile(re.escape(name) + r"( \(\d+\))?", re.IGNORECASE)
        spaced = re.compile(re.escape(name.replace("_", " ")) + r"( \(\d+\))?", re.IGNORECASE)
        for column in columns:
            if pattern.fullmatch(column) or spaced.fullmatch(column):
                return column
        return name


class MoodleExport(LMSExport):
    """The grading worksheet that a Moodle assignment imports; one file for each assignment.

    Without a roster a student's id is taken for Moodle's participant number, as in the names of
    downloaded files. With one, the worksheet as Moodle gives it out, its rows are filled, and
    points are scaled to its maximum grade.
    """

    def export(self, gradebook):
        """Write the file of the one assignment."""
        (assignment,) = self._assignments(gradebook)
        columns, rows = list(MOODLE_COLUMNS), []
        if self.roster:
            columns, rows = self._read_roster()
        else:
            for student in gradebook.students:
                rows.append(
                    {
                        "Identifier": f"Participant {student.id}",
                        "Full name": plain(full_name(student)),
                        "Email address": plain(student.email),
                        "Maximum Grade": f"{assignment.max_score:g}",
                        "Last modified (grade)": "-",
                    }
                )
        for row in rows:
            student = row["Identifier"].removeprefix("Participant ").strip()
            score = final_score(gradebook, assignment.name, student)
            if score is None:
                row.setdefault("Grade", "")
                continue
            maximum = float(row.get("Maximum Grade") or assignment.max_score)
            row["Grade"] = f"{score * maximum / assignment.max_score:.2f}"
        self._write(f"moodle_{assignment.name}.csv", columns, rows)
