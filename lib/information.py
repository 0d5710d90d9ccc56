"""Information, entropy, divergence and cross-entropy of discrete distributions.

Every function takes probabilities and returns nats; ``base=2`` gives bits and ``base=10`` bans. A
distribution lies along `axis`, is non-negative and sums to 1 within 1e-6 (1e-4 in 32 bits, more in
narrower formats). The other axes are a batch and broadcast. ``0 log 0`` is 0, and a divergence that
is infinite is returned as ``inf``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lib._docs import documented_as
from lib._types import Array, ArrayLike
from lib._validation import (
    as_array,
    as_distribution,
    as_distributions,
    as_number,
    as_probability,
    by_blocks,
    quiet,
    weighted,
)

__all__ = [
    "binary_entropy",
    "conditional_entropy",
    "cross_entropy",
    "entropy",
    "jensen_shannon_divergence",
    "kl_divergence",
    "mutual_information",
    "perplexity",
    "self_information",
]


def _in_base(nats: Array, base: float | None) -> Array:
    """Convert nats to the unit of `base`; adding 0 turns the -0.0 of ``-log 1`` into 0.0."""
    if base is None:
        return nats + 0.0
    return nats / np.log(as_number(base, "base", above=1)) + 0.0


def xlogy(x: Array, y: Array) -> Array:
    """Return ``x log y`` of float64 arrays, with ``0 log 0 = 0``: the limit of ``x log x`` at 0."""
    return weighted(x, np.log(y))


def xlog1py(x: Array, y: Array) -> Array:
    """Return ``x log(1 + y)`` of float64 arrays, exact for small `y`, with ``0 log 0 = 0``."""
    return weighted(x, np.log1p(y))


#: Below it a series replaces a difference of logarithms. Its terms fall as ``NEAR ** (2 k)``.
NEAR, TERMS = 0.2, 12

#: From here on a divergence D is summed as its formula stands. The negative terms of that sum lie
#: above −√(D / 2), so that its rounding is small beside D.
LARGE = 0.0625


def _series(square: Array, denominator: Callable[[int], float]) -> Array:
    """Return Σₖ squareᵏ / denominator(k), of a square below ``NEAR ** 2``."""
    total = np.full_like(square, 1 / denominator(TERMS - 1))
    for k in reversed(range(TERMS - 1)):
        total *= square
        total += 1 / denominator(k)
    return total


def relative_entropy_terms(p: Array, q: Array) -> Array:
    """Return ``p log(p / q) − p + q``, which is never negative; ``q`` where ``p = 0``.

    With ``v = (p − q) / (p + q)``, ``log(p / q) = 2 (v + v³/3 + v⁵/5 + ...)``, and the first term
    cancels but for ``v (p − q)``. That is what a small v leaves to compute (Loader, 2000).
    """
    ratio = p / q
    log_ratio = np.log(ratio)
    if np.isinf(ratio.max(initial=0)):  # of a division that overflows, or of q = 0
        log_ratio = np.where(np.isinf(ratio) & (q > 0), np.log(p) - np.log(q), log_ratio)
    difference = p - q
    v = difference / (p + q)
    square = v * v
    near = v * (difference + 2 * p * square * _series(square, lambda k: 2 * k + 3))
    return np.where(np.abs(v) < NEAR, near, weighted(p, log_ratio) - difference)


def exact_sum(values: Array) -> Array:
    """Return the sum along the last axis, as if its sums were made with twice the digits.

    One half is added to the other, then of their sums one half to the other, and so on; what each
    addition rounds away is found again (D. E. Knuth, *The Art of Computer Programming* 2, section
    4.2.2) and added at last.
    """
    values = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    lost = np.zeros(values.shape[1:])
    while len(values) > 1:
        half = len(values) // 2
        a, b, left = values[:half], values[half : 2 * half], values[2 * half :]
        sums = a + b
        from_b = sums - a
        lost += ((a - (sums - from_b)) + (b - from_b)).sum(axis=0)
        values = np.concatenate([sums, left])
    return values[0] + lost


def _plain_divergence(p: Array, q: Array) -> Array:
    """Return ``Σ p log(p / q)`` as it stands."""
    ratio = np.fmax(p / q, np.finfo(float).tiny)  # 0 times its logarithm is 0, and of 0 / 0 too
    return np.vecdot(p, np.log(ratio, out=ratio))


def _careful_divergence(p: Array, q: Array) -> Array:
    """Return ``Σ [p log(p / q) − p + q] + Σ (p − q)``."""
    divergence = relative_entropy_terms(p, q).sum(axis=-1) + exact_sum(p - q)
    # The sums of p and q may differ by their rounding, and the divergence then lie below 0.
    return np.maximum(divergence, 0.0)


@quiet
def self_information(p: ArrayLike, *, base: float | None = None) -> Array:
    """Return the information content of events of probability `p`: their surprise.

    Parameters
    ----------
    p : array_like
        Probabilities in [0, 1], of any shape.
    base : float, optional
        Base of the logarithm: None for nats, 2 for bits, 10 for bans.

    Returns
    -------
    ndarray
        Information of each event, of the shape of `p`: 0 for a certain event, ``inf`` for an
        impossible one.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If a probability is outside [0, 1] or NaN, or ``base <= 1``.

    Notes
    -----
    ``I(x) = −log P(x)``

    References
    ----------
    C. E. Shannon, "A Mathematical Theory of Communication", *Bell System Technical Journal* 27,
    1948, pp. 379-423.

    Examples
    --------
    Three heads in a row carry three bits:

    >>> from lib.information import self_information
    >>> self_information([1.0, 0.5, 0.125, 0.0], base=2)
    array([ 0.,  1.,  3., inf])
    """
    p = as_probability(p, "p")
    return _in_base(-np.log(p), base)


@documented_as(self_information)
@quiet
def entropy(p: ArrayLike, *, axis: int = -1, base: float | None = None) -> Array:
    """Return the entropy of a distribution: the information expected of one outcome.

    Parameters
    ----------
    p : array_like
        Distributions along `axis`: shape (..., C) for the default axis.
    axis : int
        Axis along which each distribution lies.

    Returns
    -------
    ndarray
        Entropies, of the shape of `p` without `axis`; between 0 and log C.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` is negative somewhere, contains NaN or does not sum to 1, or ``base <= 1``.

    Notes
    -----
    ``H(P) = −Σ P(x) log P(x)``

    Examples
    --------
    A box of 5 black, 3 green and 2 blue balls:

    >>> from lib.information import entropy
    >>> print(f"{entropy([0.5, 0.3, 0.2]):.4f} nats = {entropy([0.5, 0.3, 0.2], base=2):.4f} bits")
    1.0297 nats = 1.4855 bits
    """
    p = as_distribution(p, "p", axis)
    return _in_base(-xlogy(p, p).sum(axis=-1), base)


@documented_as(self_information)
@quiet
def binary_entropy(p: ArrayLike, *, base: float | None = None) -> Array:
    """Return the entropy of a coin that shows heads with probability `p`.

    Returns
    -------
    ndarray
        Entropies, of the shape of `p`; at most log 2, reached at ``p = 1/2``.

    Notes
    -----
    ``H(p) = −p log p − (1 − p) log(1 − p)``

    References
    ----------
    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd ed., Wiley, 2006,
    section 2.1.

    Examples
    --------
    >>> from lib.information import binary_entropy
    >>> binary_entropy([0.0, 0.5, 1.0], base=2)
    array([0., 1., 0.])
    """
    p = as_probability(p, "p")
    return _in_base(-xlogy(p, p) - xlog1py(1 - p, -p), base)


@documented_as(entropy)
@quiet
def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None
) -> Array:
    """Return the cross-entropy H(P, Q): the surprise of one who expects Q where P is true.

    Parameters
    ----------
    p : array_like
        True distributions along `axis`: shape (..., C) for the default axis.
    q : array_like
        Predicted distributions along `axis`, of a shape that broadcasts with that of `p`.

    Returns
    -------
    ndarray
        Cross-entropies, of the broadcast shape without `axis`; ``inf`` where ``q = 0 < p``.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers.
    ValueError
        If `p` or `q` is negative somewhere, contains NaN or does not sum to 1, if they differ in
        the number of outcomes or do not broadcast, or ``base <= 1``.

    Notes
    -----
    ``H(P, Q) = −Σ P(x) log Q(x) = H(P) + D(P‖Q)``

    For logits, use :func:`lib.losses.softmax_cross_entropy`, which cannot overflow.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 3.13.

    Examples
    --------
    Weather that is (0.5, 0.3, 0.2), forecast as (0.4, 0.4, 0.2):

    >>> from lib.information import cross_entropy
    >>> print(f"{cross_entropy([0.5, 0.3, 0.2], [0.4, 0.4, 0.2]):.4f} nats")
    1.0549 nats
    """
    p, q = as_distributions(p, q, axis)
    return _in_base(-xlogy(p, q).sum(axis=-1), base)


@documented_as(cross_entropy)
@quiet
def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None
) -> Array:
    """Return the Kullback-Leibler divergence D(P‖Q): the price of believing Q where P is true.

    Returns
    -------
    ndarray
        Divergences, of the broadcast shape without `axis`: never negative, 0 only where the
        distributions are equal, ``inf`` where ``q = 0 < p``.

    Notes
    -----
    ``D(P‖Q) = Σ P(x) log(P(x) / Q(x)) = Σ [P log(P / Q) − P + Q] + Σ (P − Q)``

    From 1/16 on the first sum is taken as it stands. A smaller one is the second: no term in
    brackets is negative, so that nothing cancels among them, and the sum behind them, which only
    the rounding of P and Q keeps from 0, is made exactly. Where the result is above 0 by more than
    that rounding, it is right to some 30 units in the last place, however near Q is to P.

    References
    ----------
    S. Kullback and R. A. Leibler, "On Information and Sufficiency", *Annals of Mathematical
    Statistics* 22, 1951, pp. 79-86; C. Loader, "Fast and Accurate Computation of Binomial
    Probabilities", 2000, for the series of the bracket.

    Examples
    --------
    A cat, of which a classifier is 70 percent sure:

    >>> from lib.information import kl_divergence
    >>> print(f"{kl_divergence([1, 0, 0], [0.7, 0.2, 0.1]):.4f} nats")
    0.3567 nats
    >>> print(kl_divergence([0.7, 0.2, 0.1], [1, 0, 0]))
    inf
    """
    p, q = as_distributions(p, q, axis)
    divergence = np.asarray(by_blocks(_plain_divergence, p, q))
    unsure = ~((divergence >= LARGE) & (divergence < np.inf))
    if unsure.any():
        p, q = np.broadcast_arrays(p, q)
        divergence[unsure] = by_blocks(_careful_divergence, p[unsure], q[unsure])
    return _in_base(divergence, base)


@documented_as(cross_entropy)
@quiet
def jensen_shannon_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None
) -> Array:
    """Return the Jensen-Shannon divergence: symmetric, finite, and at most log 2.

    Parameters
    ----------
    p, q : array_like
        Distributions along `axis`, of shapes that broadcast: (..., C) for the default axis.

    Returns
    -------
    ndarray
        Divergences, of the broadcast shape without `axis`, between 0 and log 2.

    Notes
    -----
    With the mixture ``M = (P + Q) / 2``:

    ``JS(P, Q) = D(P‖M) / 2 + D(Q‖M) / 2 = H(M) − (H(P) + H(Q)) / 2``

    It is computed from ``t = (P − Q) / (P + Q)``, as the mean over M of
    ``[(1 + t) log(1 + t) + (1 − t) log(1 − t)] / 2``, of which no term is negative: right to some
    30 units in the last place, however near P is to Q.

    The square root of this number, not the number itself, is a distance.

    References
    ----------
    J. Lin, "Divergence Measures Based on the Shannon Entropy", *IEEE Transactions on Information
    Theory* 37, 1991, pp. 145-151.

    Examples
    --------
    >>> from lib.information import jensen_shannon_divergence
    >>> print(jensen_shannon_divergence([1, 0], [0, 1], base=2))
    1.0
    """
    p, q = as_distributions(p, q, axis)
    t = (p - q) / (p + q)
    terms = xlog1py(1 + t, t) + xlog1py(1 - t, -t)
    near = np.abs(t) < NEAR
    terms[near] = _series(t[near] ** 2, lambda k: (k + 1) * (2 * k + 1)) * t[near] ** 2
    return _in_base(weighted((p + q) / 4, terms).sum(axis=-1), base)


@documented_as(cross_entropy)
@quiet
def perplexity(p: ArrayLike, q: ArrayLike | None = None, *, axis: int = -1) -> Array:
    """Return the perplexity of a distribution: how many equally likely outcomes it amounts to.

    Parameters
    ----------
    q : array_like, optional
        Predicted distributions along `axis`, of a shape that broadcasts with that of `p`: the
        result is then how perplexed one is who expects `q`. Without it, the prediction is `p`.

    Returns
    -------
    ndarray
        Perplexities, of the broadcast shape without `axis`, without a unit: between 1 and C without
        `q`; with it, at least that of `p`, and ``inf`` where ``q = 0 < p``.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers.
    ValueError
        If `p` or `q` is negative somewhere, contains NaN or does not sum to 1, or if they differ in
        the number of outcomes or do not broadcast.

    Notes
    -----
    ``perplexity(P) = exp H(P)`` and ``perplexity(P, Q) = exp H(P, Q)``, with H in nats. The base of
    the logarithm does not matter: ``exp H`` in nats is ``2^H`` in bits.

    References
    ----------
    F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, "Perplexity: a measure of the difficulty
    of speech recognition tasks", *Journal of the Acoustical Society of America* 62, 1977, p. S63.

    Examples
    --------
    >>> from lib.information import perplexity
    >>> print(f"{perplexity([0.25, 0.25, 0.25, 0.25]):.4f}")
    4.0000
    >>> print(f"{perplexity([0.5, 0.5], [0.9, 0.1]):.4f}")
    3.3333
    """
    return np.exp(entropy(p, axis=axis) if q is None else cross_entropy(p, q, axis=axis))


@documented_as(self_information)
@quiet
def conditional_entropy(joint: ArrayLike, *, base: float | None = None) -> Array:
    """Return the conditional entropy H(Y|X): what is left to learn of Y once X is known.

    Parameters
    ----------
    joint : array_like
        Joint probabilities of X and Y, of shape (..., X, Y): they sum to 1 over both axes.

    Returns
    -------
    ndarray
        Conditional entropies, of shape (...): between 0 and H(Y).

    Raises
    ------
    TypeError
        If `joint` does not hold real numbers.
    ValueError
        If `joint` has fewer than two axes, is negative somewhere, contains NaN or does not sum to
        1, or ``base <= 1``.

    Notes
    -----
    ``H(Y|X) = −Σ P(x, y) log P(y|x) = H(X, Y) − H(X)``, computed from the first form, of which no
    term is negative. A value of X that never occurs adds nothing.

    References
    ----------
    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd ed., Wiley, 2006,
    section 2.2.

    Examples
    --------
    >>> from lib.information import conditional_entropy
    >>> print(f"{conditional_entropy([[0.25, 0.25], [0.5, 0.0]], base=2):.4f} bits")
    0.5000 bits
    """
    p = _as_joint(joint)
    of_x = p.sum(axis=-1, keepdims=True)
    return _in_base(-xlogy(p, p / of_x).sum(axis=(-2, -1)), base)


@documented_as(conditional_entropy)
@quiet
def mutual_information(joint: ArrayLike, *, base: float | None = None) -> Array:
    """Return the mutual information I(X; Y): what one variable tells about the other.

    Returns
    -------
    ndarray
        Mutual information, of shape (...): between 0, where X and Y are independent, and the
        smaller of H(X) and H(Y).

    Notes
    -----
    ``I(X; Y) = D(P(x, y) ‖ P(x) P(y)) = H(Y) − H(Y|X)``. The divergence is computed term by term as
    in :func:`kl_divergence`, so that nearly independent variables keep their digits.

    References
    ----------
    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd ed., Wiley, 2006,
    section 2.3.

    Examples
    --------
    >>> from lib.information import mutual_information
    >>> print(f"{mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2):.4f} bits")
    1.0000 bits
    """
    p = _as_joint(joint)
    # The rounding of the sum, up to the tolerance, would be an information of its own.
    p = p / p.sum(axis=(-2, -1), keepdims=True)
    of_x, of_y = p.sum(axis=-1, keepdims=True), p.sum(axis=-2, keepdims=True)
    independent = of_x * of_y
    # A product that underflows is not 0: no joint event is impossible for its parts.
    apart = xlogy(p, p / of_x) - xlogy(p, of_y)
    terms = np.where(independent < 1e-300, apart, relative_entropy_terms(p, independent))
    return _in_base(np.maximum(terms.sum(axis=(-2, -1)), 0.0), base)


def _as_joint(joint: ArrayLike) -> Array:
    """Return joint probabilities of shape (..., X, Y) that sum to 1 over the last two axes."""
    given = as_array(joint, "joint")
    if given.ndim < 2:
        raise ValueError(f"joint must have shape (..., X, Y), got shape {given.shape}")
    flat = given.reshape(*given.shape[:-2], given.shape[-2] * given.shape[-1])
    return as_distribution(flat, "joint").reshape(given.shape)
