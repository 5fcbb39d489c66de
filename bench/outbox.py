"""How fast letters leave, beside Django's own `send_messages` over one connection.

    DATABASE_URL=postgres://.../seeded python -m bench.outbox

On what bench/seed.py made. Letters go to a server on this machine (bench/sink.py) that takes them
as fast as it can: letters to reporters ("your report was accepted"), and letters of the clock, a
quarter each notices, first and second reminders and final notices. Both sides compose them by
`notifications.compose`; ours also claims them, asks of each whether it is still due, and marks it:
those of the clock with the fact that each tells, by which deadlines start and the next letter is
planned. Processes are warm before the clock of the measurement starts. LETTERS (100000) is how
many go for the figure of memory; 0 leaves it out.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402
from django.core.mail.backends.smtp import EmailBackend  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.seed import WEEKS  # noqa: E402
from config.celery import leave_what_is_loaded_alone  # noqa: E402
from notifications import outbox  # noqa: E402
from notifications.claims import BATCH  # noqa: E402
from notifications.compose import compose, return_path  # noqa: E402
from notifications.models import Email  # noqa: E402
from notifications.rows import with_their_letters  # noqa: E402

LETTERS = int(os.environ.get("LETTERS", "100000"))
ONCE = 1000
"""Letters of one measurement."""
ROUNDS = 3
WARM = 40
"""Letters that a process composes, and throws away, beforehand."""
WORKERS = (1, 2, 4)
SLOW = 0.02
"""Seconds that the slow server waits before each reply."""
MANY = 16
"""Connections to it in one worker."""
FEW = 60
"""Letters to it over each."""

# Inquiries that bench/seed.py left with a notice and nothing more, by their number.
OWE = """
    CREATE TEMP TABLE owed AS
    SELECT i.id, i.id * 8 + 7 AS letter, i.id * 16 + 14 AS event,
           (ARRAY['notice', 'reminder_1', 'reminder_2', 'final_notice'])[1 + i.id / 100 %% 4]
               AS kind
    FROM reports_inquiry i JOIN reports_report r ON r.id = i.report_id
    WHERE r.state = 'asking' AND i.id %% 100 >= %(weeks)s;
    CREATE INDEX ON owed (id);
    ANALYZE owed;
    DELETE FROM reports_letter USING owed
    WHERE contact_id = owed.id AND owed.kind = 'notice';
    UPDATE reports_contact SET state = 'unknown' FROM owed
    WHERE inquiry_id = owed.id AND owed.kind = 'notice';
    UPDATE reports_inquiry i SET lapse_at = NULL, letters_at = NULL,
           deadline = CASE WHEN kind <> 'notice' THEN date_trunc('day', %(now)s) + (
               CASE kind WHEN 'reminder_1' THEN 21 WHEN 'reminder_2' THEN 14 ELSE 7 END)
               * interval '1 day' + interval '12 hours' END
    FROM owed WHERE i.id = owed.id;
    INSERT INTO reports_reportevent (id, report_id, contact_id, kind, at, source, target, actor,
        note, data)
    SELECT event, id, id, 'letter', %(now)s, '', '', 'sweep', '', jsonb_build_object('letter', kind)
    FROM owed;
    INSERT INTO reports_letter (id, contact_id, address_id, event_id, kind, owed_at, server,
        server_said, reason)
    SELECT letter, id, id, event, kind, %(now)s, '', '', '' FROM owed;
    INSERT INTO notifications_email (key, lane, kind, event_id, letter_id, contact_id, recipient,
        language, message_id, provider_id, domain, state, created_at, not_before, give_up_at,
        attempts, server, server_said, reason)
    SELECT 'report-' || id || '.event-' || event || '.' || kind || '.contact-' || id, 'normal',
           kind, event, letter, id, 'author' || id || '@authors.example', 'en',
           '<report-' || id || '.' || kind || '@bench.example>', '', 'authors.example', 'queued',
           %(now)s, %(later)s, %(later)s, 0, '', '', '' FROM owed;
    INSERT INTO notifications_email (key, lane, kind, event_id, user_id, recipient, language,
        message_id, provider_id, domain, state, created_at, not_before, give_up_at, attempts,
        server, server_said, reason)
    SELECT 'report-' || r.id || '.accepted.user-' || r.reporter_id, 'normal', 'accepted', r.id * 16,
           r.reporter_id, u.email, 'en', '<report-' || r.id || '.accepted@bench.example>', '',
           'institute.example', 'queued', %(now)s, %(later)s, %(later)s, 0, '', '', ''
    FROM owed JOIN reports_report r ON r.id = owed.id
    JOIN accounts_user u ON u.id = r.reporter_id;
    SELECT setval(pg_get_serial_sequence('reports_' || name, 'id'),
        1000000000 + %(weeks)s) FROM unnest(ARRAY['letter', 'reportevent']) name;
    """
LATER = timedelta(days=365)


def owe() -> int:
    """Put a letter to the author and one to the reporter of each inquiry that was only just asked
    into the outbox; how many. None of them is due yet."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(OWE, {"now": now, "later": now + LATER, "weeks": WEEKS})
        cursor.execute("VACUUM (ANALYZE) notifications_email, reports_letter, reports_reportevent,"
                       " reports_inquiry, reports_contact")  # fmt: skip
    return Email.objects.filter(state="queued").count()


def release(letters: int, *, clock: bool) -> list[int]:
    """Make the next letters, of the clock or others, due; their ids."""
    waiting = Email.objects.filter(
        state="queued", not_before__gt=timezone.now(), letter__isnull=not clock
    )
    ids = list(waiting.order_by("not_before", "id").values_list("id", flat=True)[:letters])
    assert len(ids) == letters, "seed more papers"
    Email.objects.filter(id__in=ids).update(not_before=timezone.now())
    return ids


@contextmanager
def sink(delay: float = 0) -> Iterator[int]:
    """The port of a server that takes every mail."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(delay)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate()


# --- what is measured, each in a process of its own -----------------------------------------


class Composed(EmailMessage):
    """A letter as Django sends one: it is composed when its turn comes."""

    def __init__(self, row: int) -> None:
        super().__init__(to=["somebody"])
        self.row = row
        self.raw = b""

    def recipients(self) -> list[str]:
        """Whom it goes to, once it is composed."""
        return self.to

    def message(self, **_: Any) -> Any:
        """Something with `as_bytes`."""
        return self

    def as_bytes(self, **_: Any) -> bytes:
        """The letter."""
        return self.raw


def letters(ids: Sequence[int]) -> Iterator[EmailMessage]:
    """The letters with these ids, composed one by one."""
    for start in range(0, len(ids), BATCH):
        batch = Email.objects.filter(id__in=ids[start : start + BATCH])
        for row in with_their_letters(batch.order_by("id")):
            letter = Composed(row.pk)
            letter.raw = compose(row, timezone.now()).raw
            letter.from_email, letter.to = return_path(row), [row.recipient]
            yield letter


def django_sends() -> None:
    """Send what is due by Django's own backend."""
    due = Email.objects.filter(state="queued", not_before__lte=timezone.now()).order_by("id")
    ids = list(due.values_list("id", flat=True))
    backend = EmailBackend(host=settings.SMTP["EMAIL_HOST"], port=settings.SMTP["EMAIL_PORT"])
    assert backend.send_messages(cast("list[EmailMessage]", _Once(letters(ids)))) == len(ids)


class _Once:
    """An iterator that is not empty, which is what Django asks of a list of messages."""

    def __init__(self, messages: Iterator[EmailMessage]) -> None:
        self.messages = messages

    def __iter__(self) -> Iterator[EmailMessage]:
        return self.messages


def outbox_sends() -> None:
    """Send what is due by the outbox, as a worker does."""
    while outbox.send_due(lane=Email.Lane.NORMAL, clock=timezone.now):
        pass


def resident() -> None:
    """Send what is due, and print what memory that takes, ten times on the way."""
    process = psutil.Process()
    begun = Email.objects.filter(state="queued", not_before__lte=timezone.now()).count()
    outbox.BUDGET, step = timedelta(seconds=5), max(1, begun // 10)
    sent, shown = 0, 0
    while now_sent := outbox.send_due(
        lane=Email.Lane.NORMAL, clock=timezone.now, budget=timedelta(seconds=2)
    ):
        sent += now_sent
        if sent // step > shown:
            shown = sent // step
            print(f"{sent:8,} letters: {process.memory_info().rss / 1e6:.1f} MB", flush=True)


ROLES = {"django": django_sends, "outbox": outbox_sends, "memory": resident}


def role(name: str) -> None:
    """Be ready, wait for the word, do it."""
    leave_what_is_loaded_alone()  # as a worker does
    some = Email.objects.filter(state="queued").order_by("?")
    for row in with_their_letters(some[:WARM]):
        with transaction.atomic():
            compose(row, timezone.now())
            transaction.set_rollback(True)
    print("ready", flush=True)
    sys.stdin.readline()
    ROLES[name]()


# --- the measurement ------------------------------------------------------------------------


def seconds(name: str, port: int, *, processes: int = 1, connections: int = 1) -> float:
    """How long so many processes take for what is due."""
    env = os.environ | {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}", "SMTP_CONNECTIONS": str(connections)
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.outbox", name]
    workers = [
        subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
    began = time.monotonic()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    for worker in workers:
        assert worker.stdout is not None
        for line in worker.stdout:
            print(line.decode(), end="", flush=True)
        assert worker.wait() == 0
    return time.monotonic() - began


def rate(name: str, port: int, letters: int, *, clock: bool = True, **how: int) -> float:
    """Letters a second."""
    ids = release(letters, clock=clock)
    taken = seconds(name, port, **how)
    if name == "django":
        Email.objects.filter(id__in=ids).update(not_before=timezone.now() + LATER * 2)
    else:
        left = Email.objects.filter(id__in=ids).exclude(state="accepted").count()
        assert left == 0, f"{left} letters are left"
    return letters / taken


def _whose(clock: bool) -> str:
    return "letters of the clock" if clock else "letters to reporters"


def compare(port: int, *, clock: bool) -> None:
    """Print letters a second of Django and of one, two and four workers, in turns."""
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        found.setdefault("Django", []).append(rate("django", port, ONCE, clock=clock))
        for processes in WORKERS:
            letters = ONCE * min(processes, 2)
            speed = rate("outbox", port, letters, clock=clock, processes=processes)
            found.setdefault(f"outbox, {processes}", []).append(speed)
    print(f"{_whose(clock)}, letters/s")
    for name, speeds in found.items():
        print(f"  {name:10} " + ", ".join(f"{speed:.0f}" for speed in speeds))
    middle = {name: statistics.median(speeds) for name, speeds in found.items()}
    print(
        f"  the outbox has {middle['outbox, 1'] / middle['Django']:.2f} of Django's speed,"
        f" two workers {middle['outbox, 2'] / middle['outbox, 1']:.2f} times that of one"
    )


def main() -> None:
    """Print letters a second, and the ratios."""
    print(f"{owe():,} letters in the outbox")
    with sink() as port:
        for clock in (False, True):
            compare(port, clock=clock)
    print(f"a server that waits {SLOW * 1000:.0f} ms before each reply, one worker, letters/s")
    with sink(SLOW) as port:
        for clock in (False, True):
            one = rate("outbox", port, FEW, clock=clock)
            many = rate("outbox", port, FEW * MANY, clock=clock, connections=MANY)
            print(
                f"  {_whose(clock)}: {one:.1f} over one connection, {many:.0f} over {MANY}:"
                f" {many / one:.1f} times as many"
            )
    if LETTERS:
        with sink() as port:
            print(f"memory of a worker, {LETTERS:,} letters: {rate('memory', port, LETTERS):.0f}/s")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        role(sys.argv[1])
    else:
        main()
