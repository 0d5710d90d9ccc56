"""Each chapter as a notebook to take away, without outputs, that brings `lib` along.

The site carries the library as a wheel beside the notebooks. A notebook's first cell looks for
`lib`, then for that wheel near the notebook, then on the site, then for the repository: it works
in the repository, in the unpacked archive of the site, and on Colab.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from website.sphinxext.execution import digest
from website.sphinxext.plain import make_plain
from website.sphinxext.where import Place, place

ROOT = Path(__file__).resolve().parents[2]
SETUP = (Path(__file__).parents[1] / "assets" / "notebook_setup.py").read_text(encoding="utf-8")
LEDGER = "notebooks.json"  # beside Sphinx's own memory of the pages: what each was made of


def setup_cell(where: Place, wheel: str) -> str:
    """Return the source of a notebook's first cell."""
    sources = []
    if where.base:
        sources.append(f"{where.base}notebooks/{wheel}")
    if where.source:
        sources.append(f"git+{where.source}@{where.ref}")
    return SETUP.replace('"WHEEL"', repr(wheel)).replace('["SOURCES"]', repr(sources)).strip()


def to_notebook(text: str, where: Place, wheel: str) -> nbformat.NotebookNode:
    """Return a chapter's text as a notebook without outputs, the setup cell first."""
    notebook: nbformat.NotebookNode = jupytext.reads(text, fmt="md:myst")
    notebook.metadata.pop("jupytext", None)
    make_plain(notebook, f"{where.base or '../../'}chapters/{{}}.html")
    first = nbformat.v4.new_code_cell(setup_cell(where, wheel))
    notebook.cells.insert(0, first)
    for number, cell in enumerate(notebook.cells):  # stable, so that builds can be compared
        cell["id"] = f"cell-{number}"
    return notebook


def build_wheel(out: Path, directory: Path) -> str:
    """Build the library's wheel into `directory` unless it is there; return its file name."""
    stamp = out / f"wheel-{digest([ROOT / 'lib', ROOT / 'pyproject.toml'])}"
    existing = next(directory.glob("*.whl"), None)
    if existing and stamp.exists():
        return existing.name
    for old in [*directory.glob("*.whl"), *out.glob("wheel-*")]:
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        # setuptools builds in place, so it gets a place of its own.
        tree = Path(scratch) / "tree"
        skip = shutil.ignore_patterns("__pycache__", "js")
        shutil.copytree(ROOT / "lib", tree / "lib", ignore=skip)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, tree)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", scratch]
        subprocess.run([*command, str(tree)], check=True)
        wheel = next(Path(scratch).glob("*.whl"))
        (directory / wheel.name).write_bytes(wheel.read_bytes())
    stamp.touch()
    return wheel.name


def is_notebook(env: BuildEnvironment, page: str) -> bool:
    """Say whether a page is a notebook, and so has one to download."""
    if page not in env.found_docs:
        return False
    return bool(is_myst_markdown_notebook(Path(env.doc2path(page)).read_text(encoding="utf-8")))


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    directory = Path(app.outdir) / "notebooks"
    directory.mkdir(exist_ok=True)
    wheel = build_wheel(Path(app.outdir).parent, directory)
    where = place()
    ledger = Path(app.doctreedir) / LEDGER
    before = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    after = {}
    wanted = set()
    for name in filter(lambda page: is_notebook(app.env, page), sorted(app.env.found_docs)):
        text = Path(app.env.doc2path(name)).read_text(encoding="utf-8")
        target = directory / f"{name}.ipynb"
        made_of = (text, where, wheel, jupytext.__version__, app.config.site_digest)
        after[name] = hashlib.sha256(repr(made_of).encode()).hexdigest()
        wanted.add(target)
        if target.exists() and before.get(name) == after[name]:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(to_notebook(text, where, wheel), target)
    ledger.write_text(json.dumps(after), encoding="utf-8")
    for stale in set(directory.rglob("*.ipynb")) - wanted:
        stale.unlink()


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_notebooks, priority=650)
