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
from website.contents import chapters, listed_pages
from website.kernels import environment
from website.sphinxext.plain import make_plain

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
NOTEBOOKS = ROOT / "_build" / "lab"
FIRST = "00_start.ipynb"
HIDDEN = ["__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~"]  # what Jupyter does not list itself
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


def numbered() -> dict[str, str]:
    """Return the files of the notebooks by the names of their pages, which sort as one reads.

    >>> numbered()["entropy"]
    '02_entropy.ipynb'
    """
    names = (page.rpartition("/")[2] for page in listed_pages() if page.startswith("chapters/"))
    notebooks = [
        name
        for name in names
        if is_myst_markdown_notebook((CHAPTERS / f"{name}.md").read_text(encoding="utf-8"))
    ]
    return {name: f"{number:02}_{name}.ipynb" for number, name in enumerate(notebooks, start=1)}


def start() -> nbformat.NotebookNode:
    """Return the first notebook: what there is, in order, and what needs what."""
    files = numbered()
    titles = {chapter.name: chapter.title for chapter in chapters()}
    lines = ["# Cross-Entropy: From Surprise to Training", ""]
    lines += [
        "Every chapter is a notebook. Run its cells from the top; the figures answer at once."
    ]
    part = ""
    for chapter in chapters():
        if chapter.part != part:
            part = chapter.part
            lines += ["", f"## Part {part}", ""]
        needs = ", ".join(titles[name] for name in chapter.needs)
        needed = f": needs {needs}" if needs else ": a place to start"
        lines.append(f"- [{chapter.title}]({files[chapter.name]}){needed}")
    lines += ["", "## Appendices", ""]
    for name in filter(lambda name: name not in titles, files):
        lines.append(f"- [{name.replace('_', ' ').capitalize()}]({files[name]})")
    cells = [nbformat.v4.new_markdown_cell("\n".join(lines))]
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return notebook


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook unless the reader has changed the cells of the one that is there."""
    notebook.metadata["source"] = digest(notebook)
    if path.exists():
        old = nbformat.read(path, as_version=4)
        if old.metadata.get("source") in (notebook.metadata["source"], None):
            return
        if old.metadata["source"] != digest(old):
            return
    nbformat.write(notebook, path)


def write_notebooks(folder: Path = NOTEBOOKS) -> None:
    """Write the chapters as notebooks; leave alone those whose cells the reader has changed.

    The names they had before they were numbered lead to them still, unless the system has no
    symbolic links.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = numbered()
    beside = Path(os.path.relpath(CHAPTERS, folder)).as_posix()
    write(start(), folder / FIRST)
    for name, file in files.items():
        text = (CHAPTERS / f"{name}.md").read_text(encoding="utf-8")
        notebook = jupytext.reads(text, fmt="md:myst")
        notebook.metadata.pop("jupytext", None)
        make_plain(notebook, beside + "/{}.md", files.__getitem__)
        path, before = folder / file, folder / f"{name}.ipynb"
        if before.exists() and not before.is_symlink():
            before.rename(path)
        write(notebook, path)
        with suppress(OSError):
            before.unlink(missing_ok=True)
            before.symlink_to(file)


def main() -> None:
    configure()
    switch_on()
    write_notebooks()
    os.chdir(ROOT)
    first = f"/lab/tree/{NOTEBOOKS.relative_to(ROOT).as_posix()}/{FIRST}"
    hidden = [f"{name}.ipynb" for name in numbered()]  # they open, and are not listed
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url={first}"]
    command += [f"--ContentsManager.hide_globs={HIDDEN + hidden}", *sys.argv[1:]]
    if os.name == "nt":  # there exec gives the terminal back while JupyterLab runs
        with suppress(KeyboardInterrupt):  # JupyterLab gets it too, and ends by itself
            sys.exit(subprocess.call(command, env=environment()))
    else:
        os.execve(sys.executable, command, environment())


if __name__ == "__main__":
    main()
