"""Reading the mailbox, from a real Dovecot: every message is stored once, whatever dies."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as conf
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.celery import schedule
from notifications import imap, incoming, mailbox, reply_address, tasks
from notifications.models import Incoming, Mailbox
from notifications.reading import process_waiting
from notifications.reply_address import Purpose
from reports.models import Probe
from tests.mail_configuration import PRESENT, REGISTRY, home
from tests.mailserver import MailServer
from tests.notifications.builders import Clock
from tests.notifications.processes import ROOT, environment
from tests.servers import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
_numbers = count(1)


def _mail(words: str = "We ran it.") -> bytes:
    number = next(_numbers)
    return f"From: ada@uni.example\r\nSubject: {number}\r\n\r\n{words}\r\n".encode()


@pytest.fixture
def server(mail_server: MailServer, settings: Settings) -> MailServer:
    """An empty mailbox that the settings name."""
    settings.IMAP_URL = mail_server.imap_url
    settings.IMAP_TIMEOUT = 10
    return mail_server


def _read(clock: Clock | None = None, **more: int) -> int:
    return mailbox.read(clock=clock or timezone.now, **more)


def _raw() -> list[bytes]:
    return [bytes(row.raw) for row in Incoming.objects.order_by("pk")]


def _box() -> Mailbox:
    return Mailbox.objects.get()


def _flags(server: MailServer) -> list[set[str]]:
    """Of each message in the inbox, in order."""
    with server.imap() as client:
        _, found = client.uid("FETCH", "1:*", "(FLAGS)")
    lines = [line.decode() for line in found if line]
    return [{w for w in (r"\Seen", r"\Flagged") if w in line} for line in lines]


# --- what is stored ---------------------------------------------------------------------------
def test_a_message_is_stored_as_it_is_and_marked_as_read(server: MailServer) -> None:
    raw = b"Subject: \xff\r\n\r\n" + bytes(range(14, 256)) + b"\r\n.\r\n"
    server.put(raw)
    before = timezone.now()
    assert _read() == 1
    stored = Incoming.objects.get()
    assert (bytes(stored.raw), stored.via, stored.state) == (raw, "imap", "waiting")
    assert _flags(server) == [{r"\Seen"}]
    box = _box()
    assert box.read_at is not None and before <= box.read_at <= timezone.now()
    assert (box.leftovers, box.error) == (0, "")
    assert _read() == 0
    assert Incoming.objects.count() == 1


def test_messages_are_stored_in_the_order_in_which_they_came(server: MailServer) -> None:
    mails = [_mail() for _ in range(5)]
    for raw in mails:
        server.put(raw)
    assert _read() == 5
    assert _raw() == mails


@pytest.mark.parametrize("name", ["reply+rabc", "bounce+babc"])
def test_the_envelope_is_what_the_mail_server_wrote_on_top(server: MailServer, name: str) -> None:
    to = f"{name}@unreproduced.example"
    server.reply(PRESENT, f"From: {PRESENT}\nTo: {to}\nSubject: Re: x\n\nHi\n".encode())
    server.wait_for_mail()
    assert _read() == 1
    stored = Incoming.objects.get()
    assert (stored.sent_to, stored.sent_by) == (to, PRESENT)


def test_a_notice_that_nobody_sent_says_so(server: MailServer) -> None:
    server.from_outside("", b"To: bounce+babc@unreproduced.example\nSubject: Undelivered\n\nHi\n")
    server.wait_for_mail()
    assert _read() == 1
    assert Incoming.objects.get().sent_by == "<>"


def test_of_a_message_that_is_too_large_the_beginning_is_kept(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "LARGEST", 1000)
    raw = _mail("x" * 5000)
    server.put(raw)
    assert _read() == 1
    assert _raw() == [raw[:1000]]


def test_an_empty_mailbox_was_read_to_its_end(server: MailServer) -> None:
    assert _read() == 0
    assert _box().read_at is not None


def test_messages_are_moved_where_there_is_a_folder_for_it(server: MailServer) -> None:
    """Then it hides nothing that somebody looked into the mailbox and saw a message first."""
    with server.imap() as client:
        client.create("Read")
    try:
        server.put(_mail())
        server.put(_mail())
        with server.imap() as client:
            client.uid("STORE", "1:*", "+FLAGS", r"(\Seen)")
        assert _read() == 2
        assert server.mailbox() == []
        assert _box().read_at is not None
        with server.imap() as client:
            assert client.select("Read") == ("OK", [b"2"])
    finally:
        with server.imap() as client:
            client.delete("Read")


def test_a_message_that_a_person_opened_first_is_read(server: MailServer) -> None:
    server.put(_mail())
    with server.imap() as client:
        client.uid("STORE", "1:*", "+FLAGS", r"(\Seen)")
    assert _read() == 1
    assert _read() == 0
    assert _box().read_at is not None


def test_what_is_too_much_for_one_call_waits_for_the_next_and_only_the_last_saw_the_end(
    server: MailServer,
) -> None:
    mails = [_mail() for _ in range(5)]
    for raw in mails:
        server.put(raw)
    seen = [(_read(limit=2), _box().read_at is not None) for _ in range(3)]
    assert seen == [(2, False), (2, False), (1, True)]
    assert _raw() == mails


@pytest.mark.long
def test_a_thousand_messages_take_several_calls_and_only_the_last_saw_the_end(
    server: MailServer,
) -> None:
    with server.imap() as client:
        for _ in range(1000):
            client.append("INBOX", "", "", _mail())
    seen = []
    for _ in range(20):
        stored = _read()
        seen.append((stored, _box().read_at is not None))
        if seen[-1][1]:
            break
    assert Incoming.objects.count() == 1000
    assert sum(stored for stored, _ in seen) == 1000
    assert max(stored for stored, _ in seen) <= mailbox.LIMIT
    assert [end for _, end in seen] == [False] * (len(seen) - 1) + [True]


def test_a_call_ends_when_its_time_is_over(server: MailServer) -> None:
    for _ in range(3):
        server.put(_mail())
    clock = Clock(timezone.now())

    def ticking() -> datetime:
        clock.now += timedelta(seconds=15)
        return clock.now

    assert mailbox.read(clock=ticking) in (1, 2)
    assert _box().read_at is None


def test_a_call_ends_before_the_tasks_time_limit_even_if_its_last_message_is_the_slowest() -> None:
    steps = 8  # of a message, and of a new connection
    slowest = mailbox.BUDGET + timedelta(seconds=steps * conf.IMAP_TIMEOUT)
    assert slowest.total_seconds() < conf.CELERY_TASK_TIME_LIMIT


# --- what dies --------------------------------------------------------------------------------
KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from notifications import incoming, mailbox
store = incoming.store
def killed(*args, **more):
    if sys.argv[1] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    return store(*args, **more)
incoming.store = killed
def flagless(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "after":
    mailbox.IMAPClient.remove_flags = flagless
mailbox.read(clock=timezone.now)
"""


def _die(server: MailServer, when: str) -> None:
    env = environment(IMAP_URL=server.imap_url, DJANGO_SETTINGS_MODULE="config.settings")
    done = subprocess.run([sys.executable, "-c", KILLED, when], cwd=ROOT, env=env)
    assert done.returncode == -signal.SIGKILL
    _wait_for_its_lock()


def _wait_for_its_lock() -> None:
    """PostgreSQL lets go of what a process held once it has noticed that the process died."""
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT 1 FROM pg_locks WHERE classid = %s", [mailbox.TURN])
            if cursor.fetchone() is None:
                return
            time.sleep(0.01)
    raise AssertionError("the dead reader's lock is still held")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reader_that_is_killed_loses_and_doubles_nothing(server: MailServer, when: str) -> None:
    mails = [_mail() for _ in range(3)]
    for raw in mails:
        server.put(raw)
    _die(server, when)
    assert r"\Flagged" in _flags(server)[0]
    assert _raw() == ([] if when == "before" else mails[:1])
    assert _read() == 3
    assert _raw() == mails  # and in their order
    assert _flags(server) == [{r"\Seen"}] * 3
    assert (_box().leftovers, _box().begun) == (0, {})
    assert _box().read_at is not None


def test_a_message_at_which_every_reader_dies_hinders_no_other(server: MailServer) -> None:
    server.put(_mail())
    for _ in range(2):
        _die(server, "before")
    later = _mail()
    server.put(later)
    _die(server, "before")  # now at the later one
    assert (_box().leftovers, _raw()) == (1, [])
    assert _read() == 2
    assert _raw()[0] == later


@contextmanager
def _poison(server: MailServer, number: int) -> Iterator[None]:
    """Dovecot may not open the file of the message."""
    with server.imap() as client:  # now it knows them all
        client.uid("FETCH", "1:*", "(FLAGS)")
    folder = home(server.folder, REGISTRY) / "mail"
    lines = (folder / "dovecot-uidlist").read_text().splitlines()[1:]
    name = lines[number].partition(" :")[2]

    def file() -> Path:
        return next(one for one in (folder / "cur").iterdir() if one.name.startswith(name))

    file().chmod(0)
    try:
        yield
    finally:
        file().chmod(0o600)


def test_a_message_that_cannot_be_fetched_hinders_no_other(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mails = [_mail() for _ in range(10)]
    for raw in mails:
        server.put(raw)
    clock = Clock(timezone.now())
    with _poison(server, 4):
        assert _read(clock) == 9
        assert _raw() == mails[:4] + mails[5:]
        box = _box()
        assert (box.leftovers, box.overdue, box.read_at) == (1, 0, None)
        assert _read(clock) == 0
    assert _read(clock) == 1
    assert _raw()[-1] == mails[4]
    assert _box().leftovers == 0


def test_while_a_message_cannot_be_fetched_no_probe_proves_that_we_listen(
    server: MailServer,
) -> None:
    """It may be the answer of an author."""

    def probe_back(number: int) -> bool:
        probe = Probe.objects.create(sent_at=timezone.now())
        token = reply_address.token(Purpose.PROBE, probe.pk, conf.LINK_KEY)
        server.put(f"To: reply+{token}@site.example\r\nSubject: {number}\r\n\r\nx\r\n".encode())
        assert _read() >= 1
        process_waiting(now=timezone.now())
        return Probe.objects.filter(pk=probe.pk, returned_at__isnull=False).exists()

    server.put(_mail())
    with _poison(server, 0):
        assert probe_back(1) is False
        assert probe_back(2) is False
    assert probe_back(3) is True


def test_a_message_that_stays_undone_for_an_hour_is_alarmed_once(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.put(_mail())
    clock = Clock(timezone.now())
    with _poison(server, 0):
        for _ in range(3):
            assert _read(clock) == 0
            clock.now += timedelta(minutes=19)
        assert (_box().leftovers, _box().overdue) == (1, 0)
        clock.now += timedelta(minutes=4)
        caplog.clear()
        for _ in range(3):
            _read(clock)
            clock.now += timedelta(minutes=1)
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "1 messages in the mailbox" in errors[0]
    assert (_box().leftovers, _box().overdue, _box().read_at) == (1, 1, None)
    assert _read(clock) == 1
    assert (_box().leftovers, _box().overdue, _box().read_at) == (0, 0, clock.now)


def test_while_one_reads_another_does_nothing(server: MailServer) -> None:
    server.put(_mail())
    account = imap.account(server.imap_url)
    taken, free = threading.Event(), threading.Event()

    def hold() -> None:
        with mailbox._alone(account.name) as ours:
            assert ours
            taken.set()
            free.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert taken.wait(30)
    assert _read() == 0
    free.set()
    other.join()
    assert _read() == 1


def test_several_at_once_store_each_message_once(server: MailServer) -> None:
    for _ in range(30):
        server.put(_mail())
    stored = []

    def work() -> None:
        stored.append(_read())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(stored) == Incoming.objects.count() == 30


# --- what is away, and what is refused --------------------------------------------------------
def _wrong(server: MailServer, how: str) -> str:
    url = server.imap_url
    return {
        "away": url.replace(f":{server.ports.imap}", f":{free_port()}"),
        "password": url.replace(server.password, "wr0ng-secret"),
        "mailbox": f"{url}/Nowhere",
        "name": url.replace("127.0.0.1", "no.such.host.invalid"),
        "certificate": server.imaps_url,
        "in clear": url.replace("127.0.0.1", "127.1"),
    }[how]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("away", "no connection to the server"),
        ("password", "the server refused our sign-in"),
        ("mailbox", "the mailbox Nowhere cannot be opened"),
        ("name", "the server's name is not known"),
        ("certificate", "the server's certificate is not good: self-signed certificate"),
        # STARTTLS is asked for, since the name may lead anywhere
        ("in clear", "the server's certificate is not good: self-signed certificate"),
    ],
)
def test_why_the_mailbox_cannot_be_read_is_said_once_and_without_the_password(
    server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture, how: str, reason: str
) -> None:
    settings.IMAP_URL = _wrong(server, how)
    clock = Clock(timezone.now())
    first = clock.now
    for _ in range(3):
        assert _read(clock) == 0
        clock.now += timedelta(minutes=1)
    box = _box()
    assert (box.error, box.error_at, box.read_at) == (reason, first, None)
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert reason in errors[0]
    said = errors[0] + box.name + caplog.text
    assert server.password not in said
    assert "wr0ng-secret" not in said


def test_a_server_that_is_back_is_read_again(
    server: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    server.put(_mail())
    settings.IMAP_URL = _wrong(server, "password")
    _read()
    assert _box().error != ""
    settings.IMAP_URL = server.imap_url
    caplog.set_level("INFO")
    assert _read() == 1
    assert (_box().error, _box().error_at) == ("", None)
    assert "can be read again" in caplog.text


def test_tls_to_a_server_whose_certificate_is_trusted(
    server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.put(_mail())
    settings.IMAP_URL = server.imaps_url
    assert _read() == 1


@contextmanager
def _scripted(*greeting: bytes, silent: bool = False) -> Iterator[int]:
    """A server that offers nothing, or says nothing; its port. What it is told is in `told`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told: list[bytes] = []

        def talk() -> None:
            peer, _ = listener.accept()
            with peer, peer.makefile("rb") as lines:
                if silent:
                    lines.read()
                    return
                peer.sendall(b"* OK hello\r\n")
                for line in lines:
                    told.append(line)
                    tag, command = line.split()[:2]
                    if command == b"CAPABILITY":
                        peer.sendall(b"* CAPABILITY IMAP4rev1\r\n")
                    peer.sendall(tag + b" OK done\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()
        assert not any(b"LOGIN" in line or b"secret" in line for line in told)


def test_a_server_without_tls_is_not_told_the_password(settings: Settings) -> None:
    with _scripted() as port:
        settings.IMAP_URL = f"imap://me:secret@127.1:{port}"
        _read()
    assert _box().error == "the server offers no TLS, so it is not told the password: use imaps://"


def test_a_server_that_says_nothing_is_given_up(settings: Settings) -> None:
    settings.IMAP_TIMEOUT = 1
    with _scripted(silent=True) as port:
        settings.IMAP_URL = f"imap://me:secret@127.0.0.1:{port}"
        _read()
    assert _box().error == "the server did not answer in time"


def test_a_password_may_be_of_any_letters(server: MailServer, settings: Settings) -> None:
    """The sign-in is refused, and not a mistake of ours."""
    settings.IMAP_URL = server.imap_url.replace(server.password, quote("pässwörd ☃/:@", safe=""))
    _read()
    assert _box().error == "the server refused our sign-in"


# --- settings ---------------------------------------------------------------------------------
def test_the_sweep_is_there_where_a_mailbox_is_set(server: MailServer, settings: Settings) -> None:
    server.put(_mail())
    entry = schedule(60)["mailbox"]
    assert (entry["task"], entry["schedule"]) == ("notifications.tasks.read_mailbox", 60)
    assert schedule(2)["mailbox"]["schedule"] == 2
    tasks.read_mailbox.apply().get()
    assert Incoming.objects.count() == 1
    settings.IMAP_URL = ""
    assert "mailbox" not in schedule(60)
    assert _read() == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://me:pw@mail.example", ("mail.example", 993, True, "me", "pw", "INBOX")),
        ("imap://me%40x.example:p%2Fw%3A@mail.example:1143/In%20box/",
         ("mail.example", 1143, False, "me@x.example", "p/w:", "In box")),
        ("imaps://me:pw@[::1]:1993/A/B", ("::1", 1993, True, "me", "pw", "A/B")),
    ],
)  # fmt: skip
def test_a_mailbox_is_written_as_a_url(url: str, expected: tuple[object, ...]) -> None:
    found = imap.account(url)
    assert (
        found.host, found.port, found.tls, found.user, found.password, found.folder
    ) == expected  # fmt: skip
    assert found.password not in repr(found) or found.password in ("me", "")


@pytest.mark.parametrize(
    "url", ["", "mail.example", "pop3://me:pw@mail.example", "imaps://mail.example",
            "imaps://me:pw@mail.example:port", "imaps://me:pw@[::1"],
)  # fmt: skip
def test_another_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="IMAP_URL names no mailbox") as caught:
        imap.account(url)
    assert "pw@mail" not in str(caught.value)
