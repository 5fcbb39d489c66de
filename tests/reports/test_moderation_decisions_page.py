"""The form by which a moderator decides on an author's word."""

import pytest

from reports.models import Contact, Suggestion
from tests.reports.inquiries import (
    NOW,
    contact_of,
    hand_over,
    make_asking,
    name_somebody,
    owed,
    say_no_author,
    state_of,
)
from tests.reports.moderators import Desk, page_of, sentences, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def report(desk):
    made = make_asking(desk.moderator)
    hand_over(made, NOW)
    return made


def decide(desk: Desk, report, suggestion: Suggestion, **typed):
    form = {"verdict": "uphold", "decision": "Seen on the lab's page.", "author": "", "email": ""}
    return desk.send(report, "decide", of=suggestion.pk, **form | typed)


def test_the_form_proposes_who_was_named(desk, report) -> None:
    suggestion = name_somebody(report, now=NOW)
    page = desk.get(report)
    form = page.select_one(f"#decide-{suggestion.pk}")
    assert form.select_one("[name=email]")["value"] == "bo@lab.example"
    assert form.select_one("option[selected]").text == "2. Bo Probe"
    assert [option.text for option in form.select("option")] == [
        "nobody else is asked", "1. Ada Muster", "2. Bo Probe", "3. Chen Wei",
        "not on the author list",
    ]  # fmt: skip
    assert "Bo ran the experiments." in words(page, f"#word-{suggestion.pk}")


def test_the_form_proposes_nobody_where_nobody_was_named(desk, report) -> None:
    suggestion = say_no_author(report, now=NOW)
    form = desk.get(report).select_one(f"#decide-{suggestion.pk}")
    assert form.select_one("[name=email]").get("value", "") == ""
    assert form.select_one("option[selected]").text == "nobody else is asked"


def test_upheld_the_named_author_is_asked(desk, report) -> None:
    suggestion = name_somebody(report, now=NOW)
    response = decide(desk, report, suggestion, author="2", email="bo@lab.example")
    assert response["Location"] == f"/moderation/{report.pk}/"
    assert desk.messages() == ["Upheld."]
    assert (contact_of(report).state, owed(report)) == ("void", [("notice", "bo@lab.example")])
    page = desk.get(report)
    assert page.select_one(f"#decide-{suggestion.pk}") is None
    assert "Upheld by Mo Derator" in words(page, "main")


def test_upheld_somebody_who_is_no_author_is_asked(desk, report) -> None:
    suggestion = name_somebody(report, now=NOW)
    decide(desk, report, suggestion, author="none", email="student@lab.example")
    assert not Contact.objects.get(position=4).on_paper
    assert "not on the author list" in words(desk.get(report), ".tags")


def test_upheld_with_nobody_else_the_report_is_unreachable(desk, report) -> None:
    assert decide(desk, report, say_no_author(report, now=NOW)).status_code == 302
    assert state_of(report) == "unreachable"


def test_refused_nothing_else_in_the_form_matters(desk, report) -> None:
    suggestion = name_somebody(report, now=NOW)
    response = decide(desk, report, suggestion, verdict="refuse", author="2", email="x@")
    assert response.status_code == 302
    assert desk.messages() == ["Refused; the author has at least 14 more days."]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"verdict": ""}, "Choose whether you uphold it."),
        ({"decision": " "}, "Give the reason of your decision."),
        ({"decision": "z" * 5_000}, "At most 4,000 characters: this has 5000."),
        ({"author": "2", "email": "x@"}, "This is not a whole e-mail address"),
        ({"author": "2"}, "Give the person's address, or choose to ask nobody else."),
        ({"email": "bo@lab.example"}, "Choose which author this is, or none."),
        ({"author": "9", "email": "bo@lab.example"}, "Choose which author this is, or none."),
        ({"author": "2", "email": "b" * 5_000}, "At most 320 characters: this has 5000."),
    ],
)
def test_what_lacks_is_said_beside_what_was_typed(desk, report, typed, sentence) -> None:
    suggestion = name_somebody(report, now=NOW)
    response = decide(desk, report, suggestion, **typed)
    assert response.status_code == 422
    assert any(sentence in one for one in sentences(response))
    form = page_of(response).select_one(f"#decide-{suggestion.pk}")
    assert form.select_one("[name=email]").get("value", "") == typed.get("email", "")
    kept = form.select_one("textarea").text.strip()
    assert kept == typed.get("decision", "Seen on the lab's page.").strip()
    assert Suggestion.objects.get().decided_at is None


def test_a_refusal_of_the_service_keeps_the_form(desk, report) -> None:
    suggestion = name_somebody(report, now=NOW)
    response = decide(desk, report, suggestion, author="1", email="ada@lab.example")
    assert (response.status_code, sentences(response)) == (
        409, ["This address was used for this report already."],
    )  # fmt: skip
    form = page_of(response).select_one(f"#decide-{suggestion.pk}")
    assert form.select_one("input[checked]")["value"] == "uphold"
    assert form.select_one("option[selected]")["value"] == "1"
