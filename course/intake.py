"""Read what a student handed in, trust none of it, and make of it a notebook that can be graded."""

from __future__ import annotations

import copy
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.utils import is_grade, is_locked

MAX_FILES = 100
MAX_BYTES = 20 * 1024 * 1024
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,99}")
# Written beside a submission that could not be collected; holds the reason.
PROBLEM = ".problem"
SKIPPED = ("__pycache__", ".ipynb_checkpoints", "__MACOSX")
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class Unreadable(Exception):
    """A submission that cannot be graded; the message is the reason the teacher reads."""


@dataclass
class Submission:
    """One student's files for one assignment, as bytes, and what is wrong with them."""

    student: str
    assignment: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""


def read_submission(folder, student, assignment):
    """Read ``submitted/<student>/<assignment>`` without following links or trusting its size.

    If there is too much to read, the submission has a ``problem`` and no files.
    """
    submission = Submission(student, assignment)
    problem = folder / PROBLEM
    if problem.is_file() and not problem.is_symlink():
        submission.problem = problem.read_text(encoding="utf-8", errors="replace")[:500]
        return submission
    total = 0
    for directory, names, files in os.walk(folder):
        names[:] = sorted(n for n in names if n not in SKIPPED)
        for name in sorted(files):
            path = Path(directory, name)
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                continue
            total += status.st_size
            if len(submission.files) >= MAX_FILES or total > MAX_BYTES:
                submission.files = {}
                submission.problem = (
                    f"more than {MAX_FILES} files or {MAX_BYTES // 2**20} MiB were submitted"
                )
                return submission
            submission.files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return submission


@dataclass
class Prepared:
    """A submission made ready to be run.

    The student's sources under the released cells' metadata; the other files by path; and notes.
    """

    notebook: nbformat.NotebookNode
    attachments: dict[str, bytes]
    notes: list[str]


def prepare(files, released, name):
    """Pick the notebook among the files and put back what students may not change.

    ``files`` are bytes by path, ``released`` is the student version, ``name`` the notebook's name
    without extension. Raises `Unreadable` if no notebook among the files can be read.
    """
    raw, notes = _choose(files, released, name)
    notebook, more = _restore(raw, released)
    attachments = {
        str(PurePosixPath(p)): data for p, data in files.items() if not p.endswith(".ipynb")
    }
    attachments.pop("timestamp.txt", None)
    return Prepared(notebook, attachments, notes + more)


def _choose(files, released, name):
    candidates = sorted(path for path in files if path.lower().endswith(".ipynb"))
    if not candidates:
        found = ", ".join(sorted(set(files) - {"timestamp.txt"})) or "nothing"
        raise Unreadable(f"there is no notebook in the submission (found: {found})")
    expected = f"{name}.ipynb"
    if expected in candidates:
        others = [path for path in candidates if path != expected]
        notes = [f"other notebooks ignored: {', '.join(others)}"] if others else []
        return parse(files[expected]), notes
    readable, problems = {}, []
    for path in candidates:
        try:
            readable[path] = parse(files[path])
        except Unreadable as error:
            problems.append(f"{path}: {error}")
    if not readable:
        raise Unreadable("; ".join(problems))
    ids = set(grade_ids(released))
    best = max(readable, key=lambda path: len(ids & set(grade_ids(readable[path]))))
    if not ids & set(grade_ids(readable[best])):
        raise Unreadable(f"no notebook has cells of this assignment ({', '.join(candidates)})")
    return readable[best], [f"the notebook was renamed: {best}"]


def parse(data):
    """Turn a file's bytes into a notebook of the current format.

    Raises `Unreadable` with the reason: empty, wrong encoding, not JSON, or not a notebook.
    """
    if not data.strip():
        raise Unreadable("the file is empty")
    text = _decode(data)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the file is not JSON: {str(error)[:100]}") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Unreadable("the file is JSON, but not a notebook")
    try:
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        if not all(isinstance(c.source, str) and c.cell_type in NEW_CELL for c in notebook.cells):
            raise ValueError("cells without text")
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error)[:100]}"
        raise Unreadable(f"the file is not a valid notebook ({reason})") from None
    return notebook


def _decode(data):
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is {data[error.start]:#04x}" if error.start < len(data) else ""
        raise Unreadable(f"the file is not UTF-8 text ({where})") from None


def grade_ids(notebook):
    """Return the nbgrader ids of a notebook's cells, in order, repetitions included."""
    return [grade_id for grade_id in map(_grade_id, notebook.cells) if grade_id is not None]


def _grade_id(cell):
    nbgrader = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _restore(raw, released):
    """Keep the order of the cells and what students may write; take the rest from the release."""
    originals = {
        c.metadata.nbgrader.grade_id: c for c in released.cells if "nbgrader" in c.metadata
    }
    cells = []
    # Of a repeated cell the last one counts, as in nbgrader; the others become the student's own.
    last = {grade_id: index for index, grade_id in enumerate(map(_grade_id, raw.cells))}
    for index, cell in enumerate(raw.cells):
        grade_id = _grade_id(cell)
        original = originals.get(grade_id) if last[grade_id] == index else None
        kept = original if original is not None and is_locked(original) else cell
        new = NEW_CELL[kept.cell_type](kept.source)
        new.id = f"cell-{index}"
        new.metadata = nbformat.from_dict({})
        if original is not None:
            new.metadata.nbgrader = copy.deepcopy(original.metadata.nbgrader)
        attachments = cell.get("attachments")
        if cell.cell_type == "markdown" and isinstance(attachments, dict):
            new.attachments = attachments
        cells.append(new)
    notebook = new_notebook(
        cells=cells, metadata={"kernelspec": dict(released.metadata.kernelspec)}
    )
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise Unreadable(f"the file is not a valid notebook ({str(error)[:100]})") from None
    return notebook, _differences(raw, notebook, originals)


def _differences(raw, notebook, originals):
    notes = []
    kernel = raw.metadata.get("kernelspec", {})
    name = kernel.get("name") if isinstance(kernel, dict) else None
    if name != notebook.metadata.kernelspec.name:
        notes.append(f"the notebook asked for the kernel {name!r}")
    ids, submitted = grade_ids(notebook), grade_ids(raw)
    for grade_id in ids:
        count = submitted.count(grade_id)
        if count > 1:
            notes.append(f"cell {grade_id} is there {count} times; the last one counts")
    for grade_id, original in originals.items():
        if grade_id not in ids:
            kind = "test cell" if is_grade(original) and is_locked(original) else "cell"
            notes.append(f"{kind} {grade_id} was deleted")
    edited = [
        original.metadata.nbgrader.grade_id
        for index, cell in enumerate(raw.cells)
        if (original := originals.get(_grade_id(notebook.cells[index]))) is not None
        and is_locked(original)
        and (cell.source != original.source or cell.cell_type != original.cell_type)
    ]
    if edited:
        notes.append(f"edited and put back: {', '.join(edited)}")
    expected = [grade_id for grade_id in originals if grade_id in ids]
    if ids != expected:
        notes.append("the cells are in another order")
    return notes
