"""The audit finds a listing that stands on nothing, whatever it lacks, and says what."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from registry.models import Listing, Paper
from reports import merging
from reports.audit import audit
from reports.models import Address, Answer, Hold, Letter, PaperEvent, Probe, Report
from reports.reach import LetterKind
from tests.reports.inquiries import answer
from tests.reports.states import DAY, LIVES, Life, make_moderator, make_reporter, reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapsed() -> Life:
    return reach("lapsed", reporter=make_reporter(), moderator=make_moderator())


def whys() -> list[str]:
    """What the audit says is wrong."""
    return [finding.why for finding in audit() if not finding.right]


@pytest.mark.parametrize("name", LIVES)
def test_every_listing_that_the_services_make_is_right(name: str) -> None:
    reach(name, reporter=make_reporter(), moderator=make_moderator())
    assert whys() == []


def _listing() -> Listing:
    return Listing.objects.get()


BREAKS: dict[str, tuple[Callable[[Life], object], str]] = {
    "the notice had failed": (
        lambda life: Letter.objects.filter(kind=LetterKind.NOTICE).update(failed_at=life.now),
        "not reached: no author who counts got notice, reminder and final notice",
    ),
    "the final notice named another date": (
        lambda life: Letter.objects.filter(kind=LetterKind.FINAL_NOTICE).update(
            printed=life.inquiry.deadline - DAY
        ),
        "not reached: no author who counts got notice, reminder and final notice",
    ),
    "the final notice left too late to settle": (
        lambda life: Letter.objects.filter(kind=LetterKind.FINAL_NOTICE).update(
            handed_over_at=life.inquiry.deadline - DAY, delivered_at=None
        ),
        "not reached: no author who counts got notice, reminder and final notice",
    ),
    "nobody was reminded": (
        lambda life: Letter.objects.filter(kind__startswith="reminder").update(
            kind=LetterKind.NOTICE
        ),
        "not reached: no author who counts got notice, reminder and final notice",
    ),
    "it was the wrong person": (
        lambda life: Address.objects.update(failed_at=life.now),
        "not reached: no author who counts got notice, reminder and final notice",
    ),
    "a hold stood": (
        lambda life: Hold.objects.create(
            inquiry=life.inquiry, reason="a question", opened_at=life.inquiry.deadline
        ),
        "not silent: a hold stood",
    ),
    "an answer had arrived": (
        lambda life: Answer.objects.create(
            contact=life.contact(),
            kind="explains",
            text="We did.",
            name="Ada",
            given_at=life.inquiry.deadline,
            form_key=uuid4(),
        ).reports.add(life.report_id),
        "not silent: an answer had arrived",
    ),
    "no probe came back": (
        lambda life: Probe.objects.all().delete(),
        "not listening: no probe sent after the deadline had come back",
    ),
    "the probe was sent before the deadline": (
        lambda life: Probe.objects.update(sent_at=life.inquiry.deadline - timedelta(hours=1)),
        "not listening: no probe sent after the deadline had come back",
    ),
    "the outcome does not list": (
        lambda life: Report.objects.update(outcome="matched in part"),
        "the outcome 'matched in part' cannot list",
    ),
    "the report went elsewhere": (
        lambda life: Report.objects.update(state="asking"),
        "it is open, and the report is asking",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_listing_is_found_wrong_if(what: str, lapsed: Life) -> None:
    assert whys() == []
    happens, why = BREAKS[what]
    happens(lapsed)
    assert whys() == [why]


def test_an_answer_to_the_same_claims_stood_from_another_report(lapsed: Life) -> None:
    other = reach("answered", reporter=lapsed.reporter, moderator=lapsed.moderator)
    lapsed_claim = lapsed.report.claims.get()
    other.report.claims.update(place=lapsed_claim.place)
    Report.objects.filter(pk=other.report_id).update(paper=lapsed.report.paper)
    assert whys() == ["not new: an answer to the same claims stood from another report"]


@pytest.mark.parametrize(
    ("merged", "undone", "wrong"),
    [
        (-1, None, True),  # as it was listed
        (1, None, True),  # while it was listed
        (-2, -1, False),  # over when it was listed
        (None, None, False),
    ],
)
def test_an_answer_beside_another_entry_of_the_work_counts_while_they_are_one(
    lapsed: Life, merged: int | None, undone: int | None, wrong: bool
) -> None:
    other = reach("answered", reporter=lapsed.reporter, moderator=lapsed.moderator)
    other.report.claims.update(place=lapsed.report.claims.get().place)
    for kind, days in ((PaperEvent.Kind.MERGED, merged), (PaperEvent.Kind.UNMERGED, undone)):
        if days is not None:
            PaperEvent.objects.create(
                kind=kind, paper=other.report.paper, root=lapsed.report.paper,
                user=lapsed.moderator, note="One work.", at=_listing().opened_at + days * DAY,
            )  # fmt: skip
    why = "not new: an answer to the same claims stood from another report"
    assert whys() == ([why] if wrong else [])


@pytest.mark.parametrize(("other_from", "wrong"), [(1, True), (3, False)])
def test_two_entries_under_one_root_are_one_work_only_while_both_are(
    lapsed: Life, other_from: int, wrong: bool
) -> None:
    """The listed one from the first day to the second, the answered one for a day from then on."""
    other = reach("answered", reporter=lapsed.reporter, moderator=lapsed.moderator)
    other.report.claims.update(place=lapsed.report.claims.get().place)
    root = Paper.objects.create(title="The same work", created_at=lapsed.now, is_public=True)
    for life, begun in ((lapsed, 1), (other, other_from)):
        for kind, day in ((PaperEvent.Kind.MERGED, begun), (PaperEvent.Kind.UNMERGED, begun + 1)):
            PaperEvent.objects.create(
                kind=kind, paper=life.report.paper, root=root, user=lapsed.moderator, note="So.",
                at=_listing().opened_at + day * DAY,
            )  # fmt: skip
    assert bool(whys()) is wrong


@pytest.mark.parametrize("ended", [False, True])
def test_a_letter_that_fails_after_the_listing_ended_leaves_it_right(
    ended: bool, lapsed: Life
) -> None:
    if ended:
        answer(lapsed.report, now=lapsed.now + DAY)
    Letter.objects.update(failed_at=lapsed.now + 2 * DAY)
    Address.objects.update(failed_at=lapsed.now + 2 * DAY)
    assert len(whys()) == (0 if ended else 1)


def test_an_answer_beside_a_report_that_was_withdrawn_since_counts(lapsed: Life) -> None:
    other = reach("answered", reporter=lapsed.reporter, moderator=lapsed.moderator)
    other.report.claims.update(place=lapsed.report.claims.get().place)
    Report.objects.filter(pk=other.report_id).update(paper=lapsed.report.paper)
    other.now = lapsed.now + DAY
    other.withdraw()
    assert whys() == ["not new: an answer to the same claims stood from another report"]


def test_a_listing_that_had_ended_when_the_papers_were_merged_is_right(lapsed: Life) -> None:
    other = reach("answered", reporter=lapsed.reporter, moderator=lapsed.moderator)
    other.report.claims.update(place=lapsed.report.claims.get().place)
    answer(lapsed.report, now=lapsed.now + DAY)
    merging.merge(
        paper_id=lapsed.report.paper_id, root_id=other.report.paper_id,
        moderator=lapsed.moderator, reason="One work.", now=lapsed.now + 2 * DAY,
    )  # fmt: skip
    assert whys() == []


def test_a_report_that_lists_and_is_not_listed_is_found() -> None:
    life = reach("answered", reporter=make_reporter(), moderator=make_moderator())
    Report.objects.filter(pk=life.report_id).update(state="lapsed")
    assert [str(finding) for finding in audit()] == [
        f"report {life.report_id}, no listing: WRONG: it is lapsed, and not on the list"
    ]


def test_the_command_says_what_is_right_and_why(lapsed: Life) -> None:
    out = StringIO()
    call_command("audit", "--all", stdout=out)
    assert out.getvalue() == (
        f"report {lapsed.report_id}, listing {_listing().pk}: right: "
        "due, reached, silent, listening and new\nListings: 1 right, 0 wrong.\n"
    )


def test_the_command_fails_where_one_is_wrong(lapsed: Life) -> None:
    Probe.objects.all().delete()
    out = StringIO()
    with pytest.raises(CommandError, match=r"^Listings: 0 right, 1 wrong\."):
        call_command("audit", stdout=out)
    assert "WRONG: not listening" in out.getvalue()
