"""The page reads a text as ``lib`` does, character by character, however much it may see."""

import json
import subprocess

import numpy as np
import pytest

from lib.explorables import LanguageModelExplorer
from tests.page_side import ROOT, node

SCRIPT = """
import {{ assetsOf }} from '{root}/tests/parity/assets.mjs';
import view from '{root}/lib/explorables/js/explorables/language_model.js';
const come = assetsOf(['character_model', 'character_ngrams']);
const answers = {states}.map((state) => view.derive(state, null, come))
  .map(({{ costs, next, exact }}) => ({{ costs, next: next.map(({{ value }}) => value), exact }}));
console.log(JSON.stringify(answers));
"""
TEXTS = [
    "She put the lettre on the kitchen table.",
    "“Really?” – he said. It’s late…\n\nGo home, 世\U0001f600 now!",
    "The bus is late. " * 20,
]


def on_the_page(states: list[dict]) -> list[dict]:
    """Return what the page shows of states, one after the other, as a reader's hand leads there."""
    script = SCRIPT.format(root=ROOT.as_uri(), states=json.dumps(states))
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("text", TEXTS, ids=["plain", "signs", "long"])
def test_every_surprisal_agrees(text: str) -> None:
    ours = [
        LanguageModelExplorer(text=text, context=context, temperature=t, place=len(text) // 2)
        for context, t in [("all", 1), ("0", 1), ("1", 0.5), ("4", 2), ("16", 1), ("all", 0.3)]
    ]
    for explorer, page in zip(ours, on_the_page([e.state for e in ours]), strict=True):
        costs = np.array(page["costs"]) * np.log(2)
        np.testing.assert_allclose(costs, explorer.costs(), rtol=0, atol=1e-9)
        probs = np.sort(explorer.next_probs())[::-1]
        np.testing.assert_allclose(page["next"][:12], probs[:12], rtol=0, atol=1e-12)
        assert sum(page["next"]) == pytest.approx(1, abs=1e-12)


def test_a_text_that_was_edited_agrees_at_rest() -> None:
    """A key in the middle of a long text, and the next one: what was read is not in the way."""
    first = TEXTS[2]
    edits = [first, first[:40] + "x" + first[40:], first[:40] + first[44:], "Oh! " + first, ""]
    states = [LanguageModelExplorer(text=text).state for text in edits]
    for text, page in zip(edits, on_the_page(states), strict=True):
        assert page["exact"]
        costs = np.array(page["costs"]) * np.log(2)
        expected = LanguageModelExplorer(text=text).costs()
        np.testing.assert_allclose(costs, expected, rtol=0, atol=1e-9)
