"""A server of the mail that says nothing; one that takes letters is in tests/servers.py."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass
class SilentServer:
    """Accepts connections and never says a word."""

    port: int
    stop: Callable[[], None]


@pytest.fixture
def silent_server(settings: Any) -> Iterator[SilentServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    settings.SMTP_TIMEOUT = 0.3
    yield SilentServer(port, listener.close)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for connection in taken:
        connection.close()
