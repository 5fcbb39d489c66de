"""Mails that somebody wrote who had not seen the classifier (tests/eml): robots that read like
people, and people who look like robots."""

import json
from pathlib import Path

import pytest

from notifications.classify import Kind, classify
from notifications.mime import read
from notifications.reply_text import new_text

EML = Path(__file__).parents[1] / "eml"
ROBOTS = sorted((EML / "auto_replies").glob("*.eml"))
PEOPLE = sorted((EML / "answers").glob("*.eml"))


def test_they_are_all_there() -> None:
    assert (len(ROBOTS), len(PEOPLE)) == (72, 200)


@pytest.mark.parametrize("file", ROBOTS, ids=lambda file: file.stem)
def test_an_automatic_reply_is_known_or_held_and_never_an_answer(file: Path) -> None:
    assert classify(file.read_bytes()).kind in (Kind.AUTO_REPLY, Kind.UNKNOWN)


@pytest.mark.parametrize("file", PEOPLE, ids=lambda file: file.stem)
def test_a_persons_answer_is_a_persons(file: Path) -> None:
    assert classify(file.read_bytes()).kind is Kind.HUMAN


def test_the_new_text_of_most_is_what_they_wrote() -> None:
    """Word for word, white space folded; two are encrypted and have none that can be said."""
    wanted = json.loads((EML / "answers" / "expected.json").read_text())
    right = total = 0
    for file in PEOPLE:
        text = wanted[file.name]["reply"]
        if text is not None:
            mail = read(file.read_bytes())
            total += 1
            right += new_text(mail.text, mail.html).split() == text.split()
    assert total == 198
    assert right / total >= 0.83
