"""Connections out of the site: to public addresses alone, and never for longer than said."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import urllib3
from pytest_django import Settings

from registry import outbound


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "localhost",
    ],
)  # fmt: skip
def test_no_address_of_our_own_network_is_connected_to(address: str) -> None:
    with pytest.raises(OSError, match="not public"):
        outbound.public_address(address, 443)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are(address: str) -> None:
    assert outbound.public_address(address, 443) == address


@pytest.mark.parametrize("address", ["1.1.1.1", "10.0.0.1", "::ffff:10.0.0.1"])
def test_only_this_machine_is_loopback(address: str) -> None:
    with pytest.raises(OSError, match="not this machine"):
        outbound.loopback_address(address, 80)
    assert outbound.loopback_address("127.0.0.1", 80) == "127.0.0.1"


def test_a_silent_name_server_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = threading.Event()

    def sleep(*_: object, **__: object) -> list[object]:
        asleep.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", sleep)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="no name server"):
        outbound.public_address("arxiv.org", 443, within=0.1)
    asleep.set()
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("name", ["x" * 64 + ".example", ".", "a..b"])
def test_a_name_that_none_can_be_is_an_ordinary_error(name: str) -> None:
    with pytest.raises(OSError, match="not found"):
        outbound.public_address(name, 443)


@contextmanager
def listening(*, drips: bool) -> Iterator[int]:
    """A server that says nothing, or a byte of a header every tenth of a second."""
    ends = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            server.settimeout(30)
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                client.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while drips and not ends.wait(0.1):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        return
                ends.wait(60)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ends.set()
            thread.join()


@pytest.mark.parametrize("drips", [True, False])
def test_a_call_ends_when_its_time_is_over_even_among_its_headers(drips: bool) -> None:
    with listening(drips=drips) as port, outbound.session("test") as session:
        outbound.allow_loopback(session, f"http://127.0.0.1:{port}")
        start = time.monotonic()
        with (
            pytest.raises((requests.RequestException, urllib3.exceptions.HTTPError, OSError)),
            outbound.bounded(0.5),
        ):
            session.get(f"http://127.0.0.1:{port}/", timeout=30)
        assert 0.4 < time.monotonic() - start < 20


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl for a certificate")
@pytest.mark.parametrize("handshake", [True, False])
def test_the_same_holds_over_tls(
    handshake: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket is another object once TLS has taken it over, and is shut all the same."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setattr(outbound, "_is_public", lambda _: True)
    ends, said = threading.Event(), threading.Event()

    def serve() -> None:
        client, _ = server.accept()
        with client:
            if handshake:
                with context.wrap_socket(client, server_side=True) as secret:
                    secret.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                    said.set()
                    ends.wait(60)
            else:
                ends.wait(60)

    with socket.create_server(("127.0.0.1", 0)) as server, outbound.session("test") as session:
        thread = threading.Thread(target=serve)
        thread.start()
        session.verify = str(certificate)
        start = time.monotonic()
        with pytest.raises((requests.RequestException, OSError)), outbound.bounded(1):
            session.get(f"https://localhost:{server.getsockname()[1]}/", timeout=30)
        ends.set()
        thread.join()
        assert 0.9 < time.monotonic() - start < 20
        assert said.is_set() is handshake


def test_nothing_is_connected_after_the_time_is_over() -> None:
    with listening(drips=False) as port, outbound.session("test") as session:
        outbound.allow_loopback(session, f"http://127.0.0.1:{port}")
        with pytest.raises(TimeoutError), outbound.bounded(0.0):
            time.sleep(0.1)
            with pytest.raises(requests.RequestException):
                session.get(f"http://127.0.0.1:{port}/", timeout=30)
        socket.create_connection(("127.0.0.1", port)).close()  # so that the server ends


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "http://127.0.0.1:81/", "http://127.0.0.1:80@127.0.0.1:81/",
        "http://localhost:80/", "ftp://127.0.0.1:80/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_plain_http_goes_to_the_one_allowed_server_alone(url: str) -> None:
    with outbound.session("test") as session:
        outbound.allow_loopback(session, "http://127.0.0.1:80")
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get(url, timeout=1)


def test_a_session_says_who_asks_and_takes_nothing_from_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONTACT_EMAIL = "ask@registry.example"
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with outbound.session("metadata", habit="once a day") as session:
        asked = session.prepare_request(requests.Request("GET", "https://arxiv.org/"))
        assert session.merge_environment_settings(asked.url, {}, None, None, None)["proxies"] == {}
        agent = asked.headers["User-Agent"]
    assert agent.startswith("Unreproduced metadata (once a day; http")
    assert agent.endswith("/about/; mailto:ask@registry.example)")
