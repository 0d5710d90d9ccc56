"""What the characters of a text cost a language model, and what models cost beside their size."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from lib._types import ArrayLike
from lib.figures.style import COLORS

#: Characters to a line, and lines; the cost that fills a character's place, in bits.
ACROSS, DOWN, FULL = 46, 5, 12.0


def draw_character_costs(ax: Any, text: str, bits: ArrayLike) -> Any:
    """Draw a text; behind each character stands a column as high as what it costs, up to 12 bits.

    Parameters
    ----------
    ax : axes.
    text : what is longer than five lines of 46 characters is cut.
    bits : what each of its characters costs.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> [each.get_text() for each in draw_character_costs(ax, "A\\nb", [3, 1, 12]).texts]
    ['A', '↵', 'b']
    """
    shares = np.clip(np.asarray(bits, dtype=float) / FULL, 0, 1)
    row = column = 0
    for symbol, share in zip(text, shares, strict=True):
        if column == ACROSS:
            row, column = row + 1, 0
        if row == DOWN:
            break
        tint = (COLORS["q"], 0.15 + 0.4 * share)
        ax.add_patch(Rectangle((column, -row), 1, 0.9 * share, color=tint, linewidth=0))
        shown = "↵" if symbol == "\n" else symbol if ord(symbol) < 0x250 else "□"
        ax.text(
            column + 0.5, 0.42 - row, shown if shown.isprintable() else "□", ha="center",
            va="center", family="monospace", fontsize=9, parse_math=False,
        )  # fmt: skip
        row, column = (row + 1, 0) if symbol == "\n" else (row, column + 1)
    ax.set_xlim(0, ACROSS)
    ax.set_ylim(-min(max(row, 1), DOWN - 1) - 0.1, 1)
    ax.set_axis_off()
    return ax


def draw_model_bits(ax: Any, bits: Mapping[str, float]) -> Any:
    """Draw what a character costs several models, the last of which is the one to look at.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> draw_model_bits(ax, {"uniform": 6.3, "network": 2.1}).get_xlabel()
    'bits a character'
    """
    tones = [COLORS["muted"]] * (len(bits) - 1) + [COLORS["q"]]
    for place, ((_, value), tone) in enumerate(zip(bits.items(), tones, strict=True)):
        ax.barh(place, value, height=0.7, color=tone)
        ax.text(value, place, f" {value:.2f}", va="center", color=tone)
    ax.set_yticks(range(len(bits)), list(bits))
    ax.set_xlim(0, 1.15 * max(1.0, *bits.values()))
    ax.invert_yaxis()
    ax.set_xlabel("bits a character")
    return ax


def draw_model_sizes(ax: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Draw bits a character over bytes of model: tables of n-grams, tokens, programs, a network.

    Parameters
    ----------
    ax : axes.
    rows : what `make language-model` has measured, each with "model", "held_out" and "bytes".
    """
    kinds: dict[str, tuple[str, str, Callable[[str], bool]]] = {
        "n-grams": (
            "h",
            "o-",
            lambda name: name.startswith(("pairs", "n-grams")) and "counted" not in name,
        ),
        "n-grams, the frequent ones": ("h", "v", lambda name: "counted" in name),
        "n-grams of byte pairs": ("ink", "s:", lambda name: name.startswith("byte pairs")),
        "programs, after the text": ("muted", "D", lambda name: "after the text" in name),
        "network": ("q", "*", lambda name: name == "network"),
        "network and n-grams of 9": ("d", "P", lambda name: name.startswith("network and")),
    }
    for label, (tone, style, belongs) in kinds.items():
        chosen = [row for row in rows if row["bytes"] and belongs(row["model"])]
        size, bits = ([row[key] for row in chosen] for key in ("bytes", "held_out"))
        marker: dict[str, Any] = {"ms": 5.5, "lw": 1.2, "zorder": 3 if "*" in style else 2}
        if label == "network":
            marker |= {"ms": 10, "mfc": "none", "mew": 1.5}
        ax.plot(size, bits, style, color=COLORS[tone], label=label, **marker)
        if "D" in style:
            for row in chosen:
                name, place = row["model"].partition(",")[0], (row["bytes"], row["held_out"])
                beside, side = ((5, 3), "left") if name != "PPMd" else ((-5, -6), "right")
                ax.annotate(name, place, beside, textcoords="offset points", fontsize=8, ha=side)
    ax.set_xscale("log")
    ax.set_xticks([1e4, 1e5, 1e6], ["10 KB", "100 KB", "1 MB"])
    ax.set_xlabel("size of the model")
    ax.set_ylabel("bits a character, held out")
    ax.set_ylim(bottom=1.4)
    ax.legend(fontsize=8.5, loc="lower left")
    return ax


def draw_scaling(
    ax: Any,
    characters: ArrayLike,
    losses: Mapping[str, ArrayLike],
    laws: Mapping[str, tuple[float, float, float]],
) -> Any:
    """Draw losses over the amount of text, with the laws of power that are fitted to them.

    Parameters
    ----------
    ax : axes.
    characters : lengths of the texts that were learnt from, of shape (K,).
    losses : by the name of a model, its K losses in bits a character.
    laws : of some of the models E, A and α of ``E + A n^−α``.
    """
    n = np.asarray(characters, dtype=float)
    reach = np.geomspace(n[0], 10 * n[-1], 100)
    for (name, bits), (tone, marker) in zip(
        losses.items(), [("muted", "s"), ("ink", "^"), ("h", "o"), ("q", "D")], strict=False
    ):
        ax.plot(n, bits, marker, ms=5, color=COLORS[tone], label=name)
        if name in laws:
            floor, scale, power = laws[name]
            ax.plot(reach, floor + scale * reach**-power, "--", lw=1.2, color=COLORS[tone])
    ax.set_xscale("log")
    ax.set_xlabel("characters learnt from")
    ax.set_ylabel("bits a character, held out")
    ax.legend(fontsize=8.5)
    return ax
