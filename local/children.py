"""Child processes that never outlive their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program, so that it gets signal `number` when we die.

    Linux only; elsewhere it does nothing. The kernel watches the thread that starts the
    child (prctl(2), PR_SET_PDEATHSIG), so start children from a thread that lives as long as
    they shall. A change of user clears the wish: `subprocess` changes it first.
    """
    parent = os.getpid()

    def before() -> None:
        # A shell that runs us in the background hands down that these are ignored.
        for ours in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(ours, signal.SIG_DFL)
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return before


class Child:
    """A running program in a session of its own, so that Ctrl-C reaches only its parent."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: IO[bytes] | int,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        keep: Sequence[int] = (),
        user: int | None = None,
        group: int | None = None,
        orphaned: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start `command`; its output goes to `log`, the file descriptors `keep` stay open in it.

        `orphaned` is the signal it gets when its parent dies.
        """
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            pass_fds=keep,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            start_new_session=True,
            preexec_fn=dies_with_parent(orphaned),
        )
        self.pid = self._process.pid

    def ended(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self, *steps: tuple[signal.Signals, float]) -> int:
        """Send each signal in turn and wait that many seconds for the end; then SIGKILL.

        Returns the exit code. What the program itself started and left behind is killed too.
        """
        for number, seconds in steps or ((signal.SIGTERM, 10.0),):
            if self.ended() is not None:
                break
            self._process.send_signal(number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()


def wait_until(happened: Callable[[], bool], seconds: float) -> bool:
    """Whether `happened` became true within `seconds`; asks twenty times a second."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
