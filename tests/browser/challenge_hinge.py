"""A state that solves the challenge: both wrong scores exactly one below the right score."""

SOLUTIONS = [{"right_score": 3.2, "wrong_scores": [2.2, 2.2], "margin": 1.0}]
