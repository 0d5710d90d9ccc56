"""Execute notebooks in kernels that no other process can keep from starting.

A kernel's TCP ports are chosen before they are bound, so two programs that start at once can choose
the same one. These kernels are reached through Unix sockets in a folder of their own instead; where
there are none (Windows), a kernel that dies before it has answered is started again.
"""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]
TRIES = 3
LONGEST = 80  # bytes: a socket's path may have about 100


def environment() -> dict[str, str]:
    """Return the environment in which kernels import `lib` from this tree, installed or not."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def connection(folder: str) -> Config:
    """Return what makes kernel managers listen in `folder`, where the system can."""
    if os.name != "posix" or len(os.fsencode(folder)) > LONGEST:
        return Config()
    return Config(
        KernelManager={
            "transport": "ipc",
            "ip": os.path.join(folder, "s"),
            "connection_file": os.path.join(folder, "k.json"),
        }
    )


def execute(
    notebook: nbformat.NotebookNode, *, cwd: Path, env: dict[str, str], timeout: int
) -> None:
    """Execute the notebook's cells in place, in a kernel of its own.

    Raises nbclient's CellExecutionError if a cell raises, its CellTimeoutError if one takes more
    than `timeout` seconds, and RuntimeError if the kernel dies.
    """
    for left in reversed(range(TRIES)):
        with tempfile.TemporaryDirectory(prefix="k-", ignore_cleanup_errors=True) as folder:
            client = NotebookClient(
                notebook,
                config=connection(folder),
                timeout=timeout,
                record_timing=False,  # times would be part of what a cache compares
                coalesce_streams=True,  # myst-nb would break a line that came in two parts
                resources={"metadata": {"path": str(cwd)}},
                shutdown_kernel="immediate",  # a cell has nothing to put away
                store_widget_state=False,  # the mount has the state; this would have the bundle
                extra_arguments=["--IPKernelApp.log_level=40"],
            )
            try:
                client.execute(env=env)
                return
            except RuntimeError:  # a kernel that died; no cell has run if it never answered
                if client.code_cells_executed or not left:
                    raise
