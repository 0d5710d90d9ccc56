"""The learning-rate schedules that a reader may choose from, and the rates they give."""

from collections.abc import Callable
from typing import Any

from lib.explorables._base import Explorable
from lib.schedules import constant, cosine_decay, exponential_decay, inverse_time_decay, step_decay

#: The choices of a trait, and the words for them.
SCHEDULES = {
    "constant": "constant",
    "step": "step decay",
    "exponential": "exponential",
    "inverse_time": "1/t",
    "cosine": "cosine",
}


def schedules_of(explorable: Explorable, *, decay_steps: int) -> dict[str, Callable[[Any], Any]]:
    """Return all of them with an explorable's own rate, step, factor and decay, by name."""
    alpha, k = explorable.init_value, explorable.k
    step = {"step_size": explorable.step_size, "gamma": explorable.gamma}
    return {
        "constant": constant(alpha),
        "step": step_decay(alpha, **step),
        "exponential": exponential_decay(alpha, k=k),
        "inverse_time": inverse_time_decay(alpha, k=k),
        "cosine": cosine_decay(alpha, decay_steps=decay_steps),
    }
