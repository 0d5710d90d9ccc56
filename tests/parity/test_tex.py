"""The TeX of a live formula, which a copy holds, says what the page shows."""

import json
import subprocess

import pytest

from lib.explorables import REGISTRY, Explorable
from tests.page_side import ROOT, node
from tests.states import random_explorables

#: Signs that KaTeX writes in another way than the page does.
ALIKE = str.maketrans({"∣": "|", "∥": "‖", "′": "'", "⁡": ""})


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
def test_a_formula_as_tex_says_what_is_shown(cls: type[Explorable]) -> None:
    explorables = list(random_explorables(cls, 40, seed=5))
    result = subprocess.run(
        [node(), str(ROOT / "tests" / "parity" / "tex.mjs")],
        input="\n".join(
            json.dumps(
                {"name": e.name, "state": e.state, "needs": [asset.name for asset in e.needs]}
            )
            for e in explorables
        ),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr[-1500:]
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    for explorable, widths in zip(explorables, answers, strict=True):
        for answer in widths:
            shown, read = (answer[key].translate(ALIKE) for key in ("shown", "read"))
            assert read == shown, f"{explorable!r}: {answer['tex'][:300]}"
            raised, raised_there = (text.translate(ALIKE) for text in answer["exponents"])
            assert raised == raised_there, f"{explorable!r}: {answer['tex'][:300]}"
            assert "undefined" not in answer["tex"].replace(r"\text{undefined}", "")
