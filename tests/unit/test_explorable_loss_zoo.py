"""What is particular to the catalogue of losses."""

from collections.abc import Iterator

import numpy as np
import pytest

from lib.explorables import LossZooExplorer, StateError
from lib.explorables.loss_zoo import SPECIMENS
from lib.losses.records import RECORDS
from lib.numdiff import numerical_gradient
from tests.page_side import page_answers


def zoo(loss: str, **state: object) -> LossZooExplorer:
    start = {"loss": loss, "compare": "none", "x": SPECIMENS[loss].kind.start}
    return LossZooExplorer(**{**start, **state})


def test_every_loss_of_pytorch_is_on_show() -> None:
    """Those of the catalogue: what a fused or a composed loss computes is drawn in its chapter."""
    catalogue = {name for name, record in RECORDS.items() if "PyTorch" in record.peers}
    assert catalogue <= set(SPECIMENS)


@pytest.mark.parametrize("loss", SPECIMENS)
@pytest.mark.parametrize("label", ["positive", "negative"])
def test_the_gradient_is_the_slope_of_the_curve(loss: str, label: str) -> None:
    explorer = zoo(loss, label=label, smoothing=0.2, power="2", variance=0.7, margin=0.6)
    low, high = explorer.domain
    # Irrational steps keep clear of the kinks.
    for x in low + (high - low) * np.modf(np.arange(1, 8) * np.sqrt(2))[0]:
        slope = numerical_gradient(lambda v: float(explorer.loss_at(float(v))), x)
        assert explorer.gradient_at(float(x)) == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("loss", SPECIMENS)
def test_the_page_agrees_all_along_each_curve(loss: str) -> None:
    explorer, ours = zoo(loss), []
    low, high = explorer.domain

    def along() -> Iterator[LossZooExplorer]:
        for x in np.linspace(low, high, 41):
            for label in ("positive", "negative"):
                with explorer.hold_trait_notifications():
                    explorer.x, explorer.label, explorer.log_input = x, label, bool(x >= 0)
                ours.append([explorer.value, explorer.gradient])
                yield explorer

    for answer, expected in zip(page_answers(along(), words=False), ours, strict=True):
        shown = [float(answer["values"][key]) for key in ("value", "gradient")]
        assert shown == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_an_input_the_loss_cannot_take_gives_way_to_its_start() -> None:
    explorer = LossZooExplorer(loss="huber_loss", x=3.0)
    explorer.loss = "binary_cross_entropy"
    assert explorer.x == SPECIMENS["binary_cross_entropy"].kind.start
    explorer.x = 1.0
    assert explorer.value == 0
    explorer.loss = "cosine_embedding_loss"
    assert explorer.margin < 1


def test_only_losses_of_the_same_input_are_compared() -> None:
    explorer = LossZooExplorer(loss="huber_loss", compare="mse_loss")
    assert explorer.compare == "mse_loss"
    explorer.loss = "soft_margin_loss"
    assert explorer.compare == "none"
    explorer.compare = "soft_margin_loss"
    assert explorer.compare == "none"
    explorer.compare = "multi_margin_loss"
    assert explorer.compare == "multi_margin_loss"


def test_an_infinite_loss_is_shown_as_such() -> None:
    assert zoo("binary_cross_entropy", x=0.0).value == np.inf


def test_wrong_and_stuck() -> None:
    explorer = zoo("triplet_margin_loss", x=3.0)
    assert explorer.value == pytest.approx(3.0)
    assert explorer.gradient == 0


@pytest.mark.parametrize(
    "state",
    [{"loss": "l2_loss"}, {"x": float("nan")}, {"x": 7}, {"count": 1.5}, {"delta": 0}],
)
def test_a_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError, match=next(iter(state))):
        LossZooExplorer(**state)


@pytest.mark.parametrize("loss", SPECIMENS)
def test_the_figure_names_its_curves(loss: str) -> None:
    left, right = zoo(loss).figure().axes
    assert left.lines[0].get_label() == loss
    assert right.get_xlabel() == SPECIMENS[loss].kind.name


def test_the_description_names_the_loss() -> None:
    assert "huber_loss, of the prediction 2" in LossZooExplorer().describe()
