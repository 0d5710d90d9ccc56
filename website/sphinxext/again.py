"""A page that the build warned about is read again by the next one.

Sphinx warns about a page when it reads or writes it, and leaves a page alone that has not changed
since. Without this, a build that failed would succeed when it is run a second time.
"""

import json
import logging
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

LEDGER = "warned.json"  # beside Sphinx's own memory of the pages


class Pages(logging.Handler):
    """Keeps the places that warnings name; an empty one for a warning that names none."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.places: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        # Sphinx's own handler, which comes first, has made the location `path:line`.
        self.places.add(str(getattr(record, "location", None) or ""))


def listen(app: Any) -> None:
    app.book_warned = Pages()
    logging.getLogger("sphinx").addHandler(app.book_warned)


def read_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that the last build warned about; all, if a warning named none."""
    ledger = Path(app.doctreedir) / LEDGER
    if not ledger.exists():
        return []
    places = json.loads(ledger.read_text(encoding="utf-8"))
    pages = {env.path2doc(re.sub(r":\d*$", "", place)) or "" for place in places}
    return sorted(pages if pages <= env.found_docs else env.found_docs)


def remember(app: Any, error: Exception | None) -> None:
    ledger = Path(app.doctreedir) / LEDGER
    places = app.book_warned.places
    if places and (app.keep_going or app.warningiserror):
        ledger.write_text(json.dumps(sorted(places)), encoding="utf-8")
    elif not error:
        ledger.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", listen)
    app.connect("env-get-outdated", read_again)
    app.connect("build-finished", remember, priority=1000)
