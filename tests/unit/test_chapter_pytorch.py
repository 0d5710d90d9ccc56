"""The PyTorch that the chapters show but do not run gives the numbers that they print beside it."""

import contextlib
import io
import re
from pathlib import Path

import pytest
import torch

CHAPTERS = Path(__file__).parents[2] / "chapters"
FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<kind>\{code-cell\} ipython3|python)\n(?P<body>.*?)^(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)
SHOWN = re.compile(r"^print\(.*\)\s+# (?P<output>.+)$", re.MULTILINE)
SHOWS_TORCH = sorted(
    path.stem
    for path in CHAPTERS.glob("*.md")
    if any(
        fence["kind"] == "python" and "torch" in fence["body"]
        for fence in FENCE.finditer(path.read_text(encoding="utf-8"))
    )
)


def run(code: str, namespace: dict) -> list[str]:
    """Run a cell without its display settings; return the lines that it prints."""
    code = re.sub(
        r"\A(?:---\n.*?^---\n|(?::[\w-]+:[^\n]*\n)+)", "", code, flags=re.MULTILINE | re.DOTALL
    )
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, "chapter", "exec"), namespace)
    return output.getvalue().splitlines()


@pytest.mark.parametrize("chapter", SHOWS_TORCH)
def test_the_output_beside_each_call(chapter: str) -> None:
    """Cells and PyTorch run in the order of the page; a PyTorch block repeats the cell's output."""
    namespace: dict = {}
    before: list[str] = []
    compared = 0
    fences = list(FENCE.finditer((CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")))
    while fences[-1]["kind"] != "python":  # nothing is compared with what runs behind the last
        fences.pop()
    for fence in fences:
        lines = run(fence["body"], namespace)
        if fence["kind"] != "python":
            before = lines
            continue
        shown = [match["output"] for match in SHOWN.finditer(fence["body"])]
        assert lines == shown, fence["body"]
        if chapter == "catalogue" and lines:
            assert lines == before, f"lib prints {before} for\n{fence['body']}"
            compared += 1
    if chapter == "catalogue":
        assert compared >= 20


def test_the_version_that_the_catalogue_names() -> None:
    version = ".".join(torch.__version__.split(".")[:2])
    text = (CHAPTERS / "catalogue.md").read_text(encoding="utf-8")
    assert f"PyTorch {version}" in text
