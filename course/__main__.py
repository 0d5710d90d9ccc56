"""The course's commands: ``python -m course release | validate | collect | grade | …``."""

import argparse
import contextlib
import datetime
import importlib
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

    def add(name, text, needs="", run="", many=False):
        """Add a command: ``run``, or the function of that name; it is given the options by name."""
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        command.set_defaults(run=run or f"{name}:{name}", needs=needs)
        if needs:
            # Not required by the parser, so that what is missing is said in our words.
            command.add_argument("assignment", nargs="?", default="")
        if many:
            command.add_argument("names", nargs="*", help="assignments, all of them by default")
        return command

    command = add("release", "make the course and its student versions", many=True)
    command.add_argument("--sources", type=Path, default=SOURCES, help="the assignments' texts")
    command.add_argument(
        "--due", type=datetime.datetime.fromisoformat, help="2027-03-01T23:59+01:00"
    )
    add("validate", "check that solutions pass and blanks fail", run="checks:validate", many=True)
    command = add("collect", "take in a Canvas or Moodle zip, or a folder", "released")
    command.add_argument("source", type=Path)
    add_collecting(command, required=True)
    command = add("grade", "collect if a source is given, grade, and summarise", "released", _grade)
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
    add("formgrader", "open formgrader where answers wait to be read", "graded")
    command = add("feedback", "write a page for each student", "graded")
    command.add_argument("--show-tests", action="store_true", help="show the hidden tests too")
    command = add("export", "write marks as Canvas or Moodle imports them", "graded", _export)
    command.add_argument("--to", dest="platform", choices=["canvas", "moodle"], required=True)
    command.add_argument("--roster", required=True, help="the CSV file that the platform gave out")
    command.add_argument("--match", required=True, help="its column that names the students")
    command.add_argument("--column", required=True, help="its column that the marks belong in")
    command.add_argument("--output", help="the file to write")
    add("report", "write the teacher's summary page", "graded", "report:write_report")
    add(
        "questions",
        "write the book's questions for Moodle and Canvas",
        run="questions:write_questions",
    )
    return main


def add_collecting(command, *, required):
    """Add the options that say how submissions are to be read."""
    layouts = ["canvas", "moodle", "folders"]
    command.add_argument("--from", dest="layout", choices=layouts, required=required)
    command.add_argument("--roster", dest="path", default="", help="the CSV file of the class")
    command.add_argument("--match", default="", help="the roster's column that names the students")
    command.add_argument("--times", default="", help="its column of the times of handing in")
    command.add_argument(
        "--zone", type=_zone, help="the time zone of times without one: Europe/Berlin"
    )
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


def _zone(name):
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise CourseError(f"There is no time zone {name!r}.") from None


def _grade(course, assignment, source, workers, dask, uncontained, force, **options):
    """Collect if there is something to collect, grade, and write the summary."""
    from .collect import collect
    from .engines import Distributed, Local
    from .grading import grade
    from .report import write_report

    limits = Limits(**{limit.name: options.pop(limit.name) for limit in fields(Limits)})
    if source is not None:
        if not options["layout"]:
            raise CourseError("Say how to read it: --from canvas, moodle or folders.")
        collect(course, assignment, source, **options)
        if options["dry_run"]:
            return
    require(course, assignment, "handed in")
    engine = Distributed(None if dask == "local" else dask, workers) if dask else Local(workers)
    how = {"engine": engine, "limits": limits, "force": force, "uncontained": uncontained}
    try:
        results = grade(course, assignment, **how)
    except CourseError:
        # The page says who could not be graded; what kept us from it may keep us from this too.
        with contextlib.suppress(CourseError, SQLAlchemyError, OSError):
            write_report(course, assignment)
        raise
    write_report(course, assignment)
    if lost := [student for student, result in results.items() if result.fault]:
        raise CourseError(f"Not graded, and nothing changed, for: {', '.join(lost)}. Grade again.")


def _export(course, assignment, **options):
    from .export import export

    if export(course, assignment, **options):
        raise CourseError("Not every mark could be matched: see above.")


def main(argv=None):
    """Run one command; return the exit code."""
    # SQLAlchemy's remarks on how nbgrader uses it are for nbgrader's developers.
    warnings.filterwarnings("ignore", module=r"nbgrader\..*")
    try:
        options = vars(parser().parse_args(argv))
        course = Course(options.pop("course").resolve(), options.pop("database"))
        _, needs = options.pop("command"), options.pop("needs")
        if needs:
            require(course, options["assignment"], needs)
        if isinstance(run := options.pop("run"), str):
            module, _, function = run.partition(":")
            run = getattr(importlib.import_module(f"course.{module}"), function)
        run(course, **options)
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
