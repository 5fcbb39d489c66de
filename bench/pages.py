"""How many pages a second gunicorn serves: made anew, beside a plain view of the same rows; from
memory (registry/page_cache.py), beside a view that answers with a constant.

    ARGS=pages make bench

Two sync workers, one connection a request; the pages take turns, so that whatever
else the machine does meets all of them.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg2

ROUNDS, SECONDS, CLIENTS = 5, 4, 8
READ = 20
"""Papers whose pages are read from memory: what many people read."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> bytes:
    """The whole answer, status line and headers included."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


@contextmanager
def site(**more: str) -> Iterator[int]:
    """The port of the project under gunicorn, as in the image; `more` is its environment."""
    port = free_port()
    with tempfile.TemporaryDirectory() as static:
        env = os.environ | {"SITE_URL": f"http://127.0.0.1:{port}", "STATIC_ROOT": static, **more}
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(manage, env=env, check=True)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "bench.wsgi:application", "--workers", "2",
             "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket"],
            env=env,
        )  # fmt: skip
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(150):
        try:
            get(port, "/healthz")
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


def per_second(port: int, paths: list[str]) -> float:
    """Answers a second to `CLIENTS` clients that ask for `paths` in turn."""
    until = time.monotonic() + SECONDS

    def client(number: int) -> int:
        done = 0
        while time.monotonic() < until:
            answer = get(port, paths[(number + done * CLIENTS) % len(paths)])
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(answer[:300].decode(errors="replace"))
            done += 1
        return done

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        total = sum(pool.map(client, range(CLIENTS)))
    return total / (time.monotonic() - began)


def paper_paths() -> list[str]:
    """Pages of papers on the list, which have a public report."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT paper.id, replace(lower(title), ' ', '-') FROM registry_paper paper"
            " WHERE listed_at IS NOT NULL ORDER BY hashint8(paper.id) LIMIT 200"
        )
        return [f"/papers/{number}/{slug[:60].strip('-')}/" for number, slug in cursor]


def measure(port: int, pages: dict[str, list[str]], what: str) -> None:
    """Print pages a second, and the ratios to the first of `pages`, which is `what`."""
    sizes = {name: len(get(port, paths[0])) for name, paths in pages.items()}
    rounds: dict[str, list[float]] = {name: [] for name in pages}
    for paths in pages.values():
        per_second(port, paths)  # warm
    for _ in range(ROUNDS):
        for name, paths in pages.items():
            rounds[name].append(per_second(port, paths))
    first = statistics.median(next(iter(rounds.values())))
    for name, measured in rounds.items():
        middle = statistics.median(measured)
        print(
            f"{name:8} {middle:7.0f} pages/s  ({min(measured):.0f} to {max(measured):.0f}),"
            f" {sizes[name]:6,} bytes, {middle / first:.2f} of the {what}"
        )


def main() -> None:
    """Print pages a second and the ratios."""
    papers = paper_paths()
    with site(PAGE_CACHE_BYTES="0") as port:
        papers = [_followed(port, path) for path in papers]
        measure(port, {"plain": ["/plain/"], "list": ["/"], "paper": papers}, "plain view")
    with site() as port:
        pages = {"constant": ["/constant/"], "list": ["/"], "paper": papers[:READ]}
        measure(port, pages, "constant, both from memory")


def _followed(port: int, path: str) -> str:
    """The page's own address, if `path` is not as its readable part is made up."""
    for line in get(port, path).decode().split("\r\n\r\n")[0].split("\r\n"):
        if line.lower().startswith("location: "):
            return line[10:]
    return path


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    main()
