"""Small data sets of two features, drawn for the book's pictures of classifiers at work."""

from __future__ import annotations

import numpy as np

from lib._types import Array, ArrayLike, Integers, Seed
from lib._validation import as_choice, as_finite, as_integer, as_number, as_rng
from lib.randomness import PortableRandom

__all__ = ["disc_and_ring", "gaussian_clouds", "toy_dataset"]


def gaussian_clouds(
    centres: ArrayLike, *, samples: int, spread: float = 1.0, rng: Seed = None
) -> tuple[Array, Integers]:
    """Draw one round cloud of points for each class.

    Parameters
    ----------
    centres : array_like
        Centres of the classes, of shape (C, D); finite.
    samples : int
        Number of points of each class, at least 1.
    spread : float
        Standard deviation along each axis, at least 0.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the points.

    Returns
    -------
    X : ndarray
        Points, of shape (C · samples, D), class after class.
    y : ndarray
        Classes 0 ... C - 1, of shape (C · samples,).

    Raises
    ------
    TypeError
        If an argument is not a number of the right kind.
    ValueError
        If `centres` is not finite or not of shape (C, D), or an option is outside its range.

    Notes
    -----
    ``x = μ_c + σ ξ`` with ``ξ`` standard normal. With equal spreads, the probability of a class
    given x is exactly a softmax of scores that are linear in x.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.2.1.

    Examples
    --------
    >>> from lib.datasets import gaussian_clouds
    >>> X, y = gaussian_clouds([[-1, 0], [1, 0]], samples=3, spread=0.5, rng=0)
    >>> X.shape, y.tolist()
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    centres = as_finite(centres, "centres")
    if centres.ndim != 2 or 0 in centres.shape:
        raise ValueError(f"centres must have shape (C, D), got shape {centres.shape}")
    samples = as_integer(samples, "samples", at_least=1)
    spread = as_number(spread, "spread", at_least=0)
    classes, features = centres.shape
    noise = as_rng(rng).standard_normal((classes, samples, features))
    X = centres[:, None] + spread * noise
    return X.reshape(-1, features), np.repeat(np.arange(classes), samples)


def disc_and_ring(*, samples: int, rng: Seed = None) -> tuple[Array, Integers]:
    """Draw points of a disc and of the ring around it, which no straight line parts.

    Parameters
    ----------
    samples : int
        Number of points of each of the two classes, at least 1.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the points.

    Returns
    -------
    X : ndarray
        Points, of shape (2 · samples, 2): the disc's, then the ring's.
    y : ndarray
        0 for the disc and 1 for the ring, of shape (2 · samples,).

    Raises
    ------
    TypeError
        If `samples` is not an integer.
    ValueError
        If `samples` is less than 1.

    Notes
    -----
    Radius and angle are uniform: the radius in [0, 1.2) for the disc and in [2.2, 3.2) for the
    ring.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, figure 1.1, on
    what a straight line cannot part.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.datasets import disc_and_ring
    >>> X, y = disc_and_ring(samples=50, rng=0)
    >>> bool((np.linalg.norm(X[y == 0], axis=1) < 1.2).all())
    True
    """
    samples = as_integer(samples, "samples", at_least=1)
    u, v = np.moveaxis(as_rng(rng).random((2, samples, 2)), -1, 0)
    radius = np.array([[0.0], [2.2]]) + np.array([[1.2], [1.0]]) * u
    angle = 2 * np.pi * v
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return X.reshape(-1, 2), np.repeat([0, 1], samples)


def _clouds(centres: list[list[float]], spread: float, seed: int) -> tuple[Array, Integers]:
    samples = 60 // len(centres)
    return gaussian_clouds(centres, samples=samples, spread=spread, rng=PortableRandom(seed))


_TOYS = {
    "separable": lambda: _clouds([[-1.5, -0.8], [1.5, 0.8]], 0.6, 4),
    "overlapping": lambda: _clouds([[-0.8, -0.5], [0.8, 0.5]], 1.0, 2),
    "three": lambda: _clouds([[-1.5, -0.9], [1.5, -0.9], [0.0, 1.6]], 0.8, 3),
    "ring": lambda: disc_and_ring(samples=30, rng=PortableRandom(1)),
}

#: The names that :func:`toy_dataset` knows.
TOY_DATASETS = tuple(_TOYS)


def toy_dataset(name: str) -> tuple[Array, Integers]:
    """Return one of the training explorable's data sets, the same points every time.

    Parameters
    ----------
    name : {"separable", "overlapping", "three", "ring"}
        Two clouds that a line parts, two that overlap, three clouds, or a disc in a ring.

    Returns
    -------
    X : ndarray
        Points, of shape (60, 2).
    y : ndarray
        Integer classes, of shape (60,).

    Raises
    ------
    ValueError
        If there is no data set of that name.

    Notes
    -----
    The points come from :class:`lib.randomness.PortableRandom`, so that the page draws the same.

    References
    ----------
    The data sets are the book's own.

    Examples
    --------
    >>> from lib.datasets import toy_dataset
    >>> X, y = toy_dataset("three")
    >>> X.shape, sorted(set(y.tolist()))
    ((60, 2), [0, 1, 2])
    """
    return _TOYS[as_choice(name, "name", TOY_DATASETS)]()
