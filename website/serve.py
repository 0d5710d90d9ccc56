"""Show the book while it is edited: `python -m website.serve`, which `make serve` runs.

Builds, serves the result on the loopback, and builds again whenever a source changes; open pages
then reload themselves. A build that fails says why and leaves the last good pages in place.
"""

import argparse
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from website.server import SiteHandler, serving

ROOT = Path(__file__).resolve().parents[1]
WATCHED = (
    *("_config.yml", "_toc.yml", "index.md", "CITATION.cff", "requirements.txt"),
    *("chapters", "lib", "website"),
)
INTERVAL = 0.4  # seconds between two looks at the sources
RELOAD = '\nnew EventSource("/changes?{number}").onmessage = () => location.reload();\n'


class Build:
    """Counts the good builds, so that pages can wait for the next one."""

    def __init__(self) -> None:
        self.number = 0
        self.changed = threading.Condition()

    def run(self) -> bool:
        """Build the book; wake the waiting pages if that went well."""
        command = [sys.executable, "-m", "website.build", "--quiet"]
        good = subprocess.run(command, cwd=ROOT).returncode == 0
        if good:
            with self.changed:
                self.number += 1
                self.changed.notify_all()
        return good


def state(root: Path = ROOT) -> dict[Path, int]:
    """Return when each source was last changed; what editors keep beside a file does not count."""
    found = {}
    for name in WATCHED:
        path = root / name
        for file in path.rglob("*") if path.is_dir() else [path]:
            if "__pycache__" in file.parts or file.name.startswith((".", "#")):
                continue
            with suppress(FileNotFoundError):  # an editor may be putting another in its place
                if file.is_file() and not file.name.endswith("~"):
                    found[file] = file.stat().st_mtime_ns
    return found


def reloading(build: Build) -> type[SiteHandler]:
    """Return a handler whose pages wait for the next build and reload."""

    class Reloading(SiteHandler):
        def read(self, path: Path) -> bytes:
            body = super().read(path)
            if path.name == "site.js":
                body += RELOAD.format(number=build.number).encode()
            return body

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-store")
            super().end_headers()

        def do_GET(self) -> None:
            path, _, seen = self.path.partition("?")
            if path != "/changes":
                return super().do_GET()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            with build.changed:
                build.changed.wait_for(lambda: str(build.number) != seen)
            with suppress(ConnectionError):  # the reader may have gone
                self.wfile.write(b"data: new\n\n")
            self.close_connection = True

    return Reloading


def end_when_asked() -> None:
    """Let the signals that ask a program to end do what Ctrl-C does.

    A job runner starts programs with Ctrl-C's signal ignored; what `nohup` ignores stays ignored.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m website.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    end_when_asked()
    try:
        serve(options.port)
    except KeyboardInterrupt:
        print()


def serve(port: int) -> None:
    """Serve the book on the loopback and build it again after each change, until interrupted."""
    build = Build()
    before = state()
    build.run()
    with serving(ROOT / "_build" / "html", port=port, handler=reloading(build)) as url:
        print(f"The book is at {url} (Ctrl-C ends this)", flush=True)
        pause = threading.Event()
        while not pause.wait(INTERVAL):
            now = state()
            if now != before:
                names = {p.relative_to(ROOT).as_posix() for p, t in now.items() ^ before.items()}
                print("changed:", ", ".join(sorted(names)[:5]), flush=True)
                before = now
                build.run()


if __name__ == "__main__":
    main()
