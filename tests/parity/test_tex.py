"""The TeX of a live formula, which a copy holds, says what the page shows."""

from collections.abc import Iterator
from typing import Any

import pytest

from lib.explorables import REGISTRY, Explorable
from tests.page_side import answers
from tests.states import moved

#: Signs that KaTeX writes in another way than the page does.
ALIKE = str.maketrans({"∣": "|", "∥": "‖", "′": "'", "⁡": ""})


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
def test_a_formula_as_tex_says_what_is_shown(cls: type[Explorable]) -> None:
    states = []

    def questions() -> Iterator[dict[str, Any]]:
        for e in moved(cls, 40, seed=5):
            states.append(repr(e))
            yield {"name": e.name, "state": e.state, "needs": [asset.name for asset in e.needs]}

    for state, widths in zip(states, answers("tex.mjs", questions()), strict=True):
        for answer in widths:
            shown, read = (answer[key].translate(ALIKE) for key in ("shown", "read"))
            assert read == shown, f"{state}: {answer['tex'][:300]}"
            raised, raised_there = (text.translate(ALIKE) for text in answer["exponents"])
            assert raised == raised_there, f"{state}: {answer['tex'][:300]}"
            assert "undefined" not in answer["tex"].replace(r"\text{undefined}", "")
