"""One style for every figure of the book, and the palette it shares with the explorables.

Importing it applies the style to matplotlib, so that a reader's own plots match the book's.
"""

import io
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from PIL import Image, ImageColor

_PALETTE = json.loads(
    (Path(__file__).parent.parent / "explorables" / "palette.json").read_text(encoding="utf-8")
)["light"]

#: Colours by meaning: ``p`` truth, ``q`` prediction, ``h`` entropy, ``d`` divergence, ``ink`` …
COLORS = MappingProxyType({k: v for k, v in _PALETTE.items() if isinstance(v, str)})

#: The perceptually uniform map of every loss surface; low is light.
SURFACE = LinearSegmentedColormap.from_list("cross_entropy_surface", _PALETTE["surface"])

_STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.edgecolor": COLORS["muted"],
    "axes.labelcolor": COLORS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": COLORS["rule"],
    "text.color": COLORS["ink"],
    "xtick.color": COLORS["muted"],
    "ytick.color": COLORS["muted"],
    "xtick.labelcolor": COLORS["ink"],
    "ytick.labelcolor": COLORS["ink"],
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.facecolor": COLORS["paper"],
    "axes.facecolor": COLORS["paper"],
    "savefig.facecolor": COLORS["paper"],
    "mathtext.fontset": "cm",
}

mpl.rcParams.update(_STYLE)


class BookFigure(Figure):
    """A figure that a notebook shows when it is a cell's last line, without pyplot."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        data, width, _ = to_png(self)
        return data, {"width": width}  # with a height too, a narrow page would distort it


def to_png(figure: Figure, dpi: int = 144) -> tuple[bytes, int, int]:
    """Return a figure as PNG with the width and height to show it at, in CSS pixels.

    64 colours are enough for the book's figures and make the image a quarter of the size. Those
    that mean something are kept besides, or a small mark would take the colour of its ground.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dpi)
    image = Image.open(drawn).convert("RGB")
    palette = image.quantize(64, dither=Image.Dither.NONE)
    tones = ["white", *(COLORS[tone] for tone in ("p", "q", "h", "d", "ink"))]
    kept = [ImageColor.getrgb(tone) for tone in tones]
    palette.putpalette([*(palette.getpalette() or [])[: 64 * 3], *(x for rgb in kept for x in rgb)])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    width, height = (round(side * 96) for side in figure.get_size_inches())
    return small.getvalue(), width, height


def new_figure(
    columns: int = 1, rows: int = 1, *, width: float = 6.5, height: float = 2.8, **kwargs: Any
) -> tuple[BookFigure, Any]:
    """Return a figure in the book's style and its axes (one, or an array as pyplot gives).

    Parameters
    ----------
    columns, rows : the grid of axes.
    width, height : the size of the whole figure, in inches; the book's text is 6.5 wide.
    kwargs : passed to ``Figure.subplots``.

    Examples
    --------
    >>> figure, ax = new_figure()
    >>> figure.get_size_inches().tolist()
    [6.5, 2.8]
    """
    figure = BookFigure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, **kwargs)
