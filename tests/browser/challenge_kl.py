"""States that solve the challenges: cat and horse trade places; nothing is possible in both."""

SOLUTIONS = [
    {"p": [0.6, 0.3, 0.1], "q": [0.1, 0.3, 0.6]},
    {"p": [0.7, 0.3, 0.0], "q": [0.0, 0.0, 1.0], "view": "mixture"},
]
