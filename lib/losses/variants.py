"""What is made of cross-entropy: focus, teachers, partners, preferences, and ordered classes."""

from __future__ import annotations

import numpy as np

from lib._docs import gradient_of
from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    as_choice,
    as_distribution,
    as_labels,
    as_matching,
    as_number,
    as_probability,
    as_real,
    as_shifted_scores,
    check_defined,
    check_shapes,
    class_axis,
    pick,
    quiet,
    reduce_gradient,
    reduce_losses,
    weighted,
)
from lib.activations import log_softmax, sigmoid
from lib.losses.classification import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)
from lib.losses.records import Peer, record


@quiet
def sigmoid_focal_loss(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the focal loss of yes-or-no questions: the log loss, less of it where it is small.

    Parameters
    ----------
    logits : array_like
        Log-odds of the label 1, of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `logits`.
    gamma : float
        Exponent γ, at least 0, of the focus on what is still wrong; 0 is the log loss.
    alpha : float, optional
        Weight in [0, 1] of the label 1; the label 0 has ``1 − alpha``. None weighs both by 1.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per logit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is outside [0, 1], the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = α_y (1 − p_y)^γ (−log p_y)``, with ``p_1 = σ(z)`` and ``p_0 = σ(−z)``. For a label between
    0 and 1, ``p_y = y p_1 + (1 − y) p_0``, ``α_y`` likewise, and the last factor is the log loss.

    torchvision's ``sigmoid_focal_loss`` and optax's are the same function; torchvision's default
    is ``alpha = 0.25``, and its gradient NaN for γ below 1 at large logits.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal Loss for Dense Object Detection",
    *International Conference on Computer Vision*, 2017.

    Examples
    --------
    >>> from lib.losses import sigmoid_focal_loss
    >>> print(f"{sigmoid_focal_loss([2.0, -2.0], [1, 1]):.4f}")
    0.8259
    """
    z, y, gamma, a = _focal(logits, labels, gamma, alpha)
    q = (1 - y) * sigmoid(z) + y * sigmoid(-z)
    losses = binary_cross_entropy_with_logits(z, y, reduction="none")
    return reduce_losses(weighted(a * q**gamma, losses), reduction)


@gradient_of(sigmoid_focal_loss)
@quiet
def sigmoid_focal_loss_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the sigmoid focal loss with respect to the logits.

    Notes
    -----
    With ``q = 1 − p_y`` and the log loss ℓ, ``∂L/∂z = α_y (q^γ ∂ℓ/∂z + γ q^γ (∂q/∂z / q) ℓ)``.
    ``∂q/∂z / q`` is −σ(z) for the label 1 and σ(−z) for 0: no power of q below γ is taken, so that
    a sure prediction gives a number for every γ.

    Examples
    --------
    >>> from lib.losses import sigmoid_focal_loss_grad
    >>> sigmoid_focal_loss_grad([2.0, -2.0], [1, 1], reduction="sum").round(4)
    array([-0.0049, -1.0767])
    """
    z, y, gamma, a = _focal(logits, labels, gamma, alpha)
    q = (1 - y) * sigmoid(z) + y * sigmoid(-z)
    slope_of_log_q = (1 - 2 * y) * sigmoid(z) * weighted(sigmoid(-z), 1 / q)
    losses = binary_cross_entropy_with_logits(z, y, reduction="none")
    slopes = binary_cross_entropy_with_logits_grad(z, y, reduction="none")
    gradient = a * q**gamma * (slopes + gamma * weighted(slope_of_log_q, losses))
    return reduce_gradient(gradient, reduction, shape=np.shape(logits))


record(
    sigmoid_focal_loss,
    group="Classification",
    title="focal loss of logits",
    formula=r"L = - \alpha_y (1 - p_y)^\gamma \ln p_y",
    slope=(
        r"\frac{\partial L}{\partial z} = \alpha_y (1 - p_y)^\gamma (2y - 1) (\gamma p_y \ln "
        r"p_y + p_y - 1)"
    ),
    takes="logits",
    target="0 or 1, or probabilities",
    sample="focal_logits",
    options={"gamma": (2.0, 0.0, 0.5, 3), "alpha": (None, 0.25, 1.0)},
    peers={
        "torchvision": Peer("ops.sigmoid_focal_loss", "`alpha` 0.25 unless said"),
        "Keras": Peer("BinaryFocalCrossentropy(from_logits=True)", "`alpha` only if asked to"),
        "optax": "sigmoid_focal_loss",
    },
)


def _focal(
    logits: ArrayLike, labels: ArrayLike, gamma: float, alpha: float | None
) -> tuple[Array, Array, float, Array]:
    """Return logits and labels of one shape, the exponent, and the weight of each label."""
    z, y = as_matching(logits=logits, labels=as_probability(labels, "labels"))
    z, y = (np.array(x) for x in np.broadcast_arrays(z, y))
    gamma = as_number(gamma, "gamma", at_least=0)
    if alpha is None:
        return z, y, gamma, np.ones(())
    alpha = as_number(alpha, "alpha", at_least=0, at_most=1)
    return z, y, gamma, alpha * y + (1 - alpha) * (1 - y)


@quiet
def softmax_focal_loss(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> Array:
    """Return the focal loss of classes: the cross-entropy, less of it where it is small.

    Parameters
    ----------
    logits : array_like
        Scores before the softmax, of shape (..., C). A score of ``-inf`` rules a class out.
    labels : array_like
        Integer classes 0 ... C - 1, of shape (...).
    gamma : float
        Exponent γ, at least 0, of the focus on what is still wrong; 0 is the cross-entropy.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per row.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = (1 − p_y)^γ (−log p_y)``, with ``p = softmax(z)``.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal Loss for Dense Object Detection",
    *International Conference on Computer Vision*, 2017.

    Examples
    --------
    >>> from lib.losses import softmax_focal_loss
    >>> print(f"{softmax_focal_loss([[3.2, 5.1, -1.7]], [0]):.4f}")
    1.5444
    """
    losses, gradient, y, gamma = _softmax_parts(logits, labels, gamma)
    q = 0.0 - pick(gradient, y)
    return reduce_losses(weighted(q**gamma, losses), reduction)


@gradient_of(softmax_focal_loss)
@quiet
def softmax_focal_loss_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the softmax focal loss with respect to the logits.

    Notes
    -----
    ``∂L/∂z = (1 − p_y)^γ [1 + γ p_y ℓ / (1 − p_y)] (p − y)``, with ``ℓ = −log p_y``. The quotient
    tends to 1 where p_y tends to 1.

    Examples
    --------
    >>> from lib.losses import softmax_focal_loss_grad
    >>> softmax_focal_loss_grad([[3.2, 5.1, -1.7]], [0]).round(4)
    array([[-1.06  ,  1.0589,  0.0012]])
    """
    losses, gradient, y, gamma = _softmax_parts(logits, labels, gamma)
    q = 0.0 - pick(gradient, y)
    quotient = np.where(q > 0, losses / q, 1.0)
    gradient *= (q**gamma * (1 + gamma * weighted(1 - q, quotient)))[..., None]
    return reduce_gradient(gradient, reduction, samples=y.size)


record(
    softmax_focal_loss,
    group="Classification",
    title="focal loss of classes",
    formula=r"L = - (1 - p_y)^\gamma \ln p_y",
    slope=(
        r"\frac{\partial L}{\partial z_j} = (1 - p_y)^\gamma \Bigl( 1 - \frac{\gamma p_y \ln "
        r"p_y}{1 - p_y} \Bigr) (p_j - [j = y])"
    ),
    takes="logits, $(N, C)$",
    target="classes",
    sample="focal_scores",
    options={"gamma": (2.0, 0.0, 0.5, 3)},
    peers={
        "Keras": Peer(
            "CategoricalFocalCrossentropy(from_logits=True)",
            "one-hot targets; a quarter of it, `alpha` being 0.25 unless said",
        )
    },
)


def _softmax_parts(
    logits: ArrayLike, labels: ArrayLike, gamma: float
) -> tuple[Array, Array, Integers, float]:
    """Return cross-entropies and their gradients, of which the label's is −(1 − p_y); labels."""
    z = as_real(logits, "logits")
    class_axis(z, "logits", -1)
    y = as_labels(labels, classes=z.shape[-1], shape=z.shape[:-1], of=f"logits of shape {z.shape}")
    gamma = as_number(gamma, "gamma", at_least=0)
    losses = softmax_cross_entropy(z, y, reduction="none")
    return losses, softmax_cross_entropy_grad(z, y, reduction="none"), y, gamma


@quiet
def distillation_loss(
    logits: ArrayLike,
    teacher_logits: ArrayLike,
    *,
    temperature: float = 1.0,
    reduction: str = "mean",
) -> Array:
    """Return the divergence of a student from its teacher, both at a temperature.

    Parameters
    ----------
    logits : array_like
        The student's scores, of shape (..., C).
    teacher_logits : array_like
        The teacher's scores, of the same shape.
    temperature : float
        Positive number T by which both are divided.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per row.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a row has no finite score, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = T² D(softmax(t / T) ‖ softmax(z / T))``, so that gradients keep their size while T grows.
    The mean is over rows: PyTorch's ``kl_div`` with ``"batchmean"``, of rows in one axis.

    Of students within 1e-7 of their teachers the loss loses its digits: the error is absolute, some
    1e-16 T² log C. The gradient's is relative to the probabilities.

    References
    ----------
    G. Hinton, O. Vinyals and J. Dean, "Distilling the Knowledge in a Neural Network",
    arXiv:1503.02531, 2015.

    Examples
    --------
    >>> from lib.losses import distillation_loss
    >>> print(f"{distillation_loss([[1.0, 0.0]], [[3.0, 0.0]], temperature=2.0):.4f}")
    0.3610
    """
    log_q, log_p, temperature = _distilled(logits, teacher_logits, temperature)
    divergence = weighted(np.exp(log_p), log_p - log_q).sum(axis=-1)
    # Rounding can leave -1e-17 where student and teacher agree.
    return reduce_losses(temperature**2 * np.maximum(divergence, 0.0), reduction)


@gradient_of(distillation_loss)
@quiet
def distillation_loss_grad(
    logits: ArrayLike,
    teacher_logits: ArrayLike,
    *,
    temperature: float = 1.0,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the distillation loss with respect to the student's logits.

    Notes
    -----
    ``∂L/∂z = T (softmax(z / T) − softmax(t / T))``

    Examples
    --------
    >>> from lib.losses import distillation_loss_grad
    >>> distillation_loss_grad([[1.0, 0.0]], [[3.0, 0.0]], temperature=2.0).round(4)
    array([[-0.3902,  0.3902]])
    """
    log_q, log_p, temperature = _distilled(logits, teacher_logits, temperature)
    gradient = temperature * (np.exp(log_q) - np.exp(log_p))
    return reduce_gradient(gradient, reduction, samples=log_q.size // log_q.shape[-1])


record(
    distillation_loss,
    group="Classification",
    title="distillation",
    formula=r"L = T^2 D(\operatorname{softmax}(t/T) \,\|\, \operatorname{softmax}(z/T))",
    slope=(
        r"\frac{\partial L}{\partial z} = T \bigl( \operatorname{softmax}(z/T) - "
        r"\operatorname{softmax}(t/T) \bigr)"
    ),
    takes="logits of the student, $(N, C)$",
    target="logits of the teacher",
    sample="students",
    source=("hinton2015",),
    options={"temperature": (1.0, 0.5, 5)},
)


def _distilled(
    logits: ArrayLike, teacher_logits: ArrayLike, temperature: float
) -> tuple[Array, Array, float]:
    """Return the log-probabilities of student and teacher, and the temperature."""
    z, t = as_real(logits, "logits"), as_real(teacher_logits, "teacher_logits")
    check_shapes(logits=z, teacher_logits=t, same=True)
    temperature = as_number(temperature, "temperature", above=0)
    as_shifted_scores(t, "teacher_logits")
    of_student = log_softmax(z, temperature=temperature)
    return of_student, log_softmax(t, temperature=temperature), temperature


@quiet
def contrastive_loss(
    similarities: ArrayLike,
    *,
    temperature: float = 1.0,
    symmetric: bool = False,
    reduction: str = "mean",
) -> Array:
    """Return the contrastive loss InfoNCE: the cross-entropy of finding the partner among all.

    Parameters
    ----------
    similarities : array_like
        Similarity of each of N things with each of N candidates, of shape (N, N): those on the
        diagonal belong together.
    temperature : float
        Positive number τ by which they are divided.
    symmetric : bool
        Whether the candidates look for their things too: the mean of both losses.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per row.
        A symmetric one is the mean of the i-th row's and the i-th column's.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `similarities` is not square, an argument contains NaN, an option is outside its range,
        or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``Lᵢ = −log softmax(sᵢ / τ)ᵢ``. Symmetric, it is CLIP's loss.

    References
    ----------
    A. van den Oord, Y. Li and O. Vinyals, "Representation Learning with Contrastive Predictive
    Coding", arXiv:1807.03748, 2018; A. Radford et al., "Learning Transferable Visual Models From
    Natural Language Supervision", *International Conference on Machine Learning*, 2021.

    Examples
    --------
    >>> from lib.losses import contrastive_loss
    >>> print(f"{contrastive_loss([[1.0, 0.0], [0.5, 1.0]], temperature=0.5):.4f}")
    0.2201
    """
    s, partners, temperature = _similarities(similarities, temperature, symmetric)
    losses = softmax_cross_entropy(s, partners, reduction="none")
    if symmetric:
        losses = (losses + softmax_cross_entropy(s.T, partners, reduction="none")) / 2
    return reduce_losses(losses, reduction)


@gradient_of(contrastive_loss)
@quiet
def contrastive_loss_grad(
    similarities: ArrayLike,
    *,
    temperature: float = 1.0,
    symmetric: bool = False,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the contrastive loss with respect to the similarities.

    Notes
    -----
    ``∂Lᵢ/∂sᵢ = (softmax(sᵢ / τ) − eᵢ) / τ``; symmetric, the mean of that and of the columns'.

    Examples
    --------
    >>> from lib.losses import contrastive_loss_grad
    >>> contrastive_loss_grad([[1.0, 0.0], [0.0, 1.0]]).round(4)
    array([[-0.1345,  0.1345],
           [ 0.1345, -0.1345]])
    """
    s, partners, temperature = _similarities(similarities, temperature, symmetric)
    gradient = softmax_cross_entropy_grad(s, partners, reduction="none")
    if symmetric:
        gradient += softmax_cross_entropy_grad(s.T, partners, reduction="none").T
        gradient /= 2
    gradient = gradient[:, : len(s)] / temperature
    return reduce_gradient(gradient, reduction, samples=len(s))


record(
    contrastive_loss,
    group="Similarity",
    title="contrastive (InfoNCE)",
    formula=r"L_i = -\ln \operatorname{softmax}(s_i / \tau)_i",
    slope=(
        r"\frac{\partial L_i}{\partial s_i} = \frac{\operatorname{softmax}(s_i / \tau) - "
        r"e_i}{\tau}"
    ),
    takes="similarities, $(N, N)$",
    target="the diagonal",
    sample="partners",
    source=("oord2018",),
    options={"temperature": (1.0, 0.1), "symmetric": (False, True)},
)


def _similarities(
    similarities: ArrayLike, temperature: float, symmetric: bool
) -> tuple[Array, Integers, float]:
    """Return similarities over the temperature, the column of each row's partner, and it."""
    s = as_real(similarities, "similarities")
    if s.ndim != 2 or s.shape[0] != s.shape[1]:
        raise ValueError(f"similarities must have shape (N, N), got shape {s.shape}")
    temperature = as_number(temperature, "temperature", above=0)
    as_choice(symmetric, "symmetric", (False, True))
    if s.size:
        as_shifted_scores(s, "similarities")
        as_shifted_scores(s.T, "similarities")
    partners = np.arange(len(s))
    return (s / temperature if s.size else np.zeros((0, 1))), partners, temperature


@quiet
def preference_loss(
    chosen: ArrayLike,
    rejected: ArrayLike,
    reference_chosen: ArrayLike,
    reference_rejected: ArrayLike,
    *,
    beta: float = 0.1,
    reduction: str = "mean",
) -> Array:
    """Return the loss of direct preference optimisation (DPO), a log loss of pairs of answers.

    Parameters
    ----------
    chosen, rejected : array_like
        Log-probabilities, in nats, that the model gives to the answers that people chose and
        rejected: each the sum over an answer's tokens. Of shape (N,), or any other.
    reference_chosen, reference_rejected : array_like
        The same of the model that training started from.
    beta : float
        Positive strength β with which the model is kept near the reference.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per pair.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −log σ(β ((c − c₀) − (r − r₀)))``: the log loss of a logit whose label is 1.

    References
    ----------
    R. Rafailov et al., "Direct Preference Optimization: Your Language Model is Secretly a Reward
    Model", *Neural Information Processing Systems*, 2023.

    Examples
    --------
    >>> from lib.losses import preference_loss
    >>> print(f"{preference_loss([-10.0], [-14.0], [-12.0], [-12.0]):.4f}")
    0.5130
    """
    logit, _ = _preference(chosen, rejected, reference_chosen, reference_rejected, beta)
    return reduce_losses(np.logaddexp(0, -logit), reduction)


@gradient_of(preference_loss)
@quiet
def preference_loss_grad(
    chosen: ArrayLike,
    rejected: ArrayLike,
    reference_chosen: ArrayLike,
    reference_rejected: ArrayLike,
    *,
    beta: float = 0.1,
    reduction: str = "mean",
) -> tuple[Array, Array]:
    """Return the derivatives of the preference loss with respect to both log-probabilities.

    Returns
    -------
    tuple of ndarray
        Derivatives with respect to `chosen` and `rejected`, of their shapes.

    Notes
    -----
    ``∂L/∂c = −β σ(−β ((c − c₀) − (r − r₀)))``, and ``∂L/∂r`` is its opposite.

    Examples
    --------
    >>> from lib.losses import preference_loss_grad
    >>> of_chosen, of_rejected = preference_loss_grad([-10.0], [-14.0], [-12.0], [-12.0])
    >>> print(of_chosen.round(4), of_rejected.round(4))
    [-0.0401] [0.0401]
    """
    logit, beta = _preference(chosen, rejected, reference_chosen, reference_rejected, beta)
    slope = -beta * sigmoid(-logit)
    return (
        reduce_gradient(slope.copy(), reduction, shape=np.shape(chosen)),
        reduce_gradient(-slope, reduction, shape=np.shape(rejected)),
    )


record(
    preference_loss,
    group="Classification",
    title="preference (DPO)",
    formula=r"L = -\ln \sigma\bigl(\beta ((c - c_0) - (r - r_0))\bigr)",
    slope=(
        r"\frac{\partial L}{\partial c} = -\beta \, \sigma\bigl(-\beta ((c - c_0) - (r - "
        r"r_0))\bigr)"
    ),
    takes="log-probabilities of answers chosen and rejected",
    target="those of the reference",
    sample="answers",
    options={"beta": (0.1, 1.0)},
)


def _preference(
    chosen: ArrayLike,
    rejected: ArrayLike,
    reference_chosen: ArrayLike,
    reference_rejected: ArrayLike,
    beta: float,
) -> tuple[Array, float]:
    """Return how much more the model prefers what was chosen than its reference does, times β."""
    c, r, c0, r0 = as_matching(
        chosen=chosen,
        rejected=rejected,
        reference_chosen=reference_chosen,
        reference_rejected=reference_rejected,
    )
    beta = as_number(beta, "beta", above=0)
    logit = np.asarray(beta * ((c - c0) - (r - r0)))
    check_defined(logit)
    return logit, beta


@quiet
def ranked_probability_score(
    probs: ArrayLike,
    labels: ArrayLike,
    *,
    reduction: str = "mean",
) -> Array:
    """Return the ranked probability score: a loss for ordered classes, where near misses cost less.

    Parameters
    ----------
    probs : array_like
        Distributions over classes that have an order, of shape (..., C).
    labels : array_like
        Integer classes 0 ... C - 1, of shape (...).
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The score, from 0 for a sure and right forecast to C - 1, without a unit; with ``"none"``,
        one per row.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a row does not sum to 1 or has a negative number, a class is outside 0 ... C - 1, the
        shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = Σₖ (Pₖ − Yₖ)²``, with ``Pₖ = p₁ + ... + pₖ`` and ``Yₖ = 1`` from the label on, else 0. For
    two classes it is the Brier score of one of them.

    References
    ----------
    E. S. Epstein, "A Scoring System for Probability Forecasts of Ranked Categories", *Journal of
    Applied Meteorology* 8, 1969, pp. 985-987.

    Examples
    --------
    >>> from lib.losses import ranked_probability_score
    >>> ranked_probability_score([[0.2, 0.8, 0], [0.2, 0, 0.8]], [0, 0], reduction="none").round(4)
    array([0.64, 1.28])
    """
    excess = _cumulated(probs, labels)
    return reduce_losses((excess**2).sum(axis=-1), reduction)


@gradient_of(ranked_probability_score)
@quiet
def ranked_probability_score_grad(
    probs: ArrayLike,
    labels: ArrayLike,
    *,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the ranked probability score with respect to the probabilities.

    Notes
    -----
    ``∂L/∂pⱼ = 2 Σ_(k ≥ j) (Pₖ − Yₖ)``

    Examples
    --------
    >>> from lib.losses import ranked_probability_score_grad
    >>> ranked_probability_score_grad([[0.2, 0.8, 0.0]], [0]).round(4)
    array([[-1.6,  0. ,  0. ]])
    """
    excess = _cumulated(probs, labels)
    gradient = 2 * np.flip(np.cumsum(np.flip(excess, axis=-1), axis=-1), axis=-1)
    return reduce_gradient(gradient, reduction, samples=excess.size // excess.shape[-1])


record(
    ranked_probability_score,
    group="Classification",
    title="ranked probability score",
    formula=r"L = \sum_k \Bigl( \sum_{j \le k} p_j - [y \le k] \Bigr)^2",
    slope=(
        r"\frac{\partial L}{\partial p_j} = 2 \sum_{k \ge j} \Bigl( \sum_{i \le k} p_i - [y "
        r"\le k] \Bigr)"
    ),
    takes="rows of probabilities",
    target="classes in an order",
    sample="forecasts",
)


def _cumulated(probs: ArrayLike, labels: ArrayLike) -> Array:
    """Return how far the cumulated probabilities lie above those of the label."""
    p = as_distribution(probs, "probs")
    classes = p.shape[-1]
    y = as_labels(labels, classes=classes, shape=p.shape[:-1], of=f"probs of shape {p.shape}")
    return np.cumsum(p, axis=-1) - (np.arange(classes) >= y[..., None])
