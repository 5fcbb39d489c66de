"""A paper entered by hand: not public, checked, and one under one identifier once accepted."""

from typing import Any

import pytest

from registry import services
from registry.models import Identifier, Paper
from registry.services import Invalid, bearers, settle_identity
from tests.registry.builders import NOW, paper

pytestmark = pytest.mark.django_db


def enter(**typed: Any) -> Paper:
    whole = {
        "title": "On things", "authors": ["Ada Example"], "venue": "", "year": None, "url": "",
        "identifiers": [],
    }  # fmt: skip
    return services.enter_paper(now=NOW, **(whole | typed))


def test_a_paper_is_entered_and_is_not_public() -> None:
    made = enter(
        title=" On\x00 things ", authors=["Ada Example", " ", "Bo Sample"], venue="Conf", year=2020,
        url="https://e.example/1", identifiers=["https://arxiv.org/abs/2001.00001v2", "10.1234/A"],
    )  # fmt: skip
    stored = Paper.objects.get()
    assert stored == made
    assert (stored.title, stored.names, stored.is_public, stored.created_at) == (
        "On things", "Ada Example; Bo Sample", False, NOW,
    )  # fmt: skip
    assert stored.stated == ["arxiv:2001.00001", "doi:10.1234/a"]
    assert not stored.identifiers.exists()
    assert [(a.position, a.name) for a in stored.authors.all()] == [
        (1, "Ada Example"), (2, "Bo Sample"),
    ]  # fmt: skip


def test_the_identifier_of_a_public_paper_returns_it_unchanged() -> None:
    known = paper("Known", doi="10.1234/a")
    assert enter(identifiers=["doi:10.1234/A", "2001.00001"]) == known
    assert Identifier.objects.count() == 1
    assert Paper.objects.get().title == "Known"


def test_identifiers_of_two_papers_are_refused() -> None:
    paper("One", doi="10.1234/a")
    paper("Two", arxiv="2001.00001")
    with pytest.raises(Invalid, match="These identifiers belong to different papers"):
        enter(identifiers=["10.1234/a", "2001.00001"])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": " \x00 "}, "Enter the title of the paper."),
        ({"title": "a" * 2001}, "The title has 2,001 characters: shorten it to 2,000."),
        ({"venue": "v" * 301}, "The venue has 301 characters: shorten it to 300."),
        ({"authors": ["n" * 301]}, "The name of an author has 301 characters: shorten it to 300."),
        ({"authors": ["n"] * 10_001}, "Enter at most 10,000 authors."),
        ({"year": 20}, "“20” is no year of a paper: write four digits, such as 2017."),
        (
            {"url": "javascript:alert(1)"},
            "The address of the paper must begin with http:// or https://.",
        ),
        ({"url": f"https://{'a' * 493}"}, "The address has 501 characters: shorten it to 500."),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_said(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(**typed)
    assert str(refused.value) == sentence
    assert not Paper.objects.exists()


def test_a_malformed_identifier_is_refused_with_examples() -> None:
    with pytest.raises(Invalid) as refused:
        enter(identifiers=["nonsense"])
    assert str(refused.value).startswith(
        "“nonsense” is not an identifier we can read. A DOI looks like"
    )


def test_the_same_identifier_twice_is_one() -> None:
    assert enter(identifiers=["10.1234/a", "https://doi.org/10.1234/A"]).stated == ["doi:10.1234/a"]


def test_what_one_person_entered_is_not_given_to_another() -> None:
    first = enter(title="A slander", identifiers=["10.1234/a"])
    settled = paper("Accepted, not public", public=False, doi="10.1234/b")
    second = enter(title="On things", identifiers=["10.1234/a", "10.1234/b"])
    assert second not in (first, settled)
    assert (second.title, second.names) == ("On things", "Ada Example")


def test_an_accepted_paper_takes_its_identifiers_and_later_ones_lead_to_it() -> None:
    first, second = (enter(title=f"T{n}", identifiers=["10.1234/a"]) for n in (1, 2))
    assert bearers(second) == []
    assert settle_identity(second) == second
    assert [str(i) for i in second.identifiers.all()] == ["doi:10.1234/a"]
    assert settle_identity(second) == second
    assert bearers(first) == [second]
    assert settle_identity(first) == second
    first.refresh_from_db()
    assert (first.title, first.stated, first.identifiers.count()) == ("T1", ["doi:10.1234/a"], 0)


def test_a_paper_without_identifiers_is_itself() -> None:
    made = enter()
    assert (settle_identity(made), bearers(made)) == (made, [])


def test_identifiers_of_two_papers_settle_nothing() -> None:
    made = enter(identifiers=["10.1234/a", "2001.00001"])
    paper("One", doi="10.1234/a", public=False)
    paper("Two", arxiv="2001.00001")
    with pytest.raises(Invalid, match="These identifiers belong to different papers"):
        settle_identity(made)


def test_two_papers_settled_at_the_same_moment_are_not_both_the_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = enter(identifiers=["10.1234/a"])
    paper("Known", doi="10.1234/a")
    monkeypatch.setattr(services, "bearers", lambda of: [])  # it looked a moment too early
    with pytest.raises(Invalid, match="became known a moment ago"):
        settle_identity(made)
    made.refresh_from_db()
    assert made.stated == ["doi:10.1234/a"]


def test_authors_are_added_once() -> None:
    made = paper(names=[])
    services.add_authors(paper=made, names=["Ada Example", "\x00", "Bo Sample"])
    services.add_authors(paper=made, names=["Somebody Else"])
    made.refresh_from_db()
    assert made.names == "Ada Example; Bo Sample"
    assert [a.name for a in made.authors.all()] == ["Ada Example", "Bo Sample"]


def test_no_authors_change_nothing() -> None:
    made = paper(names=[])
    services.add_authors(paper=made, names=[" "])
    assert not made.authors.exists()
