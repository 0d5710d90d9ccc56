"""A state that solves the challenge: an anchor beyond the negative, where both distances grow."""

SOLUTIONS = [{"loss": "triplet_margin_loss", "compare": "none", "x": 3.0, "margin": 1.0}]
