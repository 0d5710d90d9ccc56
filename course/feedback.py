"""Feedback pages: nbgrader's own, without the hidden tests that the next class will meet."""

from __future__ import annotations

import concurrent.futures
import html
import multiprocessing
import os
import re
import warnings
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade

from lib.explorables.export import CarryExplorables

from .layout import Course
from .release import run_converter
from .results import Results

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>This submission could not be graded: {reason}.</p></body></html>
"""


class ShortenErrors(NbGraderPreprocessor):
    """Keep the hidden tests off the feedback page.

    Of a failed test cell's traceback only the last line stays, which is written for students; the
    lines above it quote the test. `ClearHiddenTests`, which comes next, removes the tests.
    """

    def preprocess_cell(self, cell, resources, index):
        """Shorten the errors of a test cell."""
        for output in cell.get("outputs", ()) if is_grade(cell) else ():
            if output.output_type == "error":
                message = f": {output.evalue}" if output.evalue else ""
                output.traceback = [f"{output.ename}{message}"]
        return cell, resources


def feedback(course, assignment, *, show_tests=False, workers=None, report=print):
    """Write ``feedback/<student>/<assignment>/<assignment>.html`` for everyone who was graded.

    ``show_tests`` shows hidden tests and full tracebacks.
    """
    results = Results(course, assignment).all()
    graded = [s for s in results if course.path("autograded", s, assignment).exists()]
    # Starting a process costs about as much as converting a handful of notebooks.
    workers = min(workers or os.cpu_count() or 1, max(1, len(graded) // 8))
    args = (str(course.root), course.database, assignment, show_tests)
    if workers == 1:
        _convert(*args, graded)
    else:
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
            shares = [graded[start::workers] for start in range(workers)]
            for future in [pool.submit(_convert, *args, share) for share in shares]:
                future.result()
    for student, result in results.items():
        if student not in graded:
            _write_reason(course, assignment, student, result.reason)
    report(f"{assignment}: feedback for {len(results)} students")


def _convert(root, database, assignment, show_tests, students):
    course = Course(Path(root), database)
    for student in students:
        converter = GenerateFeedback(
            coursedir=course.directory(assignment_id=assignment, student_id=student),
            config=course.config,
        )
        if not show_tests:
            steps = [GetGrades, ShortenErrors, ClearHiddenTests, CSSHTMLHeaderPreprocessor]
            converter.preprocessors = steps
        converter.preprocessors = [*converter.preprocessors, CarryExplorables]
        converter.force = True
        with warnings.catch_warnings():
            # nbconvert remarks on every picture without alternative text, which is the student's.
            warnings.simplefilter("ignore")
            run_converter(converter, f"write the feedback for {student}")


def _write_reason(course, assignment, student, reason):
    folder = course.path("feedback", student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    title = html.escape(f"{assignment}: feedback for {student}")
    reason = html.escape(re.sub(r"\s+", " ", reason))
    page = PAGE.format(title=title, reason=reason)
    (folder / f"{assignment}.html").write_text(page, encoding="utf-8")
