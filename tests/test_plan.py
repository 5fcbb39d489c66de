"""What a trial run starts, from the environment alone."""

import stat
from pathlib import Path

import pytest

from local.plan import Refused, kept_secrets, loopback, make_plan

FOLDER = Path("/srv/copy/.local")


def test_with_nothing_set_everything_is_private_and_on_trial() -> None:
    plan = make_plan({}, FOLDER)

    assert (plan.own_database, plan.own_mailbox, plan.redis) == (True, True, False)
    assert (plan.sample, plan.trial, plan.port, plan.workers) == (True, True, 8000, 1)
    assert plan.env == {
        "TRIAL_MODE": "1",
        "SITE_URL": "http://127.0.0.1:8000",
        "STATIC_ROOT": "/srv/copy/.local/static",
        "PYTHONUNBUFFERED": "1",
        "MAILBOX_DIR": "/srv/copy/.local/mailbox",
        "UPLOADS_DIR": "/srv/copy/.local/uploads",
    }


def test_what_is_given_is_used() -> None:
    given = {
        "DATABASE_URL": "postgres://me@db/registry",
        "REDIS_URL": "redis://127.0.0.1/3",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "PORT": "8123",
        "RESPONSE_WINDOW": "120s",
        "WORKERS": "2",
    }
    plan = make_plan(given, FOLDER)

    assert (plan.own_database, plan.own_mailbox, plan.redis) == (False, False, True)
    assert (plan.sample, plan.trial, plan.port, plan.workers) == (True, True, 8123, 2)
    assert given.items() <= plan.env.items()
    assert plan.site == "http://127.0.0.1:8123"
    assert "MAILBOX_DIR" not in plan.env


def test_mail_to_another_machine_is_no_trial_and_gets_no_sample() -> None:
    plan = make_plan({"EMAIL_URL": "smtp://mx.example.org"}, FOLDER)

    assert (plan.trial, plan.sample) == (False, False)
    assert plan.env["TRIAL_MODE"] == "0"


def test_trial_mode_can_be_turned_off_and_the_sample_left_out() -> None:
    plan = make_plan({"TRIAL_MODE": "0", "SAMPLE": "0"}, FOLDER)

    assert (plan.trial, plan.sample) == (False, False)
    assert plan.env["TRIAL_MODE"] == "0"


def test_an_empty_variable_is_none() -> None:
    plan = make_plan({"DATABASE_URL": "", "PORT": "", "EMAIL_URL": ""}, FOLDER)
    assert (plan.own_database, plan.own_mailbox, plan.port) == (True, True, 8000)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "8000 ", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    with pytest.raises(Refused, match=f"^PORT={port} is no number from 1 to 65535.$"):
        make_plan({"PORT": port}, FOLDER)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("smtp://127.0.0.1:25", True),
        ("smtp://127.9.9.9", True),
        ("smtp://[::1]:2525", True),
        ("smtp://localhost", True),
        ("smtp+tls://me:secret@localhost:587", True),
        ("smtp://mx.example.org", False),
        ("smtp://10.0.0.1", False),
        ("smtp://localhost.example.org", False),
        ("smtp://127.0.0.1@mx.example.org", False),
        ("consolemail://", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, here: bool) -> None:
    assert loopback(url) is here


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    made = kept_secrets(tmp_path)

    assert kept_secrets(tmp_path) == made
    assert sorted(made) == ["LINK_KEY", "SECRET_KEY"]
    assert len(set(made.values())) == 2 and min(map(len, made.values())) > 60
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
