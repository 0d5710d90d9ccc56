"""An exercise without a solution, or a solution without an exercise, fails the build."""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


def check(app: Sphinx, env: BuildEnvironment) -> None:
    entries = getattr(env, "sphinx_exercise_registry", {})
    targets = {label: entry["node"].get("target_label") for label, entry in entries.items()}
    for label, target in targets.items():
        page = entries[label]["docname"]
        if target is None and label not in targets.values():
            logger.warning("the exercise %s has no solution", label, location=page)
        elif target is not None and target not in targets:
            logger.warning("a solution to %s, which is no exercise", target, location=page)


def setup(app: Sphinx) -> None:
    app.connect("env-check-consistency", check)
