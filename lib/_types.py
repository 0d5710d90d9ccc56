"""Short names for types, so that a signature stays on its line and its function easy to read.

An argument that is turned into an array is `ArrayLike`; `Array` is what comes back, and stands for
``np.float64`` too where a result is a single number.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Array", "ArrayLike", "Bools", "Integers", "Random", "Rate", "Schedule", "Seed", "Shape"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.integer]
Shape = tuple[int, ...]

#: A learning rate as :mod:`lib.schedules` makes it: a function of one step or of many.
Schedule = Callable[[ArrayLike], Array]

#: A learning rate as training needs it: a function of the step.
Rate = Callable[[int], ArrayLike]


class Random(Protocol):
    """What is drawn from: NumPy's generator, or :class:`lib.randomness.PortableRandom`."""

    def random(self, size: Shape, /) -> Array: ...
    def standard_normal(self, size: Shape, /) -> Array: ...
    def permutation(self, n: int, /) -> Integers: ...


Seed = int | Random | None
