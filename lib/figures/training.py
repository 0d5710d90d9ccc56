"""Classifiers of points in the plane, and the curves of their training."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from lib.figures.style import COLORS

#: One tone and one marker for each class, so that neither colour nor shape is needed alone.
CLASS_STYLES = [("p", "o"), ("q", "s"), ("h", "^")]


def draw_regions(
    ax: Any,
    score: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    lead: float,
    limits: tuple[float, float],
    names: tuple[str, ...] = (),
) -> Any:
    """Draw which class wins where, and the samples.

    Parameters
    ----------
    ax : axes.
    score : maps points, shape (N, 2), to the scores of at most three classes, shape (N, C).
    X, y : samples, shape (N, 2), and their classes, shape (N,); the wrong ones are drawn hollow.
    lead : by how much a score must lead for the darker colour.
    limits : how far the axes reach from 0, in x and in y.
    names : of the classes, for the legend.
    """
    across, up = (np.linspace(-limit, limit, 301) for limit in limits)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    scores = score(grid)
    right = score(X).argmax(axis=-1) == y
    for c, (tone, marker) in enumerate(CLASS_STYLES[: scores.shape[-1]]):
        others = np.delete(scores, c, axis=-1).max(axis=-1)
        leads = (scores[:, c] - others).reshape(len(up), -1)
        for least in (0, lead):
            if leads.max() > least:
                ax.contourf(
                    across, up, leads, levels=[least, np.inf], colors=COLORS[tone], alpha=0.16
                )
        for hit in (True, False):
            own = X[(y == c) & (right == hit)]
            face = COLORS[tone] if hit else COLORS["paper"]
            label = names[c] if names and hit else None
            ax.plot(
                *own.T, marker, color=COLORS[tone], mfc=face, mec=COLORS["paper" if hit else tone],
                mew=0.5 if hit else 1.5, markersize=5.5, label=label,
            )  # fmt: skip
    ax.set_xlim(-limits[0], limits[0])
    ax.set_ylim(-limits[1], limits[1])
    ax.set_aspect("equal")
    if names:
        ax.legend(fontsize=9, loc="upper left", handletextpad=0.2)
    return ax


def draw_training_curve(ax: Any, curves: Mapping[str, np.ndarray]) -> Any:
    """Draw values against the epoch, one curve each, told apart by their lines."""
    styles = [("ink", "-"), ("q", "--"), ("h", ":"), ("d", "-.")]
    for (name, values), (tone, line) in zip(curves.items(), styles, strict=False):
        ax.plot(np.arange(len(values)), values, line, color=COLORS[tone], label=name)
    ax.set_ylim(bottom=0)
    ax.set_xlim(0, max(len(v) for v in curves.values()) - 1 or 1)
    ax.set_xlabel("epochs trained")
    ax.legend(fontsize=9)
    return ax


def draw_weight_images(axes: Any, weights: np.ndarray, shape: tuple[int, int]) -> Any:
    """Draw each class's weights as an image: blue speaks for the class, orange against it.

    Parameters
    ----------
    axes : array of C axes.
    weights : shape (D, C), where D is the number of pixels.
    shape : rows and columns of the image.
    """
    colours = LinearSegmentedColormap.from_list(
        "weights", [COLORS["q"], COLORS["paper"], COLORS["p"]]
    )
    largest = np.quantile(np.abs(weights), 0.99)  # a few pixels may be off the scale
    for c, ax in enumerate(np.ravel(axes)):
        ax.imshow(weights[:, c].reshape(shape), cmap=colours, vmin=-largest, vmax=largest)
        ax.set_title(str(c))
        ax.set_axis_off()
    return axes


def draw_images(axes: Any, samples: Any, shape: tuple[int, int], titles: Sequence[str]) -> Any:
    """Draw grey-level images, dark where the value is high, each under its title.

    Parameters
    ----------
    axes : array of N axes.
    samples : shape (N, pixels).
    shape : rows and columns of an image.
    titles : N texts.
    """
    for ax, sample, title in zip(np.ravel(axes), samples, titles, strict=True):
        ax.imshow(np.reshape(sample, shape), cmap="gray_r")
        ax.set_title(title, fontsize=10)
        ax.set_axis_off()
    return axes
