"""Two people at the same moment: one winner, the other is told; and sweeps that ring twice."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.models import User
from notifications.letters import write_letters
from notifications.models import Email
from reports import agreements, facts, letters_due, links, services
from reports.lifecycle import Refused
from reports.models import Agreement, Answer, Letter, Report
from tests.reports import inquiries
from tests.reports.inquiries import DAY, NOW, contact_of, inquiry_of, state_of
from tests.reports.race import Told
from tests.reports.racing import (
    Act,
    Race,
    accept_now,
    answer_now,
    listings,
    recorded,
    withdraw_now,
)

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
]


def test_two_moderators_accept(moderators) -> None:
    def prepare():
        report = inquiries.make_submitted("ada@lab.example")

        def check(one, two) -> None:
            assert isinstance(one, Told) != isinstance(two, Told)
            assert state_of(report) == "asking"
            assert len(inquiries.pending(report)) == 1

        return accept_now(report, moderators[0]), accept_now(report, moderators[1]), check

    Race("accept / accept").run(prepare)


def test_one_moderator_accepts_and_one_returns(moderators) -> None:
    def prepare():
        report = inquiries.make_submitted("ada@lab.example")

        def check(accepted, returned) -> None:
            assert isinstance(accepted, Told) != isinstance(returned, Told)
            wanted = ("returned", 0) if isinstance(accepted, Told) else ("asking", 1)
            assert (state_of(report), len(inquiries.pending(report))) == wanted

        return (
            accept_now(report, moderators[0]),
            lambda: services.return_report(
                report_id=report.pk, moderator=moderators[1], reason="Name the table.", now=NOW
            ),
            check,
        )

    Race("accept / return").run(prepare)


def test_a_withdrawal_and_the_acceptance(moderators) -> None:
    """Whatever comes first, the report is withdrawn; accepted before, its notice is not sent."""

    def prepare():
        report = inquiries.make_submitted("ada@lab.example")

        def check(withdrawn, accepted) -> None:
            assert state_of(report) == "withdrawn"
            for letter in Letter.objects.filter(contact__inquiry__report=report):
                assert facts.still_owed(letter) == "the report is withdrawn"

        return withdraw_now(report, NOW), accept_now(report, moderators[0]), check

    Race("withdrawal / accept").run(prepare)


def test_two_authors_answer(moderators) -> None:
    """The first answer ends the inquiry; the other stands beside it."""

    def prepare():
        report = inquiries.make_asking(moderators[0], "ada@lab.example", "bo@lab.example")
        inquiries.hand_over(report, NOW)

        def check(one, two) -> None:
            assert one != two
            assert state_of(report) == "answered"
            assert report.answers.count() == 2
            assert report.events.filter(target="answered").count() == 1

        return answer_now(report, NOW + DAY), answer_now(report, NOW + DAY, position=2), check

    Race("answer / answer of another author").run(prepare)


def test_one_form_in_two_tabs(moderators) -> None:
    def prepare():
        report = inquiries.make_asking(moderators[0])
        inquiries.hand_over(report, NOW)
        key = uuid4()

        def check(one, two) -> None:
            assert one == two
            assert report.answers.count() == 1
            assert report.events.filter(kind="answer").count() == 1

        return (
            answer_now(report, NOW + DAY, form_key=key),
            answer_now(report, NOW + DAY, form_key=key),
            check,
        )

    Race("the same form / the same form").run(prepare)


def test_one_form_key_in_the_links_of_two_authors(moderators) -> None:
    def prepare():
        reports = [inquiries.make_asking(moderators[0]) for _ in range(2)]
        for report in reports:
            inquiries.hand_over(report, NOW)
        key = uuid4()

        def check(one, two) -> None:
            assert isinstance(one, Told) != isinstance(two, Told)
            assert Answer.objects.filter(form_key=key).count() == 1

        acts = [answer_now(report, NOW + DAY, form_key=key) for report in reports]
        return acts[0], acts[1], check

    Race("one form key / on another paper").run(prepare)


def test_one_author_answers_two_reports_from_the_links_of_both(moderators) -> None:
    """Each names the other report as well: both take the locks in one order."""

    def prepare():
        first = inquiries.make_asking(moderators[0])
        second = inquiries.make_asking(moderators[0], paper=first.paper, place="Figure 4")
        for report in (first, second):
            inquiries.hand_over(report, NOW)

        def check(one, two) -> None:
            for report in (first, second):
                assert state_of(report) == "answered"
                assert {a.pk for a in report.answers.all()} == {one.pk, two.pk}

        return (
            answer_now(first, NOW + DAY, also=[second.pk]),
            answer_now(second, NOW + DAY, also=[first.pk]),
            check,
        )

    Race("answer of both reports / from the other link").run(prepare)


# --- agreements --------------------------------------------------------------------------------


def agreed(moderator: User) -> tuple[Report, datetime]:
    """A report whose agreement settles at the moment, with a co-author who was reached."""
    report = inquiries.make_asking(moderator, "ada@lab.example", "bo@lab.example")
    inquiries.hand_over(report, NOW)
    answer_now(report, NOW + DAY, kind="agrees")()
    agreement = Agreement.objects.get(answer__reports=report)
    agreements.confirm(token=links.agreement_token(agreement), now=NOW + 2 * DAY)
    agreement.refresh_from_db()
    assert agreement.settles_at is not None
    return report, agreement.settles_at


def settle_now(report: Report, now: datetime) -> Act:
    """The sweep, for this agreement alone."""
    agreement = Agreement.objects.get(answer__reports=report)

    def act() -> Any:
        if agreements._settle(agreement.pk, now):
            return "confirmed"
        return Told(Refused("It is not confirmed."))

    return act


def test_an_agreement_taken_back_while_it_settles(moderators) -> None:
    def prepare():
        report, now = agreed(moderators[0])
        contact = contact_of(report).pk

        def check(taken, settled) -> None:
            assert not isinstance(taken, Told)
            assert state_of(report) == "answered"
            assert listings(report) == ([] if isinstance(settled, Told) else ["taken_back"])

        return (
            lambda: agreements.take_back(contact_id=contact, now=now) or "taken back",
            settle_now(report, now),
            check,
        )

    Race("take back / confirm").run(prepare)


def test_an_objection_while_an_agreement_settles(moderators) -> None:
    def prepare():
        report, now = agreed(moderators[0])
        contact = contact_of(report, 2).pk

        def check(objected, settled) -> None:
            assert isinstance(objected, Told) != isinstance(settled, Told)
            assert state_of(report) == ("confirmed" if isinstance(objected, Told) else "answered")

        return (
            lambda: agreements.object_to(contact_id=contact, now=now) or "objected",
            settle_now(report, now),
            check,
        )

    Race("objection / confirm").run(prepare)


def test_two_sweeps_of_agreements(moderators) -> None:
    def prepare():
        report, now = agreed(moderators[0])

        def check(one, two) -> None:
            assert isinstance(one, Told) != isinstance(two, Told)
            assert listings(report) == [""]

        return settle_now(report, now), settle_now(report, now), check

    Race("confirm / confirm").run(prepare)


# --- sweeps of letters --------------------------------------------------------------------------


def test_two_sweeps_of_due_letters(moderators) -> None:
    def prepare():
        report = inquiries.make_asking(moderators[0])
        inquiries.hand_over(report, NOW)
        due = inquiry_of(report).letters_at

        def check(one, two) -> None:
            assert [letter.kind for letter in inquiries.pending(report)] == ["reminder_1"]

        def act() -> Any:
            return letters_due._order(report.pk, now=due)

        return act, act, check

    Race("letters due / letters due").run(prepare)


def test_two_sweeps_of_to_dos(moderators) -> None:
    def prepare():
        report = inquiries.make_asking(moderators[0])

        def check(one, two) -> None:
            write_letters(now=NOW)
            kinds = Email.objects.filter(event__report=report).values_list("kind", flat=True)
            assert sorted(kinds) == ["accepted", "notice", "received"]

        def act() -> Any:
            return write_letters(now=NOW)

        return act, act, check

    Race("to-dos / to-dos").run(prepare)


def test_a_letter_cancelled_by_an_answer_while_it_is_marked(moderators) -> None:
    """The server took it: it was sent, whatever else happened."""

    def prepare():
        report = inquiries.make_asking(moderators[0], "ada@lab.example", "bo@lab.example")
        letters = inquiries.pending(report)
        with transaction.atomic():
            facts.handed_over(letter_id=letters[0].pk, printed=NOW + 30 * DAY, now=NOW)

        def check(answered, marked) -> None:
            letter = Letter.objects.get(pk=letters[1].pk)
            assert (letter.handed_over_at, letter.cancelled_at) == (NOW + DAY, None)
            assert state_of(report) == "answered"

        return (
            answer_now(report, NOW + DAY),
            recorded(
                facts.handed_over, letter_id=letters[1].pk, printed=NOW + 30 * DAY, now=NOW + DAY
            ),
            check,
        )

    Race("answer / a letter is marked").run(prepare)
