"""The course's commands: ``python -m course release | validate | collect | grade | …``."""

import argparse
import contextlib
import datetime
import sys
import warnings
import zoneinfo
from dataclasses import fields
from pathlib import Path

from nbgrader.api import InvalidEntry, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from .layout import DEFAULT_COURSE, SOURCES, Course, CourseError
from .limits import Limits


def parser():
    """Return the command-line parser."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--course", type=Path, default=DEFAULT_COURSE, help="the course folder")
    common.add_argument(
        "--database", default="", help="the gradebook's URL, for example postgresql://…"
    )
    main = argparse.ArgumentParser(prog="python -m course", description=__doc__)
    commands = main.add_subparsers(dest="command", required=True)

    def add(name, run, text, needs="", *, many=False):
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        command.set_defaults(run=run, needs=needs)
        if needs:
            # Not required by the parser, so that what is missing is said in our words.
            command.add_argument("assignment", nargs="?", default="")
        if many:
            command.add_argument("assignments", nargs="*", help="all of them by default")
        return command

    command = add("release", _release, "make the course and its student versions", many=True)
    command.add_argument("--sources", type=Path, default=SOURCES, help="the assignments' texts")
    command.add_argument(
        "--due", type=datetime.datetime.fromisoformat, help="2027-03-01T23:59+01:00"
    )
    add("validate", _validate, "check that solutions pass and blanks fail", many=True)
    command = add("collect", _collect, "take in a Canvas or Moodle zip, or a folder", "released")
    command.add_argument("source", type=Path)
    add_collecting(command, required=True)
    command = add("grade", _grade, "collect if a source is given, grade, and summarise", "released")
    command.add_argument("source", type=Path, nargs="?")
    add_collecting(command, required=False)
    command.add_argument("--workers", type=int, help="processes; one for each core by default")
    command.add_argument(
        "--dask",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="grade over a Dask cluster: one started here, or the one at this scheduler address",
    )
    command.add_argument(
        "--uncontained", action="store_true", help="grade even if nothing contains students' code"
    )
    command.add_argument("--force", action="store_true", help="grade everything again")
    for limit in fields(Limits):
        option = "--" + limit.name.replace("_", "-")
        command.add_argument(option, type=int, default=limit.default, help=f"{limit.default}")
    add("formgrader", _formgrader, "open formgrader where answers wait to be read", "graded")
    command = add("feedback", _feedback, "write a page for each student", "graded")
    command.add_argument("--show-tests", action="store_true", help="show the hidden tests too")
    command = add("export", _export, "write marks as Canvas or Moodle imports them", "graded")
    command.add_argument("--to", choices=["canvas", "moodle"], required=True)
    command.add_argument("--roster", required=True, help="the CSV file that the platform gave out")
    command.add_argument("--match", required=True, help="its column that names the students")
    command.add_argument("--column", required=True, help="its column that the marks belong in")
    command.add_argument("--output", help="the file to write")
    add("report", _report, "write the teacher's summary page", "graded")
    add("questions", _questions, "write the book's questions for Moodle and Canvas")
    return main


def add_collecting(command, *, required):
    """Add the options that say how submissions are to be read."""
    layouts = ["canvas", "moodle", "folders"]
    command.add_argument("--from", dest="layout", choices=layouts, required=required)
    command.add_argument("--roster", default="", help="the CSV file of the class")
    command.add_argument("--match", default="", help="the roster's column that names the students")
    command.add_argument("--times", default="", help="its column of the times of handing in")
    command.add_argument("--zone", help="the time zone of times without one: Europe/Berlin")
    command.add_argument("--dry-run", action="store_true", help="only say what is read as what")


def require(course, assignment, state):
    """Raise `CourseError` unless an assignment is named, and ``released``, … or ``graded``."""
    if not assignment:
        known = ", ".join(course.released()) or "none yet; run `python -m course release`"
        raise CourseError(f"Which assignment? Name one of those that are released: {known}.")
    course.require(assignment)
    if state == "released":
        return
    with course.gradebook() as gradebook:
        if assignment not in {known.name for known in gradebook.assignments}:
            raise CourseError(f"The gradebook has no {assignment}. Release it, or name another.")
        if state == "graded" and gradebook.assignment_submissions(assignment):
            return
    if not course.submissions(assignment):
        raise CourseError(
            f"Nobody has handed in {assignment}: {course.root / 'submitted'} has nothing of it. "
            f"Collect it first: python -m course collect {assignment} submissions.zip --from …"
        )
    if state == "graded":
        raise CourseError(
            f"{assignment} was handed in, but nothing of it is graded yet: "
            f"python -m course grade {assignment}"
        )


def _release(course, args):
    from .release import release

    release(course, args.assignments, due=args.due, sources=args.sources)
    print(f"The course is in {course.root}")


def _validate(course, args):
    from .checks import validate

    validate(course, args.assignments)


def _collect(course, args):
    from .collect import collect

    try:
        zone = zoneinfo.ZoneInfo(args.zone) if args.zone else None
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise CourseError(f"There is no time zone {args.zone!r}.") from None
    roster = {"path": args.roster, "match": args.match, "times": args.times, "zone": zone}
    how = {"dry_run": args.dry_run, **roster}
    collect(course, args.assignment, args.source, args.layout, **how)


def _grade(course, args):
    from .engines import Distributed, Local
    from .grading import grade
    from .report import write_report

    if args.source is not None:
        if not args.layout:
            raise CourseError("Say how to read it: --from canvas, moodle or folders.")
        _collect(course, args)
        if args.dry_run:
            return
    require(course, args.assignment, "handed in")
    limits = Limits(**{limit.name: getattr(args, limit.name) for limit in fields(Limits)})
    engine = Local(args.workers)
    if args.dask:
        engine = Distributed(None if args.dask == "local" else args.dask, args.workers)
    options = {"limits": limits, "force": args.force, "uncontained": args.uncontained}
    try:
        results = grade(course, args.assignment, engine=engine, **options)
    except CourseError:
        # The page says who could not be graded; what kept us from it may keep us from this too.
        with contextlib.suppress(CourseError, SQLAlchemyError, OSError):
            write_report(course, args.assignment)
        raise
    write_report(course, args.assignment)
    if lost := [student for student, result in results.items() if result.fault]:
        raise CourseError(f"Not graded, and nothing changed, for: {', '.join(lost)}. Grade again.")


def _formgrader(course, args):
    from .formgrader import formgrader

    formgrader(course, args.assignment)


def _feedback(course, args):
    from .feedback import feedback

    feedback(course, args.assignment, show_tests=args.show_tests)


def _export(course, args):
    from .export import export

    how = (args.to, args.roster, args.match, args.column, args.output)
    if export(course, args.assignment, *how):
        raise CourseError("Not every mark could be matched: see above.")


def _report(course, args):
    from .report import write_report

    write_report(course, args.assignment)


def _questions(course, args):
    from .questions import write_questions

    write_questions(course.root / "results" / "questions")


def main(argv=None):
    """Run one command; return the exit code."""
    args = parser().parse_args(argv)
    # SQLAlchemy's remarks on how nbgrader uses it are for nbgrader's developers.
    warnings.filterwarnings("ignore", module=r"nbgrader\..*")
    try:
        course = Course(args.course.resolve(), args.database)
        if args.needs:
            require(course, args.assignment, args.needs)
        args.run(course, args)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except (InvalidEntry, MissingEntry, SQLAlchemyError) as error:
        print(f"The gradebook could not be read or written: {str(error)[:300]}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"A file could not be read or written: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on where it stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
