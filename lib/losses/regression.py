"""Losses that judge predicted numbers."""

from __future__ import annotations

import numpy as np

from lib._docs import gradient_of
from lib._types import Array, ArrayLike
from lib._validation import (
    as_matching,
    as_non_negative,
    as_number,
    check_shapes,
    quiet,
    reduce_gradient,
    reduce_losses,
    weighted,
)
from lib.information import xlogy
from lib.losses.records import Peer, Specimen, record


@quiet
def mse_loss(predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the squared error.

    Parameters
    ----------
    predictions : array_like
        Predicted numbers, of any shape.
    targets : array_like
        True numbers, of the shape of `predictions`.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the squared unit of the targets; with ``"none"``, one per number.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = (ŷ − y)²``, without a factor ½.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 1.1.

    Examples
    --------
    >>> from lib.losses import mse_loss
    >>> print(mse_loss([1.0, 2.0], [1.0, 4.0]))
    2.0
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    return reduce_losses((y_hat - y) ** 2, reduction)


@gradient_of(mse_loss)
@quiet
def mse_loss_grad(predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the derivative of the squared error with respect to the predictions.

    Notes
    -----
    ``∂L/∂ŷ = 2 (ŷ − y)``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 3.1.3.

    Examples
    --------
    >>> from lib.losses import mse_loss_grad
    >>> mse_loss_grad([1.0, 2.0], [1.0, 4.0])
    array([ 0., -2.])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    return reduce_gradient(2 * (y_hat - y), reduction, shape=y_hat.shape)


record(
    mse_loss,
    group="Regression",
    title="squared error",
    formula="L = (x - y)^2",
    slope=r"\frac{\partial L}{\partial x} = 2 (x - y)",
    takes="real numbers",
    target="real numbers",
    sample="numbers",
    specimen=Specimen(
        "number",
        "[x], [target]",
        value="(x - target) ** 2",
        slope="2 * (x - target)",
    ),
    peers={"PyTorch": "MSELoss", "Keras": "MeanSquaredError", "scikit-learn": "mean_squared_error"},
)


@quiet
def l1_loss(predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the absolute error.

    Parameters
    ----------
    predictions : array_like
        Predicted numbers, of any shape.
    targets : array_like
        True numbers, of the shape of `predictions`.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the targets; with ``"none"``, one per number.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = |ŷ − y|``

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    Springer, 2009, section 10.6.

    Examples
    --------
    >>> from lib.losses import l1_loss
    >>> print(l1_loss([1.0, 2.0], [1.0, 4.0]))
    1.0
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    return reduce_losses(np.abs(y_hat - y), reduction)


@gradient_of(l1_loss)
@quiet
def l1_loss_grad(predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the derivative of the absolute error with respect to the predictions.

    Notes
    -----
    ``∂L/∂ŷ = sign(ŷ − y)``, which is 0 where they are equal, as in PyTorch.

    Examples
    --------
    >>> from lib.losses import l1_loss_grad
    >>> l1_loss_grad([1.0, 2.0], [1.0, 4.0], reduction="sum")
    array([ 0., -1.])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    return reduce_gradient(np.sign(y_hat - y), reduction, shape=y_hat.shape)


record(
    l1_loss,
    group="Regression",
    title="absolute error",
    formula="L = |x - y|",
    slope=r"\frac{\partial L}{\partial x} = \operatorname{sign}(x - y)",
    takes="real numbers",
    target="real numbers",
    sample="numbers",
    specimen=Specimen(
        "number",
        "[x], [target]",
        value="abs(x - target)",
        slope="sgn(x - target)",
    ),
    peers={
        "PyTorch": "L1Loss",
        "Keras": "MeanAbsoluteError",
        "scikit-learn": "mean_absolute_error",
    },
)


@quiet
def smooth_l1_loss(
    predictions: ArrayLike, targets: ArrayLike, *, beta: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the absolute error, rounded off to a parabola near 0; its slope reaches 1.

    Parameters
    ----------
    predictions : array_like
        Predicted numbers, of any shape.
    targets : array_like
        True numbers, of the shape of `predictions`.
    beta : float
        Error, at least 0, at which the parabola ends; 0 gives the absolute error.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the targets; with ``"none"``, one per number.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    With the error ``d = ŷ − y``: ``L = d² / (2β)`` where ``|d| < β``, else ``L = |d| − β/2``.

    References
    ----------
    R. Girshick, "Fast R-CNN", *International Conference on Computer Vision*, 2015.

    Examples
    --------
    >>> from lib.losses import smooth_l1_loss
    >>> smooth_l1_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    array([0.125, 2.5  ])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    beta = as_number(beta, "beta", at_least=0)
    d = np.abs(y_hat - y)
    return reduce_losses(np.where(d < beta, d**2 / (2 * beta), d - beta / 2), reduction)


@gradient_of(smooth_l1_loss)
@quiet
def smooth_l1_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, beta: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the derivative of the smooth absolute error with respect to the predictions.

    Notes
    -----
    With the error ``d = ŷ − y``: ``∂L/∂ŷ = d / β`` where ``|d| < β``, else ``sign(d)``.

    Examples
    --------
    >>> from lib.losses import smooth_l1_loss_grad
    >>> smooth_l1_loss_grad([0.5, 3.0], [0.0, 0.0], reduction="sum")
    array([0.5, 1. ])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    beta = as_number(beta, "beta", at_least=0)
    d = y_hat - y
    slope = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return reduce_gradient(slope, reduction, shape=y_hat.shape)


record(
    smooth_l1_loss,
    group="Regression",
    title="smooth absolute error",
    formula=(
        r"L = \begin{cases} (x - y)^2 / (2\beta) & |x - y| < \beta \\ |x - y| - \beta/2 & "
        r"\text{else} \end{cases}"
    ),
    slope=(
        r"\frac{\partial L}{\partial x} = \begin{cases} (x - y) / \beta \\ "
        r"\operatorname{sign}(x - y) \end{cases}"
    ),
    takes="real numbers",
    target="real numbers",
    sample="numbers",
    source=("girshick2015",),
    options={"beta": (1.0, 0.3, 4, 0.0)},
    specimen=Specimen(
        "number",
        "[x], [target], beta=beta",
        value="error**2 / (2 * beta) if abs(error) < beta else abs(error) - beta / 2",
        slope="error / beta if abs(error) < beta else sgn(error)",
        where={"error": "x - target"},
    ),
    peers={"PyTorch": "SmoothL1Loss"},
)


@quiet
def huber_loss(
    predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the squared error, continued as a straight line beyond an error of `delta`.

    Parameters
    ----------
    predictions : array_like
        Predicted numbers, of any shape.
    targets : array_like
        True numbers, of the shape of `predictions`.
    delta : float
        Error, above 0, at which the parabola ends.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the squared unit of the targets; with ``"none"``, one per number.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    With the error ``d = ŷ − y``: ``L = d² / 2`` where ``|d| ≤ δ``, else ``L = δ (|d| − δ/2)``. It
    is δ times the smooth absolute error of ``β = δ``.

    References
    ----------
    P. J. Huber, "Robust Estimation of a Location Parameter", *Annals of Mathematical Statistics*
    35, 1964, pp. 73-101.

    Examples
    --------
    >>> from lib.losses import huber_loss
    >>> huber_loss([0.5, 3.0], [0.0, 0.0], delta=2.0, reduction="none")
    array([0.125, 4.   ])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    delta = as_number(delta, "delta", above=0)
    d = np.abs(y_hat - y)
    return reduce_losses(np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)), reduction)


@gradient_of(huber_loss)
@quiet
def huber_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the derivative of the Huber loss with respect to the predictions.

    Notes
    -----
    With the error ``d = ŷ − y``: ``∂L/∂ŷ = d``, kept between −δ and δ.

    Examples
    --------
    >>> from lib.losses import huber_loss_grad
    >>> huber_loss_grad([0.5, 3.0], [0.0, 0.0], delta=2.0, reduction="sum")
    array([0.5, 2. ])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    delta = as_number(delta, "delta", above=0)
    return reduce_gradient(np.clip(y_hat - y, -delta, delta), reduction, shape=y_hat.shape)


record(
    huber_loss,
    group="Regression",
    title="Huber loss",
    formula=(
        r"L = \begin{cases} \tfrac12 (x - y)^2 & |x - y| \le \delta \\ \delta \, (|x - y| - "
        r"\delta/2) & \text{else} \end{cases}"
    ),
    slope=r"\frac{\partial L}{\partial x} = \max(-\delta, \min(\delta, x - y))",
    takes="real numbers",
    target="real numbers",
    sample="numbers",
    source=("huber1964",),
    options={"delta": (1.0, 0.3, 4)},
    specimen=Specimen(
        "number",
        "[x], [target], delta=delta",
        value="error**2 / 2 if abs(error) <= delta else delta * (abs(error) - delta / 2)",
        slope="max(-delta, min(delta, error))",
        where={"error": "x - target"},
    ),
    peers={"PyTorch": "HuberLoss", "Keras": "Huber"},
)


@quiet
def poisson_nll_loss(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Array:
    """Return the negative log-likelihood of counts under a Poisson distribution.

    Parameters
    ----------
    predictions : array_like
        Predicted means λ, non-negative, or their logarithms (`log_input`), of any shape.
    targets : array_like
        Observed counts, non-negative, of the shape of `predictions`.
    log_input : bool
        Whether `predictions` are logarithms of means.
    full : bool
        Whether to add Stirling's approximation of ``log y!`` for counts above 1.
    eps : float
        Number, at least 0, added to a mean before its logarithm is taken.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per count. Without `full`, it can be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a count or a mean is negative, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = λ − y log λ``, with ``λ = e^ŷ`` for predicted logarithms; for predicted means, ``λ = ŷ``
    and the logarithm is ``log(ŷ + eps)``. `full` adds ``y log y − y + ½ log(2π y)`` where
    ``y > 1``.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 2.4, on the
    exponential family; for Stirling's formula, NIST *Digital Library of Mathematical Functions*,
    section 5.11.

    Examples
    --------
    >>> from lib.losses import poisson_nll_loss
    >>> print(poisson_nll_loss([0.0, 0.0], [0, 3]))
    1.0
    """
    y_hat, y = _means_and_counts(predictions, targets, log_input)
    eps = as_number(eps, "eps", at_least=0)
    losses = np.exp(y_hat) - weighted(y, y_hat) if log_input else y_hat - xlogy(y, y_hat + eps)
    if full:
        stirling = y * np.log(y) - y + np.log(2 * np.pi * y) / 2
        losses = losses + np.where(y > 1, stirling, 0.0)
    return reduce_losses(losses, reduction)


@gradient_of(poisson_nll_loss)
@quiet
def poisson_nll_loss_grad(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the Poisson loss with respect to the predictions.

    Parameters
    ----------
    full : bool
        Accepted for the sake of the same signature: Stirling's term does not depend on the
        predictions.

    Notes
    -----
    ``∂L/∂ŷ = e^ŷ − y`` for predicted logarithms, ``1 − y / (ŷ + eps)`` for predicted means.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 2.4.

    Examples
    --------
    >>> from lib.losses import poisson_nll_loss_grad
    >>> poisson_nll_loss_grad([0.0, 0.0], [0, 3], reduction="sum")
    array([ 1., -2.])
    """
    y_hat, y = _means_and_counts(predictions, targets, log_input)
    eps = as_number(eps, "eps", at_least=0)
    gradient = np.exp(y_hat) - y if log_input else 1 - weighted(y, 1 / (y_hat + eps))
    return reduce_gradient(gradient, reduction, shape=y_hat.shape)


record(
    poisson_nll_loss,
    group="Regression",
    title="Poisson likelihood",
    formula="L = e^x - y x",
    slope=r"\frac{\partial L}{\partial x} = e^x - y",
    takes="logarithms of means, or means",
    target="counts",
    sample="counts",
    options={"log_input": (True, False), "full": (False, True), "eps": (1e-8, 0.1)},
    specimen=Specimen(
        "count",
        "[x], [count], log_input=log_input",
        value="exp(x) - count * x if log_input else x - count * log(shown(x + 1e-8, x))",
        slope="exp(x) - count if log_input else 1 - count / (x + 1e-8)",
    ),
    peers={"PyTorch": "PoissonNLLLoss", "Keras": Peer("Poisson", "takes means: `log_input=False`")},
)


def _means_and_counts(
    predictions: ArrayLike, targets: ArrayLike, log_input: bool
) -> tuple[Array, ...]:
    """Return predictions and counts; only logarithms of means may be negative."""
    if not log_input:
        predictions = as_non_negative(predictions, "predictions")
    return as_matching(predictions=predictions, targets=as_non_negative(targets, "targets"))


@quiet
def gaussian_nll_loss(
    predictions: ArrayLike,
    targets: ArrayLike,
    variances: ArrayLike,
    *,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Array:
    """Return the negative log-likelihood of numbers under normal distributions.

    Parameters
    ----------
    predictions : array_like
        Predicted means, of any shape.
    targets : array_like
        Observed numbers, of the shape of `predictions`.
    variances : array_like
        Predicted variances, non-negative: one for each mean, or one for each row of means, of the
        shape of `predictions` with a last axis of 1 or without a last axis.
    full : bool
        Whether to add the constant ``½ log 2π``.
    eps : float
        Number above 0 below which a variance is taken to be `eps`.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per number. It can be negative: a density is not a
        probability.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a variance is negative, the shapes do not match, an argument contains NaN, an option is
        outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = ½ [log σ² + (ŷ − y)² / σ²]``, and `full` adds ``½ log 2π``.

    References
    ----------
    D. A. Nix and A. S. Weigend, "Estimating the mean and variance of the target probability
    distribution", *IEEE International Conference on Neural Networks*, 1994.

    Examples
    --------
    >>> from lib.losses import gaussian_nll_loss
    >>> print(gaussian_nll_loss([0.0, 2.0], [0.0, 0.0], [1.0, 1.0]))
    1.0
    """
    y_hat, y, variance = _means_and_variances(predictions, targets, variances, eps)
    losses = (np.log(variance) + (y_hat - y) ** 2 / variance) / 2
    if full:
        losses = losses + np.log(2 * np.pi) / 2
    return reduce_losses(losses, reduction)


@gradient_of(gaussian_nll_loss)
@quiet
def gaussian_nll_loss_grad(
    predictions: ArrayLike,
    targets: ArrayLike,
    variances: ArrayLike,
    *,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the Gaussian loss with respect to the predicted means.

    Parameters
    ----------
    full : bool
        Accepted for the sake of the same signature: the constant has no derivative.

    Notes
    -----
    ``∂L/∂ŷ = (ŷ − y) / σ²``

    Examples
    --------
    >>> from lib.losses import gaussian_nll_loss_grad
    >>> gaussian_nll_loss_grad([0.0, 2.0], [0.0, 0.0], [1.0, 4.0], reduction="sum")
    array([0. , 0.5])
    """
    y_hat, y, variance = _means_and_variances(predictions, targets, variances, eps)
    return reduce_gradient((y_hat - y) / variance, reduction, shape=y_hat.shape)


record(
    gaussian_nll_loss,
    group="Regression",
    title="normal likelihood",
    formula=r"L = \tfrac12 \Bigl( \ln v + \frac{(x - y)^2}{v} \Bigr)",
    slope=r"\frac{\partial L}{\partial x} = \frac{x - y}{v}",
    takes="means, and variances as a third argument",
    target="real numbers",
    sample="gaussians",
    source=("nix1994",),
    options={"full": (False, True), "eps": (1e-6, 0.5)},
    specimen=Specimen(
        "number",
        "[x], [target], [variance]",
        value="log(variance) / 2 + (x - target) ** 2 / (2 * variance)",
        slope="(x - target) / variance",
    ),
    peers={"PyTorch": "GaussianNLLLoss"},
)


def _means_and_variances(
    predictions: ArrayLike, targets: ArrayLike, variances: ArrayLike, eps: float
) -> tuple[Array, Array, Array]:
    """Return means, targets and variances that broadcast; variances are `eps` at least."""
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    shape = np.broadcast_shapes(y_hat.shape, y.shape)
    variance = as_non_negative(variances, "variances")
    if shape and variance.shape == shape[:-1]:
        variance = variance[..., None]
    check_shapes(predictions=np.broadcast_to(y_hat, shape), variances=variance, onto_first=True)
    return y_hat, y, np.maximum(variance, as_number(eps, "eps", above=0))
