"""What is particular to the hinge explorable."""

import numpy as np
import pytest

from lib.explorables import HingeExplorer, StateError
from lib.numdiff import numerical_gradient


def test_the_chapters_examples() -> None:
    bird = HingeExplorer(right_score=10, wrong_scores=[9, 9])
    assert bird.hinge == 0
    assert bird.hinge_slope == 0
    assert bird.cross_entropy == pytest.approx(0.5514, abs=5e-5)
    assert bird.probability == pytest.approx(0.5761, abs=5e-5)
    opening = HingeExplorer()
    assert opening.hinge == pytest.approx(2.9)
    assert opening.cross_entropy == pytest.approx(2.0404, abs=5e-5)


def test_variants_of_the_hinge_loss() -> None:
    values = {
        variant: HingeExplorer(right_score=0, wrong_scores=[2, 1], variant=variant).hinge
        for variant in ("weston_watkins", "crammer_singer", "multi_margin")
    }
    assert values == pytest.approx(
        {"weston_watkins": 5, "crammer_singer": 3, "multi_margin": 5 / 3}
    )


@pytest.mark.parametrize("quantity", ["hinge", "cross_entropy"])
@pytest.mark.parametrize("variant", ["weston_watkins", "crammer_singer", "multi_margin"])
def test_the_slope_is_the_length_of_the_gradient_on_the_plane(quantity: str, variant: str) -> None:
    explorer = HingeExplorer(variant=variant, wrong_scores=[5.0, 3.9])

    def loss(wrong: np.ndarray) -> float:
        explorer.wrong_scores = list(wrong)
        return getattr(explorer, quantity)

    slope = getattr(explorer, f"{quantity}_slope")
    assert slope == pytest.approx(np.linalg.norm(numerical_gradient(loss, [5.0, 3.9])), rel=1e-6)


@pytest.mark.parametrize(
    "state",
    [
        {"wrong_scores": [1.0]},
        {"wrong_scores": [1.0, float("nan")]},
        {"right_score": 13},
        {"margin": -0.1},
        {"variant": "squared"},
        {"view": "4-D"},
    ],
)
def test_a_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError, match=next(iter(state))):
        HingeExplorer(**state)


def test_the_figure_marks_the_state() -> None:
    figure = HingeExplorer(right_score=2, wrong_scores=[1, -3]).figure()
    assert [ax.get_title(loc="left")[:5] for ax in figure.axes] == ["Hinge", "Cross"]
    for ax in figure.axes:
        assert ax.lines[-1].get_xydata().tolist() == [[1, -3]]
