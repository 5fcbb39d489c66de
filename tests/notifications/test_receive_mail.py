"""`manage.py receive_mail`, as a mail server runs it: a process with an exit code."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from notifications import incoming
from notifications.models import Incoming
from tests.mail_configuration import PIPED, PRESENT
from tests.mailserver import MailServer, program
from tests.notifications.processes import ROOT, command, database_url, environment
from tests.servers import free_port, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
TO = "reply+rabc@site.example"
MAIL = b"From: ada@uni.example\nTo: reply+rabc@site.example\nSubject: Re: x\n\nWe ran it.\n"


def test_a_mail_is_stored_as_it_came_and_a_second_time_changes_nothing() -> None:
    for _ in range(2):
        done = command("receive_mail", "--to", TO, "--from", "ada@uni.example", given=MAIL)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    stored = Incoming.objects.get()
    assert bytes(stored.raw) == b"Return-Path: <ada@uni.example>\n" + MAIL
    assert (stored.via, stored.sent_to, stored.sent_by) == ("pipe", TO, "ada@uni.example")
    assert stored.state == "waiting"


def test_the_same_mail_at_once_from_several_processes_is_one() -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: command("receive_mail", "--to", TO, given=MAIL), range(4)))
    assert [one.returncode for one in done] == [0] * 4
    assert Incoming.objects.count() == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("variables", "raw", "to", "by"),
    [
        # Postfix's local: RECIPIENT is what aliases made of it
        ({"SENDER": "ada@uni.example", "RECIPIENT": "registry@site.example",
          "ORIGINAL_RECIPIENT": TO}, MAIL, TO, "ada@uni.example"),
        ({"SENDER": "MAILER-DAEMON", "ORIGINAL_RECIPIENT": TO},
         b"From MAILER-DAEMON Mon Mar  2 09:30:00 2026\n" + MAIL, TO, "<>"),
        # Exim: nobody sent a failure notice
        ({"SENDER": "", "RECIPIENT": TO}, MAIL, TO, "<>"),
        # Dovecot's sieve
        ({"SENDER": "ada@uni.example", "RECIPIENT": "r@site.example", "ORIG_RECIPIENT": TO},
         MAIL, TO, "ada@uni.example"),
        # Postfix's pipe: no variables, but headers
        ({}, b"Return-Path: <ada@uni.example>\nX-Original-To: " + TO.encode() + b"\n" + MAIL,
         TO, "ada@uni.example"),
        # procmail: only the line of the mailbox file
        ({}, b"From ada@uni.example Mon Mar  2 09:30:00 2026\n" + MAIL, "", "ada@uni.example"),
        ({}, MAIL, "", ""),
    ],
)  # fmt: skip
def test_the_envelope_is_what_each_server_says(
    variables: dict[str, str], raw: bytes, to: str, by: str
) -> None:
    assert command("receive_mail", given=raw, env=environment(**variables)).returncode == 0
    stored = Incoming.objects.get()
    assert (stored.sent_to, stored.sent_by) == (to, by)
    kept = bytes(stored.raw)
    assert kept.endswith(MAIL)
    assert not kept.startswith(b"From ")
    path = b"Return-Path: <" + by.strip("<>").encode() + b">\n"
    assert kept.count(b"Return-Path:") == kept.count(path) == (1 if by else 0)


def test_no_bytes_are_refused() -> None:
    raw = b"Subject: \xff\x00\n\n" + bytes(range(256))
    assert command("receive_mail", given=raw).returncode == 0
    assert bytes(Incoming.objects.get().raw) == raw


def test_of_a_mail_that_is_too_large_the_beginning_is_kept_and_the_server_is_not_cut_off() -> None:
    raw = MAIL + b"x" * incoming.LARGEST
    assert command("receive_mail", given=raw).returncode == 0
    assert bytes(Incoming.objects.get().raw) == raw[: incoming.LARGEST]


@pytest.mark.long
@pytest.mark.parametrize("raw", [b"", b"\n\n", b"From ada@uni.example Mon Mar  2\n"])
def test_nothing_is_no_mail(raw: bytes) -> None:
    done = command("receive_mail", given=raw)
    assert (done.returncode, done.stdout) == (65, b"")
    assert done.stderr == b"receive_mail: there was no mail on standard input\n"
    assert not Incoming.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("arguments", [("--nonsense",), ("extra",), ("--to",)])
def test_wrong_use_is_said_on_one_line(arguments: tuple[str, ...]) -> None:
    done = command("receive_mail", *arguments, given=MAIL)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (64, b"", 1)


def _put_off(done: subprocess.CompletedProcess[bytes], name: str) -> None:
    """The server was told to try again, in one line that gives nothing away."""
    assert (done.returncode, done.stdout) == (75, b"")
    assert done.stderr.count(b"\n") == 1
    assert name.encode() in done.stderr
    assert b"postgres" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_database_that_is_away_puts_the_mail_off_and_the_log_says_why(tmp_path: Path) -> None:
    away = database_url(HOST="127.0.0.1", PORT=str(free_port()))
    log = tmp_path / "receive.log"
    env = environment(DATABASE_URL=away, RECEIVE_MAIL_LOG=str(log))
    _put_off(command("receive_mail", given=MAIL, env=env), "OperationalError")
    assert "Traceback" in log.read_text()
    assert "A mail could not be stored" in log.read_text()


def test_a_database_without_tables_puts_the_mail_off() -> None:
    env = environment(DATABASE_URL=database_url(NAME="postgres"))
    _put_off(command("receive_mail", given=MAIL, env=env), "ProgrammingError")


def test_settings_that_are_wrong_put_the_mail_off() -> None:
    env = environment(DEBUG="0")  # no secrets
    _put_off(command("receive_mail", given=MAIL, env=env), "ImproperlyConfigured")


def test_a_project_that_cannot_be_loaded_puts_the_mail_off() -> None:
    env = environment()
    program = [sys.executable, "-S", str(ROOT / "manage.py"), "receive_mail"]  # without libraries
    done = subprocess.run(program, input=MAIL, env=env, capture_output=True)
    _put_off(done, "ModuleNotFoundError")


def test_a_log_that_cannot_be_written_hinders_nothing(tmp_path: Path) -> None:
    for log in (tmp_path / "no/such/folder", Path("/dev/full")):
        env = environment(RECEIVE_MAIL_LOG=str(log))
        done = command("receive_mail", given=MAIL, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        away = database_url(HOST="127.0.0.1", PORT=str(free_port()))
        done = command("receive_mail", given=MAIL, env=env | {"DATABASE_URL": away})
        _put_off(done, "OperationalError")
    assert Incoming.objects.count() == 1


def test_a_real_mail_server_hands_mail_in_and_keeps_it_while_the_database_is_away(
    mail_server: MailServer,
) -> None:
    to = f"reply+RABC@{PIPED}"
    receive = [sys.executable, str(ROOT / "manage.py"), "receive_mail"]
    envelope = ["--from", "${sender}", "--to", "${original_recipient}"]
    away = environment(DATABASE_URL=database_url(HOST="127.0.0.1", PORT=str(free_port())))
    mail_server.receiver = program([*receive, *envelope], env=away)
    mail_server.reply(PRESENT, f"From: {PRESENT}\nTo: {to}\nSubject: Re: x\n\nHi\n".encode())
    wait_for(lambda: "not stored for now" in mail_server.log(), 10, "a first try")
    assert len(mail_server.queue()) == 1

    mail_server.receiver = program([*receive, *envelope], env=environment())
    mail_server.from_outside("", f"To: {to}\nSubject: Undelivered\n\nHi\n".encode())
    wait_for(lambda: not mail_server.queue(), 20, "the delivery of both")

    stored = Incoming.objects.order_by("sent_by")
    assert [(mail.sent_by, mail.sent_to) for mail in stored] == [("<>", to), (PRESENT, to)]
    assert mail_server.mailbox(PRESENT) == []  # nothing was sent back
