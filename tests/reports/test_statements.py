"""What people say is shared: stored beside the report, public when it is, and never an answer."""

from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_all, export_all
from reports import answers as of_authors
from reports import statements, suggestions
from reports.lifecycle import Refused
from reports.models import Inquiry, Letter, Report, ReportEvent, Statement, ToDo
from reports.public_record import projections_of
from reports.states import State
from tests.reports import stages
from tests.reports.stages import DAY, NOW, said
from tests.reports.states import make_moderator, make_reporter, reach

pytestmark = pytest.mark.django_db

LINK = "https://code.example/a"


def filter_of(report: Report) -> list[str]:
    assert report.paper is not None
    report.paper.refresh_from_db()
    return report.paper.shared


def stored(report: Report) -> list[tuple[str, str, str, bool]]:
    rows = Statement.objects.filter(report=report).values_list("item", "value", "url", "contact")
    return [(item, value, url, contact is not None) for item, value, url, contact in rows]


# --- the reporter -----------------------------------------------------------------------------


def test_what_the_reporter_says_is_in_the_filter_once_the_report_is_public() -> None:
    rows = [said("no"), said("unknown", item="data"), said("partly", item="seeds")]
    report = stages.asked(shared=rows)
    assert stored(report) == [("code", "no", "", False), ("seeds", "partly", "", False)]
    assert filter_of(report) == []
    assert filter_of(stages.lapsed(shared=rows)) == ["code:no", "seeds:partly"]


def test_what_is_taken_back_in_public_leaves_the_filter() -> None:
    for gone in (
        stages.withdrawn(stages.lapsed(shared=[said("no")])),
        stages.removed(stages.answered(shared=[said("no")]), reason="It names a person."),
        stages.annulled(shared=[said("no")]),
    ):
        assert filter_of(gone) == []


def test_a_secret_report_adds_nothing_to_what_another_says() -> None:
    paper = stages.paper()
    public = stages.answered(of=paper, shared=[said("no")])
    secret = stages.asked(of=paper, table="Table 9", at=NOW + 30 * DAY, shared=[said("yes")])
    stages.share(secret, said("yes", LINK, item="data"), at=NOW + 31 * DAY)
    assert filter_of(public) == ["code:no"]
    stages.answer(public, at=NOW + 32 * DAY)
    assert filter_of(public) == ["code:no"]
    stages.answer(secret, at=NOW + 33 * DAY)
    assert filter_of(public) == ["code:yes", "data:yes"]


# --- the authors --------------------------------------------------------------------------------


def test_what_comes_with_an_answer_is_in_the_filter_in_the_same_moment() -> None:
    report = stages.lapsed(shared=[said("no")])
    answer = stages.answer(report, at=NOW + 40 * DAY, shared=[said("yes", LINK)])
    assert filter_of(report) == ["code:yes"]
    statement = Statement.objects.get(answer=answer)
    assert (statement.name, statement.contact, statement.said_at) == (
        "Ada Example", answer.contact, NOW + 40 * DAY,
    )  # fmt: skip


def test_a_yes_without_a_link_is_stored_and_not_in_the_filter() -> None:
    report = stages.answered(shared=[said("no")])
    assert stages.share(report, said("yes"), at=NOW + 9 * DAY)
    assert filter_of(report) == ["code:no"]
    assert stored(report)[-1] == ("code", "yes", "", True)


def test_it_can_be_said_again_later_and_taken_back() -> None:
    report = stages.answered(shared=[said("no")])
    for day, value, expected in (
        (9, "partly", ["code:partly"]), (10, "yes", ["code:yes"]), (11, "unknown", ["code:no"]),
    ):  # fmt: skip
        assert stages.share(report, said(value, LINK if value == "yes" else ""), at=NOW + day * DAY)
        assert filter_of(report) == expected
    assert Statement.objects.filter(report=report).count() == 4
    assert not stages.share(report, said("unknown"), at=NOW + 12 * DAY)
    assert Statement.objects.filter(report=report).count() == 4


def everything() -> list[Any]:
    return [
        list(model._default_manager.order_by("pk").values())
        for model in (Report, Inquiry, Letter, ReportEvent, ToDo)
    ]


@pytest.mark.parametrize("name", ["asking", "unreachable", "unasked", "lapsed", "answered"])
def test_a_statement_alone_changes_no_state_and_stops_no_clock(name: str) -> None:
    life = reach(name, reporter=make_reporter(), moderator=make_moderator())
    before = everything()
    assert statements.state(
        contact_id=life.contact().pk, rows=[said("no", item="seeds")], name="Ada",
        now=life.now,
    )  # fmt: skip
    assert everything() == before
    assert Statement.objects.filter(item="seeds").count() == 1


def test_a_report_lapses_though_an_author_filled_in_the_table() -> None:
    life = reach("asking", reporter=make_reporter(), moderator=make_moderator())
    assert statements.state(
        contact_id=life.contact().pk, rows=life.shares("answer"), name="Ada", now=life.now
    )
    life.lapse()
    report = life.report
    assert report.state == State.LAPSED
    assert filter_of(report) == ["code:partly", "data:yes"]
    assert report.paper is not None
    assert report.paper.listed_at == report.state_at


def test_an_answer_about_two_reports_says_it_beside_both() -> None:
    paper = stages.paper()
    one, two = stages.asked(of=paper), stages.asked(of=paper, table="Table 9")
    stages.share(two, said("no", item="data"), at=NOW + DAY)
    rows = [said("yes", LINK), said("no", item="data")]
    of_authors.give_answer(
        contact_id=stages.contact_of(one).pk, kind="explains", text="So it is.", url="",
        name="Ada Example", role="", form_key=stages.uuid4(), now=NOW + 2 * DAY, also=[two.pk],
        shared=rows,
    )  # fmt: skip
    assert stored(one) == [("code", "yes", LINK, True), ("data", "no", "", True)]
    assert stored(two) == [("data", "no", "", True), ("code", "yes", LINK, True)]
    assert filter_of(one) == ["code:yes", "data:no"]


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_nothing_is_said_beside_what_is_gone(state: str) -> None:
    report = stages.answered()
    gone = (
        stages.withdrawn(report)
        if state == "withdrawn"
        else stages.removed(report, reason="It names a person.")
    )
    with pytest.raises(Refused, match=f"The report is {state}: nothing is shown beside it"):
        stages.share(gone, said("no"), at=NOW + 30 * DAY)


def test_who_is_no_author_says_nothing_of_what_is_shared_and_can_still_answer() -> None:
    report = stages.asked(emails=("ada@authors.example", "bo@authors.example"))
    suggestion = of_authors.suggest(
        contact_id=stages.contact_of(report).pk, kind="not_an_author", name="", email="", note="",
        now=NOW + DAY,
    )  # fmt: skip
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=stages.moderator(), upheld=True,
        decision="So it is.", now=NOW + 2 * DAY,
    )  # fmt: skip
    with pytest.raises(Refused, match="did not reach an author of the paper"):
        stages.share(report, said("no"), at=NOW + 3 * DAY)
    stages.answer(report, at=NOW + 3 * DAY, shared=[said("unknown")])
    assert stored(report) == []


# --- the database -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"item": "weather"}, "shared_item_is_known"),
        ({"value": "maybe"}, "shared_value_is_known"),
        ({"name": "Ada"}, "said_by_the_reporter_or_a_named_author"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(values: dict[str, str], constraint: str) -> None:
    report = stages.submitted()
    row = {"report": report, "item": "code", "value": "yes", "said_at": NOW} | values
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Statement.objects.create(**row)


def test_an_author_says_it_under_a_name() -> None:
    report = stages.asked()
    with pytest.raises(IntegrityError, match="named_author"), transaction.atomic():
        stages.statements.state(
            contact_id=stages.contact_of(report).pk, rows=[said("no")], name="", now=NOW
        )


def test_statements_are_never_changed_or_deleted() -> None:
    report = stages.answered(shared=[said("no", LINK, "gone")])
    stages.share(report, said("yes", LINK, "here"), at=NOW + 9 * DAY)
    rows = Statement.objects.filter(report=report)
    changes: list[dict[str, Any]] = [
        {"value": "yes"}, {"said_at": F("said_at") + DAY}, {"note": "other"}, {"item": "data"},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            rows.filter(contact=None).update(**change)
    with pytest.raises(InternalError, match="append-only"), transaction.atomic():
        rows.filter(contact__isnull=False).update(note="", url="")
    with pytest.raises(InternalError, match="append-only"), transaction.atomic():
        rows.filter(contact=None).delete()


# --- the reporter's own data ------------------------------------------------------------------


def test_a_reporter_takes_along_what_they_said_and_not_what_authors_said() -> None:
    report = stages.answered(shared=[said("no", "", "gone")])
    stages.share(report, said("yes", LINK), at=NOW + 9 * DAY)
    (mine,) = export_all(report.reporter, now=NOW + 10 * DAY)["reports"]
    assert mine["shared"] == [
        {"item": "code", "value": "no", "url": "", "note": "gone", "said_at": NOW}
    ]


@pytest.mark.parametrize("keep", [True, False])
def test_erasing_the_reporter_erases_the_words_of_what_is_not_public(keep: bool) -> None:
    report = stages.answered(shared=[said("partly", LINK, "my words")])
    stages.share(report, said("no", "", "theirs"), at=NOW + 9 * DAY)
    erase_all(user_id=report.reporter_id, keep_published=keep, now=NOW + 10 * DAY)
    mine, theirs = Statement.objects.filter(report=report)
    assert (mine.value, mine.url, mine.note) == (
        ("partly", LINK, "my words") if keep else ("partly", "", "")
    )
    assert theirs.note == "theirs"
    assert filter_of(report) == (["code:no"] if keep else [])
    if keep:
        assert mine.said.who == "a former user"


# --- reading --------------------------------------------------------------------------------------


def test_one_report_and_three_take_as_many_queries() -> None:
    paper = stages.paper()
    counts = []
    for number in range(3):
        report = stages.answered(of=paper, table=f"Table {number}", shared=[said("no")])
        stages.share(report, said("yes", LINK, item="data"), at=NOW + 9 * DAY)
        with CaptureQueriesContext(connection) as queries:
            projection = projections_of([paper.pk])[paper.pk]
        counts.append(len(queries))
    assert projection.shared == ["code:no", "data:yes"]
    assert len(set(counts)) == 1


def test_a_table_without_rows_asks_nothing_of_the_database() -> None:
    report = stages.asked()
    with CaptureQueriesContext(connection) as queries:
        statements.by_reporter(report, [], now=NOW)
    assert len(queries) == 0
