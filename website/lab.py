"""Open the chapters as notebooks in JupyterLab: `python -m website.lab`, which `make lab` runs.

The chapters are text. They are written out as notebooks in plain Markdown for the reader; a text in
`chapters` opens as a notebook by a double-click too, to be edited. The settings that make it do so,
and that keep explorables in a saved notebook, are written into the environment, not into the
reader's own configuration.
"""

import hashlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import jupytext
import nbformat
from myst_nb.core.read import is_myst_markdown_notebook

from lib.explorables.export import switch_on
from website.kernels import environment
from website.sphinxext.plain import make_plain

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "_build" / "lab"
SETTINGS = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
DOCUMENTS = "@jupyterlab/docmanager-extension:plugin"
NEWS = "@jupyterlab/apputils-extension:notification"
WIDGETS = "@jupyter-widgets/jupyterlab-manager:plugin"


def configure(path: Path = SETTINGS) -> None:
    """Make JupyterLab open text notebooks and save widgets, keeping other settings.

    Without saved widgets a notebook that is opened again says "model not found" where an explorable
    was, until its cells are run. Nor does JupyterLab ask other hosts for news and newer versions.
    """
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    settings.setdefault(WIDGETS, {})["saveState"] = True
    settings.setdefault(NEWS, {}).update({"checkForUpdates": False, "fetchNews": "false"})
    viewers = settings.setdefault(DOCUMENTS, {}).setdefault("defaultViewers", {})
    viewers.update({"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def digest(notebook: nbformat.NotebookNode) -> str:
    sources = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def write_notebooks(folder: Path = NOTEBOOKS) -> None:
    """Write the chapters as notebooks; leave alone those whose cells the reader has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        text = chapter.read_text(encoding="utf-8")
        if not is_myst_markdown_notebook(text):
            continue
        notebook = jupytext.reads(text, fmt="md:myst")
        notebook.metadata.pop("jupytext", None)
        beside = Path(os.path.relpath(ROOT / "chapters", folder)).as_posix()
        make_plain(notebook, beside + "/{}.md")
        notebook.metadata["source"] = digest(notebook)
        path = folder / f"{chapter.stem}.ipynb"
        if path.exists():
            old = nbformat.read(path, as_version=4)
            if old.metadata.get("source") in (notebook.metadata["source"], None):
                continue
            if old.metadata["source"] != digest(old):
                continue
        nbformat.write(notebook, path)


def main() -> None:
    configure()
    switch_on()
    write_notebooks()
    os.chdir(ROOT)
    first = f"/lab/tree/{NOTEBOOKS.relative_to(ROOT).as_posix()}/information_content.ipynb"
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url={first}", *sys.argv[1:]]
    if os.name == "nt":  # there exec gives the terminal back while JupyterLab runs
        with suppress(KeyboardInterrupt):  # JupyterLab gets it too, and ends by itself
            sys.exit(subprocess.call(command, env=environment()))
    else:
        os.execve(sys.executable, command, environment())


if __name__ == "__main__":
    main()
