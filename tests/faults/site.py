"""A whole site on private servers whose parts can be killed, stopped and moved in time."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg2
import requests
from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from local.children import dies_with_parent
from notifications import letters, outbox
from reports import letters_due
from reports.deadlines import Policy
from reports.models import Inquiry, Report
from tests.notifications.builders import ask, make_submitted
from tests.servers import SmtpServer, free_port, wait_for

ROOT = Path(settings.BASE_DIR)
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
SMTP_TIMEOUT = 1
LEASE = 8 * SMTP_TIMEOUT
"""Seconds after which a claim of a dead worker ends."""


class Site:
    """The parts of one site. This process looks at its database through Django, as they do."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, mail: SmtpServer) -> None:
        self.folder = folder
        self.mail = mail
        self.parts: list[subprocess.Popen[bytes]] = []
        self.env = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        } | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "EMAIL_URL": mail.url,
            "SMTP_TIMEOUT": str(SMTP_TIMEOUT),
            "TRIAL_MODE": "1",
            "RESPONSE_WINDOW": "60s",  # so that sweeps run every second
            "SECRET_KEY": settings.SECRET_KEY,
            "LINK_KEY": settings.LINK_KEY,
            "STATIC_ROOT": str(folder / "static"),
            "DEBUG": "0",
        }

    # --- parts ------------------------------------------------------------------------------
    def start(self, name: str, *arguments: str, ahead: timedelta | None = None) -> subprocess.Popen:
        """Start `python ARGUMENTS`, its clock `ahead` of ours."""
        env = dict(self.env)
        if ahead is not None:
            env |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME": f"+{ahead.total_seconds():.0f}s",
                "FAKETIME_DONT_RESET": "1",
            }
        with (self.folder / f"{name}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self.parts.append(part)
        return part

    def worker(self, name: str = "worker", ahead: timedelta | None = None) -> subprocess.Popen:
        """An ordinary worker of two processes."""
        return self.start(
            name,
            *("-m", "celery", "-A", "config", "worker", "--loglevel", "INFO"),
            *("--concurrency", "2", "--hostname", f"{name}@%h", "--without-gossip"),
            ahead=ahead,
        )

    def beat(self, name: str = "beat", ahead: timedelta | None = None) -> subprocess.Popen:
        """The alarm clock."""
        schedule = str(self.folder / f"schedule-{name}-{len(self.parts)}")
        return self.start(
            name, *("-m", "celery", "-A", "config", "beat", "--schedule", schedule), ahead=ahead
        )

    def sweep(self, *tasks: str, ahead: timedelta | None = None) -> subprocess.Popen:
        """Each sweep once, one after the other, in a process of its own without the broker."""
        code = "import django; django.setup()"
        for module, _, function in (task.rpartition(".") for task in tasks):
            code += f"\nfrom {module} import {function}; {function}()"
        self.env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        return self.start("sweep", "-c", code, ahead=ahead)

    def swept(self, *tasks: str, ahead: timedelta | None = None) -> None:
        """Run the sweeps to their good end."""
        assert self.sweep(*tasks, ahead=ahead).wait(180) == 0, self.log("sweep")

    def web(self) -> str:
        """The web server; its address."""
        if not (self.folder / "static").exists():
            collecting = self.start("static", "manage.py", "collectstatic", "--noinput")
            assert collecting.wait(180) == 0, self.log("static")
        port = free_port()
        self.env["SITE_URL"] = f"http://127.0.0.1:{port}"
        self.start(
            "web",
            *("-m", "gunicorn", "config.wsgi:application", "--workers", "2"),
            *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        )

        def answers() -> bool:
            with suppress(requests.RequestException):  # refused, or not answered in time
                return requests.get(f"{self.env['SITE_URL']}/healthz", timeout=5).ok
            return False

        wait_for(answers, 20, "the web server")
        return self.env["SITE_URL"]

    def logs(self) -> list[Path]:
        """The logs of all parts."""
        return sorted(self.folder.glob("*.log"))

    def log(self, name: str) -> str:
        """What a part said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, part: subprocess.Popen) -> None:
        """SIGKILL to the part and all its children, as when a machine dies."""
        os.killpg(part.pid, signal.SIGKILL)
        part.wait(10)

    def stop(self, part: subprocess.Popen) -> None:
        """An orderly end."""
        part.terminate()
        try:
            part.wait(30)
        except subprocess.TimeoutExpired:
            self.kill(part)

    def end(self) -> None:
        for part in self.parts:
            if part.poll() is None:
                self.kill(part)

    # --- inquiries --------------------------------------------------------------------------
    def ask(self, number: int, window: timedelta, authors: int = 1) -> list[Report]:
        """So many accepted reports whose authors will never answer; their notices are owed."""
        names = tuple(f"Author {i}" for i in range(1, authors + 1))
        return [
            ask(
                make_submitted(authors=names, languages=("en",) * authors),
                policy=Policy.of(window), now=timezone.now(),
            )
            for _ in range(number)
        ]  # fmt: skip

    def ask_and_wait(self, number: int, authors: int = 1) -> tuple[list[Report], timedelta]:
        """Inquiries of 28 days all of whose letters left in time, and how far ahead of our clock
        their deadline has passed."""
        reports = self.ask(number, timedelta(days=28), authors)
        now = start = timezone.now()
        inquiries = Inquiry.objects.filter(report__in=reports)
        deadline = None
        while deadline is None or now < deadline:
            letters_due.order_due_letters(now=now)
            letters.write_letters(now=now)
            outbox.send_due(lane="normal", clock=lambda now=now: now, budget=timedelta(days=1))
            deadline = max(inquiries.values_list("deadline", flat=True))
            following = inquiries.aggregate(at=Min("letters_at"))["at"]
            now = deadline if following is None else following
        return reports, deadline - start + timedelta(hours=1)

    def until(self, happened: Callable[[], object], seconds: float, what: str) -> None:
        """Wait; the connection may be lost meanwhile, when the database is what fails."""

        def holds() -> object:
            try:
                return happened()
            except Exception:
                connection.close()
                return False

        try:
            wait_for(holds, seconds, what)
        except AssertionError as late:
            ends = (f"--- {log.name}\n{self.log(log.stem)[-3000:]}" for log in self.logs())
            raise AssertionError("\n".join([str(late), *ends])) from None


class Holder:
    """A transaction of the test's own that holds a lock until it is released, so that a part
    stands still at just that point."""

    def __init__(self, url: str, sql: str) -> None:
        self.connection = psycopg2.connect(url)
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("SELECT pg_backend_pid()")
            self.pid = cursor.fetchone()[0]

    def somebody_waits(self) -> bool:
        """Whether a part came to the lock and waits for it."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks "
                "WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))",
                [self.pid],
            )
            return cursor.fetchone()[0] > 0

    def release(self) -> None:
        self.connection.rollback()
        self.connection.close()


def can_move_the_clock() -> bool:
    return FAKETIME.exists() and shutil.which("faketime") is not None
