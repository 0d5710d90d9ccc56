"""States that solve the challenges of the entropy explorable."""

SOLUTIONS = [
    {"p": [0.96, 0.04, 0.0], "view": "tiles"},
    {"p": [0.25, 0.25, 0.5], "lengths": [2, 2, 1], "view": "code"},
    {"p": [0.11, 0.5, 0.39], "view": "binary"},
    {"p": [0.69, 0.29, 0.02], "view": "triangle"},
]
