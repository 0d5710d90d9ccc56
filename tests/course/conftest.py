"""Courses to test with: real nbgrader courses, made once and copied."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from course.layout import Course
from course.release import release
from course.sandbox import bwrap_works

SOURCES = Path(__file__).parent / "assignments"


def install(*packages):
    """Install Debian packages where this may be done; say what to do where it may not."""
    if shutil.which("apt-get") is None or os.getuid() != 0:
        pytest.fail(
            f"These tests need the packages {', '.join(packages)}: install them and repeat."
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=environment, capture_output=True, text=True
        )
        if done.returncode:
            pytest.fail(f"apt-get {' '.join(command)} failed:\n{done.stderr[-2000:]}")


@pytest.fixture(scope="session")
def sandbox():
    """Bubblewrap, installed if need be."""
    if not bwrap_works():
        install("bubblewrap")
        bwrap_works.cache_clear()
    assert bwrap_works(), "bubblewrap is installed, but may not create sandboxes here"


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A course with the two small assignments released; copy it, do not change it."""
    course = Course(tmp_path_factory.mktemp("released"))
    release(course, sources=SOURCES)
    return course


@pytest.fixture
def course(released, tmp_path):
    """A course of the test's own."""
    shutil.copytree(released.root, tmp_path / "course")
    return Course(tmp_path / "course")
