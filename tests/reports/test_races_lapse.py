"""Whatever happens at the moment of the lapse: one winner, the other is told, no wrong listing."""

from datetime import datetime, timedelta

import pytest

from registry.models import Identifier, Paper
from reports import answers, facts, lapse, moderation
from reports.models import Answer, Letter, Report
from tests.reports import inquiries
from tests.reports.inquiries import DAY, contact_of, inquiry_of, state_of
from tests.reports.race import Told
from tests.reports.racing import (
    SOON,
    Act,
    Race,
    accept_now,
    answer_now,
    lapse_now,
    listings,
    overdue,
    recorded,
    withdraw_now,
)

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
]
SHORT = timedelta(milliseconds=1)


def test_an_answer_and_the_lapse(moderators) -> None:
    """Whoever is first, the answer is stored and the paper is not on the list afterwards."""

    def prepare():
        report, now = overdue(moderators[0])

        def check(given, lapsed) -> None:
            assert isinstance(given, Answer)
            assert state_of(report) == "answered"
            assert listings(report) == ([] if isinstance(lapsed, Told) else ["answered"])

        return answer_now(report, now), lapse_now(report, now), check

    Race("answer / lapse").run(prepare)


def test_more_time_and_the_lapse(moderators) -> None:
    """Asked for at the last moment, while the sweep is at work a moment later."""

    def prepare():
        report, now = overdue(moderators[0])
        deadline = now - SOON
        contact = contact_of(report).pk

        def check(granted, lapsed) -> None:
            assert isinstance(granted, Told) != isinstance(lapsed, Told)
            assert state_of(report) == ("lapsed" if isinstance(granted, Told) else "asking")
            if not isinstance(granted, Told):
                assert inquiry_of(report).deadline > deadline

        return (
            lambda: answers.more_time(contact_id=contact, now=deadline),
            lapse_now(report, now),
            check,
        )

    Race("more time / lapse").run(prepare)


def fail_now(report: Report, now: datetime) -> Act:
    letter = contact_of(report).letters.filter(kind="reminder_1").get()
    return recorded(facts.failed, letter_id=letter.pk, reason="5.1.1", address_is_bad=True, now=now)


def test_a_failure_notice_and_the_lapse(moderators) -> None:
    """It never stands: either nothing lapses, or the listing is annulled at once."""

    def prepare():
        report, now = overdue(moderators[0])

        def check(failed, lapsed) -> None:
            assert state_of(report) == "unreachable"
            assert listings(report) == ([] if isinstance(lapsed, Told) else ["annulled"])

        return fail_now(report, now), lapse_now(report, now), check

    Race("failure notice / lapse").run(prepare)


def test_a_failure_notice_just_after_the_lapse(moderators) -> None:
    def prepare():
        report, now = overdue(moderators[0])
        assert lapse.lapse(report.pk, now=now).all_hold

        def check(failed, answered) -> None:
            ending = {"answered": "answered", "unreachable": "annulled"}
            assert isinstance(answered, Answer)
            assert state_of(report) == "answered"
            assert listings(report)[0] in ending.values()

        return fail_now(report, now + SHORT), answer_now(report, now + SHORT), check

    Race("failure notice just after the lapse / answer").run(prepare)


def test_a_hold_and_the_lapse(moderators) -> None:
    """What is held does not lapse; what lapsed is held as it is."""

    def prepare():
        report, now = overdue(moderators[0])

        def check(held, lapsed) -> None:
            assert not isinstance(held, Told)
            assert state_of(report) == ("asking" if isinstance(lapsed, Told) else "lapsed")
            assert lapse.lapse(report.pk, now=now + DAY).all_hold is False

        return (
            lambda: moderation.open_hold(
                report_id=report.pk, moderator=moderators[0], reason="An appeal.", now=now
            ),
            lapse_now(report, now),
            check,
        )

    Race("hold / lapse").run(prepare)


def test_a_release_and_the_lapse(moderators) -> None:
    """The release gives time: nothing lapses in either order."""

    def prepare():
        report, now = overdue(moderators[0])
        hold = moderation.open_hold(
            report_id=report.pk, moderator=moderators[0], reason="An appeal.", now=now - 2 * SOON
        )

        def check(released, lapsed) -> None:
            assert not isinstance(released, Told)
            assert isinstance(lapsed, Told)
            assert state_of(report) == "asking"
            assert inquiry_of(report).deadline >= now + 14 * DAY

        return (
            lambda: moderation.release_hold(hold_id=hold.pk, moderator=moderators[1], now=now),
            lapse_now(report, now),
            check,
        )

    Race("release / lapse").run(prepare)


def test_do_not_write_to_me_again_and_the_lapse(moderators) -> None:
    """Who was reached was reached: the wish takes nobody's listing away, and makes none."""

    def prepare():
        report, now = overdue(moderators[0])
        contact = contact_of(report).pk

        def check(wished, lapsed) -> None:
            assert contact_of(report).state == "opted_out"
            assert state_of(report) == ("asking" if isinstance(lapsed, Told) else "lapsed")
            assert lapse.lapse(report.pk, now=now).all_hold or not isinstance(lapsed, Told)

        return (
            lambda: answers.opt_out(contact_id=contact, now=now),
            lapse_now(report, now),
            check,
        )

    Race("do not write to me again / lapse").run(prepare)


def test_a_withdrawal_and_the_lapse(moderators) -> None:
    def prepare():
        report, now = overdue(moderators[0])

        def check(withdrawn, lapsed) -> None:
            assert state_of(report) == "withdrawn"
            assert listings(report) == ([] if isinstance(lapsed, Told) else ["withdrawn"])

        return withdraw_now(report, now), lapse_now(report, now), check

    Race("withdrawal / lapse").run(prepare)


def test_two_lapse_sweeps(moderators) -> None:
    def prepare():
        report, now = overdue(moderators[0])

        def check(one, two) -> None:
            assert isinstance(one, Told) != isinstance(two, Told)
            assert listings(report) == [""]

        return lapse_now(report, now), lapse_now(report, now), check

    Race("lapse / lapse").run(prepare)


def test_a_late_author_s_notice_and_the_lapse(moderators) -> None:
    """A notice that is with the server when the deadline passes names a later one: it holds."""

    def prepare():
        report, now = overdue(moderators[0])
        moderation.ask_again(
            report_id=report.pk, moderator=moderators[0], author_position=3,
            email="chen@lab.example", source="homepage", now=now - SOON,
        )  # fmt: skip
        letter = Letter.objects.select_related("contact__inquiry__report", "address").get(
            contact=contact_of(report, 3)
        )
        assert facts.still_owed(letter) == ""
        printed = facts.deadline_to_print(letter, now)

        def check(handed, lapsed) -> None:
            assert isinstance(lapsed, Told)
            assert (state_of(report), inquiry_of(report).deadline) == ("asking", printed)

        return (
            recorded(facts.handed_over, letter_id=letter.pk, printed=printed, now=now),
            lapse_now(report, now),
            check,
        )

    Race("late author's notice on its way / lapse").run(prepare)


def test_the_acceptance_of_a_report_that_moves_to_the_paper_and_the_lapse_there(moderators) -> None:
    """Both take the locks of papers in one order: neither waits for the other for ever."""

    def prepare():
        report, now = overdue(moderators[0])
        number = f"2401.{report.pk:05}"
        Identifier.objects.create(paper=report.paper, scheme="arxiv", value=number)
        other = inquiries.make_submitted("ada@other.example", place="Figure 9")
        Paper.objects.filter(pk=other.paper_id).update(stated=[f"arxiv:{number}"], is_public=False)

        def check(accepted, lapsed) -> None:
            assert not isinstance(accepted, Told)
            other.refresh_from_db()
            assert other.paper_id == report.paper_id
            assert state_of(report) == ("asking" if isinstance(lapsed, Told) else "lapsed")

        return accept_now(other, moderators[1]), lapse_now(report, now), check

    Race("accept onto the paper / lapse").run(prepare)
