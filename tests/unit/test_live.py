"""What `make check` leaves out: what starts a browser, a kernel, a server, a build or a course."""

import multiprocessing
import subprocess
import sys

import pytest

COMMANDS = [
    ["/usr/bin/chromium", "--headless"],
    [sys.executable, "-m", "ipykernel_launcher"],
    [sys.executable, "-m", "website.build"],
    "jupyter lab",
]


@pytest.mark.parametrize("command", COMMANDS, ids=["browser", "kernel", "build", "server"])
def test_a_test_must_say_that_it_starts_one(command, request):
    assert request.node.get_closest_marker("live") is None
    with pytest.raises(RuntimeError, match="only a test that asks for the fixture `live`"):
        subprocess.Popen(command)


def test_a_kernel_is_one(request):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    with pytest.raises(RuntimeError, match="only a test that asks for the fixture `live`"):
        NotebookClient(new_notebook(cells=[new_code_cell("1")])).execute()


def test_so_may_be_a_process_of_its_own():
    with pytest.raises(RuntimeError, match="only a test that asks for the fixture `live`"):
        multiprocessing.get_context("spawn").Process(target=print).start()


def test_one_that_asks_for_it_is_marked_and_may(live, request):
    assert request.node.get_closest_marker("live")
    subprocess.run([sys.executable, "-c", "pass", "chromium"], check=True)


@pytest.fixture
def started(live):
    """Something that needs it."""


def test_so_is_one_that_asks_through_another_fixture(started, request):
    assert request.node.get_closest_marker("live")
