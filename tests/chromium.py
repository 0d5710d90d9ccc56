"""Find and start a Chromium: the one that CHROMIUM names, the machine's, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = """No Chromium was found. Any of these helps:
  - install one with the system's package manager (Debian, Ubuntu: apt-get install chromium);
  - .venv/bin/python -m playwright install chromium;
  - set CHROMIUM to the path of a Chromium or Chrome that is there."""


def executable() -> str | None:
    """Return the path of the machine's Chromium; None leaves the choice to Playwright.

    Raises
    ------
    FileNotFoundError
        If CHROMIUM names a program that is not there.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if not found:
            raise FileNotFoundError(f"CHROMIUM={named} is not a program")
        return found
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launch(**options: object) -> Iterator[Browser]:
    """Start a headless Chromium and close it afterwards.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says how to get one.
    """
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable(), args=FLAGS, **options
            )
        except Error as error:
            if "Executable doesn't exist" in str(error):
                raise FileNotFoundError(MISSING) from error
            raise
        try:
            yield browser
        finally:
            browser.close()
