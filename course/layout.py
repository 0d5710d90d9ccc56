"""Where a course keeps what: nbgrader's directories, and ours beside them."""

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = REPOSITORY / "assignments"
DEFAULT_COURSE = REPOSITORY / "_build" / "course"


class CourseError(Exception):
    """Something the teacher can put right; the message says how."""


def with_driver(url):
    """Name the PostgreSQL driver that is installed, where a URL leaves the choice open.

    >>> with_driver("postgresql://teacher@localhost/course")
    'postgresql+psycopg2://teacher@localhost/course'
    """
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", url)


def path_with(folder, name):
    """Return the environment's search path ``name`` with a folder put first."""
    return os.pathsep.join(filter(None, [str(folder), os.environ.get(name)]))


@dataclass(frozen=True)
class Course:
    """A course folder, with nbgrader's subfolders and ours: ``grading/`` and ``results/``.

    ``database`` is the gradebook's URL; empty for the one that the configuration names.
    """

    root: Path
    database: str = ""

    @functools.cached_property
    def config(self):
        """The teacher's ``nbgrader_config.py``, with this course's folder and database."""
        config = Config()
        if (self.root / "nbgrader_config.py").exists():
            loader = PyFileConfigLoader("nbgrader_config.py", path=str(self.root))
            config.merge(loader.load_config())
        config.CourseDirectory.root = str(self.root)
        if self.database:
            config.CourseDirectory.db_url = self.database
        if "db_url" in config.CourseDirectory:
            config.CourseDirectory.db_url = with_driver(config.CourseDirectory.db_url)
        return config

    def directory(self, **traits):
        """Return nbgrader's own view of this course."""
        return CourseDirectory(config=self.config, **traits)

    @property
    def db_url(self):
        """The gradebook's URL: SQLite in the course folder unless something else is configured."""
        return self.directory().db_url

    def gradebook(self):
        """Open the gradebook; use it as a context manager."""
        return Gradebook(self.db_url, self.directory().course_id or "default_course")

    def path(self, step, student, assignment):
        """Return nbgrader's directory for one step of one student's assignment."""
        return self.root / step / student / assignment

    def released(self):
        """Return the names of the released assignments, sorted."""
        release = self.root / "release"
        found = release.glob("*/*.ipynb") if release.is_dir() else []
        return sorted({path.parent.name for path in found})

    def require(self, assignment):
        """Return the released notebook of an assignment, or raise `CourseError`."""
        notebook = self.root / "release" / assignment / f"{assignment}.ipynb"
        if not notebook.exists():
            known = ", ".join(self.released()) or "none yet; run `python -m course release`"
            raise CourseError(f"No released assignment {assignment!r}. Released: {known}.")
        return notebook

    def submissions(self, assignment):
        """Return ``{student: folder}`` of what was collected for an assignment, sorted."""
        folders = (self.root / "submitted").glob(f"*/{assignment}")
        return {f.parent.name: f for f in sorted(folders) if f.is_dir()}
