"""The inequalities and identities that the book states, on inputs that Hypothesis looks for."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import lib.losses as losses
from lib.activations import log_softmax, logsumexp, sigmoid, softmax, softmax_jacobian, tanh
from lib.information import (
    binary_entropy,
    conditional_entropy,
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    perplexity,
    self_information,
)
from lib.schedules import (
    LRScheduler,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    with_linear_warmup,
)

ROUNDING = 1e-12
ONE_TO_EIGHT, TWO_TO_EIGHT = st.integers(1, 8), st.integers(2, 8)


def numbers(limit=1e4):
    return st.floats(-limit, limit, allow_nan=False)


def scores(limit=1e4, classes=ONE_TO_EIGHT):
    return classes.flatmap(lambda c: hnp.arrays(np.float64, c, elements=numbers(limit)))


@st.composite
def distributions(draw, count=1):
    """Distributions over the same outcomes: some probabilities are 0, some tiny."""
    outcomes = draw(st.integers(1, 8))
    weights = st.one_of(st.just(0.0), st.floats(1e-12, 1.0), st.floats(1e-300, 1e-290))
    drawn = []
    for _ in range(count):
        weight = draw(hnp.arrays(np.float64, outcomes, elements=weights))
        assume(weight.sum() > 1e-9)
        drawn.append(weight / weight.sum())
    return drawn[0] if count == 1 else tuple(drawn)


@st.composite
def labelled_scores(draw, limit=1e4, classes=TWO_TO_EIGHT):
    s = draw(scores(limit, classes))
    return s, draw(st.integers(0, len(s) - 1))


# --- Information


@given(distributions())
def test_entropy_lies_between_0_and_log_c(p):
    assert 0 <= entropy(p) <= np.log(len(p)) + ROUNDING
    assert 1 <= perplexity(p) <= len(p) * (1 + ROUNDING)


@given(distributions(2), distributions())
def test_information_and_conditional_entropy_add_up_to_the_entropy(pair, share):
    """H(X, Y) = H(X) + H(Y|X), I = H(Y) − H(Y|X) ≥ 0, and I = 0 of independent variables."""
    first, second = pair
    joint = np.stack([first * share[0], second * (1 - share[0])])
    information, left = mutual_information(joint), conditional_entropy(joint)
    assert_allclose(entropy(joint.ravel()), entropy(joint.sum(-1)) + left, atol=1e-11)
    assert_allclose(information, entropy(joint.sum(0)) - left, atol=1e-11)
    assert_allclose(information, mutual_information(joint.T), rtol=1e-9, atol=1e-15)
    assert 0 <= information < np.inf
    assert left >= 0
    assert mutual_information(np.outer(first, share)) <= 1e-15


@given(distributions(2))
def test_perplexity_of_a_prediction_is_at_least_that_of_the_truth(pair):
    p, q = pair
    assert perplexity(p, q) >= perplexity(p) * (1 - ROUNDING)
    assert perplexity(p, p) == perplexity(p)
    assert_allclose(perplexity(p, q), np.exp(cross_entropy(p, q)))


@given(labelled_scores(100), st.floats(0, 5), st.floats(0, 1))
def test_focal_losses_lie_below_the_cross_entropy(case, gamma, alpha):
    z, label = case
    plain = losses.softmax_cross_entropy(z, label)
    assert 0 <= losses.softmax_focal_loss(z, label, gamma=gamma) <= plain * (1 + ROUNDING)
    gradient = losses.softmax_focal_loss_grad(z, label, gamma=gamma)
    assert_allclose(gradient.sum(), 0, atol=1e-12)
    binary = losses.binary_cross_entropy_with_logits(z[0], 1)
    focal = losses.sigmoid_focal_loss(z[0], 1, gamma=gamma, alpha=alpha)
    assert 0 <= focal <= alpha * binary * (1 + ROUNDING)


@given(labelled_scores(100), st.data())
def test_weights_multiply_and_ignored_labels_do_not_count(case, data):
    z, label = case
    w = data.draw(hnp.arrays(np.float64, len(z), elements=st.floats(0.1, 10)))
    plain = losses.softmax_cross_entropy(z, label)
    weighted = losses.softmax_cross_entropy(z, label, class_weights=w, reduction="sum")
    assert_allclose(weighted, w[label] * plain, rtol=1e-13)
    assert_allclose(losses.softmax_cross_entropy(z, label, class_weights=w), plain, rtol=1e-13)
    rows, labels = np.stack([z, z]), [label, -1]
    assert_allclose(losses.softmax_cross_entropy(rows, labels, ignore_index=-1), plain, rtol=1e-13)
    value, gradient = losses.softmax_cross_entropy_value_and_grad(rows, labels, ignore_index=-1)
    assert_allclose(value, plain, rtol=1e-13)
    assert not gradient[1].any()


@given(distributions(2))
def test_a_forecast_of_ordered_classes_is_best_when_it_is_true(pair):
    """The ranked probability score is proper: no q has a smaller expectation under p than p."""
    p, q = pair
    labels = np.arange(len(p))

    def expected(forecast):
        rows = np.broadcast_to(forecast, (len(p), len(p)))
        return p @ losses.ranked_probability_score(rows, labels, reduction="none")

    assert expected(p) <= expected(q) + ROUNDING


@given(st.integers(1, 1000))
def test_entropy_is_largest_at_the_uniform_distribution(outcomes):
    assert_allclose(entropy(np.full(outcomes, 1 / outcomes)), np.log(outcomes), atol=ROUNDING)


@given(distributions(2))
def test_gibbs_inequality(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert cross_entropy(p, q) >= entropy(p) - ROUNDING
    assert kl_divergence(p, p) == 0


@given(distributions(2))
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, q = pair
    total = entropy(p) + kl_divergence(p, q)
    assert_allclose(cross_entropy(p, q), total, rtol=ROUNDING, atol=ROUNDING)
    assert np.isinf(cross_entropy(p, q)) == bool(np.any((q == 0) & (p > 0)))


@given(distributions(2))
def test_divergence_of_pinsker(pair):
    """D(P‖Q) ≥ ½ (Σ|P − Q|)²: a divergence of 0 leaves no room for a difference."""
    p, q = pair
    assert kl_divergence(p, q) >= np.abs(p - q).sum() ** 2 / 2 - ROUNDING


@given(distributions(2))
def test_jensen_shannon_is_symmetric_and_bounded(pair):
    p, q = pair
    divergence = jensen_shannon_divergence(p, q)
    assert 0 <= divergence <= np.log(2) + ROUNDING
    assert divergence == jensen_shannon_divergence(q, p)
    assert jensen_shannon_divergence(p, p) == 0


@given(distributions(2), st.randoms(use_true_random=False))
def test_order_of_the_outcomes_does_not_matter(pair, random):
    p, q = pair
    order = random.sample(range(len(p)), len(p))
    assert_allclose(cross_entropy(p[order], q[order]), cross_entropy(p, q), rtol=1e-13)


@given(distributions(2))
def test_joint_entropy_of_independent_variables_is_the_sum(pair):
    p, q = pair
    assert_allclose(entropy(np.outer(p, q).ravel()), entropy(p) + entropy(q), atol=1e-11)


@given(st.floats(1e-300, 1), st.floats(1e-300, 1))
def test_information_of_independent_events_adds_up_and_falls(p, q):
    assume(p * q > 0)
    assert_allclose(self_information(p * q), self_information(p) + self_information(q), atol=1e-11)
    assert (self_information(p) >= self_information(q)) or p > q


@given(st.floats(0, 1))
def test_binary_entropy_is_the_entropy_of_two_outcomes(p):
    assert_allclose(binary_entropy(p), entropy([p, 1 - p]), atol=ROUNDING)
    assert 0 <= binary_entropy(p, base=2) <= 1 + ROUNDING


@given(distributions(2), st.sampled_from([2, 10, 3.5]))
def test_bases_are_units(pair, base):
    p, q = pair
    for measure in (cross_entropy, kl_divergence, jensen_shannon_divergence):
        assert_allclose(measure(p, q, base=base), measure(p, q) / np.log(base), rtol=1e-14)


# --- Softmax


@given(scores())
def test_softmax_sums_to_1(z):
    p = softmax(z)
    assert_allclose(p.sum(), 1, rtol=1e-14)
    assert np.all((p >= 0) & (p <= 1))
    assert p.argmax() == z.argmax() or p[z.argmax()] == p.max()


@given(scores(100), numbers(100))
def test_softmax_ignores_a_shift(z, shift):
    assert_allclose(softmax(z + shift), softmax(z), rtol=1e-10, atol=1e-14)
    assert_allclose(log_softmax(z + shift), log_softmax(z), rtol=1e-10, atol=1e-10)
    assert_allclose(logsumexp(z + shift), logsumexp(z) + shift, rtol=1e-10, atol=1e-10)


@given(scores(300))
def test_logarithm_and_softmax_agree(z):
    assert_allclose(np.exp(log_softmax(z)), softmax(z), rtol=1e-12, atol=1e-300)
    assert np.max(z) <= logsumexp(z) <= np.max(z) + np.log(len(z)) + ROUNDING


@given(scores(50), st.floats(0.05, 20))
def test_temperature_divides_the_scores(z, temperature):
    assert_allclose(softmax(z, temperature=temperature), softmax(z / temperature), atol=1e-12)


@given(scores(50), st.floats(1, 20))
def test_heat_raises_the_entropy(z, factor):
    cold, hot = softmax(z), softmax(z, temperature=factor)
    assert entropy(hot) >= entropy(cold) - 1e-10


@given(scores())
def test_rows_of_the_jacobian_sum_to_0(z):
    jacobian = softmax_jacobian(z)
    assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-15)
    assert_array_equal(jacobian, jacobian.T)
    assert np.all(np.diagonal(jacobian) >= 0)


@given(numbers())
def test_sigmoid_is_the_softmax_of_two_scores(x):
    assert_allclose(sigmoid(x), softmax([x, 0.0])[0], rtol=1e-13)
    assert_allclose(sigmoid(x) + sigmoid(-x), 1, rtol=1e-15)
    assert_allclose(tanh(x), 2 * sigmoid(2 * x) - 1, atol=1e-15)


# --- Losses


@given(labelled_scores())
def test_cross_entropy_is_never_negative_and_its_gradient_sums_to_0(case):
    z, label = case
    assert 0 <= losses.softmax_cross_entropy(z, label) < np.inf
    gradient = losses.softmax_cross_entropy_grad(z, label)
    assert_allclose(gradient.sum(), 0, atol=1e-15)
    assert gradient[label] <= 0
    assert np.all(np.delete(gradient, label) >= 0)


@given(labelled_scores(100), numbers(100))
def test_losses_of_scores_ignore_a_shift(case, shift):
    z, label = case
    for loss in (losses.softmax_cross_entropy, losses.multiclass_hinge_loss):
        assert_allclose(loss(z + shift, label), loss(z, label), rtol=1e-10, atol=1e-10)


@given(distributions(), st.data())
def test_probabilities_are_labels_too(p, data):
    """The loss of the logits log q is H(p, q)."""
    elements = st.floats(-20, 20, allow_nan=False)
    z = data.draw(hnp.arrays(np.float64, len(p), elements=elements))
    assert_allclose(
        losses.softmax_cross_entropy(z, p), cross_entropy(p, softmax(z)), rtol=1e-10, atol=1e-12
    )


@given(labelled_scores(10), labelled_scores(10), st.floats(0, 1))
def test_cross_entropy_is_convex_in_the_logits(first, second, share):
    z, label = first
    other = np.resize(second[0], z.shape)
    mixture = losses.softmax_cross_entropy(share * z + (1 - share) * other, label)
    chord = share * losses.softmax_cross_entropy(z, label)
    chord += (1 - share) * losses.softmax_cross_entropy(other, label)
    assert mixture <= chord + ROUNDING


@given(
    labelled_scores(100), st.floats(0.01, 10), st.sampled_from(["weston_watkins", "crammer_singer"])
)
def test_hinge_is_flat_once_the_margin_is_met(case, margin, variant):
    s, label = case
    s[label] = np.delete(s, label).max() + 1.001 * margin
    options = {"margin": margin, "variant": variant}
    assert losses.multiclass_hinge_loss(s, label, **options) == 0
    assert_array_equal(losses.multiclass_hinge_loss_grad(s, label, **options), 0)
    # Cross-entropy is not: its slope never vanishes, as far as the arithmetic can tell.
    if s[label] - s.min() < 30:
        assert np.all(losses.softmax_cross_entropy_grad(s, label) != 0)


@given(labelled_scores(100), st.floats(0, 10))
def test_the_worst_violation_is_at_most_the_sum(case, margin):
    s, label = case
    worst = losses.multiclass_hinge_loss(s, label, margin=margin, variant="crammer_singer")
    total = losses.multiclass_hinge_loss(s, label, margin=margin)
    assert worst <= total <= (len(s) - 1) * worst + 1e-9
    assert_allclose(losses.multi_margin_loss(s, label, margin=margin) * len(s), total, rtol=1e-12)


@given(st.integers(2, 50), st.floats(0, 10))
def test_losses_of_equal_scores(classes, margin):
    """What a classifier starts with: log C, and (C − 1) Δ."""
    zero = np.zeros(classes)
    assert_allclose(losses.softmax_cross_entropy(zero, 0), np.log(classes))
    hinge = losses.multiclass_hinge_loss(zero, 0, margin=margin)
    assert_allclose(hinge, (classes - 1) * margin)


@given(numbers(500), st.floats(0, 1))
def test_log_loss_of_a_logit_is_that_of_its_probability(z, label):
    with_logits = losses.binary_cross_entropy_with_logits(z, label)
    assert with_logits >= binary_entropy(label) - ROUNDING
    if abs(z) < 10:
        probability = losses.binary_cross_entropy(sigmoid(z), label)
        assert_allclose(with_logits, probability, rtol=1e-10, atol=1e-12)


@given(st.floats(0.001, 0.999), st.sampled_from([0, 1]))
def test_chain_rule_of_the_log_loss(p, label):
    """(p − y) / (p (1 − p)) times σ'(z) = p (1 − p) is p − y."""
    by_probability = losses.binary_cross_entropy_grad(p, label)
    by_logit = losses.binary_cross_entropy_with_logits_grad(np.log(p / (1 - p)), label)
    assert_allclose(by_probability * p * (1 - p), by_logit, rtol=1e-10)
    assert_allclose(by_logit, p - label, rtol=1e-10)


@given(numbers(100), numbers(100), st.floats(0.1, 10))
def test_huber_lies_below_both_of_its_parts(prediction, target, delta):
    huber = losses.huber_loss(prediction, target, delta=delta)
    assert huber <= losses.mse_loss(prediction, target) / 2 * (1 + ROUNDING) + 1e-300
    assert huber <= delta * losses.l1_loss(prediction, target) * (1 + ROUNDING)
    smooth = losses.smooth_l1_loss(prediction, target, beta=delta)
    assert_allclose(huber, delta * smooth, rtol=1e-12, atol=1e-300)


@given(
    hnp.arrays(np.float64, (4, 3), elements=numbers(100)),
    hnp.arrays(np.float64, (4, 3), elements=numbers(100)),
    st.sampled_from(["mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"]),
)
def test_reductions_agree(predictions, targets, name):
    loss = getattr(losses, name)
    each = loss(predictions, targets, reduction="none")
    assert_allclose(loss(predictions, targets, reduction="sum"), each.sum())
    assert_allclose(loss(predictions, targets), each.mean())
    gradient = getattr(losses, f"{name}_grad")
    assert_allclose(
        gradient(predictions, targets) * each.size,
        gradient(predictions, targets, reduction="none"),
        rtol=1e-12,
        atol=1e-300,
    )


# --- Bad input


BAD_NUMBERS = st.sampled_from([np.nan, None, "0.5", 1j])


@given(scores(10, st.integers(2, 6)), BAD_NUMBERS, st.data())
def test_one_bad_number_is_enough(z, bad, data):
    spoiled = z.astype(object)
    spoiled[data.draw(st.integers(0, len(z) - 1))] = bad
    spoiled = spoiled.astype(float) if isinstance(bad, float) else spoiled.tolist()
    error = ValueError if isinstance(bad, float) else TypeError
    for function in (softmax, log_softmax, logsumexp, sigmoid, tanh):
        with pytest.raises(error, match="must"):
            function(spoiled)
    for loss in (losses.softmax_cross_entropy, losses.multiclass_hinge_loss):
        with pytest.raises(error, match="must"):
            loss(spoiled, 0)


@given(distributions(), st.floats(1e-5, 10))
def test_what_does_not_sum_to_1_is_no_distribution(p, excess):
    for measure in (entropy, perplexity):
        with pytest.raises(ValueError, match="p must sum to 1"):
            measure(p * (1 + excess))
        with pytest.raises(ValueError, match="p must be non-negative"):
            measure(np.append(p, [-excess, excess]))


@given(labelled_scores(10), st.integers(-10, 20))
def test_labels_have_to_be_classes(case, label):
    z, _ = case
    assume(not 0 <= label < len(z))
    for loss in (losses.softmax_cross_entropy, losses.multiclass_hinge_loss, losses.nll_loss):
        with pytest.raises(ValueError, match=rf"labels must be class labels in 0 ... {len(z) - 1}"):
            loss(z, label)


# --- Schedules


@st.composite
def schedules(draw):
    value = draw(st.floats(1e-6, 10))
    steps = draw(st.integers(1, 200))
    k = draw(st.floats(0, 1))
    return draw(
        st.sampled_from(
            [
                constant(value),
                step_decay(value, step_size=steps, gamma=draw(st.floats(0.01, 1))),
                exponential_decay(value, k=k),
                inverse_time_decay(value, k=k),
                cosine_decay(value, decay_steps=steps, final_value=value * k),
            ]
        )
    )


@given(schedules())
def test_schedules_start_at_their_first_value_and_never_rise(schedule):
    rates = schedule(np.arange(300))
    assert np.all(np.diff(rates) <= 1e-15 * rates[0])
    assert np.all(rates >= 0)
    assert np.all(rates[:2] > 0) or rates[1] == rates[-1]
    assert_allclose(rates[0], schedule(0))


@given(schedules(), st.integers(0, 50))
def test_warm_up_rises_and_then_follows(schedule, warmup_steps):
    warmed_up = with_linear_warmup(schedule, warmup_steps=warmup_steps)
    t = np.arange(200)
    climb = warmed_up(np.arange(warmup_steps + 1))
    assert np.all(np.diff(climb) >= 0)
    assert_allclose(climb[-1], schedule(0), rtol=1e-15)
    assert_allclose(warmed_up(t + warmup_steps), schedule(t), rtol=1e-14)


@given(schedules(), st.lists(st.integers(0, 10), max_size=20))
def test_the_scheduler_is_its_schedule(schedule, counts):
    scheduler, t = LRScheduler(schedule), 0
    for count in counts:
        assert scheduler.get_lr() == schedule(t)
        scheduler.step(count)
        t += count
    assert scheduler.get_lr() == schedule(t)
