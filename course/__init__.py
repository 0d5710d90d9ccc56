"""The book as course material: release, collect, grade and return assignments with nbgrader.

nbgrader is the engine. This package adds what it lacks: assignments kept as text, a sandbox around
students' code and a judge outside of it, parallel and resumable grading in one transaction, the
file names and CSV formats of Canvas and Moodle, and a summary page for the teacher.

Run it from the repository's root: ``python -m course --help``.
"""

import os
import sys
from pathlib import Path

# jsonschema compiles 38 grammars of internationalised addresses when it is imported, 1.4 s of every
# command, to check a format that no notebook's schema uses; it does without the missing module.
sys.modules.setdefault("rfc3987_syntax", None)

# nbgrader calls the command `alembic` when it creates a gradebook, also where the environment that
# both are installed in is not activated.
_scripts = str(Path(sys.executable).parent)
if _scripts not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_scripts, os.environ.get("PATH", "")])
