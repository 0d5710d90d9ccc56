"""The gated recurrent network of the book's character model, trained in NumPy.

What reads with the weights is :class:`lib.language.CharacterModel`; here stand the gradient, by
backpropagation through time, and the rounding to 8 bits.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lib.optimizers import adam, chain, clip_by_global_norm
from lib.schedules import cosine_decay, with_linear_warmup

Params = dict[str, np.ndarray]


class Recipe(NamedTuple):
    """How to train: everything that decides the weights, but for the text."""

    units: int = 256
    steps: int = 3200
    batch: int = 32
    """Streams that are read side by side."""
    length: int = 64
    """Characters of each stream in one step; what came before is kept in the state."""
    rate: float = 4e-3
    """Largest learning rate, after a warm-up of a twentieth of the steps; then a cosine falls."""
    longest: float = 1.0
    """Length to which a longer gradient is cut."""
    forget: float = 0.1
    """Share of the streams that go on elsewhere in the text, with no context, at each step."""
    seed: int = 2026


def initial(symbols: int, units: int, rng: np.random.Generator) -> Params:
    """Return weights to begin with: one row for each unit of a gate, or for each symbol."""
    near = 1 / np.sqrt(units)
    return {
        "input": rng.uniform(-near, near, (3 * units, symbols)),
        "state": rng.uniform(-near, near, (3 * units, units)),
        "reset": np.zeros(units),
        "output": rng.uniform(-near, near, (symbols, units)),
        "bias": np.zeros(symbols),
    }


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def loss_and_gradient(
    params: Params, h: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[float, Params, np.ndarray]:
    """Return the mean loss in nats, its gradient, and the state after the last character.

    `h` is the state before, of shape (batch, units); `x` holds the characters that are read, `y`
    those that follow them, both of shape (length, batch). Everything is computed in 32 bits.
    """
    small = {name: p.astype(np.float32) for name, p in params.items()}
    (length, batch), units = x.shape, h.shape[1]
    given = np.ascontiguousarray(small["input"].T)[x]
    state_t = np.ascontiguousarray(small["state"].T)
    states = np.empty((length + 1, batch, units), np.float32)
    gates = np.empty((length, batch, 3 * units), np.float32)  # r, z, n
    recalled = np.empty((length, batch, units), np.float32)
    states[0] = h
    for t in range(length):
        past = states[t] @ state_t
        gates[t, :, : 2 * units] = sigmoid(given[t, :, : 2 * units] + past[:, : 2 * units])
        r, z = gates[t, :, :units], gates[t, :, units : 2 * units]
        recalled[t] = past[:, 2 * units :] + small["reset"]
        n = np.tanh(given[t, :, 2 * units :] + r * recalled[t])
        gates[t, :, 2 * units :] = n
        states[t + 1] = n + z * (states[t] - n)
    after = states[1:].reshape(-1, units)
    scores = after @ small["output"].T + small["bias"]
    scores -= scores.max(axis=1, keepdims=True)
    places = np.arange(length * batch), y.ravel()
    chosen = scores[places]
    probs = np.exp(scores)
    totals = probs.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(totals[:, 0]) - chosen))
    probs /= totals
    probs[places] -= 1
    probs /= length * batch
    back = (probs @ small["output"]).reshape(length, batch, units)
    of_given = np.empty_like(gates)
    of_past = np.empty_like(gates)
    ahead = np.zeros((batch, units), np.float32)
    for t in reversed(range(length)):
        ahead += back[t]
        r, z, n = np.split(gates[t], 3, axis=1)
        of_n = ahead * (1 - z) * (1 - n * n)
        of_given[t, :, :units] = of_n * recalled[t] * r * (1 - r)
        of_given[t, :, units : 2 * units] = ahead * (states[t] - n) * z * (1 - z)
        of_given[t, :, 2 * units :] = of_n
        of_past[t, :, : 2 * units] = of_given[t, :, : 2 * units]
        of_past[t, :, 2 * units :] = of_n * r
        ahead = ahead * z + of_past[t] @ small["state"]
    of_given, of_past = of_given.reshape(-1, 3 * units), of_past.reshape(-1, 3 * units)
    hot = np.zeros((length * batch, params["bias"].size), np.float32)
    hot[np.arange(length * batch), x.ravel()] = 1
    gradient = {
        "input": of_given.T @ hot,
        "state": of_past.T @ states[:-1].reshape(-1, units),
        "reset": of_past[:, 2 * units :].sum(axis=0),
        "output": probs.T @ after,
        "bias": probs.sum(axis=0),
    }
    return loss, gradient, states[-1]


def batches(codes: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> Iterator[tuple]:
    """Yield characters, their successors, and which streams begin without a context."""
    last = len(codes) - recipe.length - 1
    places = rng.integers(last, size=recipe.batch)
    fresh = np.ones(recipe.batch, dtype=bool)
    while True:
        span = places + np.arange(recipe.length + 1)[:, None]
        piece = codes[span]
        yield piece[:-1], piece[1:], fresh
        fresh = rng.random(recipe.batch) < recipe.forget
        places = places + recipe.length
        fresh |= places > last
        places[fresh] = rng.integers(last, size=int(fresh.sum()))


def train(
    codes: np.ndarray,
    symbols: int,
    recipe: Recipe,
    report: Callable[[int, float, Params], None] = lambda step, loss, params: None,
) -> Params:
    """Return the weights that a text has taught, in 64 bits.

    `report` is told the step, its loss in nats and the weights before it.
    """
    rng = np.random.default_rng(recipe.seed)
    params = initial(symbols, recipe.units, rng)
    warmup = recipe.steps // 20
    falling = cosine_decay(recipe.rate, decay_steps=recipe.steps - warmup)
    schedule = with_linear_warmup(falling, warmup_steps=warmup)
    optimizer = chain(clip_by_global_norm(recipe.longest), adam(schedule, b2=0.99))
    remembered = optimizer.init(params)
    h = np.zeros((recipe.batch, recipe.units), np.float32)
    pieces = batches(codes, recipe, rng)
    for step in range(recipe.steps):
        x, y, fresh = next(pieces)
        h[fresh] = 0
        loss, gradient, h = loss_and_gradient(params, h, x, y)
        report(step, loss, params)
        updates, remembered = optimizer.update(gradient, remembered, params)
        params = {name: params[name] + updates[name] for name in params}
    return params
