"""From a download of Canvas or Moodle, or a folder, to nbgrader's ``submitted/``.

The layout is declared. Everything is read and matched first, which makes a plan; only a plan in
which every file has its place is stored.
"""

import datetime
import errno
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from .archive import MAX_BYTES, MAX_FILES, Found, read_files, read_zip
from .downloads import common_folder, outer_folder, read
from .intake import PROBLEM, TOO_MUCH
from .layout import CourseError
from .results import Results
from .roster import Roster, read_students, students_file

UNUSABLE = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL}
# Names that the course uses itself, beside a submission.
OURS = {
    "timestamp.txt": "no time is taken from a student's file",
    PROBLEM: "a name that the course uses itself",
}


@dataclass
class Collected:
    """What was found of one student; ``files`` has what will be stored, by name.

    ``back`` is how the platform's name of a file begins that is returned to them, if it has one.
    """

    student: str
    name: str = ""
    late: bool = False
    time: datetime.datetime | None = None
    files: dict[str, Found] = field(default_factory=dict)
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    back: str = ""


@dataclass
class Plan:
    """What a download was read as; each of its files is among ``used`` or ``ignored``.

    ``students`` has `Collected` by student id, ``used`` paths, ``ignored`` reasons by path,
    ``absent`` the names by id of those who are in the roster and have handed in nothing.
    """

    students: dict[str, Collected] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    ignored: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def collect(course, assignment, source, layout, *, dry_run=False, report=print, **roster):
    """Collect a download into the course; return the `Plan`.

    ``layout`` is ``"canvas"``, ``"moodle"`` or ``"folders"``; ``roster`` has the arguments of
    `Roster`. ``report`` receives the plan, line by line; ``dry_run`` stops there. Raises
    `CourseError`, and stores nothing, if a file could be two students' or nobody's, or a time
    cannot be read.
    """
    course.require(assignment)
    if not (source := Path(source)).exists():
        raise CourseError(f"There is no {source}.")
    roster = Roster(layout, **roster)
    known = read_students(course)
    if known and known["column"] != roster.match:
        raise CourseError(
            f"This course knows its students by {known['column']!r}: give a roster with that column"
            f" and --match {known['column']!r}. {students_file(course)} says who is who."
        )
    plan = make_plan(read_files(source), layout, roster, assignment)
    by = f", matched with {roster.table.path.name} by {roster.match}" if roster.table else ""
    report(f"read as: {layout}{by}")
    for student, found in sorted(plan.students.items()):
        what = (found.problem or ", ".join(sorted(found.files))) + "; LATE" * found.late
        report("; ".join([f"{student} {found.name}".rstrip() + f": {what}", *found.notes]))
    for path, reason in sorted(plan.ignored.items()):
        report(f"ignored: {path} ({reason})")
    if not plan.students:
        raise CourseError(f"No submission was found in {source}, read as {layout}.")
    for student, name in sorted(plan.absent.items()):
        report(f"no submission: {student} {name}".rstrip())
    if not dry_run:
        _store_all(course, assignment, plan, roster)
    report(f"{assignment}: {len(plan.students)} {'found' if dry_run else 'collected'}")
    return plan


def make_plan(found, layout, roster, assignment):
    """Return the `Plan` for the files of a download; raise `CourseError` if it is none."""
    plan, files = Plan(), {}
    for item in found:
        if item.path in files or item.path in plan.ignored:
            raise CourseError(f"{item.path} is there twice.")
        if item.skip:
            plan.ignored[item.path] = item.skip
        else:
            files[item.path] = item
    outer = outer_folder(files, layout, roster.links.keys(), assignment)
    readings, nobodys = [], []
    for path, item in files.items():
        ways = read(layout, path.removeprefix(outer), assignment)
        ways = [way for way in ways if roster.students(way)] or ways
        for other in ("canvas", "moodle") if layout == "folders" and not roster.table else ():
            if read(other, path.removeprefix(outer), assignment):
                raise CourseError(
                    f"{path} could be {other.title()}'s: --from {other}, or a roster."
                )
        if len(ways) > 1:
            keys = " or ".join(way.key for way in ways)
            raise CourseError(f"{path} could be {keys}'s: give a roster that tells which.")
        if ways and roster.students(ways[0]):
            readings.append((ways[0], item))
        elif ways or (path.lower().endswith((".ipynb", ".zip")) and not item.problem):
            nobodys.append(roster.unknown(path, *ways))
        else:
            plan.ignored[path] = item.problem or "no student in its name"
    if nobodys:
        raise CourseError("\n".join([f"Nothing was collected, read as {layout}.", *nobodys]))
    if roster.table and layout == "folders":
        roster.table.require_one_meaning(roster.match, {way.key for way, _ in readings})
    heads = {}
    for way, item in sorted(readings, key=lambda each: (each[0].upload, each[1].path)):
        for student in roster.students(way):
            if heads.setdefault(student, way.head) != way.head:
                both = f"{heads[student]!r} and {way.head!r}"
                raise CourseError(f"{both} are both {student}'s. Which is to be graded?")
            _, name = roster.people.get(student, ("", way.name))
            person = plan.students.setdefault(student, Collected(student, name))
            person.time = roster.stamps.get(student)
            person.late = person.late or way.late
            person.back = way.back or roster.backs.get(student, "")
            _add(plan, person, way.file, item)
    for person in plan.students.values():
        _finish(plan, person)
    plan.absent = {s: name for s, (_, name) in roster.people.items() if s not in plan.students}
    return plan


def _add(plan, person, name, item):
    """Give a student a file."""
    if Path(name).name in OURS:
        plan.ignored[item.path] = OURS[Path(name).name]
    elif item.problem:
        person.problem = person.problem or item.problem
        plan.ignored[item.path] = item.problem
    else:
        if name in person.files:
            person.notes.append(f"{name} was handed in twice; the later one counts")
            plan.ignored[person.files[name].path] = person.notes[-1]
        person.files[name] = item


def _finish(plan, person):
    """Unpack what a student has packed, leave out the folder around it all, and weigh it."""
    for name in [name for name in person.files if name.lower().endswith(".zip")]:
        _unpack(plan, person, person.files.pop(name))
    around = common_folder(person.files)
    person.files = {name.removeprefix(around): item for name, item in person.files.items()}
    total = sum(len(item.data) for item in person.files.values())
    if len(person.files) > MAX_FILES or total > MAX_BYTES:
        person.problem = TOO_MUCH
    for item in person.files.values():
        if person.problem:
            plan.ignored[item.path] = person.problem
        else:
            plan.used.add(item.path)


def _unpack(plan, person, packed):
    try:
        members = list(read_zip(packed.data, MAX_BYTES))
    except CourseError as error:
        person.problem = person.problem or str(error)
        plan.ignored[packed.path] = person.problem
        return
    person.notes.append("the submission was a zip archive")
    plan.used.add(packed.path)
    around = common_folder([member.path for member in members if not member.skip])
    for member in members:
        name = member.path.removeprefix(around)
        member.path = f"{packed.path}/{member.path}"
        if member.skip:
            plan.ignored[member.path] = member.skip
        elif name in person.files:
            plan.ignored[member.path] = f"{name} is there twice; the first one counts"
        else:
            _add(plan, person, name, member)


# ---- storing ------------------------------------------------------------------------------------


def _store_all(course, assignment, plan, roster):
    with course.gradebook() as gradebook:
        due = gradebook.find_assignment(assignment).duedate
    if roster.table:
        roster.remember(course)
    for person in plan.students.values():
        _store(course.path("submitted", person.student, assignment), person, due)
    notes = {person.student: person.notes for person in plan.students.values()}
    backs = {person.student: person.back for person in plan.students.values() if person.back}
    results = Results(course, assignment)
    results.write("collected", results.read("collected") | notes)
    results.write("backs", results.read("backs") | backs)


def _store(target, person, due):
    """Put a submission in its place, in one step, with its time where that is known."""
    staging = target.with_name(f".{target.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    files = {name: item.data for name, item in person.files.items()}
    if person.problem:
        files = {PROBLEM: person.problem.encode()}
    if person.late and person.time is None:
        person.notes.append("Canvas marks it as late, but not by how much")
        person.time = due and due + datetime.timedelta(seconds=1)
    if person.time:
        files["timestamp.txt"] = f"{person.time:%Y-%m-%d %H:%M:%S} UTC".encode()
    for name, data in files.items():
        try:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_bytes(data)
        except OSError as error:
            if error.errno not in UNUSABLE:
                raise CourseError(f"{target} could not be stored: {error.strerror}.") from None
            person.notes.append(f"{name!r} could not be stored: {error.strerror}")
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
