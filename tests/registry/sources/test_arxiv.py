"""arXiv's feeds and harvests, read."""

from datetime import date

import pytest

from registry.identifiers import Found
from registry.sources import arxiv, arxiv_oai
from registry.sources.errors import Nonsense, NotKnown
from registry.sources.facts import Author, Kind, Version
from tests.registry.sources.shapes import atom, entry

OWN = Found("arxiv", "2401.01234", "v3")


def test_an_entry_is_read() -> None:
    facts = arxiv.read(atom(entry()))
    assert facts.title == "Lamps for σ-algebras"
    assert facts.authors == (Author(name="Ada Winter"), Author(name="Noor Würtz"))
    assert facts.abstract == "We light lamps. Code: https://github.com/ada/lamps."
    assert (facts.venue, facts.year) == ("J. Lamps 7 (2024) 1-9", 2024)
    assert facts.versions == (
        Version(name="v1", at=date(2024, 1, 3)), Version(name="v3", at=date(2024, 3, 5)),
    )  # fmt: skip
    assert facts.identifiers == (OWN,)
    assert facts.also == (Found("doi", "10.5555/lamps.7"),)
    assert facts.code == ("https://github.com/ada/lamps",)
    assert (facts.marks, facts.hints, facts.fetched_at) == ((), (), None)


def test_the_only_version_is_told_once() -> None:
    facts = arxiv.read(atom(entry(id="cs/0101001v1")))
    assert facts.versions == (Version(name="v1", at=date(2024, 1, 3)),)
    assert facts.identifiers == (Found("arxiv", "cs/0101001", "v1"),)


def test_a_feed_holds_many_and_a_reported_error_is_none() -> None:
    wrong = (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id>"
        "<title>Error</title><summary>incorrect id format for abc</summary></entry>"
    )
    papers = arxiv.read_feed(atom(entry(), wrong, entry(id="2401.05678v1")))
    assert [paper.identifiers[0].value for paper in papers] == ["2401.01234", "2401.05678"]
    for answer in (atom(wrong), atom()):
        with pytest.raises(NotKnown, match="arXiv does not know “abc”"):
            arxiv.read(answer, about="abc")


@pytest.mark.parametrize(
    "words",
    [
        "This paper has been withdrawn by the author due to an error in Lemma 2",
        "Withdrawn: the proof is wrong", "withdrawn", "Paper withdrawn",
        "This submission has been temporarily withdrawn", "9 pages. Withdrawn by the authors",
        "This article was withdrawn because of a crucial sign error",
        "arXiv admin note: submission has been withdrawn by arXiv administrators",
        "We withdraw this paper", "I have withdrawn the manuscript", "Our draft is withdrawn",
        "The paper is now withdrawn", "This arXiv version has been withdrawn",
    ],
)  # fmt: skip
def test_a_withdrawn_paper_is_marked(words: str) -> None:
    (mark,) = arxiv.read(atom(entry(comment=words))).marks
    assert (mark.kind, mark.said_by, mark.at) == (Kind.WITHDRAWN, "arXiv", date(2024, 3, 5))
    assert mark.words == words
    assert arxiv.read(atom(entry(summary=words))).marks


@pytest.mark.parametrize(
    "words",
    [
        "9 pages", "Forces withdrawn from the lamp", "We study withdrawn money",
        "the offer was withdrawn", "not to be withdrawn", "",
        "An earlier version of this paper was withdrawn", "v1 of this paper has been withdrawn; v2",
        "9 pages. The first version was withdrawn. This one is right",
        "A companion paper has been withdrawn",
        "Replaces a version whose lamps were withdrawn from the market",
        "Lamps are switched on. " * 12 + "This paper has been withdrawn, says one of our examples.",
    ],
)  # fmt: skip
def test_a_paper_that_speaks_of_withdrawing_is_not(words: str) -> None:
    assert arxiv.read(atom(entry(summary=words))).marks == ()
    if len(words) < 200:
        assert arxiv.read(atom(entry(comment=words))).marks == ()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"<html><body>Rate exceeded.</body></html>",
        atom(entry())[:-30],
        b'<!DOCTYPE feed [<!ENTITY a "b">]><feed><entry><id>&a;</id></entry></feed>',
        b'<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>',
        b"\xff\xfe<feed/>",
    ],
    ids=range(7),
)
def test_what_is_no_feed_is_nonsense(answer: bytes) -> None:
    with pytest.raises(Nonsense, match=r"^arXiv answered with something that cannot be read"):
        arxiv.read(answer)


def test_a_bomb_of_entities_is_not_unpacked() -> None:
    lines = ['<!ENTITY a0 "lol">'] + [
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    ]  # fmt: skip
    with pytest.raises(Nonsense):
        arxiv.read(f"<!DOCTYPE feed [{''.join(lines)}]><feed><id>&a11;</id></feed>".encode())


# --- harvests -------------------------------------------------------------------------------------

OAI = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-25T18:45:11Z</responseDate>
<request verb="ListRecords">http://export.arxiv.org/oai2</request>{}</OAI-PMH>"""
HEADER = "<header{}><identifier>oai:arXiv.org:{}</identifier></header>"


def harvest(*records: str, rest: str = "") -> bytes:
    inside = "".join(f"<record>{record}</record>" for record in records)
    return OAI.format(f"<ListRecords>{inside}{rest}</ListRecords>").encode()


DUBLIN = (
    HEADER.format("", "2401.01234")
    + """<metadata><oai_dc:dc
  xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Lamps
  for $s$-sets</dc:title><dc:creator>Winter, Ada</dc:creator><dc:creator>The Lamp
  Group</dc:creator><dc:description>  We light
  lamps. </dc:description><dc:description>Comment: withdrawn by the author</dc:description>
  <dc:date>2024-01-03</dc:date><dc:date>2024-03-05</dc:date><dc:type>text</dc:type>
  <dc:identifier>http://arxiv.org/abs/2401.01234</dc:identifier>
  <dc:identifier>J. Lamps 7</dc:identifier><dc:identifier>doi:10.5555/Lamps.7</dc:identifier>
  </oai_dc:dc></metadata>"""
)
ARXIV = (
    HEADER.format("", "2401.01234")
    + """<metadata><arXiv
  xmlns="http://arxiv.org/OAI/arXiv/"><id>2401.01234</id><created>2024-01-03</created>
  <updated>2024-03-05</updated><authors><author><keyname>Winter</keyname><forenames>Ada
  </forenames><suffix>Jr</suffix></author><author><keyname>W\\"urtz</keyname><forenames>N.
  </forenames></author></authors><title>Lamps</title><comments>9 pages</comments>
  <doi>10.5555/Lamps.7</doi><license>http://creativecommons.org/licenses/by/4.0/</license>
  <abstract> We light lamps. </abstract></arXiv></metadata>"""
)
RAW = (
    HEADER.format("", "2401.01234")
    + """<metadata><arXivRaw
  xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2401.01234</id><submitter>Ada Winter</submitter>
  <version version="v1"><date>Wed, 03 Jan 2024 17:59:46 GMT</date><size>9kb</size></version>
  <version version="v2"><date>nonsense</date></version>
  <version version="v3"><date>Tue, 05 Mar 2024 18:00:00 GMT</date></version>
  <title>Lamps</title><authors>A. Winter (1, 2), N. W\\"urtz (Univ. of (old) Oils) and
  J. Lamp, Jr.</authors><license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
  <abstract>We light lamps.</abstract></arXivRaw></metadata>"""
)


def test_dublin_core_is_read() -> None:
    (facts,) = arxiv_oai.read(harvest(DUBLIN)).papers
    assert facts.title == "Lamps for s-sets"
    assert [author.name for author in facts.authors] == ["Ada Winter", "The Lamp Group"]
    assert (facts.abstract, facts.venue, facts.year) == ("We light lamps.", "J. Lamps 7", 2024)
    assert facts.versions == (Version(name="v1", at=date(2024, 1, 3)),)
    assert facts.also == (Found("doi", "10.5555/lamps.7"),)
    (mark,) = facts.marks
    assert (mark.kind, mark.at, mark.words) == (
        Kind.WITHDRAWN, date(2024, 3, 5), "withdrawn by the author",
    )  # fmt: skip


def test_the_format_of_arxiv_is_read() -> None:
    (facts,) = arxiv_oai.read(harvest(ARXIV)).papers
    assert [author.name for author in facts.authors] == ["Ada Winter Jr", "N. Würtz"]
    assert facts.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert facts.identifiers == (Found("arxiv", "2401.01234"),)


def test_the_raw_format_tells_every_version() -> None:
    (facts,) = arxiv_oai.read(harvest(RAW)).papers
    assert facts.versions == (
        Version(name="v1", at=date(2024, 1, 3)), Version(name="v2"),
        Version(name="v3", at=date(2024, 3, 5)),
    )  # fmt: skip
    assert [author.name for author in facts.authors] == ["A. Winter", "N. Würtz", "J. Lamp, Jr."]


def test_a_harvest_goes_on_and_tells_what_is_gone() -> None:
    gone = HEADER.format(' status="deleted"', "2401.09999")
    token = '<resumptionToken cursor="0" completeListSize="3">7|2</resumptionToken>'
    found = arxiv_oai.read(harvest(RAW, gone, "<metadata/>", rest=token))
    assert (len(found.papers), found.token) == (1, "7|2")
    assert found.deleted == (Found("arxiv", "2401.09999"),)
    end = "<resumptionToken/>"
    assert arxiv_oai.read(harvest(RAW, rest=end)).token == ""


def test_a_harvest_of_nothing_is_empty_and_a_broken_one_is_nonsense() -> None:
    nothing = OAI.format('<error code="noRecordsMatch">none</error>').encode()
    assert arxiv_oai.read(nothing).papers == ()
    for wrong in (OAI.format('<error code="badResumptionToken">x</error>').encode(), b"<x/>", b""):
        with pytest.raises(Nonsense):
            arxiv_oai.read(wrong)
