"""A server that stands for every source, and answers as it is told, badly too."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON, ATOM = "application/json", "application/atom+xml; charset=utf-8"


@dataclass
class Reply:
    """One answer; `spoil` writes the body in its own way."""

    body: bytes = b"{}"
    status: int = 200
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    """The length that is promised, where it is not that of the body."""
    spoil: "Callable[[Handler], None] | None" = None


@dataclass
class Site:
    """What it answers: at a path in turn, the last for ever; and what it was asked."""

    base: str = ""
    answers: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def says(self, path: str, *replies: Reply) -> None:
        """Answer `path`, with or without a query, by these."""
        self.answers[path] = list(replies)

    def reply_to(self, path: str) -> Reply:
        """The next answer; 404 where nothing was said."""
        bare = path.partition("?")[0]
        found = self.answers.get(path) or self.answers.get(bare)
        if not found:
            return Reply(b"Resource not found.", status=404, kind="text/plain")
        return found.pop(0) if len(found) > 1 else found[0]


class Handler(BaseHTTPRequestHandler):
    """Answers for the site of its server."""

    site: Site
    ends: threading.Event

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        self.site.headers.append(dict(self.headers))
        self.site.moments.append(time.monotonic())
        reply = self.site.reply_to(self.path)
        self.send_response(reply.status)
        if reply.kind:
            self.send_header("Content-Type", reply.kind)
        self.send_header("Set-Cookie", "who=you")
        if reply.spoil is None or reply.declared is not None:
            length = len(reply.body) if reply.declared is None else reply.declared
            self.send_header("Content-Length", str(length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if reply.spoil:
                reply.spoil(self)
            elif reply.status != 304:
                self.wfile.write(reply.body)
        except OSError:  # whoever asked has heard enough
            pass

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving() -> Iterator[Site]:
    """A site on loopback."""
    site, ends = Site(), threading.Event()
    handler = type("Here", (Handler,), {"site": site, "ends": ends})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        ends.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- bodies that go wrong -------------------------------------------------------------------------


def a_gigabyte(handler: Handler) -> None:
    """One without a length, as long as somebody listens."""
    piece = b" " * 1_000_000
    for _ in range(1000):
        handler.wfile.write(piece)


def a_drip(handler: Handler) -> None:
    """A byte every tenth of a second."""
    while not handler.ends.wait(0.1):
        handler.wfile.write(b" ")


def silence(handler: Handler) -> None:
    """Nothing."""
    handler.ends.wait(60)


def half_a_chunk(handler: Handler) -> None:
    """The beginning of a body in chunks."""
    handler.wfile.write(b'10\r\n{"DOI": ')


def bomb(size: int) -> bytes:
    """So many spaces, packed."""
    return gzip.compress(b" " * size, compresslevel=9)
