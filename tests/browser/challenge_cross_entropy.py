"""A state that solves the challenge of the cross-entropy explorable."""

SOLUTIONS = [{"p": [0.0, 1.0, 0.0], "q": [0.0, 1.0, 0.0]}]
