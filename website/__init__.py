"""What turns the chapters into the website: a Sphinx extension and the commands that run it."""

import sys

# jsonschema compiles 38 grammars of internationalised addresses when it is imported, 1.4 s of every
# build, to check a format that no schema here uses; it does without where the module is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None means: missing
