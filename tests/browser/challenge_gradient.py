"""States that solve the challenges of the gradient explorable."""

SOLUTIONS = [
    {"view": "neuron", "z": 0.7, "steps": 0},
    {
        "view": "map",
        "weight": -3.0,
        "bias": 0.0,
        "squared_error_factor": 6.75,
        "steps": 300,
    },
]
