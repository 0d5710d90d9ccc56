"""The notebooks that readers take away: whole, without outputs, and able to run where they land."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest

from tests.site.test_pages import CHAPTERS
from website.sphinxext.notebooks import setup_cell, to_notebook
from website.sphinxext.where import Place, place

RUN = """
import json, sys
source = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
for cell in source:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), globals())
import lib
print(lib.__file__)
"""


def notebooks(site: Path) -> list[Path]:
    return sorted((site / "notebooks").rglob("*.ipynb"))


def test_every_page_that_offers_a_notebook_has_one_and_it_is_valid(site):
    offered = set()
    for name in CHAPTERS:
        text = (site / name).read_text(encoding="utf-8")
        for target in re.findall(r'href="([^"]+\.ipynb)" download', text):
            offered.add(((site / name).parent / target).resolve())
    assert offered == {path.resolve() for path in notebooks(site)}
    for path in notebooks(site):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.kernelspec.name == "python3"
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert 'find_spec("lib")' in code[0].source
        assert notebook.cells[0] is code[0]
        assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_first_cell_knows_the_repository_and_the_site_if_there_are_any():
    fork = place({"GITHUB_REPOSITORY": "a/b", "GITHUB_REF_NAME": "main"})
    cell = setup_cell(fork, "book-1.0.0-py3-none-any.whl")
    assert "https://a.github.io/b/notebooks/book-1.0.0-py3-none-any.whl" in cell
    assert "git+https://github.com/a/b@main" in cell
    assert "http" not in setup_cell(Place(), "book.whl")
    compile(cell, "cell", "exec")


def test_a_chapter_becomes_a_notebook_cell_by_cell():
    head = "---\nkernelspec:\n  name: python3\n  display_name: P\n---\n\n"
    text = head + "# T\n\n```{code-cell}\n1 + 1\n```\n"
    notebook = to_notebook(text, Place(), "book.whl")
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "code"]
    assert notebook.cells[2].source == "1 + 1"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """An environment with what the notebooks need from others, and without the book's library."""
    place = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(place, with_pip=True, symlinks=True)
    python = place / "bin" / "python"
    # The packages of this environment, read-only, so that none is downloaded again; without the
    # editable install, which would make the library importable.
    here = Path(next(p for p in sys.path if p.endswith("site-packages")))
    libraries = place / "borrowed"
    libraries.mkdir()
    for entry in here.iterdir():
        if (
            not entry.name.startswith(("__editable__", "cross_entropy_book"))
            and entry.suffix != ".pth"
        ):
            (libraries / entry.name).symlink_to(entry)
    target = next((place / "lib").glob("python*/site-packages"))
    (target / "borrowed.pth").write_text(f"{libraries}\n")
    found = subprocess.run(
        [python, "-I", "-c", "import numpy, lib"], capture_output=True, text=True
    )
    assert "No module named 'lib'" in found.stderr
    return python


@pytest.mark.parametrize("name", ["chapters/cross_entropy", "chapters/information_content"])
def test_notebook_runs_from_its_first_cell_where_the_library_is_not(site, fresh, tmp_path, name):
    folder = tmp_path / "notebooks"
    shutil.copytree(site / "notebooks", folder)
    script = tmp_path / "run.py"
    script.write_text(RUN)
    notebook = folder / f"{name}.ipynb"
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    result = subprocess.run(
        [fresh, "-I", script, notebook],
        cwd=notebook.parent,
        env={**clean, "MPLBACKEND": "Agg", "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    where = Path(result.stdout.splitlines()[-1])
    assert fresh.parent.parent in where.parents, where
    assert json.loads(notebook.read_text(encoding="utf-8"))["cells"]
