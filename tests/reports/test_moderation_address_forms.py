"""The forms of the moderators' page for addresses: a new one, a search, and none found."""

import pytest

from reports.models import Address, AddressSearch, Report
from tests.reports.inquiries import (
    DAY,
    NOW,
    hand_over,
    make_asking,
    make_unreachable,
    owed,
    state_of,
)
from tests.reports.moderators import Desk, done, page_of, sentences, words

pytestmark = pytest.mark.django_db
ADDRESS = {
    "author": "1", "email": "new@lab.example", "source": "homepage",
    "source_url": "https://lab.example/ada",
}  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return Desk()


def asking(desk: Desk) -> Report:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example")
    hand_over(report, NOW)
    return report


def test_an_author_is_asked_at_a_new_address(desk) -> None:
    report = make_unreachable(desk.moderator)
    response = desk.send(report, "ask", **ADDRESS)
    assert done(desk, response, report) == ["Ada Muster is written to there now."]
    assert (state_of(report), owed(report)) == ("asking", [("notice", "new@lab.example")])
    address = Address.objects.get()
    assert (address.source, address.source_url) == ("homepage", "https://lab.example/ada")


def test_an_address_in_reserve_and_one_under_a_hold_are_told_apart(desk) -> None:
    report = asking(desk)
    assert done(desk, desk.send(report, "ask", **ADDRESS), report) == [
        "Kept: Ada Muster is written to there if the address in use fails."
    ]
    done(desk, desk.send(report, "hold", reason="An appeal."), report)
    response = desk.send(report, "ask", **ADDRESS | {"author": "3", "email": "chen@lab.example"})
    assert done(desk, response, report) == [
        "Chen Wei is written to there when the hold is released."
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("email", "x@", "This is not a whole e-mail address: write it like name@university.edu."),
        ("email", "", "Write the address, like name@university.edu."),
        ("email", "a" * 5_000, "At most 320 characters: this has 5000."),
        ("email", "noreply@lab.example", "Nobody reads at this address"),
        ("author", "", "Choose an author of the paper: only they are asked."),
        ("author", "4", "Choose an author of the paper: only they are asked."),
        ("author", "x", "Choose an author of the paper: only they are asked."),
        ("source", "", "Say where the address was found; it must be open to see."),
        ("source", "s" * 5_000, "At most 200 characters: this has 5000."),
        ("source_url", "javascript:alert(1)", "Write the whole web address"),
        ("source_url", "https://x.example/" + "u" * 5_000, "At most 500 characters"),
    ],
)
def test_a_bad_address_is_kept_and_said(desk, name, value, sentence) -> None:
    report = make_unreachable(desk.moderator)
    response = desk.send(report, "ask", **ADDRESS | {name: value})
    assert response.status_code == 422
    assert any(sentence in one for one in sentences(response))
    page = page_of(response)
    if name != "author":
        assert page.select_one(f"#ask [name={name}]").get("value", "") == value
    assert words(page, "#ask .error") != ""
    assert (state_of(report), Address.objects.count()) == ("unreachable", 0)


def test_an_address_without_meaning_for_a_nul_is_taken_without_it(desk) -> None:
    report = make_unreachable(desk.moderator)
    assert desk.send(report, "ask", **ADDRESS | {"email": "new@lab\0.example"}).status_code == 302
    assert Address.objects.get().email == "new@lab.example"


def test_a_refused_address_is_typed_in_again(desk) -> None:
    report = asking(desk)
    response = desk.send(report, "ask", **ADDRESS | {"email": "ada@lab.example"})
    assert response.status_code == 409
    assert sentences(response) == ["This address was used for this report already."]
    page = page_of(response)
    assert page.select_one("#ask [name=email]")["value"] == "ada@lab.example"
    assert page.select_one("#ask option[selected]")["value"] == "1"
    assert page.select_one("#ask").has_attr("open")


def test_a_search_is_recorded_and_the_same_twice_is_refused(desk) -> None:
    report = make_unreachable(desk.moderator)
    response = desk.send(report, "search", where="The lab's page", found="Nothing")
    assert done(desk, response, report) == ["The search is recorded."]
    search = AddressSearch.objects.get()
    assert (search.where, search.found) == ("The lab's page", "Nothing")
    again = desk.send(report, "search", where="The lab's page", found="Still nothing")
    assert again.status_code == 409
    assert page_of(again).select_one("#search [name=found]").text.strip() == "Still nothing"
    assert desk.send(report, "search", where=" ", found="").status_code == 422


def test_making_public_waits_for_the_days_and_the_searches(desk) -> None:
    report = make_unreachable(desk.moderator)
    desk.send(report, "search", where="One", found="")
    early = desk.send(report, "unasked")
    assert early.status_code == 409
    assert sentences(early) == [
        "Not before 1 May 2026, 13:00 UTC: 60 days must have passed. Record two searches for the "
        "authors' addresses, made since it is unreachable."
    ]
    done(desk, desk.send(report, "search", where="Two", found=""), report)
    desk.now = NOW + 60 * DAY
    assert done(desk, desk.send(report, "unasked"), report) == [
        "The report is public: the authors could not be reached. The paper is not listed."
    ]
    assert state_of(report) == "unasked"
