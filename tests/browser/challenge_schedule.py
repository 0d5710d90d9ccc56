"""A state that solves the challenge of the schedule explorable."""

SOLUTIONS = [{"schedule": "step", "step_size": 80, "gamma": 0.1, "noise": 1.0, "steps": 200}]
