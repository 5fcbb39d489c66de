"""`manage.py classify_mail`: a line for each file, and what happens to those that are missing."""

import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

HUMAN = b"From: Ann <ann@uni.example>\nSubject: Re: Report\n\nThe rate was wrong.\n"
ROBOT = b"From: Ann <ann@uni.example>\nAuto-Submitted: auto-replied\n\nI am away.\n"


def classified(*files: str) -> list[dict[str, object]]:
    out = io.StringIO()
    call_command("classify_mail", *files, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_file_gets_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(HUMAN)
    (tmp_path / "b.eml").write_bytes(ROBOT)
    human, robot = classified(str(tmp_path / "a.eml"), str(tmp_path / "b.eml"))
    assert human == {
        "file": str(tmp_path / "a.eml"),
        "kind": "human",
        "final": False,
        "addresses": [],
        "reply": human["reply"],
    }
    assert str(human["reply"]).strip() == "The rate was wrong."
    assert (robot["kind"], robot["reply"]) == ("auto_reply", "")


def test_what_decided_is_said_if_asked(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(ROBOT)
    (line,) = classified("--why", str(tmp_path / "b.eml"))
    assert line["why"] == ("The mail says that a program sent it (Auto-Submitted: auto-replied).")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROBOT)))
    assert [line["kind"] for line in classified("-")] == ["auto_reply"]


def test_a_missing_file_is_said_after_the_others_are_done(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(HUMAN)
    out, err = io.StringIO(), io.StringIO()
    files = [str(tmp_path / "no.eml"), str(tmp_path), str(tmp_path / "a.eml")]
    with pytest.raises(CommandError) as error:
        call_command("classify_mail", *files, stdout=out, stderr=err)
    assert error.value.returncode == 2
    assert [json.loads(line)["kind"] for line in out.getvalue().splitlines()] == ["human"]
    assert err.getvalue().splitlines() == [
        f"{tmp_path / 'no.eml'}: cannot be read: No such file or directory.",
        f"{tmp_path}: cannot be read: Is a directory.",
    ]
