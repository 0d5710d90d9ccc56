"""How many digits are right, beside numbers of 256 bits: at every margin, and with every option."""

import itertools

import ml_dtypes
import mpmath
import numpy as np
import pytest
from mpmath import mpf

import lib._validation
import lib.losses as losses
import lib.losses.classification
from lib.activations import log_softmax, logsumexp, sigmoid_grad, softmax, softmax_jacobian
from lib.information import entropy, jensen_shannon_divergence, kl_divergence, perplexity

MARGINS = [0.3, 36.0, 37.0, 90.0, 300.0, 690.0]
every_margin = pytest.mark.parametrize("margin", MARGINS)


@pytest.fixture(autouse=True)
def _precise():
    with mpmath.workprec(256):
        yield


def exact(values):
    return [mpf(float(x)) for x in values]


def ulps(value, reference, part=0):
    """Return by how many units in the last place of the reference a number is off.

    Where soft labels make it a difference, the unit is that of the larger `part` of it.
    """
    unit = float(np.spacing(max(abs(float(reference)), abs(float(part)))))
    return float(abs(mpf(float(value)) - reference) / unit)


def rows(margin, classes=5, count=40, grid=None):
    """Scores whose label leads the best of the others by about the margin; multiples of `grid`."""
    rng = np.random.default_rng(int(margin))
    z = rng.normal(size=(count, classes))
    labels = rng.integers(0, classes, size=count)
    z[np.arange(count), labels] = -np.inf
    z[np.arange(count), labels] = z.max(axis=-1) + margin + 0.01 * rng.random(count)
    return (np.round(z / grid) * grid if grid else z), labels


def reference(z, t):
    """Return −Σ t log softmax(z) and its gradient, from log1p of the others' sum."""
    z, t = exact(z), [mpf(x) for x in t]
    shares, logs = [], []
    for i, own in enumerate(z):
        others = mpmath.fsum(mpmath.exp(x - own) for j, x in enumerate(z) if j != i)
        logs.append(-mpmath.log1p(others))
        shares.append((1 / (1 + others), others / (1 + others)))
    loss = -mpmath.fsum(a * b for a, b in zip(t, logs, strict=True) if a)
    mass = mpmath.fsum(t)
    gradient = []
    for i, (p, rest) in enumerate(shares):
        others = mpmath.fsum(x for j, x in enumerate(t) if j != i)
        gradient.append(p * others - t[i] * rest if t[i] else mass * p)
    return loss, gradient


def target(label, classes, smoothing, weights):
    """Return the weighted, smoothed distribution of a label, of 256 bits."""
    e = mpf(smoothing)
    return [mpf(w) * ((1 - e) * (j == label) + e / classes) for j, w in enumerate(weights)]


WEIGHTS = [0.25, 3.0, 0.7, 1.0, 11.0]
OPTIONS = list(
    itertools.product((0.0, 0.1), (None, WEIGHTS), (None, -100), ("mean", "sum", "none"))
)


@every_margin
@pytest.mark.parametrize(("smoothing", "weights", "ignored", "reduction"), OPTIONS)
def test_softmax_cross_entropy_with_every_option(margin, smoothing, weights, ignored, reduction):
    z, labels = rows(margin, count=8)
    counts = np.ones(8, dtype=bool)
    if ignored is not None:
        counts[::3] = False
    options = {
        "label_smoothing": smoothing,
        "class_weights": weights,
        "ignore_index": ignored,
        "reduction": reduction,
    }
    given = np.where(counts, labels, -100)
    value = losses.softmax_cross_entropy(z, given, **options)
    gradient = losses.softmax_cross_entropy_grad(z, given, **options)
    w = weights or [1.0] * 5
    divisor = mpmath.fsum(w[y] for y in labels[counts]) if reduction == "mean" else 1
    references = [
        reference(row, target(y, 5, smoothing, w)) for row, y in zip(z, labels, strict=True)
    ]
    each = [loss if c else mpf(0) for (loss, _), c in zip(references, counts, strict=True)]
    if reduction == "none":
        assert max(map(ulps, value, each)) <= 4 + margin
    else:
        assert ulps(value, mpmath.fsum(each) / divisor) <= 4 + margin
    for row, slopes, (_, expected), y, c in zip(
        z, gradient, references, labels, counts, strict=True
    ):
        assert ulps(slopes[y], expected[y] / divisor if c else mpf(0)) <= 4 + margin
        if c:
            assert slopes[y] < 0 or smoothing
            assert np.all(slopes != 0) or row.max() - row.min() > 744
        else:
            assert not slopes.any()


@every_margin
@pytest.mark.parametrize("grid", [None, 2.0**-10])
def test_the_entry_of_the_label(margin, grid):
    """Right to a unit in its last place where the lead is a number of 64 bits.

    Where it is not, its rounding is multiplied by the exponential.
    """
    z, labels = rows(margin, count=200, grid=grid)
    references = [reference(row, np.eye(5)[y]) for row, y in zip(z, labels, strict=True)]
    value = losses.softmax_cross_entropy(z, labels, reduction="none")
    by_logarithms = losses.nll_loss(log_softmax(z), labels, reduction="none")
    gradient = losses.softmax_cross_entropy_grad(z, labels, reduction="none")
    jacobian = softmax_jacobian(z)
    for name, of_label, expected in (
        ("loss", value, [loss for loss, _ in references]),
        ("nll", by_logarithms, [loss for loss, _ in references]),
        (
            "gradient",
            np.take_along_axis(gradient, labels[:, None], -1)[:, 0],
            [g[y] for (_, g), y in zip(references, labels, strict=True)],
        ),
        (
            "jacobian",
            jacobian[np.arange(200), labels, labels],
            [-g[y] * (1 + g[y]) for (_, g), y in zip(references, labels, strict=True)],
        ),
    ):
        off = [ulps(x, r) for x, r in zip(of_label, expected, strict=True)]
        assert np.all(of_label != 0), name
        least = 2 if name == "jacobian" else 1
        assert np.median(off) <= (least if grid else least + margin / 4), name
        assert max(off) <= (6 if grid else 4 + margin), name


@every_margin
def test_probabilities_as_labels_lose_nothing_either(margin):
    z, labels = rows(margin, count=20)
    one_hot = np.eye(5)[labels]
    soft = 0.75 * one_hot + np.where(np.arange(5) == (labels[:, None] + 1) % 5, 0.25, 0.0)
    for t, weights in itertools.product((one_hot, soft), ([1.0] * 5, WEIGHTS)):
        value = losses.softmax_cross_entropy(z, t, class_weights=weights, reduction="none")
        gradient = losses.softmax_cross_entropy_grad(z, t, class_weights=weights, reduction="none")
        for i, y in enumerate(labels):
            exactly = [mpf(float(a)) * mpf(w) for a, w in zip(t[i], weights, strict=True)]
            loss, slopes = reference(z[i], exactly)
            assert ulps(value[i], loss) <= 4 + margin
            part = exactly[y] if t[i, y] < 1 else 0
            assert ulps(gradient[i, y], slopes[y], part) <= 8 + margin


@every_margin
@pytest.mark.parametrize("pos_weight", [None, 3.0])
def test_binary_cross_entropy_with_logits(margin, pos_weight):
    z = margin + np.linspace(0, 0.01, 60)
    w = mpf(pos_weight or 1)
    for sign, label in itertools.product((1, -1), (0.0, 1.0, 0.25)):
        logits, labels = sign * z, np.full(60, label)
        options = {"pos_weight": pos_weight, "reduction": "none"}
        value = losses.binary_cross_entropy_with_logits(logits, labels, **options)
        slope = losses.binary_cross_entropy_with_logits_grad(logits, labels, **options)
        off_value, off_slope = [], []
        for x, a, b in zip(exact(logits), value, slope, strict=True):
            wrong = 1 / (1 + mpmath.exp(x))  # σ(−z)
            right = 1 / (1 + mpmath.exp(-x))
            y = mpf(label)
            loss = w * y * mpmath.log1p(mpmath.exp(-x)) + (1 - y) * mpmath.log1p(mpmath.exp(x))
            off_value.append(ulps(a, loss))
            off_slope.append(ulps(b, (1 - y) * right - w * y * wrong, (1 - y) * right))
        assert max(off_value) <= 4
        assert max(off_slope) <= 4
        if label in (0.0, 1.0):
            assert np.median(off_value) <= 1
            assert np.median(off_slope) <= 1
            assert np.all(value > 0)
            assert np.all(slope != 0)
    labels = np.ones((60, 1))
    slope = losses.multilabel_soft_margin_loss_grad(z[:, None], labels, reduction="none")[:, 0]
    assert max(map(ulps, slope, [-1 / (1 + mpmath.exp(x)) for x in exact(z)])) <= 3
    assert np.all(sigmoid_grad(z) > 0)


def test_logits_between_1_and_8_keep_their_slope():
    z = np.random.default_rng(0).uniform(1, 8, size=2_000)
    slope = losses.binary_cross_entropy_with_logits_grad(z, np.ones(2_000), reduction="none")
    off = list(map(ulps, slope, [-1 / (1 + mpmath.exp(x)) for x in exact(z)]))
    assert max(off) <= 3
    assert np.median(off) <= 1


@pytest.mark.parametrize("difference", [1.0, 0.1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
def test_divergences_of_nearly_equal_distributions(difference):
    rng = np.random.default_rng(1)
    for _ in range(60):
        p = rng.dirichlet(np.ones(rng.integers(2, 30)))
        q = p * (1 + difference * rng.uniform(-1, 1, size=p.shape))
        q /= q.sum()
        P, Q = exact(p), exact(q)
        terms = mpmath.fsum(a * mpmath.log(a / b) - a + b for a, b in zip(P, Q, strict=True))
        true = terms + mpmath.fsum(P) - mpmath.fsum(Q)
        ours = kl_divergence(p, q)
        if true <= 0:  # The sums differ by their rounding.
            assert ours == 0
        else:
            # Where the sums' difference cancels the terms, the digits of the terms count.
            assert ulps(ours, true) <= 30 * max(1, terms / true)
        M = [(a + b) / 2 for a, b in zip(P, Q, strict=True)]
        true = mpmath.fsum(
            a * mpmath.log(a / m) + b * mpmath.log(b / m) for a, b, m in zip(P, Q, M, strict=True)
        )
        assert ulps(jensen_shannon_divergence(p, q), true / 2) <= 30


def test_divergences_of_a_difference_of_1e_8_in_numbers():
    p = np.array([0.5, 0.25, 0.25])
    q = p + np.array([2.0**-27, -(2.0**-27), 0.0])
    d = mpf(2) ** -27
    true = mpf("0.5") * mpmath.log1p(-2 * d / (1 + 2 * d)) - mpf("0.25") * mpmath.log1p(-4 * d)
    assert ulps(kl_divergence(p, q), true) <= 4
    assert kl_divergence(p, q) > 1e-16
    assert jensen_shannon_divergence(p, q) > 2e-17


def test_divergences_at_the_ends_of_the_number_range():
    tiny = 5e-324
    log_tiny = mpmath.log(mpf(tiny))
    assert ulps(kl_divergence([0.5, 0.5], [1.0, tiny]), mpmath.log("0.5") - log_tiny / 2) <= 4
    assert kl_divergence([tiny, 1.0], [1.0, tiny]) == pytest.approx(-float(log_tiny))
    assert kl_divergence([1.0, 0.0], [1.0, tiny]) == 0
    assert kl_divergence([1.0, tiny], [1.0, 0.0]) == np.inf


@pytest.mark.parametrize("classes", [2, 3, 10, 200])
def test_divergences_of_any_size(classes):
    rng = np.random.default_rng(6)
    scores = rng.normal(scale=2, size=(60, classes))
    p = softmax(scores)
    q = softmax(scores + np.geomspace(0.01, 10, 60)[:, None] * rng.normal(size=scores.shape))
    p[::7] = np.eye(classes)[0]
    ours = kl_divergence(p, q)
    assert ours.min() < 1e-3
    assert ours.max() > 1
    for a, b, divergence in zip(p, q, ours, strict=True):
        pairs = [(x, y) for x, y in zip(exact(a), exact(b), strict=True) if x]
        true = mpmath.fsum(x * mpmath.log(x / y) - x + y for x, y in pairs)
        true += mpmath.fsum(exact(a)) - mpmath.fsum(y for _, y in pairs)
        assert ulps(divergence, true) <= 30


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_change_nothing(monkeypatch, block):
    """A batch of several blocks, in which large, small and infinite divergences are mixed."""
    rng = np.random.default_rng(7)
    z = rng.normal(scale=3, size=(6, 5, 4))
    p = softmax(z)
    q = np.stack(
        [p[0], softmax(z[1] + 1e-7), p[0] * (1 + 1e-8), *softmax(rng.normal(size=(3, 5, 4)))]
    )
    q[2] /= q[2].sum(axis=-1, keepdims=True)
    p[3, 1], q[4, 2] = [1, 0, 0, 0], [0, 1, 0, 0]
    labels, soft = rng.integers(0, 4, size=(6, 5)), rng.dirichlet(np.ones(4), size=(6, 5))
    weights = [0.5, 2.0, 1.0, 0.0]

    def computed():
        yield kl_divergence(p, q)
        yield kl_divergence(p, q[5, 4])
        yield kl_divergence(p[:, :1], q[:1])
        yield kl_divergence(p[0, 0], q)
        for axis in (0, 1, 2):
            yield log_softmax(z, axis=axis)
            yield logsumexp(z, axis=axis)
        for t, ignored in ((labels, None), (labels, 2), (soft, None)):
            for smoothing, w in itertools.product((0.0, 0.2), (None, weights)):
                options = {"label_smoothing": smoothing, "class_weights": w}
                yield losses.softmax_cross_entropy(
                    z, t, ignore_index=ignored, reduction="none", **options
                )

    whole = list(computed())
    monkeypatch.setattr(lib._validation, "BLOCK", block)
    monkeypatch.setattr(lib.losses.classification, "BLOCK", block)
    for ours, same in zip(computed(), whole, strict=True):
        assert ours.shape == same.shape
        np.testing.assert_allclose(ours, same, rtol=4e-16, atol=0)
    assert np.isinf(whole[0]).sum() == 1
    for i, j in np.ndindex(6, 5):
        assert whole[0][i, j] == kl_divergence(p[i, j], q[i, j])
        assert whole[-12][i, j] == losses.softmax_cross_entropy(z[i, j], labels[i, j])


def test_logsumexp_near_0():
    rng = np.random.default_rng(2)
    z = np.stack([np.zeros(500), *-rng.uniform(1, 700, size=(2, 500))], axis=-1)
    expected = [mpmath.log1p(mpmath.fsum(mpmath.exp(x) for x in exact(row[1:]))) for row in z]
    off = list(map(ulps, logsumexp(z), expected))
    assert np.median(off) <= 0.5
    assert max(off) <= 2
    # Where the largest score and the logarithm cancel, the error is a unit of the score's.
    z = np.random.default_rng(3).normal(-1.5, 1, size=(500, 4))
    for row, ours in zip(z, logsumexp(z), strict=True):
        true = mpmath.log(mpmath.fsum(map(mpmath.exp, exact(row))))
        assert abs(ours - true) <= 2 * np.spacing(max(abs(row.max()), 1.0))


# --- What sums to 1, in each format


def rounded_softmax(dtype, classes):
    scores = np.random.default_rng(4).normal(scale=3, size=classes)
    return softmax(scores).astype(dtype)


@pytest.mark.parametrize("classes", [3, 50_257])
@pytest.mark.parametrize(
    "dtype", [np.float64, np.float32, np.float16, ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn]
)
def test_a_softmax_in_any_format_is_a_distribution(dtype, classes):
    p = rounded_softmax(dtype, classes)
    wide = p.astype(np.float64)
    assert entropy(p) == pytest.approx(-np.sum(wide * np.log(np.where(wide > 0, wide, 1))))
    assert perplexity(p) >= 1
    assert kl_divergence(p, p) == 0
    z = np.zeros(classes)
    assert losses.softmax_cross_entropy(z, p) == pytest.approx(wide.sum() * np.log(classes))


@pytest.mark.parametrize(
    ("dtype", "classes", "tolerance"),
    [
        (np.float64, 2, 1e-6),
        (np.float32, 2, 1e-4),
        (np.float16, 2, 4 * 2.0**-10 + 2 * 2.0**-24),
        (np.float16, 1000, 4 * 2.0**-10 + 1000 * 2.0**-24),
        (ml_dtypes.bfloat16, 2, 4 * 2.0**-7),
        (np.int64, 2, 1e-6),
    ],
)
def test_the_tolerance_of_a_sum_stands_in_the_message(dtype, classes, tolerance):
    p = np.zeros(classes, dtype=dtype)
    p[:2] = 1
    with pytest.raises(ValueError, match="p must sum to 1 along axis -1, got 2; ") as caught:
        entropy(p)
    assert f"; {np.dtype(dtype)} may be off by {tolerance:.2g}" in str(caught.value)
    if np.dtype(dtype).kind != "i":
        p = np.zeros(classes, dtype=dtype)
        p[0] = 1 - 0.9 * tolerance
        entropy(p)
        p[0] = 1 - 1.2 * tolerance - float(np.spacing(np.float16(1))) * (dtype == np.float16)
        if dtype != ml_dtypes.bfloat16:
            with pytest.raises(ValueError, match="p must sum to 1"):
                entropy(p)


def test_arrays_of_bfloat16_are_numbers():
    z = np.array([[3.25, 5.0, -1.75]], dtype=ml_dtypes.bfloat16)
    wide = z.astype(np.float64)
    np.testing.assert_array_equal(softmax(z), softmax(wide))
    assert logsumexp(z) == logsumexp(wide)
    assert losses.softmax_cross_entropy(z, [0]) == losses.softmax_cross_entropy(wide, [0])
    with pytest.raises(TypeError, match="logits must hold real numbers"):
        softmax(np.array([1 + 1j]))


def test_probabilities_are_no_log_probabilities():
    p = np.array([[0.7, 0.2, 0.1]])
    for function in (losses.kl_div_loss, losses.kl_div_loss_grad):
        with pytest.raises(ValueError, match=r"log_predictions must be logarithms .*, got 0\.7 at"):
            function(p, p)
        function(np.log(p), p)
        # A log-softmax in 32 bits can end a little above 0.
        function([[2e-7, -40.0]], [[1.0, 0.0]])
