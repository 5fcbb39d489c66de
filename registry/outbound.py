"""Going out to other sites: over https, to public addresses alone, and within a time.

A connection looks its host up itself and goes only to what it has checked, so that no name leads
into our own network. No cookies, no credentials, no proxy of the environment.
"""

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import requests
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Where networks that speak IPv6 alone put the addresses of IPv4 (RFC 6052)."""
LONGEST_LOOKUP = 10.0
"""Seconds that a name server may take, where the connection itself has no limit."""


def session(purpose: str, *, habit: str = "") -> requests.Session:
    """A session that says who asks, and for what; it follows no redirect to plain http."""
    new = requests.Session()
    new.trust_env = False
    contact = f"{settings.SITE_URL}/about/; mailto:{settings.CONTACT_EMAIL}"
    about = f"{habit}; {contact}" if habit else contact
    new.headers["User-Agent"] = f"{settings.SITE_NAME} {purpose} ({about})"
    new.headers["Accept"] = "*/*"
    new.mount("https://", PublicAdapter(max_retries=0))
    new.adapters.pop("http://")
    return new


def allow_loopback(to: requests.Session, base: str) -> None:
    """Let `to` reach a server of this machine, at the one address `base`, over plain http.

    For tests and trial runs; whatever the name stands for, only loopback is connected to.
    """
    to.mount(f"{base.rstrip('/')}/", LoopbackAdapter(max_retries=0))


# --- an end to everything, however slowly it drips -----------------------------------------------

TOO_LATE = "the time of this call is over"


class Bound:
    """The connections of one call, which are all shut when its time is over."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self.over = False
        self._lock = threading.Lock()

    def take(self, made: socket.socket) -> None:
        """Watch a connection. The copy leads to it also after TLS has taken `made` over."""
        with self._lock:
            if self.over:
                made.close()
                raise TimeoutError(TOO_LATE)
            self._open.append(made.dup())

    def shut(self) -> None:
        """End what is open, so that whoever reads from it wakes up."""
        with self._lock:
            self.over = True
            for one in self._open:
                with suppress(OSError):  # it has ended already
                    one.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        """Let go of the connections."""
        with self._lock:
            for one in self._open:
                one.close()
            self._open.clear()


_bound: ContextVar[Bound | None] = ContextVar("bound", default=None)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Whatever is connected inside ends after so many seconds; then it raises OSError.

    A limit for each read alone would let a server that sends a byte a second go on for ever.
    """
    bound = Bound()
    token = _bound.set(bound)
    timer = threading.Timer(max(0.0, seconds), bound.shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        bound.forget()
        _bound.reset(token)
    if bound.over:  # headers that end too early are taken for all that there are
        raise TimeoutError(TOO_LATE)


# --- connections to public addresses alone -------------------------------------------------------


def public_address(host: str, port: int, *, within: float = LONGEST_LOOKUP) -> str:
    """An address of `host` that everybody reaches; OSError if one of them is not public."""
    addresses = _addresses(host, port, within)
    for address in addresses:
        if not _is_public(address):
            raise OSError(f"{host} has an address that is not public")
    return addresses[0]


def loopback_address(host: str, port: int, *, within: float = LONGEST_LOOKUP) -> str:
    """An address of `host` on this machine; OSError if one of them is not."""
    addresses = _addresses(host, port, within)
    if not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        raise OSError(f"{host} is not this machine")
    return addresses[0]


def _addresses(host: str, port: int, within: float) -> list[str]:
    """What the name servers say, in their order. Their own time limit is far longer."""
    found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([str(place[4][0]).partition("%")[0] for place in places])
        except (OSError, UnicodeError) as error:
            found.put(OSError(f"{host} is not found: {type(error).__name__}"))

    threading.Thread(target=ask, daemon=True).start()
    try:
        said = found.get(timeout=within)
    except queue.Empty:
        raise TimeoutError(f"no name server says in time where {host} is") from None
    if isinstance(said, OSError):
        raise said
    return said


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if ip.version == 6 and ip in TRANSLATED:
        mapped = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return (mapped or ip).is_global and not ip.is_multicast


def _connect(connection: HTTPConnection, find: Any, default_port: int) -> socket.socket:
    """A socket to the address that `find` has checked, watched by the call's time."""
    port = connection.port or default_port
    limit = connection.timeout if isinstance(connection.timeout, int | float) else LONGEST_LOOKUP
    try:
        address = find(connection._dns_host, port, within=limit)
        made = urllib3.util.connection.create_connection(
            (address, port), connection.timeout, socket_options=connection.socket_options
        )
        if bound := _bound.get():
            bound.take(made)
        return made
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


class PublicConnection(HTTPSConnection):
    """A connection that looks its host up itself, and goes only to what it has checked."""

    def _new_conn(self) -> socket.socket:
        return _connect(self, public_address, 443)


class PublicPool(HTTPSConnectionPool):
    """A pool of such connections."""

    ConnectionCls = PublicConnection


class PublicAdapter(HTTPAdapter):
    """Makes every https request of a session over such connections."""

    def init_poolmanager(self, *args: Any, **words: Any) -> None:
        """Use the pool above."""
        super().init_poolmanager(*args, **words)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"https": PublicPool}


class LoopbackConnection(HTTPConnection):
    """A connection without TLS to this machine alone."""

    def _new_conn(self) -> socket.socket:
        return _connect(self, loopback_address, 80)


class LoopbackPool(HTTPConnectionPool):
    """A pool of such connections."""

    ConnectionCls = LoopbackConnection


class LoopbackAdapter(HTTPAdapter):
    """Makes the requests to one server of this machine."""

    def init_poolmanager(self, *args: Any, **words: Any) -> None:
        """Use the pool above."""
        super().init_poolmanager(*args, **words)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": LoopbackPool}
