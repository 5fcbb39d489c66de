"""What the statistics count, and what they never tell."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from registry.models import Listing, Paper
from reports import redactions
from reports.models import Answer, ReportEvent
from reports.states import PUBLIC, Actor, State
from reports.statistics import computing, counted
from reports.statistics.counted import Counted
from tests.reports import stages
from tests.reports.stages import DAY, NOW
from tests.reports.states import LIVES, make_moderator, make_reporter, reach
from tests.reports.statistics.many import LATER, report

pytestmark = pytest.mark.django_db


def numbers(now: Any = LATER) -> dict[str, Any]:
    """What every part counts."""
    return {part.name: part.count(Counted.at(now)) for part in computing.PARTS}


def some() -> list[Paper]:
    """Papers with public reports of every kind, enough of each that something is said."""
    papers = [
        stages.paper(f"Public {i}", venue="Made-up Letters", year=2020 + i, shared=["code:no"])
        for i in range(6)
    ]
    for i, paper in enumerate(papers):
        claims = [{"runs": [99.0 - i], "tolerance": 2.0}]
        report(of=paper, claims=claims)
        report(State.ANSWERED, of=paper, answered=(i + 1) * DAY, claims=claims)
        report(State.RESOLVED, of=paper, answered=(i + 40) * DAY)
        report(State.PUBLISHED, of=paper, outcome="matched", claims=[{"runs": [100.0]}])
    return papers


# --- secrets --------------------------------------------------------------------------------


def test_no_number_changes_when_a_report_that_is_not_public_comes_in_on_a_public_paper() -> None:
    papers = some()
    before = numbers()
    for state in set(State) - PUBLIC - {State.DRAFT}:
        for answered in (None, 3 * DAY):
            report(
                state, of=papers[0], answered=answered, claims=[{"runs": [1.0], "tolerance": 0.1}],
                causes=["seeds"],
            )  # fmt: skip
    assert numbers() == before
    assert all(data["n"] >= counted.LEAST for data in before.values())


@pytest.mark.parametrize("name", [x for x in LIVES if x.partition(",")[0] not in set(PUBLIC)])
def test_no_number_changes_by_a_life_that_is_not_public(name: str) -> None:
    some()
    before = numbers()
    reach(name, reporter=make_reporter(), moderator=make_moderator())
    assert numbers() == before


def test_what_becomes_public_counts() -> None:
    some()
    before = numbers()
    reach("lapsed", reporter=make_reporter(), moderator=make_moderator())
    after = numbers()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == set(before)


# --- what leaves ----------------------------------------------------------------------------


def test_what_was_withdrawn_removed_or_annulled_has_left() -> None:
    stages.withdrawn(stages.answered(of=stages.paper("One")))
    stages.removed(stages.lapsed(of=stages.paper("Two")), reason="A name.")
    stages.annulled(of=stages.paper("Three"))
    found = numbers()
    assert {data["n"] for data in found.values()} == {0}


def test_an_annulled_listing_of_a_report_that_is_answered_since_is_none() -> None:
    made = report(State.ANSWERED, answered=20 * DAY)
    Listing.objects.create(
        paper=made.paper, report_id=made.pk, ground="silence", version="v1",
        opened_at=NOW + 28 * DAY, closed_at=NOW + 40 * DAY, ending="annulled",
    )  # fmt: skip
    assert numbers()["over-time"]["n"] == 1  # the answer


def test_a_claim_of_which_a_passage_is_covered_has_left_until_it_is_shown_again() -> None:
    made = stages.lapsed()
    assert numbers()["claims"]["n"] == 1
    act = {"moderator": stages.moderator(), "reason": "A name.", "now": LATER}
    covered = redactions.redact(report_id=made.pk, passage="Ours reaches", **act)
    assert numbers()["claims"]["n"] == 0
    redactions.undo(redaction_id=covered.pk, **act)
    assert numbers()["claims"]["n"] == 1


def test_what_a_trial_listed_counts_in_a_trial_alone(settings: Settings) -> None:
    made = report()
    ReportEvent.objects.create(
        report=made, kind="state", at=NOW, source=State.ASKING, target=State.LAPSED,
        actor=Actor.SWEEP, data={"trial": True},
    )  # fmt: skip
    assert {data["n"] for data in numbers().values()} == {0}
    settings.TRIAL_MODE = True
    assert numbers()["time-to-answer"]["n"] == 1


# --- what counts ----------------------------------------------------------------------------


def test_an_inquiry_counts_three_windows_after_the_asking_and_not_sooner() -> None:
    """Sooner only quick answers would be there."""
    report(State.ANSWERED, answered=DAY)
    report(asked=NOW, window=56 * DAY)
    due = NOW + 84 * DAY
    assert numbers(due - timedelta(seconds=1))["time-to-answer"]["n"] == 0
    assert numbers(due)["time-to-answer"]["n"] == 1
    assert numbers(NOW + 168 * DAY)["time-to-answer"]["n"] == 2


def test_who_was_not_reached_was_not_asked() -> None:
    report(State.UNASKED)
    stages.unasked()
    assert numbers()["time-to-answer"]["n"] == 0
    assert numbers()["causes"]["n"] == 2


def test_the_first_answer_counts_and_late_ones_too() -> None:
    made = report(State.ANSWERED, answered=40 * DAY)
    answer = Answer.objects.create(
        kind="explains", text="Also.", name="Bo", given_at=NOW + 60 * DAY,
        form_key="00000000-0000-4000-8000-000000000001",
    )  # fmt: skip
    answer.reports.add(made)
    report()
    found = numbers()
    assert found["time-to-answer"]["answered"] == [(40, 1)]
    assert found["time-to-answer"]["silent"] == [(200, 1)]
    assert found["time-to-answer"]["window"] == 28
    assert found["answers-by-venue"]["named"] == []
    assert found["answers-by-venue"]["small"] == (1, 2, 1)


def test_an_answer_from_before_the_asking_took_no_time() -> None:
    report(State.ANSWERED, answered=-DAY)
    found = numbers()
    assert found["time-to-answer"]["n"] == 0
    assert found["answers-by-year"]["answered"] == 1


def test_an_answer_beside_two_reports_is_one() -> None:
    made = report(State.ANSWERED, answered=DAY)
    made.answers.get().reports.add(report(State.ANSWERED, of=made.paper))
    months = numbers()["over-time"]["months"]
    assert sum(answers for _, answers, _ in months) == 1


def test_two_entries_of_one_work_are_one_with_the_venue_of_the_root() -> None:
    root = stages.paper("Root", venue="Proceedings", year=2023, shared=["code:yes"])
    paper = stages.paper("Preprint", venue="", year=2022)
    Paper.objects.filter(pk=paper.pk).update(root=root)
    for _ in range(5):
        report(of=paper)
    found = numbers()
    assert found["answers-by-venue"]["named"] == [("Proceedings", 5, 0)]
    assert found["answers-by-year"]["named"] == [(2023, 5, 0)]
    assert found["code"]["n"] == 1
    assert found["code"]["items"]["code"] == [1, 0, 0]


def test_ages_are_calendar_years_at_the_asking() -> None:
    years = [2027, 2026, 2025, 2023, 2021, 2016, 1999, None]
    for year in years:
        for _ in range(5):
            report(of=stages.paper(f"Of {year}", year=year))
    found = numbers()["answers-by-age"]
    assert found["named"] == [
        (0, 10, 0), (1, 5, 0), (3, 5, 0), (4, 5, 0), (5, 5, 0), (6, 5, 0),
    ]  # fmt: skip
    assert found["unknown"] == (1, 5, 0)


def test_only_so_many_groups_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.statistics.rates.MOST", 1)
    for venue, times in (("Large", 7), ("Middle", 6), ("Also", 5), ("Small", 1), ("", 2)):
        for _ in range(times):
            report(of=stages.paper(venue or "None", venue=venue))
    found = numbers()["answers-by-venue"]
    assert found["named"] == [("Large", 7, 0)]
    assert (found["others"], found["small"], found["unknown"]) == ((2, 11, 0), (1, 1, 0), (1, 2, 0))
    assert found["n"] == 21


def test_differences_are_better_or_worse_whichever_way_the_metric_goes() -> None:
    report(
        claims=[
            {"runs": [90.0, 92.0], "tolerance": 1.0},  # 9 % worse
            {"runs": [109.0], "higher_is_better": False, "tolerance": 1.0},  # 9 % worse
            {"mean": 101.0, "tolerance": 1.0},  # 1 % better, inside
            {"mean": 90.0, "higher_is_better": False, "tolerance": 1.0},  # 10 % better
            {"mean": 5.0, "claimed": 0.0},  # no share of nothing
            {"mean": 1e300},  # no measured value
            {"claimed": None, "mean": 5.0},
            {},
        ]
    )
    found = numbers()["claims"]
    assert (found["n"], found["without"]) == (4, 2)
    assert found["verdicts"] == {"WORSE": 2, "INSIDE": 1, "BETTER": 1}
    assert found["quartiles"] == pytest.approx([-0.09, -0.04, 0.0325])


def test_months_follow_one_another_without_a_gap() -> None:
    report(State.ANSWERED, answered=DAY)
    report(State.RESOLVED, asked=NOW + 90 * DAY, answered=DAY)
    found = numbers(NOW + 150 * DAY)["over-time"]
    assert found["first"] == 2026 * 12 + 2
    assert found["months"] == [[0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_nothing_is_counted_of_nothing() -> None:
    assert {data["n"] for data in numbers(timezone.now()).values()} == {0}
