"""Letters on their way when the deadline passes, notices that come late, and the log of both."""

from datetime import timedelta

import pytest

from reports import answers, lapse, moderation
from reports.facts import delivered
from reports.models import Letter, ReportEvent
from tests.reports.inquiries import (
    DAY,
    NOW,
    contact_of,
    fail,
    hand_over,
    inquiry_of,
    listen,
    make_asking,
    run_to_the_deadline,
    state_of,
)

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def test_a_notice_that_is_owed_when_the_deadline_passes_keeps_the_report_from_lapsing(
    moderator,
) -> None:
    """The server may have it: it names a later deadline than the one in force."""
    report = make_asking(moderator)
    now = run_to_the_deadline(report) + SOON
    listen(now)
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=3, email="chen@lab.example",
        source="homepage", now=now,
    )  # fmt: skip
    assert lapse.lapse(report.pk, now=now).unmet == ["due"]
    hand_over(report, now)
    assert inquiry_of(report).deadline >= now + 14 * DAY
    assert state_of(report) == "asking"


def test_a_notice_that_would_give_no_more_time_keeps_nothing(moderator) -> None:
    """One late author moves the deadline; those after them do not."""
    report = make_asking(moderator)
    inquiry = inquiry_of(report)
    inquiry.late_author = True
    inquiry.save()
    now = run_to_the_deadline(report) + SOON
    listen(now)
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=3, email="chen@lab.example",
        source="homepage", now=now,
    )  # fmt: skip
    assert lapse.lapse(report.pk, now=now).unmet == []


def test_a_success_notice_that_comes_late_undoes_no_final_notice_that_had_settled(
    moderator,
) -> None:
    report = make_asking(moderator)
    now = run_to_the_deadline(report) + SOON
    listen(now)
    final = Letter.objects.get(contact=contact_of(report), kind="final_notice")
    delivered(letter_id=final.pk, now=now)
    assert lapse.lapse(report.pk, now=now).unmet == []


def facts_told(report) -> list[tuple[str, str]]:
    """What the log says became of letters, as (kind, fact)."""
    told = ReportEvent.objects.filter(report=report, kind="letter_fact").order_by("pk")
    return [(event.data["kind"], event.data["fact"]) for event in told]


def test_the_log_tells_of_letters_that_were_cancelled_with_an_address(moderator) -> None:
    report = make_asking(moderator, ["ada@lab.example", "ada@home.example"])
    hand_over(report, NOW)
    moderation.open_hold(report_id=report.pk, moderator=moderator, reason="x", now=NOW)
    pending = contact_of(report).letters.create(
        address=contact_of(report).address, kind="reminder_1", owed_at=NOW + DAY,
        event=ReportEvent.objects.create(
            report=report, kind="letter", at=NOW + DAY, actor="sweep", data={"letter": "reminder_1"}
        ),
    )  # fmt: skip
    fail(report, now=NOW + DAY)
    pending.refresh_from_db()
    assert pending.cancelled_at == NOW + DAY
    assert facts_told(report) == [
        ("notice", "handed over"), ("notice", "failed"), ("reminder_1", "cancelled"),
    ]  # fmt: skip


def test_the_log_tells_which_deadline_a_letter_named_also_one_that_was_shown(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    answers.opt_out(contact_id=contact_of(report).pk, now=NOW + DAY)
    assert facts_told(report) == [
        ("notice", "handed over"),
        ("reminder_2", "handed over"), ("reminder_2", "delivered"),
        ("final_notice", "handed over"), ("final_notice", "delivered"),
    ]  # fmt: skip
    told = ReportEvent.objects.filter(report=report, data__fact="handed over")
    deadline = inquiry_of(report).deadline.isoformat()
    assert [event.data["printed"] for event in told] == [deadline] * 3
