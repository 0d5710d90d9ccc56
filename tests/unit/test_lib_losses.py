"""Losses and gradients against PyTorch, central differences and the numbers of the book."""

import inspect
import zlib

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from lib_cases import DIFFERENTIABLE, LOSSES, PEERED, as_tuple, name_of, tensors
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import hinge_loss, log_loss

import lib.losses as losses
from lib.activations import log_softmax, softmax
from lib.numdiff import numerical_gradient

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=name_of)
every_gradient = pytest.mark.parametrize("loss", DIFFERENTIABLE, ids=name_of)

pytestmark = pytest.mark.filterwarnings("ignore:reduction:UserWarning")  # PyTorch's, of kl_div

# Each trial is a batch of up to 60 samples: thousands of inputs for each loss.
TRIALS = 120


def trials(loss, count=TRIALS, each=3):
    """Yield arguments with each reduction and each combination of options in turn, some times."""
    rng = np.random.default_rng(zlib.crc32(loss.name.encode()))
    variants = list(loss.variants())
    for i in range(max(count, each * len(loss.reductions) * len(variants))):
        reduction = loss.reductions[i % len(loss.reductions)]
        variant = variants[i // len(loss.reductions) % len(variants)]
        arguments = loss.make(rng)
        yield arguments, reduction, loss.options_for(variant, arguments)


def test_every_loss_has_a_gradient_or_a_reason():
    assert {loss.name for loss in LOSSES if not loss.gradient} == {"ctc_loss"}


@pytest.mark.parametrize("loss", PEERED, ids=name_of)
def test_value_agrees_with_pytorch(loss):
    for arguments, reduction, options in trials(loss):
        ours = loss.function(*arguments, reduction=reduction, **options)
        peer = loss.peer_value(arguments, reduction, options)
        assert np.shape(ours) == peer.shape
        assert_allclose(ours, peer, rtol=1e-10, atol=1e-13, err_msg=f"{reduction} {options}")


@pytest.mark.parametrize("loss", [loss for loss in PEERED if loss.gradient], ids=name_of)
def test_gradient_agrees_with_autograd(loss):
    for arguments, reduction, options in trials(loss):
        ours = as_tuple(loss.gradient(*arguments, reduction=reduction, **options))
        peer = loss.peer_gradients(arguments, reduction, options)
        assert len(ours) == len(peer) == loss.inputs
        for mine, theirs in zip(ours, peer, strict=True):
            assert np.shape(mine) == theirs.shape
            assert_allclose(mine, theirs, rtol=1e-10, atol=1e-13, err_msg=f"{reduction} {options}")


@every_gradient
def test_gradient_agrees_with_central_differences(loss):
    """The inputs are random, so that none lies within 1e-6 of a kink."""
    for arguments, reduction, options in trials(loss, count=12, each=1):
        reduction = "sum" if reduction == "none" else reduction
        gradients = as_tuple(loss.gradient(*arguments, reduction=reduction, **options))
        for i, gradient in enumerate(gradients):

            def value(x, i=i, arguments=arguments, reduction=reduction, options=options):
                shifted = (*arguments[:i], x, *arguments[i + 1 :])
                return loss.function(*shifted, reduction=reduction, **options)

            close = ("binary_cross_entropy", "ranked_probability_score")
            eps = 1e-7 if loss.name in close else 1e-6
            numerical = numerical_gradient(value, arguments[i], eps=eps)
            size = max(1.0, float(np.abs(value(arguments[i]))), np.abs(gradient).max())
            assert_allclose(gradient, numerical, rtol=1e-4, atol=1e-8 * size)


@every_loss
def test_options_are_keywords_and_the_gradient_has_the_same(loss):
    signature = inspect.signature(loss.function)
    if loss.gradient:
        assert signature.parameters == inspect.signature(loss.gradient).parameters
    keywords = {p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY}
    assert keywords == {"reduction", *loss.options}
    assert signature.parameters["reduction"].default == loss.reductions[0]
    for name, (default, *_) in loss.options.items():
        assert signature.parameters[name].default == default, name


@every_gradient
def test_gradient_of_none_is_the_gradient_of_the_sum(loss):
    arguments, _, options = next(trials(loss))
    of_none = as_tuple(loss.gradient(*arguments, reduction="none", **options))
    of_sum = as_tuple(loss.gradient(*arguments, reduction="sum", **options))
    for none, total in zip(of_none, of_sum, strict=True):
        assert_array_equal(none, total)


@every_loss
def test_mean_and_sum_reduce_the_losses_of_none(loss):
    for arguments, _, options in trials(loss, count=6):
        each = loss.function(*arguments, reduction="none", **options)
        assert_allclose(loss.function(*arguments, reduction="sum", **options), each.sum())
        if loss.name not in ("ctc_loss", "softmax_cross_entropy", "nll_loss"):
            assert_allclose(loss.function(*arguments, reduction="mean", **options), each.mean())


KINKS = {
    "l1 at 0": (F.l1_loss, "l1_loss", [[1.0, 2.0], [1.0, 5.0]], {}),
    "smooth l1 at beta": (
        F.smooth_l1_loss,
        "smooth_l1_loss",
        [[2.0, -2.0, 0.0], [0.0, 0.0, 0.0]],
        {"beta": 2.0},
    ),
    "smooth l1 of beta 0": (
        F.smooth_l1_loss,
        "smooth_l1_loss",
        [[0.0, 1.0], [0.0, 0.0]],
        {"beta": 0.0},
    ),
    "huber at delta": (
        F.huber_loss,
        "huber_loss",
        [[2.0, -2.0, 0.0], [0.0, 0.0, 0.0]],
        {"delta": 2.0},
    ),
    "multi-margin at the margin": (
        F.multi_margin_loss,
        "multi_margin_loss",
        [[[1.0, 0.0, 3.0]], [0]],
        {},
    ),
    "squared multi-margin at the margin": (
        F.multi_margin_loss,
        "multi_margin_loss",
        [[[1.0, 0.0, 3.0]], [0]],
        {"p": 2},
    ),
    "multi-label margin at the margin": (
        F.multilabel_margin_loss,
        "multilabel_margin_loss",
        [[[1.0, 0.0, 2.0]], [[0, -1, -1]]],
        {},
    ),
    "the same label twice": (
        F.multilabel_margin_loss,
        "multilabel_margin_loss",
        [[[1.0, 0.5, 2.0]], [[0, 0, -1]]],
        {},
    ),
    "hinge embedding at the margin": (
        F.hinge_embedding_loss,
        "hinge_embedding_loss",
        [[1.0, 0.5, 1.0], [-1.0, -1.0, 1.0]],
        {},
    ),
    "ranking at the margin": (
        F.margin_ranking_loss,
        "margin_ranking_loss",
        [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]],
        {"margin": 1.0},
    ),
    "cosine at the margin": (
        F.cosine_embedding_loss,
        "cosine_embedding_loss",
        [[[1.0, 0.0]], [[0.0, 1.0]], [-1.0]],
        {},
    ),
    "cosine of a null vector": (
        F.cosine_embedding_loss,
        "cosine_embedding_loss",
        [[[0.0, 0.0]], [[0.0, 1.0]], [1.0]],
        {},
    ),
    "triplet at the margin": (
        F.triplet_margin_loss,
        "triplet_margin_loss",
        [[[0.0, 0.0]], [[1.0, 0.0]], [[2.0, 0.0]]],
        {"eps": 0.0},
    ),
    "triplet with tied distances": (
        F.triplet_margin_loss,
        "triplet_margin_loss",
        [[[0.0, 0.0]], [[1.0, 0.0]], [[0.5, 0.5]]],
        {"eps": 0.0, "swap": True},
    ),
    "triplet of one point": (
        F.triplet_margin_loss,
        "triplet_margin_loss",
        [[[0.0, 0.0]], [[0.0, 0.0]], [[0.5, 0.5]]],
        {"eps": 0.0},
    ),
    "1-norm of a null coordinate": (
        F.triplet_margin_loss,
        "triplet_margin_loss",
        [[[0.0, 0.0]], [[0.0, 1.0]], [[0.5, 0.0]]],
        {"eps": 0.0, "p": 1.0},
    ),
    "largest coordinates that tie": (
        F.triplet_margin_loss,
        "triplet_margin_loss",
        [[[0.0, 0.0]], [[1.0, -1.0]], [[0.5, 0.0]]],
        {"eps": 0.0, "p": float("inf")},
    ),
}


@pytest.mark.parametrize("kink", KINKS)
def test_the_choice_at_a_kink_is_that_of_pytorch(kink):
    peer, name, arguments, options = KINKS[kink]
    leaves = [leaf.requires_grad_(leaf.is_floating_point()) for leaf in tensors(arguments)]
    peer(*leaves, reduction="sum", **options).backward()
    ours = as_tuple(getattr(losses, f"{name}_grad")(*arguments, reduction="sum", **options))
    for mine, leaf in zip(ours, leaves, strict=False):
        assert_allclose(mine, leaf.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("variant", ["weston_watkins", "crammer_singer"])
def test_the_hinge_is_flat_where_the_margin_is_met_exactly(variant):
    for scores, expected in (([2.0, 1.0], [0.0, 0.0]), ([1.75, 1.0], [-1.0, 1.0])):
        gradient = losses.multiclass_hinge_loss_grad(scores, 0, variant=variant)
        assert_array_equal(gradient, expected)


def test_crammer_singer_takes_the_first_of_the_worst():
    gradient = losses.multiclass_hinge_loss_grad([[0.0, 1.0, 1.0]], [0], variant="crammer_singer")
    assert_array_equal(gradient, [[-1.0, 1.0, 0.0]])


# --- Class labels and their shapes


def test_softmax_cross_entropy_takes_one_row_and_many_axes():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(2, 3, 4)), rng.integers(0, 4, size=(2, 3))
    each = losses.softmax_cross_entropy(scores, labels, reduction="none")
    assert each.shape == (2, 3)
    assert each[1, 2] == losses.softmax_cross_entropy(scores[1, 2], labels[1, 2])
    gradient = losses.softmax_cross_entropy_grad(scores, labels)
    assert gradient.shape == scores.shape
    assert_allclose(gradient.sum(axis=-1), 0, atol=1e-15)


def test_one_hot_labels_and_classes_are_the_same_question():
    scores = np.random.default_rng(1).normal(size=(5, 3))
    labels = np.array([0, 2, 1, 1, 0])
    for smoothing in (0.0, 0.2):
        for one_hot in (np.eye(3)[labels], np.eye(3, dtype=int)[labels]):
            options = {"label_smoothing": smoothing, "reduction": "none"}
            assert_allclose(
                losses.softmax_cross_entropy(scores, one_hot, **options),
                losses.softmax_cross_entropy(scores, labels, **options),
                rtol=1e-14,
            )


def test_as_many_samples_as_classes_is_not_ambiguous():
    """Integers of shape (3,) are classes; the same numbers of shape (3, 3) are probabilities."""
    scores = np.arange(9.0).reshape(3, 3)
    assert losses.softmax_cross_entropy(scores, [0, 1, 2], reduction="none").shape == (3,)
    with pytest.raises(TypeError, match="probabilities need the shape of the logits, \\(3, 3\\)"):
        losses.softmax_cross_entropy(scores, [0.2, 0.3, 0.5])


def test_nll_of_log_softmax_is_softmax_cross_entropy():
    rng = np.random.default_rng(2)
    scores, labels = rng.normal(size=(30, 4)), rng.integers(0, 4, size=30)
    assert_allclose(
        losses.nll_loss(log_softmax(scores), labels),
        losses.softmax_cross_entropy(scores, labels),
        rtol=1e-14,
    )


# --- Broadcasting


def test_leading_axes_broadcast_and_gradients_keep_the_shape_of_the_argument():
    rng = np.random.default_rng(3)
    few, many = rng.normal(size=3), rng.normal(size=(5, 3))
    leaf = torch.tensor(few, requires_grad=True)
    ((leaf - torch.tensor(many)) ** 2).mean().backward()
    assert_allclose(losses.mse_loss_grad(few, many), leaf.grad.numpy(), rtol=1e-13)
    assert_allclose(losses.mse_loss(few, many), ((few - many) ** 2).mean(), rtol=1e-14)
    column = rng.normal(size=(5, 1))
    assert losses.l1_loss_grad(column, many).shape == (5, 1)
    assert losses.l1_loss_grad(0.5, many).shape == ()
    first, second = losses.margin_ranking_loss_grad(few, many, np.ones((5, 3)))
    assert first.shape == (3,)
    assert second.shape == (5, 3)


@pytest.mark.parametrize("shapes", [((1, 3), (5, 3), (5, 3)), ((5, 3), (1, 3), (1, 3))])
def test_vectors_broadcast_as_in_pytorch(shapes):
    rng = np.random.default_rng(10)
    vectors = [rng.normal(size=shape) for shape in shapes]
    labels = rng.choice([-1.0, 1.0], size=5)
    cases = [
        ("cosine_embedding_loss", [*vectors[:2], labels], {}),
        *(("triplet_margin_loss", vectors, {"swap": swap}) for swap in (False, True)),
    ]
    for name, arguments, options in cases:
        leaves = tensors(arguments)
        for leaf in leaves[: len(vectors) - (name[0] == "c")]:
            leaf.requires_grad_()
        peer = getattr(F, name)(*leaves, **options)
        peer.backward()
        assert_allclose(getattr(losses, name)(*arguments, **options), peer.item(), rtol=1e-12)
        ours = getattr(losses, f"{name}_grad")(*arguments, **options)
        for mine, leaf in zip(ours, leaves, strict=False):
            assert mine.shape == leaf.shape
            assert_allclose(mine, leaf.grad.numpy(), rtol=1e-10, atol=1e-15)
        # A single vector is a row of one.
        single = [x[0] if x.shape == (1, 3) else x for x in arguments]
        assert getattr(losses, name)(*single, **options) == getattr(losses, name)(
            *arguments, **options
        )


def test_coordinates_do_not_broadcast():
    with pytest.raises(ValueError, match=r"same shape, got \(5, 3\) and \(5, 1\)"):
        losses.cosine_embedding_loss(np.ones((5, 3)), np.ones((5, 1)), np.ones(5))
    with pytest.raises(ValueError, match=r"same shape, got \(5, 1\) and \(5, 3\) and \(5, 3\)"):
        losses.triplet_margin_loss(np.ones((5, 1)), np.ones((5, 3)), np.ones((5, 3)))


# --- CTC


def test_ctc_agrees_with_the_sum_over_all_alignments():
    """Every path of 4 times over 3 classes, merged and stripped of blanks, by brute force."""
    log_probs = np.log(np.random.default_rng(4).dirichlet(np.ones(3), size=4))
    totals = {}
    for path in np.ndindex(3, 3, 3, 3):
        merged = [c for i, c in enumerate(path) if i == 0 or c != path[i - 1]]
        labels = tuple(c for c in merged if c != 0)
        probability = np.exp(log_probs[range(4), path].sum())
        totals[labels] = totals.get(labels, 0.0) + probability
    assert len(totals) == 15
    for labels, probability in totals.items():
        loss = losses.ctc_loss(log_probs, list(labels), 4, len(labels), reduction="sum")
        assert_allclose(np.exp(-loss), probability, rtol=1e-12)


def test_ctc_may_have_any_class_as_its_blank():
    rng = np.random.default_rng(5)
    log_probs = np.log(rng.dirichlet(np.ones(4), size=(6, 3)))
    targets, lengths = rng.integers(0, 3, size=(3, 2)), [2, 1, 0]
    ours = losses.ctc_loss(log_probs, targets, [6, 5, 4], lengths, blank=3, reduction="none")
    arguments = tensors([log_probs, targets, [6, 5, 4], lengths])
    assert_allclose(ours, F.ctc_loss(*arguments, blank=3, reduction="none").numpy(), rtol=1e-12)


def test_ctc_of_no_time_writes_nothing():
    log_probs = np.log(np.full((3, 2, 3), 1 / 3))
    ours = losses.ctc_loss(log_probs, [[1], [1]], [0, 0], [0, 1], reduction="none")
    assert_array_equal(ours, [0.0, np.inf])


def test_ctc_does_not_underflow():
    """Two thousand times: the probability is 1e-2000 and smaller, its logarithm exact."""
    log_probs = log_softmax(np.random.default_rng(6).normal(size=(2000, 1, 20)))
    targets = np.arange(100)[None] % 19 + 1
    ours = losses.ctc_loss(log_probs, targets, [2000], [100])
    peer = F.ctc_loss(*tensors([log_probs, targets, [2000], [100]])).item()
    assert_allclose(ours, peer, rtol=1e-11)


# --- scikit-learn


def test_log_loss_of_scikit_learn():
    rng = np.random.default_rng(7)
    for _ in range(50):
        scores, labels = rng.normal(scale=3, size=(40, 5)), rng.permutation(np.arange(40) % 5)
        peer = log_loss(labels, softmax(scores))
        assert_allclose(losses.softmax_cross_entropy(scores, labels), peer, rtol=1e-10)
        p, y = rng.uniform(0.001, 0.999, size=40), np.arange(40) % 2
        assert_allclose(losses.binary_cross_entropy(p, y), log_loss(y, p), rtol=1e-10)


def test_hinge_loss_of_scikit_learn_is_crammer_and_singer_s():
    rng = np.random.default_rng(8)
    for _ in range(50):
        scores, labels = rng.normal(scale=2, size=(40, 5)), rng.permutation(np.arange(40) % 5)
        ours = losses.multiclass_hinge_loss(scores, labels, variant="crammer_singer")
        assert_allclose(ours, hinge_loss(labels, scores), rtol=1e-10)


# --- The extremes


def test_logits_of_ten_thousand():
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]])
    each = losses.softmax_cross_entropy(z, [0, 0], reduction="none")
    assert_array_equal(each, [0.0, 2e4])
    gradient = losses.softmax_cross_entropy_grad(z, [0, 0], reduction="sum")
    assert_array_equal(gradient, [[0, 0, 0], [-1, 1, 0]])
    each = losses.binary_cross_entropy_with_logits([1e4, 1e4, -1e4], [1, 0, 0], reduction="none")
    assert_array_equal(each, [0.0, 1e4, 0.0])
    assert_array_equal(losses.soft_margin_loss([1e4, 1e4], [1, -1], reduction="none"), [0.0, 1e4])
    gradient = losses.soft_margin_loss_grad([1e4, 1e4], [1, -1], reduction="sum")
    assert_array_equal(gradient, [0.0, 1.0])
    loss = losses.multilabel_soft_margin_loss([[1e4, -1e4]], [[0, 1]])
    assert loss == 1e4


def test_the_loss_of_a_sure_prediction_keeps_its_digits():
    """log(1 + e^-40) is 4.2e-18, not 0."""
    assert_allclose(
        losses.binary_cross_entropy_with_logits(40.0, 1), 4.248354255291589e-18, rtol=1e-14
    )


def test_probabilities_of_0_and_1():
    each = losses.binary_cross_entropy([0, 1, 0, 1, 0], [0, 1, 1, 0, 0.5], reduction="none")
    assert_array_equal(each, [0, 0, np.inf, np.inf, np.inf])
    slopes = losses.binary_cross_entropy_grad([0, 1, 0, 1], [0, 1, 1, 0], reduction="sum")
    assert_array_equal(slopes, [1, -1, -np.inf, np.inf])
    assert losses.binary_cross_entropy([0.5, 0.0], [1, 1]) == np.inf
    # The smallest double above 0, and the largest below 1.
    assert_allclose(losses.binary_cross_entropy(5e-324, 1), 744.4400719213812)
    assert_allclose(losses.binary_cross_entropy(1 - 2**-53, 0), 53 * np.log(2))


def test_a_score_of_minus_infinity_rules_a_class_out():
    z = [[0.0, -np.inf, 0.0]]
    assert_allclose(losses.softmax_cross_entropy(z, [0]), np.log(2))
    assert losses.softmax_cross_entropy(z, [1]) == np.inf
    assert_allclose(losses.softmax_cross_entropy(z, [[0.5, 0, 0.5]]), np.log(2))
    assert losses.softmax_cross_entropy(z, [0], label_smoothing=0.1) == np.inf
    assert losses.softmax_cross_entropy(z, [0], label_smoothing=1.0) == np.inf
    assert_array_equal(losses.softmax_cross_entropy_grad(z, [0]), [[-0.5, 0.0, 0.5]])


def test_infinities_that_the_mathematics_asks_for():
    inf = np.inf
    assert losses.mse_loss([inf, 0], [0, 0]) == inf
    assert losses.mse_loss([1e200], [-1e200]) == inf
    assert losses.l1_loss([-inf], [0]) == inf
    assert losses.l1_loss_grad([-inf], [0]) == [-1]
    assert losses.huber_loss([inf], [0]) == inf
    assert losses.huber_loss_grad([inf], [0], delta=2) == [2]
    assert losses.smooth_l1_loss([inf], [0]) == inf
    assert losses.poisson_nll_loss([1000.0], [3]) == inf
    assert losses.poisson_nll_loss([0.0], [3], log_input=False, eps=0) == inf
    assert losses.poisson_nll_loss([-inf], [0]) == 0
    assert losses.binary_cross_entropy_with_logits([inf], [0]) == inf
    assert losses.binary_cross_entropy_with_logits([inf], [1]) == 0
    assert losses.nll_loss([[-inf, 0.0]], [0]) == inf
    assert losses.kl_div_loss([[-inf, 0.0]], [[0.5, 0.5]]) == inf
    assert_allclose(losses.kl_div_loss([[-inf, 0.0]], [[0.0, 1.0]]), 0)


@pytest.mark.parametrize("scores", [[[np.inf, 1.0]], [[np.inf, np.inf]], [[-np.inf, -np.inf]]])
def test_scores_without_a_softmax_are_refused(scores):
    with pytest.raises(ValueError, match="logits must"):
        losses.softmax_cross_entropy(scores, [0])


def test_infinities_that_cancel_are_refused():
    for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        for function in (getattr(losses, name), getattr(losses, f"{name}_grad")):
            with pytest.raises(ValueError, match="infinities cancel at index 1"):
                function([0.0, np.inf], [0.0, np.inf])
    with pytest.raises(ValueError, match="infinities cancel"):
        losses.multiclass_hinge_loss([[np.inf, np.inf]], [0])


def test_one_class():
    assert losses.softmax_cross_entropy([[7.0], [-3.0]], [0, 0]) == 0
    assert_array_equal(losses.softmax_cross_entropy_grad([[7.0]], [0]), [[0.0]])
    for variant in ("weston_watkins", "crammer_singer"):
        assert losses.multiclass_hinge_loss([[7.0]], [0], variant=variant) == 0
        gradient = losses.multiclass_hinge_loss_grad([[7.0]], [0], variant=variant)
        assert_array_equal(gradient, [[0.0]])


def test_a_perfect_prediction_has_a_loss_of_plus_zero():
    for value in (
        losses.binary_cross_entropy([1.0, 0.0], [1, 0]),
        losses.nll_loss([[0.0, -1.0]], [0]),
        losses.softmax_cross_entropy([[1e4, 0.0]], [0]),
        losses.ctc_loss(np.zeros((1, 1, 1)), [[]], [1], [0]),
    ):
        assert str(float(value)) == "0.0"


def test_a_flat_gradient_is_plus_zero():
    for gradient in (
        losses.multiclass_hinge_loss_grad([5.0, 1.0], 0),
        losses.mse_loss_grad([-0.0], [0.0]),
        *losses.margin_ranking_loss_grad([5.0], [1.0], [-1], margin=-9.0),
    ):
        assert not np.signbit(gradient).any()


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_focal_losses_of_sure_predictions_are_numbers(gamma):
    """PyTorch's gradient is NaN at a logit of 20 for γ below 1: a power below 0 of 0."""
    z = np.array([20.0, 40.0, 700.0, 1e4, -1e4, np.inf])
    slope = losses.sigmoid_focal_loss_grad(z, np.ones(6), gamma=gamma, reduction="sum")
    assert np.isfinite(slope).all()
    # Near certainty the loss is q^(γ + 1), and so is minus its slope, γ + 1 times.
    q = np.exp(-z[:2])
    assert_allclose(slope[:2], -(gamma + 1) * q ** (gamma + 1), rtol=1e-7)
    each = losses.sigmoid_focal_loss(z, np.ones(6), gamma=gamma, reduction="none")
    assert_allclose(each[:2], q ** (gamma + 1), rtol=1e-7)
    assert each[4] == 1e4
    pairs = np.stack([z[:5], np.zeros(5)], axis=-1)
    labels = np.zeros(5, dtype=int)
    assert_allclose(
        losses.softmax_focal_loss(pairs, labels, gamma=gamma, reduction="none"), each[:5]
    )
    gradient = losses.softmax_focal_loss_grad(pairs, labels, gamma=gamma, reduction="sum")
    assert_allclose(gradient[:, 0], slope[:5], rtol=1e-7, atol=1e-300)


def test_focal_weights_and_soft_labels():
    """Labels of 0.3 have the slope of the formula, and γ = 0 is the weighted log loss."""
    z, y = np.linspace(-3, 3, 7), np.full(7, 0.3)
    plain = losses.binary_cross_entropy_with_logits(z, y)
    assert_allclose(losses.sigmoid_focal_loss(z, y, gamma=0.0), plain, rtol=1e-14)
    half = losses.sigmoid_focal_loss(z, y, gamma=0.0, alpha=0.5)
    assert_allclose(half, plain / 2, rtol=1e-14)


def test_contrastive_loss_of_equal_similarities_is_log_n():
    assert_allclose(losses.contrastive_loss(np.zeros((256, 256))), 5.545, atol=5e-4)
    apart = np.where(np.eye(256) == 1, 1.0, -1 / 255)
    assert losses.contrastive_loss(apart) == pytest.approx(4.548, abs=5e-4)
    assert losses.contrastive_loss(apart, temperature=0.1) == pytest.approx(0.011, abs=5e-4)


def test_preference_of_the_reference_is_log_2():
    same = np.array([-30.0, -12.0])
    assert_allclose(losses.preference_loss(same, same, same, same), np.log(2))
    chosen, rejected = losses.preference_loss_grad([-1e4], [0.0], [0.0], [0.0], beta=0.5)
    assert_array_equal([chosen, rejected], [[-0.5], [0.5]])
    with pytest.raises(ValueError, match="infinities cancel"):
        losses.preference_loss([np.inf], [np.inf], [0.0], [0.0])


def test_ranked_probability_score_sees_the_distance():
    near, far = [0.2, 0.8, 0.0, 0.0, 0.0], [0.2, 0.0, 0.0, 0.0, 0.8]
    each = losses.ranked_probability_score([near, far], [0, 0], reduction="none")
    assert_allclose(each, [0.64, 2.56])


def test_a_student_of_its_teacher():
    z = np.random.default_rng(9).normal(size=(4, 3))
    for temperature in (0.5, 1.0, 5.0):
        assert losses.distillation_loss(z, z + 7.0, temperature=temperature) < 1e-14
        assert_array_equal(losses.distillation_loss_grad(z, z, temperature=temperature), 0)
    teacher = np.log([0.95, 0.03, 0.02])
    gradient = losses.distillation_loss_grad(np.zeros(3), teacher, temperature=5)
    assert_allclose(gradient, 5 * (1 / 3 - np.array([0.509, 0.255, 0.235])), atol=3e-3)


@pytest.mark.parametrize(
    ("name", "arguments", "options", "message"),
    [
        ("sigmoid_focal_loss", ([0.5], [1]), {"gamma": -1}, "gamma must be >= 0, got -1"),
        ("sigmoid_focal_loss", ([0.5], [1]), {"alpha": 2}, "alpha must be >= 0 and <= 1, got 2"),
        ("sigmoid_focal_loss", ([0.5], [-1]), {}, r"labels must lie in \[0, 1\], got -1"),
        (
            "softmax_focal_loss",
            ([[1, 2]], [2]),
            {},
            "labels must be class labels in 0 ... 1, got 2",
        ),
        ("softmax_focal_loss", ([[1, 2]], [1]), {"gamma": np.nan}, "gamma must be finite and >= 0"),
        ("distillation_loss", ([[1, 2]], [[1, 2, 3]]), {}, r"got \(1, 2\) and \(1, 3\)"),
        ("distillation_loss", ([[1, 2]], [[1, 2]]), {"temperature": 0}, "temperature must be > 0"),
        ("distillation_loss", ([[1, 2]], [[1, np.inf]]), {}, "teacher_logits must be finite"),
        ("contrastive_loss", ([[1, 2]],), {}, r"similarities must have shape \(N, N\), got"),
        ("contrastive_loss", ([[1.0]],), {"temperature": -1}, "temperature must be > 0, got -1"),
        ("contrastive_loss", ([[1.0]],), {"symmetric": "yes"}, "symmetric must be False or True"),
        ("preference_loss", ([1.0], [1.0], [1.0], [1.0]), {"beta": 0}, "beta must be > 0, got 0"),
        ("ranked_probability_score", ([[0.5, 0.6]], [0]), {}, "probs must sum to 1"),
        ("ranked_probability_score", ([[0.5, 0.5]], [2]), {}, "labels must be class labels in"),
        ("nll_loss", ([[-1.0, -2]], [5]), {"ignore_index": -1}, "0 ... 1, or -1 to be ignored"),
        ("nll_loss", ([[-1.0, -2]], [-1]), {"ignore_index": -1}, "where no label counts"),
        ("nll_loss", ([[-1.0, -2]], [1]), {"class_weights": [1]}, r"class_weights must have shape"),
        ("nll_loss", ([[-1.0, -2]], [1]), {"class_weights": [1, -1]}, "class_weights must be non-"),
        (
            "binary_cross_entropy_with_logits",
            ([1.0, 2], [1, 0]),
            {"pos_weight": [1.0, 2, 3]},
            r"logits and pos_weight must have the same shape, got \(2,\) and \(3,\)",
        ),
        ("binary_cross_entropy_with_logits", ([1.0], [1]), {"pos_weight": -1}, "pos_weight must"),
        (
            "binary_cross_entropy_with_logits",
            ([1.0], [1]),
            {"pos_weight": np.inf},
            "pos_weight mus",
        ),
    ],
)
def test_what_the_newer_options_refuse(name, arguments, options, message):
    for function in (name, f"{name}_grad"):
        with pytest.raises(ValueError, match=message):
            getattr(losses, function)(*arguments, **options)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # ε = 0.1 and weights 1 : 99: a sure sample of class 0 is best answered with 0.161.
        (
            losses.softmax_cross_entropy_grad(
                np.log([0.161, 0.839]), 0, label_smoothing=0.1, class_weights=[1, 99]
            ),
            0.0,
        ),
        (losses.binary_cross_entropy_with_logits([1.0, -1.0], [1, 0], pos_weight=2.0), 0.469893),
        (losses.nll_loss(np.log([[0.5, 0.5], [0.25, 0.75]]), [0, 0], class_weights=[2, 1]), 1.0397),
    ],
)
def test_weights_in_numbers(value, expected):
    assert_allclose(value, expected, atol=5e-3 if expected == 0 else 5e-5)


# --- The numbers of the book


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (losses.binary_cross_entropy([0.8, 0.7, 0.1], [1, 1, 0], reduction="sum"), 0.6852),
        (losses.binary_cross_entropy([0.8, 0.7, 0.1], [1, 1, 0]), 0.2284),
        (losses.binary_cross_entropy([0.8, 0.7, 0.1], [0, 0, 1], reduction="sum"), 5.1160),
        (losses.binary_cross_entropy([0.8, 0.7, 0.1], [0, 0, 1]), 1.7053),
        (losses.binary_cross_entropy([0.5, 0.2, 0.3], [1, 0, 0], reduction="sum"), 1.2730),
        (losses.binary_cross_entropy([0.8, 0.1, 0.1], [1, 0, 0], reduction="sum"), 0.4339),
        (losses.softmax_cross_entropy([3.2, 5.1, -1.7], 0), 2.0404),
        (losses.softmax_cross_entropy([10, 9, 9], 0), 0.5514),
        (losses.softmax_cross_entropy([10, 9, 9], 0) / np.log(10), 0.2395),
        (losses.multiclass_hinge_loss([10, 9, 9], 0), 0.0),
        (losses.multiclass_hinge_loss([3.2, 5.1, -1.7], 0), 2.9),
        (losses.multi_margin_loss([3.2, 5.1, -1.7], 0), 2.9 / 3),
        (losses.softmax_cross_entropy(np.zeros(10), 3), np.log(10)),
        (losses.multiclass_hinge_loss(np.zeros(10), 3, margin=2.0), 18.0),
        (losses.binary_cross_entropy_with_logits_grad(10.0, 0), 0.99995),
        (
            losses.mse_loss(
                [0.5939, 0.8272, 0.7765, 0.7223, 0.5796], [0.7467, 0.0961, 0.0630, 0.3596, 0.3448]
            ),
            0.2507,
        ),
        (
            losses.softmax_cross_entropy(
                [[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]], [2, 1]
            ),
            1.8716,
        ),
    ],
)
def test_the_book_s_numbers(value, expected):
    assert value == pytest.approx(expected, abs=5.1e-5)


@pytest.mark.parametrize(("classes", "floor"), [(2, 0.313), (4, 0.744), (10, 1.461)])
def test_softmax_applied_twice_has_a_floor(classes, floor):
    sure = np.where(np.arange(classes) == 0, 1e4, 0.0)
    assert losses.softmax_cross_entropy(softmax(sure), 0) == pytest.approx(floor, abs=5e-4)


def test_label_smoothing_has_a_floor():
    """The least loss is the entropy of the smoothed label: 0.500 for ε = 0.1 and C = 10."""
    smoothed = np.full(10, 0.01)
    smoothed[0] += 0.9
    loss = losses.softmax_cross_entropy(np.log(smoothed), 0, label_smoothing=0.1)
    assert loss == pytest.approx(0.500, abs=5e-4)
    gradient = losses.softmax_cross_entropy_grad(np.log(smoothed), 0, label_smoothing=0.1)
    assert_allclose(gradient, 0, atol=1e-15)
