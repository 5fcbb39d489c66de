"""Crossref's works, read; and what happened to them."""

from datetime import date

import pytest

from registry.identifiers import Found
from registry.sources import crossref, unixref
from registry.sources.errors import Nonsense
from registry.sources.facts import Author, Facts, Kind, Mark, Notice
from tests.registry.sources import shapes
from tests.registry.sources.shapes import packed, update

OWN, OTHER = "10.5555/lamps.7", "10.5555/notice.9"


def read(**changes: object) -> Facts:
    return crossref.read(packed(shapes.crossref(**changes)))


def test_a_work_is_read() -> None:
    facts = read()
    assert (facts.title, facts.venue) == ("Lamps in CO₂: A study", "Journal of Lamps")
    assert facts.authors == (
        Author(name="Ada Winter", orcid="0000-0002-1825-0097"),
        Author(name="The Lamp Group"), Author(name="Mono"),
    )  # fmt: skip
    assert facts.abstract == ""
    assert (facts.year, facts.kind) == (2024, "journal-article")
    assert facts.identifiers == (Found("doi", OWN),)
    assert facts.also == (Found("arxiv", "2401.01234"),)
    assert facts.code == ("https://github.com/ada/lamps",)
    assert facts.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert facts.url == "https://lamps.example/7"
    assert (facts.marks, facts.notices, facts.hints) == ((), (), ())
    assert crossref.read(shapes.crossref()["message"]) == facts


@pytest.mark.parametrize(
    ("title", "subtitle", "shown"),
    [
        (["Lamps: A study"], ["A study"], "Lamps: A study"), (["Lamps?"], ["No"], "Lamps? No"),
        (["Lamps", "Lampen"], [], "Lamps"), ([], ["A study"], ""), (None, None, ""),
    ],
)  # fmt: skip
def test_a_subtitle_is_told_once(title: object, subtitle: object, shown: str) -> None:
    assert read(title=title, subtitle=subtitle).title == shown


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ({"issued": {"date-parts": [[None]]}}, None), ({"issued": {"date-parts": [[2024]]}}, 2024),
        ({"issued": {"date-parts": [[None]]}, "published-online": {"date-parts": [[1999]]}}, 1999),
        ({"issued": {}}, None), ({"issued": {"date-parts": [["2024"]]}}, 2024),
        ({"issued": {"date-parts": [[99999]]}}, None), ({"issued": "2024"}, None),
    ],
)  # fmt: skip
def test_the_year_of_a_date_that_may_lack(dates: dict[str, object], year: int | None) -> None:
    assert read(**dates).year == year


def test_a_work_is_no_other_form_of_itself() -> None:
    relation = {"is-version-of": [{"id": "10.5555/LAMPS.7"}, {"id": "10.5555/b"}, {"id": "x"}],
                "is-reply-to": [{"id": "10.5555/c"}]}  # fmt: skip
    assert read(relation=relation).also == (Found("doi", "10.5555/b"),)


def test_a_preprint_is_of_its_archive() -> None:
    facts = read(**{"type": "posted-content", "container-title": [],
                    "institution": [{"name": "LampRxiv"}]})  # fmt: skip
    assert facts.venue == "LampRxiv"


# --- what happened to a paper -----------------------------------------------------------------


def test_a_retraction_stands_on_the_paper_with_all_who_say_so() -> None:
    facts = read(**{"updated-by": [
        update("retraction", OTHER, "retraction-watch", 2), update("retraction", OTHER, None, 3),
    ]})  # fmt: skip
    assert facts.marks == (
        Mark(kind=Kind.RETRACTED, notice=OTHER, said_by="Retraction Watch", at=date(2025, 6, 2)),
        Mark(kind=Kind.RETRACTED, notice=OTHER, said_by="the publisher", at=date(2025, 6, 3)),
    )
    assert facts.notices == ()


def test_a_notice_is_not_retracted_itself() -> None:
    facts = read(**{"update-to": [update("retraction", OTHER)]})
    assert facts.marks == ()
    assert facts.notices == (
        Notice(kind=Kind.RETRACTED, about=OTHER, said_by="the publisher", at=date(2025, 6, 1)),
    )


def test_where_a_publisher_states_both_directions_retraction_watch_knows_the_right_one() -> None:
    watch, wrong = update("retraction", OTHER, "retraction-watch"), update("retraction", OTHER)
    paper = read(**{"updated-by": [watch], "update-to": [wrong]})
    assert [mark.said_by for mark in paper.marks] == ["Retraction Watch"]
    assert paper.notices == ()
    notice = read(**{"updated-by": [wrong], "update-to": [watch]})
    assert notice.marks == ()
    assert [one.said_by for one in notice.notices] == ["Retraction Watch"]


def test_where_nobody_knows_the_direction_both_are_told() -> None:
    both = read(**{"updated-by": [update("retraction", OTHER)],
                   "update-to": [update("retraction", OTHER)]})  # fmt: skip
    assert (len(both.marks), len(both.notices)) == (1, 1)


def test_what_was_changed_in_place_is_a_mark_with_its_own_doi() -> None:
    here = update("partial_retraction", OWN.upper())
    for stated in ({"update-to": [here]}, {"updated-by": [here]},
                   {"update-to": [here], "updated-by": [here]}):  # fmt: skip
        facts = read(**stated)
        assert [(mark.kind, mark.notice) for mark in facts.marks] == [(Kind.PARTLY_RETRACTED, OWN)]
        assert facts.notices == ()


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("correction", Kind.CORRECTED), ("erratum", Kind.CORRECTED), ("removal", Kind.REMOVED),
        ("corrigendum", Kind.CORRECTED), ("withdrawal", Kind.WITHDRAWN),
        ("expression_of_concern", Kind.CONCERN), ("new_version", Kind.REPLACED),
        ("reinstatement", Kind.REINSTATED), ("Partial-Retraction", Kind.PARTLY_RETRACTED),
        ("never_heard_of", Kind.UPDATED),
    ],
)  # fmt: skip
def test_kinds_of_updates(word: str, kind: Kind) -> None:
    (mark,) = read(**{"updated-by": [update(word, OTHER)]}).marks
    assert mark.kind == kind


@pytest.mark.parametrize(
    ("title", "hinted"),
    [
        ("RETRACTED: Lamps", True), ("Retracted Article: Lamps", True), ("[RETRACTED] Lamps", True),
        ("WITHDRAWN: Lamps", True), ("Retraction—Lamps", True), ("Retraction Notice: x", True),
        ("Retracted lamps of the south", False), ("Withdrawn money", False), ("Lamps", False),
    ],
)  # fmt: skip
def test_a_word_in_the_title_is_a_hint_and_no_mark(title: str, hinted: bool) -> None:
    facts = read(title=[title], subtitle=[])
    assert (bool(facts.hints), facts.marks) == (hinted, ())
    assert facts.title == title


def test_what_has_no_doi_is_nonsense() -> None:
    for answer in (b"{}", b"[]", b"null", b"Resource not found.", b'{"message": 7}', b"\xff",
                   b'{"DOI": "none"}', b"[" * 100_000, b"9" * 10_000):  # fmt: skip
        with pytest.raises(Nonsense, match=r"^Crossref answered with something that cannot"):
            crossref.read(answer)


# --- XML ------------------------------------------------------------------------------------------

XML = """<?xml version="1.0"?><doi_records><doi_record><crossref><conference>
<event_metadata><conference_name>Meeting on Lamps</conference_name></event_metadata>
<proceedings_metadata><proceedings_title>Proceedings on Lamps</proceedings_title>
<publication_date><year>2023</year></publication_date></proceedings_metadata>
<conference_paper><contributors>
<person_name sequence="first" contributor_role="author"><given_name>Ada</given_name>
<surname>Winter</surname><ORCID>http://orcid.org/0000-0002-1825-0097</ORCID></person_name>
<organization contributor_role="author">The Lamp Group</organization>
<person_name contributor_role="editor"><surname>Editor</surname></person_name></contributors>
<titles><title>Lamps in CO<sub>2</sub> &amp; <i>oil</i></title><subtitle>A study</subtitle></titles>
<publication_date><year>2024</year></publication_date>
<doi_data><doi>10.5555/Lamps.7</doi><resource>https://lamps.example/7</resource></doi_data>
<crossmark><updates><update type="retraction" date="2025-06-01">10.5555/Notice.9</update></updates>
</crossmark></conference_paper></conference></crossref></doi_record></doi_records>"""


def test_xml_is_read_like_json() -> None:
    facts = unixref.read(XML.encode())
    assert facts.title == "Lamps in CO₂ & oil: A study"
    assert facts.authors == (
        Author(name="Ada Winter", orcid="0000-0002-1825-0097"), Author(name="The Lamp Group"),
    )  # fmt: skip
    assert (facts.venue, facts.year) == ("Proceedings on Lamps", 2024)
    assert facts.identifiers == (Found("doi", OWN),)
    assert [(one.kind, one.about, one.at) for one in facts.notices] == [
        (Kind.RETRACTED, OTHER, date(2025, 6, 1))
    ]


@pytest.mark.parametrize("answer", [b"", b"<x/>", b"<crossref/>", XML.encode()[:-40]])
def test_what_is_no_record_is_nonsense(answer: bytes) -> None:
    with pytest.raises(Nonsense):
        unixref.read(answer)
