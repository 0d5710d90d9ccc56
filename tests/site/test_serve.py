"""`make serve`: what counts as an edit, and what an open page does about one."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.site.test_build import SUM
from website.serve import state


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


@pytest.fixture
def served(built, tmp_path):
    """A small book while it is served: ``(tree, address)``."""
    tree = built
    tree.chapter(SUM)
    tree.write("lib/marker.py", 'MARK = "first"\n')
    with (tmp_path / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "website.serve", "--port", "0"],
            cwd=tree.root,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as job runners do
        )
    try:
        for line in process.stdout:
            if address := re.search(r"http://127\.0\.0\.1:\d+/", line):
                break
        else:
            pytest.fail((tmp_path / "errors.txt").read_text(encoding="utf-8"))
        yield tree, address[0]
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("ignored", [False, True], ids=["asked", "nohup"])
def test_a_signal_ends_it_as_ctrl_c_does(name, ignored):
    code = f"""import os, signal
from website.serve import end_when_asked
signal.signal(signal.{name}, signal.SIG_IGN if {ignored} else signal.SIG_DFL)
end_when_asked()
try: os.kill(os.getpid(), signal.{name})
except KeyboardInterrupt: print("ended")
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout, result.returncode) == ("" if ignored else "ended\n", 0)


@pytest.mark.xdist_group("build")  # whose book it goes on with
def test_an_open_page_follows_the_edits_and_outlives_a_mistake(served, new_page, tmp_path):
    tree, address = served
    page = new_page()
    page.goto(f"{address}chapters/a_sum.html")
    output = page.locator(".cell_output")
    expect(output).to_contain_text("first")

    tree.chapter(SUM.replace("# A sum", "# A second sum"))
    expect(page.locator("h1")).to_contain_text("A second sum", timeout=240_000)

    tree.write("lib/marker.py", 'MARK = "edited"\n')
    expect(output).to_contain_text("edited", timeout=240_000)

    tree.chapter(SUM.replace("# A sum", "# A third sum").replace("MARK)", "MARK / 0)"))
    errors = tmp_path / "errors.txt"
    deadline = time.monotonic() + 240
    while "TypeError" not in errors.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, "the mistake was not reported"
        time.sleep(0.2)
    expect(page.locator("h1")).to_contain_text("A second sum")
    tree.chapter(SUM.replace("# A sum", "# A fourth sum"))
    expect(page.locator("h1")).to_contain_text("A fourth sum", timeout=240_000)
    page.goto("about:blank")
