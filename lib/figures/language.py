"""What language models cost: beside their size, and beside the text that they have learnt from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lib.figures.style import COLORS


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
        marker = {"ms": 13 if "*" in style else 5.5, "lw": 1.2, "zorder": 3 if "*" in style else 2}
        ax.plot(size, bits, style, color=COLORS[tone], label=label, **marker)
    ax.set_xscale("log")
    ax.set_xticks([1e4, 1e5, 1e6], ["10 KB", "100 KB", "1 MB"])
    ax.set_xlabel("size of the model")
    ax.set_ylabel("bits a character, held out")
    ax.legend(fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1))
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
