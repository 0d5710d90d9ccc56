"""Read what a student handed in, trust none of it, and make of it a notebook that can be graded."""

import copy
import json
import re
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.utils import is_grade, is_locked

from .archive import MAX_BYTES, MAX_FILES, read_files

STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,99}")
TOO_MUCH = f"more than {MAX_FILES} files or {MAX_BYTES // 2**20} MiB were submitted"
# Written beside a submission that could not be collected; holds the reason.
PROBLEM = ".problem"
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class Unreadable(Exception):
    """A submission that cannot be graded; the message is the reason the teacher reads."""


@dataclass
class Submission:
    """One student's files, as bytes, and what is wrong with them."""

    student: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""


def read_submission(folder, student):
    """Read ``submitted/<student>/<assignment>`` without following links or trusting its size.

    What cannot be read or named has a ``problem`` and no files.
    """
    if not STUDENT_ID.fullmatch(student):
        return Submission(student, problem="not a usable student id")
    files, total = {}, 0
    for found in read_files(folder):
        if not found.skip:
            total += len(found.data)
            if found.problem or len(files) >= MAX_FILES or total > MAX_BYTES:
                return Submission(student, problem=TOO_MUCH)
            files[found.path] = found.data
    if PROBLEM in files:
        return Submission(student, problem=files[PROBLEM].decode(errors="replace")[:500])
    return Submission(student, files)


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
    without extension. Raises `Unreadable` if no notebook among the files can be read, or more than
    one could be meant.
    """
    files = {path: data for path, data in files.items() if path != "timestamp.txt"}
    notebooks = sorted(path for path in files if path.lower().endswith(".ipynb"))
    if not notebooks:
        found = ", ".join(sorted(files)) or "nothing"
        raise Unreadable(f"there is no notebook in the submission (found: {found})")
    chosen = _choose(files, notebooks, set(grade_ids(released)), f"{name}.ipynb")
    notes = [] if chosen == f"{name}.ipynb" else [f"the notebook was renamed: {chosen}"]
    if others := [path for path in notebooks if path != chosen]:
        notes.append(f"other notebooks ignored: {', '.join(others)}")
    notebook, changes = _restore(parse(files[chosen]), released)
    attachments = {path: data for path, data in files.items() if path not in notebooks}
    return Prepared(notebook, attachments, notes + changes)


def _choose(files, notebooks, ids, expected):
    """Return the path of the notebook: the expected one, or the only one of the assignment's."""
    if expected in notebooks:
        return expected
    found, problems = {}, []
    for path in notebooks:
        try:
            found[path] = len(ids & set(grade_ids(parse(files[path]))))
        except Unreadable as error:
            problems.append(f"{path}: {error}")
    if not found:
        raise Unreadable("; ".join(problems))
    best = [path for path in found if 0 < found[path] == max(found.values())]
    if not best:
        raise Unreadable(f"no notebook has cells of this assignment ({', '.join(notebooks)})")
    if len({files[path] for path in best}) > 1:
        raise Unreadable(f"more than one notebook could be meant ({', '.join(best)})")
    return best[0]


def parse(data):
    """Turn a file's bytes into a notebook of the current format.

    Raises `Unreadable` with the reason: empty, wrong encoding, not JSON, or not a notebook.
    """
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        text = data.decode(json.detect_encoding(data))
        content = json.loads(text)
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is {data[error.start]:#04x}"
        raise Unreadable(f"the file is not UTF-8 text ({where})") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the file is not JSON: {str(error)[:100]}") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Unreadable("the file is JSON, but not a notebook")
    try:
        # Half a character (a lone surrogate) could be written nowhere.
        text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace").decode()
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        if not all(isinstance(c.source, str) and c.cell_type in NEW_CELL for c in notebook.cells):
            raise ValueError("cells without text")
        for cell in notebook.cells:
            cell.source = re.sub(r"\r\n?", "\n", cell.source)
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error)[:100]}"
        raise Unreadable(f"the file is not a valid notebook ({reason})") from None
    return notebook


def grade_ids(notebook):
    """Return the nbgrader ids of a notebook's cells, in order, repetitions included."""
    return [grade_id for grade_id in map(_grade_id, notebook.cells) if grade_id is not None]


def _grade_id(cell):
    nbgrader = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _restore(raw, released):
    """Keep the order of the cells and what students may write; take the rest from the release.

    Returns the notebook, and notes on what was changed.
    """
    originals = {_grade_id(c): c for c in released.cells if "nbgrader" in c.metadata}
    cells, edited, order = [], [], []
    # Of a repeated cell the last one counts, as in nbgrader; the others become the student's own.
    submitted = grade_ids(raw)
    last = {grade_id: index for index, grade_id in enumerate(map(_grade_id, raw.cells))}
    for index, cell in enumerate(raw.cells):
        grade_id, kept = _grade_id(cell), cell
        original = originals.get(grade_id) if last[grade_id] == index else None
        if original is not None:
            order.append(grade_id)
            if is_locked(original):
                kept = original
                if (cell.source, cell.cell_type) != (kept.source, kept.cell_type):
                    edited.append(grade_id)
        new = NEW_CELL[kept.cell_type](kept.source, id=f"cell-{index}")
        if original is not None:
            new.metadata.nbgrader = copy.deepcopy(original.metadata.nbgrader)
        if cell.cell_type == "markdown" and isinstance(cell.get("attachments"), dict):
            new.attachments = cell.attachments
        cells.append(new)
    kernel = dict(released.metadata.kernelspec)
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise Unreadable(f"the file is not a valid notebook ({str(error)[:100]})") from None
    asked = raw.metadata.get("kernelspec", {})
    name = asked.get("name") if isinstance(asked, dict) else None
    notes = [f"the notebook asked for the kernel {name!r}"] * (name != kernel["name"])
    for grade_id in order:
        if (count := submitted.count(grade_id)) > 1:
            notes.append(f"cell {grade_id} is there {count} times; the last one counts")
    for grade_id in [grade_id for grade_id in originals if grade_id not in order]:
        cell = originals[grade_id]
        kind = "test cell" if is_grade(cell) and is_locked(cell) else "cell"
        notes.append(f"{kind} {grade_id} was deleted")
    notes += [f"edited and put back: {', '.join(edited)}"] if edited else []
    if order != [grade_id for grade_id in originals if grade_id in order]:
        notes.append("the cells are in another order")
    return notebook, notes
