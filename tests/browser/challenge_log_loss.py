"""A state that solves the challenge of the log-loss explorable."""

SOLUTION = {"view": "coin", "theta": 0.7, "heads": 7, "repeats": 150}
