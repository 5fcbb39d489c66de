"""`make test`: the suite on DATABASE_URL, or on a throw-away PostgreSQL of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from local.postgres import Postgres


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments`; its exit code."""
    environment = os.environ | {"DEBUG": "1"}
    command = [sys.executable, "-m", "pytest", *arguments]
    if "DATABASE_URL" in environment:
        return subprocess.run(command, env=environment, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="registry-test-") as folder:
        Path(folder).chmod(0o711)  # the unprivileged server passes through it
        with Postgres(Path(folder) / "data", throw_away=True) as server:
            environment["DATABASE_URL"] = server.url
            return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
