"""The tests' own servers do what other tests rely on."""

import smtplib

import pytest
import redis

from tests.servers import HANG_UP, SmtpServer


def _send(server: SmtpServer, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        return client.sendmail("registry@site.example", to, b"Subject: Hello\r\n\r\nWords\r\n")


def test_a_letter_is_kept_with_its_recipients(smtp_server: SmtpServer) -> None:
    assert _send(smtp_server, "a@site.example", "b@site.example") == {}

    assert [mail["Subject"] for mail in smtp_server.to("b@site.example")] == ["Hello"]
    assert smtp_server.to("c@site.example") == []
    assert smtp_server.connections == 1


def test_one_recipient_is_refused_and_the_other_gets_the_letter(smtp_server: SmtpServer) -> None:
    smtp_server.script("RCPT", "a@site.example", "550 5.1.1 no such user")

    refused = _send(smtp_server, "a@site.example", "b@site.example")

    assert refused == {"a@site.example": (550, b"5.1.1 no such user")}
    assert smtp_server.recipients == [["b@site.example"]]


def test_a_script_ends_after_its_times(smtp_server: SmtpServer) -> None:
    smtp_server.script("DATA", reply="451 4.3.0 try again", times=1)

    with pytest.raises(smtplib.SMTPDataError):
        _send(smtp_server, "a@site.example")
    _send(smtp_server, "a@site.example")

    assert len(smtp_server.raw) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_the_server_hangs_up_at_each_step(smtp_server: SmtpServer, step: str) -> None:
    smtp_server.script(step, reply=HANG_UP)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(smtp_server, "a@site.example")

    assert smtp_server.raw == []


@pytest.mark.servers
def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping() is True
