"""From a download of Canvas or Moodle, or a folder, to nbgrader's ``submitted/``.

nbgrader's own ``zip_collect`` wants a regular expression and gives up on the whole class at the
first duplicate. This reads the names that Canvas and Moodle give, trusts no path and no size in an
archive, and turns what it cannot accept into a reason for that one student.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import shutil
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.utils import parse_utc

from .archive import Found, read_files, read_zip, safe_path
from .intake import MAX_BYTES, MAX_FILES, PROBLEM, SKIPPED, STUDENT_ID
from .layout import CourseError

# "Ann Lee_4711_assignsubmission_file_/entropy.ipynb", or without the slash in a flat download.
MOODLE = re.compile(r"(?P<name>[^/]+)_(?P<id>\d+)_assignsubmission_file_?/?(?P<file>[^/].*)")
# "leeann_LATE_4711_90210_entropy-1.ipynb": who, late or not, user, upload, file and attempt.
CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<upload>\d+)_(?P<file>[^/]+)")
FOLDER = re.compile(r"(?P<id>[^/]+)/(?P<file>.+)")
PLAIN = re.compile(r"(?P<id>[^/]+)(?P<file>\.ipynb)")


@dataclass
class Collected:
    """What was found of one student."""

    student: str
    name: str = ""
    late: bool = False
    files: dict[str, Found] = field(default_factory=dict)
    problem: str = ""
    notes: list[str] = field(default_factory=list)


def collect(course, assignment, source, *, report=print):
    """Collect a download into the course; return `Collected` by student id.

    ``source`` is a zip file as Canvas or Moodle gives it, or a folder: one subfolder for each
    student, one notebook for each student named after them, or an unpacked download. ``report``
    receives a line for whatever the teacher should know. Raises `CourseError` if there is nothing
    to collect.
    """
    course.require(assignment)
    source = Path(source)
    if not source.exists():
        raise CourseError(f"There is no {source}.")
    found = list(read_files(source))
    students, ignored = assign(found, assignment)
    for path in ignored:
        report(f"ignored: {path}")
    if not students:
        raise CourseError(
            f"No submission was recognised in {source}. Expected are the names that Canvas or "
            "Moodle give, a folder for each student, or a notebook for each student."
        )
    due = _due(course, assignment)
    for student in students.values():
        _store(course, assignment, student, due)
        for note in [student.problem] * bool(student.problem) + student.notes:
            report(f"{student.student}: {note}")
    _remember(course, assignment, students)
    report(f"{assignment}: {len(students)} collected")
    return students


def collected_notes(course, assignment):
    """Return what was noted about each student while collecting: ``{student: [note, …]}``."""
    path = course.root / "grading" / assignment / "collected.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _remember(course, assignment, students):
    path = course.root / "grading" / assignment / "collected.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = collected_notes(course, assignment)
    notes.update({student.student: student.notes for student in students.values()})
    path.write_text(json.dumps(notes, indent=1), encoding="utf-8")


# ---- whose file is it ---------------------------------------------------------------------------


def assign(found, assignment):
    """Sort files by student: return `Collected` by id, and the paths of nobody with the reason."""
    students, ignored = {}, []
    prefix = _wrapper([f.path for f in found])
    for item in found:
        path = item.path.replace("\\", "/").removeprefix(prefix)
        parts = PurePosixPath(path).parts
        if any(part in SKIPPED for part in parts) or parts[-1:] == (".DS_Store",):
            continue
        match = _match(path)
        if match is None:
            ignored.append(f"{item.path} ({item.problem or 'no student in its name'})")
            continue
        known = match.groupdict()
        student_id = usable_id(known["id"])
        student = students.setdefault(student_id, Collected(student_id))
        student.name = student.name or known.get("name") or known["id"]
        student.late = student.late or bool(known.get("late"))
        _add(student, known, item, assignment)
    return students, ignored


def _match(path):
    if not safe_path(path):
        # Whose it is can still be told from the part before the path goes astray.
        path = "/".join(part for part in path.split("/") if part not in ("..", "."))
    for pattern in (MOODLE, CANVAS, FOLDER, PLAIN):
        match = pattern.fullmatch(path.lstrip("/"))
        if match:
            return match
    return None


def _wrapper(paths):
    """Return the folder around a whole download, which is nobody's name."""
    heads = {path.split("/", 1)[0] for path in paths if safe_path(path)}
    inner = [path.split("/", 1)[1] for path in paths if safe_path(path) and "/" in path]
    if len(heads) == 1 and inner and all(MOODLE.match(p) or CANVAS.match(p) for p in inner):
        return heads.pop() + "/"
    return ""


def usable_id(raw):
    """Return a student id that is safe as a file name, and still tells students apart."""
    plain = unicodedata.normalize("NFKD", raw).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.@+-]+", "_", plain).lstrip("._-@+")[:80]
    if plain == raw and STUDENT_ID.fullmatch(plain):
        return plain
    return f"{plain or 'student'}-{hashlib.sha256(raw.encode()).hexdigest()[:6]}"


def _add(student, known, item, assignment):
    if item.problem:
        student.problem = student.problem or item.problem
        return
    name = known["file"]
    if name == ".ipynb":
        name = f"{assignment}.ipynb"
    name = name.removeprefix(f"{assignment}/")
    if name.lower().endswith(".zip"):
        _unpack(student, item)
        return
    # Canvas numbers a student's attempts: entropy-1.ipynb is the second entropy.ipynb.
    if known.get("upload"):
        name = re.sub(r"-\d+(?=\.\w+$)", "", name)
    order = (int(known.get("upload") or 0), tuple(item.modified))
    item.modified = order
    earlier = student.files.get(name)
    if earlier is None or order >= earlier.modified:
        student.files[name] = item
    if earlier is not None:
        student.notes.append(f"{name} was handed in twice; the later one counts")


def _unpack(student, item):
    try:
        members = list(read_zip(item.data, MAX_BYTES))
    except CourseError as error:
        student.problem = student.problem or str(error)
        return
    student.notes.append("the submission was a zip archive")
    for member in members:
        if any(part in SKIPPED for part in PurePosixPath(member.path).parts):
            continue
        if member.problem:
            student.problem = student.problem or member.problem
            return
        member.modified = (0, tuple(member.modified))
        student.files[PurePosixPath(member.path).name] = member


# ---- storing ------------------------------------------------------------------------------------


def _due(course, assignment):
    with course.gradebook() as gradebook:
        return gradebook.find_assignment(assignment).duedate


def _store(course, assignment, student, due):
    total = sum(len(found.data) for found in student.files.values())
    if len(student.files) > MAX_FILES or total > MAX_BYTES:
        student.problem = f"more than {MAX_FILES} files or {MAX_BYTES // 2**20} MiB were submitted"
    target = course.path("submitted", student.student, assignment)
    staging = target.with_name(f".{assignment}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    if student.problem:
        (staging / PROBLEM).write_text(student.problem, encoding="utf-8")
    else:
        for name, found in student.files.items():
            path = staging / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(found.data)
            except OSError as error:
                student.notes.append(f"{name!r} could not be stored: {error.strerror}")
    _stamp(staging, student, due)
    if target.exists():
        shutil.rmtree(target)
    staging.rename(target)


def _stamp(folder, student, due):
    """Keep the time of submission where it is known, in the form that nbgrader reads."""
    path = folder / "timestamp.txt"
    if path.exists():
        try:
            parse_utc(path.read_text(encoding="utf-8").strip())
        except (ValueError, OverflowError, UnicodeDecodeError):
            path.unlink()
            student.notes.append("its timestamp could not be read and is ignored")
    if student.late and not path.exists():
        student.notes.append("Canvas marks it as late, but not by how much")
        if due is not None:
            late = due + datetime.timedelta(seconds=1)
            path.write_text(f"{late:%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
