"""Activation functions and their derivatives: what a unit does to its input.

Every function takes real numbers of any shape and returns float64. Infinities are allowed where
the limit exists: ``sigmoid(inf)`` is 1, and a logit of ``-inf`` is a class of probability 0.
"""

from __future__ import annotations

import numpy as np

from lib._types import Array, ArrayLike
from lib._validation import (
    as_array,
    as_number,
    as_real,
    as_shifted_scores,
    by_blocks,
    class_axis,
    places,
    quiet,
)

__all__ = [
    "log_softmax",
    "logsumexp",
    "naive_softmax",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "softmax",
    "softmax_jacobian",
    "tanh",
    "tanh_grad",
]


@quiet
def sigmoid(x: ArrayLike) -> Array:
    """Return the logistic sigmoid: a real number turned into a probability.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Numbers in [0, 1], of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``σ(x) = 1 / (1 + e^(−x)) = e^x / (1 + e^x)``. Each sign of `x` takes the form whose
    exponential cannot overflow.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 3.10.

    Examples
    --------
    >>> from lib.activations import sigmoid
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_real(x, "x")
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


@quiet
def sigmoid_grad(x: ArrayLike) -> Array:
    """Return the derivative of the sigmoid.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Slopes in [0, 1/4], of the shape of `x`; the steepest is at 0.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``σ′(x) = σ(x) (1 − σ(x)) = σ(x) σ(−x)``. The last form keeps its digits where ``σ(x)`` rounds
    to 1.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> from lib.activations import sigmoid_grad
    >>> print(sigmoid_grad(0.0))
    0.25
    """
    x = as_real(x, "x")
    return sigmoid(x) * sigmoid(-x)


@quiet
def tanh(x: ArrayLike) -> Array:
    """Return the hyperbolic tangent.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Numbers in [-1, 1], of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``tanh x = (e^x − e^(−x)) / (e^x + e^(−x)) = 2 σ(2x) − 1``

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 6.3.2.

    Examples
    --------
    >>> from lib.activations import tanh
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(as_real(x, "x"))


@quiet
def tanh_grad(x: ArrayLike) -> Array:
    """Return the derivative of the hyperbolic tangent.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Slopes in [0, 1], of the shape of `x`; the steepest is at 0.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``tanh′(x) = 1 − tanh² x = 4 σ′(2x)``. The last form keeps its digits where ``tanh x`` rounds
    to 1.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 6.3.2.

    Examples
    --------
    >>> from lib.activations import tanh_grad
    >>> print(tanh_grad(0.0))
    1.0
    """
    return 4.0 * sigmoid_grad(2.0 * as_real(x, "x"))


@quiet
def relu(x: ArrayLike) -> Array:
    """Return the rectified linear unit: the input where it is positive, else 0.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Non-negative numbers, of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``relu(x) = max(0, x)``

    References
    ----------
    V. Nair and G. E. Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines",
    *International Conference on Machine Learning*, 2010.

    Examples
    --------
    >>> from lib.activations import relu
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(as_real(x, "x"), 0.0)


@quiet
def relu_grad(x: ArrayLike) -> Array:
    """Return the derivative of the rectified linear unit, with 0 at the kink.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    ndarray
        1 where `x` is positive, else 0; of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` contains NaN.

    Notes
    -----
    ``relu′(x) = 1`` for ``x > 0`` and 0 for ``x < 0``. At 0 there is no derivative; 0 is PyTorch's
    choice.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 6.3.

    Examples
    --------
    >>> from lib.activations import relu_grad
    >>> relu_grad([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    return np.where(as_real(x, "x") > 0, 1.0, 0.0)[()]


@quiet
def softmax(logits: ArrayLike, *, axis: int = -1, temperature: float = 1.0) -> Array:
    """Turn scores into probabilities that sum to 1.

    Parameters
    ----------
    logits : array_like
        Scores along `axis`: shape (..., C) for the default axis.
    axis : int
        Axis along which the classes lie.
    temperature : float
        Positive number by which the scores are divided: above 1 flattens, below 1 sharpens.

    Returns
    -------
    ndarray
        Probabilities, of the shape of `logits`.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers.
    ValueError
        If `logits` has no class, contains NaN or ``+inf`` or a row of ``-inf`` alone, or if
        ``temperature <= 0``.

    Notes
    -----
    ``softmax(z)ᵢ = e^(zᵢ / T) / Σⱼ e^(zⱼ / T)``. Adding a number to all scores changes nothing;
    subtracting the largest keeps every exponential at 1 or below.

    References
    ----------
    J. S. Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs, with
    Relationships to Statistical Pattern Recognition", *Neurocomputing*, Springer, 1990,
    pp. 227-236.

    Examples
    --------
    >>> from lib.activations import softmax
    >>> softmax([3.2, 5.1, -1.7]).round(4)
    array([0.13 , 0.869, 0.001])
    """
    z = as_shifted_scores(logits, "logits", axis)
    z /= as_number(temperature, "temperature", above=0)
    e = np.exp(z, out=z)
    return np.divide(e, e.sum(axis=axis, keepdims=True), out=e)


@quiet
def log_softmax(logits: ArrayLike, *, axis: int = -1, temperature: float = 1.0) -> Array:
    """Return the logarithm of the softmax, finite where the softmax itself rounds to 0.

    Parameters
    ----------
    logits : array_like
        Scores along `axis`: shape (..., C) for the default axis.
    axis : int
        Axis along which the classes lie.
    temperature : float
        Positive number by which the scores are divided.

    Returns
    -------
    ndarray
        Log-probabilities in nats, of the shape of `logits`; never above 0.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers.
    ValueError
        If `logits` has no class, contains NaN or ``+inf`` or a row of ``-inf`` alone, or if
        ``temperature <= 0``.

    Notes
    -----
    ``log softmax(z)ᵢ = zᵢ / T − log Σⱼ e^(zⱼ / T)``

    The largest exponential, 1 after the shift, stays out of the sum: ``log(1 + s)`` of the others'
    sum s keeps its digits where ``1 + s`` rounds to 1, so that a class that leads by 37 to 700 has
    a logarithm below 0. What rounding leaves is the scores' own: a lead of m, which is a difference
    of scores, is off by half a unit in its last place, and ``e^(−m)`` by m times as much.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", *IMA Journal of Numerical Analysis* 41, 2021, pp. 2311-2330.

    Examples
    --------
    >>> from lib.activations import log_softmax
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    z = as_shifted_scores(logits, "logits", axis)
    z /= as_number(temperature, "temperature", above=0)
    z -= log_sum_exp(z, axis)
    return z


def log_sum_exp(z: Array, axis: int = -1) -> Array:
    """Return log Σ e^z of scores of which the largest is 0, with the axis that is summed over."""
    return np.expand_dims(by_blocks(_log_sum_exp, np.moveaxis(z, axis, -1)), axis)


def _log_sum_exp(z: Array) -> Array:
    e = np.exp(z)
    np.put(e, places(e, e.argmax(axis=-1)), 0.0)
    return np.log1p(e.sum(axis=-1))


@quiet
def logsumexp(logits: ArrayLike, *, axis: int = -1) -> Array:
    """Return the logarithm of a sum of exponentials, without overflow.

    Parameters
    ----------
    logits : array_like
        Scores along `axis`: shape (..., C) for the default axis.
    axis : int
        Axis that is summed over.

    Returns
    -------
    ndarray
        Log-sum-exps, of the shape of `logits` without `axis`: between the largest score and the
        largest score plus log C.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers.
    ValueError
        If `logits` has no class, or contains NaN or ``+inf`` or a row of ``-inf`` alone.

    Notes
    -----
    ``logsumexp(z) = log Σⱼ e^(zⱼ) = m + log Σⱼ e^(zⱼ − m)``, with m the largest score, whose
    exponential, 1, stays out of the sum: ``log(1 + s)`` keeps the digits of a small s.

    Where m and the logarithm cancel, the error is absolute: a unit in the last place of m.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", *IMA Journal of Numerical Analysis* 41, 2021, pp. 2311-2330.

    Examples
    --------
    >>> from lib.activations import logsumexp
    >>> print(f"{logsumexp([1000.0, 1000.0]):.4f}")
    1000.6931
    """
    z = as_shifted_scores(logits, "logits", axis)
    largest = np.max(logits, axis=axis).astype(np.float64)
    return largest + log_sum_exp(z, axis).squeeze(axis)


@quiet
def softmax_jacobian(logits: ArrayLike) -> Array:
    """Return the matrix of derivatives of each probability with respect to each logit.

    Parameters
    ----------
    logits : array_like
        Scores, of shape (..., C).

    Returns
    -------
    ndarray
        Shape (..., C, C): row i holds the derivatives of the i-th probability. The matrix is
        symmetric, and its rows sum to 0.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers.
    ValueError
        If `logits` has no class, or contains NaN or ``+inf`` or a row of ``-inf`` alone.

    Notes
    -----
    ``∂pᵢ / ∂zⱼ = pᵢ (δᵢⱼ − pⱼ)``. The diagonal is minus the sum of the others in its row, which
    keeps the digits that ``1 − pᵢ`` loses where pᵢ is near 1.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> from lib.activations import softmax_jacobian
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(logits)
    jacobian = p[..., :, None] * (0.0 - p[..., None, :])
    diagonal = np.einsum("...ii->...i", jacobian)
    diagonal[...] = 0.0
    diagonal[...] = 0.0 - jacobian.sum(axis=-1)
    return jacobian


@quiet
def naive_softmax(logits: ArrayLike, *, axis: int = -1) -> Array:
    """Return the softmax as its formula is written, to show how that fails.

    Use :func:`softmax` for anything else. This function keeps the precision of its input, float16
    and float32 included, and subtracts nothing: the exponential overflows above a logit of 88.72
    in float32 and of 709.78 in float64, and ``inf / inf`` is NaN. It is the one function of the
    library that can return NaN; no warning is given.

    Parameters
    ----------
    logits : array_like
        Scores along `axis`: shape (..., C) for the default axis.
    axis : int
        Axis along which the classes lie.

    Returns
    -------
    ndarray
        Probabilities, of the shape and floating-point type of `logits` (float64 for integers). In
        a row where an exponential overflows, NaN in its place and 0 in the place of the finite
        ones; in a row where all exponentials underflow to 0, NaN everywhere.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers.
    ValueError
        If `logits` has no class, or contains NaN.

    Notes
    -----
    ``softmax(z)ᵢ = e^(zᵢ) / Σⱼ e^(zⱼ)``

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", *IMA Journal of Numerical Analysis* 41, 2021, pp. 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.activations import naive_softmax
    >>> naive_softmax(np.array([88.73, 0.0], dtype=np.float32))
    array([nan,  0.], dtype=float32)
    >>> naive_softmax(np.array([88.73, 0.0]))
    array([1.00000000e+00, 2.91776708e-39])
    """
    z = as_array(logits, "logits")
    as_real(z, "logits")
    class_axis(z, "logits", axis)
    e = np.exp(z if z.dtype.kind == "f" else z.astype(np.float64))
    return e / e.sum(axis=axis, keepdims=True)
