"""What every submission of an assignment is graded with: its tests, and which names are whose."""

import ast
import base64
import hashlib
import json
import re
import symtable
from dataclasses import asdict, dataclass

import nbformat
from nbgrader.utils import is_grade, is_locked, is_solution

from .archive import SKIPPED
from .layout import CourseError


@dataclass(frozen=True)
class Bundle:
    """A released assignment, as plain data that can be sent to another machine.

    ``notebook`` is the released notebook's text, ``solved`` the same with the reference solution;
    ``modules`` is what the teacher's cells import, ``files`` the data files in base64, ``steps``
    the teacher's code cells in order: ``key`` (the cell's id), ``source``, ``visible`` (the same
    without hidden tests), ``names`` (the student's names that tests use and that are defined by
    then), ``points`` (0 if it tests nothing), ``test`` and ``checksum``.
    """

    assignment: str
    notebook: str
    solved: str
    steps: tuple[dict, ...]
    modules: tuple[str, ...]
    files: dict[str, str]

    @property
    def digest(self):
        """Name this content."""
        content = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    @classmethod
    def of(cls, course, assignment):
        """Read a released assignment; raise `CourseError` if it or the instructor's version is
        gone.
        """
        path = course.require(assignment)
        source = course.root / "source" / assignment / path.name
        if not source.exists():
            raise CourseError(f"{source} is missing: its solution is graded before any submission.")
        with course.gradebook() as gradebook:
            notebook = gradebook.find_notebook(path.stem, assignment)
            stored = {c.name: (c.source, c.checksum) for c in notebook.source_cells}
            points = {c.name: c.max_score for c in notebook.grade_cells}
        reference = nbformat.read(source, as_version=4)
        return cls.make(path, nbformat.read(path, as_version=4), reference, stored, points)

    @classmethod
    def make(cls, path, released, reference, stored, points):
        """Put a bundle together; `find_steps` has the arguments, `path` is the notebook's."""
        sources = {
            c.metadata.nbgrader.grade_id: c.source
            for c in reference.cells
            if "nbgrader" in c.metadata
        }
        text = nbformat.writes(released)
        steps = tuple(find_steps(released, sources, stored, points))
        for cell in released.cells:
            if is_solution(cell):
                cell.source = sources[cell.metadata.nbgrader.grade_id]
        files = {
            file.relative_to(path.parent).as_posix(): base64.b64encode(file.read_bytes()).decode()
            for file in sorted(path.parent.rglob("*"))
            if file.is_file() and file.suffix != ".ipynb" and not {*file.parts} & {*SKIPPED}
        }
        modules = sorted({name for step in steps for name in imported(step["source"])})
        return cls(path.stem, text, nbformat.writes(released), steps, tuple(modules), files)


def find_steps(released, reference, stored, points):
    """Yield the teacher's code cells, each with the student's names that it may ask for.

    A name is the student's if the reference solution binds it, and the teacher's again once a later
    cell of the teacher's does. ``reference`` has the instructor's source of each cell, ``stored``
    source (hidden tests included) and checksum of those that nbgrader keeps, ``points`` the points.
    """
    cells = [c for c in released.cells if c.cell_type == "code" and "nbgrader" in c.metadata]
    steps, theirs = [], set()
    for cell in cells:
        key = cell.metadata.nbgrader.grade_id
        if is_locked(cell):
            source, checksum = stored.get(key, (cell.source, None))
            test = is_grade(cell)
            step = {"key": key, "source": without_magics(source), "names": sorted(theirs)}
            step["visible"] = without_magics(cell.source)
            score = float(points.get(key, 0.0)) if test else 0.0
            steps.append({**step, "points": score, "test": test, "checksum": checksum})
            theirs -= bound(step["source"])
            continue
        source = without_magics(reference.get(key, cell.source))
        imports = [n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom)]
        if imports:
            text = "\n".join(map(ast.unparse, imports))
            step = {"key": f"{key}-imports", "source": text, "visible": text, "names": []}
            steps.append({**step, "points": 0.0, "test": False, "checksum": None})
        theirs |= bound(source) - bound("\n".join(map(ast.unparse, imports)))
    asked = set().union(*(used(step["source"]) for step in steps)) if steps else set()
    for step in steps:
        yield {**step, "names": [name for name in step["names"] if name in asked]}


def without_magics(source):
    """Return a cell's source without IPython's commands, which are for the student's screen.

    >>> without_magics("%matplotlib inline\\nimport math")
    '\\nimport math'
    """
    return re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE)


def bound(source):
    """Return the names that a cell binds where others can see them.

    >>> sorted(bound("import math as m\\ndef f(x): y = x\\nfor i in [1]: a = f(i)"))
    ['a', 'f', 'i', 'm']
    """
    table = symtable.symtable(source, "cell", "exec")
    return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}


def used(source):
    """Return the names that a cell reads anywhere."""
    nodes = ast.walk(ast.parse(source))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def imported(source):
    """Return the modules that a cell imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
