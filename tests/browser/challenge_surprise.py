"""A state that solves the challenge of the surprise explorable."""

SOLUTIONS = [{"p": 0.9, "times": 20}]
