"""The book's explorables: one class each, alive with and without a kernel."""

from lib.explorables._base import REGISTRY, Explorable
from lib.explorables._traits import StateError
from lib.explorables.cross_entropy import CrossEntropyExplorer

__all__ = ["REGISTRY", "CrossEntropyExplorer", "Explorable", "StateError"]
