"""The gradebook: one writer at a time, and marks merged so that doing it twice changes nothing."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import hashlib

from nbgrader.api import (
    Assignment,
    Base,
    BaseCell,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from sqlalchemy import create_engine, select, text

from .layout import CourseError

BUSY = "Another process is writing to this gradebook. Wait until it has ended, then run this again."


@contextlib.contextmanager
def only_writer(course):
    """Hold the right to write to the gradebook.

    The course folder is locked, and on PostgreSQL the database too, since its writers may sit on
    different machines. Either lock vanishes with the process that holds it.

    Raises
    ------
    CourseError
        If another process holds it.
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


def export_assignment(course, assignment, target):
    """Copy one assignment, without students or marks, into a new SQLite gradebook.

    Parameters
    ----------
    course : Course
    assignment : str
    target : Path
        Must not exist yet.
    """
    tables = [Assignment, Notebook, BaseCell, GradeCell, SolutionCell, TaskCell, SourceCell]
    # Made here and not by Gradebook, which starts a process to ask for the schema's revision.
    engine = create_engine(f"sqlite:///{target}")
    Base.metadata.create_all(engine)
    engine.dispose()
    with course.gradebook() as source, Gradebook(f"sqlite:///{target}") as copy:
        assignment_id = source.find_assignment(assignment).id
        notebooks = select(Notebook.id).where(Notebook.assignment_id == assignment_id)
        cells = select(BaseCell.id).where(BaseCell.notebook_id.in_(notebooks))
        for model in tables:
            table = model.__table__
            wanted = {
                Assignment: table.c.id == assignment_id,
                Notebook: table.c.id.in_(notebooks),
                BaseCell: table.c.id.in_(cells),
                SourceCell: table.c.get("notebook_id", table.c.id).in_(notebooks),
            }.get(model, table.c.id.in_(cells))
            rows = [dict(row._mapping) for row in source.db.execute(select(table).where(wanted))]
            if model is Assignment:
                rows = [{**row, "course_id": copy.course_id} for row in rows]
            if rows:
                copy.db.execute(table.insert(), rows)
        copy.db.commit()


def merge_marks(gradebook, student, assignment, marks):
    """Write one submission's marks into the gradebook, as nbgrader's own autograder does.

    Merging the same marks again leaves the gradebook as it is. Marks that a person has given stay,
    and are marked for review as nbgrader does.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    student, assignment : str
    marks : dict or None
        What `course.worker.read_marks` returned; None gives every cell zero.
    """
    timestamp = None
    if marks and marks["timestamp"]:
        timestamp = datetime.datetime.fromisoformat(marks["timestamp"])
    gradebook.update_or_create_student(student)
    # nbgrader queries while it builds a submission that the session does not hold yet.
    with gradebook.db.no_autoflush:
        submission = gradebook.update_or_create_submission(assignment, student, timestamp=timestamp)
    for notebook in submission.notebooks:
        given = marks["notebooks"].get(notebook.name) if marks else None
        notebook.late_submission_penalty = given["penalty"] if given else None
        for grade in notebook.grades:
            score, review = given["grades"].get(grade.name, (0.0, False)) if given else (0.0, False)
            grade.auto_score = score
            grade.needs_manual_grade = review or grade.manual_score is not None
        for comment in notebook.comments:
            comment.auto_comment = given["comments"].get(comment.name) if given else None
    gradebook.db.commit()


def snapshot(course, assignment=None):
    """Return everything a gradebook says, without its random ids, to compare two of them.

    Parameters
    ----------
    course : Course
    assignment : str, optional
        Only this one.

    Returns
    -------
    dict
        By assignment, student, notebook and cell.
    """
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
