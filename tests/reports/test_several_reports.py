"""Several reports on one paper: who counts once, what the form says of others, one page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services import erase_all
from registry.models import Paper
from reports import several
from reports.independence import group_key
from reports.lifecycle import Refused
from reports.models import Agreement, Answer, Report
from reports.states import Outcome
from tests.reports import stages, typed
from tests.reports.stages import DAY, NOW
from tests.reports.test_author_page import Author, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after_the_notice() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + DAY, tick=False) as clock:
        yield clock


def counts(paper: Paper) -> tuple[int, int]:
    paper.refresh_from_db()
    return paper.report_count, paper.match_count


def of_group(words_: str) -> dict[str, str]:
    return {"group": words_, "group_key": group_key(words_)}


# --- counting --------------------------------------------------------------------------------


def test_one_person_and_one_group_count_once() -> None:
    paper, rita = stages.paper(), stages.user()
    matched = {"of": paper, "outcome": Outcome.MATCHED}
    stages.accepted(**matched, reporter=rita)
    stages.accepted(**matched, reporter=rita, table="Table 3")
    assert counts(paper) == (1, 1)
    stages.accepted(**matched, **of_group("Widget Lab, Univ. of Examples"))
    assert counts(paper) == (2, 2)
    stages.accepted(**matched, **of_group("widget laboratory (University of Examples)"))
    assert counts(paper) == (2, 2)
    stages.answered(of=paper, reporter=rita, **of_group("The Widget Lab of Examples University"))
    assert counts(paper) == (2, 2)
    stages.answered(of=paper, table="Table 9")
    assert counts(paper) == (3, 2)


def test_the_page_says_why_fewer_are_counted_than_are_shown(client: Client) -> None:
    paper = stages.paper()
    for table in ("Table 2", "Table 3"):
        stages.accepted(of=paper, outcome=Outcome.MATCHED, table=table, **of_group("Lab <b>X</b>"))
    page = client.get(f"/papers/{paper.pk}/", follow=True)
    main = BeautifulSoup(page.content, "html.parser").main
    assert "1 independent report" in words(main)
    assert "2 reports count as 1: those of one person, or of one declared group" in words(main)
    assert main.find("b") is None
    assert "A careful reader , Lab <b>X</b>" in words(main)


def test_whoever_erases_their_account_counts_as_before() -> None:
    paper = stages.paper()
    first = stages.accepted(of=paper, outcome=Outcome.MATCHED, **of_group("Rita's own lab"))
    stages.accepted(of=paper, outcome=Outcome.MATCHED, table="Table 3", **of_group("Ritas own lab"))
    erase_all(user_id=first.reporter_id, keep_published=True, now=NOW + DAY)
    first.refresh_from_db()
    assert (first.group, counts(paper)) == ("", (1, 1))
    erased = stages.accepted(outcome=Outcome.MATCHED, **of_group("Another lab"))
    erase_all(user_id=erased.reporter_id, keep_published=False, now=NOW + DAY)
    erased.refresh_from_db()
    assert (erased.group, erased.group_key) == ("", "")


# --- "I tried too" ---------------------------------------------------------------------------


def test_the_group_is_asked_for_and_stored() -> None:
    paper = typed.make_paper()
    report = typed.submitted(typed.make_user(), typed.complete(paper, group=" Lab  of Ｗidgets "))
    assert (report.group, report.group_key) == ("Lab of Ｗidgets", group_key("lab of widgets"))
    long = typed.problems(typed.complete(paper, group="x" * 201), typed.make_user("b@b.example"))
    assert len(long) == 1
    assert "200 characters" in long[0]


def reported(client: Client, paper: Paper) -> Tag:
    page = client.get(f"/reports/new/?paper={paper.pk}")
    assert page.status_code == 200
    found = BeautifulSoup(page.content, "html.parser").find(id="reported-title")
    assert found is not None
    return found.parent


def test_i_tried_too_leads_to_the_form_and_says_what_is_reported(client: Client) -> None:
    paper = stages.paper()
    shown = words(reported(client, paper))
    assert "No report of this paper is public. Yours is welcome whatever came of it." in shown
    stages.asked(of=paper)
    assert words(reported(client, paper)) == shown
    rita = stages.user()
    lapsed = stages.lapsed(of=paper, reporter=rita, **of_group("Lab X"))
    hrefs = [
        link["href"]
        for link in BeautifulSoup(
            client.get(f"/papers/{paper.pk}/", follow=True).content, "html.parser"
        ).main.find_all("a", string="I tried too")
    ]
    assert hrefs == [f"/reports/new/?paper={paper.pk}"]
    shown = words(reported(client, paper))
    assert "1 independent report, 0 matched : not reproducible: no answer" in shown
    assert f"Report {lapsed.pk} by A careful reader , Lab X : did not match, re-run" in shown
    assert "You reported on it yourself" not in shown
    client.force_login(rita)
    assert f"You reported on it yourself: report {lapsed.pk} ." in words(reported(client, paper))


# --- one page for all -------------------------------------------------------------------------


def two_asked(**fields: Any) -> tuple[Report, Report]:
    paper = stages.paper()
    return (
        stages.asked(of=paper),
        stages.asked(of=paper, at=NOW + timedelta(hours=1), table="Table 9",
                     shown_as="Another <b>reader</b>", **fields),
    )  # fmt: skip


def ticked(main: Tag, form: str = "id_about") -> list[str]:
    boxes = main.select(f"#{form} input[name=about]")
    return [box["value"] for box in boxes if box.has_attr("checked")]


def states() -> list[str]:
    return list(Report.objects.order_by("pk").values_list("state", flat=True))


def test_all_that_ask_stand_on_one_page_with_claims_and_deadlines() -> None:
    one, two = two_asked()
    stages.asked(of=one.paper, table="Table 8", emails=("bo@other.example",))  # somebody else
    main = Author(one).open()
    section = main.find(id="several")
    shown = words(section)
    assert "You were asked about 2 reports of this paper" in shown
    assert shown.count("Please answer until 30 March 2026, 23:59 anywhere on Earth") == 2
    assert "Table 9, row 1 : Ours reaches 93.1 ± 0.2 (Table 9)" in shown
    assert "By Another <b>reader</b> · re-run · did not match" in shown
    assert main.find("b") is None
    assert ticked(main) == [str(one.pk), str(two.pk)]
    ids = [found["id"] for found in main.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert Author(stages.asked()).open().find(id="several") is None


def test_one_answer_serves_all_that_are_chosen() -> None:
    one, two = two_asked()
    author = Author(one)
    author.post("answer", kind="explains", text="Seed 3.", name="Ada", several="yes",
                about=[one.pk, two.pk, "9" * 30, "x", stages.asked().pk])  # fmt: skip
    assert set(Answer.objects.get().reports.all()) == {one, two}
    assert states() == ["answered", "answered", "asking"]


def test_the_page_of_one_report_takes_an_answer_to_another_alone() -> None:
    one, two = two_asked()
    author = Author(one)
    form = {"kind": "contests", "text": "Row 3.", "name": "Ada", "several": "yes"}
    key = str(uuid4())
    for _ in range(2):  # a double click
        author.post("answer", **form, about=str(two.pk), form_key=key)
    assert states() == ["asking", "answered"]
    given = Answer.objects.get()
    assert (list(given.reports.all()), given.contact) == ([two], stages.contact_of(two))
    main = author.open()
    assert main.find(id="several") is None  # one asks, and it is this one


def test_nothing_chosen_loses_nothing_that_was_typed() -> None:
    one, two = two_asked()
    author = Author(one)
    main = author.post("answer", 422, kind="explains", text="Long", name="Ada", several="yes")
    assert [a["href"] for a in main.select("#problems a")] == ["#id_about"]
    assert ticked(main) == []
    assert main.find("textarea", id="id_text").get_text().strip() == "Long"
    main = author.post("preview", text="x", several="yes", about=str(two.pk))
    assert ticked(main) == [str(two.pk)]
    assert states() == ["asking", "asking"]


def test_an_answer_without_the_choice_is_about_the_report_of_the_page() -> None:
    one, two = two_asked()
    Author(two).post("answer", kind="explains", text="Seed 3.", name="Ada")
    assert states() == ["asking", "answered"]
    main = Author(two).open()  # where an answer stands, and another asks
    assert ticked(main) == [str(one.pk)]


def test_to_agree_with_several_is_confirmed_for_each() -> None:
    one, two = two_asked()
    for _ in range(2):
        Author(one).post(
            "answer", kind="agrees", text="", name="Ada", several="yes",
            about=[str(one.pk), str(two.pk)], form_key="4f9d2a52-0000-4000-8000-00000000000a",
        )  # fmt: skip
    found = Agreement.objects.order_by("pk")
    assert [[r.pk for r in one_.answer.reports.all()] for one_ in found] == [[one.pk], [two.pk]]
    assert states() == ["answered", "answered"]


def test_more_time_is_for_each_or_all() -> None:
    one, two = two_asked()
    author = Author(one)
    main = author.open()
    assert ticked(main, "id_time_for") == [str(one.pk), str(two.pk)]
    main = author.post("more_time", several="yes", about=str(two.pk))
    assert "The new deadline is 13 April 2026, 23:59 anywhere on Earth" in words(main)
    assert f"Report {two.pk}: More time was granted once already." in words(main)
    main = author.post("more_time", 409, several="yes", about=[str(one.pk), str(two.pk)])
    assert "Nothing was changed." in words(main.select_one("#problems"))
    one.inquiry.refresh_from_db()
    assert not one.inquiry.extended
    main = author.post("more_time", 422, several="yes")
    assert "Choose the report for which you need more time." in words(main)
    three = stages.asked(of=one.paper, table="Table 7")
    main = author.post("more_time", several="yes", about=[str(one.pk), str(three.pk)])
    assert f"The new deadlines: report {one.pk}: 13 April 2026" in words(main)


def test_more_time_for_others_is_asked_for_on_the_page_of_one_that_is_answered() -> None:
    one, two = two_asked()
    author = Author(one)
    author.post("answer", kind="explains", text="Seed 3.", name="Ada")
    author.post("more_time", several="yes", about=str(two.pk))
    two.inquiry.refresh_from_db()
    assert two.inquiry.extended


def test_who_was_found_not_to_be_the_author_of_one_shows_nothing_of_it() -> None:
    one, two = two_asked()
    stages.contact_of(two).__class__.objects.filter(pk=stages.contact_of(two).pk).update(
        state="void"
    )
    author = Author(one)
    assert author.open().find(id="several") is None
    author.post("answer", 422, kind="explains", text="x", name="A", several="yes", about=two.pk)
    with pytest.raises(Refused):
        several.more_time(contact_id=author.contact.pk, about=[two.pk], now=NOW + DAY)


def test_a_late_answer_takes_the_paper_off_the_list_in_the_same_transaction() -> None:
    paper = stages.paper()
    lapsed = stages.lapsed(of=paper)
    asking = stages.asked(of=paper, at=NOW + 40 * DAY, table="Table 9")
    with time_machine.travel(NOW + 41 * DAY, tick=False):
        main = Author(asking).open()
        assert ticked(main) == [str(asking.pk)]
        Author(asking).post("answer", kind="explains", text="Seed 3.", name="Ada", several="yes",
                            about=[str(lapsed.pk), str(asking.pk)])  # fmt: skip
    paper.refresh_from_db()
    assert (paper.standing, paper.listed_at, states()) == ("answered", None, ["answered"] * 2)


def test_the_link_that_ended_takes_the_choice_along() -> None:
    one, two = two_asked()
    author = Author(one)
    from reports import links

    links.revoke(author.contact, NOW)
    main = author.post("answer", 404, kind="explains", text="A", name="Ada", several="yes",
                       about=[str(two.pk)])  # fmt: skip
    form = main.find("form")
    assert [x["value"] for x in form.find_all("input", attrs={"name": "about"})] == [str(two.pk)]
    again = Author(one).post("open", several="yes", about=str(two.pk), text="A")
    assert ticked(again) == [str(two.pk)]


def test_three_reports_ask_the_database_no_more_than_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, _ = two_asked()
    contact = stages.contact_of(one)
    contact.inquiry.report.paper_id  # noqa: B018 -- as the link has read it

    def look() -> None:
        for asked in several.asked_about(contact, NOW + DAY):
            list(asked.report.claims.all())
            assert asked.report.paper is not None

    contact = type(contact).objects.select_related("address", "inquiry__report").get(pk=contact.pk)
    with django_assert_num_queries(7):
        look()
    stages.asked(of=one.paper, table="Table 7")
    with django_assert_num_queries(7):
        look()
    assert User.objects.count() > 0
