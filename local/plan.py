"""What a trial run starts, decided from the environment."""

import ipaddress
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class Refused(Exception):
    """The run cannot start so. The text tells the person what to change."""


@dataclass(frozen=True)
class Plan:
    """The parts of a run, and the environment that all of them get."""

    folder: Path
    """Where data, logs and secrets are: `.local`."""
    port: int
    own_database: bool
    own_mailbox: bool
    redis: bool
    workers: int
    sample: bool
    trial: bool
    env: dict[str, str]

    @property
    def site(self) -> str:
        """The address of the site, without a slash at its end."""
        return self.env["SITE_URL"]


def loopback(url: str) -> bool:
    """Whether the host of `url` is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_plan(environ: Mapping[str, str], folder: Path) -> Plan:
    """The run that `environ` asks for; an empty variable is the same as none.

    Raises Refused for a value that cannot be.
    """
    given = {name: value for name, value in environ.items() if value}
    port = _number(given, "PORT", 8000, 65535)
    mail = given.get("EMAIL_URL")
    here = mail is None or loopback(mail)
    env = {
        "TRIAL_MODE": "1" if here else "0",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(folder / "static"),
        "UPLOADS_DIR": str(folder / "uploads"),
        "PYTHONUNBUFFERED": "1",
    } | given
    if mail is None:
        env["MAILBOX_DIR"] = str(folder / "mailbox")
    # The sample's letters go to made-up people, so never to a real server.
    sample = here and given.get("SAMPLE", "1") != "0"
    return Plan(
        folder=folder,
        port=port,
        own_database="DATABASE_URL" not in given,
        own_mailbox=mail is None,
        redis="REDIS_URL" in given,
        workers=_number(given, "WORKERS", 1, 64),
        sample=sample,
        trial=env["TRIAL_MODE"].lower() in ("1", "true", "yes", "on", "y", "ok"),
        env=env,
    )


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise Refused(f"{name}={text} is no number from 1 to {most}.")
    return int(text)


def kept_secrets(folder: Path) -> dict[str, str]:
    """SECRET_KEY and LINK_KEY of this copy, made once; only the owner can read the file."""
    path = folder / "secrets.json"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found: dict[str, str] = json.loads(path.read_text())
        return found
    made = {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "LINK_KEY")}
    with os.fdopen(file, "w") as out:
        json.dump(made, out)
    return made
