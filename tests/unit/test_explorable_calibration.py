"""The calibration explorable: a forecaster of known faults, and a reader's own predictions."""

import base64
import io
import json
import math
from contextlib import redirect_stdout

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from lib.activations import softmax
from lib.calibration import expected_calibration_error
from lib.explorables import CalibrationExplorer, Explorable
from lib.explorables._base import CARRIED, TOO_LARGE
from tests.page_side import page_answers
from tests.parity.test_parity import agree


def events(count: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities, some on the edges of bins, some 0 or 1, and labels."""
    rng = np.random.default_rng(seed)
    p = np.round(rng.random(count), 2)
    y = (rng.random(count) < p**2).astype(int)
    p[:3], y[:3] = (0, 1, 0.5), (0, 1, 1)
    return p, y


def rows(count: int = 300, classes: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    z = 2 * rng.normal(size=(count, classes))
    labels = np.array([rng.choice(classes, p=p) for p in softmax(z / 1.5)])
    return softmax(z), labels


def test_a_forecaster_without_faults_is_calibrated_and_no_other() -> None:
    right = CalibrationExplorer(sharpness=1, samples=5000)
    assert right.best_temperature == pytest.approx(1, abs=0.06)
    assert right.ece < 0.02
    assert right.loss == pytest.approx(0.5, abs=0.02), "∫ H(p) dp is half a nat"
    for state in ({"sharpness": 2}, {"sharpness": 0.4}, {"bias": 1}):
        assert CalibrationExplorer(**{"sharpness": 1, "samples": 5000, **state}).ece > 0.06


def test_temperature_is_the_inverse_of_sharpness_and_changes_no_decision() -> None:
    sharp = CalibrationExplorer(sharpness=2, temperature=2, samples=5000)
    plain = CalibrationExplorer(sharpness=1, samples=5000)
    assert sharp.loss == pytest.approx(plain.loss, rel=1e-12)
    assert {CalibrationExplorer(temperature=t).accuracy for t in (0.2, 1, 5)} == {0.7415}


def test_the_parts_are_the_loss() -> None:
    for state in ({}, {"strategy": "quantile"}, {"bins": 50, "temperature": 0.2}):
        explorer = CalibrationExplorer(**state)
        assert explorer.calibration + explorer.refinement == pytest.approx(explorer.loss)
    useless = CalibrationExplorer(knowledge=0, sharpness=4)
    assert useless.ece < 0.05
    assert useless.refinement == pytest.approx(math.log(2), abs=1e-3)
    assert useless.best_temperature == math.inf


def test_the_price_is_paid_where_the_risk_is_higher() -> None:
    p, y = [0.1, 0.3, 0.9], [1, 0, 1]
    assert CalibrationExplorer(probs=p, labels=y, price=0.2).cost == pytest.approx((1 + 0.4) / 3)
    assert CalibrationExplorer(probs=p, labels=y, price=0.95).cost == pytest.approx(2 / 3)
    two = [[0.9, 0.1], [0.7, 0.3]]
    assert CalibrationExplorer(probs=two, labels=[1, 1], price=0.2).cost == pytest.approx(0.6)


@pytest.mark.parametrize(
    "data",
    [
        events(),
        rows(),
        rows(classes=2, seed=1),
        ([0.9, 0.8], [1, 1]),
        ([0.2, 0.8], [1, 0]),
        ([0.5, 0.5], [1, 0]),
        ([0.0, 1.0, 0.7], [1, 1, 1]),
        ([[1, 0, 0], [0, 1, 0], [0.5, 0.3, 0.2]], [1, 1, 0]),
        ([[1.0], [1.0]], [0, 0]),
    ],
    ids=["events", "rows", "two", "right", "wrong", "coin", "sure", "sure rows", "one class"],
)
def test_the_page_computes_and_prints_what_lib_does_of_own_data(data) -> None:
    states = [
        {"temperature": t, "bins": bins, "strategy": strategy, "price": 0.3}
        for t in (1, 0.2, 1.7, 5)
        for bins in (1, 7, 10)
        for strategy in ("uniform", "quantile")
    ]
    mine, theirs = data
    own = [
        CalibrationExplorer(probs=mine, labels=theirs, names=("mine", "theirs"), **s)
        for s in states
    ]
    for explorer, answer in zip(own, page_answers(own), strict=True):
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(answer["python"], {"mine": mine, "theirs": theirs})
        lines = dict(line.split() for line in printed.getvalue().splitlines())
        assert list(lines) == list(explorer.values)
        for key, value in explorer.values.items():
            assert agree(float(answer["values"][key]), value), f"{explorer!r}: {key}"
            assert agree(float(lines[key]), value), f"{explorer!r}: {key} as printed"
        assert answer["faults"] == []


def test_own_data_are_judged_as_they_are() -> None:
    p, y = rows()
    explorer = CalibrationExplorer(probs=p, labels=y, bins=15)
    assert explorer.ece == expected_calibration_error(p, y)
    assert explorer.loss == pytest.approx(-np.log(p[np.arange(len(y)), y]).mean(), rel=1e-12)
    assert explorer.best_temperature == pytest.approx(1.5, abs=0.25)
    float32 = CalibrationExplorer(probs=p.astype(np.float32), labels=y)
    assert_array_equal(float32.probs, p.astype(np.float32))
    assert CalibrationExplorer(probs=[0.2, 0.9], labels=[False, True]).accuracy == 1


def test_own_data_are_no_state_and_cannot_be_changed() -> None:
    p, y = events()
    explorer = CalibrationExplorer(probs=p, labels=y, names=("p_valid", "y_valid"))
    assert "probs" not in explorer.state
    assert repr(explorer).startswith("CalibrationExplorer(probs=p_valid, labels=y_valid, ")
    assert (
        eval(
            repr(explorer), {"CalibrationExplorer": CalibrationExplorer, "p_valid": p, "y_valid": y}
        ).values
        == explorer.values
    )
    p[0] = 0.7
    assert explorer.probs[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        explorer.probs[0] = 0.7
    with pytest.raises(AttributeError):
        explorer.probs = p
    saved = json.dumps(explorer.get_state(), default=str)
    assert len(saved) < len(json.dumps(CalibrationExplorer().get_state(), default=str)) + 500
    assert json.loads(json.dumps(explorer._config))["variables"]["probs"] == "p_valid"


def test_a_view_that_asks_is_sent_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    p, y = rows(count=50)
    explorer = CalibrationExplorer(probs=p, labels=y)
    sent = []
    monkeypatch.setattr(
        Explorable, "send", lambda self, content, buffers=None: sent.append((content, buffers))
    )
    explorer._handle_custom_msg({"wants": "data"}, [])
    explorer._handle_custom_msg({"wants": "all"}, [])
    explorer._handle_custom_msg("data", [])
    ((content, buffers),) = sent
    assert content["of"] == "data"
    assert content["arrays"] == [
        {"name": "probs", "shape": [50, 4], "dtype": "<f8"},
        {"name": "labels", "shape": [50], "dtype": "<f8"},
    ]
    held = np.frombuffer(b"".join(buffers), "<f8")
    assert_array_equal(held[:200].reshape(50, 4), p)
    assert_array_equal(held[200:], y)


def test_a_page_carries_few_numbers_and_says_so_of_many() -> None:
    few, labels = events(CARRIED // 2)
    mount = CalibrationExplorer(probs=few, labels=labels).mount_html()
    config = json.loads(mount.split("data-config>")[1].split("</script>")[0])
    held = np.frombuffer(base64.b64decode(config["data"]["bytes"]), "<f8")
    assert_array_equal(held, np.append(few, labels))
    assert TOO_LARGE not in mount
    many, labels = events(CARRIED // 2 + 1)
    mount = CalibrationExplorer(probs=many, labels=labels).mount_html()
    assert TOO_LARGE in mount
    assert '"data"' not in mount


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"probs": [0.5]}, "belong together"),
        ({"labels": [1]}, "belong together"),
        ({"probs": [0.5, 0.2], "labels": [1]}, "labels"),
        ({"probs": [1.5], "labels": [1]}, "probs"),
        ({"probs": [np.nan], "labels": [1]}, "probs"),
        ({"probs": [0.5], "labels": [2]}, "label"),
        ({"probs": [[0.5, 0.6]], "labels": [0]}, "probs"),
        ({"probs": [], "labels": []}, "probs"),
        ({"probs": np.full(100_001, 0.5), "labels": np.zeros(100_001, int)}, "100000"),
        ({"probs": np.full((1001, 1000), 1e-3), "labels": np.zeros(1001, int)}, "1000000"),
        ({"probs": [0.5], "labels": [1], "names": ("p valid", "y")}, "name in Python"),
        ({"probs": [0.5], "labels": [1], "names": ("p", "lambda")}, "name in Python"),
        ({"probs": [0.5], "labels": [1], "bins": 0}, "bins"),
    ],
)
def test_what_cannot_be_judged_is_refused(given: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        CalibrationExplorer(**given)
