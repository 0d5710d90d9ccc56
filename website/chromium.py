"""Find and start a Chromium: the one that CHROMIUM names, the machine's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
# Names resolve to nothing; the loopback's address needs no resolving.
CLOSED = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
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


def path() -> str:
    """Return the path of the Chromium that `launch` would start."""
    found = executable()
    if found:
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@contextmanager
def launch(*, closed: bool = False, **options: object) -> Iterator[Browser]:
    """Start a headless Chromium and close it afterwards; `closed` shuts it off from the network.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says how to get one.
    """
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable(), args=FLAGS + CLOSED * closed, **options
            )
        except Error as error:
            if "Executable doesn't exist" in str(error):
                raise FileNotFoundError(MISSING) from error
            raise
        try:
            yield browser
        finally:
            browser.close()


def there() -> bool:
    """Say whether a Chromium starts."""
    try:
        with launch():
            return True
    except (FileNotFoundError, Error):
        return False


def ensure() -> None:
    """Install a Chromium unless there is one.

    Raises
    ------
    SystemExit
        If none can be installed; the message says what to do.
    """
    if there():
        return
    attempts = []
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"]]
    attempts.append([sys.executable, "-m", "playwright", "install", "chromium"])
    for command in attempts:
        print("$", " ".join(command), flush=True)
        with suppress(OSError):
            subprocess.run(
                command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            )
        if there():
            return
    raise SystemExit(MISSING)


if __name__ == "__main__":
    ensure()
