"""Grade a class: in parallel, resumably, with one process writing to the gradebook."""

import shutil
import time

import nbformat
from nbgrader.utils import is_locked
from sqlalchemy.exc import SQLAlchemyError

from .bundle import Bundle
from .engines import Local, Result, job_for, run
from .gradebook import merge_marks, only_writer, submissions
from .intake import read_submission
from .late import extra_days, late_policy
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
    in one transaction. Whoever could not be graded because of a fault of ours keeps the marks and
    files they had, and is noted. ``force`` grades everything again; ``uncontained`` allows grading
    where nothing can contain students' code; ``report`` receives each line of progress. Returns the
    results by student, those of earlier runs included. Raises `CourseError` if nobody can be
    graded.
    """
    engine, limits = engine or Local(), limits or Limits()
    course.require(assignment)
    with only_writer(course):
        results, found, times = Results(course, assignment), {}, {}
        folders = course.submissions(assignment)
        waiting = dict.fromkeys(folders)
        try:
            bundle, policy = Bundle.of(course, assignment), late_policy(course, assignment)
            for student, folder in folders.items():
                submission = read_submission(folder, student)
                times[student] = handed_in(submission)
                key = submission_key(submission, bundle, limits)
                stored = None if force else results.load(student)
                if stored is not None and stored.key == key:
                    found[student] = stored
                    del waiting[student]
                else:
                    waiting[student] = key
            kept = len(found)
            if waiting:
                kind = containment(uncontained)
                if kind == "nothing":
                    report(UNCONTAINED)
                hidden = [str(path) for path in (course.root.resolve(), REPOSITORY / "assignments")]
                how = {"limits": limits, "kind": kind, "hidden": hidden}
                with engine.executor() as pool:
                    check_reference(bundle, how, pool)
                    jobs = _jobs(folders, bundle, how, waiting)
                    started = time.monotonic()
                    for count, (student, result) in enumerate(run(pool, jobs), 1):
                        _keep(results, student, result)
                        found[student] = result
                        elapsed = time.monotonic() - started
                        line = progress_line(student, result, count, len(waiting), kept, elapsed)
                        report(line)
        except CourseError as error:
            results.write("faults", dict.fromkeys(waiting, str(error).partition("\n")[0]))
            raise
        _merge(course, results, found, times, policy, force, bundle.digest)
        faults = {student: r.fault for student, r in found.items() if r.fault}
        results.write("faults", faults)
    nobody = {s for s, days in (extra_days(course, assignment) or {}).items() if days} - set(found)
    if nobody:
        report(f"extra days, but no submission: {', '.join(sorted(nobody))}")
    lost = f", {len(faults)} NOT graded" if faults else ""
    report(f"{assignment}: {len(waiting) - len(faults)} graded, {kept} already graded{lost}")
    return found


def handed_in(submission):
    """Return when a submission was handed in, in UTC, if that is known."""
    if "timestamp.txt" not in submission.files:
        return None
    try:
        return read_time(submission.files["timestamp.txt"].decode())
    except (ValueError, OverflowError) as error:
        raise CourseError(f"timestamp.txt of {submission.student}: {error}.") from None


def _jobs(folders, bundle, how, keys):
    for student, key in keys.items():
        submission = read_submission(folders[student], student)
        if submission.problem:
            yield student, Result(key, reason=submission.problem)
        else:
            yield student, job_for(bundle, submission.files, key=key, **how)


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
    lines = [f"  {key}: {result.why.get(key, 'no error, but not all points')}" for key in failed]
    return "does not get full marks on this machine:\n" + "\n".join(lines) + "\n"


def _keep(results, student, result):
    if not result.fault:
        try:
            results.store(student, result)
        except OSError as error:
            result.fault = f"the result could not be stored: {error.strerror}"


def _merge(course, results, found, times, policy, force, digest):
    """Bring results into the gradebook and graded notebooks into their place; note what fails."""
    with course.gradebook() as gradebook:
        known = {s.student_id for s in submissions(gradebook, results.assignment)}
    merged = {s: key for s, key in results.read("merged").items() if s in known}
    ready = {s: r for s, r in found.items() if not r.fault and (force or merged.get(s) != r.key)}
    staged = {}
    for student, result in ready.items():
        page = results.page(student)
        try:
            staged[student] = result.notebook and stage(page, result.notebook.encode())
        except OSError as error:
            result.fault = f"the graded notebook could not be written: {error.strerror}"
            page.with_name(page.name + ".tmp").unlink(missing_ok=True)
    given = {
        s: (r.marks, times[s], changed_cells(results.page(s), r.notebook))
        for s, r in ready.items()
        if s in staged
    }
    try:
        with course.gradebook() as gradebook:
            merge_marks(gradebook, results.assignment, given, policy)
    except (CourseError, SQLAlchemyError, OSError) as error:
        for student, temporary in staged.items():
            ready[student].fault = f"the gradebook could not be written: {str(error)[:200]}"
            if temporary:
                temporary.unlink()
        if not staged:
            raise CourseError(f"The gradebook could not be written: {str(error)[:200]}") from None
        return
    for student, temporary in staged.items():
        if temporary:
            temporary.replace(results.page(student))
        else:
            shutil.rmtree(results.page(student).parent, ignore_errors=True)
    results.write("bundles", results.read("bundles") | dict.fromkeys(staged, digest))
    results.write("merged", merged | {student: ready[student].key for student in staged})


def changed_cells(page, text):
    """Return the ids of the cells in which a graded notebook differs from the one stored before.

    None means all of them.
    """
    if not page.exists():
        return None
    before, after = _cells(page.read_text(encoding="utf-8")), _cells(text)
    return {key for key in before | after if before.get(key) != after.get(key)}


def _cells(text):
    """Return what a person has seen of each cell by id; of a test, all code that it tests too."""
    cells = nbformat.reads(text, as_version=4).cells if text else []
    code = [c.source for c in cells if c.cell_type == "code" and not is_locked(c)]
    return {
        c.metadata.nbgrader.grade_id: (
            c.source,
            c.get("outputs"),
            c.metadata,
            is_locked(c) and code,
        )
        for c in cells
        if "nbgrader" in c.metadata
    }


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
