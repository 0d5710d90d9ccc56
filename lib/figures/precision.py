"""A loss as narrow number formats compute it, beside what it is."""

from typing import Any

import numpy as np

from lib.figures.style import COLORS
from lib.losses import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
from lib.precision import correct_digits, rounded_loss, rounded_loss_grad

#: The formulas as they are written beside curves.
FORMULA_NAMES = {
    "softmax": "1: −ln p",
    "epsilon": "2: −ln(p + 10⁻⁸)",
    "logsumexp": "3: log-sum-exp − score",
    "log_softmax": "4: log-softmax",
    "float32": "5: log-softmax in float32",
    "softplus": "6: log1p of the margin",
}

#: A tone and a dash for each formula, so that neither is needed alone.
LOOKS = {
    "softmax": ("q", "-"),
    "epsilon": ("muted", ":"),
    "logsumexp": ("d", "--"),
    "log_softmax": ("h", "-."),
    "float32": ("p", (0, (6, 1))),
    "softplus": ("ink", "-"),
}


def draw_rounded_loss(
    ax: Any,
    dtype: str,
    formula: str,
    *,
    sign: int = 1,
    slope: bool = False,
    margin: float | None = None,
    limits: tuple[float, float] = (0.5, 200.0),
) -> Any:
    """Draw a loss, or its slope, over the margin: what it is, and what a format returns.

    Parameters
    ----------
    ax : axes.
    dtype : number format, as `lib.precision` names it.
    formula : how the loss is computed, as `lib.precision.rounded_loss` names it.
    sign : 1 where the right class leads by the margin, −1 where it trails.
    slope : draw the length of the slope in place of the loss.
    margin : where a mark stands, if anywhere.
    limits : ends of the margins.
    """
    margins = np.geomspace(*limits, 600)
    exact, computed = _curves(sign * margins, dtype, formula, slope)
    ax.plot(margins, exact, color=COLORS["muted"], ls="--", label="exact")
    shown = np.where(computed > 0, computed, np.nan)
    ax.plot(margins, shown, color=COLORS["q"], label=f"in {dtype}")
    hundredths = np.arange(1, 100 * limits[1] + 1) / 100
    every = _curves(sign * hundredths, dtype, formula, slope)[1]
    lost = np.flatnonzero((every == 0) | ~np.isfinite(every))
    if len(lost):
        at, value = hundredths[lost[0]], every[lost[0]]
        ax.axvline(at, color=COLORS["q"], ls=":", linewidth=1)
        words = f" {'NaN' if np.isnan(value) else f'{value:.0f}'} from {at:g} on "
        right = at > limits[1] / 15
        ax.text(
            at, 0.98 if sign > 0 else 0.02, words, ha="right" if right else "left",
            va="top" if sign > 0 else "bottom", color=COLORS["q"],
            transform=ax.get_xaxis_transform(),
        )  # fmt: skip
    if margin is not None:
        value = _curves(np.array([sign * margin]), dtype, formula, slope)[0][0]
        ax.plot(margin, value, "o", color=COLORS["ink"], markersize=7, clip_on=False)
    large = sign < 0 and not slope
    ax.set(
        xscale="log", yscale="log", xlim=limits, ylim=(0.1, 1000) if large else (1e-9, 3),
        xlabel="the right class leads by" if sign > 0 else "the right class trails by",
        ylabel="length of the slope" if slope else "loss, nats", title=FORMULA_NAMES[formula],
    )  # fmt: skip
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax.legend(fontsize=8.5, loc="upper left" if large else "center right")
    return ax


def draw_digits(
    ax: Any,
    dtype: str,
    *,
    sign: int = 1,
    slope: bool = False,
    limits: tuple[float, float] = (0.5, 200.0),
) -> Any:
    """Draw how many decimal digits of the loss, or its slope, are right, by each formula.

    Parameters
    ----------
    ax : axes.
    dtype : number format, as `lib.precision` names it.
    sign : 1 where the right class leads by the margin, −1 where it trails.
    slope : of the slope in place of the loss.
    limits : ends of the margins.

    Notes
    -----
    Of neighbouring margins the worst is drawn, since chance makes some results better.
    """
    margins = np.geomspace(*limits, 1200)
    worst = margins.reshape(120, 10).mean(axis=1)
    for formula, (tone, dash) in LOOKS.items():
        exact, computed = _curves(sign * margins, dtype, formula, slope)
        digits = correct_digits(computed, exact, dtype).reshape(120, 10).min(axis=1)
        ax.plot(
            worst, digits, color=COLORS[tone], ls=dash, linewidth=1.5, label=FORMULA_NAMES[formula]
        )
    ax.set(
        xscale="log", xlim=limits, ylim=(0, 7.8), ylabel="digits that are right",
        xlabel="the right class leads by" if sign > 0 else "the right class trails by",
    )  # fmt: skip
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax.legend(fontsize=8)
    return ax


def _curves(
    margins: np.ndarray, dtype: str, formula: str, slope: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the loss, or the length of its slope, is, and what the format makes of it."""
    ones = np.ones_like(margins)
    if slope:
        exact = binary_cross_entropy_with_logits_grad(margins, ones, reduction="none")
        return -exact, np.abs(rounded_loss_grad(margins, dtype, formula=formula))
    exact = binary_cross_entropy_with_logits(margins, ones, reduction="none")
    return exact, rounded_loss(margins, dtype, formula=formula)
