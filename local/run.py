"""`make run`: everything on one machine, until Ctrl-C.

The order is database, mailbox, migrations, sample beside web and workers; the way back is the
reverse.
Every part is a child of this process and dies with it (local/children.py).
"""

import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from local.children import Child, wait_until
from local.plan import Plan, Refused, kept_secrets, make_plan
from local.postgres import Postgres
from local.programs import Failed
from registry.catalogue import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
REFUSAL = 3
LOAD_SAMPLE = ("manage.py", "load_sample", "--refusal-code", str(REFUSAL))
SIGN_IN = [
    ("as a reporter", "reporter@example.org"),
    ("as another one", "second@example.org"),
    ("as a moderator", "moderator@example.org"),
]
"""Who of sample/people.toml signs in as what."""
LOG_LIMIT = 5_000_000  # bytes; a longer log is put aside at the next start


class Stopped(Exception):
    """The person, or the system, asked us to stop."""


def say(sentence: str) -> None:
    """Tell the person."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


class Run:
    """One run from start to end."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.env = dict(plan.env)
        self.asked_to_stop = False
        self._open = ExitStack()
        self._watched: list[tuple[str, Callable[[], int | None]]] = []

    def go(self) -> None:
        """Start all, then wait; returns when asked to stop, raises Refused or Failed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with self._open:
            try:
                self._start()
                self._watch(lambda: False, None)
            except Stopped:
                say("Stopping ...")
        say("Stopped. The data is kept in .local/.")

    def _stop(self, number: int, frame: object) -> None:
        self.asked_to_stop = True

    # --- the parts ----------------------------------------------------------------------
    def _start(self) -> None:
        listener = self._open.enter_context(self._listen(self.plan.port))
        self._make_folder()
        self.env = kept_secrets(self.plan.folder) | self.env
        if self.plan.own_database:
            self._start_database()
        if self.plan.own_mailbox:
            self._start_mailbox()
        compile_catalogues()
        static = self._begin("static files", "manage.py", "collectstatic", "--noinput")
        self._finish(self._begin("migrations", "manage.py", "migrate", "--noinput"))
        self._finish(static)
        sample = self._begin("sample", *LOAD_SAMPLE) if self.plan.sample else None
        self._start_web(listener)
        self._start_workers()
        if not self._watch(self._answers, 60):
            raise Failed(f"The site does not answer. See {self._log('web').name}.")
        # In one transaction, so that the workers see all of it or nothing.
        loaded = sample is not None and self._finish(sample, also=REFUSAL) != REFUSAL
        self._tell(loaded)

    def _make_folder(self) -> None:
        folder = self.plan.folder
        # The unprivileged user of the database passes through it when we are root.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        (folder / "logs").mkdir(mode=0o700, exist_ok=True)

    @staticmethod
    def _listen(port: int) -> socket.socket:
        """The web server's socket, taken at once, so that a taken port is told before anything."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refused(f"Only root may open port {port}. Try `make run PORT=8000`.") from None
        except OSError:
            raise Refused(
                f"Port {port} is taken. Stop the program that uses it, or choose another port: "
                f"`make run PORT={port + 1 if port < 65535 else 8000}`."
            ) from None
        return listener

    def _start_database(self) -> None:
        log = self._log("postgres")
        server = Postgres(self.plan.folder / "postgres", log=Path(log.name), queue=10, say=say)
        self._open.enter_context(server)
        self.env["DATABASE_URL"] = server.url
        self._watched.append(("PostgreSQL", server.ended))

    def _start_mailbox(self) -> None:
        listener = self._open.enter_context(self._listen_anywhere())
        self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        self._part("mailbox", "-m", "local.mailbox", str(listener.fileno()), keep=listener)

    @staticmethod
    def _listen_anywhere() -> socket.socket:
        return socket.create_server(("127.0.0.1", 0))

    def _start_web(self, listener: socket.socket) -> None:
        self._part(
            "web",
            *("-m", "gunicorn", "config.wsgi:application", "--workers", "2"),
            *("--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
            *("--graceful-timeout", "5"),
            keep=listener,
        )

    def _start_workers(self) -> None:
        if not self.plan.redis:
            self._part("worker", "-m", "local.worker")
            return
        celery = ("-m", "celery", "-A", "config")
        for number in range(1, self.plan.workers + 1):
            self._part(
                f"worker{number}",
                *(*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"),
                *("--hostname", f"worker{number}@%h"),
            )
        schedule = str(self.plan.folder / "celerybeat-schedule")
        self._part("beat", *celery, "beat", "--loglevel", "INFO", "--schedule", schedule)

    def _part(self, name: str, *arguments: str, keep: socket.socket | None = None) -> None:
        """Start a part that runs until the end; its end is the end of all."""
        child = self._begin(name, *arguments, keep=keep)
        self._watched.append((name, child.ended))

    # --- children -----------------------------------------------------------------------
    def _begin(self, name: str, *arguments: str, keep: socket.socket | None = None) -> Child:
        child = Child(
            name,
            [sys.executable, *arguments],
            log=self._log(name),
            env=self.env,
            cwd=ROOT,
            keep=[keep.fileno()] if keep else (),
        )
        self._open.callback(child.stop, (signal.SIGTERM, 10), (signal.SIGQUIT, 2))
        return child

    def _finish(self, child: Child, also: int = 0) -> int:
        """Wait for a child that has an end, and give its code; Failed with its last words unless
        that is 0 or `also`."""
        self._watch(lambda: child.ended() is not None, None)
        code = child.ended()
        if code not in (0, also):
            raise Failed(self._last_words(child.name))
        return code or 0

    def _watch(self, happened: Callable[[], bool], seconds: float | None) -> bool:
        """Wait until `happened`, or `seconds` are over; meanwhile every part must live.

        Raises Stopped when asked to stop, Failed when a part ended.
        """

        def over() -> bool:
            if self.asked_to_stop:
                raise Stopped
            for name, ended in self._watched:
                if ended() is not None:
                    raise Failed(
                        f"The part {name!r} ended with code {ended()}, so all is stopped. "
                        + self._last_words(name)
                    )
            return happened()

        return wait_until(over, float("inf") if seconds is None else seconds)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.plan.port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    # --- words --------------------------------------------------------------------------
    def _log(self, name: str) -> IO[bytes]:
        path = self.plan.folder / "logs" / f"{name.replace(' ', '-').lower()}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return self._open.enter_context(path.open("ab"))

    def _last_words(self, name: str) -> str:
        log = "postgres" if name == "PostgreSQL" else name
        path = Path(self._log(log).name)
        last = path.read_text(errors="replace").strip().split("\n")[-15:]
        return f"The last lines of {path}:\n\n" + "\n".join(last)

    def _tell(self, sample: bool) -> None:
        site = self.plan.site
        lines = ["", f"The site           {site}/"]
        if self.plan.own_mailbox:
            lines.append(f"Letters and codes  {site}/mailbox/")
        lines += [f"Sign in            {site}/accounts/login/"]
        if sample:
            lines += [f"  {role:<17}{email}" for role, email in SIGN_IN]
            lines.append("  as a reader      not needed: everything public is open to all")
        lines.append(
            "The code that signs in comes by mail, within seconds"
            + (", to the page of letters." if self.plan.own_mailbox else ".")
        )
        if sample:
            lines.append("An inquiry of the sample ends two minutes after the first start.")
        elif self.plan.sample:
            lines.append("This database holds papers already, so no made-up ones were added.")
        elif not self.plan.trial:
            lines.append("Mail goes to a real server, so no sample was loaded.")
        lines += ["", "Data and logs are in .local/. Ctrl-C stops everything.", ""]
        say("\n".join(lines))


def main() -> int:
    """Run until stopped: 0 then, 1 when a part failed, 2 when it could not be asked so."""
    try:
        Run(make_plan(os.environ, ROOT / ".local")).go()
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
