"""States that solve the challenges of the diagnosis explorable."""

SOLUTIONS = [
    {"view": "ruler", "classes": 10, "smoothing": 0.41},
    {"view": "curves", "case": 4, "guess": "leak", "named": 3, "epochs": 20},
]
