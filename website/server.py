"""A server for the built site on the loopback, gzipped as static hosts do."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".ipynb"}


@lru_cache(maxsize=512)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9)


class SiteHandler(BaseHTTPRequestHandler):
    """Answer with the files below `directory`; what is not there gets the 404 page."""

    protocol_version = "HTTP/1.1"
    directory: Path

    def find(self) -> tuple[Path, bool]:
        path = (self.directory / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        if path.is_dir():
            path = path / "index.html"
        found = path.is_file() and path.is_relative_to(self.directory)
        return (path if found else self.directory / "404.html"), found

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def do_GET(self) -> None:
        path, found = self.find()
        body = self.read(path) if path.exists() else b"not found"
        zipped = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        if zipped:
            body = _compressed(body)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith(("javascript", "json")):
            kind += "; charset=utf-8"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(
    directory: Path, *, port: int = 0, handler: type[SiteHandler] = SiteHandler
) -> Iterator[str]:
    """Serve `directory` on 127.0.0.1 and yield its address; port 0 takes a free one."""
    bound = type("Bound", (handler,), {"directory": directory.resolve()})
    server = ThreadingHTTPServer(("127.0.0.1", port), bound)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
