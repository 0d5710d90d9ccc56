"""Try an assignment before students do: who solves it earns every point, who does nothing none."""

import ast
import math

import nbformat
from nbgrader.utils import is_solution

from .bundle import Bundle, without_magics
from .engines import Local, job_for, run
from .grading import reference_fails
from .judge import Judge
from .layout import CourseError
from .limits import Limits
from .sandbox import containment
from .session import Fault

TRIVIAL = (None, math.nan, 0, True)


class Constant:
    """A runner without a process: every name has, and every function returns, the same value."""

    waited, process, lost = 0.0, None, {}

    def __init__(self, value, functions):
        self.value, self.functions, self.order = value, functions, {}

    def wake(self, index):
        """Be ready."""

    def send(self, message):
        """Note the order."""
        self.order = message

    def receive(self, seconds):
        """Answer the order."""
        if self.order["op"] == "names":
            names = self.order["names"]
            return {"values": {n: ["f", 0] if n in self.functions else self.value for n in names}}
        if self.order["op"] == "call":
            return {"value": self.value, "changed": [], "stderr": False}
        return {"end": 0}


def functions_of(bundle):
    """Return the names that are functions in the reference solution."""
    cells = nbformat.reads(bundle.solved, as_version=4).cells
    found = set()
    for cell in cells:
        if cell.cell_type == "code" and is_solution(cell):
            for node in ast.parse(without_magics(cell.source)).body:
                if isinstance(node, ast.FunctionDef):
                    found.add(node.name)
                elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                    found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def points_for(bundle, session):
    """Return what a session earns in each test cell."""
    judge, earned = Judge(session, Limits()), {}
    for step in bundle.steps:
        if step["names"] or step["test"]:
            earned[step["key"]] = judge.test(step, 0).score
        else:
            judge.set_up(step)
    return {step["key"]: earned[step["key"]] for step in bundle.steps if step["test"]}


def trivially_earned(bundle):
    """Return ``{cell: [value, …]}`` of the cells where a constant for everything earns points."""
    found = {}
    for functions in (functions_of(bundle), set()):
        for value in TRIVIAL:
            for key, points in points_for(bundle, Constant(value, functions)).items():
                if points:
                    found.setdefault(key, []).append(value)
    return found


def require_marks(path, notebook):
    """Raise `CourseError` if the value of a test cell is no mark for the solution.

    nbgrader gives full marks for such a value: one that is negative, printed or no plain number.
    """
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.nbgrader.grade
    }
    bundle = Bundle.make(path, notebook, notebook, {}, points)
    odd = {step["key"]: "printed" for step in bundle.steps if step["test"] and _prints(step)}
    with Local(1).executor() as pool:
        ((_, result),) = run(pool, [("solution", _job(bundle, bundle.solved))])
    if why := result.fault or result.reason:
        raise CourseError(f"{bundle.assignment}: the solution could not be run: {why}.")
    for key, value in (odd | result.odd).items():
        raise CourseError(
            f"{bundle.assignment}: the value of {key} is {value} for the solution, and not a plain "
            f"number from 0 to {points[key]:g}. End the cell with `float(earned)`, for example."
        )


def _prints(step):
    """Return whether a cell's last word is a printed one, for which nobody gets a mark."""
    match ast.parse(step["source"]).body:
        case [*_, ast.Expr(ast.Call(ast.Name("print")))]:
            return True
    return False


def _job(bundle, notebook):
    files = {f"{bundle.assignment}.ipynb": notebook.encode()}
    return job_for(bundle, files, limits=Limits(), kind=containment(uncontained=True), hidden=())


def free_points(bundle, blank):
    """Yield what earns points without an answer, given the blank's result; `Fault` if unknown."""
    if blank.marks is None:
        raise Fault(blank.fault or blank.reason)
    for step in bundle.steps:
        if step["test"] and blank.marks["grades"][step["key"]][0]:
            yield f"a blank passes {step['key']}"
    for key, values in trivially_earned(bundle).items():
        yield f"{', '.join(map(str, values))} for everything earns points in {key}"


def validate(course, names=None, *, workers=None, report=print):
    """Check that solutions pass, and that neither blanks nor constants earn anything.

    Raises `CourseError`, naming each assignment of which that is not true.
    """
    bundles = {name: Bundle.of(course, name) for name in names or course.released()}
    if not bundles:
        raise CourseError("Nothing is released yet: run `python -m course release`.")
    problems = []
    with Local(workers).executor() as pool:
        jobs = [
            ((name, kind), _job(bundle, getattr(bundle, kind)))
            for name, bundle in bundles.items()
            for kind in ("solved", "notebook")
        ]
        results = dict(run(pool, jobs))
    for name, bundle in bundles.items():
        wrong = reference_fails(bundle, results[name, "solved"])
        found = [f"{name}: the solution {wrong}"] * bool(wrong)
        try:
            found += [f"{name}: {free}" for free in free_points(bundle, results[name, "notebook"])]
        except Fault as error:
            found.append(f"{name}: whether nothing earns points could not be tried: {error}")
        report("\n".join(found) or f"validated {name}")
        problems += found
    if problems:
        raise CourseError("\n".join(problems))
