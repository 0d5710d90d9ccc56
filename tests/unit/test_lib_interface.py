"""What holds for every public function: signatures, documentation, types, and refused arguments."""

import copy
import dataclasses
import inspect
import pydoc
import re
import sys
import warnings

import numpy as np
import pytest
from lib_cases import LOSSES, as_tuple

import lib.activations
import lib.calibration
import lib.coding
import lib.datasets
import lib.diagnosis
import lib.imbalance
import lib.information
import lib.language
import lib.losses
import lib.numdiff
import lib.optimizers
import lib.precision
import lib.randomness
import lib.schedules
import lib.training
from lib.losses.records import RECORDS, loss_of

MODULES = [
    lib.information,
    lib.activations,
    lib.losses,
    lib.schedules,
    lib.optimizers,
    lib.calibration,
    lib.precision,
    lib.training,
    lib.diagnosis,
    lib.imbalance,
    lib.coding,
    lib.language,
    lib.datasets,
    lib.numdiff,
    lib.randomness,
]
PUBLIC = [(module, name) for module in MODULES for name in module.__all__]

SIGNATURES = """
lib.information
    self_information(p, *, base=None)
    entropy(p, *, axis=-1, base=None)
    binary_entropy(p, *, base=None)
    cross_entropy(p, q, *, axis=-1, base=None)
    kl_divergence(p, q, *, axis=-1, base=None)
    jensen_shannon_divergence(p, q, *, axis=-1, base=None)
    perplexity(p, q=None, *, axis=-1)
    conditional_entropy(joint, *, base=None)
    mutual_information(joint, *, base=None)
lib.activations
    sigmoid(x)
    tanh(x)
    relu(x)
    sigmoid_grad(x)
    tanh_grad(x)
    relu_grad(x)
    softmax(logits, *, axis=-1, temperature=1.0)
    log_softmax(logits, *, axis=-1, temperature=1.0)
    softmax_jacobian(logits)
    naive_softmax(logits, *, axis=-1)
    logsumexp(logits, *, axis=-1)
lib.losses
    mse_loss(predictions, targets)
    l1_loss(predictions, targets)
    smooth_l1_loss(predictions, targets, *, beta=1.0)
    huber_loss(predictions, targets, *, delta=1.0)
    binary_cross_entropy(probs, labels)
    binary_cross_entropy_with_logits(logits, labels, *, pos_weight=None)
    softmax_cross_entropy(logits, labels, *, label_smoothing=0.0, class_weights=None, \
ignore_index=None)
    nll_loss(log_probs, labels, *, class_weights=None, ignore_index=None)
    softmax_cross_entropy_value_and_grad(logits, labels, *, label_smoothing=0.0, \
class_weights=None, ignore_index=None)
    linear_cross_entropy(hidden, weight, labels, *, bias=None, ignore_index=None, z_loss=0.0, \
chunk_size=None)
    linear_cross_entropy_value_and_grad(hidden, weight, labels, *, bias=None, ignore_index=None, \
z_loss=0.0, chunk_size=None)
    sigmoid_focal_loss(logits, labels, *, gamma=2.0, alpha=None)
    softmax_focal_loss(logits, labels, *, gamma=2.0)
    distillation_loss(logits, teacher_logits, *, temperature=1.0)
    contrastive_loss(similarities, *, temperature=1.0, symmetric=False)
    preference_loss(chosen, rejected, reference_chosen, reference_rejected, *, beta=0.1)
    ranked_probability_score(probs, labels)
    kl_div_loss(log_predictions, targets)
    multiclass_hinge_loss(scores, labels, *, margin=1.0, variant='weston_watkins')
    multi_margin_loss(scores, labels, *, p=1, margin=1.0)
    multilabel_margin_loss(scores, labels)
    multilabel_soft_margin_loss(logits, labels)
    soft_margin_loss(scores, labels)
    hinge_embedding_loss(distances, labels, *, margin=1.0)
    margin_ranking_loss(x1, x2, labels, *, margin=0.0)
    cosine_embedding_loss(x1, x2, labels, *, margin=0.0)
    triplet_margin_loss(anchors, positives, negatives, *, margin=1.0, p=2, eps=1e-06, swap=False)
    poisson_nll_loss(predictions, targets, *, log_input=True, full=False, eps=1e-08)
    gaussian_nll_loss(predictions, targets, variances, *, full=False, eps=1e-06)
    ctc_loss(log_probs, targets, input_lengths, target_lengths, *, blank=0, zero_infinity=False)
lib.schedules
    constant(init_value)
    step_decay(init_value, *, step_size, gamma=0.1)
    exponential_decay(init_value, *, k)
    inverse_time_decay(init_value, *, k)
    cosine_decay(init_value, *, decay_steps, final_value=0.0)
    with_linear_warmup(schedule, *, warmup_steps)
    LRScheduler(schedule)
    ReduceOnPlateau(init_value, *, factor=0.1, patience=10, threshold=0.0001, mode='min')
lib.calibration
    reliability_curve(probs, labels, *, bins=15, strategy='uniform')
    expected_calibration_error(probs, labels, *, bins=15, strategy='uniform')
    calibration_refinement(probs, labels, *, bins=15, strategy='uniform')
    brier_score(probs, labels)
    fit_temperature(logits, labels)
    undo_weights(logits, weights)
    ReliabilityCurve(confidence, accuracy, count)
    CalibrationRefinement(calibration, refinement)
lib.optimizers
    sgd(schedule, *, momentum=0.0, nesterov=False)
    adam(schedule, *, b1=0.9, b2=0.999, eps=1e-08)
    adamw(schedule, *, b1=0.9, b2=0.999, eps=1e-08, weight_decay=0.01)
    clip_by_global_norm(max_norm)
    chain(*optimizers)
    Optimizer(init, update)
lib.precision
    round_to(x, dtype)
    spacing(x, dtype)
    rounded_loss(margin, dtype, *, formula)
    rounded_loss_grad(margin, dtype, *, formula)
    correct_digits(computed, exact, dtype)
lib.training
    gradient_descent(grad, x0, *, schedule=None, optimizer=None, steps, noise=0.0, rng=None)
    fit_logistic_regression(X, y, *, schedule, epochs, batch_size=None, l2=0.0, rng=None)
    fit_softmax_regression(X, y, *, schedule, epochs, batch_size=None, l2=0.0, rng=None)
    fit_multiclass_svm(X, y, *, schedule, epochs, batch_size=None, l2=0.0, rng=None, margin=1.0)
    LogisticRegression(weights: numpy.ndarray, bias: float) -> None
    SoftmaxRegression(weights: numpy.ndarray, bias: numpy.ndarray) -> None
    MulticlassSVM(weights: numpy.ndarray, bias: numpy.ndarray) -> None
    History(loss: numpy.ndarray, accuracy: numpy.ndarray, learning_rate: numpy.ndarray) -> None
lib.diagnosis
    loss_landmarks(classes, *, label_smoothing=0.0, batch_size=1, shares=None)
    nearest_landmarks(loss, landmarks, *, count=1, within=None)
    hidden_fault(case)
    train_with_fault(fault, *, case, epochs)
    LearningCurves(training_loss: numpy.ndarray, training_accuracy: numpy.ndarray, \
validation_loss: numpy.ndarray, validation_accuracy: numpy.ndarray, attainable: float) -> None
lib.imbalance
    best_constant(prior, *, class_weight=1.0, gamma=0.0)
    undo_focal(probs, *, gamma)
    weightless_threshold(class_weight, *, threshold=0.5)
    expected_counts(counts)
    fit_scores(scores, counts, *, class_weight=1.0, gamma=0.0)
lib.coding
    kraft_sum(lengths, *, base=2)
    expected_length(p, lengths)
    prefix_code(lengths)
    shannon_lengths(p)
    huffman_lengths(p)
lib.language
    CharacterModel(weights, alphabet, *, card=None)
    NGramModel(order, *, smoothing='interpolated_kneser_ney')
    perplexity_of(surprisals)
    bits_per_character(surprisals)
    bits_per_byte(surprisals, text)
    guessing_bounds(ranks, *, shown=None)
    letter_guesses(model, text, *, before='')
    arithmetic_encode(text, model)
    arithmetic_decode(data, model, length)
lib.datasets
    gaussian_clouds(centres, *, samples, spread=1.0, rng=None)
    disc_and_ring(*, samples, rng=None)
    toy_dataset(name)
lib.numdiff
    numerical_gradient(f, x, *, eps=1e-06)
lib.randomness
    PortableRandom(seed)
"""


def actual_signatures():
    """Return the interface as it is, in the form above: the losses without their reduction.

    Types are for mypy to check. Those of a data class's fields are part of what it documents.
    """
    lines = set()
    for module, name in PUBLIC:
        member = getattr(module, name)
        signature = inspect.signature(member, eval_str=True)
        if not dataclasses.is_dataclass(member):
            untyped = [
                parameter.replace(annotation=inspect.Parameter.empty)
                for parameter in signature.parameters.values()
            ]
            signature = inspect.Signature(untyped)
        signature = str(signature)
        signature = re.sub(r"(, \*)?, reduction='\w+'\)", ")", signature)
        if module is not lib.losses or not name.endswith("_grad") or "value" in name:
            lines.add(f"{module.__name__}.{name}{signature}")
    return lines


def test_the_interface_is_the_documented_one():
    expected, module = set(), None
    for line in SIGNATURES.split("\n"):
        if line.startswith("lib"):
            module = line
        elif line:
            expected.add(f"{module}.{line.strip()}")
    # A loss that has come out keeps its signature; a new one has its record.
    new = {line for line in actual_signatures() - expected if not line.startswith("lib.losses.")}
    assert not new
    assert expected <= actual_signatures()
    assert {loss_of(name) for name in lib.losses.__all__} == set(RECORDS)


def test_every_function_with_a_reduction_has_a_record():
    """What takes a `reduction` is a loss, and its module exports it once it has a record."""
    modules = {sys.modules[record.function.__module__] for record in RECORDS.values()}
    reducing = {
        name
        for module in modules
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and "reduction" in inspect.signature(member).parameters
        if member.__module__ == module.__name__
    }
    assert reducing == set(lib.losses.__all__)


def test_help_shows_types_by_their_short_names():
    shown = str(inspect.signature(lib.information.entropy))
    assert shown == (
        "(p: 'ArrayLike', *, axis: 'int' = -1, base: 'float | None' = None) -> 'Array'"
    )
    assert not [
        name
        for module, name in PUBLIC
        if "Union" in pydoc.plain(pydoc.render_doc(getattr(module, name)))
    ]


@pytest.mark.parametrize(
    ("module", "name"), PUBLIC, ids=lambda value: getattr(value, "__name__", value)
)
def test_every_docstring_has_its_sections(module, name):
    member = getattr(module, name)
    doc = inspect.getdoc(member)
    summary, blank, *_ = doc.split("\n")
    assert summary.endswith(".")
    assert blank == ""
    sections = ["Notes", "References", "Examples"]
    if inspect.isfunction(member):
        sections = ["Parameters", "Returns", "Raises", *sections]
    for section in sections:
        assert f"\n{section}\n{'-' * len(section)}\n" in doc, f"no section {section}"
    assert ">>> " in doc
    for parameter in inspect.signature(member).parameters:
        assert re.search(rf"^(\w+, )*{parameter}(, \w+)* : ", doc, re.MULTILINE), parameter


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_module_says_what_it_is_for(module):
    assert len(module.__doc__.split("\n")[0]) > 20
    assert len(set(module.__all__)) == len(module.__all__)


# --- Every function with arguments that suit it

P, Q = (
    np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]]),
    np.array([[0.25, 0.5, 0.25], [0.5, 0.5, 0.0]]),
)
X = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -0.25]])

CALLS = {
    (lib.information, "self_information"): (P,),
    (lib.information, "entropy"): (P,),
    (lib.information, "binary_entropy"): (P,),
    (lib.information, "cross_entropy"): (P, Q),
    (lib.information, "kl_divergence"): (P, Q),
    (lib.information, "jensen_shannon_divergence"): (P, Q),
    (lib.information, "perplexity"): (P, Q),
    (lib.information, "conditional_entropy"): (P / 2,),
    (lib.information, "mutual_information"): (P / 2,),
    (lib.calibration, "expected_calibration_error"): (P, np.array([0, 2])),
    (lib.calibration, "brier_score"): (P, np.array([0, 2])),
    (lib.calibration, "undo_weights"): (P, np.array([0.5, 1.0, 2.0])),
    **{
        (lib.activations, name): (X,) for name in lib.activations.__all__ if name != "naive_softmax"
    },
}
for loss in LOSSES:
    arguments = loss.make(np.random.default_rng(12))
    while np.size(arguments[0]) < 8 or np.ndim(arguments[0]) < 2:
        arguments = loss.make(np.random.default_rng(np.size(arguments[0]) + 13))
    CALLS[lib.losses, loss.name] = arguments
    if loss.gradient:
        CALLS[lib.losses, f"{loss.name}_grad"] = arguments

every_call = pytest.mark.parametrize(
    ("module", "name"), CALLS, ids=lambda value: getattr(value, "__name__", value)
)


def call(module, name, *arguments, **options):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        return as_tuple(getattr(module, name)(*arguments, **options))


def bent(argument, value):
    """Return a copy whose first element is something else."""
    argument = np.array(argument)
    if not isinstance(value, float):
        argument = argument.astype(object)
    elif argument.dtype.kind in "iu":
        argument = argument.astype(float)
    argument.flat[0] = value
    return argument


@every_call
def test_arguments_are_not_modified(module, name):
    arguments = copy.deepcopy(CALLS[module, name])
    for argument in arguments:
        argument.setflags(write=False)
    for result in call(module, name, *arguments):
        # The result is nobody else's: writing into it must not reach the arguments.
        if isinstance(result, np.ndarray):
            assert result.flags.writeable
            assert not any(np.shares_memory(result, argument) for argument in arguments)


@every_call
def test_results_are_64_bit_floats(module, name):
    for result in call(module, name, *CALLS[module, name]):
        assert isinstance(result, np.float64 | np.ndarray)
        assert result.dtype == np.float64
        assert result.shape == () or isinstance(result, np.ndarray)


@every_call
def test_lists_are_arrays(module, name):
    arguments = CALLS[module, name]
    lists = [argument.tolist() for argument in arguments]
    for ours, same in zip(call(module, name, *arguments), call(module, name, *lists), strict=True):
        np.testing.assert_array_equal(ours, same)


@every_call
def test_32_bit_arguments_are_computed_in_64_bits(module, name):
    small = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in CALLS[module, name]]
    wide = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in small]
    for ours, same in zip(call(module, name, *small), call(module, name, *wide), strict=True):
        assert np.asarray(ours).dtype == np.float64
        np.testing.assert_array_equal(ours, same)


@every_call
def test_not_contiguous_arguments(module, name):
    arguments = CALLS[module, name]
    strided = [np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a for a in arguments]
    for ours, same in zip(
        call(module, name, *arguments), call(module, name, *strided), strict=True
    ):
        np.testing.assert_allclose(ours, same, rtol=1e-14)


def each_argument():
    """Yield every argument of every function."""
    for module, name in CALLS:
        parameters = inspect.signature(getattr(module, name)).parameters.values()
        positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
        for i, argument in enumerate(positional):
            yield pytest.param(module, name, i, argument, id=f"{name}-{argument}")


@pytest.mark.parametrize(("module", "name", "i", "argument"), list(each_argument()))
def test_every_argument_is_refused_by_name(module, name, i, argument):
    arguments = list(CALLS[module, name])

    def refused(error, value):
        with pytest.raises(error) as caught:
            call(module, name, *arguments[:i], value, *arguments[i + 1 :])
        message = str(caught.value)
        assert re.search(rf"\b{argument}\b", message), message
        assert " must " in message, message
        assert "got" in message, message

    if np.asarray(arguments[i]).dtype.kind == "f":
        refused(ValueError, bent(arguments[i], np.nan))
    else:
        refused(TypeError, bent(arguments[i], 0.5))
    refused(TypeError, bent(arguments[i], None))
    refused(TypeError, np.asarray(arguments[i]).astype(str))
    refused(TypeError, np.asarray(arguments[i]).astype(complex))
    refused(ValueError, [[0.5, 0.5], [1.0]])


@pytest.mark.parametrize(
    ("module", "name"),
    [key for key in CALLS if len(CALLS[key]) > 1],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_shapes_that_do_not_match_are_both_named(module, name):
    first, *others = CALLS[module, name]
    for i, other in enumerate(others):
        longer = np.concatenate([other, other], axis=0)
        changed = [longer if i == j else o for j, o in enumerate(others)]
        with pytest.raises(ValueError, match=re.escape(str(longer.shape))) as caught:
            call(module, name, first, *changed)
        assert " must " in str(caught.value)
        assert "got" in str(caught.value)


REDUCED = [name for module, name in CALLS if module is lib.losses]


@pytest.mark.parametrize("name", REDUCED)
def test_unknown_reductions_are_refused(name):
    for reduction in ("average", None, "batchmean" if "kl_div" not in name else "Mean"):
        with pytest.raises(
            ValueError, match=r"reduction must be ('batchmean' or )?'mean' or 'sum' or 'none'"
        ):
            call(lib.losses, name, *CALLS[lib.losses, name], reduction=reduction)


@pytest.mark.parametrize("name", REDUCED)
def test_an_empty_batch_sums_to_0_and_has_no_mean(name):
    axis = 1 if name == "ctc_loss" else 0
    empty = []
    for i, argument in enumerate(CALLS[lib.losses, name]):
        argument = np.moveaxis(argument, axis if i == 0 else 0, 0)[:0]
        empty.append(np.moveaxis(argument, 0, axis) if i == 0 else argument)
    if name.startswith("contrastive"):
        empty = [np.zeros((0, 0))]
    assert np.size(empty[0]) == 0
    results = call(lib.losses, name, *empty, reduction="sum")
    if name.endswith("_grad"):
        for result, argument in zip(results, empty, strict=False):
            assert result.shape == argument.shape
    else:
        assert results == (0.0,)
        assert call(lib.losses, name, *empty, reduction="none")[0].shape[0] == 0
    with pytest.raises(
        ValueError, match=r"mean .* of an empty batch is not defined, got no samples"
    ):
        call(lib.losses, name, *empty)


# --- What one kind of argument has to be


@pytest.mark.parametrize("name", ["entropy", "perplexity", "cross_entropy", "kl_divergence"])
@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 0.4], "p must sum to 1 along axis -1, got 0.9"),
        ([[0.5, 0.5], [0.5, 0.6]], "p must sum to 1 along axis -1, got 1.1 at index 1"),
        ([[[0.5, 0.5]], [[2, 3]]], r"p must sum to 1 along axis -1, got 5 at index \(1, 0\)"),
        ([1.5, -0.5], "p must be non-negative, got -0.5 at index 1"),
        ([np.inf, 0.0], "p must sum to 1 along axis -1, got inf"),
        (1.0, "p must have at least one axis, got the single number 1.0"),
        ([], r"p must have one class or more along axis -1, got shape \(0,\)"),
    ],
)
def test_bad_distributions(name, p, message):
    arguments = (p, p) if name in ("cross_entropy", "kl_divergence") else (p,)
    with pytest.raises(ValueError, match=message):
        call(lib.information, name, *arguments)


@pytest.mark.parametrize("name", ["cross_entropy", "kl_divergence", "jensen_shannon_divergence"])
def test_distributions_that_do_not_go_together(name):
    with pytest.raises(ValueError, match=r"as many outcomes.*got shapes \(2,\) and \(3,\)"):
        call(lib.information, name, [0.5, 0.5], [0.5, 0.25, 0.25])
    # One outcome does not stretch to two.
    with pytest.raises(ValueError, match=r"as many outcomes.*got shapes \(1,\) and \(2,\)"):
        call(lib.information, name, [1.0], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"broadcast, got shapes \(3, 2\) and \(2, 2\)"):
        call(lib.information, name, np.full((3, 2), 0.5), np.full((2, 2), 0.5))
    with pytest.raises(ValueError, match=r"q must sum to 1 along axis -1, got 0\.75"):
        call(lib.information, name, [0.5, 0.5], [0.5, 0.25])


@pytest.mark.parametrize(
    ("base", "error"),
    [
        *((base, ValueError) for base in (0, 1, -2, 0.5, np.inf, np.nan)),
        ("2", TypeError),
        (True, TypeError),
    ],
)
def test_bad_bases(base, error):
    for name in lib.information.__all__:
        if name != "perplexity":
            with pytest.raises(error, match="base must be"):
                call(lib.information, name, *CALLS[lib.information, name], base=base)


@pytest.mark.parametrize(("axis", "error"), [(2, ValueError), (-3, ValueError), (0.5, TypeError)])
def test_bad_axes(axis, error):
    for (module, name), arguments in CALLS.items():
        if "axis" in inspect.signature(getattr(module, name)).parameters:
            with pytest.raises(error, match="axis must be"):
                call(module, name, *arguments, axis=axis)


@pytest.mark.parametrize("name", ["self_information", "binary_entropy"])
@pytest.mark.parametrize("p", [-0.1, 1.1, np.inf])
def test_bad_probabilities(name, p):
    with pytest.raises(ValueError, match=rf"p must lie in \[0, 1\], got {p} at index 1"):
        call(lib.information, name, [0.5, p])


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("softmax", {"temperature": 0}, "temperature must be > 0, got 0"),
        ("log_softmax", {"temperature": -1.0}, "temperature must be > 0, got -1.0"),
        ("softmax", {"temperature": np.inf}, "temperature must be finite and > 0, got inf"),
    ],
)
def test_bad_temperatures(name, options, message):
    with pytest.raises(ValueError, match=message):
        call(lib.activations, name, X, **options)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "softmax_jacobian"])
@pytest.mark.parametrize(
    ("logits", "message"),
    [
        ([1.0, np.nan], "logits must not contain NaN, got nan at index 1"),
        ([1.0, np.inf], "logits must be finite, or -inf for a class .*, got inf at index 1"),
        ([[0.0, 0.0], [-np.inf, -np.inf]], "logits must have a finite score in every row, got"),
        (3.0, "logits must have at least one axis"),
        (np.zeros((4, 0)), r"logits must have one class or more along axis -1, got shape \(4, 0\)"),
    ],
)
def test_scores_without_a_softmax(name, logits, message):
    with pytest.raises(ValueError, match=message):
        call(lib.activations, name, logits)


def test_naive_softmax_refuses_what_is_not_its_point():
    for bad, error in (([np.nan], ValueError), (["a"], TypeError), (1.0, ValueError)):
        with pytest.raises(error, match="logits must"):
            call(lib.activations, "naive_softmax", bad)
    frozen = np.array([1.0, 2.0])
    frozen.setflags(write=False)
    call(lib.activations, "naive_softmax", frozen)


@pytest.mark.parametrize(
    ("name", "arguments", "options", "error", "message"),
    [
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [3]),
            {},
            ValueError,
            "labels must be class labels in 0 ... 2, got 3 at index 0",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [-1]),
            {},
            ValueError,
            "labels must be class labels in 0 ... 2, got -1",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [1.0]),
            {},
            TypeError,
            "labels must be integer class labels, got dtype float64",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [True]),
            {},
            TypeError,
            "labels must be integer class labels, got dtype bool",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [[0.5, 0.5]]),
            {},
            ValueError,
            r"classes of shape \(1,\) or probabilities of shape \(1, 3\).*got shape \(1, 2\)",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [[0.5, 0.5, 0.5]]),
            {},
            ValueError,
            "labels must sum to 1 along axis -1, got 1.5",
        ),
        (
            "softmax_cross_entropy",
            ([[1, 2, 3]], [0]),
            {"label_smoothing": 1.5},
            ValueError,
            "label_smoothing must be >= 0 and <= 1, got 1.5",
        ),
        ("nll_loss", ([[1, 2, 3]], [3]), {}, ValueError, "labels must be class labels in 0 ... 2"),
        ("nll_loss", ([[1, 2, 3]], [0.0]), {}, TypeError, "labels must be integer class labels"),
        ("nll_loss", (1.0, 0), {}, ValueError, "log_probs must have at least one axis"),
        ("binary_cross_entropy", ([1.5], [1]), {}, ValueError, r"probs must lie in \[0, 1\]"),
        ("binary_cross_entropy", ([0.5], [2]), {}, ValueError, r"labels must lie in \[0, 1\]"),
        (
            "binary_cross_entropy_with_logits",
            ([0.5], [-1]),
            {},
            ValueError,
            r"labels must lie in \[0, 1\], got -1.0 at index 0",
        ),
        ("kl_div_loss", ([0.5], [-1]), {}, ValueError, "targets must be non-negative, got -1.0"),
        ("soft_margin_loss", ([0.5], [0]), {}, ValueError, "labels must be 1 or -1, got 0.0"),
        ("hinge_embedding_loss", ([0.5], [0]), {}, ValueError, "labels must be 1 or -1"),
        ("margin_ranking_loss", ([1], [2], [3]), {}, ValueError, "labels must be 1 or -1, got 3"),
        (
            "cosine_embedding_loss",
            ([[1, 2]], [[2, 1]], [0]),
            {},
            ValueError,
            "labels must be 1 or -1",
        ),
        (
            "cosine_embedding_loss",
            ([[1, 2]], [[2, 1]], [1]),
            {"margin": 2},
            ValueError,
            "margin must be >= -1 and <= 1, got 2",
        ),
        (
            "multiclass_hinge_loss",
            ([[1, 2]], [0]),
            {"margin": -1},
            ValueError,
            "margin must be >= 0, got -1",
        ),
        (
            "multiclass_hinge_loss",
            ([[1, 2]], [0]),
            {"variant": "vapnik"},
            ValueError,
            "variant must be 'weston_watkins' or 'crammer_singer', got 'vapnik'",
        ),
        ("multi_margin_loss", ([[1, 2]], [0]), {"p": 3}, ValueError, "p must be 1 or 2, got 3"),
        (
            "multilabel_margin_loss",
            ([[1, 2]], [[2, -1]]),
            {},
            ValueError,
            "labels must be ids in 0 ... 1 or -1, got 2",
        ),
        ("multilabel_margin_loss", ([[1, 2]], [[-2, 0]]), {}, ValueError, "labels must be ids"),
        ("multilabel_margin_loss", ([[1, 2]], [[0.0, 1]]), {}, TypeError, "integer class ids"),
        ("smooth_l1_loss", ([1], [2]), {"beta": -1}, ValueError, "beta must be >= 0, got -1"),
        ("huber_loss", ([1], [2]), {"delta": 0}, ValueError, "delta must be > 0, got 0"),
        ("huber_loss", ([1], [2]), {"delta": "1"}, TypeError, "delta must be a number, got '1'"),
        ("huber_loss", ([1], [2]), {"delta": np.nan}, ValueError, "delta must be finite and > 0"),
        ("poisson_nll_loss", ([1], [-2]), {}, ValueError, "targets must be non-negative"),
        (
            "poisson_nll_loss",
            ([-1], [2]),
            {"log_input": False},
            ValueError,
            "predictions must be non-negative, got -1.0 at index 0",
        ),
        ("poisson_nll_loss", ([1], [2]), {"eps": -1}, ValueError, "eps must be >= 0, got -1"),
        ("gaussian_nll_loss", ([1], [2], [-1]), {}, ValueError, "variances must be non-negative"),
        ("gaussian_nll_loss", ([1], [2], [1]), {"eps": 0}, ValueError, "eps must be > 0, got 0"),
        ("triplet_margin_loss", ([[1]], [[2]], [[3]]), {"p": 0.5}, ValueError, "p must be >= 1"),
        ("triplet_margin_loss", ([[1]], [[2]], [[3]]), {"margin": 0}, ValueError, "margin must be"),
        ("triplet_margin_loss", ([[1]], [[2]], [[3]]), {"eps": -1}, ValueError, "eps must be >= 0"),
        ("triplet_margin_loss", (1, 2, 3), {}, ValueError, "anchors must have at least one axis"),
    ],
)
def test_bad_loss_arguments(name, arguments, options, error, message):
    for function in (name, f"{name}_grad"):
        with pytest.raises(error, match=message):
            call(lib.losses, function, *arguments, **options)


def test_a_column_does_not_meet_a_row():
    """(N,) and (N, 1) would broadcast to (N, N) and average over pairs that do not exist."""
    for name in ("mse_loss", "l1_loss", "binary_cross_entropy", "hinge_embedding_loss"):
        with pytest.raises(ValueError, match=r"must have the same shape, got \(3,\) and \(3, 1\)"):
            call(lib.losses, name, np.ones(3), np.ones((3, 1)))


LOG_P = np.log(np.full((4, 2, 3), 1 / 3))


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([0.5], [1], [1], [1]), {}, ValueError, r"log_probs must have shape \(T, N, C\)"),
        ((LOG_P, [[1], [3]], [4, 4], [1, 1]), {}, ValueError, "targets must be labels in 0 ... 2"),
        ((LOG_P, [[1], [0]], [4, 4], [1, 1]), {}, ValueError, "but not the blank 0, got 0"),
        ((LOG_P, [[1], [1.0]], [4, 4], [1, 1]), {}, TypeError, "targets must be integers"),
        (
            (LOG_P, [[1], [1]], [4, 5], [1, 1]),
            {},
            ValueError,
            "input_lengths must be at most T = 4",
        ),
        ((LOG_P, [[1], [1]], [4, -1], [1, 1]), {}, ValueError, "input_lengths must be non-negat"),
        ((LOG_P, [[1], [1]], [4], [1, 1]), {}, ValueError, r"input_lengths must have shape \(2,\)"),
        ((LOG_P, [[1], [1]], [4, 4], [2, 1]), {}, ValueError, r"targets must have shape \(2, S\)"),
        ((LOG_P, [1, 1, 2], [4, 4], [1, 1]), {}, ValueError, r"got shape \(3,\)"),
        ((LOG_P, [[1], [1]], [4, 4], [1.0, 1]), {}, TypeError, "target_lengths must be integers"),
        ((LOG_P, [[1], [1]], [4, 4], [1, 1]), {"blank": 3}, ValueError, "blank must be a class in"),
        ((LOG_P, [[1], [1]], [4, 4], [1, 1]), {"blank": -1}, ValueError, "blank must be >= 0"),
        (
            (LOG_P, [[1], [1]], [4, 4], [1, 1]),
            {"blank": 0.5},
            TypeError,
            "blank must be an integer",
        ),
    ],
)
def test_bad_ctc_arguments(arguments, options, error, message):
    with pytest.raises(error, match=message):
        call(lib.losses, "ctc_loss", *arguments, **options)


EXTREMES = np.array([[1e4, -1e4, 0.0], [-1e308, 1e308, 5e-324], [0.0, 0.0, 0.0]])
#: Targets that go with these, by the kind of arguments.
LABELS = {
    "numbers": -EXTREMES,
    "class_scores": np.array([0, 0, 0]),
    "class_scores_or_distributions": np.array([0, 0, 0]),
    "spatial_log_probs": np.array([0, 0, 0]),
    "label_lists": np.array([[0, -1, -1]] * 3),
    "binary_logits": np.eye(3),
    "several_labels": np.eye(3),
    "signed": 1 - 2 * np.eye(3),
    "counts": np.eye(3),
}


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        *((lib.activations, name, (EXTREMES,)) for name in lib.activations.__all__),
        *(
            (lib.losses, f"{loss.name}{suffix}", (EXTREMES, LABELS[loss.record.sample]))
            for suffix in ("", "_grad")
            for loss in LOSSES
            if loss.record.sample in LABELS
        ),
    ],
)
def test_the_extremes_give_numbers_and_no_warning(module, name, arguments):
    if name == "naive_softmax":
        assert np.isnan(call(module, name, *arguments)[0]).any()
        return
    for result in call(module, name, *arguments):
        assert not np.isnan(result).any()
