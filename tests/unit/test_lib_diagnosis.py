"""Where a loss stands for a reason, and what each fault does to a run."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy, cross_entropy, nll_loss

from lib.diagnosis import (
    FAULTS,
    LearningCurves,
    hidden_fault,
    loss_landmarks,
    nearest_landmarks,
    train_with_fault,
)


def least(classes: int, **options: float) -> float:
    """Return the least loss that PyTorch gives to a sure and right answer."""
    scores = torch.zeros((1, classes), dtype=torch.float64)
    scores[0, 0] = 1.0
    return float(cross_entropy(scores, torch.tensor([0]), **options))


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
def test_landmarks_are_what_pytorch_prints(classes: int) -> None:
    marks = loss_landmarks(classes, label_smoothing=0.1, batch_size=8)
    nothing = torch.zeros((8, classes), dtype=torch.float64)
    labels = torch.zeros(8, dtype=torch.long)
    assert marks["uniform"] == pytest.approx(float(cross_entropy(nothing, labels)))
    assert marks["sum"] == pytest.approx(float(cross_entropy(nothing, labels, reduction="sum")))
    assert marks["softmax_twice"] == pytest.approx(least(classes))
    smooth = torch.full((1, classes), 0.1 / classes, dtype=torch.float64)
    smooth[0, 0] += 0.9
    at_best = float(cross_entropy(torch.log(smooth), labels[:1], label_smoothing=0.1))
    assert marks["smoothing"] == pytest.approx(at_best)
    assert marks["probabilities"] == pytest.approx(float(nll_loss(nothing.softmax(-1), labels)))
    assert marks["sure"] == float(nll_loss(torch.eye(2)[:1], labels[:1]))
    wrong = torch.tensor(0.0, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64)
    assert marks["below_100"] == float(binary_cross_entropy(*wrong))
    assert marks["base_10"] == pytest.approx(math.log10(classes))
    assert marks["base_2"] == pytest.approx(math.log2(classes))


def test_shares_of_some_classes_leave_the_rest_to_the_others() -> None:
    def frequencies(classes: int, shares: list[float]) -> float:
        return loss_landmarks(classes, shares=shares)["frequencies"]

    assert frequencies(10, [0.1]) == pytest.approx(math.log(10))
    assert frequencies(2, [1.0]) == 0
    spread = np.array([0.5, 0.3, 0.1, 0.05, 0.05])
    assert frequencies(5, [0.5, 0.3, 0.1]) == pytest.approx(-spread @ np.log(spread))
    assert "frequencies" not in loss_landmarks(3)
    assert "smoothing" not in loss_landmarks(3)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((1,), {}),
        ((3,), {"label_smoothing": 1.5}),
        ((3,), {"batch_size": 0}),
        ((3,), {"shares": [0.2, 0.3, 0.5]}),
        ((3,), {"shares": [0.8, 0.8]}),
        ((3,), {"shares": [-0.1]}),
    ],
)
def test_what_makes_no_landmarks_is_refused(arguments: tuple, options: dict) -> None:
    with pytest.raises(ValueError, match="must"):
        loss_landmarks(*arguments, **options)


def test_near_is_meant_as_a_ratio_and_around_0_as_a_difference() -> None:
    marks = {"one": 1.0, "hundred": 100.0, "zero": 0.0, "minus": -1.0}
    assert list(nearest_landmarks(15.0, marks)) == ["hundred"]
    assert list(nearest_landmarks(8.0, marks)) == ["one"]
    assert list(nearest_landmarks(-0.1, marks, count=2)) == ["zero", "minus"]
    assert nearest_landmarks(1e9, marks, count=9).keys() == marks.keys()
    with pytest.raises(ValueError, match="loss must"):
        nearest_landmarks(math.nan, marks)


def test_within_a_share_only_and_0_within_rounding() -> None:
    marks = loss_landmarks(10, batch_size=32)

    def near(loss: float) -> list[str]:
        return list(nearest_landmarks(loss, marks, count=3, within=0.02))

    assert near(2.31) == near(2.26) == near(2.34) == ["uniform"]
    assert near(2.25) == near(2.4) == near(7) == near(0.008) == near(-3) == []
    assert near(0.0004) == ["zero"]
    assert near(15.95) == ["below_eps_float32", "below_1e-7"]
    rounded = [
        list(nearest_landmarks(x, marks, within=0.003)) for x in (2.3, 2.30, 2.31, 1.46, 0.69)
    ]
    assert rounded == [["uniform"], ["uniform"], [], ["softmax_twice"], ["half"]]
    assert nearest_landmarks(0.69, marks, within=0) == {"half": math.log(2)}
    assert nearest_landmarks(0.7, marks, within=0) == {}  # a tenth says too little
    with pytest.raises(ValueError, match="within must"):
        nearest_landmarks(1, marks, within=-0.1)


def test_a_landmark_has_one_name_alone() -> None:
    for classes in (2, 3):
        marks = loss_landmarks(classes)
        assert len(set(marks.values())) == len(marks)


def test_a_softmax_over_one_unit_costs_half_of_what_a_cut_label_0_does() -> None:
    cut = torch.full((2,), 1 - 1e-7)  # in 32 bits
    half = float(binary_cross_entropy(cut, torch.tensor([0.0, 1.0])))
    assert loss_landmarks(2)["single_unit"] == pytest.approx(half, abs=1e-6)


def test_keras_2_adds_its_small_number_twice() -> None:
    clipped = torch.tensor(0.0).clamp(1e-7, 1 - 1e-7)  # as its binary loss does, in 32 bits
    twice = float(-(clipped + 1e-7).log())
    assert loss_landmarks(2)["below_2e-7"] == pytest.approx(twice, abs=1e-6)


def test_nine_cases_in_a_row_have_nine_kinds() -> None:
    for first in (1, 10, 190):
        assert sorted(map(hidden_fault, range(first, first + 9))) == sorted(FAULTS)
    assert len({tuple(map(hidden_fault, range(k, k + 9))) for k in range(1, 190, 9)}) > 10
    with pytest.raises(ValueError, match="case must"):
        hidden_fault(0)


@pytest.fixture(scope="module")
def runs() -> dict[str, list[LearningCurves]]:
    """Return three runs of each kind."""
    return {
        fault: [train_with_fault(fault, case=case, epochs=25) for case in (1, 50, 150)]
        for fault in FAULTS
    }


CHANCE = math.log(4)
#: What each fault looks like, in each of its runs.
LOOKS = {
    "healthy": lambda r: (
        0.2 < r.training_loss[-1] < 0.45 and abs(r.validation_loss[-1] - r.attainable) < 0.15
    ),
    "rate_too_large": lambda r: (
        r.training_loss[1:].min() > CHANCE and np.abs(np.diff(r.validation_loss[1:])).max() > 2
    ),
    "rate_too_small": lambda r: (
        (np.diff(r.training_loss[1:]) < 0).all()
        and 2 * r.attainable < r.training_loss[-1] < 0.9 * CHANCE
        and r.validation_accuracy[-1] < 0.75
    ),
    "shuffled_labels": lambda r: (
        0.9 * CHANCE < r.training_loss[-1] < CHANCE and r.validation_accuracy[-1] < 0.4
    ),
    "leak": lambda r: max(r.training_loss[-1], r.validation_loss[-1]) < 0.6 * r.attainable,
    "softmax_twice": lambda r: (
        math.log(math.e + 3) - 1 < min(r.training_loss.min(), r.validation_loss.min()) < 1
        and r.validation_accuracy[-1] > 0.75
    ),
    "equal_weights": lambda r: (
        r.training_loss[0] == pytest.approx(CHANCE)
        and r.training_loss[-1] > r.attainable + 0.25
        and r.training_accuracy[-1] < 0.75
    ),
    "overfitting": lambda r: (
        r.training_loss[-1] < 0.2 and r.validation_loss[-1] > 1.2 * r.validation_loss.min()
    ),
    "dropout": lambda r: (
        r.training_loss[-1] > r.validation_loss[-1] + 0.05
        and abs(r.validation_loss[-1] - r.attainable) < 0.15
        and r.training_loss[-1] > 0.5
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_looks_like_itself_and_like_no_other(fault: str, runs: dict) -> None:
    assert all(LOOKS[fault](run) for run in runs[fault])
    others = [run for name in FAULTS if name != fault for run in runs[name]]
    assert not any(LOOKS[fault](run) for run in others)


def test_a_shorter_run_is_the_start_of_a_longer_one(runs: dict) -> None:
    for fault in FAULTS:
        short = train_with_fault(fault, case=50, epochs=3)
        assert short.training_loss.shape == (4,)
        for name in ("training_loss", "training_accuracy", "validation_loss"):
            np.testing.assert_array_equal(getattr(short, name), getattr(runs[fault][1], name)[:4])


def test_ten_units_that_begin_alike_stay_alike() -> None:
    """Equal weights are one unit: as good as a network with a single one, and no better."""
    run = train_with_fault("equal_weights", case=1, epochs=25)
    assert (
        run.validation_accuracy[-1]
        < train_with_fault("healthy", case=1, epochs=25).validation_accuracy[-1]
    )


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="fault must"):
        train_with_fault("gremlins", case=1, epochs=1)
    with pytest.raises(ValueError, match="epochs must"):
        train_with_fault("leak", case=1, epochs=-1)
    with pytest.raises(TypeError, match="case must"):
        train_with_fault("leak", case=1.5, epochs=1)
