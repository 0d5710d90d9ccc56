"""Schedules against PyTorch's schedulers, closed forms, and bad arguments."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.optim import lr_scheduler

from lib.schedules import (
    LRScheduler,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    with_linear_warmup,
)

STEPS = 60


def rates_of_pytorch(make_scheduler, init_value=0.1):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=init_value)
    scheduler = make_scheduler(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


PEERS = {
    "constant": (constant(0.1), lambda o: lr_scheduler.LambdaLR(o, lambda t: 1.0)),
    "step": (step_decay(0.1, step_size=7), lambda o: lr_scheduler.StepLR(o, 7)),
    "step of one": (
        step_decay(0.1, step_size=1, gamma=0.9),
        lambda o: lr_scheduler.StepLR(o, 1, gamma=0.9),
    ),
    "exponential": (
        exponential_decay(0.1, k=0.05),
        lambda o: lr_scheduler.ExponentialLR(o, gamma=math.exp(-0.05)),
    ),
    "inverse time": (
        inverse_time_decay(0.1, k=0.3),
        lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + 0.3 * t)),
    ),
    "cosine": (
        cosine_decay(0.1, decay_steps=STEPS, final_value=0.01),
        lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.01),
    ),
    "cosine that has ended": (
        cosine_decay(0.1, decay_steps=20),
        lambda o: lr_scheduler.LambdaLR(o, lambda t: (1 + math.cos(math.pi * min(t, 20) / 20)) / 2),
    ),
    "warm-up": (
        with_linear_warmup(step_decay(0.1, step_size=10), warmup_steps=5),
        lambda o: lr_scheduler.LambdaLR(o, lambda t: t / 5 if t < 5 else 0.1 ** ((t - 5) // 10)),
    ),
    "warm-up of constant": (
        with_linear_warmup(constant(0.1), warmup_steps=8),
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.LambdaLR(o, lambda t: t / 8),
                lr_scheduler.LambdaLR(o, lambda t: 1.0),
            ],
            milestones=[8],
        ),
    ),
}


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_schedules_agree_with_pytorch(name):
    schedule, peer = PEERS[name]
    assert_allclose(schedule(np.arange(STEPS)), rates_of_pytorch(peer), rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize("name", PEERS)
def test_a_step_and_an_array_of_steps_give_the_same(name):
    schedule, _ = PEERS[name]
    each = [schedule(t) for t in range(STEPS)]
    assert all(isinstance(rate, np.float64) for rate in each)
    assert_allclose(schedule(range(STEPS)), each, rtol=1e-15)
    assert schedule(np.arange(6).reshape(2, 3)).shape == (2, 3)


@pytest.mark.parametrize("name", PEERS)
def test_the_scheduler_counts(name):
    schedule, _ = PEERS[name]
    scheduler = LRScheduler(schedule)
    for t in range(10):
        assert scheduler.get_lr() == scheduler.get_lr() == schedule(t)
        assert scheduler.step() is None
    scheduler.step(count=25)
    assert scheduler.get_lr() == schedule(35)
    assert repr(scheduler).startswith("LRScheduler(count=35, lr=")


@np.errstate(all="raise")
def test_far_away_steps():
    assert exponential_decay(1.0, k=1.0)(10**6) == 0
    assert step_decay(1.0, step_size=1)(10**6) == 0
    assert step_decay(1e-300, step_size=1)([0, 30]).tolist() == [1e-300, 0]
    assert inverse_time_decay(1.0, k=1e10)(1e308) == 0
    assert inverse_time_decay(1.0, k=1.0)(10**15) > 0
    assert cosine_decay(1.0, decay_steps=3, final_value=0.25)(10**6) == 0.25
    assert with_linear_warmup(constant(1.0), warmup_steps=0)(0) == 1


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: constant(-0.1), ValueError, "init_value must be >= 0, got -0.1"),
        (lambda: constant(np.inf), ValueError, "init_value must be"),
        (lambda: constant(np.nan), ValueError, "init_value must be"),
        (lambda: constant("0.1"), TypeError, "init_value must be a number, got '0.1'"),
        (lambda: step_decay(0.1, step_size=0), ValueError, "step_size must be >= 1, got 0"),
        (lambda: step_decay(0.1, step_size=2.5), TypeError, "step_size must be an integer"),
        (lambda: step_decay(0.1, step_size=True), TypeError, "step_size must be an integer"),
        (lambda: step_decay(0.1, step_size=1, gamma=0), ValueError, "gamma must be > 0 and <= 1"),
        (lambda: step_decay(0.1, step_size=1, gamma=2), ValueError, "gamma must be > 0 and <= 1"),
        (lambda: exponential_decay(0.1, k=-1), ValueError, "k must be >= 0, got -1"),
        (lambda: inverse_time_decay(0.1, k=-1), ValueError, "k must be >= 0, got -1"),
        (lambda: inverse_time_decay(0.1, k=None), TypeError, "k must be a number, got None"),
        (lambda: cosine_decay(0.1, decay_steps=0), ValueError, "decay_steps must be >= 1"),
        (lambda: cosine_decay(1, decay_steps=1, final_value=-1), ValueError, "final_value must"),
        (lambda: with_linear_warmup(0.1, warmup_steps=1), TypeError, "constant\\(0.1\\), got 0.1"),
        (lambda: with_linear_warmup(constant(1), warmup_steps=-1), ValueError, "warmup_steps must"),
        (lambda: LRScheduler(0.1), TypeError, "schedule must be a function of the step"),
        (lambda: LRScheduler(constant(1)).step(-1), ValueError, "count must be >= 0, got -1"),
        (lambda: LRScheduler(constant(1)).step(0.5), TypeError, "count must be an integer"),
        (lambda: constant(1)(-1), ValueError, "t must be non-negative, got -1.0"),
        (lambda: step_decay(1, step_size=1)([0, -2]), ValueError, "got -2.0 at index 1"),
        (lambda: exponential_decay(1, k=1)(np.nan), ValueError, "t must not contain NaN"),
        (lambda: cosine_decay(1, decay_steps=2)("now"), TypeError, "t must hold real numbers"),
        (lambda: with_linear_warmup(constant(1), warmup_steps=2)(-1), ValueError, "t must be"),
        (lambda: inverse_time_decay(1, k=0)(np.inf), ValueError, "t must be finite, got inf"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
