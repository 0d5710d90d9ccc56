"""A loss is added to a scratch copy of the book by CONTRIBUTING's checklist, step by step."""

import sys
from collections.abc import Iterator

import pytest

from tests.faults import copied, make
from tests.scratch import LIBRARY, Scratch
from tests.warm import warm

MODULE = "lib/losses/regression.py"
GENERATED = [
    "lib/explorables/js/generated/losses.json",
    "lib/explorables/static/loss_zoo.mjs",
    "lib/explorables/static/view-loss_zoo.js",
]
TESTS = [f"tests/unit/test_{name}.py" for name in (
    "lib_losses", "lib_interface", "explorable_loss_zoo", "bundles", "website_losses", "peers"
)]  # fmt: skip
FUNCTION = '''

@quiet
def log_cosh_loss(predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the logarithm of the hyperbolic cosine of the error."""
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    d = np.abs(y_hat - y)
    return reduce_losses(d + np.log1p(np.exp(-2 * d)) - np.log(2), reduction)
'''
GRADIENT = '''

@gradient_of(log_cosh_loss)
@quiet
def log_cosh_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the log-cosh loss with respect to the predictions.

    Notes
    -----
    ``∂L/∂ŷ = tanh(ŷ − y)``

    Examples
    --------
    >>> from lib.losses import log_cosh_loss_grad
    >>> log_cosh_loss_grad([0.0, 0.5], [0.0, 0.0], reduction="sum").round(4)
    array([0.    , 0.4621])
    """
    y_hat, y = as_matching(predictions=predictions, targets=targets)
    return reduce_gradient(-np.tanh(y_hat - y), reduction, shape=y_hat.shape)
'''
RECORD = """

record(
    log_cosh_loss,
    group="Regression",
    title="log-cosh",
    formula=r"L = \\ln \\cosh (x - y)",
    slope=r"\\frac{\\partial L}{\\partial x} = \\tanh (x - y)",
    takes="real numbers",
    target="real numbers",
    sample="numbers",
    specimen=Specimen(
        "number",
        "[x], [target]",
        value="softplus(2 * (x - target)) - (x - target) - log(2)",
        slope="2 * sigmoid(2 * (x - target)) - 1",
    ),
    peers={"Keras": "LogCosh"},
)
"""
DOCUMENTED = '''    """Return the logarithm of the hyperbolic cosine of the error.

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
    ``L = log cosh(ŷ − y)``

    References
    ----------
    P. J. Huber, "Robust Estimation of a Location Parameter", *Annals of Mathematical Statistics*
    35, 1964, pp. 73-101.

    Examples
    --------
    >>> from lib.losses import log_cosh_loss
    >>> print(f"{log_cosh_loss([0.0, 2.0], [0.0, 0.0]):.4f}")
    0.6625
    """
'''


@pytest.fixture
def scratch(live: None) -> Iterator[Scratch]:
    with copied() as root, warm(*LIBRARY) as python:
        yield Scratch(root, python)


def red(scratch: Scratch) -> set[str]:
    """Return which tests of the losses fail, those of the new one and those of all."""
    chosen = "log_cosh or record or fresh or interface or gradient_or_a_reason"
    return scratch.red("-k", chosen, *TESTS)


def assert_done(scratch: Scratch) -> None:
    """The new loss passes the tests of all losses, and took what the checklist lists."""
    assert red(scratch) == set()
    assert scratch.passed > 25
    assert scratch.red(MODULE, "-k", "log_cosh") == set()
    assert scratch.passed == 2
    assert scratch.changed() == [*GENERATED, MODULE]


def test_a_new_loss_takes_what_the_checklist_lists_and_no_more(scratch: Scratch) -> None:
    gradient = GRADIENT.replace("reduce_gradient(-np.tanh", "reduce_gradient(np.tanh")
    first = FUNCTION.splitlines(keepends=True)[4]
    scratch.append(MODULE, FUNCTION.replace(first, DOCUMENTED) + gradient + RECORD)
    make([sys.executable, "-m", "lib.explorables.generate"], scratch.root)
    make(["node", "lib/explorables/js/build.mjs"], scratch.root)
    assert_done(scratch)


@pytest.mark.stress
def test_a_new_loss_is_red_until_the_checklist_is_done(scratch: Scratch) -> None:
    scratch.append(MODULE, FUNCTION)
    assert scratch.red("tests/unit/test_lib_interface.py", "-k", "record") == {
        "test_every_function_with_a_reduction_has_a_record"
    }

    scratch.append(MODULE, RECORD)
    assert red(scratch) >= {
        "test_every_loss_has_a_gradient_or_a_reason",
        "test_every_docstring_has_its_sections",
        "test_what_the_page_takes_from_the_records_is_fresh",
    }

    scratch.edit(MODULE, RECORD, GRADIENT + RECORD)
    first = FUNCTION.splitlines(keepends=True)[4]
    scratch.edit(MODULE, first, DOCUMENTED)
    make([sys.executable, "-m", "lib.explorables.generate"], scratch.root)
    assert red(scratch) >= {
        "test_gradient_agrees_with_central_differences",
        "test_the_gradient_is_the_slope_of_the_curve",
        "test_the_page_agrees_all_along_each_curve",
        "test_the_committed_bundles_are_fresh",
    }

    scratch.edit(MODULE, "reduce_gradient(-np.tanh", "reduce_gradient(np.tanh")
    make(["node", "lib/explorables/js/build.mjs"], scratch.root)
    assert_done(scratch)
