"""Grade a class: in parallel, resumably, with one process writing to the gradebook."""

from __future__ import annotations

import shutil
import time

import nbformat
from sqlalchemy.exc import SQLAlchemyError

from .bundle import Bundle
from .engines import Local, Result, job_for, run
from .gradebook import graded_students, late_penalty, merge_marks, only_writer
from .intake import STUDENT_ID, Submission, read_submission
from .layout import REPOSITORY, CourseError
from .limits import Limits
from .results import Results, stage, submission_key
from .sandbox import UNCONTAINED, containment
from .tables import read_time


def grade(
    course, assignment, *, engine=None, limits=None, force=False, uncontained=False, report=print
):
    """Grade whatever has been submitted for an assignment and is not graded yet.

    The reference solution is graded first, in the same way. Marks reach the gradebook at the end,
    in one transaction. A submission that could not be graded because of a fault of ours keeps the
    marks and files it had. ``force`` grades everything again; ``uncontained`` allows grading where
    nothing can contain students' code; ``report`` receives each line of progress. Returns the
    results by student, those of earlier runs included. Raises `CourseError` if the assignment was
    not released, its reference solution does not get full marks here, nothing can contain students'
    code, or another process writes to the gradebook.
    """
    engine, limits = engine or Local(), limits or Limits()
    course.require(assignment)
    kind = containment(uncontained)
    if kind == "nothing":
        report(UNCONTAINED)
    with only_writer(course):
        results, bundle = Results(course, assignment), Bundle.of(course, assignment)
        known = graded_students(course, assignment)
        merged = {s: key for s, key in results.read("merged").items() if s in known}
        hidden = [str(path) for path in (course.root.resolve(), REPOSITORY / "assignments")]
        how = {"limits": limits, "kind": kind, "hidden": hidden}
        found, times = {}, {}
        todo = []
        for student, folder in course.submissions(assignment).items():
            submission = read_submission(folder, student, assignment)
            if not STUDENT_ID.fullmatch(student):
                submission = Submission(student, assignment, problem="not a usable student id")
            times[student] = handed_in(submission)
            key = submission_key(submission, bundle, limits)
            stored = None if force else results.load(student)
            if stored is not None and stored.key == key:
                found[student] = stored
            else:
                todo.append((student, key))
        kept = len(found)
        if todo:
            with engine.executor() as pool:
                check_reference(bundle, how, pool)
                jobs = _jobs(course, assignment, bundle, how, todo)
                started = time.monotonic()
                for count, (student, result) in enumerate(run(pool, jobs), 1):
                    _keep(results, student, result)
                    found[student] = result
                    elapsed = time.monotonic() - started
                    report(progress_line(student, result, count, len(todo), kept, elapsed))
        ready = {
            s: r for s, r in found.items() if not r.fault and (force or merged.get(s) != r.key)
        }
        _merge(course, results, ready, times)
        results.write("merged", merged | {s: ready[s].key for s in ready if not ready[s].fault})
        faults = {student: r.fault for student, r in found.items() if r.fault}
        results.write("faults", faults)
    lost = f", {len(faults)} NOT graded" if faults else ""
    report(f"{assignment}: {len(todo) - len(faults)} graded, {kept} already graded{lost}")
    return found


def handed_in(submission):
    """Return when a submission was handed in, in UTC, if that is known."""
    if "timestamp.txt" not in submission.files:
        return None
    try:
        return read_time(submission.files["timestamp.txt"].decode())
    except (ValueError, OverflowError) as error:
        raise CourseError(f"timestamp.txt of {submission.student}: {error}.") from None


def _jobs(course, assignment, bundle, how, todo):
    for student, key in todo:
        folder = course.path("submitted", student, assignment)
        submission = read_submission(folder, student, assignment)
        problem = submission.problem
        if not STUDENT_ID.fullmatch(student):
            problem = "not a usable student id"
        job = job_for(bundle, submission.files, key=key, **how)
        yield student, Result(key, reason=problem) if problem else job


def check_reference(bundle, how, pool):
    """Grade the reference solution as a submission; raise `CourseError` if it loses points."""
    files = {f"{bundle.assignment}.ipynb": bundle.solved.encode()}
    ((_, result),) = run(pool, [("reference", job_for(bundle, files, **how))])
    why = reference_fails(bundle, result)
    if why:
        raise CourseError(f"The reference solution of {bundle.assignment} {why} Nobody was graded.")


def reference_fails(bundle, result):
    """Return how the reference solution's result falls short of full marks, or nothing."""
    if result.fault or result.reason:
        return f"could not be graded: {result.fault or result.reason}."
    scores = result.marks["grades"]
    failed = [s["key"] for s in bundle.steps if s["test"] and scores[s["key"]][0] != s["points"]]
    if not failed:
        return ""
    cells = nbformat.reads(result.notebook, as_version=4).cells
    errors = {
        cell.metadata.nbgrader.grade_id: f"{output.ename}: {output.evalue}"
        for cell in cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" and "nbgrader" in cell.metadata
    }
    lines = [f"  {key}: {errors.get(key, 'no error, but not all points')}" for key in failed]
    return "does not get full marks on this machine:\n" + "\n".join(lines) + "\n"


def _keep(results, student, result):
    if not result.fault:
        try:
            results.store(student, result)
        except OSError as error:
            result.fault = f"the result could not be stored: {error.strerror}"


def _merge(course, results, ready, times):
    """Bring results into the gradebook and graded notebooks into their place; note what fails."""
    staged = {}
    for student, result in ready.items():
        try:
            staged[student] = result.notebook and stage(
                results.page(student), result.notebook.encode()
            )
        except OSError as error:
            result.fault = f"the graded notebook could not be written: {error.strerror}"
            results.page(student).with_name(f"{results.assignment}.ipynb.tmp").unlink(
                missing_ok=True
            )
    given = {student: (ready[student].marks, times[student]) for student in staged}
    try:
        if given:
            with course.gradebook() as gradebook:
                merge_marks(gradebook, results.assignment, given, late_penalty(course))
    except (SQLAlchemyError, OSError) as error:
        for student, temporary in staged.items():
            ready[student].fault = f"the gradebook could not be written: {str(error)[:200]}"
            if temporary:
                temporary.unlink()
        return
    for student, temporary in staged.items():
        if temporary:
            temporary.replace(results.page(student))
        else:
            shutil.rmtree(results.page(student).parent, ignore_errors=True)


def progress_line(student, result, count, total, kept, elapsed):
    """Return one line: how far, who, what came out, how fast, how long still."""
    left = (total - count) * elapsed / count
    outcome = f"{result.score:g} points"
    if result.fault:
        outcome = f"NOT GRADED: {result.fault}"
    elif result.reason:
        outcome = f"nothing to grade: {result.reason}"
    notes = f"; {'; '.join(result.notes)}" if result.notes else ""
    return (
        f"[{count + kept:>{len(str(total + kept))}}/{total + kept}] {student}: {outcome} "
        f"({result.seconds:.1f} s; {60 * count / elapsed:.0f} a minute; {left:.0f} s left){notes}"
    )
