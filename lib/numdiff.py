"""Numerical differentiation: the check that every gradient of the library has to pass."""

import numpy as np

from lib._validation import as_finite, as_number

__all__ = ["numerical_gradient"]


def numerical_gradient(f, x, *, eps=1e-6):
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
        If `x` does not hold real numbers, or `eps` is not a number.
    ValueError
        If `x` is not finite, ``eps <= 0``, or `f` does not return a single number other than NaN.

    Notes
    -----
    ``∂f/∂xᵢ ≈ (f(x + ε eᵢ) − f(x − ε eᵢ)) / 2ε``

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd ed., Springer, 2006, section 8.1.

    Examples
    --------
    >>> from lib.numdiff import numerical_gradient
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    x = as_finite(x, "x")
    eps = as_number(eps, "eps", above=0)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (_value(f, x + step) - _value(f, x - step)) / (2 * eps)
    return gradient[()]


def _value(f, x):
    """Return f(x), once it is known to be a single number."""
    value = np.asarray(f(x), dtype=np.float64)
    if value.ndim != 0 or np.isnan(value):
        got = "NaN" if value.ndim == 0 else f"shape {value.shape}"
        raise ValueError(f"f must return a single number, got {got}; reduce it, with a sum perhaps")
    return float(value)
