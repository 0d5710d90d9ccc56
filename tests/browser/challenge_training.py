"""A state that solves the challenge of the training explorable."""

SOLUTIONS = [
    {
        "data": "overlapping",
        "batch": "4",
        "schedule": "exponential",
        "init_value": 1.0,
        "k": 0.05,
        "epochs": 100,
    }
]
