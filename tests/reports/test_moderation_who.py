"""Who may not decide: it holds for everything that moderators do."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from registry.models import PaperAuthor
from reports import moderation, services, suggestions
from reports.lifecycle import Refused
from reports.models import Report, ReportEvent
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    hand_over,
    make_asking,
    make_lapsed,
    make_moderator,
    make_submitted,
    say_no_author,
    state_of,
)

pytestmark = pytest.mark.django_db
Act = Callable[[Report, User], Any]


def asking() -> Report:
    report = make_asking(make_moderator())
    hand_over(report, NOW)
    return report


def held() -> Report:
    report = asking()
    moderation.open_hold(report_id=report.pk, moderator=make_moderator(), reason="x", now=NOW)
    return report


def suggested() -> Report:
    report = asking()
    say_no_author(report, now=NOW)
    return report


def answered() -> Report:
    report = asking()
    answer(report, now=NOW)
    return report


def accept(report: Report, user: User) -> None:
    services.accept(
        report_id=report.pk, moderator=user, now=NOW,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[a.pk for a in report.addresses.all()],
    )  # fmt: skip


ACTS: dict[str, tuple[Callable[[], Report], Act]] = {
    "accept": (lambda: make_submitted("ada@lab.example"), accept),
    "return": (
        make_submitted,
        lambda r, u: services.return_report(report_id=r.pk, moderator=u, reason="x", now=NOW),
    ),
    "decline": (
        make_submitted,
        lambda r, u: services.decline(report_id=r.pk, moderator=u, reason="x", now=NOW),
    ),
    "remove": (
        asking, lambda r, u: services.remove(report_id=r.pk, moderator=u, reason="x", now=NOW)
    ),
    "open a hold": (
        asking,
        lambda r, u: moderation.open_hold(report_id=r.pk, moderator=u, reason="x", now=NOW),
    ),
    "release a hold": (
        held,
        lambda r, u: moderation.release_hold(
            hold_id=r.inquiry.holds.get().pk, moderator=u, now=NOW
        ),
    ),
    "record a search": (
        asking,
        lambda r, u: moderation.record_search(
            report_id=r.pk, moderator=u, where="x", found="", now=NOW
        ),
    ),
    "unasked": (
        asking, lambda r, u: moderation.unasked(report_id=r.pk, moderator=u, now=NOW)
    ),
    "ask again": (
        asking,
        lambda r, u: moderation.ask_again(
            report_id=r.pk, moderator=u, author_position=2, email="bo@other.example",
            source="x", now=NOW,
        ),
    ),
    "counts": (
        asking,
        lambda r, u: moderation.mark_counts(
            contact_id=contact_of(r).pk, moderator=u, because="x", now=NOW
        ),
    ),
    "revoke": (
        asking,
        lambda r, u: moderation.revoke_link(contact_id=contact_of(r).pk, moderator=u, now=NOW),
    ),
    "decide": (
        suggested,
        lambda r, u: suggestions.decide_suggestion(
            suggestion_id=contact_of(r).suggestions.get().pk, moderator=u, upheld=True,
            decision="x", now=NOW,
        ),
    ),
    "not reached": (
        lambda: make_lapsed(make_moderator()),
        lambda r, u: moderation.not_reached(
            report_id=r.pk, moderator=u, reason="x", now=FIRST_DEADLINE + DAY
        ),
    ),
    "resolve": (
        answered,
        lambda r, u: moderation.resolve(report_id=r.pk, moderator=u, now=NOW + 90 * DAY),
    ),
    "open again": (
        answered,
        lambda r, u: moderation.reopen(report_id=r.pk, moderator=u, reason="x", now=NOW),
    ),
    "without content": (
        answered,
        lambda r, u: services.mark_without_content(
            answer_id=r.answers.get().pk, moderator=u, now=NOW
        ),
    ),
}  # fmt: skip


def not_staff(report: Report) -> User:
    return User.objects.create_user("anybody@elsewhere.example")


def switched_off(report: Report) -> User:
    return make_moderator(is_active=False)


def the_reporter(report: Report) -> User:
    report.reporter.is_staff = True
    report.reporter.save()
    return report.reporter


def an_author_by_name(report: Report) -> User:
    return User.objects.create_user("chen@home.example", name="CHEN Wei", is_staff=True)


def an_author_by_orcid(report: Report) -> User:
    PaperAuthor.objects.filter(position=2).update(orcid="0000-0002-1825-0097")
    return make_moderator(orcid="0000-0002-1825-0097")


def an_author_by_address(report: Report) -> User:
    report.addresses.create(author_position=3, rank=1, email="Chen@solo.example", source="x")
    return make_moderator(email="chen@solo.example")


def of_the_authors_house(report: Report) -> User:
    report.addresses.create(author_position=3, rank=1, email="chen@uni.example", source="x")
    return make_moderator(email="mo@uni.example")


def of_the_reporters_house(report: Report) -> User:
    return make_moderator(affiliation=" lab R ")


CASES = [
    (not_staff, "Only moderators decide"),
    (switched_off, "Only moderators decide"),
    (the_reporter, "your own report"),
    (an_author_by_name, "your own paper"),
    (an_author_by_orcid, "your own paper"),
    (an_author_by_address, "your own paper"),
    (of_the_authors_house, "your own institution"),
    (of_the_reporters_house, "your own institution"),
]


@pytest.mark.parametrize(("who", "sentence"), CASES)
@pytest.mark.parametrize("name", ACTS)
def test_who_may_not_decide_changes_nothing(name, who, sentence) -> None:
    make, act = ACTS[name]
    report = make()
    user = who(report)
    before = (state_of(report), ReportEvent.objects.count())
    with pytest.raises(Refused, match=sentence):
        act(report, user)
    assert (state_of(report), ReportEvent.objects.count()) == before


NEEDS_AN_INQUIRY = [
    "resolve",
    "open again",
    "open a hold",
    "record a search",
    "unasked",
    "ask again",
    "not reached",
]


@pytest.mark.parametrize("name", NEEDS_AN_INQUIRY)
def test_of_a_report_about_which_nobody_was_asked_there_is_nothing_to_decide(name) -> None:
    report = make_submitted("ada@lab.example")
    with pytest.raises(Refused, match="were never asked about this report"):
        ACTS[name][1](report, make_moderator())
    assert state_of(report) == "submitted"
