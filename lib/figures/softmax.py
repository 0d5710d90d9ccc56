"""Softmax: scores beside probabilities, temperature, the loss over two logits, overflow."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.activations import naive_softmax, softmax
from lib.figures.style import COLORS, SURFACE
from lib.losses import softmax_cross_entropy, softmax_cross_entropy_grad


def draw_scores_and_probabilities(
    ax: Any, logits: Sequence[float], probabilities: NDArray[Any], labels: Sequence[str]
) -> Any:
    """Draw one row a class: its logit in ink on the left, its probability in orange on the right.

    Both scales stay: logits reach from -10 to 10, probabilities from 0 to 1.
    """
    rows = np.arange(len(labels))[::-1]
    ax.barh(rows, np.asarray(logits) / 20, left=-0.6, height=0.55, color=COLORS["ink"])
    ax.barh(rows, probabilities, height=0.55, left=0.05, color=COLORS["q"])
    for row, z, p in zip(rows, logits, probabilities, strict=True):
        ax.text(-0.6 + z / 20 + (0.03 if z >= 0 else -0.03), row, f"{z:g}",
                ha="left" if z >= 0 else "right", va="center", fontsize=8.5)  # fmt: skip
        inside = p > 0.7
        ax.text(0.05 + p + (-0.03 if inside else 0.03), row, f"{p:.3f}",
                ha="right" if inside else "left", va="center", fontsize=8.5,
                color=COLORS["paper"] if inside else COLORS["q"])  # fmt: skip
    for x in (-0.6, 0.05):
        ax.axvline(x, color=COLORS["muted"], linewidth=0.8)
    ax.set_xlim(-1.15, 1.1)
    ax.set_xticks([-0.6, 0.55], ["logits z", "softmax(z)"])
    ax.set_yticks(rows, labels)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    return ax


def draw_temperature(ax: Any, logits: Sequence[float], labels: Sequence[str]) -> Any:
    """Draw the softmax of `logits` against the temperature, on a logarithmic axis."""
    temperatures = np.geomspace(0.1, 50, 300)
    p = np.array([softmax(logits, temperature=t) for t in temperatures])
    styles = ["-", "--", ":"]
    for values, name, style in zip(p.T, labels, styles, strict=True):
        ax.plot(temperatures, values, style, color=COLORS["q"], label=name)
    ax.axhline(1 / len(labels), color=COLORS["muted"], linewidth=0.8)
    ax.axvline(1, color=COLORS["muted"], linewidth=0.8)
    look = {"xytext": (4, 3), "textcoords": "offset points", "color": COLORS["muted"]}
    ax.annotate("T = 1", (1, 0.55), **look)
    ax.annotate(f"1/{len(labels)}", (0.1, 1 / len(labels)), **look)
    ax.set_xscale("log")
    ax.set_xlim(0.1, 50)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("temperature T")
    ax.set_title("probability")
    ax.legend(loc="upper right")
    return ax


def draw_logit_loss(
    ax: Any,
    logits: Sequence[float],
    label: int,
    *,
    temperature: float = 1.0,
    labels: Sequence[str] = ("0", "1"),
) -> Any:
    """Draw the cross-entropy over the first two logits, with contours and arrows of descent.

    Parameters
    ----------
    ax : axes.
    logits : three scores; the first two are marked, the third is held.
    label : the right class.
    temperature : what the scores are divided by.
    labels : names of the first two classes.
    """

    def scores(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.stack([x, y, np.full_like(x, logits[2])], axis=-1) / temperature

    def right(z: np.ndarray) -> np.ndarray:
        return np.full(z.shape[:-1], label)

    fine = np.meshgrid(*[np.linspace(-10, 10, 121)] * 2)
    z = scores(*fine)
    values = np.minimum(softmax_cross_entropy(z, right(z), reduction="none"), 12)
    ax.pcolormesh(*fine, values, cmap=SURFACE, vmin=0, vmax=12, shading="gouraud", rasterized=True)
    levels = [0.1, 0.5, 1, 2, 4, 6, 8, 10]
    ax.contour(*fine, values, levels=levels, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    coarse = np.meshgrid(*[np.linspace(-9, 9, 10)] * 2)
    z = scores(*coarse)
    step = -softmax_cross_entropy_grad(z, right(z), reduction="none")[..., :2]
    length = np.linalg.norm(step, axis=-1, keepdims=True)
    step = step / np.sqrt(np.maximum(length, 1e-12) * length.max()) * 1.5
    ax.quiver(
        *coarse, step[..., 0], step[..., 1], angles="xy", scale_units="xy", scale=1, width=0.005,
        color=COLORS["ink"], alpha=0.7, pivot="mid",
    )  # fmt: skip
    ax.plot(*logits[:2], "o", color=COLORS["q"], markersize=12, mec=COLORS["paper"], zorder=5)
    ax.text(*logits[:2], "z", color=COLORS["paper"], ha="center", va="center_baseline",
            fontsize=8, fontweight="bold", zorder=6)  # fmt: skip
    ax.set_xlim(-10, 10)
    ax.set_ylim(-10, 10)
    ax.set_aspect("equal")
    ax.set_xlabel(f"logit of {labels[0]}")
    ax.set_ylabel(f"logit of {labels[1]}")
    ax.set_title("loss in nats")
    return ax


def draw_overflow(ax: Any, dtypes: Sequence[str] = ("float32", "float64")) -> Any:
    """Draw where the naive softmax of (z, 0) gives a number, for each number format.

    Each row is one format: a bar over the scores z at which the result is a number, blank where it
    is NaN. The scores are sampled every 1/100.
    """
    z = np.round(np.arange(-800, 800.005, 0.01), 2)
    for row, dtype in enumerate(dtypes):
        pairs = np.stack([z, np.zeros_like(z)], axis=-1).astype(dtype)
        works = ~np.isnan(naive_softmax(pairs)).any(axis=-1)
        last = z[works].max()
        ax.barh(row, last - z[0], left=z[0], height=0.5, color=COLORS["h"])
        ax.text(last + 12, row, f"NaN from {last + 0.01:.2f}", va="center", fontsize=8.5)
    ax.set_yticks(range(len(dtypes)), dtypes)
    ax.set_ylim(-0.6, len(dtypes) - 0.4)
    ax.set_xlim(-800, 1000)
    ax.set_xlabel("score z")
    return ax


def draw_naive_softmax(
    ax: Any, naive: NDArray[Any], stable: NDArray[Any], labels: Sequence[str]
) -> Any:
    """Draw one row a class: its stable softmax as a bar, the naive one as a number beside it."""
    rows = np.arange(len(labels))[::-1]
    ax.barh(rows, stable, height=0.5, color=COLORS["q"], label="stable")
    for row, p in zip(rows, naive, strict=True):
        text = "naive: NaN" if np.isnan(p) else f"naive: {p:.3f}"
        ax.text(1.03, row, text, va="center", fontsize=8.5)
    ax.set_xlim(0, 1.4)
    ax.set_xticks([0, 0.5, 1])
    ax.set_xlabel("stable softmax")
    ax.set_yticks(rows, labels)
    return ax
