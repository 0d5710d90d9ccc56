"""An explorable is added to a scratch copy of the book by CONTRIBUTING's checklist."""

import sys
from collections.abc import Iterator

import pytest

from tests.faults import call, copied, make
from tests.scratch import LIBRARY, Scratch
from tests.warm import warm

CLASS = "lib/explorables/toss.py"
LIST = "lib/explorables/__init__.py"
VIEW = "lib/explorables/js/explorables/toss.js"
STATIC = "lib/explorables/static/"
FILES = {
    CLASS: '''"""The entropy of a coin, along its curve."""

from typing import Any

from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Number
from lib.figures import draw_binary_entropy, new_figure
from lib.information import binary_entropy


class TossExplorer(Explorable):
    """A coin, and the entropy of its toss.

    Parameters
    ----------
    p : the probability of heads.

    Examples
    --------
    >>> print(TossExplorer(p=0.5).entropy)
    1.0
    """

    name = "toss"
    title = "The entropy of a coin"
    prompt = "Drag the coin along the curve: the fairer it is, the more a toss tells."
    challenge = "Find a coin whose toss tells half a bit, to within a thousandth."
    solutions = [{"p": 0.11}]

    p = Number(0.25, 0, 1, step=0.01, label="Heads p")

    @Quantity("H(p)", "bits", tone="h")
    def entropy(self) -> float:
        """The entropy of a toss."""
        return float(binary_entropy(self.p, base=2))

    def figure(self) -> Any:
        figure, ax = new_figure()
        draw_binary_entropy(ax, unit="bits", point=self.p)
        return figure
''',
    VIEW: """import { curve, plot } from '../charts/plot.js';
import { along } from '../charts/points.js';
import { fixed, py } from '../kit/format.js';
import { equations, m, tone } from '../kit/mathml.js';
import { binaryEntropy } from '../math/information.js';

const bits = (p) => binaryEntropy(p) / Math.LN2;
const CURVE = curve(bits, [0, 1]);

/** @satisfies {View} */
export default {
  name: 'toss',
  derive: ({ p }) => ({ entropy: bits(p) }),

  formula({ p }, d) {
    const [heads, tails] = [tone.p(fixed(p, 2)), fixed(1 - p, 2)];
    const terms = m`= − ${heads} log₂ ${heads} − ${tails} log₂ ${tails}`;
    return equations([tone.h('H(p)'), terms, m`= ${tone.h(fixed(d.entropy, 3))}`]);
  },

  python: ({ p }) => py`
from lib.information import binary_entropy

print("entropy", binary_entropy(${p}, base=2))`,

  solved: (_, d) => Math.abs(d.entropy - 0.5) < 0.001,

  build(ui) {
    plot(ui, {
      label: 'Entropy of a toss against the probability of heads',
      x: 'p',
      y: { domain: [0, 1], label: 'entropy, bits' },
      curves: () => [{ key: 'entropy', points: CURVE, tone: 'h' }],
      drags: [along(ui, 'p', bits, { tone: 'p', letter: 'p' })],
    });
  },
};
""",
}
LISTED = [
    ("import SurpriseExplorer\n", "from lib.explorables.toss import TossExplorer\n"),
    ('    "SurpriseExplorer",\n', '    "TossExplorer",\n'),
]
#: What one mark, one chart, a formula and a challenge may cost.
MOST_LINES = 120


@pytest.fixture
def scratch(live: None) -> Iterator[Scratch]:
    with copied() as root, warm(*LIBRARY) as python:
        yield Scratch(root, python)


def add(scratch: Scratch, *names: str) -> None:
    for name in names:
        scratch.write(name, FILES[name])
    if CLASS in names:
        for before, line in LISTED:
            scratch.edit(LIST, before, before + line)


def red(scratch: Scratch) -> set[str]:
    """Return which tests fail, those of the new one and those of all."""
    chosen = "toss or same_names or fresh or own_view"
    files = ("tests/unit/test_bundles.py", "tests/unit/test_explorable_base.py", "tests/parity")
    return scratch.red("-k", chosen, *files, "lib/explorables")


def test_a_new_explorable_is_red_until_the_checklist_is_done(scratch: Scratch) -> None:
    add(scratch, VIEW, CLASS)
    scratch.edit(VIEW, "binaryEntropy(p) / Math.LN2", "binaryEntropy(p)")
    scratch.edit(CLASS, '{"p": 0.11}', '{"p": 0.12}')
    assert red(scratch) == {
        "test_the_committed_bundles_are_fresh",
        "test_a_script_holds_its_own_view_alone",
        "test_a_widget_is_one_light_module",
        "test_every_quantity_agrees_with_lib",
        "test_the_python_shown_prints_the_numbers_on_screen",
        "test_challenges_are_solved_by_the_solutions_and_not_at_first",
    }

    add(scratch, VIEW)
    scratch.edit(CLASS, '{"p": 0.12}', '{"p": 0.11}')
    make(["node", "lib/explorables/js/build.mjs"], scratch.root)
    assert red(scratch) == set()
    assert scratch.passed > 15

    touched = scratch.changed()
    by_hand = [name for name in touched if not name.startswith(STATIC)]
    assert by_hand == sorted([LIST, CLASS, VIEW])
    assert {f"{STATIC}toss.mjs", f"{STATIC}view-toss.js"} <= set(touched)
    assert scratch.added(*by_hand) <= MOST_LINES
    for formatter in (
        [sys.executable, "-m", "ruff", "format", "--check", CLASS, LIST],
        [sys.executable, "-m", "ruff", "check", CLASS, LIST],
        ["node_modules/.bin/biome", "check", VIEW],
    ):
        make(formatter, scratch.root)


@pytest.mark.stress
def test_a_new_explorable_keeps_the_page_s_contract(scratch: Scratch) -> None:
    add(scratch, VIEW)
    assert red(scratch) >= {
        "test_views_and_classes_have_the_same_names",
        "test_the_committed_bundles_are_fresh",
    }
    add(scratch, CLASS)
    make(["node", "lib/explorables/js/build.mjs"], scratch.root)
    make([sys.executable, "-m", "mypy", CLASS], scratch.root)
    make(["node_modules/.bin/tsc", "-p", "lib/explorables/js"], scratch.root)
    make(
        [sys.executable, "-m", "website.build", "--quiet", "--only", "chapters/cite"], scratch.root
    )
    site = scratch.root / "_build" / "preview" / "html"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    files = ["tests/browser/test_explorables.py", "tests/browser/test_widgets.py"]
    status, output = call([*command, "-k", "toss", *files], scratch.root, site)
    assert status == 0, output[-4000:]
    assert " 0 passed" not in output
