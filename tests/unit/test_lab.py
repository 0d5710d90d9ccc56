"""`make lab` writes the chapters as notebooks, and keeps what the reader made of them."""

from pathlib import Path

import nbformat

from website.lab import digest, write_notebooks


def test_the_chapters_become_notebooks_and_a_changed_one_stays(tmp_path: Path) -> None:
    write_notebooks(tmp_path)
    path = tmp_path / "entropy.ipynb"
    fresh = nbformat.read(path, as_version=4)
    nbformat.validate(fresh)
    prose = "\n".join(cell.source for cell in fresh.cells if cell.cell_type == "markdown")
    assert "glossary.md#entropy" in prose
    assert "](information_content.ipynb)" in prose
    assert "{cite" not in prose

    run = nbformat.read(path, as_version=4)
    run.cells[1].execution_count = 1
    nbformat.write(run, path)
    write_notebooks(tmp_path)
    assert nbformat.read(path, as_version=4).cells[1].execution_count == 1, "outputs are kept"

    changed = nbformat.read(path, as_version=4)
    changed.cells[1].source = "mine"
    nbformat.write(changed, path)
    write_notebooks(tmp_path)
    assert nbformat.read(path, as_version=4).cells[1].source == "mine"


def test_a_notebook_of_an_older_chapter_is_renewed(tmp_path: Path) -> None:
    write_notebooks(tmp_path)
    path = tmp_path / "entropy.ipynb"
    now = path.read_text(encoding="utf-8")
    older = nbformat.read(path, as_version=4)
    older.cells[0].source = "# An older text"
    older.metadata["source"] = digest(older)
    nbformat.write(older, path)
    write_notebooks(tmp_path)
    assert "An older text" not in path.read_text(encoding="utf-8")
    assert len(nbformat.read(path, as_version=4).cells) == len(nbformat.reads(now, 4).cells)
