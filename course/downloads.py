"""The file names in the downloads of Canvas and Moodle and in folders: whose file is it.

Canvas's and Moodle's names are those that their sources make. A name that can be read in several
ways is given in all of them.
"""

import posixpath
import re
from dataclasses import dataclass

from .archive import safe_path
from .layout import CourseError

# "leeann_LATE_4711_90210_entropy-1.ipynb": who, late or not, user, upload, file and attempt; Canvas
# leaves no number between underscores in a name. Without names: "anon_x7Ya2_90210_entropy.ipynb".
CANVAS = re.compile(r"_(?P<late>LATE_)?(?P<key>\d+)_(?P<upload>\d+)_(?P<file>[^/]+)")
CANVAS_WHO = re.compile(r"(?!.*_\d+_)[^/]+(?<!_LATE)")
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(LATE_)?(?P<key>(?!LATE_)[A-Za-z0-9]+)_(?P<upload>\d+)_(?P<file>[^/]+)"
)
# "Ann Lee_4711_assignsubmission_file/entropy.ipynb", older with "file_/" or, in one flat folder,
# "file_"; of a team's work its name and its group's number, or its name alone.
MOODLE = re.compile(
    r"(?P<head>(?P<name>[^_/]*)(?:_(?P<key>\d+))?)_assignsubmission_[a-z]+(?:_?/|_)(?P<file>.+)"
)


@dataclass(frozen=True, order=True)
class Reading:
    """One way to read a file's name.

    ``key`` is what tells its student in this layout, ``head`` the part of the path that is the
    student's alone, ``file`` what the student called it; a higher ``upload`` is a later one.
    ``back`` begins the name under which the platform takes a file for the student back.
    """

    key: str
    head: str
    file: str
    name: str = ""
    late: bool = False
    upload: int = 0
    back: str = ""


def canvas(path, assignment):
    """Yield the readings of a file in Canvas's download."""
    found = [CANVAS_ANONYMOUS.fullmatch(path)]
    if not found[0]:
        starts = [match.start() for match in re.finditer("_", path)]
        starts = [start for start in starts if CANVAS_WHO.fullmatch(path, 0, start)]
        found = [CANVAS.fullmatch(path, start) for start in starts]
    for match in filter(None, found):
        # Of the attempts Canvas numbers the second one first: entropy-1.ipynb.
        again = re.fullmatch(rf"{re.escape(assignment)}-\d+\.ipynb", match["file"])
        file = f"{assignment}.ipynb" if again else match["file"]
        late = path[: match.start("key")].endswith("LATE_") or path.startswith("LATE_anon_")
        back = path[: match.start("file")]
        yield Reading(match["key"], match["key"], file, "", late, int(match["upload"]), back)


def moodle(path, assignment):
    """Yield the reading of a file in Moodle's download."""
    if match := MOODLE.fullmatch(path):
        yield Reading(match["key"] or match["name"], match["head"], match["file"], match["name"])


def folders(path, assignment):
    """Yield the reading of a file in a student's folder, or of a notebook named after one."""
    head, *rest = [part for part in path.split("/") if part not in ("", ".", "..")] or [""]
    if rest:
        yield Reading(head, f"{head}/", "/".join(rest), head)
    elif head.endswith(".ipynb") and head != ".ipynb":
        name = head.removesuffix(".ipynb")
        yield Reading(name, head, f"{assignment}.ipynb", name)


LAYOUTS = {"canvas": canvas, "moodle": moodle, "folders": folders}


def common_folder(paths):
    """Return the folder that all files lie in, with its slash, or nothing."""
    parents = [posixpath.dirname(path) for path in paths if safe_path(path)]
    common = posixpath.commonpath(parents) if parents else ""
    return common and f"{common}/"


def outer_folder(paths, layout, known, assignment):
    """Return the folder around a whole download, which is nobody's, with its slash, or nothing.

    ``known`` are the keys of the class, if they are known. Raises `CourseError` if the folder could
    be a student's as well.
    """
    outer = certain = ""
    while True:
        inner = [path.removeprefix(outer) for path in paths if safe_path(path)]
        heads = {path.split("/")[0] for path in inner if "/" in path}
        if len(heads) != 1 or any(read(layout, p, assignment) for p in inner if "/" not in p):
            return certain
        head = heads.pop()
        below = [path.removeprefix(f"{head}/") for path in inner if "/" in path]
        student = layout == "moodle" and read(layout, f"{head}/x", assignment)
        folder = not student
        if layout == "folders":
            inside = {way.key for path in below for way in read(layout, path, assignment)}
            student = head in known if known else True
            folder = inside & known if known else inside - {assignment}
        if student and folder:
            raise CourseError(
                f"{head!r} could be a student or the folder of them all: give a roster that tells"
                " which, or the folder that the students' folders are in."
            )
        if student:
            return certain
        outer += f"{head}/"
        certain = outer if folder else certain


def read(layout, path, assignment):
    """Return the readings of a file's path, sorted."""
    return sorted(set(LAYOUTS[layout](path, assignment)))
