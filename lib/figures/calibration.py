"""Reliability diagrams: what was predicted, and how often it came true."""

from typing import Any

import numpy as np

from lib.calibration import ReliabilityCurve
from lib.figures.style import COLORS


def draw_reliability(ax: Any, curve: ReliabilityCurve, *, title: str = "") -> Any:
    """Draw the frequency of each bin over its mean prediction, and its way to the diagonal.

    Parameters
    ----------
    ax : axes.
    curve : as `lib.calibration.reliability_curve` gives it; larger dots stand for more samples.
    title : what stands above.

    Examples
    --------
    >>> from lib.calibration import reliability_curve
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> draw_reliability(ax, reliability_curve([0.1, 0.9], [0, 1])).get_xlabel()
    'predicted'
    """
    ax.plot([0, 1], [0, 1], "--", color=COLORS["muted"], linewidth=1)
    ax.vlines(curve.confidence, curve.confidence, curve.accuracy, color=COLORS["d"])
    size = 6 + 60 * np.sqrt(curve.count / curve.count.max())
    ax.scatter(curve.confidence, curve.accuracy, s=size, color=COLORS["p"], zorder=3)
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel("predicted")
    ax.set_ylabel("came true")
    ax.set_title(title)
    return ax
