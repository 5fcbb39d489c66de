"""Addresses of authors are deleted a year after the inquiry ended (product.md, section 11)."""

from datetime import datetime, timedelta

import pytest

from reports import answers, links, retention
from reports.contacts import facts_of
from reports.inquiry import ear
from reports.models import Address, Contact, Letter, Report, Suggestion
from reports.reach import reached
from tests.everything import places_of
from tests.reports.states import DAY, LIVES, Life, make_moderator, make_reporter, reach

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)
OPEN = {
    "submitted", "submitted, paper known", "asking", "asking, held", "asking, once public",
    "asking, paper known", "unreachable", "unreachable, once public", "unreachable, paper known",
}  # fmt: skip
"""Lives whose authors may still be written to."""


def made(name: str) -> Life:
    return reach(name, reporter=make_reporter(), moderator=make_moderator())


def end_of(life: Life) -> datetime:
    """When the inquiry ended; where nobody was asked, when the report last changed."""
    report = life.report
    inquiry = getattr(report, "inquiry", None)
    return report.updated_at if inquiry is None or inquiry.closed_at is None else inquiry.closed_at


def copies(life: Life) -> set[str]:
    return places_of(life.mark("address"), life.mark("source"))


@pytest.mark.parametrize("name", LIVES)
def test_a_year_after_its_end_no_copy_of_an_address_is_left(name: str) -> None:
    life = made(name)
    kept = copies(life)
    assert kept <= {
        "reports.address.email", "reports.address.source", "reports.address.source_url",
        "reports.report.typed",
    }  # fmt: skip
    assert kept
    assert retention.forget_addresses(now=end_of(life) + YEAR - MINUTE) == 0
    assert copies(life) == kept
    assert retention.forget_addresses(now=end_of(life) + YEAR) == (name not in OPEN)
    assert copies(life) == (kept if name in OPEN else set())


@pytest.mark.parametrize("name", sorted(OPEN))
def test_an_open_inquiry_keeps_its_addresses_for_as_long_as_it_takes(name: str) -> None:
    life = made(name)
    kept = copies(life)
    assert retention.forget_addresses(now=life.now + 5 * YEAR) == 0
    assert copies(life) == kept


def test_what_was_sent_and_whether_it_arrived_stays() -> None:
    life = made("lapsed")
    facts = list(Letter.objects.order_by("pk").values_list("kind", "printed", "handed_over_at"))
    to = list(Letter.objects.order_by("pk").values_list("address", flat=True))
    deadline = life.inquiry.deadline
    assert deadline is not None
    now = end_of(life) + YEAR
    retention.forget_addresses(now=now)
    after = Letter.objects.order_by("pk")
    assert list(after.values_list("kind", "printed", "handed_over_at")) == facts
    assert list(after.values_list("address", flat=True)) == to
    assert set(Contact.objects.values_list("address", "state")) == {(None, "handed_over")}
    contact = life.contact()
    assert reached(facts_of(contact), life.inquiry.policy, deadline, ear(now))
    assert life.report.state == "lapsed"


def test_the_link_ends_when_the_address_does() -> None:
    life = made("lapsed")
    end = end_of(life)
    assert links.resolve(life.tokens[1], end + YEAR) is not None
    assert links.resolve(life.tokens[1], end + YEAR + MINUTE) is None


def test_twice_is_once_and_a_limit_holds() -> None:
    reporter, moderator = make_reporter(), make_moderator()
    lives = [reach("answered", reporter=reporter, moderator=moderator) for _ in range(3)]
    now = lives[0].now + 2 * YEAR
    assert retention.forget_addresses(now=now, limit=2) == 2
    assert retention.forget_addresses(now=now, limit=2) == 1
    stamps = set(Report.objects.values_list("forgotten_at", flat=True))
    assert retention.forget_addresses(now=now + DAY) == 0
    assert set(Report.objects.values_list("forgotten_at", flat=True)) == stamps == {now}


def test_what_authors_and_moderators_wrote_down_loses_the_address() -> None:
    life = made("asking, held")
    mark = life.mark("suggestion")
    Suggestion.objects.update(note=f"Write to {mark}@authors.example, please.")
    life.search()
    report = life.report
    report.searches.update(found=f"On the homepage: <new-{life.mark('address')}@authors.example>")
    life.answer()
    retention.forget_addresses(now=life.now + YEAR)
    assert places_of("@authors.example") == set()
    assert Suggestion.objects.values_list("name", "email", "note").get() == (
        mark, "", "Write to … please.",
    )  # fmt: skip
    assert report.searches.get().found == "On the homepage: …"


def test_who_asked_not_to_be_written_to_again_is_still_left_alone() -> None:
    life = made("asking")
    email = life.report.addresses.all()[0].email
    answers.opt_out(contact_id=life.contact().pk, now=life.now)
    life.answer()
    now = life.now + YEAR
    retention.forget_addresses(now=now)
    other = Life(reporter=life.reporter, moderator=life.moderator, now=now)
    other.draft(identifiers=life.doi, address__0__email=email, claim__0__quote="Another claim.")
    Report.objects.filter(pk=other.report_id).update(paper=life.report.paper)
    form = other.report.typed | {
        "paper": [str(life.report.paper_id)], "again": ["on"], "again_because": ["A new claim."],
    }  # fmt: skip
    Report.objects.filter(pk=other.report_id).update(typed=form)
    other.submit()
    other.accept()
    assert other.contact().state == "opted_out"
    assert other.contact().address is not None
    assert other.contact(2).state == "unknown"


def test_a_report_asked_about_anew_is_forgotten_anew() -> None:
    life = made("unasked")
    retention.forget_addresses(now=end_of(life) + YEAR)
    assert copies(life) == set()
    life.now = end_of(life) + 2 * YEAR
    life.ask_again()
    life.answer()
    assert copies(life) == {"reports.address.email", "reports.address.source"}
    assert retention.forget_addresses(now=life.now + YEAR - MINUTE) == 0
    assert retention.forget_addresses(now=life.now + YEAR) == 1
    assert copies(life) == set()


def test_a_late_answer_does_not_keep_the_address_longer() -> None:
    life = made("lapsed")
    end = end_of(life)
    life.now = end + YEAR - DAY
    life.answer()
    assert retention.forget_addresses(now=end + YEAR) == 1


def test_a_draft_that_is_taken_up_again_is_no_old_draft() -> None:
    life = made("draft")
    now = life.now + YEAR
    retention.forget_addresses(now=now)
    life.now = now
    report = life.report
    assert report.typed["summary"] == [f"We ran it. {life.mark('text')}"]
    life.save_again()
    assert life.report.forgotten_at is None
    assert retention.forget_addresses(now=now + YEAR - MINUTE) == 0
    assert retention.forget_addresses(now=now + YEAR) == 1
    assert copies(life) == set()


def test_two_emptied_addresses_of_a_report_do_not_meet() -> None:
    life = made("answered")
    retention.forget_addresses(now=end_of(life) + YEAR)
    assert list(Address.objects.values_list("email", "author_position")) == [("", 1), ("", 2)]


def test_what_was_asked_about_again_at_the_same_moment_is_left_alone() -> None:
    life = made("asking")
    kept = copies(life)
    assert retention._forget(life.report_id, life.now + YEAR) is False
    assert copies(life) == kept
