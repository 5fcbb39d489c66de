"""Talking SMTP to a real server, and what its failures mean."""

import shutil
import smtplib
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from notifications.transport import Accepted, NotSent, Transport, accepted, classified
from tests.notifications.conftest import SilentServer
from tests.servers import HANG_UP, SmtpServer, free_port
from tests.servers import smtp_server as smtp

RAW = b"Subject: hello\r\nMessage-ID: <1@site.example>\r\n\r\nBody\r\n"


def send(transport: Transport, to: str = "ada@uni.example") -> Accepted:
    transport.open()
    return transport.send(sender="registry@site.example", recipient=to, raw=RAW)


def test_one_connection_carries_many_mails(smtp_server: SmtpServer) -> None:
    with Transport() as transport:
        for _ in range(5):
            send(transport)
    assert len(smtp_server.raw) == 5
    assert smtp_server.connections == 1


def test_a_domain_in_another_script_goes_out_in_ascii(smtp_server: SmtpServer) -> None:
    with Transport() as transport:
        send(transport, "ada@münchen.example")
    assert smtp_server.addressed == ["ada@xn--mnchen-3ya.example"]


@pytest.mark.parametrize(
    ("reply", "bad"),
    [
        ("550 5.1.1 no such user", True),
        ("550 5.1.10 recipient domain accepts no mail", True),
        ("553 5.1.3 bad syntax", True),
        ("551 5.1.6 moved", True),
        ("550 5.1.2 no such domain", True),
        ("550 unknown user", True),
        ("551 user not local", True),
        ("553 mailbox name not allowed", True),
        ("550 5.1.0 rejected", False),
        ("552 5.2.2 mailbox full", False),
        ("552 mailbox full", False),
        ("550 5.2.1 receiving too fast", False),
        ("550 5.4.4 unable to route", False),
        ("550 5.7.1 blocked by policy", False),
        ("554 5.7.1 relay access denied", False),
        ("554 no", False),
        ("450 4.1.1 try later", False),
        ("451 greylisted", False),
        ("452 4.2.2 mailbox full", False),
        ("421 4.3.2 shutting down", False),
    ],
)
def test_only_a_refusal_that_names_the_address_makes_it_bad(
    smtp_server: SmtpServer, reply: str, bad: bool
) -> None:
    smtp_server.script("RCPT", reply=reply)
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert caught.value.address_is_bad is bad
    assert caught.value.no_server is False
    assert str(caught.value).startswith("the recipient was refused: " + reply[:3])
    assert smtp_server.raw == []


@pytest.mark.parametrize(
    ("reply", "bad"),
    [
        ("550 5.1.1 no such user", True),
        ("550 no", False),
        ("554 Invalid Subject header", False),
        ("554 5.7.1 spam", False),
        ("451 4.3.0 later", False),
        ("552 5.2.2 full", False),
    ],
)
def test_a_refusal_of_the_content_is_tried_again_unless_it_names_the_address(
    smtp_server: SmtpServer, reply: str, bad: bool
) -> None:
    smtp_server.script("DATA", reply=reply)
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert caught.value.address_is_bad is bad


def test_a_refused_recipient_does_not_spoil_the_connection(smtp_server: SmtpServer) -> None:
    smtp_server.script("RCPT", "bad@uni.example", "550 5.1.1 no")
    with Transport() as transport:
        with pytest.raises(NotSent):
            send(transport, "bad@uni.example")
        send(transport, "good@uni.example")
    assert smtp_server.addressed == ["good@uni.example"]
    assert smtp_server.connections == 1


def test_a_connection_that_was_dropped_in_mid_message_is_opened_anew(
    smtp_server: SmtpServer,
) -> None:
    smtp_server.script("DATA", reply=HANG_UP, times=1)
    with Transport() as transport:
        with pytest.raises(NotSent) as caught:
            send(transport)
        assert (caught.value.address_is_bad, caught.value.dropped) == (False, True)
        send(transport)
    assert len(smtp_server.raw) == 1
    assert smtp_server.connections == 2


def test_a_server_that_hung_up_between_two_mails_costs_no_mail(smtp_server: SmtpServer) -> None:
    with Transport() as transport:
        send(transport)
        connection = transport._backend.connection
        assert connection is not None
        assert connection.sock is not None
        connection.sock.close()
        send(transport)
    assert len(smtp_server.raw) == 2


def test_nobody_listening_means_no_server(settings) -> None:
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": free_port()}
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert (caught.value.no_server, caught.value.address_is_bad) == (True, False)


def test_a_server_that_never_answers_is_given_up_after_the_timeout(
    silent_server: SilentServer,
) -> None:
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert caught.value.no_server is True


def test_our_own_wrong_password_is_nobodys_bad_address() -> None:
    found = classified(smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"), opening=True)
    assert (found.no_server, found.address_is_bad) == (True, False)


def test_a_refused_sender_says_nothing_of_the_recipient() -> None:
    found = classified(smtplib.SMTPSenderRefused(550, b"5.1.1 unknown", "us@site.example"))
    assert (found.no_server, found.address_is_bad) == (False, False)


def test_the_servers_words_are_kept_without_links_addresses_and_tokens() -> None:
    token = "k3Jx_" + "a" * 40
    words = f"5.7.1 link https://site.example/answer/{token}/ to ada@uni.example {token} refused"
    found = classified(smtplib.SMTPDataError(554, words.encode()))
    assert str(found) == "the server refused: 554 5.7.1 link … to … … refused"
    assert found.without_text == "the server refused: 554 5.7.1"


def test_an_address_of_mail_that_is_no_smtp_server_is_said(settings) -> None:
    settings.SMTP = {"EMAIL_HOST": None}
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL names no SMTP server"):
        Transport()


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"EMAIL_USE_TLS": True}, "the server cannot be used (SMTPNotSupportedError)"),
        ({"EMAIL_USE_SSL": True}, "no safe connection to the server"),
        (
            {"EMAIL_HOST_USER": "us", "EMAIL_HOST_PASSWORD": "secret"},
            "the server cannot be used (SMTPNotSupportedError)",
        ),
        ({"EMAIL_HOST": "no.such.host.invalid"}, "the server cannot be used (gaierror)"),
    ],
)
def test_a_server_that_does_not_do_what_is_set_means_no_server(
    smtp_server: SmtpServer, settings, keys: dict[str, object], reason: str
) -> None:
    settings.SMTP = {**settings.SMTP, **keys}
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert (str(caught.value), caught.value.no_server) == (reason, True)
    assert "secret" not in str(caught.value)


def test_a_recipient_that_is_no_address_is_a_bad_one(smtp_server: SmtpServer) -> None:
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport, "a b@uni.example")
    assert caught.value.address_is_bad is True


def test_letters_beyond_ascii_are_sent_to_a_server_that_takes_them(smtp_server: SmtpServer) -> None:
    with Transport() as transport:
        send(transport, "näme@münchen.example")
        send(transport, "ada@uni.example")
    assert smtp_server.addressed == ["näme@xn--mnchen-3ya.example", "ada@uni.example"]
    assert smtp_server.options == [["SMTPUTF8", "BODY=8BITMIME"], []]


def test_a_server_that_takes_no_such_letters_is_no_reason_to_call_the_address_bad() -> None:
    with (
        smtp(utf8=False) as server,
        override_settings(SMTP=server.settings, SMTP_TIMEOUT=5),
        Transport() as transport,
    ):
        with pytest.raises(NotSent) as caught:
            send(transport, "näme@uni.example")
        assert (caught.value.final, caught.value.address_is_bad) == (True, False)
        send(transport)
    assert server.addressed == ["ada@uni.example"]


def test_a_server_on_the_way_that_takes_no_such_letters_is_final_too(
    smtp_server: SmtpServer,
) -> None:
    for step in ("RCPT", "DATA"):
        smtp_server.script(step, reply="553 5.6.7 Address needs SMTPUTF8", times=1)
        with Transport() as transport, pytest.raises(NotSent) as caught:
            send(transport, "näme@uni.example")
        assert (caught.value.final, caught.value.address_is_bad) == (True, False)


def test_what_the_server_said_when_it_took_the_mail_is_told(smtp_server: SmtpServer) -> None:
    with Transport() as transport:
        assert send(transport) == Accepted("127.0.0.1", "250 2.0.0 taken")
        smtp_server.script("DATA", reply="250 2.0.0 Ok: queued as 4XKz2J1s")
        assert send(transport) == Accepted(
            "127.0.0.1", "250 2.0.0 Ok: queued as 4XKz2J1s", "4XKz2J1s"
        )


SES = "0102018d1f2e3a4b-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d-000000"


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("2.0.0 Ok: queued as 4XKz2J1s0Wz9rx", "4XKz2J1s0Wz9rx"),
        ("Ok: queued as GyM-ttQpRDe9wIuoF3e7wZ", "GyM-ttQpRDe9wIuoF3e7wZ"),
        (f"Ok {SES}", SES),
        ("OK id=1tJ5pX-0000000AbCd-1aBc", "1tJ5pX-0000000AbCd-1aBc"),
        ("2.0.0 48N9xQ1c012345 Message accepted for delivery", "48N9xQ1c012345"),
        (
            "2.6.0 <VI1PR05MB4567AABBCC@VI1PR05MB4567.eurprd05.prod.outlook.com>"
            " [InternalId=123456789] Queued mail for delivery",
            "VI1PR05MB4567AABBCC@VI1PR05MB4567.eurprd05.prod.outlook.com",
        ),
        (
            "2.0.0 OK  1737000000 ffacd0b85a97d-38a8e4b81e4si1234567f8f.123 - gsmtp",
            "ffacd0b85a97d-38a8e4b81e4si1234567f8f.123",
        ),
        ("Message Queued (B1C9A2E4-5D7F-4A33-9D55-3F1E2A7B0C11.1)",
         "B1C9A2E4-5D7F-4A33-9D55-3F1E2A7B0C11.1"),
        ("ok 1737000000 qp 12345", ""),
        ("2.0.0 taken", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_id_under_which_a_server_keeps_a_mail_is_found(words: str, own: str) -> None:
    found = accepted("mx.example", 250, words)
    assert found.id == own
    assert found.said == " ".join(f"250 {words}".split())


def test_what_a_server_says_with_its_id_is_kept_without_secrets() -> None:
    token = "k3Jx_" + "a" * 40
    words = f"queued as 4XKz2J1s for ada@uni.example {token} https://site.example/answer/{token}/"
    found = accepted("mx.example", 250, words + " word" * 100)
    assert found.id == "4XKz2J1s"
    assert found.said.startswith("250 queued as 4XKz2J1s for … … … word")
    assert len(found.said) <= 300


def test_a_refusal_at_data_leaves_the_connection_ready_for_the_next_mail(
    smtp_server: SmtpServer,
) -> None:
    smtp_server.script("DATA", "bad@uni.example", "554 5.7.1 no")
    smtp_server.script("MAIL", "registry@site.example", "451 4.3.0 later", times=1)
    with Transport() as transport:
        for to in ("ada@uni.example", "bad@uni.example"):
            with pytest.raises(NotSent):
                send(transport, to)
        send(transport, "good@uni.example")
    assert smtp_server.addressed == ["good@uni.example"]
    assert smtp_server.connections == 1


@pytest.mark.parametrize("ends", ["mails_a_connection", "hangs_up_after"])
def test_a_server_that_takes_two_mails_a_connection_gets_all_over_several(
    smtp_server: SmtpServer, ends: str
) -> None:
    setattr(smtp_server, ends, 2)
    with Transport() as transport:
        for number in range(5):
            to = f"person{number}@uni.example"
            try:
                send(transport, to)
            except NotSent as again:
                assert again.wants_another_connection
                send(transport, to)
            time.sleep(0.05)  # until it has hung up
    assert smtp_server.addressed == [f"person{number}@uni.example" for number in range(5)]
    assert smtp_server.connections == 3


def test_a_server_that_takes_no_mail_at_all_is_not_asked_again_at_once(
    smtp_server: SmtpServer,
) -> None:
    smtp_server.mails_a_connection = 0
    with Transport() as transport, pytest.raises(NotSent) as caught:
        send(transport)
    assert (caught.value.dropped, caught.value.wants_another_connection) == (True, False)


def test_a_connection_that_was_idle_is_asked_whether_it_stands(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    monkeypatch.setattr("notifications.transport.IDLE", 0)
    with Transport() as transport:
        send(transport)
        send(transport)
    assert smtp_server.connections == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: Any) -> Path:
    """Of 127.0.0.1, signed by itself; its key stands beside it."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl, which makes a certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *(program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=mail"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return Path(folder / "cert.pem")


@contextmanager
def with_tls(certificate: Path, *, password: str) -> Iterator[SmtpServer]:
    """A server that takes mail over TLS from who knows the password; the settings lead there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with smtp(tls=context, password="right") as server:
        where = {
            **server.settings, "EMAIL_USE_TLS": True, "EMAIL_HOST_USER": "us",
            "EMAIL_HOST_PASSWORD": password,
        }  # fmt: skip
        with override_settings(SMTP=where, SMTP_TIMEOUT=5):
            yield server


def test_mail_goes_by_starttls_and_login_to_a_server_whose_certificate_is_trusted(
    certificate: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with with_tls(certificate, password="right") as server:
        with Transport() as transport:
            for _ in range(3):
                send(transport)
        assert (len(server.raw), server.connections, server.signed_in) == (3, 1, [b"us"])


def test_nothing_is_told_to_a_server_whose_certificate_nobody_trusts(certificate: Path) -> None:
    with with_tls(certificate, password="right") as server:
        with Transport() as transport, pytest.raises(NotSent) as caught:
            send(transport)
        assert (str(caught.value), caught.value.no_server) == (
            "no safe connection to the server", True
        )  # fmt: skip
        assert (server.raw, server.signed_in) == ([], [])


def test_a_wrong_password_is_no_server_and_not_repeated(
    certificate: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with with_tls(certificate, password="wrong") as server:
        with Transport() as transport, pytest.raises(NotSent) as caught:
            send(transport)
        assert str(caught.value).startswith("the server refused our sign-in: 535")
        assert (caught.value.no_server, server.raw) == (True, [])
        assert "wrong" not in str(caught.value)
