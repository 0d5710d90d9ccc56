"""Who is who: one table of the class, from the platform's roster, by one declared column."""

import hashlib
import json
import re
import unicodedata

from .intake import STUDENT_ID
from .layout import CourseError
from .results import replace
from .tables import Table, offer, read_time

# The column of the roster that a layout's file names refer to; in folders it is the declared one.
LINKS = {"canvas": "ID", "moodle": "Identifier"}
MOODLE_TIME, MOODLE_TEAM = "Last modified (submission)", "Group"


def usable_id(raw):
    """Return a student id that is safe as a file name, and still tells students apart."""
    plain = unicodedata.normalize("NFKD", raw).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.@+-]+", "_", plain).lstrip("._-@+")[:80]
    if plain == raw and STUDENT_ID.fullmatch(plain):
        return plain
    return f"{plain or 'student'}-{hashlib.sha256(raw.encode()).hexdigest()[:6]}"


def students_file(course):
    """Return where the one table is kept that says which student is which person."""
    return course.root / "grading" / "students.json"


def read_students(course):
    """Return the column of the rosters, and each student's ``[key, name]`` by id; or nothing."""
    path = students_file(course)
    return json.loads(path.read_bytes()) if path.exists() else {}


class Roster:
    """Who is in the class, by the one column ``match`` of the platform's CSV file ``path``.

    Without a file everyone is who the download says. ``times`` is the column in which the time of
    handing in stands (Moodle's, unless another is named), ``zone`` where its clock stands.
    ``backs`` has by student how Moodle's name of a file begins that is returned to them.
    """

    def __init__(self, layout, path="", match="", times="", zone=None):
        self.match, self.table, self.teams = match, None, False
        self.people, self.links, self.stamps, self.backs = {}, {}, {}, {}
        if bool(path) != bool(match):
            raise CourseError("A roster and the column that tells its people apart go together.")
        if not path and layout == "moodle":
            raise CourseError("Moodle's downloads are read with its grading worksheet.")
        if not path:
            return
        self.table = table = Table(path)
        rows = {row: usable_id(key) for key, row in table.people(match).items()}
        self.people = {s: [table.key(row, match), table.name(row)] for row, s in rows.items()}
        if layout == "moodle":
            # Moodle splits this at the underscores; the one at the end is for versions before 4.1.
            for row, student in rows.items():
                if number := table.key(row, LINKS[layout]):
                    name = re.sub(r"[\W_]+", " ", table.name(row))
                    self.backs[student] = f"{name}_{number}_assignfeedback_file_/"
        self.teams = layout == "moodle" and MOODLE_TEAM in table.header
        if self.teams:
            for row, student in rows.items():
                self.links.setdefault(_team(table.cell(row, MOODLE_TEAM)), []).append(student)
        else:
            linked = table.people(LINKS.get(layout, match))
            self.links = {key: [rows[row]] if row in rows else [] for key, row in linked.items()}
        times = times or MOODLE_TIME * (layout == "moodle" and MOODLE_TIME in table.header)
        for row, student in rows.items() if times else ():
            table.place(times)
            if (text := table.cell(row, times).strip()) not in ("", "-"):
                try:
                    self.stamps[student] = read_time(text, zone)
                except ValueError as error:
                    raise CourseError(f"{path}, {times} of {student}: {error}.") from None

    def remember(self, course):
        """Bring this roster's people into the course's table."""
        known = read_students(course).get("students", {}) | self.people
        table = {"column": self.match, "students": known}
        replace(students_file(course), json.dumps(table, indent=1).encode())

    def unknown(self, path, way=None):
        """Say that a file belongs to nobody, and whom its name resembles."""
        if way is None:
            return f"{path}: no student in its name."
        if way.key in self.links:
            return f"{path}: the roster's row of {way.key!r} has nothing under {self.match!r}."
        near = offer(way.key, self.links)
        hint = f" It has {near!r}: are zeros, case or spaces wrong somewhere?" if near else ""
        return f"{path}: the roster has no {way.name if self.teams else way.key!r}.{hint}"

    def students(self, reading):
        """Return the ids of the students whose a file is, none if the roster has no such row."""
        if self.table is None:
            return [usable_id(reading.key)]
        return self.links.get(_team(reading.name) if self.teams else reading.key, [])


def _team(name):
    """Return a team's name as Moodle writes it into file names."""
    return re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", name.replace("_", " "))
