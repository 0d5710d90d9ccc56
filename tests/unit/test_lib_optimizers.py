"""Optimisers and the plateau rule, step by step with PyTorch's."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from lib.optimizers import adam, adamw, chain, clip_by_global_norm, sgd
from lib.schedules import ReduceOnPlateau, constant, cosine_decay
from lib.training import gradient_descent

A = np.array([[3.0, 0.4], [0.4, 0.5]])
STEPS = 60

PAIRS = {
    "sgd": (lambda r: sgd(r), lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (
        lambda r: sgd(r, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    ),
    "nesterov": (
        lambda r: sgd(r, momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    ),
    "adam": (lambda r: adam(r), lambda p: torch.optim.Adam(p, lr=0.1)),
    "adam with options": (
        lambda r: adam(r, b1=0.8, b2=0.95, eps=1e-3),
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3),
    ),
    "adamw": (lambda r: adamw(r), lambda p: torch.optim.AdamW(p, lr=0.1)),
    "adamw with decay": (
        lambda r: adamw(r, weight_decay=0.3),
        lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.3),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("decays", [False, True])
def test_every_step_is_pytorch_s(name, decays):
    ours, theirs = PAIRS[name]
    schedule = cosine_decay(0.1, decay_steps=40) if decays else constant(0.1)
    leaf = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    peer = theirs([leaf])
    way = [leaf.detach().numpy().copy()]
    for t in range(STEPS):
        peer.param_groups[0]["lr"] = float(schedule(t))
        peer.zero_grad()
        (leaf @ torch.tensor(A) @ leaf / 2).backward()
        peer.step()
        way.append(leaf.detach().numpy().copy())
    walked = gradient_descent(lambda x: A @ x, [1.0, -2.0], optimizer=ours(schedule), steps=STEPS)
    assert_allclose(walked, way, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(
    "optimizer",
    [
        sgd(0.1, momentum=0.5),
        adam(0.1),
        adamw(0.1),
        chain(clip_by_global_norm(0.5), adamw(constant(0.1))),
    ],
)
def test_trees_are_arrays_side_by_side(optimizer):
    w, b = np.arange(6.0).reshape(2, 3), np.array(0.5)
    grads = {"w": np.cos(w), "b": np.array(-3.0)}
    params = {"w": w, "b": b}
    state = optimizer.init(params)
    flat = np.concatenate([w.ravel(), [b]])
    flat_state = optimizer.init(flat)
    as_tuple_state = optimizer.init((w, b))
    for _ in range(3):
        before = {k: v.copy() for k, v in params.items()}
        updates, state = optimizer.update(grads, state, params)
        of_flat, flat_state = optimizer.update(
            np.concatenate([grads["w"].ravel(), [grads["b"]]]), flat_state, flat
        )
        of_tuple, as_tuple_state = optimizer.update(
            (grads["w"], grads["b"]), as_tuple_state, (params["w"], params["b"])
        )
        assert_allclose(np.concatenate([updates["w"].ravel(), [updates["b"]]]), of_flat, rtol=1e-14)
        assert_array_equal(of_tuple[0], updates["w"])
        for key in params:
            assert_array_equal(params[key], before[key])
        params = {k: params[k] + updates[k] for k in params}
        flat = flat + of_flat


def test_one_step_after_a_quiet_stretch_is_long():
    for b2, longest in ((0.999, 3.162), (0.95, 0.447)):
        optimizer = adam(1.0, b2=b2)
        state = optimizer.init(0.0)
        for _ in range(20_000 if b2 == 0.999 else 400):
            _, state = optimizer.update(0.0, state)
        update, _ = optimizer.update(7.0, state)
        assert abs(update) == pytest.approx(longest, abs=2e-3)


def test_decay_alone():
    """Decoupled decay 0.01 at a rate of 1e-3, zero gradient, 100 steps: 0.9990."""
    way = gradient_descent(
        np.zeros_like, np.array([1.0]), optimizer=adamw(1e-3, weight_decay=0.01), steps=100
    )
    assert way[-1, 0] == pytest.approx((1 - 1e-5) ** 100, rel=1e-12)


def test_clipping_is_by_the_length_of_all():
    stage = clip_by_global_norm(1.0)
    params = (np.zeros(2), np.zeros(1))
    clipped, _ = stage.update((np.array([3.0, 0.0]), np.array([4.0])), stage.init(params))
    assert_allclose(clipped[0], [0.6, 0])
    assert_allclose(clipped[1], [0.8])
    short, _ = stage.update((np.array([0.3, 0.0]), np.array([0.4])), stage.init(params))
    assert_array_equal(short[0], [0.3, 0])
    huge, _ = stage.update((np.array([3e200, 0.0]), np.array([4e200])), stage.init(params))
    assert_allclose(huge[0], [0.6, 0])
    zero, _ = stage.update(params, stage.init(params))
    assert not zero[0].any()
    with pytest.raises(ValueError, match="grads must be finite to be clipped"):
        stage.update((np.array([np.inf, 0]), np.zeros(1)), stage.init(params))


def test_exactly_one_of_schedule_and_optimizer():
    for options in ({}, {"schedule": constant(0.1), "optimizer": sgd(0.1)}):
        with pytest.raises(ValueError, match=r"schedule or optimizer, got (both|neither)"):
            gradient_descent(lambda x: x, 1.0, steps=1, **options)
    with pytest.raises(TypeError, match="optimizer must be one such as"):
        gradient_descent(lambda x: x, 1.0, steps=1, optimizer=0.1)
    both = [
        gradient_descent(lambda x: x, [1.0, 2.0], steps=5, noise=0.1, rng=1, **options)
        for options in ({"schedule": constant(0.1)}, {"optimizer": sgd(0.1)})
    ]
    assert_array_equal(*both)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: sgd("a"), TypeError, "schedule must be a number"),
        (lambda: sgd(-1), ValueError, "schedule must be >= 0, got -1"),
        (lambda: sgd(0.1, momentum=1), ValueError, "momentum must be >= 0 and < 1, got 1"),
        (lambda: sgd(0.1, nesterov=True), ValueError, "momentum must be > 0 for nesterov"),
        (lambda: adam(0.1, b1=1.0), ValueError, "b1 must be >= 0 and < 1"),
        (lambda: adam(0.1, b2=-0.1), ValueError, "b2 must be >= 0 and < 1"),
        (lambda: adam(0.1, eps=-1), ValueError, "eps must be >= 0"),
        (lambda: adamw(0.1, weight_decay=-1), ValueError, "weight_decay must be >= 0"),
        (lambda: clip_by_global_norm(0), ValueError, "max_norm must be > 0"),
        (lambda: chain(0.1), TypeError, "optimizers must be optimisers"),
        (lambda: adamw(0.1).update([1.0], adamw(0.1).init([1.0])), ValueError, "params must be"),
        (
            lambda: sgd(0.1).update([1.0, 2.0], sgd(0.1).init([1.0])),
            ValueError,
            r"grads must have the form and shapes of the parameters, \(1,\), got \(2,\)",
        ),
        (
            lambda: sgd(0.1).update({"a": [1.0]}, sgd(0.1).init({"b": [1.0]})),
            ValueError,
            "grads must have the form",
        ),
        (lambda: sgd(0.1).update([np.nan], sgd(0.1).init([1.0])), ValueError, "grads must not con"),
        (lambda: sgd(0.1).init({"a": "x"}), TypeError, r"params\['a'\] must hold real numbers"),
        (lambda: sgd(lambda t: np.inf).update(1.0, sgd(0.1).init(1.0)), ValueError, "schedule"),
    ],
)
def test_bad_optimisers(make, error, message):
    with pytest.raises(error, match=message):
        make()


# --- the plateau


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("patience", [0, 2, 10])
@pytest.mark.parametrize("threshold", [1e-4, 0.0, 0.05])
def test_the_plateau_is_pytorch_s(mode, patience, threshold):
    rng = np.random.default_rng(patience)
    leaf = torch.nn.Parameter(torch.zeros(1))
    for values in (
        np.cumsum(rng.normal(size=150)) / 5 + 3,
        -np.cumsum(rng.random(150)),
        np.full(60, 2.0),
        np.full(60, -1.0),
        2 - 5e-5 * np.arange(60),
        np.array([np.inf, 1.0, np.inf] * 20),
    ):
        peer = torch.optim.SGD([leaf], lr=1.0)
        options = {"factor": 0.3, "patience": patience, "threshold": threshold, "mode": mode}
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(peer, **options)
        ours = ReduceOnPlateau(1.0, **options)
        for value in values:
            scheduler.step(value)
            ours.step(value)
            assert ours.get_lr() == peer.param_groups[0]["lr"]


def test_the_plateau_in_numbers():
    """Patience 2 on a constant: cut at the fourth value, the third that is no better."""
    scheduler = ReduceOnPlateau(1.0, patience=2)
    rates = []
    for _ in range(5):
        scheduler.step(0.7)
        rates.append(scheduler.get_lr())
    assert_allclose(rates, [1, 1, 1, 0.1, 0.1])
    assert "waited=1" in repr(scheduler)
    for bad, error in ((np.nan, ValueError), ([1.0], ValueError), ("a", TypeError)):
        with pytest.raises(error, match="metric must"):
            scheduler.step(bad)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"factor": 1.0}, ValueError),
        ({"factor": 0}, ValueError),
        ({"patience": -1}, ValueError),
        ({"patience": 1.5}, TypeError),
        ({"threshold": -1}, ValueError),
        ({"mode": "least"}, ValueError),
        ({"init_value": 0}, ValueError),
    ],
)
def test_bad_plateaus(options, error):
    with pytest.raises(error, match=f"{next(iter(options))} must"):
        ReduceOnPlateau(**({"init_value": 1.0} | options))
