"""Functions the book teaches: information, activations, losses, schedules and training."""

# The edition's number, and the only place it is set: CONTRIBUTING.md, "An edition".
__version__ = "2.0.0.dev0"
