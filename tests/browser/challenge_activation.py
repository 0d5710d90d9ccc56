"""States that solve the challenges: negative weights keep every layer near its steepest point."""

SOLUTIONS = [
    {"activation": "relu", "x": 2.0},
    {"view": "stack", "activation": "sigmoid", "x": 0.2, "weight": -6.0, "depth": 10},
    {"view": "pairing", "pair": "sigmoid_mse", "x": 8.0},
]
