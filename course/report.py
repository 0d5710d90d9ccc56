"""The teacher's summary: how the class did, question by question, and who needs a look."""

from __future__ import annotations

import base64
import collections
import io
import re
import statistics
from dataclasses import dataclass, field

import nbformat
from jinja2 import Environment, PackageLoader
from matplotlib.figure import Figure
from nbgrader.utils import is_grade

from .collect import collected_notes
from .export import final_score
from .results import Results

# Okabe–Ito: full marks, part of them, none, not graded yet.
COLOURS = {"full": "#0072B2", "part": "#56B4E9", "none": "#D55E00", "waiting": "#999999"}
WORDS = {
    "full": "full points",
    "part": "some points",
    "none": "no points",
    "waiting": "to be graded by hand",
}
COMMON = 3


@dataclass
class Question:
    """One graded cell, over the class."""

    name: str
    points: float
    counts: collections.Counter = field(default_factory=collections.Counter)
    scores: list[float] = field(default_factory=list)
    errors: collections.Counter = field(default_factory=collections.Counter)

    @property
    def total(self):
        """How many submissions have this question."""
        return sum(self.counts.values())

    @property
    def failed(self):
        """The share of graded submissions that missed points here."""
        graded = self.total - self.counts["waiting"]
        return (self.counts["part"] + self.counts["none"]) / graded if graded else 0.0

    @property
    def mean(self):
        """The mean score, or None before anyone is graded."""
        return statistics.fmean(self.scores) if self.scores else None


@dataclass
class Row:
    """One submission."""

    student: str
    score: float | None
    late: bool
    waiting: int
    reason: str
    notes: list[str]


def summarise(course, assignment):
    """Return what the page shows: ``questions`` (in the notebook's order), ``rows`` (by
    student), ``scores``, ``maximum`` and ``faults`` (why there is no mark, by student).
    """
    stored = Results(course, assignment)
    results, faults = stored.all(), stored.read("faults")
    collected = collected_notes(course, assignment)
    order = _cell_order(course, assignment)
    questions, rows = {}, []
    with course.gradebook() as gradebook:
        maximum = gradebook.find_assignment(assignment).max_score
        for submission in gradebook.assignment_submissions(assignment):
            student = submission.student.id
            result = results.get(student)
            waiting = 0
            # What could not be read says nothing about a question.
            read = [] if result and result.reason else submission.notebooks
            for grade in (g for n in read for g in n.grades):
                question = questions.setdefault(grade.name, Question(grade.name, grade.max_score))
                kind = _kind(grade)
                question.counts[kind] += 1
                waiting += kind == "waiting"
                if kind != "waiting":
                    question.scores.append(grade.score)
            if result:
                _count_errors(course, assignment, student, questions)
            rows.append(
                Row(
                    student=student,
                    score=final_score(gradebook, assignment, student),
                    late=submission.total_seconds_late > 0,
                    waiting=waiting,
                    reason=result.reason if result else "",
                    notes=collected.get(student, []) + (result.notes if result else []),
                )
            )
    return {
        "assignment": assignment,
        "questions": sorted(questions.values(), key=lambda q: order.get(q.name, len(order))),
        "rows": sorted(rows, key=lambda row: row.student),
        "faults": sorted(faults.items()),
        "scores": [row.score for row in rows if row.score is not None],
        "maximum": maximum,
    }


def _kind(grade):
    if grade.needs_manual_grade and grade.manual_score is None:
        return "waiting"
    if grade.score >= grade.max_score:
        return "full"
    return "part" if grade.score > 0 else "none"


def _cell_order(course, assignment):
    notebook = nbformat.read(course.require(assignment), as_version=4)
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_grade(cell)]
    return {grade_id: index for index, grade_id in enumerate(ids)}


def _count_errors(course, assignment, student, questions):
    path = course.path("autograded", student, assignment) / f"{assignment}.ipynb"
    if not path.exists():
        return
    for cell in nbformat.read(path, as_version=4).cells:
        if not is_grade(cell) or cell.cell_type != "code":
            continue
        question = questions.get(cell.metadata.nbgrader.grade_id)
        for output in cell.outputs:
            if output.output_type == "error" and question is not None:
                # Numbers differ from student to student where the mistake is the same.
                message = f"{output.ename}: {output.evalue}".removesuffix(": ")
                message = re.sub(r"-?\d[\d.e+-]*", "…", message)
                question.errors[message[:120]] += 1
                break


def plot_scores(scores, maximum):
    """Return a histogram of the class's scores as an SVG data URL."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    axes.hist(scores, bins=min(20, max(4, int(maximum))), range=(0, maximum), color=COLOURS["full"])
    axes.set_xlabel("points")
    axes.set_ylabel("students")
    axes.yaxis.get_major_locator().set_params(integer=True)
    return _data_url(figure)


def plot_questions(questions):
    """Return a stacked bar for each question as an SVG data URL."""
    figure = Figure(figsize=(7, 0.8 + 0.32 * len(questions)), layout="constrained")
    axes = figure.subplots()
    names = [question.name for question in questions]
    left = [0] * len(questions)
    for kind, colour in COLOURS.items():
        counts = [question.counts[kind] for question in questions]
        axes.barh(names, counts, left=left, color=colour, label=WORDS[kind], edgecolor="white")
        left = [a + b for a, b in zip(left, counts, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("submissions")
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize="small")
    return _data_url(figure)


def _data_url(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode()


def write_report(course, assignment, *, report=print):
    """Write ``results/<assignment>.html``; return its path."""
    summary = summarise(course, assignment)
    scores, questions = summary["scores"], summary["questions"]
    if scores:
        summary["mean"] = statistics.fmean(scores)
        summary["median"] = statistics.median(scores)
        summary["scores_plot"] = plot_scores(scores, summary["maximum"])
        summary["questions_plot"] = plot_questions(questions)
    summary["hardest"] = sorted(
        (q for q in questions if q.failed > 0), key=lambda q: (-q.failed, q.name)
    )
    summary["attention"] = [row for row in summary["rows"] if row.reason or row.notes]
    summary["waiting"] = sum(1 for row in summary["rows"] if row.waiting)
    summary["words"], summary["common"] = WORDS, COMMON
    environment = Environment(
        loader=PackageLoader("course"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    path = course.root / "results" / f"{assignment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(environment.get_template("report.html").render(summary), encoding="utf-8")
    report(f"{assignment}: {len(summary['rows'])} submissions, summary in {path}")
    return path
