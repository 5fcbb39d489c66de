"""The project's own commands as processes of their own, on the database of the test."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)


def database_url(**changes: str) -> str:
    """Where the test's data is, for another process; `changes` to HOST, PORT or NAME."""
    said = connection.settings_dict
    options = said.get("OPTIONS", {})  # where a socket's folder stands
    place = {name: str(said.get(name) or options.get(name.lower()) or "") for name in
             ("USER", "PASSWORD", "HOST", "PORT", "NAME")} | changes  # fmt: skip
    query = {"host": place["HOST"], "port": place["PORT"]}
    query = {name: value for name, value in query.items() if value}
    login = quote(place["USER"], safe="")
    if place["PASSWORD"]:
        login += ":" + quote(place["PASSWORD"], safe="")
    return f"postgres://{login}@/{place['NAME']}?{urlencode(query)}"


def environment(**more: str) -> dict[str, str]:
    """What a process gets that is to work on the test's data: nothing that is not said here."""
    path = os.environ.get("PATH", "")
    return {"DATABASE_URL": database_url(), "DEBUG": "1", "PATH": path} | more


def command(
    *arguments: str, given: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`manage.py ARGUMENTS < given`, run to its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        input=given, env=environment() if env is None else env, cwd="/", capture_output=True,
    )  # fmt: skip
