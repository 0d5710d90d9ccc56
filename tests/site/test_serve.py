"""`make serve`: what counts as an edit."""

import os

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
