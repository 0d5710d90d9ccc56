"""A state that solves the challenge of the diagnosis explorable."""

SOLUTION = {"view": "curves", "case": 4, "guess": "leak", "named": 3, "epochs": 20}
