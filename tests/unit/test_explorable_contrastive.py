"""What is particular to the contrastive explorable."""

import numpy as np
import pytest

from lib.explorables import ContrastiveExplorer, StateError
from lib.explorables.contrastive import FEWEST, MOST
from lib.figures.style import COLORS
from lib.losses import contrastive_loss
from lib.numdiff import numerical_gradient


def even(n: int) -> list[float]:
    """Return n angles that divide the circle, then what does not count."""
    return [*(360 * np.arange(n) / n - 180), *[7.0] * (MOST - n)]


@pytest.mark.parametrize("n", range(FEWEST, MOST + 1))
def test_even_pairs_cost_the_floor_and_a_heap_costs_chance(n: int) -> None:
    explorer = ContrastiveExplorer(pairs=n, pictures=even(n), texts=even(n))
    assert explorer.loss == pytest.approx(explorer.floor, rel=1e-12)
    assert explorer.slope == pytest.approx(0, abs=1e-12)
    assert explorer.found == n
    heap = ContrastiveExplorer(pairs=n, pictures=[30] * MOST, texts=[30] * MOST)
    assert heap.loss == pytest.approx(heap.chance, rel=1e-12)
    assert heap.slope == pytest.approx(0, abs=1e-12)
    assert heap.found == 0


def search(n: int, temperature: float, rng: np.random.Generator) -> float:
    """Return the least loss that descent from a random arrangement finds."""
    angles = rng.uniform(-np.pi, np.pi, size=(2, n))
    explorer = ContrastiveExplorer(pairs=n, temperature=temperature)
    least = np.inf
    for _ in range(400):
        turned = np.degrees((angles + np.pi) % (2 * np.pi) - np.pi)
        explorer.pictures, explorer.texts = ([*row, *[0.0] * (MOST - n)] for row in turned)
        angles = angles - 0.25 * n * temperature * explorer.gradient
        least = min(least, explorer.loss)
    return least


@pytest.mark.parametrize(("n", "temperature"), [(4, 0.5), (5, 0.2), (6, 2.0), (7, 0.5), (8, 1.0)])
def test_a_search_finds_nothing_below_the_floor(n: int, temperature: float) -> None:
    rng = np.random.default_rng(n)
    floor = ContrastiveExplorer(pairs=n, temperature=temperature).floor
    found = [search(n, temperature, rng) for _ in range(2)]
    assert min(found) == pytest.approx(floor, abs=1e-5)
    assert min(found) >= floor - 1e-12


def test_the_slope_is_the_length_of_the_gradient() -> None:
    explorer = ContrastiveExplorer(temperature=0.3)
    start = np.array([explorer.pictures, explorer.texts])

    def loss(angles: np.ndarray) -> float:
        explorer.pictures, explorer.texts = (list(row) for row in np.degrees(angles))
        return explorer.loss

    slopes = numerical_gradient(loss, np.radians(start))
    loss(np.radians(start))
    np.testing.assert_allclose(slopes[:, :6], explorer.gradient, atol=1e-7)
    assert not slopes[:, 6:].any(), "what does not count has no slope"
    assert explorer.slope == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def test_both_ways_differ_and_the_loss_is_their_mean() -> None:
    explorer = ContrastiveExplorer()
    assert abs(explorer.row_loss - explorer.column_loss) > 0.01
    assert explorer.loss == pytest.approx((explorer.row_loss + explorer.column_loss) / 2)
    s = explorer.similarities
    assert s.shape == (6, 6)
    assert explorer.loss == contrastive_loss(s, temperature=0.5, symmetric=True)


def test_a_text_that_ties_is_not_found() -> None:
    twins = ContrastiveExplorer(pairs=4, pictures=[0, 90, 180, -90] * 2, texts=[0, 0, 180, -90] * 2)
    assert twins.found == 2


@pytest.mark.parametrize(
    "state",
    [
        {"pictures": [0] * 7},
        {"texts": [181] * 8},
        {"pairs": 1},
        {"pairs": 4.5},
        {"temperature": 0},
        {"matrix": "both"},
    ],
)
def test_a_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError, match=next(iter(state))):
        ContrastiveExplorer(**state)


def test_the_figure_shows_each_pair_once() -> None:
    figure = ContrastiveExplorer(pairs=5).figure()
    rings, matrix = figure.axes
    places = {
        tone: [line for line in rings.lines if line.get_marker() == "o" and line.get_color() == c]
        for tone, c in COLORS.items()
    }
    assert [len(places[tone][0].get_xdata()) for tone in ("p", "q")] == [5, 5]
    assert matrix.images[0].get_array().shape == (5, 5)
    assert sum(text.get_text() in "12345" for text in rings.texts) == 10
