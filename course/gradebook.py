"""The gradebook: one writer at a time, and marks merged so that doing it twice changes nothing."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import create_engine, select, text

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


def merge_marks(gradebook, assignment, given, penalty=None):
    """Write submissions' marks into the gradebook, all of them in one transaction or none.

    Marks that a person has given stay, and are marked for review as nbgrader does. ``given`` has by
    student the marks, as `course.engines.Result` has them (None gives every cell zero), and when
    the work was handed in, in UTC. ``penalty`` takes student, score and seconds late, and returns
    points.
    """
    with gradebook.db.no_autoflush:
        target = gradebook.find_assignment(assignment)
        submissions = {s.student_id: s for s in target.submissions}
        known = select(Student).where(Student.id.in_(given))
        students = {s.id: s for s in gradebook.db.scalars(known)}
        for student, (marks, timestamp) in given.items():
            submission = submissions.get(student)
            if submission is None:
                person = students.get(student) or Student(id=student)
                submission = _new_submission(gradebook.db, target, person)
            submission.timestamp = timestamp
            for notebook in submission.notebooks:
                _fill(notebook, marks)
                score = sum(_score(grade) for grade in notebook.grades)
                late = penalty and submission.total_seconds_late
                taken = penalty(student, score, late) if late else None
                notebook.late_submission_penalty = (
                    None if taken is None else min(max(0, taken), score)
                )
    try:
        gradebook.db.commit()
    except BaseException:
        gradebook.db.rollback()
        raise


def _new_submission(db, assignment, student):
    submission = SubmittedAssignment(assignment=assignment, student=student)
    for notebook in assignment.notebooks:
        submitted = SubmittedNotebook(notebook=notebook, assignment=submission)
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            Grade(cell=cell, notebook=submitted)
        for cell in (*notebook.solution_cells, *notebook.task_cells):
            Comment(cell=cell, notebook=submitted)
    db.add(submission)
    return submission


def _fill(notebook, marks):
    grades, comments = (marks["grades"], marks["comments"]) if marks else ({}, {})
    for grade in notebook.grades:
        grade.auto_score, review = grades.get(
            grade.cell.name, (None if marks else 0.0, bool(marks))
        )
        grade.needs_manual_grade = review or grade.manual_score is not None
    for comment in notebook.comments:
        comment.auto_comment = comments.get(comment.cell.name)


def _score(grade):
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if score is None else score + (grade.extra_credit or 0.0)


def late_penalty(course):
    """Return what the configuration takes off for lateness, as `merge_marks` wants it."""
    step = AssignLatePenalties(config=course.config)
    step.init_plugin()
    return step.plugin_inst.late_submission_penalty


def snapshot(course, assignment=None):
    """Return everything a gradebook says, without its random ids, to compare two of them."""
    content = {}
    with course.gradebook() as gradebook:
        for item in gradebook.assignments:
            if assignment not in (None, item.name):
                continue
            for submission in item.submissions:
                for notebook in submission.notebooks:
                    key = (item.name, submission.student.id, notebook.name)
                    content[key] = {
                        "timestamp": submission.timestamp,
                        "penalty": notebook.late_submission_penalty,
                        "score": notebook.score,
                        "grades": {
                            g.name: (
                                g.auto_score,
                                g.manual_score,
                                g.extra_credit,
                                g.needs_manual_grade,
                                g.max_score,
                            )
                            for g in notebook.grades
                        },
                        "comments": {
                            c.name: (c.auto_comment, c.comment) for c in notebook.comments
                        },
                    }
    return content


def graded_students(course, assignment):
    """Return the ids of the students who have a submission in the gradebook."""
    with course.gradebook() as gradebook:
        return {s.student.id for s in gradebook.assignment_submissions(assignment)}
