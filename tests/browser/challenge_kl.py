"""A state that solves the challenge of the KL explorable: cat and horse trade places."""

SOLUTION = {"p": [0.6, 0.3, 0.1], "q": [0.1, 0.3, 0.6]}
