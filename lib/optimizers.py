"""Optimisers: what is made of a gradient before the parameters move.

An optimiser is a pair of functions, as in optax. ``state = optimizer.init(params)`` makes what it
remembers; ``updates, state = optimizer.update(grads, state, params)`` returns what to add to the
parameters, and what it remembers then. `params` is an array, or a dict or tuple of arrays, and
`grads` and `updates` are of the same form. Nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lib._types import Array, Rate
from lib._validation import as_number, as_real, as_schedule, as_single, quiet, weighted

__all__ = ["Optimizer", "adam", "adamw", "chain", "clip_by_global_norm", "sgd"]

Tree = Any  # an array, or a dict or tuple of arrays


class Optimizer(NamedTuple):
    """A pair of functions that turn gradients into updates.

    Attributes
    ----------
    init : callable
        ``init(params)`` returns the state to start from.
    update : callable
        ``update(grads, state, params)`` returns the updates and the next state.

    Notes
    -----
    Parameters, gradients and updates are arrays, or dicts or tuples of them, and float64.

    References
    ----------
    I. Babuschkin et al., *The DeepMind JAX Ecosystem*, 2020, for the interface of optax.

    Examples
    --------
    >>> from lib.optimizers import sgd
    >>> optimizer = sgd(0.1)
    >>> updates, state = optimizer.update([2.0, -4.0], optimizer.init([0.0, 0.0]), [0.0, 0.0])
    >>> updates
    array([-0.2,  0.4])
    """

    init: Callable[[Tree], Any]
    update: Callable[..., tuple[Tree, Any]]


def sgd(schedule: Rate | float, *, momentum: float = 0.0, nesterov: bool = False) -> Optimizer:
    """Return stochastic gradient descent, with momentum if wanted.

    Parameters
    ----------
    schedule : callable or float
        Learning rate as a function of the step 0, 1, ..., or one that does not change.
    momentum : float
        Share μ in [0, 1) of the velocity that stays at each step.
    nesterov : bool
        Whether the step looks ahead by the velocity; it needs a momentum above 0.

    Returns
    -------
    Optimizer
        Pair of `init` and `update`.

    Raises
    ------
    TypeError
        If `schedule` is neither a function nor a number, or `momentum` not a number.
    ValueError
        If an option is outside its range, or a gradient is NaN or not of the parameters' shape.

    Notes
    -----
    ``v ← μ v + g``; the update is ``−α(t) v``, or ``−α(t) (g + μ v)`` of Nesterov's kind. The rate
    stands outside the velocity, as in PyTorch's ``SGD``; Keras keeps it inside.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and
    momentum in deep learning", *International Conference on Machine Learning*, 2013.

    Examples
    --------
    >>> from lib.optimizers import sgd
    >>> from lib.training import gradient_descent
    >>> gradient_descent(lambda x: 2 * x, 8.0, optimizer=sgd(0.25, momentum=0.5), steps=3)
    array([ 8.,  4.,  0., -2.])
    """
    rate = _as_rate(schedule)
    momentum = as_number(momentum, "momentum", at_least=0, below=1)
    if nesterov and momentum == 0:
        raise ValueError(f"momentum must be > 0 for nesterov=True, got {momentum!r}")

    def init(params: Tree) -> Any:
        return 0, _map(np.zeros_like, _as_tree(params, "params"))

    @quiet
    def update(grads: Tree, state: Any, params: Tree = None) -> tuple[Tree, Any]:
        count, velocity = state
        grads = _as_like(grads, velocity)
        velocity = _map(lambda v, g: momentum * v + g, velocity, grads)
        ahead = _map(lambda v, g: g + momentum * v, velocity, grads) if nesterov else velocity
        alpha = as_single(rate(count), "schedule(t)")
        return _map(lambda x: weighted(-alpha, x), ahead), (count + 1, velocity)

    return Optimizer(init, update)


def adam(
    schedule: Rate | float, *, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Return Adam: steps of about the learning rate, whatever the gradient's size.

    Parameters
    ----------
    schedule : callable or float
        Learning rate as a function of the step 0, 1, ..., or one that does not change.
    b1 : float
        Share β₁ in [0, 1) of the mean gradient that stays at each step.
    b2 : float
        Share β₂ in [0, 1) of the mean square that stays at each step.
    eps : float
        Number, at least 0, added to the root of the mean square.

    Returns
    -------
    Optimizer
        Pair of `init` and `update`.

    Raises
    ------
    TypeError
        If `schedule` is neither a function nor a number, or an option not a number.
    ValueError
        If an option is outside its range, or a gradient is NaN or not of the parameters' shape.

    Notes
    -----
    ``m ← β₁ m + (1 − β₁) g`` and ``v ← β₂ v + (1 − β₂) g²``; the update of step t = 1, 2, ... is
    ``−α m̂ / (√v̂ + ε)``, with ``m̂ = m / (1 − β₁ᵗ)`` and ``v̂ = v / (1 − β₂ᵗ)``: PyTorch's ``Adam``.

    After a quiet stretch one step can be ``(1 − β₁) / √(1 − β₂)`` times the rate: 3.16 by default.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", *International Conference
    on Learning Representations*, 2015.

    Examples
    --------
    >>> from lib.optimizers import adam
    >>> optimizer = adam(0.1)
    >>> updates, state = optimizer.update([1e-3, -50.0], optimizer.init([0.0, 0.0]))
    >>> updates.round(4)
    array([-0.1,  0.1])
    """
    return adamw(schedule, b1=b1, b2=b2, eps=eps, weight_decay=0.0)


def adamw(
    schedule: Rate | float,
    *,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Optimizer:
    """Return Adam with decoupled weight decay.

    Parameters
    ----------
    schedule : callable or float
        Learning rate as a function of the step 0, 1, ..., or one that does not change.
    b1 : float
        Share β₁ in [0, 1) of the mean gradient that stays at each step.
    b2 : float
        Share β₂ in [0, 1) of the mean square that stays at each step.
    eps : float
        Number, at least 0, added to the root of the mean square.
    weight_decay : float
        Share λ, at least 0, of the parameters that is taken away at each step, times the rate.

    Returns
    -------
    Optimizer
        Pair of `init` and `update`; `update` needs the parameters unless λ is 0.

    Raises
    ------
    TypeError
        If `schedule` is neither a function nor a number, or an option not a number.
    ValueError
        If an option is outside its range, a gradient is NaN or not of the parameters' shape, or the
        parameters are missing.

    Notes
    -----
    The update of :func:`adam`, less ``α(t) λ w``: PyTorch's ``AdamW``. The decay does not pass
    through the mean square, so that it is the same share for every parameter.

    References
    ----------
    I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", *International Conference
    on Learning Representations*, 2019.

    Examples
    --------
    >>> from lib.optimizers import adamw
    >>> optimizer = adamw(0.1, weight_decay=0.5)
    >>> updates, state = optimizer.update([0.0], optimizer.init([2.0]), [2.0])
    >>> updates
    array([-0.1])
    """
    rate = _as_rate(schedule)
    b1 = as_number(b1, "b1", at_least=0, below=1)
    b2 = as_number(b2, "b2", at_least=0, below=1)
    eps = as_number(eps, "eps", at_least=0)
    weight_decay = as_number(weight_decay, "weight_decay", at_least=0)

    def init(params: Tree) -> Any:
        zeros = _map(np.zeros_like, _as_tree(params, "params"))
        return 0, zeros, zeros, (0.0, 0.0)

    @quiet
    def update(grads: Tree, state: Any, params: Tree = None) -> tuple[Tree, Any]:
        count, m, v, (sum1, sum2) = state
        grads = _as_like(grads, m)
        m = _map(lambda m, g: b1 * m + (1 - b1) * g, m, grads)
        v = _map(lambda v, g: b2 * v + (1 - b2) * g**2, v, grads)
        # The weights in m and v add up to 1 − β₁ᵗ and 1 − β₂ᵗ; without a cancellation.
        sum1, sum2 = b1 * sum1 + (1 - b1), b2 * sum2 + (1 - b2)
        alpha = as_single(rate(count), "schedule(t)")

        def step(m: Array, v: Array) -> Array:
            size = np.sqrt(v / sum2) + eps
            return np.where(m == 0, 0.0, -alpha * (m / sum1) / size)[()]

        updates = _map(step, m, v)
        if weight_decay:
            if params is None:
                raise ValueError("params must be given to adamw's update, got None")
            w = _as_like(params, m, "params")
            updates = _map(lambda u, w: u - alpha * weight_decay * w, updates, w)
        return updates, (count + 1, m, v, (sum1, sum2))

    return Optimizer(init, update)


def clip_by_global_norm(max_norm: float) -> Optimizer:
    """Return a stage that shortens gradients whose length is above a limit.

    Parameters
    ----------
    max_norm : float
        Largest length, above 0, of all gradients taken together.

    Returns
    -------
    Optimizer
        Pair of `init` and `update`, to be put before another one by :func:`chain`: alone it returns
        gradients, which point uphill.

    Raises
    ------
    TypeError
        If `max_norm` is not a number.
    ValueError
        If `max_norm` is not above 0, or a gradient is not finite or not of the parameters' shape.

    Notes
    -----
    ``g ← g min(1, c / ‖g‖)``, with the norm over all arrays together, as in optax. PyTorch's
    ``clip_grad_norm_`` adds 1e-6 to the norm.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks",
    *International Conference on Machine Learning*, 2013.

    Examples
    --------
    >>> from lib.optimizers import clip_by_global_norm
    >>> stage = clip_by_global_norm(1.0)
    >>> stage.update([3.0, 4.0], stage.init([0.0, 0.0]))[0]
    array([0.6, 0.8])
    """
    max_norm = as_number(max_norm, "max_norm", above=0)

    def init(params: Tree) -> Any:
        return _map(np.zeros_like, _as_tree(params, "params"))

    @quiet
    def update(grads: Tree, state: Any, params: Tree = None) -> tuple[Tree, Any]:
        grads = _as_like(grads, state)
        largest = max((float(np.abs(g).max(initial=0)) for g in _leaves(grads)), default=0.0)
        if largest == np.inf:
            raise ValueError("grads must be finite to be clipped, got an infinity")
        # Divided by the largest first, so that no square overflows.
        squares = sum(float(((g / largest) ** 2).sum()) for g in _leaves(grads)) if largest else 0.0
        norm = largest * np.sqrt(squares)
        return _map(lambda g: g * (max_norm / norm) if norm > max_norm else g + 0.0, grads), state

    return Optimizer(init, update)


def chain(*optimizers: Optimizer) -> Optimizer:
    """Return an optimiser that gives what one returns to the next.

    Parameters
    ----------
    optimizers : Optimizer
        Stages in their order, such as ``clip_by_global_norm(1.0), adam(1e-3)``.

    Returns
    -------
    Optimizer
        Pair of `init` and `update`.

    Raises
    ------
    TypeError
        If an argument is not an optimiser.
    ValueError
        Where one of the stages raises it.

    Notes
    -----
    The state is the tuple of the stages' states.

    References
    ----------
    I. Babuschkin et al., *The DeepMind JAX Ecosystem*, 2020, for the interface of optax.

    Examples
    --------
    >>> from lib.optimizers import chain, clip_by_global_norm, sgd
    >>> optimizer = chain(clip_by_global_norm(1.0), sgd(0.5))
    >>> optimizer.update([3.0, 4.0], optimizer.init([0.0, 0.0]))[0]
    array([-0.3, -0.4])
    """
    for stage in optimizers:
        if not isinstance(stage, Optimizer):
            raise TypeError(f"optimizers must be optimisers such as sgd(0.1), got {stage!r}")

    def init(params: Tree) -> Any:
        return tuple(stage.init(params) for stage in optimizers)

    def update(grads: Tree, state: Any, params: Tree = None) -> tuple[Tree, Any]:
        following = []
        for stage, own in zip(optimizers, state, strict=True):
            grads, own = stage.update(grads, own, params)
            following.append(own)
        return grads, tuple(following)

    return Optimizer(init, update)


def _as_rate(schedule: Rate | float) -> Rate:
    """Return a learning rate as a function of the step."""
    if callable(schedule):
        return as_schedule(schedule)
    value = as_number(schedule, "schedule", at_least=0)
    return lambda step: value


def _as_tree(values: Tree, name: str) -> Tree:
    """Return an array, or a dict or tuple of arrays, in float64."""
    if isinstance(values, Mapping):
        return {key: as_real(value, f"{name}[{key!r}]") for key, value in values.items()}
    if isinstance(values, tuple):
        return tuple(as_real(value, f"{name}[{i}]") for i, value in enumerate(values))
    return as_real(values, name)


def _as_like(values: Tree, like: Tree, name: str = "grads") -> Tree:
    """Return values of the form and the shapes of others, the parameters'."""
    tree = _as_tree(values, name)
    if _form(tree) != _form(like):
        message = f"{name} must have the form and shapes of the parameters, {_form(like)}"
        raise ValueError(f"{message}, got {_form(tree)}")
    return tree


def _form(tree: Tree) -> Any:
    return _map(np.shape, tree) if isinstance(tree, dict | tuple) else np.shape(tree)


def _map(function: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """Apply a function to the arrays that stand in the same place."""
    if isinstance(tree, dict):
        return {key: function(tree[key], *(o[key] for o in others)) for key in tree}
    if isinstance(tree, tuple):
        return tuple(function(*arrays) for arrays in zip(tree, *others, strict=True))
    return function(tree, *others)


def _leaves(tree: Tree) -> list[Array]:
    if isinstance(tree, dict):
        return list(tree.values())
    return list(tree) if isinstance(tree, tuple) else [tree]
