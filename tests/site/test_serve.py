"""`make serve`: an edit reaches the open page, an error is shown, and its mending is noticed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.site.test_build import SUM, Tree
from website.serve import state

PATIENCE = 120_000  # milliseconds for a build on a busy machine


@pytest.fixture
def serving(tmp_path: Path):
    """A small book that is being served, the address, and a function that waits for its words."""
    tree = Tree(tmp_path)
    command = [sys.executable, "-u", "-m", "website.serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=tree.root,
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def said(pattern: str) -> re.Match[str]:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if match := re.search(pattern, line):
                return match
        pytest.fail(f"{pattern!r} was never said:\n{''.join(lines)}")

    try:
        yield tree, said(r"The book is at (\S+)")[1], said
    finally:
        process.kill()
        process.wait()


def test_an_edit_reloads_the_page_and_an_error_leaves_it(serving, page):
    tree, address, said = serving
    page.goto(f"{address}chapters/a_sum.html")
    expect(page.locator("h1")).to_contain_text("A sum")
    page.goto(f"{address}index.html")  # the first page's wait for news ends here
    page.goto(f"{address}chapters/a_sum.html")

    tree.chapter(SUM.replace("# A sum", "# A total"))
    expect(page.locator("h1")).to_contain_text("A total", timeout=PATIENCE)

    tree.chapter(SUM + "\n```{code-cell} ipython3\n1 / 0\n```\n")
    said("ZeroDivisionError")
    expect(page.locator("h1")).to_contain_text("A total")

    tree.write("lib/marker.py", 'MARK = "second"\n')
    tree.chapter(SUM)
    expect(page.locator("article")).to_contain_text("0.6931 second", timeout=PATIENCE)

    css = tree.root / "website" / "assets" / "book.css"
    css.write_text(css.read_text(encoding="utf-8") + "\nh1 { color: rgb(1, 2, 3); }\n")
    expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)", timeout=PATIENCE)


def test_what_an_editor_keeps_beside_a_file_is_no_edit(tmp_path):
    chapters = tmp_path / "chapters"
    chapters.mkdir()
    (chapters / "a.md").write_text("a")
    before = state(tmp_path)
    assert [path.name for path in before] == ["a.md"]
    for name in (".a.md.swp", "a.md~", "#a.md#"):
        (chapters / name).write_text("b")
    (chapters / ".#a.md").symlink_to("nobody@nowhere")
    assert state(tmp_path) == before
    (chapters / "a.md").write_text("longer")
    os.utime(chapters / "a.md", (1, 1))
    assert state(tmp_path) != before
