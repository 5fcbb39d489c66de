"""The site, served by threads of this process while a test drives browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from pytest_django.live_server_helper import LiveServer

from tests.servers import wait_for


@contextmanager
def live() -> Iterator[str]:
    """Its address. It begins under the settings of the test, and ends when all requests have: a
    page that closes may have one under way, whose locks would be in the way of emptying tables."""
    busy: set[int] = set()

    def begins(**_: object) -> None:
        busy.add(threading.get_ident())

    def ends(**_: object) -> None:
        busy.discard(threading.get_ident())

    request_started.connect(begins)
    request_finished.connect(ends)
    server = LiveServer("127.0.0.1")
    try:
        yield server.url
    finally:
        server.stop()
        wait_for(lambda: not busy, 10, "the end of all requests")
        request_started.disconnect(begins)
        request_finished.disconnect(ends)
