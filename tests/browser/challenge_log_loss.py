"""States that solve the challenges of the log-loss explorable."""

SOLUTIONS = [
    {"labels": [1, 1, 0], "probs": [0.9, 0.1, 0.1]},
    {"view": "coin", "theta": 0.9, "heads": 9},
    {"view": "product", "theta": 0.7, "heads": 7, "repeats": 150},
]
