"""Checks, conventions and reductions that the public functions share.

Every public function turns its arguments into float64 arrays here, or says which argument is wrong,
what it got and what it wants. What is left in the function is the mathematics.
"""

import numbers
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lib._types import Array, ArrayLike, Bools, Integers, Random, Seed, Shape

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", str, int)

#: How far from 1 the sum of a distribution may be: numbers of 64 bits, then of 32. Narrower formats
#: get what their rounding can do: see :func:`sum_tolerance`.
SUM_TOLERANCE, SUM_TOLERANCE_32 = 1e-6, 1e-4

#: The 8- and 16-bit formats: the distance from 1 to the next number, and the smallest above 0.
NARROW = {
    "float16": (2.0**-10, 2.0**-24),
    "bfloat16": (2.0**-7, 2.0**-133),
    "float8_e4m3fn": (2.0**-3, 2.0**-9),
    "float8_e5m2": (2.0**-2, 2.0**-16),
}

#: How many numbers are worked on at once: with what is made of them, they fit a processor's cache.
BLOCK = 2**15

#: Decorator. An infinity that the mathematics asks for is an answer, not a warning.
quiet = np.errstate(all="ignore")


def as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return `values` as an array of real numbers, of whatever type they came in."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        message = f"{name} must be a rectangular array of numbers, got rows of unequal length"
        raise ValueError(message) from error
    if array.dtype.kind not in "biuf" and array.dtype.name not in NARROW:
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array


@quiet
def as_real(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array without NaN, copied only if it was of another type."""
    array = as_array(values, name).astype(np.float64, copy=False)
    # The minimum of an array with a NaN is NaN: one pass, and no array of booleans.
    if array.size and np.isnan(array.min()):
        raise ValueError(f"{name} must not contain NaN, got NaN{where(np.isnan(array))}")
    return array


def as_finite(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array without NaN and infinities."""
    array = as_real(values, name)
    check(np.isfinite(array), array, name, "be finite")
    return array


def as_single(value: ArrayLike, name: str) -> float:
    """Return what a function of the user's returned as a float, if it is one finite number."""
    array = as_finite(value, name)
    if array.ndim:
        raise ValueError(f"{name} must be a single number, got shape {array.shape}")
    return float(array)


@quiet
def as_non_negative(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array of numbers >= 0."""
    array = as_array(values, name).astype(np.float64, copy=False)
    if array.size and not array.min() >= 0:
        check(as_real(array, name) >= 0, array, name, "be non-negative")
    return array


def as_probability(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array of numbers in [0, 1]."""
    array = as_real(values, name)
    if array.size and not (array.min() >= 0 and array.max() <= 1):
        check((array >= 0) & (array <= 1), array, name, "lie in [0, 1]")
    return array


def as_sign(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array of 1 and -1."""
    array = as_real(values, name)
    check(np.abs(array) == 1, array, name, "be 1 or -1")
    return array


@quiet
def as_distribution(values: ArrayLike, name: str, axis: int = -1) -> Array:
    """Return `values` as non-negative float64 numbers that sum to 1, with `axis` moved last."""
    given = as_array(values, name)
    array = last_axis(as_non_negative(given, name), name, axis)
    totals = array @ np.ones(array.shape[-1])  # a sum, but much faster along a short axis
    tolerance = sum_tolerance(given.dtype, array.shape[-1])
    wrong = ~(np.abs(totals - 1) <= tolerance)
    if wrong.any():
        message = f"{name} must sum to 1 along axis {axis}, got {totals[wrong][0]:.10g}"
        raise ValueError(f"{message}{where(wrong)}; {given.dtype} may be off by {tolerance:.2g}")
    return array


def sum_tolerance(dtype: np.dtype[Any], outcomes: int) -> float:
    """Return how far from 1 the sum of a distribution in this format may be.

    Libraries' own softmax over 151,936 classes is off by 1.6e-5 in 32 bits. In narrower formats
    each probability is rounded by up to half a unit in its last place, or flushed to 0.
    """
    if dtype.name in NARROW:
        spacing, smallest = NARROW[dtype.name]
        return 4 * spacing + outcomes * smallest
    return SUM_TOLERANCE_32 if dtype == np.float32 else SUM_TOLERANCE


def as_log_probability(values: ArrayLike, name: str) -> Array:
    """Return `values` as a float64 array of numbers that the logarithm of a probability can be.

    That is 0 at most. Rounding can leave a little more, as much as in a distribution's sum.
    """
    given = as_array(values, name)
    array = as_real(given, name)
    tolerance = max(SUM_TOLERANCE_32, sum_tolerance(given.dtype, 1))
    if array.size and array.max() > tolerance:
        wanted = "be logarithms of probabilities, 0 or below (take np.log of probabilities first)"
        check(array <= tolerance, array, name, wanted)
    return array


def as_distributions(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[Array, Array]:
    """Return two distributions over the same outcomes, with `axis` moved last in both."""
    p, q = as_array(p, "p"), as_array(q, "q")
    shapes = f"got shapes {p.shape} and {q.shape}"
    p, q = as_distribution(p, "p", axis), as_distribution(q, "q", axis)
    if p.shape[-1] != q.shape[-1]:
        message = f"p and q must have as many outcomes as each other along axis {axis}, {shapes}"
        raise ValueError(message)
    try:
        np.broadcast_shapes(p.shape, q.shape)
    except ValueError as error:
        raise ValueError(f"p and q must have shapes that broadcast, {shapes}") from error
    return p, q


@quiet
def as_shifted_scores(scores: ArrayLike, name: str, axis: int = -1) -> Array:
    """Return a new array: `scores` minus their largest along `axis`, so that exp cannot overflow.

    Scores of another type are converted by the subtraction, without a copy of their own.
    """
    scores, largest = as_scores(scores, name, axis)
    return np.subtract(scores, largest, dtype=np.float64)


@quiet
def as_scores(scores: ArrayLike, name: str, axis: int = -1) -> tuple[NDArray[Any], Array]:
    """Return `scores` as an array of their type, and the largest along `axis`, which is kept.

    A score of -inf is a class ruled out. The largest is finite unless there is a NaN or a +inf or
    nothing but -inf: the check costs no pass over the scores.
    """
    scores = as_array(scores, name)
    axis = class_axis(scores, name, axis)
    largest = scores.max(axis=axis, keepdims=True).astype(np.float64, copy=False)
    if not np.isfinite(largest).all():
        check(~np.isnan(scores), scores, name, "not contain NaN")
        check(scores < np.inf, scores, name, "be finite, or -inf for a class ruled out")
        raise ValueError(f"{name} must have a finite score in every row, got only -inf in a row")
    return scores, largest


def by_blocks(function: Callable[..., Array], *arrays: Array) -> Array:
    """Return what a function makes of rows along the last axis, given a block of them at a time.

    Blocks stay in the processor's cache from one step of the function to the next, and no step
    makes an array of the size of the whole.
    """
    arrays = np.broadcast_arrays(*arrays)
    shape = arrays[0].shape
    if len(shape) < 2:
        return function(*(array[None] for array in arrays))[0]
    result = np.empty(shape[:-1])
    for rows in chunks(shape[0], max(1, BLOCK // max(1, arrays[0][:1].size))):
        result[rows] = function(*(array[rows] for array in arrays))
    return result


def chunks(count: int, size: int) -> Iterator[slice]:
    """Yield the slices that cut so many into chunks."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def as_labels(
    labels: ArrayLike,
    *,
    classes: int,
    shape: Shape,
    of: str,
    name: str = "labels",
    hint: str = "",
    ignored: int | None = None,
) -> Integers:
    """Return integer class labels in 0 ... classes - 1, one for each row `of` something.

    A label may be `ignored` too.
    """
    labels = as_array(labels, name)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(f"{name} must be integer class labels, got dtype {labels.dtype}{hint}")
    if labels.shape != shape:
        message = f"{name} must have shape {shape}, one label for each row of {of}"
        raise ValueError(f"{message}, got shape {labels.shape}")
    labels = labels.astype(np.intp, copy=False)
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        valid = (labels >= 0) & (labels < classes) | (labels == ignored)
        or_ignored = "" if ignored is None else f", or {ignored} to be ignored"
        check(valid, labels, name, f"be class labels in 0 ... {classes - 1}{or_ignored}")
    return labels


@quiet
def as_matching(**arrays: ArrayLike) -> tuple[Array, ...]:
    """Return each argument as a float64 array, once their shapes are known to go together.

    Leading axes broadcast. Shapes whose combination is larger than each of them, such as (N,) and
    (N, 1), which NumPy would turn into (N, N), are an error.
    """
    converted: dict[str, Any] = {name: as_real(values, name) for name, values in arrays.items()}
    check_shapes(**converted)
    return tuple(converted.values())


def check_shapes(
    *, same: bool = False, vectors: bool = False, onto_first: bool = False, **arrays: NDArray[Any]
) -> None:
    """Raise ValueError unless the shapes broadcast to one of them (the first), or are the same.

    The last axis of `vectors` does not broadcast.
    """
    shapes = [array.shape for array in arrays.values()]
    allowed = shapes[:1] if onto_first else shapes
    try:
        fits = len(set(shapes)) == 1 if same else np.broadcast_shapes(*shapes) in allowed
    except ValueError:
        fits = False
    if not fits or (vectors and len({shape[-1] for shape in shapes}) > 1):
        names, got = " and ".join(arrays), " and ".join(map(str, shapes))
        raise ValueError(f"{names} must have the same shape, got {got}")


def check(valid: Bools | bool, array: NDArray[Any], name: str, wanted: str) -> None:
    """Raise ValueError with the first value of `array` that is not valid."""
    if not np.all(valid):
        wrong = ~np.asarray(valid)
        raise ValueError(f"{name} must {wanted}, got {array[wrong][0]}{where(wrong)}")


def where(wrong: Bools) -> str:
    """Return " at index (...)" of the first True; nothing for a single number."""
    if np.ndim(wrong) == 0:
        return ""
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f" at index {index if len(index) > 1 else index[0]}"


def class_axis(array: NDArray[Any], name: str, axis: int) -> int:
    """Return `axis` counted from 0, once it is known to exist and to hold a class or more."""
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis, got the single number {array}")
    try:
        axis = operator.index(axis)
    except TypeError as error:
        raise TypeError(f"axis must be an integer, got {axis!r}") from error
    if not -array.ndim <= axis < array.ndim:
        raise ValueError(f"axis must be an axis of {name} of shape {array.shape}, got {axis}")
    if array.shape[axis] == 0:
        message = f"{name} must have one class or more along axis {axis}, got shape {array.shape}"
        raise ValueError(message)
    return axis % array.ndim


def last_axis(array: Array, name: str, axis: int) -> Array:
    """Return a view of `array` with `axis` moved last."""
    return np.moveaxis(array, class_axis(array, name, axis), -1)


def as_number(
    value: float,
    name: str,
    *,
    above: float = -np.inf,
    at_least: float = -np.inf,
    at_most: float = np.inf,
    below: float = np.inf,
) -> float:
    """Return an option as a float within its limits; the outermost are exclusive."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not (above < value < below and at_least <= value <= at_most):
        limits = {">": above, ">=": at_least, "<=": at_most, "<": below}
        wanted = [f"{sign} {limit:g}" for sign, limit in limits.items() if np.isfinite(limit)]
        if not np.isfinite(value):
            wanted = ["finite", *wanted]
        raise ValueError(f"{name} must be {' and '.join(wanted)}, got {value!r}")
    return float(value)


def as_integer(value: int, name: str, *, at_least: float = -np.inf) -> int:
    """Return an option as an int within its limit."""
    try:
        whole = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, got {value!r}") from error
    if isinstance(value, bool):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if whole < at_least:
        raise ValueError(f"{name} must be >= {at_least}, got {value!r}")
    return whole


def as_function(function: F, name: str, hint: str = "function") -> F:
    """Return `function` if it can be called."""
    if not callable(function):
        raise TypeError(f"{name} must be a {hint}, got {function!r}")
    return function


def as_schedule(schedule: F) -> F:
    """Return `schedule` if it can be called."""
    return as_function(schedule, "schedule", "function of the step such as constant(0.1)")


def as_rng(rng: Seed) -> Random:
    """Return a source of random numbers: one that is given, or NumPy's for a seed or None."""
    if hasattr(rng, "standard_normal") and hasattr(rng, "permutation"):
        return cast(Random, rng)
    return np.random.default_rng(rng)


def as_choice(value: T, name: str, choices: Sequence[T]) -> T:
    """Return an option that is one of a few."""
    if value not in choices:
        wanted = " or ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return value


def weighted(weights: Array | float, values: Array) -> Array:
    """Return the product, with 0 times infinity = 0: what has no weight does not count."""
    product = np.asarray(weights * values)
    # Neither factor has a NaN of its own. The minimum finds one without an array of booleans.
    if product.size and np.isnan(product.min()):
        product[np.broadcast_to(weights == 0, product.shape)] = 0.0
    return product[()]


def weighted_sum(weights: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of the products along the last axis, with 0 times infinity = 0."""
    total = np.vecdot(weights, values)
    return weighted(weights, values).sum(axis=-1) if np.isnan(total).any() else total


def as_class_weights(weights: ArrayLike | None, classes: int) -> Array | None:
    """Return one weight >= 0 for each class, if weights are given."""
    if weights is None:
        return None
    array = as_non_negative(weights, "class_weights")
    check(array < np.inf, array, "class_weights", "be finite")
    if array.shape != (classes,):
        message = f"class_weights must have shape ({classes},), one weight for each class"
        raise ValueError(f"{message}, got shape {array.shape}")
    return array


def as_ignored(ignore_index: int | None) -> int | None:
    """Return the label that does not count, if there is one."""
    return None if ignore_index is None else as_integer(ignore_index, "ignore_index")


def total_weight(weights: Array, reduction: str) -> float:
    """Return what the mean of losses with these weights is divided by."""
    total = float(weights.sum())
    if reduction == "mean" and total == 0 and weights.size:
        raise ValueError(
            "the mean loss is not defined where no label counts, got labels that are all ignored "
            'or of weight 0; give one that counts, or reduction="sum"'
        )
    return total


def set_to_minus_the_rest(gradient: NDArray[Any], index: NDArray[Any]) -> NDArray[Any]:
    """Set one entry of each row so that the row sums to 0; `gradient` is overwritten, and returned.

    The derivatives with respect to the scores of a softmax do, and the sum of the small ones has
    the digits that a difference of large ones, 1 - 0.999..., has lost.
    """
    chosen = places(gradient, index)
    np.put(gradient, chosen, 0.0)
    np.put(gradient, chosen, -gradient.sum(axis=-1, dtype=np.float64))
    return gradient


def places(array: NDArray[Any], index: NDArray[Any]) -> NDArray[Any]:
    """Return where one entry of each row is for np.put, which counts the rows as one line."""
    chosen = np.arange(0, array.size, array.shape[-1]).reshape(index.shape)
    chosen += index
    return chosen


def pick(scores: Array, labels: NDArray[Any]) -> Array:
    """Return the score of each label: ``scores[..., labels]``, row by row."""
    return np.take_along_axis(scores, labels[..., None], axis=-1)[..., 0]


def one_hot(labels: NDArray[Any], classes: int) -> Array:
    """Return rows of 0 with a 1 at the label."""
    rows = np.zeros((*labels.shape, classes))
    np.put_along_axis(rows, labels[..., None], 1.0, axis=-1)
    return rows


def reduce_losses(losses: Array, reduction: str, *, samples: float | None = None) -> Array:
    """Return the mean or the sum of the losses, or the losses themselves.

    There are as many samples as there are losses, unless `samples` says how many, or their weight.
    """
    losses = np.asarray(losses)
    check_defined(losses)
    total = losses if reduction == "none" else losses.sum()
    # Adding 0 turns the -0.0 of a perfect prediction into 0.0.
    return total / divisor(reduction, losses.size if samples is None else samples) + 0.0


def reduce_gradient(
    gradient: Array, reduction: str, *, samples: float | None = None, shape: Shape | None = None
) -> Array:
    """Return the gradient of the mean or the sum of the losses; `gradient` is overwritten.

    There are as many samples as there are elements, unless `samples` says how many, or their
    weight. An argument of another `shape`, which has been broadcast, gets the sum over its copies.
    """
    gradient = np.asarray(gradient)
    check_defined(gradient)
    gradient /= divisor(reduction, gradient.size if samples is None else samples)
    gradient += 0.0
    return (gradient if shape is None else sum_to_shape(gradient, shape))[()]


def divisor(reduction: str, samples: float) -> float:
    """Return what the reduction divides the sum of the losses by."""
    if as_choice(reduction, "reduction", ("mean", "sum", "none")) != "mean":
        return 1
    if samples == 0:
        raise ValueError(
            "the mean loss of an empty batch is not defined, got no samples; "
            'give one sample or more, or reduction="sum"'
        )
    return samples


def check_defined(array: Array) -> None:
    """Raise ValueError if infinities have cancelled; NaN in the arguments was refused before."""
    if array.size and np.isnan(array.min()):
        raise ValueError(
            f"the loss is not defined where infinities cancel{where(np.isnan(array))}; "
            "give finite values, or smaller ones, there"
        )


def sum_to_shape(array: Array, shape: Shape) -> Array:
    """Return `array` summed over the axes along which `shape` was broadcast."""
    if array.shape == shape:
        return array
    array = array.sum(axis=tuple(range(array.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and array.shape[i] != 1)
    return array.sum(axis=stretched, keepdims=True)
