"""The precision explorable: where a type loses a loss, and where its slope."""

import math

import pytest

from lib.explorables import PrecisionExplorer
from lib.figures.precision import FORMULA_NAMES
from lib.precision import FORMULAS

LOST = {  # by PyTorch too, in float32: test_lib_precision.py
    ("loss", "right"): {"softmax": 16.64, "logsumexp": 14.44, "log_softmax": 16.64},
    ("loss", "wrong"): {"softmax": 103.98, "epsilon": math.inf, "logsumexp": math.inf},
    ("slope", "right"): {"softmax": 16.64, "softplus": 103.98},
    ("slope", "wrong"): {"softmax": 88.73, "epsilon": 103.98, "softplus": math.inf},
}


def test_every_formula_is_shown_by_its_name() -> None:
    assert tuple(FORMULA_NAMES) == FORMULAS
    assert [key for key in PrecisionExplorer.quantities if key in FORMULAS] == list(FORMULAS)


@pytest.mark.parametrize(("view", "answer"), LOST)
def test_where_float32_has_nothing_left(view: str, answer: str) -> None:
    for formula, margin in LOST[view, answer].items():
        explorer = PrecisionExplorer(view=view, answer=answer, formula=formula, dtype="float32")
        assert explorer.gone == margin, formula
        if math.isinf(margin):
            assert "lost at no margin" in explorer.describe()
            continue
        explorer.margin = margin
        value = getattr(explorer, formula)
        assert value == 0 or not math.isfinite(value)
        explorer.margin = margin - 0.01
        assert 0 < abs(getattr(explorer, formula)) < math.inf


def test_a_wrong_answer_is_worth_its_margin_and_an_epsilon_cuts_it() -> None:
    explorer = PrecisionExplorer(answer="wrong", margin=60, dtype="float32", formula="epsilon")
    assert explorer.exact == pytest.approx(60)
    assert explorer.epsilon == pytest.approx(-math.log(1e-8))
    explorer.view = "slope"
    assert explorer.exact == pytest.approx(-1)
    assert -1e-15 < explorer.epsilon < 0
    assert explorer.digits == pytest.approx(0)


def test_more_bits_are_more_digits() -> None:
    digits = [
        PrecisionExplorer(margin=1.3, dtype=dtype, formula="softplus").digits
        for dtype in ("float8_e4m3fn", "bfloat16", "float16", "float32")
    ]
    assert digits == sorted(digits)
    assert digits[0] < 1.5 < 6.5 < digits[-1]
