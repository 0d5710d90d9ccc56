"""The toy data sets: what they look like, and that they are the page's."""

import json
import subprocess

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from lib.datasets import TOY_DATASETS, disc_and_ring, gaussian_clouds, toy_dataset
from tests.page_side import ROOT, node


def linear_accuracy(X: np.ndarray, y: np.ndarray) -> float:
    return LogisticRegression(C=1e6, max_iter=10_000).fit(X, y).score(X, y)


def test_clouds_lie_around_their_centres() -> None:
    X, y = gaussian_clouds([[0, 0, 5], [3, 4, 5]], samples=4000, spread=0.5, rng=0)
    assert X.shape == (8000, 3)
    assert_array_equal(np.bincount(y), [4000, 4000])
    assert_allclose(X[y == 1].mean(axis=0), [3, 4, 5], atol=0.03)
    assert_allclose(X[y == 0].std(axis=0), 0.5, atol=0.02)


def test_the_ring_lies_around_the_disc() -> None:
    X, y = disc_and_ring(samples=500, rng=0)
    radius = np.linalg.norm(X, axis=1)
    assert radius[y == 0].max() < 1.2
    assert radius[y == 1].min() >= 2.2
    assert linear_accuracy(X, y) < 0.7


def test_the_toys_are_what_their_names_say() -> None:
    accuracy = {name: linear_accuracy(*toy_dataset(name)) for name in TOY_DATASETS}
    assert accuracy["separable"] == 1
    assert 0.7 < accuracy["overlapping"] < 0.9
    assert 0.9 < accuracy["three"] < 1
    assert accuracy["ring"] < 0.8


@pytest.mark.parametrize("name", TOY_DATASETS)
def test_the_page_has_the_same_points(name: str) -> None:
    module = ROOT / "lib" / "explorables" / "js" / "math" / "datasets.js"
    code = f"const m = await import({json.dumps(module.as_uri())});"
    code += f"console.log(JSON.stringify(m.TOYS[{json.dumps(name)}]))"
    command = [node(), "--input-type=module", "-e", code]
    page = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    X, y = toy_dataset(name)
    assert_allclose([p["at"] for p in page["points"]], X, rtol=1e-14)
    assert [p["label"] for p in page["points"]] == y.tolist()
    assert page["classes"] == y.max() + 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gaussian_clouds([0, 1], samples=2), ValueError, r"centres must have shape \(C, D"),
        (lambda: gaussian_clouds([[0]], samples=0), ValueError, "samples must be >= 1"),
        (lambda: gaussian_clouds([[0]], samples=1, spread=-1), ValueError, "spread must be >= 0"),
        (lambda: disc_and_ring(samples=1.5), TypeError, "samples must be an integer"),
        (lambda: toy_dataset("moons"), ValueError, "name must be 'separable' or .*got 'moons'"),
    ],
)
def test_bad_arguments(call, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
