"""Random numbers that the page draws too: the same seed gives the same run in both places.

NumPy's generators have no counterpart in a browser. This one is small enough to be written twice,
in Python here and in JavaScript for the explorables. It is for pictures, not for statistics.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lib._types import Array, Integers, Shape
from lib._validation import as_integer

__all__ = ["PortableRandom"]

_MASK = 0xFFFFFFFF


def _multiply(a: int, b: int) -> int:
    """Multiply as 32-bit integers do."""
    return (a * b) & _MASK


class PortableRandom:
    """A source of random numbers, with the methods of `numpy.random.Generator` that `lib` uses.

    Parameters
    ----------
    seed : int
        Seed, at least 0; its lowest 32 bits count.

    Raises
    ------
    TypeError
        If `seed` is not an integer.
    ValueError
        If `seed` is negative.

    Notes
    -----
    Uniform numbers come from the generator mulberry32, which has 2³² states, normal ones from the
    Box-Muller transform ``√(−2 ln u) · cos 2πv`` and ``√(−2 ln u) · sin 2πv``, permutations from
    the Fisher-Yates shuffle.

    References
    ----------
    G. E. P. Box and M. E. Muller, "A Note on the Generation of Random Normal Deviates", *Annals of
    Mathematical Statistics* 29, 1958, pp. 610-611.
    D. E. Knuth, *The Art of Computer Programming*, volume 2, 3rd ed., Addison-Wesley, 1997,
    section 3.4.2, algorithm P.

    Examples
    --------
    >>> from lib.randomness import PortableRandom
    >>> PortableRandom(7).permutation(6)
    array([4, 1, 2, 3, 5, 0])
    >>> PortableRandom(7).standard_normal(3).round(4)
    array([ 0.142 ,  0.0582, -0.8643])
    """

    def __init__(self, seed: int) -> None:
        self._state = as_integer(seed, "seed", at_least=0) & _MASK
        self._spare: float | None = None

    def _uniform(self) -> float:
        self._state = (self._state + 0x6D2B79F5) & _MASK
        t = _multiply(self._state ^ (self._state >> 15), self._state | 1)
        t ^= (t + _multiply(t ^ (t >> 7), t | 61)) & _MASK
        return (t ^ (t >> 14)) / 2**32

    def _normal(self) -> float:
        if self._spare is not None:
            spare, self._spare = self._spare, None
            return spare
        radius = math.sqrt(-2 * math.log(1 - self._uniform()))
        angle = 2 * math.pi * self._uniform()
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def _fill(self, draw: Callable[[], float], size: int | Shape | None) -> Array:
        shape = () if size is None else size
        return np.array([draw() for _ in range(int(np.prod(shape)))]).reshape(shape)[()]

    def random(self, size: int | Shape | None = None) -> Array:
        """Return uniform numbers in [0, 1), of shape `size`."""
        return self._fill(self._uniform, size)

    def standard_normal(self, size: int | Shape | None = None) -> Array:
        """Return numbers with mean 0 and variance 1, normally distributed, of shape `size`."""
        return self._fill(self._normal, size)

    def permutation(self, n: int) -> Integers:
        """Return the integers 0 ... n - 1 in random order, of shape (n,)."""
        order = np.arange(as_integer(n, "n", at_least=0))
        for i in range(len(order) - 1, 0, -1):
            j = int(self._uniform() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order
