"""Codes: what entropy costs in symbols that are sent.

A code gives each of C outcomes a codeword, written in bits unless `base` says otherwise. What
matters of a codeword is its length: its cost is its share of the Kraft budget.
"""

from __future__ import annotations

import heapq
import itertools

import numpy as np

from lib._types import Array, ArrayLike, Integers
from lib._validation import as_distribution, as_finite, as_number, check, quiet

__all__ = [
    "expected_length",
    "huffman_lengths",
    "kraft_sum",
    "prefix_code",
    "shannon_lengths",
]


def _as_lengths(lengths: ArrayLike) -> Array:
    """Return codeword lengths, shape (..., C), as float64 whole numbers of at least 1."""
    lengths = as_finite(lengths, "lengths")
    if lengths.ndim == 0 or lengths.shape[-1] == 0:
        message = f"lengths must hold at least one codeword length, got shape {lengths.shape}"
        raise ValueError(message)
    check((lengths >= 1) & (lengths == np.floor(lengths)), lengths, "lengths", "be whole and >= 1")
    return lengths


@quiet
def kraft_sum(lengths: ArrayLike, *, base: float = 2) -> Array:
    """Return the Kraft sum of codeword lengths: the share of all codewords that they use up.

    Parameters
    ----------
    lengths : array_like
        Codeword lengths along the last axis, shape (..., C): whole numbers of at least 1.
    base : float, optional
        Number of letters in the code's alphabet: 2 for bits.

    Returns
    -------
    ndarray
        Kraft sums, shape (...). A prefix code of these lengths exists if and only if the sum is
        at most 1.

    Raises
    ------
    TypeError
        If `lengths` does not hold real numbers.
    ValueError
        If a length is below 1 or not whole, or ``base <= 1``.

    Notes
    -----
    ``K = Σ base^(−l(x))``

    References
    ----------
    L. G. Kraft, "A Device for Quantizing, Grouping, and Coding Amplitude-Modulated Pulses", MS
    thesis, Massachusetts Institute of Technology, 1949.

    Examples
    --------
    Two codewords of one bit leave nothing for a third:

    >>> from lib.coding import kraft_sum
    >>> print(kraft_sum([1, 2, 2]), kraft_sum([1, 1, 2]))
    1.0 1.25
    """
    return (as_number(base, "base", above=1) ** -_as_lengths(lengths)).sum(axis=-1)


def expected_length(p: ArrayLike, lengths: ArrayLike) -> Array:
    """Return the expected codeword length: the symbols that an outcome costs on average.

    Parameters
    ----------
    p : array_like
        Distributions along the last axis, shape (..., C).
    lengths : array_like
        Codeword lengths, of a shape that broadcasts with that of `p`.

    Returns
    -------
    ndarray
        Expected lengths, shape (...), in symbols of the code: bits for a binary code.

    Raises
    ------
    TypeError
        If `p` or `lengths` does not hold real numbers.
    ValueError
        If `p` is not a distribution, a length is below 1 or not whole, or the two differ in the
        number of outcomes or do not broadcast.

    Notes
    -----
    ``L = Σ P(x) l(x)``, which is at least H(P) for every code within the Kraft budget.

    References
    ----------
    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd ed., Wiley, 2006,
    section 5.3.

    Examples
    --------
    >>> from lib.coding import expected_length
    >>> print(expected_length([0.5, 0.3, 0.2], [1, 2, 2]))
    1.5
    """
    p, lengths = as_distribution(p, "p"), _as_lengths(lengths)
    got = f"got shapes {lengths.shape} and {p.shape}"
    if p.shape[-1] != lengths.shape[-1]:
        raise ValueError(f"lengths must hold one length for each outcome of p, {got}")
    try:
        np.broadcast_shapes(p.shape, lengths.shape)
    except ValueError as error:
        raise ValueError(f"lengths must have a shape that broadcasts with p, {got}") from error
    return (p * lengths).sum(axis=-1)


def prefix_code(lengths: ArrayLike) -> list[str]:
    """Return binary codewords of the given lengths, none of them the beginning of another.

    Parameters
    ----------
    lengths : array_like
        One codeword length for each outcome, shape (C,).

    Returns
    -------
    list of str
        The canonical code: shorter codewords first, in counting order, earlier outcomes first.

    Raises
    ------
    TypeError
        If `lengths` does not hold real numbers.
    ValueError
        If a length is below 1 or not whole, or the lengths exceed the Kraft budget.

    Notes
    -----
    Each codeword of length l takes the next interval of width ``2^(−l)`` in [0, 1), and its bits
    are the binary digits of the interval's left end.

    References
    ----------
    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd ed., Wiley, 2006,
    section 5.2.

    Examples
    --------
    >>> from lib.coding import prefix_code
    >>> prefix_code([2, 1, 2])
    ['10', '0', '11']
    """
    lengths = _as_lengths(lengths)
    if lengths.ndim != 1:
        raise ValueError(f"lengths must be one-dimensional, got shape {lengths.shape}")
    whole = [int(length) for length in lengths]
    deepest = max(whole)
    # Whole numbers, in units of the smallest interval, so that no code is too long to be exact.
    used = sum(1 << (deepest - length) for length in whole)
    if used > 1 << deepest:
        raise ValueError(f"lengths must have a Kraft sum of at most 1, got {kraft_sum(lengths):g}")
    words, start = [""] * len(whole), 0
    for i in sorted(range(len(whole)), key=whole.__getitem__):
        words[i] = format(start >> (deepest - whole[i]), f"0{whole[i]}b")
        start += 1 << (deepest - whole[i])
    return words


def shannon_lengths(p: ArrayLike) -> Integers:
    """Return Shannon's codeword lengths: the information content, rounded up to whole bits.

    Parameters
    ----------
    p : array_like
        Distributions along the last axis, shape (..., C), without zeros.

    Returns
    -------
    ndarray of int
        Lengths of the shape of `p`, at least 1. They keep to the Kraft budget, and their expected
        length is below H(P) + 1 bits wherever no outcome is certain.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` is not a distribution, or has an outcome of probability 0, which no finite length
        fits.

    Notes
    -----
    ``l(x) = ⌈−log₂ P(x)⌉``

    References
    ----------
    C. E. Shannon, "A Mathematical Theory of Communication", *Bell System Technical Journal* 27,
    1948, section 9.

    Examples
    --------
    >>> from lib.coding import shannon_lengths
    >>> shannon_lengths([0.5, 0.3, 0.2])
    array([1, 2, 3])
    """
    p = as_distribution(p, "p")
    check(p > 0, p, "p", "be above 0")
    return np.maximum(np.ceil(-np.log2(p)), 1).astype(np.int64)


def huffman_lengths(p: ArrayLike) -> Integers:
    """Return the codeword lengths of a Huffman code: the shortest average a code can have.

    Parameters
    ----------
    p : array_like
        One distribution, shape (C,).

    Returns
    -------
    ndarray of int
        Lengths, shape (C,). A single outcome gets length 1.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` is not a distribution or not one-dimensional.

    Notes
    -----
    Merge the two least probable groups until one is left; each merge adds a bit to its members.
    The expected length lies in ``[H(P), H(P) + 1)`` bits where no outcome is certain.

    References
    ----------
    D. A. Huffman, "A Method for the Construction of Minimum-Redundancy Codes", *Proceedings of the
    IRE* 40, 1952, pp. 1098-1101.

    Examples
    --------
    >>> from lib.coding import huffman_lengths
    >>> huffman_lengths([0.5, 0.3, 0.2])
    array([1, 2, 2])
    """
    p = as_distribution(p, "p")
    if p.ndim != 1:
        raise ValueError(f"p must be one-dimensional, got shape {p.shape}")
    if p.size == 1:
        return np.ones(1, dtype=np.int64)
    lengths = np.zeros(p.size, dtype=np.int64)
    order = itertools.count()  # earlier groups first among equals, so that the code is definite
    groups = [(probability, next(order), [i]) for i, probability in enumerate(p)]
    heapq.heapify(groups)
    while len(groups) > 1:
        (a, _, first), (b, _, second) = heapq.heappop(groups), heapq.heappop(groups)
        lengths[first + second] += 1
        heapq.heappush(groups, (a + b, next(order), first + second))
    return lengths
