"""States that solve the challenges of the softmax explorable."""

SOLUTIONS = [
    {"logits": [0.0, 1.0, -10.0], "temperature": 3.0},
    {"logits": [0.0, 1.0, 2.0], "temperature": 10.0, "view": "triangle"},
    {"logits": [-10.0, 10.0, -1.7], "view": "jacobian"},
    {"logits": [0.0, 10.0, -1.7], "view": "map"},
    {"logits": [-10.0, 10.0, -1.7], "temperature": 0.02, "view": "precision"},
]
