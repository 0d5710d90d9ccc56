"""The teacher's pages: how the class did, question by question, and who needs a look."""

import collections
import datetime
import re
import statistics
from dataclasses import dataclass, field

import nbformat
import numpy as np
from jinja2 import Environment, PackageLoader
from nbgrader.utils import is_grade, is_solution

from .gradebook import kind_of, marks, submissions, total, unread
from .inert import visible
from .results import Results, replace
from .roster import read_students

WORDS = {
    "full": "full points",
    "part": "some points",
    "none": "no points",
    "waiting": "to be graded by hand",
}
COMMON = 3


@dataclass
class Question:
    """One graded cell, over the class; ``by_hand`` if a person reads the answers."""

    name: str
    points: float
    by_hand: bool
    counts: collections.Counter = field(default_factory=collections.Counter)
    scores: list[float] = field(default_factory=list)
    errors: collections.Counter = field(default_factory=collections.Counter)

    @property
    def unread(self):
        """How many answers nobody has read, though somebody must before the rest says anything."""
        return self.counts["waiting"] if self.by_hand else 0

    @property
    def failed(self):
        """The share of graded submissions that missed points here; none before all are read."""
        missed = self.counts["part"] + self.counts["none"]
        return 0.0 if self.unread or not missed else missed / (missed + self.counts["full"])

    @property
    def mean(self):
        """The mean score, or None before all are read."""
        return statistics.fmean(self.scores) if self.scores and not self.unread else None


@dataclass
class Row:
    """One submission; ``waiting`` is how many of its answers are still to be read."""

    student: str
    name: str
    score: float
    late: bool
    waiting: int
    reason: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def attention(self):
        """Whether somebody should have a look at it."""
        return bool(self.reason or self.notes)


def summarise(course, assignment):
    """Return what the page of an assignment shows.

    That is ``questions`` (in the notebook's order), ``rows`` (by student), ``maximum``, ``faults``
    (why there is no mark, by student) and ``outdated`` (whose marks a release has left behind).
    """
    stored = Results(course, assignment)
    results, collected = stored.all(), stored.read("collected")
    cells = nbformat.read(course.require(assignment), as_version=4).cells
    graded = {c.metadata.nbgrader.grade_id: c for c in cells if is_grade(c)}
    known = read_students(course).get("students", {})
    with marks(course, assignment) as gradebook:
        target = gradebook.find_assignment(assignment)
        points = {c.name: c.max_score for n in target.notebooks for c in n.grade_cells}
        questions = {n: Question(n, points[n], is_solution(c)) for n, c in graded.items()}
        rows = []
        for submission in submissions(gradebook, assignment):
            row = _row(submission, known)
            rows.append(row)
            row.notes = list(collected.get(row.student, []))
            if result := results.get(row.student):
                row.reason = result.reason
                row.notes += result.notes
                _count_errors(result.why, questions)
            # What could not be read says nothing about a question.
            for grade in (g for n in submission.notebooks for g in n.grades if not row.reason):
                kind, question = kind_of(grade), questions[grade.name]
                question.counts[kind] += 1
                if kind != "waiting":
                    question.scores.append(grade.score)
        maximum = target.max_score
    return {
        "assignment": assignment,
        "questions": [question for question in questions.values() if question.counts],
        "rows": rows,
        "faults": sorted(stored.read("faults").items()),
        "outdated": stored.outdated() & {row.student for row in rows},
        "maximum": maximum,
    }


def _row(submission, known):
    student = submission.student
    name = " ".join(filter(None, (student.first_name, student.last_name)))
    return Row(
        student=student.id,
        name=name or known.get(student.id, ["", ""])[1],
        score=total(submission),
        late=submission.total_seconds_late > 0,
        waiting=len(unread(submission)),
    )


def _count_errors(why, questions):
    for name in why.keys() & questions.keys():
        # Numbers differ from student to student where the mistake is the same.
        questions[name].errors[re.sub(r"-?\d[\d.e+-]*", "…", why[name])[:120]] += 1


def histogram(scores, maximum):
    """Return ``[(from, to, count), …]``: how many scores are in each of equal intervals."""
    bins = min(20, max(4, int(maximum)))
    counts, edges = np.histogram(scores, bins, range=(0, maximum or 1))
    return list(zip(edges, edges[1:], map(int, counts), strict=False))


def write_report(course, assignment, *, report=print):
    """Write an assignment's page, whose path is returned, and the overview over all."""
    summary, stored = summarise(course, assignment), Results(course, assignment)
    rows = summary["rows"]
    earlier = stored.read("reported")
    changes = [(r, s) for r in rows if (s := earlier.get("scores", {}).get(r.student)) != r.score]
    summary |= {"since": earlier.get("time"), "changes": changes, "words": WORDS, "common": COMMON}
    path = course.root / "results" / f"{assignment}.html"
    replace(path, render("report.html", summary).encode())
    now = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC"
    stored.write("reported", {"time": now, "scores": {row.student: row.score for row in rows}})
    write_overview(course)
    report(f"{assignment}: {len(rows)} submissions, summary in {path}")
    return path


def write_overview(course):
    """Write ``results/_overview.html``: every assignment that was handed in, and every student."""
    handed_in = [name for name in course.released() if course.submissions(name)]
    columns, known = [], read_students(course).get("students", {})
    people = {student: {"name": name, "scores": {}} for student, (_, name) in known.items()}
    with marks(course, *handed_in) as gradebook:
        for name in handed_in:
            rows = [_row(submission, known) for submission in submissions(gradebook, name)]
            column = {"name": name, "maximum": gradebook.find_assignment(name).max_score}
            column |= {"handed_in": len(course.submissions(name)), "rows": rows}
            columns.append(column | {"faults": len(Results(course, name).read("faults"))})
            for row in rows:
                person = people.setdefault(row.student, {"name": row.name, "scores": {}})
                person["scores"][name] = row
    content = {"assignment": "All assignments", "columns": columns, "people": people}
    path = course.root / "results" / "_overview.html"
    replace(path, render("overview.html", content).encode())


def render(template, content):
    """Return a page made from one of the course's templates."""
    environment = Environment(
        loader=PackageLoader("course"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    filters = {"mean": statistics.fmean, "median": statistics.median, "histogram": histogram}
    environment.filters |= filters
    return visible(environment.get_template(template).render(content))
