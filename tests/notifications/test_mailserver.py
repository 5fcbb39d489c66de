"""The real mail server of the tests does what other tests rely on."""

import imaplib
import os
import signal
import smtplib
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
import psutil
import pytest
from django.conf import settings as conf
from pytest_django import Settings

from notifications.transport import NotSent, Transport
from tests.mail_configuration import (
    AUTHORS,
    AUTHSERV_ID,
    AWAY,
    COLLEAGUE,
    DEAF,
    FULL,
    NOBODY,
    PIPED,
    POLITE,
    PRESENT,
    REGISTRY,
)
from tests.mailserver import MailServer, program
from tests.servers import wait_for

RETURN_PATH = "bounce+abc234@unreproduced.example"
REPLY_TO = "reply+abc234@unreproduced.example"
PASS = f"{AUTHSERV_ID}; dmarc=pass header.from={AUTHORS}"
_numbers = count(1)


def _mail(sender: str, to: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Your results"
    mail["Message-ID"] = f"<{next(_numbers)}@test.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("We ran your code.\n")
    return mail.as_bytes()


def _send(to: str) -> str:
    """A letter as the site sends it, by the settings; its Message-ID."""
    raw = _mail(REGISTRY, to, Auto_Submitted="auto-generated", Reply_To=REPLY_TO)
    with Transport() as transport:
        transport.open()
        transport.send(sender=RETURN_PATH, recipient=to, raw=raw)
    return f"<{next(_numbers) - 1}@test.example>"


def _report(notice: EmailMessage) -> EmailMessage:
    """The fields about the recipient of a delivery status notification."""
    assert notice.get_content_type() == "multipart/report"
    assert notice.get_param("report-type") == "delivery-status"
    assert notice["Return-Path"] == "<>"
    _, status, _ = notice.iter_parts()
    assert status.get_content_type() == "message/delivery-status"
    _, recipient = status.get_payload()
    return recipient


# --- the site's letters -----------------------------------------------------------------------
def test_a_letter_arrives(mail_server: MailServer) -> None:
    message_id = _send(PRESENT)

    (letter,) = mail_server.wait_for_mail(PRESENT)
    assert letter["Message-ID"] == message_id
    assert letter["Return-Path"] == f"<{RETURN_PATH}>"
    assert letter["Delivered-To"] == PRESENT
    assert mail_server.mailbox() == []


def test_a_letter_arrives_through_starttls_and_a_login(
    mail_server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))
    settings.SMTP = environ.Env.email_url_config(mail_server.smtp_tls_url)

    message_id = _send(PRESENT)

    (letter,) = mail_server.wait_for_mail(PRESENT)
    assert letter["Message-ID"] == message_id
    assert "with ESMTPSA" in letter.get_all("Received")[-1]


@pytest.mark.parametrize(("to", "code"), [(NOBODY, "5.1.1"), (FULL, "5.2.2")])
def test_a_letter_that_cannot_be_delivered_comes_back(
    mail_server: MailServer, to: str, code: str
) -> None:
    message_id = _send(to)

    (notice,) = mail_server.wait_for_mail()
    report = _report(notice)
    assert (report["Action"], report["Status"]) == ("failed", code)
    assert report["Final-Recipient"] == f"rfc822; {to}"
    # Postfix knows the mailbox by another name, so only this holds the letter's token.
    assert notice["X-Original-To"] == RETURN_PATH
    assert notice["Delivered-To"] == REGISTRY
    *_, returned = notice.iter_parts()
    assert returned.get_content()["Message-ID"] == message_id


def test_a_letter_to_any_other_domain_is_refused(mail_server: MailServer) -> None:
    with pytest.raises(NotSent, match=r"5\.4\.4 .* nothing leaves this machine"):
        _send("author@elsewhere.example")


def test_a_letter_to_a_host_that_does_not_answer_draws_a_notice_and_waits(
    mail_server: MailServer,
) -> None:
    _send(f"author@{DEAF}")

    (notice,) = mail_server.wait_for_mail()
    report = _report(notice)
    assert (report["Action"], report["Status"]) == ("delayed", "4.4.1")
    assert len(mail_server.queue()) == 1


def test_who_is_away_sends_one_reply_to_the_return_path(mail_server: MailServer) -> None:
    message_id = _send(AWAY)
    mail_server.wait_for_mail()
    _send(AWAY)
    mail_server.wait_for_mail(AWAY, 2)
    wait_for(lambda: not mail_server.queue(), 5, "the end of all deliveries")

    (reply,) = mail_server.wait_for_mail()
    assert reply["X-Original-To"] == RETURN_PATH
    assert reply["Return-Path"] == "<>"
    assert reply["Auto-Submitted"] == "auto-replied (vacation)"
    assert reply["In-Reply-To"] == message_id
    assert reply["Authentication-Results"] == PASS


def test_a_polite_responder_leaves_the_letters_of_programs_alone(mail_server: MailServer) -> None:
    _send(POLITE)
    mail_server.wait_for_mail(POLITE)
    wait_for(lambda: not mail_server.queue(), 5, "the end of all deliveries")
    assert mail_server.mailbox() == []

    mail_server.reply(COLLEAGUE, _mail(COLLEAGUE, POLITE))

    (reply,) = mail_server.wait_for_mail(COLLEAGUE)
    assert reply["From"] == POLITE


# --- the authors' mail ------------------------------------------------------------------------
@pytest.mark.parametrize("to", [REPLY_TO, REPLY_TO.upper()])
def test_the_reply_of_an_author_is_vouched_for(mail_server: MailServer, to: str) -> None:
    forged = f"{AUTHSERV_ID}; dmarc=pass header.from=elsewhere.example"

    mail_server.reply(PRESENT, _mail(f"Ü. Author <{PRESENT}>", to, Authentication_Results=forged))

    (reply,) = mail_server.wait_for_mail()
    assert reply["Delivered-To"] == to
    assert reply["Return-Path"] == f"<{PRESENT}>"
    assert reply.get_all("Authentication-Results") == [PASS]


def test_an_author_cannot_write_as_somebody_else(mail_server: MailServer) -> None:
    with pytest.raises(smtplib.SMTPDataError, match="From must name an address of yours"):
        mail_server.reply(PRESENT, _mail("author@elsewhere.example", REPLY_TO))


@pytest.mark.parametrize(
    "forged",
    [
        f"{AUTHSERV_ID}; dmarc=pass header.from={AUTHORS}",
        f"{AUTHSERV_ID.upper()} 1; dmarc=pass header.from={AUTHORS}",
        f"(to be sure) {AUTHSERV_ID}; dmarc=pass header.from={AUTHORS}",
    ],
)
def test_nobody_else_can_vouch_for_a_sender_in_our_name(
    mail_server: MailServer, forged: str
) -> None:
    theirs = "mx.elsewhere.example; dmarc=pass header.from=elsewhere.example"
    raw = _mail(PRESENT, REPLY_TO, Authentication_Results=forged)
    raw = f"Authentication-Results: {theirs}\n".encode() + raw

    mail_server.from_outside(PRESENT, raw)

    (mail,) = mail_server.wait_for_mail()
    assert mail.get_all("Authentication-Results") == [
        f"{AUTHSERV_ID}; dmarc=fail header.from={AUTHORS}",
        theirs,
    ]


def test_a_notice_from_outside_has_no_sender_and_nobody_vouches_for_it(
    mail_server: MailServer,
) -> None:
    mail_server.from_outside("", _mail("mailer-daemon@elsewhere.example", RETURN_PATH.upper()))

    (notice,) = mail_server.wait_for_mail()
    assert notice["X-Original-To"] == RETURN_PATH.upper()
    assert notice["Return-Path"] == "<>"
    assert notice["Authentication-Results"] is None


def test_a_message_can_be_written_into_the_mailbox(mail_server: MailServer) -> None:
    raw = _mail(PRESENT, REPLY_TO).replace(b"\n", b"\r\n")

    mail_server.put(raw)

    assert mail_server.mailbox() == [raw]


def test_the_mailbox_is_read_over_tls(mail_server: MailServer) -> None:
    raw = _mail(PRESENT, REPLY_TO).replace(b"\n", b"\r\n")
    mail_server.put(raw)
    url = urlsplit(mail_server.imaps_url)
    trusted = ssl.create_default_context(cafile=mail_server.certificate)

    with imaplib.IMAP4_SSL(url.hostname, url.port, ssl_context=trusted) as client:
        client.login(unquote(url.username), url.password)
        client.select("INBOX")
        _, found = client.fetch("1", "(BODY.PEEK[])")

    assert url.scheme == "imaps"
    assert found[0][1] == raw


# --- mail for a command -----------------------------------------------------------------------
def test_a_command_that_fails_for_now_gets_the_mail_again(
    mail_server: MailServer, tmp_path: Path
) -> None:
    to = f"Reply+ABC234@{PIPED}"
    script = tmp_path / "receive"
    script.write_text(
        "#!/bin/sh\n"
        '{ echo "$1 $2"; cat; } >"$FOLDER/mail.$$"\n'
        '[ -e "$FOLDER/up" ] || { echo Later; exit 75; }\n'
    )
    mail_server.receiver = program(
        ["sh", script, "${sender}", "${original_recipient}"], env={"FOLDER": str(tmp_path)}
    )

    mail_server.reply(PRESENT, _mail(PRESENT, to))
    wait_for(lambda: list(tmp_path.glob("mail.*")), 5, "the first try")
    wait_for(lambda: "Command output: Later" in mail_server.log(), 5, "a line in the log")
    assert len(mail_server.queue()) == 1
    (tmp_path / "up").touch()
    wait_for(lambda: not mail_server.queue(), 5, "the delivery")

    first, *_, last = [file.read_text() for file in tmp_path.glob("mail.*")]
    assert first == last
    assert last.startswith(f"{PRESENT} {to}\n")
    for line in (f"Return-Path: <{PRESENT}>", f"X-Original-To: {to}", f"Delivered-To: {to}"):
        assert line in last.splitlines()
    assert f"Authentication-Results: {PASS}" in last.splitlines()
    assert mail_server.mailbox(PRESENT) == []


def test_a_notice_to_a_command_has_no_sender(mail_server: MailServer) -> None:
    got: list[tuple[str, str]] = []
    to = f"bounce+abc234@{PIPED}"

    def receive(raw: bytes, sender: str, recipient: str) -> tuple[int, bytes]:
        got.append((sender, recipient))
        assert b"Return-Path: <>" in raw
        return 0, b""

    mail_server.receiver = receive

    mail_server.from_outside("", _mail("mailer-daemon@elsewhere.example", to))
    wait_for(lambda: got and not mail_server.queue(), 5, "the delivery")

    assert got == [("", to)]


def test_a_mail_that_the_command_refuses_goes_back_to_its_sender(mail_server: MailServer) -> None:
    mail_server.receiver = lambda raw, sender, recipient: (67, b"Unknown!")

    mail_server.reply(PRESENT, _mail(PRESENT, f"reply+wrong@{PIPED}"))

    (notice,) = mail_server.wait_for_mail(PRESENT)
    assert _report(notice)["Status"] == "5.1.1"
    assert "Unknown!" in next(notice.iter_parts()).get_content()


# --- the processes ----------------------------------------------------------------------------
def _running(groups: Collection[int]) -> dict[int, str]:
    """The processes of these groups that have not ended, and their names."""
    found = {}
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if os.getpgid(process.pid) in groups and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = process.name()
    return found


def test_all_of_it_is_on_loopback(mail_server: MailServer) -> None:
    running = _running(mail_server.groups)
    sockets = {
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.net_connections()
        if connection.pid in running and connection.status == psutil.CONN_LISTEN
    }

    ports = asdict(mail_server.ports)
    served = {ports[name] for name in ports if name not in ("pipe", "deaf")}
    assert sockets == {("127.0.0.1", port) for port in served}


SERVE = """
import sys, time
from pathlib import Path
from tests.mailserver import mail_server
with mail_server(Path(sys.argv[1])) as server:
    server.mailbox()
    print(*server.groups, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", ["it ends", "it is killed"])
def test_nothing_is_left_running(postfix_and_dovecot: MailServer, how: str) -> None:
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        Path(folder).chmod(0o711)
        with subprocess.Popen(
            [sys.executable, "-c", SERVE, folder],
            cwd=conf.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as owner:  # fmt: skip
            assert owner.stdout is not None
            groups = {int(number) for number in owner.stdout.readline().split()}
            names = set(_running(groups).values())
            if how == "it is killed":
                owner.kill()
        wait_for(lambda: not _running(groups), 2, "the end of all")

    assert {"master", "qmgr", "smtpd", "dovecot", "auth"} <= names
    assert owner.returncode == (-signal.SIGKILL if how == "it is killed" else 0)
