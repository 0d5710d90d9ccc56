"""A state that solves the challenge of the softmax explorable: a gap of 20 at temperature 0.02."""

SOLUTION = {"logits": [-10.0, 10.0, -1.7], "temperature": 0.02}
