"""DataCite, OpenReview, Semantic Scholar and OpenAlex, read."""

from dataclasses import asdict
from datetime import date

import pytest

from registry.identifiers import Found
from registry.sources import datacite, datacite_xml, openalex, openreview, semantic_scholar
from registry.sources.errors import Nonsense, NotKnown
from registry.sources.facts import Author, Kind, Version
from registry.sources.pieces import orcid_of
from tests.registry.sources import shapes
from tests.registry.sources.shapes import packed

ADA = Author(name="Ada Winter", orcid="0000-0002-1825-0097")


def test_datacite_tells_every_version_of_an_arxiv_paper() -> None:
    facts = datacite.read(packed(shapes.datacite()))
    assert (facts.title, facts.venue, facts.year) == ("Lamps", "arXiv", 2024)
    assert facts.authors == (
        ADA, Author(name="Noor Würtz"), Author(name="Lamps, Oils and Co"),
    )  # fmt: skip
    assert facts.versions == tuple(
        Version(name=f"v{n}", at=date(2024, n, 3)) for n in (1, 2, 3)
    )  # fmt: skip
    assert facts.identifiers == (Found("arxiv", "2401.01234"),)
    assert facts.also == (Found("doi", "10.5555/lamps.7"),)
    assert facts.code == ("https://github.com/ada/lamps",)
    assert facts.abstract == "We light lamps."
    assert facts.licence == "http://creativecommons.org/licenses/by/4.0/"
    bare = shapes.datacite()["data"]["attributes"]
    assert datacite.read(bare) == facts


def test_datacite_tells_of_what_was_withdrawn() -> None:
    dates = [{"date": "2025-06-01", "dateType": "Withdrawn", "dateInformation": "by the authors"}]
    (mark,) = datacite.read(shapes.datacite(dates=dates)).marks
    assert (mark.kind, mark.said_by, mark.at) == (Kind.WITHDRAWN, "DataCite", date(2025, 6, 1))


def test_the_xml_of_datacite_is_read_like_its_json() -> None:
    facts = datacite_xml.read(b"""<record><metadata><resource
      xmlns="http://datacite.org/schema/kernel-4" xsi:schemaLocation="unbound">
      <identifier identifierType="DOI">10.5555/LAMPS.7</identifier><creators><creator>
      <creatorName nameType="Personal">Winter, Ada</creatorName><nameIdentifier
      nameIdentifierScheme="ORCID">https://orcid.org/0000-0002-1825-0097</nameIdentifier></creator>
      </creators><titles><title>Lamps</title><title titleType="Subtitle">Oils</title></titles>
      <publisher>Lamp House</publisher><publicationYear>2024</publicationYear>
      <resourceType resourceTypeGeneral="Dataset">x</resourceType>
      <rightsList><rights rightsURI="https://l.example/">x</rights></rightsList></resource></metadata></record>""")
    assert (facts.title, facts.authors, facts.year) == ("Lamps: Oils", (ADA,), 2024)
    assert (facts.kind, facts.licence) == ("Dataset", "https://l.example/")
    for wrong in (b"<x/>", b"<resource/>", b"<resource><identifier>10.5/x</identifier>"):
        with pytest.raises(Nonsense):
            datacite_xml.read(wrong)


@pytest.mark.parametrize("first", [True, False])
def test_both_apis_of_openreview_are_read(first: bool) -> None:
    facts = openreview.read(packed(shapes.openreview(first=first)))
    assert (facts.title, facts.venue, facts.year) == ("Lamps for All", "ICLR 2024 poster", 2024)
    assert [author.name for author in facts.authors] == ["Ada Winter", "Noor Würtz"]
    assert facts.identifiers == (Found("openreview", "lAmp5fOrAll"),)
    assert facts.code == ("https://code.example/lamps",)
    assert (facts.abstract, facts.licence) == ("We light lamps.", "CC BY 4.0")
    assert facts.marks == ()
    assert "noor@lamps.example" not in str(asdict(facts))


@pytest.mark.parametrize("licence", ["", "CC BY-NC-ND 4.0", "CC BY-NC 4.0", "CC BY-ND 4.0", "x"])
def test_an_abstract_that_may_not_be_shown_is_not_taken(licence: str) -> None:
    assert openreview.read(shapes.openreview(note={"license": licence})).abstract == ""


@pytest.mark.parametrize("licence", ["CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC-BY-4.0"])
def test_an_abstract_that_may_be_shown_is(licence: str) -> None:
    assert openreview.read(shapes.openreview(note={"license": licence})).abstract


@pytest.mark.parametrize(
    "stated",
    [
        shapes.openreview(venueid="ICLR.cc/2024/Conference/Withdrawn_Submission"),
        shapes.openreview(venue="ICLR 2024 Conference Withdrawn Submission"),
        shapes.openreview(first=True, withdrawal="Confirmed"),
        shapes.openreview(first=True, note={"invitation": "ICLR.cc/2020/-/Withdrawn_Submission"}),
    ],
)
def test_a_withdrawn_submission_is_marked(stated: dict[str, object]) -> None:
    (mark,) = openreview.read(stated).marks
    assert (mark.kind, mark.said_by, mark.at) == (Kind.WITHDRAWN, "OpenReview", None)


def test_a_forum_that_is_not_there_and_a_review_are_not_known() -> None:
    for stated in ({"notes": []}, shapes.openreview(note={"forum": "another"})):
        with pytest.raises(NotKnown, match="“asked”"):
            openreview.read(stated, about="asked")
    with pytest.raises(Nonsense):
        openreview.read({"name": "Error"})


def test_anonymous_authors_are_none_and_the_year_may_be_that_of_the_submission() -> None:
    facts = openreview.read(shapes.openreview(authors=["Anonymous"], venue="", venueid="x"))
    assert (facts.authors, facts.year) == ((), 2023)


def test_a_paper_of_semantic_scholar_is_read() -> None:
    facts = semantic_scholar.read(packed(shapes.semantic_scholar()))
    assert (facts.title, facts.venue, facts.year) == ("Lamps", "Annual Meeting on Lamps", 2024)
    assert facts.authors == (Author(name="Ada Winter"),)
    assert facts.identifiers == (
        Found("doi", "10.18653/v1/2024.acl-main.7"), Found("arxiv", "2401.01234"),
        Found("acl", "2024.acl-main.7"), Found("pmid", "12345678"), Found("s2", "0" * 39 + "a"),
    )  # fmt: skip
    assert (facts.licence, facts.kind) == ("CCBY", "JournalArticle")


def test_a_work_of_openalex_is_read() -> None:
    facts = openalex.read(packed(shapes.openalex()))
    assert (facts.title, facts.venue, facts.year) == ("Lamps", "Annual Meeting on Lamps", 2024)
    assert facts.authors == (ADA, Author(name="Noor Würtz"))
    assert facts.identifiers == (
        Found("doi", "10.18653/v1/2024.acl-main.7"), Found("pmid", "12345678"),
        Found("openalex", "W4312345678"),
    )  # fmt: skip
    assert facts.also == (Found("acl", "2024.acl-main.7"),)
    assert (facts.abstract, facts.hints, facts.marks) == ("", (), ())


def test_retracted_without_a_date_or_notice_is_a_hint() -> None:
    facts = openalex.read(shapes.openalex(is_retracted=True))
    assert facts.marks == ()
    assert facts.hints == (openalex.RETRACTED,)


@pytest.mark.parametrize("reader", [semantic_scholar.read, openalex.read, datacite.read])
def test_answers_without_a_work_are_nonsense(reader: object) -> None:
    for answer in (b"{}", b"[]", b'{"error": "Paper not found"}', b'{"data": []}', b"<html>"):
        with pytest.raises(Nonsense):
            reader(answer)


@pytest.mark.parametrize(
    ("text", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("https://orcid.org/0000-0002-1825-0098", ""), ("0000-0000-0000-0000", ""),
        ("٠٠٠٠-0002-1825-0097", ""), ("000000021825009", ""), (None, ""), (7, ""),
    ],
)  # fmt: skip
def test_an_orcid_has_the_right_check_digit(text: object, orcid: str) -> None:
    assert orcid_of(text) == orcid
