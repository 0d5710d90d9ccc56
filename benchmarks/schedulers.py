"""What schedulers of other libraries do: ``python -m benchmarks.schedulers``.

Writes beside this file, for PyTorch, Keras and optax, the version and what the chapter on
optimisers says of each. Keras and optax are not in the lock: ``pip install keras optax jax``
beforehand.
"""

import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

FILE = Path(__file__).with_suffix(".json")
PATIENCE = 2
PERIOD = 10


def cut_at(step: Callable[[float], float]) -> int:
    """Return which of equal losses cuts the rate; `step` takes one and returns the rate then."""
    return next(n for n in range(1, 20) if step(0.7) < 1)


def pytorch() -> dict[str, object]:
    """Return what PyTorch does."""
    import torch
    from torch.optim.lr_scheduler import CosineAnnealingLR, ReduceLROnPlateau

    weight = torch.nn.Parameter(torch.zeros(1))

    def plateau() -> Callable[[float], float]:
        optimizer = torch.optim.SGD([weight], lr=1.0)
        scheduler = ReduceLROnPlateau(optimizer, patience=PATIENCE)

        def step(loss: float) -> float:
            scheduler.step(loss)
            return float(optimizer.param_groups[0]["lr"])

        return step

    optimizer = torch.optim.SGD([weight], lr=1.0)
    cosine = CosineAnnealingLR(optimizer, PERIOD)
    for _ in range(2 * PERIOD):
        optimizer.step()
        cosine.step()

    optimizer = torch.optim.SGD([weight], lr=1.0, momentum=0.9)
    for rate in (1.0, 1.0, 0.1):
        before = float(weight.detach())
        optimizer.param_groups[0]["lr"] = rate
        weight.grad = torch.ones(1)
        optimizer.step()

    decayed = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.Adam([decayed], lr=1e-3, weight_decay=0.01)
    for _ in range(100):
        decayed.grad = torch.zeros(1)
        optimizer.step()
    return {
        "version": torch.__version__,
        "plateau_cuts_at": cut_at(plateau()),
        "cosine_at_twice_its_length": cosine.get_last_lr()[0],
        "momentum_step_after_a_cut": before - float(weight.detach()),
        "adam_after_100_steps": float(decayed.detach()),
        "adamw_decay": torch.optim.AdamW([weight]).defaults["weight_decay"],
    }


def keras() -> dict[str, object]:
    """Return what Keras does."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras
    import numpy as np

    def plateau() -> Callable[[float], float]:
        callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=PATIENCE)
        optimizer = keras.optimizers.SGD(1.0)
        callback.set_model(SimpleNamespace(optimizer=optimizer))
        callback.on_train_begin()

        def step(loss: float) -> float:
            callback.on_epoch_end(0, {"loss": loss})
            return float(np.asarray(optimizer.learning_rate))

        return step

    cosine = keras.optimizers.schedules.CosineDecay(1.0, PERIOD)
    optimizer = keras.optimizers.SGD(1.0, momentum=0.9)
    weight = keras.Variable(np.zeros(1))
    optimizer.build([weight])
    for rate in (1.0, 1.0, 0.1):
        before = float(np.asarray(weight)[0])
        optimizer.learning_rate = rate
        optimizer.apply([np.ones(1, dtype="float32")])

    decayed = keras.Variable(np.ones(1))
    optimizer = keras.optimizers.Adam(1e-3, weight_decay=0.01)
    optimizer.build([decayed])
    for _ in range(100):
        optimizer.apply([np.zeros(1, dtype="float32")])
    return {
        "version": version("keras"),
        "plateau_cuts_at": cut_at(plateau()),
        "cosine_at_twice_its_length": float(np.asarray(cosine(2 * PERIOD))),
        "momentum_step_after_a_cut": before - float(np.asarray(weight)[0]),
        "adam_after_100_steps": float(np.asarray(decayed)[0]),
        "adamw_decay": keras.optimizers.AdamW().weight_decay,
    }


def optax() -> dict[str, object]:
    """Return what optax does."""
    import inspect

    import jax.numpy as jnp
    import optax

    def plateau() -> Callable[[float], float]:
        transform = optax.contrib.reduce_on_plateau(patience=PATIENCE)
        state = transform.init(jnp.zeros(1))

        def step(loss: float) -> float:
            nonlocal state
            _, state = transform.update(jnp.ones(1), state, value=jnp.asarray(loss))
            return float(state.scale)

        return step

    rates = jnp.array([1.0, 1.0, 0.1])
    optimizer = optax.sgd(lambda step: rates[step], momentum=0.9)
    state = optimizer.init(jnp.zeros(1))
    for _ in rates:
        update, state = optimizer.update(jnp.ones(1), state)
    return {
        "version": version("optax"),
        "plateau_cuts_at": cut_at(plateau()),
        "cosine_at_twice_its_length": float(optax.cosine_decay_schedule(1.0, PERIOD)(2 * PERIOD)),
        "momentum_step_after_a_cut": -float(update[0]),
        "adamw_decay": inspect.signature(optax.adamw).parameters["weight_decay"].default,
    }


if __name__ == "__main__":
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for name, measure in {"torch": pytorch, "keras": keras, "optax": optax}.items():
        try:
            known[name] = measure()
        except ModuleNotFoundError as missing:
            print(f"{missing}: what is written of {name} stays")
    FILE.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
