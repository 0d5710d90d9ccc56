"""A state that solves the challenge of the surprise explorable."""

SOLUTION = {"p": 0.9, "times": 20}
