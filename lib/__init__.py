"""Functions the book teaches: information, activations, losses, schedules and training."""
