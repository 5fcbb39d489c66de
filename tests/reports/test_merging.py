"""Two entries of one work: merged under one root, and undone; nothing is moved."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import InternalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from notifications.letters import write_letters
from notifications.models import Email
from registry import selectors
from registry.models import Listing, Paper, PaperAuthor
from registry.services import bearers
from reports import declarations, merging, services
from reports.audit import audit
from reports.lifecycle import Refused
from reports.models import PaperEvent, Report
from reports.public_record import projections_of
from tests.registry import builders
from tests.reports import stages
from tests.reports.moderators import Desk, page_of, sentences, words
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
THEN = NOW + 60 * DAY
PROJECTION = (
    "standing", "listed_at", "answered_at", "report_count", "match_count", "modes", "causes",
)  # fmt: skip


@pytest.fixture
def preprint() -> Paper:
    return builders.paper("Lantern Networks (preprint)", arxiv="2401.00001")


@pytest.fixture
def proceedings() -> Paper:
    return builders.paper("Lantern Networks", doi="10.9999/lantern")


def merge(paper: Paper, root: Paper, by: User | None = None, **more: Any) -> PaperEvent:
    words_ = {"reason": "The DOI names the preprint.", "now": THEN} | more
    return merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=by or stages.moderator(), **words_
    )


def undo(paper: Paper, by: User | None = None) -> PaperEvent:
    return merging.unmerge(
        paper_id=paper.pk, moderator=by or stages.moderator(), reason="Two works.", now=THEN + DAY
    )


def shown(paper: Paper) -> dict[str, Any]:
    paper.refresh_from_db()
    return {name: getattr(paper, name) for name in PROJECTION}


def on_the_list() -> list[int]:
    return [paper.pk for paper in selectors.listed().papers]


# --- what everybody reads ---------------------------------------------------------------------


def test_everything_public_of_both_stands_under_the_root_with_its_dates(
    preprint: Paper, proceedings: Paper
) -> None:
    lapsed, answered = stages.lapsed(of=preprint), stages.answered(of=proceedings, table="Table 9")
    listed_at = shown(preprint)["listed_at"]
    assert listed_at is not None
    merge(preprint, proceedings)
    root, empty = shown(proceedings), shown(preprint)
    assert (root["standing"], root["listed_at"], root["report_count"]) == (
        "no_answer", listed_at, 2,
    )  # fmt: skip
    assert root["answered_at"] is not None
    assert empty == {
        "standing": "none", "listed_at": None, "answered_at": None, "report_count": 0,
        "match_count": 0, "modes": [], "causes": [],
    }  # fmt: skip
    assert on_the_list() == [proceedings.pk]
    page = Client().get(f"/papers/{proceedings.pk}/", follow=True).content.decode()
    for report in (lapsed, answered):
        assert f'id="report-{report.pk}"' in page
    for identifier in ("2401.00001", "10.9999/lantern"):
        assert identifier in page
    assert "came onto the list" in page
    assert Listing.objects.get().paper_id == preprint.pk
    assert Report.objects.get(pk=lapsed.pk).paper_id == preprint.pk


@pytest.mark.parametrize("path", ["/papers/{pk}/", "/papers/{pk}/any-words/", "/arxiv/2401.00001"])
def test_every_old_address_leads_to_the_root(
    path: str, preprint: Paper, proceedings: Paper
) -> None:
    merge(preprint, proceedings)
    response = Client().get(path.format(pk=preprint.pk), follow=True)
    assert response.redirect_chain[-1][0] == f"/papers/{proceedings.pk}/lantern-networks/"
    assert [status for _, status in response.redirect_chain if "arxiv" not in path] in ([301], [])


@pytest.mark.parametrize(
    "q", ["lantern networks", "lantern networks preprint", "arXiv:2401.00001", "10.9999/lantern"]
)
def test_a_search_finds_the_work_once(q: str, preprint: Paper, proceedings: Paper) -> None:
    merge(preprint, proceedings)
    found = {paper.pk for paper in selectors.find_papers(q)}
    assert found == ({proceedings.pk} if q != "lantern networks preprint" else set())
    page = Client().get("/papers/").content.decode()
    assert page.count("Lantern Networks") == 1


def test_one_person_who_reported_on_both_counts_once(preprint: Paper, proceedings: Paper) -> None:
    reporter = stages.user()
    stages.lapsed(of=preprint, reporter=reporter)
    stages.answered(of=proceedings, reporter=reporter, table="Table 9")
    merge(preprint, proceedings)
    assert shown(proceedings)["report_count"] == 1


# --- an answer that stood beside the other entry ------------------------------------------------


@pytest.mark.parametrize("listed_as", ["member", "root", "sibling"])
def test_a_listing_whose_claims_had_been_answered_beside_the_other_is_annulled(
    listed_as: str, preprint: Paper, proceedings: Paper
) -> None:
    report = stages.lapsed(of=preprint)
    stages.answered(of=proceedings)
    if listed_as == "sibling":
        third = builders.paper("The same work")
        merge(preprint, third)
        merge(proceedings, third)
    elif listed_as == "root":
        merge(proceedings, preprint)
    else:
        merge(preprint, proceedings)
    report.refresh_from_db()
    listing = Listing.objects.get()
    assert (report.state, listing.ending, listing.closed_at) == ("answered", "annulled", THEN)
    assert "answered these claims before" in listing.note
    assert on_the_list() == []
    assert [finding for finding in audit() if not finding.right] == []
    reader = Client()
    assert "answered these claims before" in reader.get("/corrections/").text
    with time_machine.travel(THEN + DAY, tick=False):
        page = words(page_of(reader.get(f"/reports/{report.pk}/")), "main")
    assert "The seed matters: use 3." in page
    assert "The listing was annulled: it should not have been made. The authors had" in page
    assert "did not react" not in page  # the reporter reads the answer only now
    write_letters(now=THEN)
    told = Email.objects.filter(event__report=report, event__at=THEN)
    assert ("answer", report.reporter_id) in told.values_list("kind", "user_id")


def test_an_answer_that_stood_then_annuls_though_its_report_was_withdrawn_since(
    preprint: Paper, proceedings: Paper
) -> None:
    report, other = stages.lapsed(of=preprint), stages.answered(of=proceedings)
    services.withdraw(report_id=other.pk, user=other.reporter, note="", now=THEN - DAY)
    merge(preprint, proceedings)
    report.refresh_from_db()
    assert (report.state, on_the_list()) == ("answered", [])


def test_a_third_entry_counts_for_conflicts_and_for_two_persons(
    preprint: Paper, proceedings: Paper, settings: Settings
) -> None:
    settings.TWO_PERSON_RULE = True
    third, biased = builders.paper("The same work"), stages.moderator()
    merge(preprint, third)
    declarations.declare_conflict(
        report_id=stages.lapsed(of=preprint).pk, moderator=biased, now=THEN
    )
    with pytest.raises(Refused, match="You declared a conflict"):
        merge(proceedings, third, biased)
    assert merge(proceedings, third).kind == PaperEvent.Kind.PROPOSED


@pytest.mark.parametrize("why", ["other claims", "answered later", "withdrawn"])
def test_a_listing_without_an_earlier_answer_to_its_claims_stays(
    why: str, preprint: Paper, proceedings: Paper
) -> None:
    report = stages.lapsed(of=preprint)
    other = stages.answered(
        of=proceedings,
        at=THEN if why == "answered later" else NOW,
        table="Table 9" if why == "other claims" else "Table 2",
    )
    if why == "withdrawn":
        before = report.state_at - DAY
        services.withdraw(report_id=other.pk, user=other.reporter, note="", now=before)
    merge(preprint, proceedings, now=THEN + 30 * DAY)
    report.refresh_from_db()
    assert (report.state, on_the_list()) == ("lapsed", [proceedings.pk])
    assert not [finding for finding in audit() if "not new" in finding.why]


# --- afterwards -------------------------------------------------------------------------------


def test_what_happens_to_a_report_of_either_changes_the_root_at_once(
    preprint: Paper, proceedings: Paper
) -> None:
    report = stages.lapsed(of=preprint)
    merge(preprint, proceedings)
    assert on_the_list() == [proceedings.pk]
    stages.answer(report, at=THEN + DAY)
    assert on_the_list() == []
    assert shown(proceedings)["standing"] == "answered"
    assert shown(preprint)["standing"] == "none"
    assert Listing.objects.get().ending == "answered"
    stages.lapsed(of=preprint, at=THEN, table="Table 7")
    assert shown(proceedings)["standing"] == "no_answer"
    stages.accepted(of=proceedings, outcome=stages.Outcome.MATCHED)
    assert shown(proceedings)["report_count"] == 3


def test_a_batch_of_both_papers_is_projected_as_one_work(
    preprint: Paper, proceedings: Paper
) -> None:
    stages.lapsed(of=preprint)
    stages.answered(of=proceedings, table="Table 9")
    merge(preprint, proceedings)
    both = projections_of([preprint.pk, proceedings.pk])
    assert both[proceedings.pk].report_count == 2
    assert both[preprint.pk].report_count == 0
    assert both[preprint.pk].root is not None
    assert both[preprint.pk].root[1] == both[proceedings.pk]


def test_several_are_merged_into_one(preprint: Paper, proceedings: Paper) -> None:
    third = builders.paper("Lantern Networks, extended")
    for paper in (preprint, third):
        stages.lapsed(of=paper)
        merge(paper, proceedings)
    assert shown(proceedings)["report_count"] == 2
    undo(third)
    assert (shown(proceedings)["report_count"], shown(third)["report_count"]) == (1, 1)


def test_undone_each_stands_for_itself_as_before(preprint: Paper, proceedings: Paper) -> None:
    stages.lapsed(of=preprint)
    stages.answered(of=proceedings, table="Table 9")
    before = shown(preprint), shown(proceedings)
    merge(preprint, proceedings)
    undo(preprint)
    assert (shown(preprint), shown(proceedings)) == before
    assert Client().get(f"/papers/{preprint.pk}/", follow=True).status_code == 200
    with pytest.raises(Refused, match="not merged"):
        undo(preprint)


def test_a_paper_entered_by_hand_with_identifiers_of_both_is_the_root(
    preprint: Paper, proceedings: Paper
) -> None:
    entered = builders.paper(
        "Lanterns", public=False, stated=["doi:10.9999/lantern", "arxiv:2401.00001"]
    )
    assert {paper.pk for paper in bearers(entered)} == {preprint.pk, proceedings.pk}
    merge(preprint, proceedings)
    assert [paper.pk for paper in bearers(entered)] == [proceedings.pk]


def test_papers_that_are_not_merged_cost_one_question_more_at_most() -> None:
    papers = [builders.paper(f"Paper {n}").pk for n in range(3)]
    counts = []
    for some in (papers[:1], papers):
        with CaptureQueriesContext(connection) as asked:
            projections_of(some)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- what is refused --------------------------------------------------------------------------


def into_itself(paper: Paper, root: Paper) -> None:
    merge(paper, paper)


def secret(paper: Paper, root: Paper) -> None:
    merge(builders.paper("Hidden", public=False), root)


def into_a_merged_one(paper: Paper, root: Paper) -> None:
    merge(paper, root)
    merge(builders.paper("Third"), paper)


def twice(paper: Paper, root: Paper) -> None:
    merge(paper, root)
    merge(paper, builders.paper("Third"))


def a_root(paper: Paper, root: Paper) -> None:
    merge(paper, root)
    merge(root, builders.paper("Third"))


def without_a_reason(paper: Paper, root: Paper) -> None:
    merge(paper, root, reason="  ")


def unknown(paper: Paper, root: Paper) -> None:
    merging.merge(
        paper_id=paper.pk, root_id=10**9, moderator=stages.moderator(), reason="x", now=THEN
    )


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (into_itself, "This is the same paper"),
        (secret, "Only papers that are public"),
        (into_a_merged_one, "That paper is merged into paper"),
        (twice, "This paper is merged into paper"),
        (a_root, "Papers are merged into this one"),
        (without_a_reason, "how do you know"),
        (unknown, "There is no such paper"),
    ],
)
def test_what_cannot_be_merged_says_why(
    act: Callable[[Paper, Paper], None], said: str, preprint: Paper, proceedings: Paper
) -> None:
    with pytest.raises(Refused, match=said):
        act(preprint, proceedings)


def test_nobody_merges_what_concerns_them(preprint: Paper, proceedings: Paper) -> None:
    report = stages.lapsed(of=proceedings)
    PaperAuthor.objects.filter(paper=preprint, position=1).update(name="Mo Author")
    author = stages.moderator()
    author.name = "mo  AUTHOR"
    biased = stages.moderator()
    declarations.declare_conflict(report_id=report.pk, moderator=biased, now=THEN)
    for user, said in (
        (author, "your own paper"), (biased, "You declared a conflict"),
        (report.reporter, "Only moderators"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            merge(preprint, proceedings, user)


def test_what_was_done_is_append_only(preprint: Paper, proceedings: Paper) -> None:
    merge(preprint, proceedings)
    with pytest.raises(InternalError, match="append-only"):
        PaperEvent.objects.update(note="other")


# --- by two -----------------------------------------------------------------------------------


def test_where_a_listing_was_ever_made_two_moderators_decide(
    settings: Settings, preprint: Paper, proceedings: Paper
) -> None:
    settings.TWO_PERSON_RULE = True
    other = builders.paper("Gears")
    assert merge(other, proceedings).kind == "merged"
    report = stages.lapsed(of=preprint)
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=THEN)
    first = stages.moderator()
    proposal = merge(preprint, proceedings, first)
    assert (proposal.kind, shown(preprint)["standing"]) == ("proposed", "none")
    preprint.refresh_from_db()
    assert preprint.root_id is None
    with pytest.raises(Refused, match="proposed already"):
        merge(preprint, proceedings)
    with pytest.raises(Refused) as own:
        merging.confirm(proposal_id=proposal.pk, moderator=first, now=THEN)
    assert str(own.value) == merging.OWN
    merging.confirm(proposal_id=proposal.pk, moderator=stages.moderator(), now=THEN)
    preprint.refresh_from_db()
    assert preprint.root_id == proceedings.pk
    with pytest.raises(Refused) as decided:
        merging.reject(proposal_id=proposal.pk, moderator=stages.moderator(), reason="x", now=THEN)
    assert str(decided.value) == merging.DECIDED


def test_a_proposal_that_is_not_possible_any_more_says_why(
    settings: Settings, preprint: Paper, proceedings: Paper
) -> None:
    stages.lapsed(of=preprint)
    settings.TWO_PERSON_RULE = True
    proposal = merge(preprint, proceedings)
    merge(builders.paper("Third"), builders.paper("Fourth"))
    settings.TWO_PERSON_RULE = False
    merge(preprint, builders.paper("Fifth"))
    with pytest.raises(Refused, match="is merged into paper"):
        merging.confirm(proposal_id=proposal.pk, moderator=stages.moderator(), now=THEN)
    merging.reject(proposal_id=proposal.pk, moderator=stages.moderator(), reason="No.", now=THEN)


# --- the pages --------------------------------------------------------------------------------


def send(desk: Desk, paper: Paper, do: str, **typed: object) -> Any:
    return desk.browser.post(f"/moderation/papers/{paper.pk}/", {"do": do, **typed})


def test_the_form_merges_and_undoes(preprint: Paper, proceedings: Paper) -> None:
    desk = Desk()
    refused = send(desk, preprint, "merge", other="nothing known", reason="")
    assert (refused.status_code, len(sentences(refused))) == (422, 2)
    again = send(desk, preprint, "merge", other=f"paper {preprint.pk}", reason="Kept words.")
    assert (again.status_code, sentences(again)) == (
        409, ["This is the same paper: name another one."],
    )  # fmt: skip
    assert "Kept words." in page_of(again).select_one("#merge-title ~ form textarea").text
    done = send(desk, preprint, "merge", other="10.9999/lantern", reason="The DOI says so.")
    assert done.status_code == 302
    assert desk.messages() == ["Merged: everything public of both stands under one paper."]
    page = page_of(desk.browser.get(f"/moderation/papers/{proceedings.pk}/"))
    assert [one["id"] for one in page.select("[id^=entry-]")] == [
        f"entry-{pk}" for pk in sorted([preprint.pk, proceedings.pk])
    ]
    stranger = builders.paper("Stranger")
    wrong = send(desk, stranger, "unmerge", of=preprint.pk, reason="x")
    assert wrong.status_code == 409
    done = send(desk, proceedings, "unmerge", of=preprint.pk, reason="Two works.")
    assert done.status_code == 302
    log = words(page_of(desk.browser.get("/moderation/log/")), "ol.timeline")
    assert f"Paper {preprint.pk}: {desk.moderator}: not merged any more" in log
    assert "The DOI says so." in log


def test_what_another_source_says_of_a_paper_is_shown_to_moderators(preprint: Paper) -> None:
    said = {"value": "Lanterns & <b>Nets</b>", "at": NOW.isoformat()}
    preprint.sources = {"title": {"source": "", "others": {"Crossref": said}}}
    preprint.save(update_fields=["sources"])
    page = page_of(Desk().browser.get(f"/moderation/papers/{preprint.pk}/"))
    assert (
        "Other sources say something else; it stays as it is here: title: Lanterns & <b>Nets</b> "
        "(Crossref, 2 March 2026) instead of Lantern Networks (preprint)"
    ) in " ".join(page.select_one(f"#entry-{preprint.pk}").get_text().split())
    assert "Lanterns" not in Client().get(f"/papers/{preprint.pk}/", follow=True).content.decode()


def test_the_page_takes_the_same_queries_for_one_entry_and_for_three(
    preprint: Paper, proceedings: Paper
) -> None:
    desk = Desk(stages.moderator(), THEN)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.browser.get(f"/moderation/papers/{proceedings.pk}/").status_code == 200
        return len(found)

    stages.asked(of=preprint)
    merge(preprint, proceedings)
    one = queries()
    for number in (1, 2):
        other = builders.paper(f"Entry {number}")
        stages.asked(of=other, table=f"Table {number}")
        merge(other, proceedings)
    assert queries() == one


def test_a_proposal_is_in_the_queue_and_another_moderator_confirms_it(
    settings: Settings, preprint: Paper, proceedings: Paper
) -> None:
    stages.lapsed(of=preprint)
    settings.TWO_PERSON_RULE = True
    first, second = Desk(), Desk()
    send(first, preprint, "merge", other=f"/papers/{proceedings.pk}/", reason="One work.")
    assert first.messages() == ["Proposed: it is done when another moderator confirms it."]
    proposal = PaperEvent.objects.get()
    (link,) = second.queue().select("#merging-title ~ ol h3 a")
    assert link["href"] == f"/moderation/papers/{preprint.pk}/#proposal-{proposal.pk}"
    own = page_of(first.browser.get(f"/moderation/papers/{preprint.pk}/"))
    assert own.select("button[value=confirm]") == []
    assert send(first, preprint, "confirm", of=proposal.pk).status_code == 409
    assert send(second, preprint, "confirm", of=proposal.pk).status_code == 302
    assert second.queue().select("#merging-title") == []
    assert on_the_list() == [proceedings.pk]


def test_hostile_words_are_text(preprint: Paper, proceedings: Paper) -> None:
    desk = Desk()
    bad = "<script>alert(1)</script> \u202e"
    send(desk, preprint, "merge", other=f"paper {proceedings.pk}", reason=bad)
    for path in (f"/moderation/papers/{preprint.pk}/", "/moderation/log/"):
        assert "<script>alert" not in desk.browser.get(path).content.decode()
    assert send(desk, preprint, "unmerge", of="9" * 30, reason="x").status_code == 409
