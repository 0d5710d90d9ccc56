"""The CSV files of learning platforms and spreadsheets, and the people in their rows."""

import codecs
import contextlib
import csv
import datetime
import io
import itertools
import re
from pathlib import Path

from .archive import normal
from .layout import CourseError

BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Columns that name a person. One of them is declared; no other may say that it is somebody else.
NAMING = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
NAMING += ("Identifier", "ID number", "Username", "Email address")
NAMES = ("Student", "Full name", "Name", "First name", "FirstName", "Last name", "LastName")
# What stands before the row of Canvas's maxima.
TOTAL = "Points Possible"
# As Moodle writes times in English.
TIMES = ("%A, %d %B %Y, %I:%M %p", "%d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %H:%M")
TIMES += ("%A, %B %d, %Y, %I:%M %p", "%B %d, %Y, %I:%M %p")


class Table:
    """A CSV file with a header; a row in which nothing is put is written as it was, byte for byte.

    ``header`` is the list of its columns, ``rows`` has a list of cells for each row below it. The
    encoding is that of the byte order mark, else UTF-8 if it is that, else Windows's cp1252; the
    delimiter is the comma, semicolon or tabulator that divides the header. Raises `CourseError`
    for what cannot be read.
    """

    def __init__(self, path):
        self.path = Path(path)
        try:
            text = self._decoded(self.path.read_bytes())
            lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
            parts = {d: len(next(csv.reader(lines, delimiter=d), [])) for d in ",;\t"}
            self.delimiter = max(parts, key=parts.get)
            if sorted(parts.values())[1] == parts[self.delimiter] > 1:
                raise CourseError(f"The header of {path} can be divided in two ways.")
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            self.rows, ends = [], [0]
            for cells in reader:
                self.rows.append(cells)
                ends.append(reader.line_num)
        except OSError as error:
            raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
        except csv.Error as error:
            raise CourseError(f"{path} is no CSV file that can be read: {error}.") from None
        self.raw = ["".join(lines[a:b]) for a, b in itertools.pairwise(ends)]
        if not self.rows:
            raise CourseError(f"{path} is empty.")
        self.mark = "\ufeff" * text.startswith("\ufeff") + self.raw.pop(0)
        self.header = [normal(title) for title in self.rows.pop(0)]
        for number, cells in enumerate(self.rows, 2):
            if len(cells) > len(self.header):
                count = f"{len(cells)} cells under {len(self.header)} titles"
                raise CourseError(f"{path}: row {number} has {count}.")

    def _decoded(self, data):
        if data.startswith(b"PK"):
            raise CourseError(f"{self.path} is a spreadsheet or an archive: save it as CSV.")
        marked = [name for mark, name in BOMS.items() if data.startswith(mark)]
        for self.encoding in marked or ["utf-8", "cp1252"]:
            with contextlib.suppress(UnicodeDecodeError):
                return data.decode(self.encoding)
        raise CourseError(f"{self.path} is no text in {self.encoding}.")

    def place(self, title):
        """Return a column's index; raise `CourseError` unless it is there exactly once."""
        count = self.header.count(normal(title))
        if count != 1:
            near = offer(normal(title), self.header)
            hint = f" Did you mean {near!r}?" if near else f" There are {', '.join(self.header)}."
            raise CourseError(f"{self.path} has {count or 'no'} column {title!r}.{hint}")
        return self.header.index(normal(title))

    def cell(self, number, title):
        """Return a cell's text, the empty one if there is no such column."""
        row = self.rows[number]
        place = self.place(title) if normal(title) in self.header else len(row)
        return normal(row[place]) if place < len(row) else ""

    def key(self, number, title):
        """Return whom a row's cell names; of Moodle's "Participant 4711" the number."""
        if self.rows[number] and self.rows[number][0].strip() == TOTAL:
            return ""
        cell = self.cell(number, title)
        return re.sub(r"^\D* (?=\d+$)", "", cell) if title == "Identifier" else cell

    def people(self, title):
        """Return the row of everyone whom a column names; raise `CourseError` if two are one."""
        self.place(title)
        found = {}
        for number in range(len(self.rows)):
            key = self.key(number, title)
            if key in found:
                raise CourseError(f"{self.path}: {title} {key!r} stands in two rows.")
            if key.strip():
                found[key] = number
        return found

    def name(self, number):
        """Return a person's name."""
        return " ".join(filter(None, (self.cell(number, title) for title in NAMES)))

    def require_one_meaning(self, title, keys):
        """Raise `CourseError` if one of the keys names a person here, and another elsewhere."""
        people = self.people(title)
        others = [other for other in NAMING if other in self.header and other != title]
        for number in range(len(self.rows)):
            for other in others:
                key = self.key(number, other)
                if key in keys and people.get(key, number) != number:
                    raise CourseError(
                        f"{self.path}: {key!r} is one person's {title} and another's {other}."
                    )

    def put(self, number, title, value):
        """Write into a cell."""
        row, place = self.rows[number], self.place(title)
        row += [""] * (place + 1 - len(row))
        row[place] = value
        line = io.StringIO()
        csv.writer(line, delimiter=self.delimiter).writerow(row)
        end = re.search(r"[\r\n]*\Z", self.raw[number])[0]
        self.raw[number] = line.getvalue().removesuffix("\r\n") + end

    @property
    def data(self):
        """The file's bytes."""
        return (self.mark + "".join(self.raw)).encode(self.encoding)


def offer(key, known):
    """Return the only known one that differs in zeros at the start, case or spaces, or nothing."""
    near = [other for other in known if _folded(other) == _folded(key)]
    return near[0] if len(near) == 1 else ""


def _folded(key):
    return re.sub(r"\s", "", key).casefold().lstrip("0")


def read_time(text, zone=None):
    """Return a time in UTC, as nbgrader keeps it; raise ValueError if it cannot be read.

    It is written in a form of ISO 8601 or in one of Moodle's. ``zone`` is that of a time which does
    not say its own; of an hour that the clocks show twice, the first is meant.

    >>> read_time("2027-03-02 00:30:00 +0100")
    datetime.datetime(2027, 3, 1, 23, 30)
    """
    text = " ".join(text.split())
    iso = re.sub(r" ?(UTC|GMT)$", "Z", text)
    iso = re.sub(r" (?=[+-]\d\d:?\d\d$)", "", iso)
    time = None
    with contextlib.suppress(ValueError):
        time = datetime.datetime.fromisoformat(iso) if ":" in iso else None
    for form in TIMES:
        with contextlib.suppress(ValueError):
            time = time or datetime.datetime.strptime(text, form)
    if time is None:
        raise ValueError(f"{text!r} is not a time such as 2027-03-01 23:59 +0100")
    if time.tzinfo is None:
        if zone is None:
            raise ValueError(f"{text!r} has no time zone; say which: --zone Europe/Berlin")
        time = time.replace(tzinfo=zone)
    return time.astimezone(datetime.UTC).replace(tzinfo=None)
