"""The page behind an author's link: what it shows and offers, and what each form does."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client

from reports import agreements, answers, links, moderation
from reports.answer_guides import GUIDES
from reports.models import Answer, Contact, LinkUse, Report, ReportEvent, Suggestion
from reports.states import Outcome
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
SECTIONS = ["answer", "more_time", "wrong_person", "opt_out", "object", "take_back"]


@pytest.fixture(autouse=True)
def the_day_after_the_notice() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + DAY, tick=False) as clock:
        yield clock


class Author:
    """An author with the link of a letter and a browser."""

    def __init__(self, report: Report, position: int = 1) -> None:
        self.contact = stages.contact_of(report, position)
        self.token = links.token_for(self.contact, NOW)
        self.client = Client()
        self.path = f"/answer/{self.contact.pk}/"

    def open(self, do: str = "") -> Tag:
        """Follow the link of a letter."""
        response = self.client.get(
            f"/answer/{self.token}/" + (f"?do={do}" if do else ""), follow=True
        )
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser").main

    def post(self, do: str, status: int = 200, **typed: Any) -> Tag:
        form = {"token": self.token, "do": do, "form_key": str(uuid4())} | typed
        response = self.client.post(self.path, form)
        assert response.status_code == status
        return BeautifulSoup(response.content, "html.parser").main


def words(main: Tag) -> str:
    return " ".join(main.get_text(" ").split())


def offered(main: Tag) -> list[str]:
    """The sections of the page that a link may lead to, in their order."""
    return [found["id"] for found in main.find_all("h2", id=True) if found["id"] in SECTIONS]


def kinds(main: Tag) -> list[str]:
    return [box["value"] for box in main.select("#id_kind input")]


def test_the_head_says_in_a_minute_what_it_is_about() -> None:
    main = Author(stages.asked()).open()
    shown = words(main)
    for sentence in (
        "A careful reader tried to obtain a result of this paper. Outcome: did not match . "
        "What do you say to it?",
        "Please answer until 30 March 2026, 23:59 anywhere on Earth (UTC−12), which is 31 March "
        "2026, 11:59 UTC .",
        "the paper moves onto the list Not reproducible , with dates and no opinion",
        "1 of 1 author with a known address was written to.",
    ):
        assert sentence in shown
    links_ = [link["href"] for link in main.select(".card.strong .actions a")]
    assert links_ == ["#answer", "#more_time", "#wrong_person"]
    ids = {found["id"] for found in main.find_all(id=True)}
    assert {href[1:] for href in links_} <= ids
    text = main.decode()
    assert text.index('href="#answer"') < text.index("What is reported") < text.index('id="answer"')


def test_claimed_and_found_stand_first_then_what_happens_when() -> None:
    shown = words(Author(stages.asked(claims=3)).open())
    order = [
        "What the paper claims Ours reaches 93.1 ± 0.2 (Table 2) Table 2, row 1 , version arXiv v2",
        "What was found 90.167 ± 0.306 in 3 runs, claimed 93.1 ± 0.2 . That is below the "
        "claim by 2.933, more than the tolerance of 0.5. Re-run, 12 hours spent. 2 more claims "
        "below.",
        "Please answer until",
        "Now Nothing about the report is public.",
        "When an author answers The report becomes public with the answer beside it",
        "If nobody answers The report becomes public after the deadline",
        "A guide in plain words",
        "What is reported",
    ]
    places = [shown.index(sentence) for sentence in order]
    assert places == sorted(places)
    missing = stages.asked(
        of=stages.paper("No code"), outcome=Outcome.NOT_ATTEMPTED, missing="The training code."
    )
    assert "What was found The training code. Re-run" in words(Author(missing).open())


def test_each_kind_of_answer_has_its_guide_and_an_example() -> None:
    main = Author(stages.asked()).open()
    folds = main.select("#id_kind details")
    assert len(folds) == len(kinds(main))
    for kind, fold in zip(kinds(main), folds, strict=True):
        assert GUIDES[Answer.Kind(kind)].write in fold.get_text()
        assert fold.blockquote.get_text() == GUIDES[Answer.Kind(kind)].example
    summaries = [fold.summary.get_text() for fold in folds]
    assert len(set(summaries)) == len(summaries)


def test_every_link_of_a_letter_leads_to_a_section_or_to_the_reason_why_not() -> None:
    author = Author(stages.asked())
    for do in SECTIONS:
        response = author.client.get(f"/answer/{author.token}/?do={do}")
        assert response["Location"] == f"{author.path}?do={do}#{do}"
    for do in ("#x", "answer%0d%0ax", "nothing", "<b>"):
        response = author.client.get(f"/answer/{author.token}/", {"do": do})
        assert response["Location"] == author.path
    assert "There is no agreement that waits for objections." in words(author.open("object"))
    assert "There is no agreement to take back." in words(author.open("take_back"))
    assert "There is no agreement" not in words(author.open("answer"))
    answered = Author(stages.answered())
    assert "No deadline is running. You can still answer" in words(answered.open("more_time"))


def test_opening_the_page_changes_nothing() -> None:
    report = stages.agreed(confirm=True, emails=("ada@authors.example", "bo@authors.example"))
    before = (ReportEvent.objects.count(), list(Contact.objects.values()))
    for position in (1, 2):
        author = Author(report, position)
        for do in ["", *SECTIONS]:
            opened = author.client.get(f"/answer/{author.token}/?do={do}")
            assert opened["Location"].startswith(author.path)
            author.client.head(f"/answer/{author.token}/?do={do}")
            assert author.client.get(author.path, {"do": do}).status_code == 200
            author.client.post(author.path, {"token": author.token})
    assert (ReportEvent.objects.count(), list(Contact.objects.values())) == before
    assert LinkUse.objects.count() == 0


def test_only_what_applies_is_offered() -> None:
    assert offered(Author(stages.asked()).open()) == SECTIONS[:4]
    assert offered(Author(stages.answered()).open()) == ["answer", "opt_out"]
    agreed = stages.agreed(confirm=True, emails=("ada@authors.example", "bo@authors.example"))
    assert offered(Author(agreed).open()) == ["answer", "take_back", "opt_out"]
    assert offered(Author(agreed, 2).open()) == ["answer", "object", "opt_out"]


def test_my_earlier_answer_stands_is_a_choice_only_where_there_is_one() -> None:
    paper = stages.paper()
    earlier = stages.answered(of=paper)
    same = stages.asked(of=paper, at=NOW + 120 * DAY)
    other = stages.asked(of=paper, at=NOW + 120 * DAY, table="Figure 7")
    main = Author(same).open()
    assert kinds(main) == Answer.Kind.values
    assert f"The earlier answer is beside report {earlier.pk}" in words(main)
    author = Author(other)
    assert kinds(author.open()) == Answer.Kind.values[:-1]
    main = author.post("answer", 422, kind="earlier_stands", name="Ada")
    assert "There is no earlier answer to this claim: choose another kind." in words(main)
    main = Author(same).post("answer", kind="earlier_stands", name="Ada")
    assert "It stands beside another report of this paper ." in words(main)


def test_after_an_answer_the_page_shows_what_is_stored_and_whose_turn_it_is() -> None:
    author = Author(stages.asked())
    main = author.post("answer", kind="explains", text="Use **seed 3**.", name="Ada", role="first")
    shown = words(main)
    assert "Your answer is stored as shown below." in shown
    assert "Ada , first · explains" in shown
    assert "<strong>seed 3</strong>" in main.decode()
    assert "Now the reporter reads it, and either accepts it" in shown
    assert main.find("h2", id="answer").get_text() == "Give a new answer"
    assert main.find("h2", id="add").get_text() == "Add to the answer"
    assert main.find("textarea", id="id_text").get_text().strip() == ""
    assert shown.index("What was said") < shown.index("What is reported")
    author.post("answer", kind="explains", text="And batch size 8.", name="Ada")
    assert "And batch size 8." in words(author.open())
    assert [answer.text for answer in Answer.objects.all()] == [
        "Use **seed 3**.", "And batch size 8.",
    ]  # fmt: skip


def test_what_the_other_side_did_is_shown() -> None:
    assert "both texts stand side by side" in words(Author(stages.disputed()).open())
    assert "Ten seeds were tried." in words(Author(stages.disputed()).open())
    assert "nothing more is needed" in words(Author(stages.resolved()).open())
    lapsed = words(Author(stages.lapsed()).open())
    assert "passed without an answer, and the report is public" in lapsed
    assert "Any answer takes it off the list at once." in lapsed
    partial = words(Author(stages.lapsed(outcome=Outcome.PARTIAL)).open())
    assert "takes it off the list" not in partial
    confirmed = Author(stages.confirmed()).open()
    assert "The agreement can be taken back at any time." in words(confirmed)
    assert "The paper then leaves the list at once." in words(confirmed)


def test_of_a_report_taken_back_a_line_is_left() -> None:
    withdrawn = words(Author(stages.withdrawn(stages.answered())).open())
    assert "The reporter withdrew the report on 8 March 2026." in withdrawn
    assert "The seed matters" in withdrawn
    removed = words(Author(stages.removed(stages.disputed(), reason="No.")).open())
    assert "A moderator removed the report on 9 March 2026." in removed
    for gone in ("We ran", "93.1", "Ten seeds"):
        assert gone not in withdrawn
        assert gone not in removed
    assert "The seed matters" not in removed
    secret = words(Author(stages.removed(stages.asked(), reason="No.")).open())
    assert "dated line" not in secret


def test_what_lacks_is_said_at_the_top_and_beside_the_field_and_nothing_typed_is_lost() -> None:
    author = Author(stages.asked())
    main = author.post(
        "answer",
        422,
        kind="provides",
        text="The **whole** story",
        url="ftp://x",
        name=" ",
        role="r",
    )
    summary = main.select_one("#problems")
    assert [link["href"] for link in summary.find_all("a")] == ["#id_url", "#id_name"]
    assert all(main.find(id=link["href"][1:]) for link in summary.find_all("a"))
    field = main.find("input", id="id_url")
    assert field["value"] == "ftp://x"
    assert main.find(id=field["aria-describedby"]).get_text() == (
        "The link must begin with http:// or https://, 500 characters at most."
    )
    assert main.find("textarea", id="id_text").get_text().strip() == "The **whole** story"
    assert main.find("input", id="id_role")["value"] == "r"
    assert main.find("input", value="provides").has_attr("checked")
    assert main.find("input", id="other_name")["value"] == ""
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["kind", "text", "name"]),
        ({"kind": "nonsense", "text": "x", "name": "A"}, ["kind"]),
        ({"kind": "explains", "text": "x" * 50_001, "name": "A"}, ["text"]),
        ({"kind": "provides", "text": "x", "name": "A"}, ["url"]),
        ({"kind": "explains", "text": "x", "name": "A", "url": "javascript:alert(1)"}, ["url"]),
        ({"kind": "explains", "text": "x", "name": "A", "url": "https://x.example/" + "y" * 500},
         ["url"]),
        ({"kind": "explains", "text": " \0\u202e ", "name": "A"}, ["text"]),
    ],
)  # fmt: skip
def test_an_incomplete_answer_is_not_stored(typed: dict[str, str], fields: list[str]) -> None:
    main = Author(stages.asked()).post("answer", 422, **typed)
    summary = main.select_one("#problems")
    assert [link["href"] for link in summary.find_all("a")] == [f"#id_{name}" for name in fields]
    assert Answer.objects.count() == 0


def test_a_preview_shows_the_answer_and_stores_nothing() -> None:
    author = Author(stages.asked())
    main = author.post("preview", kind="contests", text="It is **row 3**.", name="Ada B", role="r")
    assert "<strong>row 3</strong>" in main.find(id="preview").decode()
    assert "Ada B , r · contests" in words(main.find(id="preview"))
    assert main.find("textarea", id="id_text").get_text().strip() == "It is **row 3**."
    assert main.find("input", id="id_name")["value"] == "Ada B"
    assert main.find("input", value="contests").has_attr("checked")
    assert (Answer.objects.count(), LinkUse.objects.count()) == (0, 0)


def test_the_right_person_is_named_and_stays_typed_until_it_is_complete() -> None:
    author = Author(stages.asked())
    main = author.post(
        "wrong_person", 422, kind="other_person", name="Bo", email="bo at example", text="He left."
    )
    assert [link["href"] for link in main.select("#problems a")] == ["#other_email"]
    assert main.find("input", id="other_name")["value"] == "Bo"
    assert main.find("input", id="other_email")["value"] == "bo at example"
    assert main.find("textarea", id="other_text").get_text().strip() == "He left."
    assert main.find("input", id="id_name")["value"] == "Ada Example"
    assert main.find("textarea", id="id_text").get_text().strip() == ""
    main = author.post("wrong_person", kind="other_person", name="Bo", email="bo@x.example")
    assert "Nothing happens to the report until a moderator has decided." in words(main)
    assert "you told us: another person should be asked" in words(main)
    assert (Suggestion.objects.get().name, Suggestion.objects.get().email) == ("Bo", "bo@x.example")


def test_who_is_no_author_says_so_without_naming_anybody() -> None:
    Author(stages.asked()).post("wrong_person", kind="not_an_author")
    assert Suggestion.objects.get().kind == "not_an_author"


def test_more_time_is_granted_once() -> None:
    author = Author(stages.asked())
    assert "one extension of 14 days" in words(author.open("more_time"))
    main = author.post("more_time")
    assert "The new deadline is 13 April 2026, 23:59 anywhere on Earth" in words(main)
    assert "More time was granted once already." in words(main)
    main = author.post("more_time", 409)
    assert "More time was granted once already." in words(main.select_one("#problems"))


def test_a_deadline_that_passed_without_a_lapse_is_told_as_passed(
    the_day_after_the_notice: time_machine.Traveller,
) -> None:
    author = Author(stages.asked())
    the_day_after_the_notice.move_to(NOW + 40 * DAY)
    shown = words(author.open("more_time"))
    assert "has passed. Please answer all the same" in shown
    assert "Please answer until" not in shown
    assert "The deadline has passed. You can still answer at any time." in shown


def test_a_hold_is_told() -> None:
    report = stages.asked()
    moderation.open_hold(
        report_id=report.pk, moderator=stages.moderator(), reason="An appeal.", now=NOW
    )
    assert "On hold: while the hold stands" in words(Author(report).open())


def test_the_wish_not_to_be_written_to_shows_the_final_notice_and_is_kept() -> None:
    author = Author(stages.asked())
    shown = words(author.open("opt_out"))
    assert (
        "This is the final notice: if nobody answers by 30 March 2026, 23:59 anywhere on Earth "
        "(UTC−12), which is 31 March 2026, 11:59 UTC , the report above is published as it stands"
    ) in shown
    main = author.post("opt_out")
    assert "We do not write to you about this paper again. You can still answer here." in words(
        main
    )
    assert offered(main)[-1] != "opt_out"
    assert "As you asked, we write no more letters" in words(author.open())


def test_after_an_answer_the_wish_is_no_final_notice() -> None:
    shown = words(Author(stages.answered()).open("opt_out"))
    assert "This is the final notice" not in shown
    assert "not even when the reporter reacts to an answer" in shown


def test_a_co_author_objects_and_the_author_is_told() -> None:
    report = stages.agreed(confirm=True, emails=("ada@authors.example", "bo@authors.example"))
    co_author = Author(report, 2)
    shown = words(co_author.open("object"))
    assert "Without an objection by 18 March 2026, 09:30 UTC the paper is listed" in shown
    main = co_author.post("object")
    assert "Your objection is stored: the agreement is not confirmed." in words(main)
    assert "object" not in offered(main)
    assert "A co-author objected to your agreement" in words(Author(report).open())
    assert agreements.confirm_due(now=NOW + 60 * DAY) == 0


def test_an_author_takes_the_agreement_back() -> None:
    author = Author(stages.agreed())
    assert "We send you a second letter" in words(author.open())
    main = author.post("take_back")
    assert "The agreement is taken back." in words(main)
    assert "take_back" not in offered(main)
    main = author.post("take_back", 409)
    assert "There is no agreement to take back." in words(main)


def test_a_link_that_ended_loses_nothing_that_was_typed() -> None:
    author = Author(stages.asked())
    links.revoke(author.contact, NOW)
    main = author.post("answer", 404, kind="explains", text="A long story", name="Ada", role="r")
    assert main.find("h1").get_text() == "This link was ended"
    assert "A moderator ended it on 2 March 2026 , because" in words(main)
    opened = author.client.get(f"/answer/{author.token}/")
    assert (opened.status_code, "This link was ended" in opened.text) == (404, True)
    assert "This link does not work here" in author.client.get("/answer/nonsense/").text
    form = main.find("form")
    assert form.find("textarea").get_text().strip() == "A long story"
    hidden = {field["name"]: field["value"] for field in form.find_all("input", type="hidden")}
    assert hidden == {"kind": "explains", "url": "", "name": "Ada", "role": "r"}
    new = Author(Report.objects.get())
    main = new.post("open", text="A long story", **hidden)
    assert main.find("textarea", id="id_text").get_text().strip() == "A long story"
    assert main.find("input", id="id_name")["value"] == "Ada"
    assert Answer.objects.count() == 0


def test_one_authors_link_shows_nothing_of_another_report() -> None:
    report = stages.asked()
    other = stages.asked(of=stages.paper("Another secret"))
    author = Author(report)
    author.open()
    assert author.client.get(Author(other).path).status_code == 404
    stolen = {"token": author.token, "do": "opt_out"}
    assert author.client.post(Author(other).path, stolen).status_code == 404
    assert stages.contact_of(other).state == "handed_over"


def test_hostile_words_in_every_field_are_text() -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e [x](javascript:alert(1)) \0"
    author = Author(stages.asked())
    forms: list[tuple[str, int, dict[str, Any]]] = [
        ("answer", 422, {"kind": bad, "text": bad, "url": bad, "name": bad, "role": bad}),
        ("preview", 200, {"kind": bad, "text": bad, "url": bad, "name": bad, "role": bad}),
        ("wrong_person", 422, {"kind": bad, "name": bad, "email": bad, "text": bad}),
        ("answer", 200, {"kind": "explains", "text": bad, "name": bad, "role": bad}),
        (bad, 409, {}),
    ]
    for do, status, typed in forms:
        main = author.post(do, status, **typed)
        assert main.find_all(["script", "img"]) == []
        assert [a for a in main.find_all("a") if a["href"].startswith("javascript")] == []
    stored = Answer.objects.get()
    assert "\0" not in stored.name + stored.text
    assert "\u202e" not in stored.name + stored.text


def test_the_services_say_what_lacks() -> None:
    contact = stages.contact_of(stages.asked())
    with pytest.raises(answers.Incomplete) as error:
        answers.suggest(
            contact_id=contact.pk, kind="other_person", name="", email="", note="", now=NOW
        )
    assert error.value.problems == {
        "name": "Name the person who should be asked.",
        "email": "Give the address of the person who should be asked.",
    }
