"""The book's matplotlib drawings: ``draw_*(ax, …) -> ax``, all in one style.

Every function takes the axes to draw on and returns them. Colours carry the book's meanings:
truth *P* blue, prediction *Q* orange, entropy teal, divergence magenta.
"""

from lib.figures.activations import (
    draw_activation,
    draw_pairing,
    draw_slope_products,
)
from lib.figures.bars import draw_stack
from lib.figures.calibration import draw_reliability
from lib.figures.catalogue import draw_loss_and_gradient, draw_loss_gallery
from lib.figures.contrastive import draw_contrastive_floors, draw_pairs, draw_similarities
from lib.figures.cross_entropy import (
    draw_decomposition,
    draw_surcharge_tiles,
    draw_two_outcome_cross_entropy,
)
from lib.figures.diagnosis import draw_ruler
from lib.figures.entropy import draw_binary_entropy, draw_information_tiles, draw_kraft_budget
from lib.figures.gradients import (
    draw_descent,
    draw_learning_curves,
    draw_loss_over_logit,
    draw_slopes,
)
from lib.figures.guessing import draw_bounds, draw_guesses
from lib.figures.imbalance import draw_best_constants, draw_line_loss, draw_rare_class
from lib.figures.information_content import draw_heads, draw_self_information
from lib.figures.kl_divergence import (
    draw_contributions,
    draw_evidence,
    draw_fits,
    draw_log_tangent,
    draw_two_distributions,
)
from lib.figures.language import (
    draw_character_costs,
    draw_model_bits,
    draw_model_sizes,
    draw_scaling,
)
from lib.figures.log_loss import (
    draw_growing_scores,
    draw_likelihood,
    draw_log_loss_events,
    draw_mean_log_loss,
    draw_underflow,
)
from lib.figures.margin import draw_lead_losses, draw_score_plane
from lib.figures.precision import draw_digits, draw_rounded_loss
from lib.figures.schedules import (
    draw_descent_values,
    draw_factors,
    draw_paths,
    draw_schedules,
)
from lib.figures.simplex import draw_simplex, draw_simplex_point, draw_simplex_surface
from lib.figures.softmax import (
    draw_logit_loss,
    draw_naive_softmax,
    draw_overflow,
    draw_scores_and_probabilities,
    draw_temperature,
)
from lib.figures.style import COLORS, SURFACE, new_figure
from lib.figures.training import (
    draw_images,
    draw_regions,
    draw_training_curve,
    draw_weight_images,
)

__all__ = [
    "COLORS",
    "SURFACE",
    "draw_activation",
    "draw_best_constants",
    "draw_binary_entropy",
    "draw_bounds",
    "draw_character_costs",
    "draw_contrastive_floors",
    "draw_contributions",
    "draw_decomposition",
    "draw_descent",
    "draw_descent_values",
    "draw_digits",
    "draw_evidence",
    "draw_factors",
    "draw_fits",
    "draw_growing_scores",
    "draw_guesses",
    "draw_heads",
    "draw_images",
    "draw_information_tiles",
    "draw_kraft_budget",
    "draw_lead_losses",
    "draw_learning_curves",
    "draw_likelihood",
    "draw_line_loss",
    "draw_log_loss_events",
    "draw_log_tangent",
    "draw_logit_loss",
    "draw_loss_and_gradient",
    "draw_loss_gallery",
    "draw_loss_over_logit",
    "draw_mean_log_loss",
    "draw_model_bits",
    "draw_model_sizes",
    "draw_naive_softmax",
    "draw_overflow",
    "draw_pairing",
    "draw_pairs",
    "draw_paths",
    "draw_rare_class",
    "draw_regions",
    "draw_reliability",
    "draw_rounded_loss",
    "draw_ruler",
    "draw_scaling",
    "draw_schedules",
    "draw_score_plane",
    "draw_scores_and_probabilities",
    "draw_self_information",
    "draw_similarities",
    "draw_simplex",
    "draw_simplex_point",
    "draw_simplex_surface",
    "draw_slope_products",
    "draw_slopes",
    "draw_stack",
    "draw_surcharge_tiles",
    "draw_temperature",
    "draw_training_curve",
    "draw_two_distributions",
    "draw_two_outcome_cross_entropy",
    "draw_underflow",
    "draw_weight_images",
    "new_figure",
]
