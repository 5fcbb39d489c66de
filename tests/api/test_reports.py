"""GET /api/v1/reports: what everybody sees of a report, and no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry import merging
from reports import additions, redactions
from reports.models import Claim, Report
from reports.states import Outcome
from tests.api.asking import pages, refused, told
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports"


def whole(report: Report) -> dict[str, Any]:
    return told(f"{REPORTS}/{report.pk}")


def numbers(**asked: str) -> list[int]:
    return [row["id"] for row in told(REPORTS, **asked)["results"]]


# --- a list -----------------------------------------------------------------------------
def test_a_row_tells_what_was_claimed_and_obtained() -> None:
    report = stages.lapsed(group="Lantern Group")
    (row,) = told(REPORTS)["results"]
    known = ("id", "state", "outcome", "mode", "causes", "version")
    assert {name: row[name] for name in known} == {
        "id": report.pk, "state": "lapsed", "outcome": "did not match", "mode": "re-run",
        "causes": ["details_missing"], "version": "arXiv v2",
    }  # fmt: skip
    assert (row["reported_by"], row["group"]) == ("A careful reader", "Lantern Group")
    assert (row["hours"], row["answers"]) == (12.0, 0)
    assert row["submitted_at"] == "2026-03-02T09:30:00Z"
    assert row["inquiry"] == {
        "asked_at": "2026-03-02T09:30:00Z", "deadline": "2026-03-31T11:59:59Z",
        "authors_asked": 1, "authors_reached": 1,
    }  # fmt: skip
    (claim,) = row["claims"]
    assert (claim["claimed"], claim["claimed_spread"], claim["tolerance"]) == (93.1, 0.2, 0.5)
    assert claim["obtained"]["n"] == 3
    assert claim["obtained"]["mean"] == pytest.approx(90.1667, abs=1e-4)
    assert claim["obtained"]["interval"]["low"] < claim["obtained"]["mean"]
    assert claim["difference"] == pytest.approx(-2.9333, abs=1e-4)
    assert claim["finding"] == "below the claim by 2.933, more than the tolerance of 0.5"
    assert claim["interval_finding"] == "wholly outside the tolerance"
    assert "runs" not in claim and "summary" not in row


def test_the_last_that_became_public_comes_first_page_after_page() -> None:
    early = stages.lapsed(at=NOW)
    match = stages.accepted(at=NOW + 60 * DAY, outcome=Outcome.MATCHED)
    late = stages.lapsed(at=NOW + 31 * DAY)
    order = [match.pk, late.pk, early.pk]
    assert numbers() == order
    assert [row["id"] for row in pages(REPORTS, limit="1")] == order


def test_reports_that_became_public_in_one_moment_have_an_order() -> None:
    made = [stages.lapsed(at=NOW) for _ in range(4)]
    rows = pages(REPORTS, limit="3")
    assert [row["id"] for row in rows] == [report.pk for report in reversed(made)]


def test_filters_leave_what_they_name() -> None:
    lapsed = stages.lapsed(causes=["seeds"])
    match = stages.accepted(outcome=Outcome.MATCHED, mode="own data", causes=[])
    assert numbers(state="lapsed") == numbers(outcome="did not match") == [lapsed.pk]
    assert numbers(cause="seeds") == numbers(mode="re-run") == [lapsed.pk]
    assert numbers(paper=str(match.paper_id)) == numbers(mode="own data") == [match.pk]
    assert "choose one of published, " in refused(REPORTS, state="asking")
    assert "choose one of matched, " in refused(REPORTS, outcome="fake")
    assert "leave “paper” out" in refused(REPORTS, 404, paper="99999999")
    for after in ("nonsense", "WyJhbnN3ZXJzIiwxXQ", "WyJyZXBvcnRzIiwieCIsMCwxXQ"):
        assert "“after” is no place" in refused(REPORTS, 404, after=after)


def test_only_public_reports_are_listed() -> None:
    public = stages.lapsed()
    secret = [
        stages.submitted(), stages.asked(), stages.unreachable(), stages.annulled(),
        stages.withdrawn(stages.asked()), stages.withdrawn(stages.answered()),
        stages.removed(stages.lapsed(), reason="It names a person."),
    ]  # fmt: skip
    assert numbers() == [public.pk]
    for report in secret[:5]:
        assert "No public report has the number" in refused(f"{REPORTS}/{report.pk}", 404)
    for named in ("0", "999999999999999999999", "1" * 5000):
        refused(f"{REPORTS}/{named}", 404)


def test_one_row_and_twenty_five_take_the_same_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(25):
        report = stages.lapsed(claims=1 + number % 3)
        if number % 2:
            stages.answer(report, at=report.state_at + DAY)
        if number in (0, 2, 24):
            # reports with paper and inquiry, claims, answers, contacts
            with django_assert_num_queries(4):
                assert len(told(REPORTS)["results"]) == number + 1


# --- one report -------------------------------------------------------------------------
def test_a_report_is_told_with_everything_beside_it() -> None:
    report = stages.disputed(shared=[stages.said("partly", note="no weights")], claims=2)
    stages.share(report, stages.said("yes", "https://code.example/all"), at=NOW + 20 * DAY)
    found = whole(report)
    assert found["summary"] == "We ran the authors' **code** with three seeds."
    assert (found["code_url"], found["code_commit"]) == ("https://code.example/lantern", "abc123")
    assert [claim["runs"] for claim in found["claims"]] == [[90.1, 90.5, 89.9]] * 2
    assert found["claims"][0]["tolerance_reason"] == "Twice the spread that the paper states."
    assert found["evidence"] == [
        {"kind": "log", "url": "https://logs.example/run", "note": "All runs", "check": None}
    ]
    (answer,) = found["answers"]
    assert (answer["kind"], answer["name"], answer["late"]) == ("explains", "Ada Example", "")
    assert answer["text"] == "The **seed** matters: use 3."
    (words,) = found["words"]
    assert (words["state"], words["by"]) == ("disputed", "reporter")
    assert words["text"] == "Ten seeds *were* tried."
    (shared,) = found["shared"]
    assert (shared["item"], shared["reporter"]["value"]) == ("code", "partly")
    assert shared["author"]["url"] == "https://code.example/all"
    assert [line["what"] for line in found["timeline"]][:2] == [
        "reported: did not match (re-run, version arXiv v2)", "The authors were asked",
    ]  # fmt: skip
    assert [work["key"] for work in found["citations"]] == [
        f"unreproduced-report-{report.pk}", f"unreproduced-answer-{answer['id']}",
    ]  # fmt: skip
    (row,) = told(REPORTS)["results"]
    for name in row.keys() - {"claims", "answers"}:
        assert row[name] == found[name]


def test_a_late_answer_says_how_late_it_came() -> None:
    report = stages.answered(late=timedelta(days=12))
    (answer,) = whole(report)["answers"]
    assert answer["late"] == "12 days"


def test_what_was_added_after_an_answer_is_told_with_its_runs() -> None:
    report = stages.answered()
    claim = Claim.objects.get(report=report)
    additions.add_as_reporter(
        report_id=report.pk, user=report.reporter, text="Seed 3 gives the same.", url="",
        values={claim.pk: [90.0, 90.2]}, form_key="0b7f2f3e-5f38-4a9e-a8a2-9f5cf3e9d8c1",
        now=NOW + 9 * DAY,
    )  # fmt: skip
    (added,) = whole(report)["additions"]
    assert (added["side"], added["name"], added["text"]) == (
        "reporter", "", "Seed 3 gives the same.",
    )  # fmt: skip
    assert added["runs"] == [{"claim": 1, "values": [90.0, 90.2]}]


def test_a_match_has_no_inquiry_and_nobody_is_named_who_did_not_wish_it() -> None:
    report = stages.accepted(outcome=Outcome.MATCHED, shown_as="")
    found = whole(report)
    assert (found["state"], found["inquiry"]) == ("published", None)
    assert found["reported_by"] == "a researcher"


def test_of_what_could_not_be_attempted_nothing_is_obtained() -> None:
    report = stages.lapsed(
        outcome=Outcome.NOT_ATTEMPTED, looked_for="The code.", missing="The weights."
    )
    found = whole(report)
    (claim,) = found["claims"]
    assert (claim["obtained"], claim["difference"], claim["finding"]) == (None, None, None)
    assert (found["looked_for"], found["missing"]) == ("The code.", "The weights.")


def test_of_a_withdrawn_report_a_line_stays_and_what_the_authors_said() -> None:
    report = stages.withdrawn(stages.answered(), note="A mistake of mine.")
    found = whole(report)
    assert (found["state"], found["reason"]) == ("withdrawn", "A mistake of mine.")
    assert [answer["text"] for answer in found["answers"]] == ["The **seed** matters: use 3."]
    assert not {"summary", "claims", "outcome", "reported_by", "evidence"} & set(found)
    assert "three seeds" not in str(found)


def test_of_a_removed_report_nothing_but_the_line_stays() -> None:
    report = stages.removed(stages.answered(), reason="It names a person.")
    found = whole(report)
    assert (found["state"], found["reason"], found["answers"]) == (
        "removed", "It names a person.", [],
    )  # fmt: skip


def test_a_covered_passage_is_covered_here_too() -> None:
    report = stages.lapsed(summary="We asked Somebody Private about it.")
    redactions.redact(
        report_id=report.pk, moderator=stages.moderator(), passage="Somebody Private",
        reason="It names a person.", now=NOW + 60 * DAY,
    )  # fmt: skip
    found = whole(report)
    assert "Somebody Private" not in str(found)
    assert "[redacted by a moderator on" in found["summary"]


def test_a_report_on_a_merged_paper_is_told_at_the_work() -> None:
    root, old = stages.paper("Work"), stages.paper("Preprint")
    report = stages.accepted(of=old, outcome=Outcome.MATCHED)
    merging.merge(old, root)
    assert whole(report)["paper"]["id"] == root.pk
    assert numbers(paper=str(root.pk)) == numbers(paper=str(old.pk)) == [report.pk]


def test_nobody_is_told_more_for_being_signed_in() -> None:
    report = stages.asked()
    for person in (report.reporter, stages.moderator()):
        browser = Client()
        browser.force_login(person)
        assert browser.get(f"{REPORTS}/{report.pk}").status_code == 404
        assert browser.get(REPORTS).json()["results"] == []


def test_a_report_takes_as_many_queries_with_three_answers_as_with_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    report = stages.answered(claims=3)
    for number in range(3):
        # report, claims, files, statements, evidence, answers, their files, events, contacts,
        # additions
        with django_assert_num_queries(10):
            assert len(whole(report)["answers"]) == number + 1
        stages.answer(report, at=NOW + 9 * DAY, text="More.")
