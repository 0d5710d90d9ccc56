"""A real JupyterLab, or Notebook 7, on the loopback, and a page that drives it."""

import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jupytext
from playwright.sync_api import Locator, Page

from website.kernels import environment
from website.lab import DOCUMENTS, configure

ROOT = Path(__file__).resolve().parents[2]
SERIAL = itertools.count()

#: The programs, as Python's modules, and what their options call them.
PROGRAMS = {"jupyterlab": "LabApp", "notebook": "JupyterNotebookApp"}

# The indicator in the toolbar says "idle" before the page has a kernel. What is run then is lost.
ANSWERING = """async () => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    await context?.ready;
    const kernel = context?.session?.kernel;
    await kernel?.info;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
DIRTY = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"

OPEN = """async path => {
    const { commands } = window.jupyterapp;
    await commands.execute('docmanager:save-all');
    await commands.execute('application:close-all');
    await commands.execute('docmanager:open', { path });
}"""
# Widgets send the kernel their state, and hold back the next one until it has answered.
ANSWERED = """async () => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    for (let count = -1, sent = []; count !== sent.length;) {
        count = sent.length;
        sent = [...kernel._futures.values()];
        await Promise.allSettled(sent.map(({ done }) => done));
    }
}"""


class Lab:
    """A running server: its address, and requests to its REST interface."""

    def __init__(self, address: str, token: str, program: str) -> None:
        self.address, self.token, self.program = address, token, program

    def page(self, notebook: str) -> str:
        """Return the address at which a notebook opens."""
        if self.program == "notebook":
            return f"{self.address}notebooks/{notebook}?token={self.token}"
        # A workspace of its own: else tabs that earlier notebooks left open would come back.
        workspace = f"lab/workspaces/{Path(notebook).stem}-{next(SERIAL)}"
        return f"{self.address}{workspace}/tree/{notebook}?token={self.token}"

    def request(self, path: str, method: str = "GET", body: object = None) -> object:
        request = urllib.request.Request(
            f"{self.address}api/{path}?token={self.token}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def start_kernel(self, notebook: str) -> None:
        """Start the kernel that a notebook, opened later, finds running.

        On a busy machine JupyterLab may open a notebook before it has heard which kernels there
        are, and then asks the reader to select one.
        """
        session = {"path": notebook, "name": notebook, "type": "notebook"}
        self.request("sessions", "POST", {**session, "kernel": {"name": "python3"}})

    def shut_down_kernel(self, notebook: str) -> None:
        (session,) = (s for s in self.request("sessions") if s["path"] == notebook)
        self.request(f"sessions/{session['id']}", "DELETE")


@contextmanager
def running_lab(folder: Path, settings: Path, program: str = "jupyterlab") -> Iterator[Lab]:
    """Start one of `PROGRAMS` in ``folder``, configured as `make lab` does, on a free port."""
    # What is saved is what a test saves, however long it takes on a busy machine.
    overrides = settings / "overrides.json"
    settings.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps({DOCUMENTS: {"autosave": False}}), encoding="utf-8")
    configure(overrides)
    command = [
        *(sys.executable, "-m", program, "--no-browser", "--allow-root"),
        *(
            "--port=0",
            "--expose-app-in-browser",
            f"--ServerApp.root_dir={folder}",
            "--IdentityProvider.token=book",
            "--KernelManager.transport=ipc",
        ),
        f"--{PROGRAMS[program]}.app_settings_dir={settings}",
        f"--{PROGRAMS[program]}.workspaces_dir={settings / 'workspaces'}",
        f"--{PROGRAMS[program]}.user_settings_dir={settings / 'user'}",
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': False}",
    ]
    # The kernels' sockets are there too, and a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as runtime:
        with (settings / "lab.log").open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**environment(), "JUPYTER_RUNTIME_DIR": runtime},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            found = address(Path(runtime), process, "book", settings / "lab.log")
            yield Lab(found, "book", program)
        finally:
            process.kill()  # Asked to stop, it may wait for connections of pages that are gone.
            process.wait()


def address(
    runtime: Path, process: subprocess.Popen, token: str, log: Path, patience: float = 240
) -> str:
    """Return the address of a Jupyter server, which has chosen its port itself, once it answers.

    Parameters
    ----------
    runtime
        The folder `JUPYTER_RUNTIME_DIR` of this server and of no other.
    log
        What the error quotes if it does not answer for `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            with suppress(ValueError, urllib.error.URLError, ConnectionError):  # half written, or
                found = f"http://127.0.0.1:{json.loads(file.read_text())['port']}/"  # not yet there
                urllib.request.urlopen(f"{found}api?token={token}", timeout=2).close()
                return found
        threading.Event().wait(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


def notebook_from(chapter: Path, folder: Path) -> Path:
    """Write a chapter as a notebook without outputs, as the site offers it."""
    path = folder / f"{chapter.stem}.ipynb"
    jupytext.write(jupytext.read(chapter), path)
    return path


class Notebook:
    """A notebook open in JupyterLab, or in Notebook 7.

    A page that has JupyterLab already closes what is open there instead of starting anew, which
    takes longer than most tests, unless the notebook is to come into a page that knows nothing.
    """

    def __init__(self, page: Page, lab: Lab, path: Path, *, anew: bool = False) -> None:
        self.page, self.lab = page, lab
        lab.start_kernel(path.name)
        if page.url.startswith(f"{lab.address}lab/") and not anew:
            page.evaluate(OPEN, path.name)
        else:
            page.goto(lab.page(path.name))
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        page.wait_for_function(ANSWERING, timeout=90_000)

    def run_all(self) -> None:
        """Run every cell and wait until each has its number."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(
            """() => {
                const cells = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
                return cells.length && cells.every(p => /\\[\\d+\\]/.test(p.textContent));
            }""",
            timeout=120_000,
        )

    def run_in_cell(self, index: int, code: str) -> Locator:
        """Type code into a cell, the last for -1; run it, and return its outputs.

        What the page has told the kernel before, it knows by then.
        """
        self.page.evaluate(ANSWERED)
        cell = self.page.locator(".jp-CodeCell").nth(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        before = cell.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            """([cell, before]) => { const text = cell.querySelector('.jp-InputPrompt').textContent;
                 return text !== before && /\\[\\d+\\]/.test(text); }""",
            arg=[cell.element_handle(), before],
            timeout=60_000,
        )
        return cell.locator(".jp-OutputArea-output")

    def printed(self, code: str) -> str:
        """Return what code prints that is run in the last cell."""
        return self.run_in_cell(-1, code).first.inner_text()

    def explorables(self, name: str = "") -> Locator:
        kind = f'="{name}"' if name else ""
        return self.page.locator(f".jp-OutputArea-output [data-explorable{kind}][data-ready]")

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function(f"() => !({DIRTY})()")
