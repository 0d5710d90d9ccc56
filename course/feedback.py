"""Feedback pages: nbgrader's form, without hidden tests, without scripts, and offline."""

import concurrent.futures
import html
import io
import multiprocessing
import os
import re
import warnings
import zipfile

import nbformat
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade

from website.sphinxext.maths import MathsError, aligned, katex

from .gradebook import marks, submissions
from .inert import visible
from .layout import Course, CourseError
from .report import render
from .results import Results, replace

# The page takes nothing from anywhere and lets no script run.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'


class Renderer(IPythonRenderer):
    """Markdown whose formulas are MathML, which needs no script."""

    def block_math(self, body):
        return self._formula(body, display=True)

    def inline_math(self, body):
        return self._formula(body, display=False)

    def latex_environment(self, name, body):
        return self._formula(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)

    def _formula(self, tex, *, display):
        try:
            shown = katex.render(aligned(tex.strip()), display=display)
        except MathsError:
            return f"<code>{html.escape(tex)}</code>"
        return re.search("<math.*</math>", shown, re.DOTALL)[0]


@pass_context
def markdown2html(context, source):
    """Return the HTML of Markdown in a cell."""
    attachments = context.get("cell", {}).get("attachments", {})
    options = {"escape": False, "exclude_anchor_links": True}
    return MarkdownWithMath(Renderer(**options, attachments=attachments)).render(source)


def feedback(course, assignment, *, show_tests=False, workers=None, report=print):
    """Write ``feedback/<student>/<assignment>/<assignment>.html`` for everyone who was graded.

    All of them are packed for the platform whose download was collected, if it was one's.
    ``show_tests`` shows hidden tests and full tracebacks. Raises `CourseError` if somebody's page
    cannot be made, once those of the others are there.
    """
    results, jobs = Results(course, assignment), []
    with marks(course, assignment) as gradebook:
        graded = submissions(gradebook, assignment)
        ungraded = results.ungraded({submission.student_id for submission in graded})
        outdated = results.outdated()
        for submission in graded:
            if (student := submission.student_id) in outdated:
                continue
            page, stored = results.page(student), results.load(student)
            reason = stored.reason if stored else "found any more: it was graded elsewhere"
            said = [_marks(notebook) for notebook in submission.notebooks]
            jobs.append((student, page if page.exists() else None, f"graded: {reason}", *said))
    if not jobs:
        raise CourseError(f"No page was written: grade {assignment} again.")
    # Starting a process costs about as much as converting a handful of notebooks.
    workers = min(workers or os.cpu_count() or 1, max(1, len(jobs) // 8))
    args = (Course(course.root, course.database), assignment, show_tests)
    if workers == 1:
        failed = _write_pages(*args, jobs)
    else:
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
            shares = [pool.submit(_write_pages, *args, jobs[n::workers]) for n in range(workers)]
            failed = [student for share in shares for student in share.result()]
    for student, why in ungraded.items():
        report(f"not graded, and no new page: {student} ({why})")
    written = [student for student, *_ in jobs if student not in failed]
    report(f"{assignment}: feedback for {len(written)} students")
    if backs := results.read("backs"):
        _pack(course, assignment, {s: backs.get(s, "") for s in written}, report)
    if failed:
        raise CourseError(f"No feedback page could be made for: {', '.join(sorted(failed))}.")


def _pack(course, assignment, backs, report):
    """Write the pages into one zip archive, under the names that the platform goes by."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, back in backs.items():
            page = course.path("feedback", student, assignment) / f"{assignment}.html"
            if back:
                archive.write(page, back + page.name)
            else:
                report(f"not packed: {student}, whose work was not in the platform's download")
    target = course.root / "results" / f"{assignment}_feedback.zip"
    replace(target, packed.getvalue())
    report(f"{assignment}: {sum(map(bool, backs.values()))} pages to be uploaded, in {target}")


def _marks(notebook):
    off = notebook.late_submission_penalty or 0.0
    cells = {g.name: {"score": g.score, "points": g.max_score} for g in notebook.grades}
    for comment in notebook.comments:
        cells.setdefault(comment.name, {})["comment"] = comment.comment
    said = {"score": notebook.score - off, "max_score": notebook.max_score, "late_penalty": off}
    return {"notebook": notebook.name, **said}, cells


def _write_pages(course, assignment, show_tests, jobs):
    failed = []
    config = GenerateFeedback(coursedir=course.directory(), config=course.config).config
    exporter = HTMLExporter(config=config, filters={"markdown2html": markdown2html})
    exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
    for student, page, reason, (said, cells) in jobs:
        text = ""
        if page is not None:
            try:
                notebook = nbformat.read(page, as_version=4)
                if not show_tests:
                    _hide_tests(notebook, config)
                text = _convert(exporter, notebook, said, cells)
            except Exception as error:
                failed.append(student)
                reason = f"shown: {type(error).__name__}"
        if not text:
            title = f"{assignment}: feedback for {student}"
            text = render("feedback.html", {"assignment": title, "reason": reason})
        target = course.path("feedback", student, assignment) / f"{assignment}.html"
        replace(target, text.encode())
    return failed


def _hide_tests(notebook, config):
    """Of a failed test leave the last line, which is written for students; the others quote it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()) if is_grade(cell) else ():
            if output.output_type == "error":
                message = f": {output.evalue}" if output.evalue else ""
                output.traceback = [f"{output.ename}{message}"]
    ClearHiddenTests(config=config).preprocess(notebook, {})


def _convert(exporter, notebook, said, cells):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(cells.get(cell.metadata.nbgrader.grade_id, {}))
        for output in cell.get("outputs", ()):
            if "text/latex" in output.get("data", {}):
                output.data["text/markdown"] = output.data.pop("text/latex")
    with warnings.catch_warnings():
        # nbconvert remarks on every picture without alternative text, which is the student's.
        warnings.simplefilter("ignore")
        text, _ = exporter.from_notebook_node(notebook, {"nbgrader": said})
    text = re.sub("<script.*?</script>", "", text, flags=re.DOTALL)
    return visible(text).replace("<head>", f"<head>{META}", 1)
