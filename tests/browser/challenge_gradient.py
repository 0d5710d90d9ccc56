"""A state that solves the challenge of the gradient explorable."""

SOLUTION = {"view": "neuron", "z": 0.7, "steps": 0}
