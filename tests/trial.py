"""A run of `make run` on a copy of the project, in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.conf import settings

from tests.servers import free_port, wait_for

ROOT = Path(settings.BASE_DIR)
PARTS = ("accounts", "config", "docker", "local", "notifications", "registry", "reports")
PARTS += ("sample", "static", "templates", "manage.py", "pyproject.toml")


class Trial:
    """A copy of the project and one run of it at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        for name in PARTS:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / name)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    def begin(self, **env: str) -> None:
        keep = ("PATH", "HOME", "LANG", "TMPDIR")
        with (self.folder / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local.run"],
                cwd=self.folder,
                env={name: os.environ[name] for name in keep if name in os.environ}
                | {"PORT": str(self.port), "SAMPLE": "0"}
                | env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def start(self, **env: str) -> float:
        """Start and wait for the words to the person; the seconds it took."""
        started = time.monotonic()
        self.begin(**env)
        assert self.process is not None
        process = self.process
        wait_for(
            lambda: "Ctrl-C stops everything" in self.said or process.poll() is not None,
            90,
            "the start",
        )
        assert process.poll() is None, self.said
        return time.monotonic() - started

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@contextmanager
def trial_run() -> Iterator[Trial]:
    """A copy of the project that can be started; stopped at the end."""
    # Not pytest's folder, which is root's alone when root runs the tests.
    with tempfile.TemporaryDirectory(prefix="trial-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        run = Trial(Path(name))
        try:
            yield run
        finally:
            if run.process is not None and run.process.poll() is None:
                run.end()
