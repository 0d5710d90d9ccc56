"""The explorable of the optimisers: its surfaces, and where its four paths are one."""

import numpy as np
import pytest

from lib.explorables import OptimizerExplorer
from lib.explorables.optimizer import NAMES, surface_slope, surface_value
from lib.numdiff import numerical_gradient


@pytest.mark.parametrize("surface", ["ravine", "saddle", "bowl"])
@pytest.mark.parametrize("curvature", [1.0, 30.0, 100.0])
def test_the_slope_is_that_of_the_surface(surface: str, curvature: float) -> None:
    for point in np.random.default_rng(0).uniform(-5, 5, size=(20, 2)):
        slope = surface_slope(surface, curvature, point)
        numerical = numerical_gradient(lambda p: surface_value(surface, curvature, p), point)
        np.testing.assert_allclose(slope, numerical, rtol=1e-6, atol=1e-6)
    assert surface_value(surface, curvature, np.zeros(2)) == (4.5 if surface == "saddle" else 0)
    assert not surface_slope("saddle", curvature, np.array([3.0, 0.0])).any()


def test_without_memory_three_of_them_are_one() -> None:
    explorer = OptimizerExplorer(surface="bowl", momentum=0.0, noise=2.0, steps=40)
    for method in ("momentum", "nesterov"):
        np.testing.assert_array_equal(explorer.path(method), explorer.path("plain"))
    assert not np.allclose(explorer.path("adam"), explorer.path("plain"))


def test_only_the_bowl_is_noisy() -> None:
    def ends(**state: object) -> list[float]:
        explorer = OptimizerExplorer(**state)
        return [getattr(explorer, f"{method}_loss") for method in NAMES]

    assert ends(seed=1, noise=3.0) == ends(seed=2, noise=0.0)
    assert all(a != b for a, b in zip(*(ends(surface="bowl", seed=n) for n in (1, 2)), strict=True))


def test_adam_s_first_step_is_its_rate_and_a_later_one_may_be_longer() -> None:
    for steps, low, high in ((0, 0.0, 0.0), (1, 1 - 1e-6, 1.0), (20, 1.01, 3.2)):
        explorer = OptimizerExplorer(surface="saddle", x=-0.1, steps=steps, momentum=0.9)
        assert low <= explorer.adam_longest <= high
