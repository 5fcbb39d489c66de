"""The real mails of other projects' tests: no robot is a person, no wrong address dies."""

from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from bench.corpora import CORPORA, HUMAN, Case, cases
from notifications.classify import Kind
from notifications.diagnostics import BAD_ADDRESS

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not (DATA / CORPORA[0]).exists(), reason="the corpora are not here"),
]
FAILED = (Kind.BOUNCE_PERMANENT, Kind.BOUNCE_TEMPORARY)


@cache
def corpus(name: str) -> list[Case]:
    return list(cases(name, DATA))


@pytest.mark.parametrize("name", CORPORA)
def test_no_robot_is_taken_for_a_person(name: str) -> None:
    assert [case.file for case in corpus(name) if case.as_human] == []


@pytest.mark.parametrize("name", CORPORA)
def test_only_a_code_that_says_so_marks_an_address_dead(name: str) -> None:
    """sisimai calls two notices with `550 5.1.1 Mailbox does not exist` soft: not so here."""
    dead = [case for case in corpus(name) if case.as_dead]
    assert [case.file for case in dead if not BAD_ADDRESS & {*case.verdict.codes}] == []


@pytest.mark.parametrize(
    ("name", "share"),
    [("flufl_bounce", 0.97), ("sisimai_set_of_emails", 0.98), ("bounceparser_corpus", 0.95)],
)
def test_bounces_for_good_name_the_right_address(name: str, share: float) -> None:
    hard = [case for case in corpus(name) if case.expected == "hard_bounce"]
    right = [case for case in hard if case.verdict.kind in FAILED and case.address_right]
    assert len(right) / len(hard) >= share


def test_delays_are_not_final_where_the_notice_says_so() -> None:
    late = [case for case in corpus("flufl_bounce") if case.expected == "delayed"]
    assert [case.file for case in late if case.verdict.kind is not Kind.DELAY] == []


@pytest.mark.parametrize("name", CORPORA)
def test_answering_machines_are_recognised_or_held(name: str) -> None:
    machines = [case for case in corpus(name) if case.expected == "auto_reply"]
    assert {case.verdict.kind for case in machines} <= {Kind.AUTO_REPLY, Kind.UNKNOWN}


@pytest.mark.parametrize("name", ["alaveteli_mail", "redmine_mail", "talon"])
def test_people_are_people_if_they_say_who_they_are(name: str) -> None:
    people = [case for case in corpus(name) if case.expected in HUMAN]
    wrong = [case for case in people if case.verdict.kind is not Kind.HUMAN]
    assert [case.file for case in wrong if case.verdict.why != "It names no sender."] == []


@pytest.mark.parametrize("name", CORPORA)
def test_every_mail_is_read_without_an_error_and_at_once(name: str) -> None:
    assert [case.file for case in corpus(name) if "could not be read" in case.verdict.why] == []
    assert max(case.seconds for case in corpus(name)) < 2
