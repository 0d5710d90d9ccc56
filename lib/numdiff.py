"""Numerical differentiation: the check that every gradient of the library has to pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lib._types import Array, ArrayLike
from lib._validation import as_finite, as_function, as_number, as_single

__all__ = ["numerical_gradient"]


def numerical_gradient(
    f: Callable[[Array], ArrayLike], x: ArrayLike, *, eps: float = 1e-6
) -> Array:
    """Return the gradient of a function by central differences.

    Parameters
    ----------
    f : callable
        Function of an array of the shape of `x` that returns a single number.
    x : array_like
        Point of any shape at which to differentiate; finite.
    eps : float
        Step, above 0, to either side. The default suits numbers of a size near 1: there the error
        of the formula, of order ``eps²``, and that of rounding, of order ``1e-16 / eps``, are both
        below 1e-9.

    Returns
    -------
    ndarray
        Derivatives of `f` with respect to each element, of the shape of `x`.

    Raises
    ------
    TypeError
        If `f` is not a function or does not return a real number, `x` does not hold real numbers,
        or `eps` is not a number.
    ValueError
        If `x` is not finite, ``eps <= 0`` or too small to change an element of `x`, or `f` does not
        return a single finite number.

    Notes
    -----
    ``∂f/∂xᵢ ≈ (f(x + ε eᵢ) − f(x − ε eᵢ)) / 2ε``, where ``2ε`` is the distance between the two
    points as they are stored.

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd ed., Springer, 2006, section 8.1.

    Examples
    --------
    >>> from lib.numdiff import numerical_gradient
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    as_function(f, "f", "function that returns a number")
    x = as_finite(x, "x")
    eps = as_number(eps, "eps", above=0)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        above, below = x + step, x - step
        distance = (above - below)[i]
        if distance == 0:
            raise ValueError(f"eps must be large enough to change x, got {eps!r} beside {x[i]}")
        gradient[i] = (as_single(f(above), "f(x)") - as_single(f(below), "f(x)")) / distance
    return gradient[()]
