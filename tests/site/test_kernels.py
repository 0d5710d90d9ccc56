"""Kernels start however many others do; one that dies before it answers is started again."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from website import kernels
from website.sphinxext.execution import ONE_THREAD, Chapter, execute

pytestmark = pytest.mark.usefixtures("live")

KERNELS = 200
AT_ONCE = 8


def run(source: str, folder: Path) -> nbformat.NotebookNode:
    """Execute a notebook of one cell in `folder` and return it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    kernels.execute(notebook, cwd=folder, env=dict(os.environ), timeout=120)
    return notebook


def printed(notebook: nbformat.NotebookNode) -> str:
    return notebook.cells[0].outputs[0].text


def test_a_kernel_is_reached_without_ports(tmp_path: Path) -> None:
    code = "from ipykernel.kernelapp import IPKernelApp as App; print(App.instance().transport)"
    assert printed(run(code, tmp_path)) == "ipc\n"


def test_a_line_that_comes_in_parts_is_one(tmp_path: Path) -> None:
    code = "import time\nprint('a', end=' ', flush=True)\ntime.sleep(1)\nprint('line')\nprint(2)"
    outputs = run(code, tmp_path).cells[0].outputs
    assert [output.text for output in outputs] == ["a line\n2\n"]


def test_a_chapter_is_computed_in_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else as many kernels as there are processors would have as many threads each."""
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "2")
    code = (
        "import numpy, threadpoolctl\n"
        "print([one['num_threads'] for one in threadpoolctl.threadpool_info()])"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    assert execute(Chapter(tmp_path / "a.md", notebook), 120) is None
    assert printed(notebook) == "[1]\n"


def test_where_a_path_is_too_long_for_a_socket_there_are_ports(tmp_path: Path) -> None:
    assert kernels.connection(str(tmp_path))["KernelManager"]["transport"] == "ipc"
    assert not kernels.connection("/" + "long/" * 20)


def test_a_kernel_that_dies_before_it_answers_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, deaths = [], kernels.TRIES - 1
    original = NotebookClient.async_start_new_kernel_client

    async def dies_twice(client: NotebookClient) -> object:
        starts.append(client)
        if len(starts) <= deaths:
            await client.km.shutdown_kernel(now=True)
        return await original(client)

    monkeypatch.setattr(NotebookClient, "async_start_new_kernel_client", dies_twice)
    assert printed(run("print('ran')", tmp_path)) == "ran\n"
    assert len(starts) == kernels.TRIES
    starts.clear()
    deaths = kernels.TRIES
    with pytest.raises(RuntimeError, match="died"):
        run("print('never')", tmp_path)


def test_a_kernel_that_a_cell_kills_is_not_started_again(tmp_path: Path) -> None:
    with pytest.raises(DeadKernelError):
        run("open('runs', 'a').write('x'); import os; os._exit(1)", tmp_path)
    assert (tmp_path / "runs").read_text() == "x"
    with pytest.raises(CellExecutionError):
        run("open('runs', 'a').write('y'); raise RuntimeError", tmp_path)
    assert (tmp_path / "runs").read_text() == "xy"


@pytest.mark.stress
def test_200_kernels_start_8_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = pool.map(lambda n: printed(run(f"print({n})", tmp_path)), range(KERNELS))
        assert [int(number) for number in numbers] == list(range(KERNELS))
