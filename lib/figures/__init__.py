"""The book's matplotlib drawings: ``draw_*(ax, …) -> ax``, all in one style.

Every function takes the axes to draw on and returns them. Colours carry the book's meanings:
truth *P* blue, prediction *Q* orange, entropy teal, divergence magenta.
"""

from lib.figures.bars import draw_stack
from lib.figures.cross_entropy import draw_decomposition, draw_two_outcome_cross_entropy
from lib.figures.simplex import draw_simplex, draw_simplex_point, draw_simplex_surface
from lib.figures.style import COLORS, SURFACE, new_figure

__all__ = [
    "COLORS",
    "SURFACE",
    "draw_decomposition",
    "draw_simplex",
    "draw_simplex_point",
    "draw_simplex_surface",
    "draw_stack",
    "draw_two_outcome_cross_entropy",
    "new_figure",
]
