"""Find and start a Chromium: the one that CHROMIUM names, the machine's, or Playwright's own.

A page that nobody looks at is opened in a headless shell where there is one, as Playwright's own
is: it takes a third of the processor's time of a Chromium with its windows and services.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
]
# Names resolve to nothing; the loopback's address needs no resolving.
CLOSED = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = """No Chromium was found. Any of these helps:
  - install one with the system's package manager (Debian, Ubuntu: apt-get install chromium);
  - .venv/bin/python -m playwright install chromium;
  - set CHROMIUM to the path of a Chromium or Chrome that is there."""


def executable(*, whole: bool = False) -> str | None:
    """Return the path of the machine's Chromium; None leaves the choice to Playwright.

    `whole` takes a browser with windows, not a headless shell. Raises FileNotFoundError if CHROMIUM
    names a program that is not there.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if not found:
            raise FileNotFoundError(f"CHROMIUM={named} is not a program")
        return found
    names = WHOLE if whole else SHELLS + WHOLE
    return next(filter(None, map(shutil.which, names)), None)


def path() -> str:
    """Return the path of a whole Chromium: the machine's, or Playwright's own."""
    found = executable(whole=True)
    if found:
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@contextmanager
def launch(*, closed: bool = False, whole: bool = False, **options: Any) -> Iterator[Browser]:
    """Start a headless Chromium and close it afterwards.

    `closed` shuts it off from the network; `whole` starts a browser with all its parts, where their
    time is what is measured. Raises FileNotFoundError if there is none; the message says how to get
    one.
    """
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable(whole=whole), args=FLAGS + CLOSED * closed, **options
            )
        except Error as error:
            if "Executable doesn't exist" in str(error):
                raise FileNotFoundError(MISSING) from error
            raise
        try:
            yield browser
        finally:
            browser.close()


def there(*, whole: bool = False) -> bool:
    """Say whether a Chromium starts."""
    try:
        with launch(whole=whole):
            return True
    except (FileNotFoundError, Error):
        return False


def debian() -> bool:
    """Say whether Debian's packages can be installed here."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def run(*command: str) -> bool:
    """Show a command, run it, and say whether it went well."""
    print("$", " ".join(command), flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with suppress(OSError):
        return subprocess.run(command, check=False, env=quiet).returncode == 0
    return False


def ensure(*, whole: bool = False) -> None:
    """Install a Chromium unless there is one; a headless shell will do unless it is to be `whole`.

    Raises SystemExit if none can be installed; the message says what to do.
    """
    wanted = "chromium" if whole else "chromium-headless-shell"
    found = there(whole=whole)
    # A Chromium is enough, but where the shell is to be had it makes the tests twice as fast.
    if found and (whole or os.environ.get("CHROMIUM") or any(map(shutil.which, SHELLS))):
        return
    if debian():
        run("apt-get", "update", "-qq")
        for name in (wanted, "chromium"):
            if run("apt-get", "install", "-qq", "-y", name) and there(whole=whole):
                return
    if found:
        return
    run(sys.executable, "-m", "playwright", "install", "chromium")
    if not there(whole=whole):
        raise SystemExit(MISSING)


if __name__ == "__main__":
    ensure(whole="--whole" in sys.argv[1:])
