"""A state that solves the challenge: negative weights keep every layer near its steepest point."""

SOLUTION = {"view": "stack", "activation": "sigmoid", "x": 0.2, "weight": -6.0, "depth": 10}
