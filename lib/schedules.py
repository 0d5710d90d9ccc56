"""Learning-rate schedules: functions of the step, and the stateful form that training loops use.

A factory such as :func:`step_decay` returns a schedule: a function that maps a step `t`, or an
array of steps, to the learning rate. Steps start at 0. Whether a step is an iteration or an epoch
is up to the loop that calls the schedule; the functions of :mod:`lib.training` say which they use.
"""

from __future__ import annotations

import numpy as np

from lib._types import Array, ArrayLike, Schedule
from lib._validation import (
    as_choice,
    as_finite,
    as_integer,
    as_non_negative,
    as_number,
    as_real,
    as_schedule,
    quiet,
)

__all__ = [
    "LRScheduler",
    "ReduceOnPlateau",
    "constant",
    "cosine_decay",
    "exponential_decay",
    "inverse_time_decay",
    "step_decay",
    "with_linear_warmup",
]


def constant(init_value: float) -> Schedule:
    """Return the schedule of a learning rate that does not change.

    Parameters
    ----------
    init_value : float
        Learning rate α₀, at least 0.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If `init_value` is not a number.
    ValueError
        If `init_value` is negative or not finite, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α₀``

    References
    ----------
    L. Bottou, F. E. Curtis and J. Nocedal, "Optimization Methods for Large-Scale Machine Learning",
    *SIAM Review* 60, 2018, section 4.2, on the noise floor that a constant rate leaves.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> constant(0.1)([0, 1, 2])
    array([0.1, 0.1, 0.1])
    """
    init_value = as_number(init_value, "init_value", at_least=0)

    def schedule(t: ArrayLike) -> Array:
        return np.full_like(_as_steps(t), init_value)[()]

    return schedule


def step_decay(init_value: float, *, step_size: int, gamma: float = 0.1) -> Schedule:
    """Return the schedule of a learning rate that drops by a factor every `step_size` steps.

    Parameters
    ----------
    init_value : float
        Learning rate α₀, at least 0.
    step_size : int
        Number of steps s, at least 1, between drops.
    gamma : float
        Factor γ in (0, 1] of each drop.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If an argument is not a number, or `step_size` not an integer.
    ValueError
        If an argument is outside its range, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α₀ γ^⌊t / s⌋``

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition", *Computer
    Vision and Pattern Recognition*, 2016, section 3.4, for γ = 0.1.

    Examples
    --------
    >>> from lib.schedules import step_decay
    >>> step_decay(1.0, step_size=30, gamma=0.5)([0, 29, 30, 60])
    array([1.  , 1.  , 0.5 , 0.25])
    """
    init_value = as_number(init_value, "init_value", at_least=0)
    step_size = as_integer(step_size, "step_size", at_least=1)
    gamma = as_number(gamma, "gamma", above=0, at_most=1)

    @quiet
    def schedule(t: ArrayLike) -> Array:
        return init_value * gamma ** np.floor(_as_steps(t) / step_size)

    return schedule


def exponential_decay(init_value: float, *, k: float) -> Schedule:
    """Return the schedule of a learning rate that loses the same share at every step.

    Parameters
    ----------
    init_value : float
        Learning rate α₀, at least 0.
    k : float
        Decay rate, at least 0, per step.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If an argument is outside its range, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α₀ e^(−k t)``. The sum of all rates is finite, so that training stops after a finite
    distance. The same k means much less per epoch than per iteration.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 8.3.1, for
    the condition on the sum.

    Examples
    --------
    >>> from lib.schedules import exponential_decay
    >>> exponential_decay(1.0, k=0.5)([0, 1, 2]).round(4)
    array([1.    , 0.6065, 0.3679])
    """
    init_value = as_number(init_value, "init_value", at_least=0)
    k = as_number(k, "k", at_least=0)

    @quiet
    def schedule(t: ArrayLike) -> Array:
        return init_value * np.exp(-k * _as_steps(t))

    return schedule


def inverse_time_decay(init_value: float, *, k: float) -> Schedule:
    """Return the schedule of a learning rate that falls like one over the number of steps.

    Parameters
    ----------
    init_value : float
        Learning rate α₀, at least 0.
    k : float
        Decay rate, at least 0, per step.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If an argument is outside its range, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α₀ / (1 + k t)``. The sum of all rates is infinite and the sum of their squares finite:
    the conditions under which stochastic gradient descent converges.

    References
    ----------
    H. Robbins and S. Monro, "A Stochastic Approximation Method", *Annals of Mathematical
    Statistics* 22, 1951, pp. 400-407.

    Examples
    --------
    >>> from lib.schedules import inverse_time_decay
    >>> inverse_time_decay(1.0, k=0.5)([0, 2, 6])
    array([1.  , 0.5 , 0.25])
    """
    init_value = as_number(init_value, "init_value", at_least=0)
    k = as_number(k, "k", at_least=0)

    @quiet
    def schedule(t: ArrayLike) -> Array:
        return init_value / (1 + k * _as_steps(t))

    return schedule


def cosine_decay(init_value: float, *, decay_steps: int, final_value: float = 0.0) -> Schedule:
    """Return the schedule of a learning rate that follows half a cosine, then stays.

    Parameters
    ----------
    init_value : float
        Learning rate α₀ at step 0, at least 0.
    decay_steps : int
        Number of steps T, at least 1, to the final rate.
    final_value : float
        Learning rate from step T on, at least 0.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If an argument is not a number, or `decay_steps` not an integer.
    ValueError
        If an argument is outside its range, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α_T + ½ (α₀ − α_T) (1 + cos(π t / T))`` up to ``t = T``, then ``α_T``.

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
    *International Conference on Learning Representations*, 2017.

    Examples
    --------
    >>> from lib.schedules import cosine_decay
    >>> cosine_decay(1.0, decay_steps=10)([0, 5, 10, 20])
    array([1. , 0.5, 0. , 0. ])
    """
    init_value = as_number(init_value, "init_value", at_least=0)
    decay_steps = as_integer(decay_steps, "decay_steps", at_least=1)
    final_value = as_number(final_value, "final_value", at_least=0)

    @quiet
    def schedule(t: ArrayLike) -> Array:
        progress = np.minimum(_as_steps(t) / decay_steps, 1)
        return final_value + (init_value - final_value) * (1 + np.cos(np.pi * progress)) / 2

    return schedule


def with_linear_warmup(schedule: Schedule, *, warmup_steps: int) -> Schedule:
    """Return a schedule that climbs from 0 to the first rate of another, and then follows it.

    Parameters
    ----------
    schedule : callable
        Schedule to follow; it starts at its own step 0 when the warm-up is over.
    warmup_steps : int
        Number of steps w, at least 0, of the climb.

    Returns
    -------
    callable
        ``schedule(t)``, for `t` a step or an array of steps >= 0.

    Raises
    ------
    TypeError
        If `schedule` is not a function, or `warmup_steps` not an integer.
    ValueError
        If `warmup_steps` is negative, or `t` is negative or not finite.

    Notes
    -----
    ``α(t) = α(0) t / w`` for ``t < w``, then ``α(t − w)``. The rate of step 0 is 0, as in optax:
    the first update changes nothing.

    References
    ----------
    P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", arXiv:1706.02677,
    2017, section 2.2.

    Examples
    --------
    >>> from lib.schedules import constant, with_linear_warmup
    >>> with_linear_warmup(constant(1.0), warmup_steps=4)([0, 1, 2, 4, 5])
    array([0.  , 0.25, 0.5 , 1.  , 1.  ])
    """
    as_schedule(schedule)
    warmup_steps = as_integer(warmup_steps, "warmup_steps", at_least=0)

    @quiet
    def warmed_up(t: ArrayLike) -> Array:
        t = _as_steps(t)
        climb = np.minimum(t / warmup_steps, 1) if warmup_steps else 1.0
        return climb * schedule(np.maximum(t - warmup_steps, 0))

    return warmed_up


class LRScheduler:
    """Count the steps of a training loop and give the learning rate of the current one.

    Parameters
    ----------
    schedule : callable
        Function of the step.

    Raises
    ------
    TypeError
        If `schedule` is not a function.

    Notes
    -----
    After n calls of :meth:`step`, :meth:`get_lr` gives ``schedule(n)``. The object holds the one
    thing that a loop would otherwise carry along: the count.

    References
    ----------
    PyTorch documentation, ``torch.optim.lr_scheduler``, for the interface.

    Examples
    --------
    >>> from lib.schedules import LRScheduler, step_decay
    >>> scheduler = LRScheduler(step_decay(0.1, step_size=2, gamma=0.5))
    >>> for _ in range(4):
    ...     print(scheduler.get_lr())
    ...     scheduler.step()
    0.1
    0.1
    0.05
    0.05
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = as_schedule(schedule)
        self._count = 0

    def __repr__(self) -> str:
        return f"LRScheduler(count={self._count}, lr={self.get_lr():g})"

    def step(self, count: int = 1) -> None:
        """Advance by `count` steps, an integer of 0 or more."""
        self._count += as_integer(count, "count", at_least=0)

    def get_lr(self) -> Array:
        """Return the learning rate of the current step."""
        return self._schedule(self._count)


class ReduceOnPlateau:
    """Lower the learning rate when a number that is watched has stopped getting better.

    Parameters
    ----------
    init_value : float
        Learning rate to start with, above 0.
    factor : float
        Factor in (0, 1) of each cut.
    patience : int
        How many values in a row may be no better; the next one cuts the rate.
    threshold : float
        Share, at least 0, by which a value has to beat the best one to count as better.
    mode : {"min", "max"}
        Whether lower values are better, as of a loss, or higher ones, as of an accuracy.

    Raises
    ------
    TypeError
        If an option is of the wrong type.
    ValueError
        If an option is outside its range.

    Notes
    -----
    A value is better if it is below ``best (1 − threshold)``, or above ``best (1 + threshold)``:
    PyTorch's ``ReduceLROnPlateau`` with its defaults, one of which leaves the rate alone where a
    cut would change it by 1e-8 or less. Of a negative loss, the relative threshold counts a value
    that stays the same as better, so that the rate is never cut.

    References
    ----------
    PyTorch documentation, ``torch.optim.lr_scheduler.ReduceLROnPlateau``.

    Examples
    --------
    >>> from lib.schedules import ReduceOnPlateau
    >>> scheduler = ReduceOnPlateau(1.0, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     scheduler.step(loss)
    >>> scheduler.get_lr()
    0.5
    """

    def __init__(
        self,
        init_value: float,
        *,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        mode: str = "min",
    ) -> None:
        self._lr = as_number(init_value, "init_value", above=0)
        self._factor = as_number(factor, "factor", above=0, below=1)
        self._patience = as_integer(patience, "patience", at_least=0)
        self._threshold = as_number(threshold, "threshold", at_least=0)
        self._mode = as_choice(mode, "mode", ("min", "max"))
        self._best = np.inf if mode == "min" else -np.inf
        self._waited = 0

    def __repr__(self) -> str:
        return f"ReduceOnPlateau(best={self._best:g}, waited={self._waited}, lr={self._lr:g})"

    def step(self, metric: ArrayLike) -> None:
        """Take the next value, a single number."""
        value = as_real(metric, "metric")
        if value.ndim:
            raise ValueError(f"metric must be a single number, got shape {value.shape}")
        if self._mode == "min":
            better = bool(value < self._best * (1 - self._threshold))
        else:
            better = bool(value > self._best * (1 + self._threshold))
        if better:
            self._best, self._waited = float(value), 0
        else:
            self._waited += 1
        if self._waited > self._patience:
            self._waited = 0
            if self._lr * (1 - self._factor) > 1e-8:
                self._lr *= self._factor

    def get_lr(self) -> float:
        """Return the learning rate as it is now."""
        return self._lr


def _as_steps(t: ArrayLike) -> Array:
    """Return steps as a float64 array of finite numbers >= 0."""
    return as_finite(as_non_negative(t, "t"), "t")
