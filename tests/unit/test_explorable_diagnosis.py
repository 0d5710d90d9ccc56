"""The diagnosis explorable: its ruler and its runs."""

import json
import math

import pytest

from lib.diagnosis import FAULTS, hidden_fault
from lib.explorables import DiagnosisExplorer, StateError
from lib.explorables.diagnosis import FAULTS as WORDS
from lib.explorables.diagnosis import NAMES


def test_every_fault_has_words_and_every_landmark_a_name() -> None:
    assert tuple(WORDS) == FAULTS
    explorer = DiagnosisExplorer(smoothing=0.1, frequencies="given")
    assert explorer.landmarks().keys() == NAMES.keys()


@pytest.mark.parametrize(
    ("state", "landmark"),
    [
        ({"number": 2.3, "classes": 10}, "uniform"),
        ({"number": 0.313, "classes": 2}, "softmax_twice"),
        ({"number": 73.7, "classes": 10, "batch": 32}, "sum"),
        ({"number": 0.5, "classes": 10, "smoothing": 0.1}, "smoothing"),
        ({"number": 16.1}, "below_1e-7"),
        ({"number": 27.6}, "below_1e-12"),
        ({"number": 36.0}, "below_eps"),
        ({"number": 100}, "below_100"),
        ({"number": 15.94}, "below_eps_float32"),
        ({"number": 7.97}, "single_unit"),
        ({"number": 15.42}, "below_2e-7"),
        ({"number": 34.54}, "below_1e-15"),
        ({"number": 0.693, "classes": 2}, "uniform"),
        ({"number": -1.0}, "sure"),
        ({"number": 87.3365}, "below_tiny"),
        ({"number": 0.69, "classes": 2}, "uniform"),
        ({"number": 0}, "zero"),
        (
            {"number": 0.056, "classes": 2, "frequencies": "given", "shares": [0.99, 0, 0, 0.01]},
            "frequencies",
        ),
    ],
)
def test_the_nearest_landmark_is_named(state: dict, landmark: str) -> None:
    explorer = DiagnosisExplorer(**state)
    (name, value), *_ = explorer.landmarks(1).items()
    assert name == landmark
    assert explorer.near >= 1
    assert f"is at {NAMES[name]}, {value:.4g}" in explorer.describe()


@pytest.mark.parametrize(
    ("state", "landmark"),
    [
        ({"number": 2.31, "classes": 10}, "uniform"),
        ({"number": 0.31, "classes": 2}, "softmax_twice"),
        ({"number": 73.0, "classes": 10, "batch": 32}, "sum"),
        ({"number": 8.059}, "single_unit"),
        ({"number": 15.25}, "below_2e-7"),
        ({"number": 15.333}, "below_2e-7"),
    ],
)
def test_a_number_may_have_strayed_from_a_landmark(state: dict, landmark: str) -> None:
    explorer = DiagnosisExplorer(**state)
    (name, value), *_ = explorer.landmarks(1).items()
    assert name == landmark
    assert explorer.near == 0
    assert f"is near, but not at, {NAMES[name]}, {value:.4g}" in explorer.describe()


@pytest.mark.parametrize(
    ("number", "classes"),
    [(8.909, 511), (3.296, 10), (3.3, 10), (1.01, 10), (16.0, 10), (27.5, 10)],
)
def test_what_is_exact_is_not_near(number: float, classes: int) -> None:
    said = DiagnosisExplorer(number=number, classes=classes, batch=1).describe()
    assert "is near no landmark." in said


@pytest.mark.parametrize(("number", "beyond"), [(0.08, True), (0.04, False)])
def test_what_is_better_than_chance_is_set_beside_the_shares(number: float, beyond: bool) -> None:
    explorer = DiagnosisExplorer(
        number=number, classes=2, frequencies="given", shares=[0.99, 0.01, 0, 0]
    )
    said = f"better than knowing nothing by {math.log(2) - number:.4g} nats"
    assert f"{said}{', but not than knowing the shares' if beyond else '.'}" in explorer.describe()


@pytest.mark.parametrize(
    ("number", "classes", "place"),
    [
        (7, 10, "worse than knowing nothing by 4.697 nats"),
        (3.2, 50_257, "better than knowing nothing by 7.625 nats"),
        (0.3, 10, "better than knowing nothing by 2.003 nats"),
        (0.35, 2, "better than knowing nothing by 0.3431 nats"),
        (0.03, 10, "better than knowing nothing by 2.273 nats"),
        *(
            (number, 10, f"near what knowing nothing of {n} classes costs, ln {n}")
            for number, n in [
                (3.912, 50),
                (3.9, 50),
                (1.1, 3),
                (1.79, 6),
                (4.6, 100),
                (4.382, 80),
                (6.9, 1000),
                (6.91, 1000),
                (10.8, 50_257),
                (10.82, 50_257),
                (10.825, 50_257),
                (5.99146, 400),
                (5.308267593383789, 202),
            ]
        ),
        (2.3, 100, "near what knowing nothing of 10 classes costs, ln 10"),
        (5.991, 10, "worse than knowing nothing by 3.688 nats"),
        (7.5, 10, "worse than knowing nothing by 5.197 nats"),
        *(
            (number, 10, "half of −ln(2 · 10⁻⁷), with every second answer surely wrong")
            for number in (7.62, 7.6246, 7.6666, 7.7125)
        ),
        (10.33, 10, "near what knowing nothing of 30522 classes costs, ln 30522"),
        (11.5, 10, "near what knowing nothing of 100277 classes costs, ln 100277"),
        (17.27, 10, "half of −ln 10⁻¹⁵, with every second answer surely wrong"),
        (18.02, 10, "half of −ln 2⁻⁵², with every second answer surely wrong"),
        (1.386, 10, "near what knowing nothing of 4 classes costs, ln 4, or two losses of ln 2"),
        (14.506, 10, "what Keras prints if one class is said to everything"),
        (10.5, 10, "worse than knowing nothing by 8.197 nats"),
        (4.438, 10, "worse than knowing nothing by 2.135 nats"),
        (-0.8, 10, "where a negative log-likelihood stands that was given probabilities"),
        (-0.05, 10, "below 0, where no cross-entropy of labels from 0 to 1 is"),
        (-3, 10, "below 0, where no cross-entropy of labels from 0 to 1 is"),
    ],
)
def test_what_no_landmark_is_near_to_is_placed(number: float, classes: int, place: str) -> None:
    explorer = DiagnosisExplorer(number=number, classes=classes)
    assert explorer.near == 0
    assert explorer.gain == pytest.approx(math.log(classes) - number)
    assert f"is near no landmark. It is {place}" in explorer.describe()


@pytest.mark.parametrize(("number", "n"), [(5.545, 256), (5.55, 256), (6.236, 511)])
def test_a_contrastive_loss_of_the_batch_is_named(number: float, n: int) -> None:
    said = DiagnosisExplorer(number=number, batch=256).describe()
    assert f"near ln {n}, where a contrastive loss of a batch of 256" in said
    assert ("two views" in said) == (n == 511)
    assert "contrastive" not in DiagnosisExplorer(number=number, batch=64).describe()


def test_supcontrast_multiplies_by_its_temperature_over_another() -> None:
    said = DiagnosisExplorer(number=8.909, batch=256).describe()
    assert "It is ln 511 times 0.1/0.07, as SupContrast prints" in said
    assert math.log(511) * 0.1 / 0.07 == pytest.approx(8.909, abs=0.0005)
    assert "SupContrast" not in DiagnosisExplorer(number=8.909, batch=64).describe()


def test_with_few_classes_the_last_share_is_the_last_class_s() -> None:
    shares = {"frequencies": "given", "shares": [0.5, 0.3, 0.1, 0.1]}
    two = DiagnosisExplorer(classes=2, **shares).landmarks()["frequencies"]
    assert two == pytest.approx(math.log(2))
    three = DiagnosisExplorer(classes=3, **shares).landmarks()["frequencies"]
    assert three == pytest.approx(-sum(p * math.log(p) for p in (0.5, 0.3, 0.2)))


def test_a_run_does_not_say_what_is_wrong_with_it() -> None:
    for case in range(1, 10):
        explorer = DiagnosisExplorer(view="curves", case=case)
        assert explorer.fault == hidden_fault(case)
        told = json.dumps(explorer.state) + explorer.describe() + repr(explorer)
        assert explorer.fault not in told
        assert WORDS[explorer.fault] not in told


def test_the_curves_are_the_training_s() -> None:
    explorer = DiagnosisExplorer(view="curves", case=1, epochs=7)
    assert explorer.training_loss == explorer.curves().training_loss[-1]
    assert explorer.curves().validation_loss.shape == (8,)
    assert explorer.values.keys() == {
        "training_loss",
        "validation_loss",
        "training_accuracy",
        "validation_accuracy",
    }


@pytest.mark.parametrize(
    "state",
    [
        {"view": "map"},
        {"number": math.nan},
        {"classes": 1},
        {"smoothing": 0.6},
        {"case": 0},
        {"guess": "gremlins"},
        {"named": 4},
        {"shares": [0.5, 0.5, 0.5, 0]},
    ],
)
def test_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError):
        DiagnosisExplorer(**state)
