"""The results of an assignment on disk: what has been computed need not be computed again."""

import hashlib
import json
import os
from dataclasses import asdict

from .bundle import Bundle
from .engines import Result

# Part of every key: raise it when the engine would give another mark for the same files.
ENGINE = 6
OUTDATED = "not graded since the assignment was released again with changes"


def submission_key(submission, bundle, limits):
    """Return what names a grading: the same key, the same marks."""
    digest = hashlib.sha256(f"{ENGINE} {bundle.digest} {limits}".encode())
    digest.update(f"{submission.student}\0{submission.problem}".encode())
    for name, data in sorted(submission.files.items()):
        digest.update(name.encode(errors="surrogateescape") + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()


class Results:
    """What grading gave, by student, and what of it the gradebook has.

    ``grading/<assignment>/<student>.json`` holds a result; beside them are tables, whose names no
    student can have: ``_merged`` has the keys of what is in the gradebook, ``_bundles`` the digests
    of what it was graded with, ``_faults`` what of ours failed in the last run, ``_collected``
    notes, ``_backs`` the platform's names of feedback. Each file is replaced in one step.
    """

    def __init__(self, course, assignment):
        self.course, self.assignment = course, assignment
        self.folder = course.root / "grading" / assignment
        self.folder.mkdir(parents=True, exist_ok=True)

    def load(self, student):
        """Return a student's result, or None."""
        try:
            return Result(**self._load(student))
        except TypeError:
            return None

    def store(self, student, result):
        """Keep a result."""
        replace(self.folder / f"{student}.json", json.dumps(asdict(result)).encode())

    def all(self):
        """Return the results of the students who have submitted, by student."""
        students = self.course.submissions(self.assignment)
        return {s: result for s in students if (result := self.load(s)) is not None}

    def ungraded(self, marked):
        """Return who handed in work that has no mark, and why; ``marked`` have one for some."""
        handed_in = self.course.submissions(self.assignment)
        new = {s: "not graded yet" for s in handed_in if s not in marked}
        return new | dict.fromkeys(self.outdated() & set(marked), OUTDATED) | self.read("faults")

    def outdated(self):
        """Return whose marks are for the assignment as it was before it was released again."""
        graded = self.read("bundles")
        digest = Bundle.of(self.course, self.assignment).digest if graded else ""
        return {student for student, bundle in graded.items() if bundle != digest}

    def read(self, name):
        """Return a table, by student; empty if there is none that can be read."""
        return self._load(f"_{name}") or {}

    def write(self, name, table):
        """Replace a table."""
        replace(self.folder / f"_{name}.json", json.dumps(table, indent=1).encode())

    def _load(self, name):
        try:
            return dict(json.loads((self.folder / f"{name}.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def page(self, student):
        """Return where a student's graded notebook belongs."""
        folder = self.course.path("autograded", student, self.assignment)
        return folder / f"{self.assignment}.ipynb"


def stage(path, data):
    """Write a file beside its place; return what puts it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return temporary


def replace(path, data):
    """Write a file in one step: whoever reads it finds the old content or the new."""
    try:
        stage(path, data).replace(path)
    except OSError:
        path.with_name(path.name + ".tmp").unlink(missing_ok=True)
        raise
