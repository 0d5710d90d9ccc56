"""`make lab` writes the chapters as notebooks, and keeps what the reader made of them."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager

from website.contents import chapters
from website.lab import CHAPTERS, FIRST, HIDDEN, digest, numbered, write_notebooks

pytestmark = pytest.mark.xdist_group("lab")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebooks(folder)
    return folder


@pytest.fixture
def written(made: Path, tmp_path: Path) -> Path:
    """A folder with the book's notebooks, made once and copied, that a test may change.

    It is as deep as the first: their links lead to the book from where they are.
    """
    return Path(shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True))


def test_the_chapters_become_notebooks_and_a_changed_one_stays(written: Path) -> None:
    path = written / "02_entropy.ipynb"
    fresh = nbformat.read(path, as_version=4)
    nbformat.validate(fresh)
    prose = "\n".join(cell.source for cell in fresh.cells if cell.cell_type == "markdown")
    assert "glossary.md#entropy" in prose
    assert "](01_information_content.ipynb)" in prose
    assert "{cite" not in prose

    run = nbformat.read(path, as_version=4)
    run.cells[1].execution_count = 1
    nbformat.write(run, path)
    write_notebooks(written)
    assert nbformat.read(path, as_version=4).cells[1].execution_count == 1, "outputs are kept"

    changed = nbformat.read(path, as_version=4)
    changed.cells[1].source = "mine"
    nbformat.write(changed, path)
    write_notebooks(written)
    assert nbformat.read(path, as_version=4).cells[1].source == "mine"


def test_a_notebook_of_an_older_chapter_is_renewed(written: Path) -> None:
    path = written / "02_entropy.ipynb"
    now = path.read_text(encoding="utf-8")
    older = nbformat.read(path, as_version=4)
    older.cells[0].source = "# An older text"
    older.metadata["source"] = digest(older)
    nbformat.write(older, path)
    write_notebooks(written)
    assert "An older text" not in path.read_text(encoding="utf-8")
    assert len(nbformat.read(path, as_version=4).cells) == len(nbformat.reads(now, 4).cells)


def test_a_notebook_of_an_older_chapter_that_a_reader_changed_stays(written: Path) -> None:
    path = written / "02_entropy.ipynb"
    older = nbformat.read(path, as_version=4)
    older.cells[0].source = "# An older text"
    older.metadata["source"] = digest(older)
    older.cells[1].source = "mine"
    nbformat.write(older, path)
    write_notebooks(written)
    kept = nbformat.read(path, as_version=4).cells
    assert [kept[0].source, kept[1].source] == ["# An older text", "mine"]


def test_the_list_of_files_is_the_order_of_reading(written: Path) -> None:
    hidden = [*HIDDEN, *(f"{name}.ipynb" for name in numbered())]
    contents = LargeFileManager(root_dir=str(written), hide_globs=hidden)
    listed = sorted(entry["name"] for entry in contents.get("")["content"])
    assert listed[0] == FIRST
    read = [name.partition("_")[2].removesuffix(".ipynb") for name in listed[1:]]
    assert read[: len(chapters())] == [chapter.name for chapter in chapters()]
    start = nbformat.read(written / FIRST, as_version=4).cells[0].source
    for file in listed[1:]:
        assert f"({file})" in start
    old = contents.get("entropy.ipynb")["content"]
    assert old == contents.get("02_entropy.ipynb")["content"], "an old link opens it still"


def test_what_a_reader_made_of_a_notebook_gets_its_new_name(written: Path) -> None:
    (written / "entropy.ipynb").unlink()
    mine = nbformat.read(written / "02_entropy.ipynb", as_version=4)
    mine.cells[1].source = "mine"
    (written / "02_entropy.ipynb").unlink()
    nbformat.write(mine, written / "entropy.ipynb")
    write_notebooks(written)
    assert nbformat.read(written / "02_entropy.ipynb", as_version=4).cells[1].source == "mine"
    assert (written / "entropy.ipynb").is_symlink()


def test_scripts_of_the_environment_are_no_modules_of_the_book() -> None:
    """Node takes `.venv`'s scripts for what the package.json above them says: JupyterLab's yarn."""
    assert "type" not in json.loads((CHAPTERS.parent / "package.json").read_text(encoding="utf-8"))
