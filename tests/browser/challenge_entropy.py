"""A state that solves the challenge of the entropy explorable."""

SOLUTION = {"p": [0.25, 0.25, 0.5], "lengths": [2, 2, 1], "view": "code"}
