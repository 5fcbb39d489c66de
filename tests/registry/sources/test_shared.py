"""Recorded answers of arXiv, Crossref and DataCite, all of them, against what others read in them.

`pytest -s` shows a table of what differs. Each difference that is judged right stands here with its
reason; every other one fails.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from registry.identifiers import fold, normalise, parse
from registry.sources import (
    arxiv,
    arxiv_oai,
    crossref,
    datacite,
    datacite_xml,
    openalex,
    unixref,
)
from registry.sources.errors import NotKnown
from registry.sources.facts import Facts, Kind
from registry.sources.updates import KINDS

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
ARXIV, CROSSREF, DATACITE = (DATA / f"{name}_api" for name in ("arxiv", "crossref", "datacite"))
ZOTERO = DATA / "zotero_translators" / "open"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not ARXIV.exists(), reason="the shared recorded answers are not here"),
]

# --- differences that are right, with the reason ---------------------------------------------

MOJIBAKE = "UTF-8 that was decoded wrongly in the recorded answer is read again"
LATEX = "LaTeX is made readable"
SUBTITLE = "the subtitle is told with the title"
MARKUP = "markup is made readable, and stands above or below the line where Unicode can"
ENTITIES = "markup that was escaped twice is read, too"
AS_ON_PAPER = "OpenAlex joins people under one spelling; here the name is as the paper has it"
CAPITALS = "Zotero changes capitals; a title stays as the source has it"
WINDOWS = "a character of Windows-1252 is read, where Zotero drops it"
ONE_LETTER = "a title that stands there without its list; the expected value is its first letter"
GROUP = "an organisation is an author, too"
EARLIEST = "of several dates the earliest is the year it appeared, as in Crossref's `issued`"


class Table:
    """What differs, to be shown and judged."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = self.equal = 0
        self.right: Counter[str] = Counter()
        self.wrong: list[tuple[str, str, object, object]] = []

    def compare(
        self, where: str, field: str, ours: object, expected: object, why: str = ""
    ) -> None:
        """Count a field; `why` is the reason if a difference is right."""
        if ours == expected:
            self.equal += 1
        elif why:
            self.right[f"{field}: {why}"] += 1
        else:
            self.wrong.append((where, field, ours, expected))

    def show(self) -> None:
        """The table; every difference without a reason fails."""
        print(f"\n{self.name}: {self.read} works, {self.equal} fields equal")
        for why, count in self.right.most_common():
            print(f"  {count:5} {why}")
        for where, field, ours, expected in self.wrong:
            print(f"  WRONG {where} {field}: {ours!r}, expected {expected!r}")
        assert self.read
        assert self.wrong == []


def plain(text: str | None) -> str:
    """A title for comparing: letters and digits alone."""
    return fold(text or "")


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def why_title(ours: str, raw: str, below: str = "") -> str:
    """The reason why a title differs from the raw one, if it is one of ours."""
    if len(raw) == 1:
        return ONE_LETTER
    if below and plain(ours).endswith(plain(below)):
        return SUBTITLE
    if "&lt;" in raw:
        return ENTITIES
    if re.search(r"<[a-z:]+|&#?\w+;", raw) and "<" not in ours:
        return MARKUP
    if re.search(r"[\\$^_{]", raw):
        return LATEX
    return MOJIBAKE if re.search(r"[ÃÂÎÅÄâ][\u0080-\u00bf€-™]", raw) else ""


def why_name(expected: str) -> str:
    return MOJIBAKE if re.search(r"[ÃÂÎÅÄâ][\u0080-\u00bf€-™]", expected) else ""


# --- arXiv ------------------------------------------------------------------------------------


def test_every_feed_of_arxiv() -> None:
    expected = {
        (row["id"], row["version"]): row
        for row in json.loads((ARXIV / "entries_expected.json").read_text())
    }
    feeds = json.loads((ARXIV / "feeds.json").read_text())
    table, seen = Table("arXiv, Atom"), set()
    files = sorted((ARXIV / "atom").glob("*.xml"))
    assert {path.name for path in files} == set(feeds)
    for path in files:
        papers = arxiv.read_feed(path.read_bytes())
        wanted = [one for one in feeds[path.name]["entries"] if "errors" not in one]
        wanted = [one for one in wanted if parse(f"arxiv:{one}")]
        assert len(papers) == len(wanted), path.name
        if not papers:
            with pytest.raises(NotKnown):
                arxiv.read(path.read_bytes())
        for facts in papers:
            own = facts.identifiers[0]
            seen.add((own.value, own.version))
            compare_entry(table, facts, expected[own.value, own.version])
    errors = {key for key in expected if not parse(f"arxiv:{key[0]}")}
    assert seen == set(expected) - errors
    table.show()


def compare_entry(table: Table, facts: Facts, row: dict[str, Any]) -> None:
    own = facts.identifiers[0]
    table.read += 1
    where = own.value
    title = one_line(row["title"])
    table.compare(where, "title", facts.title, title, why_title(facts.title, title))
    names = [author.name for author in facts.authors]
    table.compare(where, "number of authors", len(names), len(row["authors"]))
    for name, wanted in zip(names, map(one_line, row["authors"]), strict=True):
        table.compare(where, "author", name, wanted, why_name(wanted))
    table.compare(where, "year", facts.year, int(row["published"][:4]))
    table.compare(where, "first version", str(facts.versions[0].at), row["published"][:10])
    table.compare(where, "this version", (facts.versions[-1].name, str(facts.versions[-1].at)),
                  (row["version"], row["updated"][:10]))  # fmt: skip
    journal = one_line(row["journal_ref"])
    table.compare(where, "venue", facts.venue, journal, why_title(facts.venue, journal))
    dois = [one.value for one in facts.also]
    table.compare(where, "doi", dois, [normalise("doi", row["doi"])] if row["doi"] else [])
    table.compare(where, "marks", facts.marks, ())


def test_every_harvest_of_arxiv() -> None:
    table = Table("arXiv, OAI-PMH")
    for path in sorted((ARXIV / "oai").glob("*.xml")):
        papers = arxiv_oai.read(path.read_bytes()).papers
        assert papers, path.name
        beside = path.with_suffix("").with_suffix(".expected.json")
        table.read += len(papers)
        if not beside.exists():
            continue
        stated = json.loads(beside.read_text())
        rows = stated if isinstance(stated, list) else [stated]
        for facts, row in zip(papers, rows, strict=True):
            compare_ads(table, path.stem, facts, row)
    table.show()


# --- Crossref -----------------------------------------------------------------------------------


def test_every_chosen_work_of_crossref() -> None:
    expected = json.loads((CROSSREF / "expected.json").read_text())
    table = Table("Crossref, works")
    files = sorted((CROSSREF / "works").glob("*.json"))
    assert len(files) == len(expected) == 114
    rows = {normalise("doi", row["doi"]): row for row in expected.values()}
    for path in files:
        facts = crossref.read(path.read_bytes())
        doi = facts.identifiers[0].value
        if facts.identifiers[0].scheme == "arxiv":
            doi = f"10.48550/arxiv.{doi}"
        row = rows.pop(doi)
        table.read += 1
        work = json.loads(path.read_text())
        work = work.get("message", work)
        raw = row["raw_title"] or ""
        below = " ".join(str(one) for one in work.get("subtitle") or [])
        table.compare(doi, "title", facts.title, one_line(row["title_tags_removed"]),
                      why_title(facts.title, raw, below))  # fmt: skip
        table.compare(doi, "title folded", plain(facts.title), plain(raw),
                      why_title(facts.title, raw, below))  # fmt: skip
        table.compare(doi, "year", facts.year, row["year"])
        table.compare(doi, "type", facts.kind, row["type"])
        table.compare(doi, "number of authors", len(facts.authors), row["n_authors"])
        if row["first_author"] and facts.authors:
            first = facts.authors[0].name
            table.compare(doi, "first author", one_line(row["first_author"]) in first, True,
                          why_name(row["first_author"]))  # fmt: skip
        compare_updates(table, doi, facts, row["updates"])
    assert rows == {}
    table.show()


ROUND = "the publisher states both directions, and Retraction Watch one: that one counts"
HERE = "what was changed in place is a mark on the paper itself"


def compare_updates(table: Table, doi: str, facts: Facts, updates: list[dict[str, Any]]) -> None:
    watch = {(one["relation"], one["type"], one["doi"]) for one in updates
             if one["source"] == "retraction-watch"}  # fmt: skip
    for one in updates:
        kind, other = KINDS.get(one["type"], Kind.UPDATED), normalise("doi", one["doi"])
        said = "Retraction Watch" if one["source"] == "retraction-watch" else "the publisher"
        on_paper = (kind, other, said) in {(m.kind, m.notice, m.said_by) for m in facts.marks}
        elsewhere = (kind, other, said) in {(n.kind, n.about, n.said_by) for n in facts.notices}
        opposite = {"update-to": "updated-by", "updated-by": "update-to"}[one["relation"]]
        turned = said == "the publisher" and (opposite, one["type"], one["doi"]) in watch
        where = (on_paper, elsewhere)
        wanted = (True, False) if one["relation"] == "updated-by" else (False, True)
        why = ROUND if turned and where == (False, False) else ""
        if other == doi and where == (True, False):
            why = HERE
        if where != wanted and on_paper and elsewhere:  # both are stated, by others
            why = why or "stated in both directions, and Retraction Watch is silent"
        table.compare(doi, one["relation"], where, wanted, why)


def test_every_other_work_of_crossref_is_read() -> None:
    """1,796 of them: each is read, with its DOI, its year, and as many authors as have a name."""
    count = marked = 0
    for work in all_works():
        facts = crossref.read(work)
        named = [
            one
            for one in work.get("author") or []
            if any(str(one.get(key) or "").strip() for key in ("given", "family", "name"))
        ]
        assert len(facts.authors) == len(named), work["DOI"]
        assert bool(facts.title) == bool("".join(work.get("title") or "").strip()), work["DOI"]
        assert not re.search(r"</?\w+>|&\w+;|\\[a-z]|[\x80-\x9f]", facts.title), work["DOI"]
        marked += bool(facts.marks)
        count += 1
    print(f"\nCrossref, all works: {count} read, {marked} with marks")
    assert count == 1796


def all_works() -> Iterator[dict[str, Any]]:
    with gzip.open(CROSSREF / "all_works.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["work"]


def test_every_record_in_crossrefs_xml() -> None:
    table = Table("Crossref, XML")
    files = sorted((CROSSREF / "xml").glob("*.xml"))
    assert len(files) == 24
    for path in files:
        facts = unixref.read(path.read_bytes())
        table.read += 1
        row = json.loads((path.parent / f"{path.stem}.expected.json").read_text())
        compare_ads(table, path.stem, facts, row)
    table.show()


def test_what_papis_reads_of_crossref() -> None:
    table = Table("Crossref, papis")
    works = {normalise("doi", work["DOI"]): work for work in all_works()}
    for path in sorted((CROSSREF / "papis_out").glob("*.json")):
        row = json.loads(path.read_text())
        work = works[normalise("doi", row["doi"])]
        facts = crossref.read(work)
        table.read += 1
        below = " ".join(work.get("subtitle") or [])
        why = why_title(facts.title, row["title"], below)
        table.compare(path.stem, "title", plain(facts.title), plain(row["title"]), why)
        table.compare(path.stem, "year", facts.year, row.get("year"))
        names = [f"{one['given']} {one['family']}" for one in row["author_list"]]
        table.compare(path.stem, "authors", [one.name for one in facts.authors], names)
    table.show()


# --- DataCite -------------------------------------------------------------------------------------


def test_every_answer_of_datacite() -> None:
    files = sorted(DATACITE.glob("datacite_*.json"))
    assert len(files) == 6
    read = {path.stem: datacite.read(path.read_bytes()) for path in files}
    assert read["datacite_arxiv_preprint"].identifiers[0].scheme == "arxiv"
    assert [one.name for one in read["datacite_arxiv_preprint"].versions] == [
        f"v{n}" for n in range(1, 8)
    ]  # fmt: skip
    assert read["datacite_alternative_title_first"].title.startswith("Study of intracranial")
    assert read["datacite_creator_given_name_only"].authors[1].name == "Sonja Pyott"
    assert read["datacite_creator_name_only"].authors[0].name == "G. L. Risso"
    assert read["datacite_organizational_creator"].authors[0].name == "GBIF.org User"
    article = read["datacite_journal_article"]
    assert article.authors[0].orcid == "0000-0002-8691-3155"
    assert article.venue == "Design and Technology Education: An International Journal"
    assert all(facts.title and facts.authors and facts.year for facts in read.values())


def test_every_record_in_datacites_xml() -> None:
    table = Table("DataCite, XML")
    files = sorted(DATACITE.glob("ads_*.xml"))
    assert len(files) == 7
    for path in files:
        facts = datacite_xml.read(path.read_bytes())
        table.read += 1
        row = json.loads((path.parent / f"{path.stem}.expected.json").read_text())
        compare_ads(table, path.stem, facts, row)
    table.show()


def compare_ads(table: Table, where: str, facts: Facts, row: dict[str, Any]) -> None:
    """Against the parse of ADSIngestParser."""
    stated = row.get("title", {})
    raw, below = stated.get("textEnglish", ""), row.get("subtitle", {}).get("textEnglish", "")
    table.compare(where, "title", facts.title, one_line(raw),
                  why_title(facts.title, raw, below or after(facts.title, raw)))  # fmt: skip
    expected = row.get("authors", [])
    table.compare(where, "number of authors", len(facts.authors), len(expected),
                  GROUP if len(facts.authors) > len(expected) else "")  # fmt: skip
    families = [one["name"].get("surname") or one["name"].get("collab") or "" for one in expected]
    for family in filter(None, families):
        names = " ".join(author.name for author in facts.authors)
        table.compare(where, "family name", family in names, True)
    orcids = [one["attrib"]["orcid"] for one in expected if one.get("attrib", {}).get("orcid")]
    table.compare(where, "ORCID", [one.orcid for one in facts.authors if one.orcid], orcids)
    stated_year = row.get("publication", {}).get("pubYear")
    year = int(stated_year) if stated_year else None
    why = EARLIEST if facts.year and year and facts.year < year else ""
    table.compare(where, "year", facts.year, year, why)
    for one in row.get("persistentIDs", []):
        if "DOI" in one:
            table.compare(where, "doi", facts.identifiers, (parse(one["DOI"]),))


def after(ours: str, raw: str) -> str:
    """What follows the title in ours, where a colon parts it."""
    return ours[len(one_line(raw)) :].lstrip(": ") if ours.startswith(f"{one_line(raw)}: ") else ""


# --- the raw answers among the cases of Zotero ---------------------------------------------------


def works_of(path: Path) -> list[Facts]:
    name, answer = path.name, path.read_bytes()
    readers: dict[str, Callable[[bytes], Facts]] = {
        "Datacite": datacite.read, "Crossref_Unixref": unixref.read, "OpenAlex": openalex.read,
    }  # fmt: skip
    reader = next(reader for start, reader in readers.items() if name.startswith(start))
    if name.startswith("OpenAlex"):
        stated = json.loads(answer)
        works = stated.get("results", [stated]) if isinstance(stated, dict) else stated
        return [openalex.read(work) for work in works]
    return [reader(answer)]


def raw_answers() -> Iterator[Path]:
    for pattern in ("Datacite_JSON*", "OpenAlex_JSON*", "Crossref_Unixref*"):
        yield from sorted(ZOTERO.glob(f"{pattern}.import.*"))


def test_the_raw_answers_among_the_cases_of_zotero() -> None:
    expected = json.loads((ZOTERO / "expected.json").read_text())
    table = Table("Zotero's cases")
    for path in raw_answers():
        items = expected[path.name]["items"]
        works = works_of(path)
        assert len(works) == len(items), path.name
        for facts, item in zip(works, items, strict=True):
            table.read += 1
            compare_zotero(table, path.name, facts, item)
    table.show()


def compare_zotero(table: Table, where: str, facts: Facts, item: dict[str, Any]) -> None:
    raw = item.get("title", "")
    why = why_title(facts.title, raw) or (CAPITALS if facts.title.isupper() else "")
    if re.search(r"[\x80-\x9f]", raw) or "  " in raw:
        why = WINDOWS
    table.compare(where, "title", facts.title, one_line(raw), why)
    table.compare(where, "title folded", plain(facts.title), plain(raw))
    authors = [one for one in item["creators"] if one["creatorType"] in AUTHORS]
    table.compare(where, "number of authors", len(facts.authors), len(authors))
    for author, one in zip(facts.authors, authors, strict=False):
        name = one_line(f"{one.get('firstName', '')} {one['lastName']}")
        why = AS_ON_PAPER if where.startswith("OpenAlex") else why_name(name)
        table.compare(where, "author", author.name, name, why)
    year = re.search(r"\d{4}", str(item.get("date", "")))
    wanted = int(year[0]) if year else None
    why = EARLIEST if facts.year and wanted and facts.year < wanted else ""
    table.compare(where, "year", facts.year, wanted, why)
    if item.get("DOI"):
        table.compare(where, "doi", facts.identifiers[:1], (parse(item["DOI"]),))


AUTHORS = {"author", "programmer", "contributor", "artist", "presenter"}
