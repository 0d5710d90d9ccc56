"""Courses to test with: real nbgrader courses, made once and copied."""

import functools
import shutil

import nbgrader.api
import pytest
from course_cases import SOURCES, install

from course.layout import Course
from course.release import release
from course.sandbox import bwrap_works
from tests.conftest import made_once

# nbgrader asks a program for this each time that it creates a gradebook.
nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)


@pytest.fixture(scope="session")
def sandbox(live):
    """Bubblewrap, installed if need be."""
    if not bwrap_works():
        install("bubblewrap")
        bwrap_works.cache_clear()
    assert bwrap_works(), "bubblewrap is installed, but may not create sandboxes here"


@pytest.fixture(scope="session")
def released(live, tmp_path_factory):
    """A course with the two small assignments released; copy it, do not change it."""
    root = made_once(
        tmp_path_factory, "released", lambda folder: release(Course(folder), sources=SOURCES)
    )
    return Course(root)


@pytest.fixture
def course(released, tmp_path):
    """A course of the test's own."""
    shutil.copytree(released.root, tmp_path / "course")
    return Course(tmp_path / "course")
