"""The gradebook: one writer at a time, and marks merged so that doing it twice changes nothing."""

import contextlib
import fcntl
import hashlib

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import selectinload

from .late import late_policy
from .layout import CourseError

BUSY = "Another process is writing to this gradebook. Wait until it has ended, then run this again."


@contextlib.contextmanager
def only_writer(course):
    """Hold the right to write to the gradebook; raise `CourseError` if another process has it.

    The course folder is locked, and on PostgreSQL the database too, since its writers may sit on
    different machines. Either lock vanishes with the process that holds it.
    """
    with contextlib.ExitStack() as stack:
        folder = course.root / "grading"
        folder.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((folder / "lock").open("wb"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(BUSY) from None
        if course.db_url.startswith("postgresql"):
            engine = create_engine(course.db_url)
            stack.callback(engine.dispose)
            connection = stack.enter_context(engine.connect())
            name = int.from_bytes(hashlib.sha256(b"course gradebook").digest()[:7], "big")
            query = text("SELECT pg_try_advisory_lock(:name)")
            if not connection.execute(query, {"name": name}).scalar():
                raise CourseError(BUSY)
            connection.commit()
            # The server learns late that a connection is closed: the next writer would be refused.
            unlock = text("SELECT pg_advisory_unlock(:name)")
            stack.callback(connection.execute, unlock, {"name": name})
        yield


@contextlib.contextmanager
def marks(course, *assignments):
    """Open the gradebook to read marks.

    Extra days and late penalties are brought up to date first, so that they follow a mark that a
    person has changed since. Raises `CourseError` if that must be written and cannot be.
    """
    with course.gradebook() as gradebook:
        for assignment in assignments:
            late_policy(course, assignment)(submissions(gradebook, assignment))
        if any(map(gradebook.db.is_modified, gradebook.db.dirty)):
            with only_writer(course):
                gradebook.db.commit()
        yield gradebook


def submissions(gradebook, assignment):
    """Return the submissions in the gradebook, with their notebooks and grades, by student."""
    target = gradebook.find_assignment(assignment)
    everything = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    query = select(SubmittedAssignment).where(SubmittedAssignment.assignment_id == target.id)
    found = gradebook.db.scalars(query.options(everything))
    return sorted(found, key=lambda submission: submission.student_id)


def kind_of(grade):
    """Return what a grade is: ``"waiting"`` for a person, ``"full"``, ``"part"`` or ``"none"``."""
    if grade.needs_manual_grade and grade.manual_score is None:
        return "waiting"
    if grade.score >= grade.max_score:
        return "full"
    return "part" if grade.score > 0 else "none"


def unread(submission):
    """Return the grades of a submission that wait for a person."""
    grades = (grade for notebook in submission.notebooks for grade in notebook.grades)
    return [grade for grade in grades if kind_of(grade) == "waiting"]


def total(submission):
    """Return a submission's score, of which the late penalty is taken off."""
    return max(0.0, submission.score - (submission.late_submission_penalty or 0.0))


def merge_marks(gradebook, assignment, given, policy=None):
    """Write submissions' marks into the gradebook, all of them in one transaction or none.

    Marks that a person has given stay. ``given`` has by student the marks, as
    `course.engines.Result` has them (None gives every cell zero), when the work was handed in, in
    UTC, and the cells that a person who has marked them should see again, None for all. ``policy``
    is what `late_policy` returns.
    """
    db = gradebook.db
    try:
        target = gradebook.find_assignment(assignment)
        there = {s.student_id: s for s in submissions(gradebook, assignment)}
        for student, (earned, timestamp, changed) in given.items():
            submission = there.get(student)
            if submission is None:
                person = db.get(Student, student) or Student(id=student)
                submission = _new_submission(db, target, person)
            submission.timestamp = timestamp
            for notebook in submission.notebooks:
                _fill(notebook, earned, changed)
        db.flush()
        if policy:
            policy(submissions(gradebook, assignment))
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _new_submission(db, assignment, student):
    with db.no_autoflush:
        submission = SubmittedAssignment(assignment=assignment, student=student)
        for notebook in assignment.notebooks:
            submitted = SubmittedNotebook(notebook=notebook, assignment=submission)
            for cell in (*notebook.grade_cells, *notebook.task_cells):
                Grade(cell=cell, notebook=submitted)
            for cell in (*notebook.solution_cells, *notebook.task_cells):
                Comment(cell=cell, notebook=submitted)
    db.add(submission)
    return submission


def _fill(notebook, earned, changed):
    grades, comments = (earned["grades"], earned["comments"]) if earned else ({}, {})
    for grade in notebook.grades:
        missing = (None, True) if earned else (0.0, False)
        grade.auto_score, review = grades.get(grade.cell.name, missing)
        if grade.manual_score is None:
            grade.needs_manual_grade = review
        elif changed is None or grade.cell.name in changed:
            grade.needs_manual_grade = True
    for comment in notebook.comments:
        comment.auto_comment = comments.get(comment.cell.name)
