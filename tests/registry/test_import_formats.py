"""`manage.py import_papers` on every format: found by content, imported once."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.bibliography import xml_stream
from registry.importing import json_values, text_pieces
from registry.importing.lines import HEAD
from registry.models import Identifier, Paper, PaperAuthor
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db

ADA = "0000-0002-1825-0097"  # ORCID's own example
BIBTEX = r"""
@string{conf = "Conference on Made-up Things"}
@inproceedings{one, title={On {M}ade-up things}, author={Example, Ada and Sample, Bo},
  booktitle=conf, year=2020, doi={10.1234/one}}
@article{two, title={\"Uber things}, author={M{\"u}ster, Jo}, year=2021, abstract={Not ours.}}
@misc{three, title={Nobody knows}}
@misc{four, author={Example, Ada}, year=2020}
@proceedings{five, title={Proceedings of things}, year=2020}
@article{six, title={Open
"""
RIS = """TY  - JOUR
TI  - On made-up things
AU  - Example, Ada
PY  - 2020
DO  - 10.1234/one
ER  -

TY  - JOUR
AU  - Example, Ada
ER  -
"""
NBIB = """PMID- 12345
TI  - On made-up things
FAU - Example, Ada
DP  - 2020 Mar
AB  - Not ours.
LID - 10.1234/one [doi]

"""
ACL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="P17"><volume id="1"><meta><booktitle>Meeting on Things</booktitle>
<year>2017</year></meta>
<frontmatter><title>Front</title></frontmatter>
<paper id="1"><title>On made-up <fixed-case>T</fixed-case>hings</title>
<author orcid="0000-0002-1825-0097"><first>Ada</first><last>Example</last></author>
<author><first>Bo</first><last>Sample</last></author>
<abstract>What we made up.</abstract><url>P17-1001</url><doi>10.18653/v1/P17-1001</doi></paper>
</volume></collection>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
<title>ArXiv Query</title><entry><id>http://arxiv.org/abs/2001.00002v3</id>
<published>2020-01-01T00:00:00Z</published><title>On made-up things</title>
<summary>What we made up.</summary><author><name>Ada Example</name></author></entry></feed>"""
OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header>
<identifier>oai:arXiv.org:2001.00002</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2001.00002</id><created>2020-01-01</created>
<authors><author><keyname>Example</keyname><forenames>Ada</forenames></author></authors>
<title>On made-up things</title><abstract>What we made up.</abstract></arXiv></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:2001.00003</identifier></header>
</record></ListRecords></OAI-PMH>"""
CSL = [{"id": "x", "type": "article-journal", "title": "On made-up things", "DOI": "10.1234/one",
        "author": [{"family": "Example", "given": "Ada"}],
        "issued": {"date-parts": [[2020, 3]]}, "abstract": "Not ours."}]  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W123456789", "title": "On made-up things",
    "display_name": "On made-up things", "publication_year": 2020, "type": "article",
    "ids": {"openalex": "https://openalex.org/W123456789"}, "doi": "https://doi.org/10.1234/one",
    "abstract_inverted_index": {"Not": [0], "ours": [1]},
    "authorships": [{"author": {"display_name": "Ada Example",
                                "orcid": f"https://orcid.org/{ADA}"}},
                    {"author": {"display_name": "Bo Sample", "orcid": None}}],
}  # fmt: skip
CROSSREF = {
    "DOI": "10.1234/one", "prefix": "10.1234", "member": "1", "type": "journal-article",
    "title": ["On made-up things"], "abstract": "<jats:p>Not ours.</jats:p>",
    "author": [{"given": "Ada", "family": "Example", "ORCID": f"http://orcid.org/{ADA}"}],
    "issued": {"date-parts": [[2020]]}, "container-title": ["Journal of Things"],
}  # fmt: skip
PWC = {
    "paper_url": "https://paperswithcode.com/paper/on-made-up-things", "arxiv_id": "2001.00002",
    "title": "On made-up things", "abstract": "Not ours.", "authors": ["Ada Example"],
    "proceeding": "THINGS 2020 1", "date": "2020-01-01", "url_abs": "https://arxiv.org/abs/2001.00002v3",
}  # fmt: skip
LINK = {
    "paper_url": "https://paperswithcode.com/paper/on-made-up-things",
    "paper_title": "On made-up things", "paper_arxiv_id": "2001.00002",
    "paper_url_abs": "https://arxiv.org/abs/2001.00002v3",
    "repo_url": "https://github.com/example/things", "is_official": True,
}  # fmt: skip


def run(path: Path) -> tuple[str, list[str]]:
    """The summary, and what was said about lines."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_papers", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], Path]:
    """Writes a file whose name tells nothing."""

    def write(content: Any) -> Path:
        if not isinstance(content, str | bytes):
            content = json.dumps(content, indent=1)
        path = tmp_path / f"file{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


File = Callable[[Any], Path]

KINDS = [
    # what, its name, the source key, the abstract, the first author's ORCID iD
    ("RIS", RIS, "RIS", "ris:doi:10.1234/one", "", ""),
    ("nbib", NBIB, "PubMed (nbib)", "pmid:12345", "", ""),
    ("ACL", ACL, "ACL Anthology XML", "acl:P17-1001", "What we made up.", ADA),
    ("Atom", ATOM, "arXiv (Atom)", "arxiv:2001.00002", "What we made up.", ""),
    ("OAI", OAI, "OAI-PMH", "arxiv:2001.00002", "What we made up.", ""),
    ("CSL", CSL, "JSON", "json:doi:10.1234/one", "", ""),
    ("OpenAlex", {"meta": {"count": 1}, "results": [OPENALEX]}, "JSON", "openalex:W123456789",
     "", ADA),
    ("OpenAlex lines", json.dumps(OPENALEX) + "\n", "JSON Lines", "openalex:W123456789", "", ADA),
    ("Crossref", {"status": "ok", "message": {"items": [CROSSREF]}}, "JSON", "doi:10.1234/one",
     "", ADA),
    ("Crossref, one", {"status": "ok", "message": CROSSREF}, "JSON", "doi:10.1234/one", "", ADA),
    ("Papers with Code", [PWC], "JSON", "pwc:on-made-up-things", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "key", "abstract", "orcid"), [kind[1:] for kind in KINDS],
    ids=[kind[0] for kind in KINDS],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_format_is_found_by_content_and_imported_once(
    file: File, content: Any, name: str, key: str, abstract: str, orcid: str, packed: bool
) -> None:
    path = file(content)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    summary, _ = run(path)
    assert summary.startswith("1 papers added")
    assert f"; {name}, " in summary
    stored = Paper.objects.get()
    assert stored.title.lower() == "on made-up things"
    assert stored.names.startswith("Ada Example")
    assert (stored.source_key, stored.abstract, stored.is_public) == (key, abstract, True)
    assert stored.year == (2017 if name.startswith("ACL") else 2020)
    assert [one.orcid for one in stored.authors.all()][:1] == [orcid]
    assert not stored.authors.filter(position__gte=2).exclude(orcid="").exists()
    again, _ = run(path)
    assert again.startswith("0 papers added (0 identifiers, 0 authors), 1 known already")


def test_one_paper_in_every_format_is_one_paper(file: File) -> None:
    shared = {"OpenAlex", "Crossref", "CSL", "RIS", "nbib", "Crossref, one"}
    for kind in KINDS:
        if kind[0] in shared:
            run(file(kind[1]))
    assert {str(one) for one in Paper.objects.get().identifiers.all()} == {
        "doi:10.1234/one", "openalex:W123456789", "pmid:12345",
    }  # fmt: skip


def test_what_a_bibtex_file_states_and_what_is_skipped(file: File) -> None:
    path = file(BIBTEX)
    summary, said = run(path)
    assert said == [
        "line 6: skipped, because it has a title, but neither year nor author nor identifier",
        "line 7: skipped, because it has no title",
        "line 9: skipped: A closing brace or quotation mark of this entry is missing. Add it, and "
        "check the file again.",
    ]
    assert summary.startswith("2 papers added (1 identifiers, 3 authors)")
    assert "1 volumes and 3 broken lines skipped" in summary
    one, two = Paper.objects.order_by("year")
    assert (one.source_key, one.venue) == (
        "bibtex:doi:10.1234/one", "Conference on Made-up Things",
    )  # fmt: skip
    assert (two.title, two.names, two.abstract) == ("Über things", "Jo Müster", "")
    assert two.source_key is not None
    assert two.source_key.startswith("bibtex:")
    assert run(path)[0].startswith("0 papers added (0 identifiers, 0 authors), 2 known already")


def test_a_volume_is_what_nobody_is_the_author_of(file: File) -> None:
    by = "\nAU  - Example, Ada"
    ris = "\n".join(f"TY  - JOURNAL\nTI  - Number {n}\nPY  - 2020{by * n}\nER  -" for n in (0, 1))
    summary, _ = run(file(ris))
    assert "1 volumes and 0 broken" in summary
    assert Paper.objects.get().title == "Number 1"


def test_lists_of_many_people_do_not_make_many_papers(file: File) -> None:
    known = paper("Über things", names=["Jo Müster", "Ada Example"], year=2020, public=True)
    run(file(BIBTEX))
    assert set(Paper.objects.exclude(pk=known.pk).values_list("year", flat=True)) == {2020}
    ris = "TY  - JOUR\nTI  - Uber Things!\nAU  - Muster, J.\nPY  - 2021\nER  -\n"
    summary, _ = run(file(ris))
    assert summary.startswith("0 papers added")
    assert "1 to one with the same title, first author and year" in summary


@pytest.mark.parametrize(
    "other",
    [{"names": ["Bo Sample"]}, {"names": []}, {"year": 2018}, {"year": None}, {"public": False}],
)
def test_the_same_title_alone_is_another_paper(file: File, other: dict[str, Any]) -> None:
    paper("Uber things", **({"names": ["Jo Muster"], "year": 2021} | other))
    run(file("@misc{a, title={Uber things}, author={Muster, Jo}, year=2021}"))
    assert Paper.objects.count() == 2


def test_an_identifier_is_never_joined_by_title(file: File) -> None:
    paper("Uber things", names=["Jo Muster"], year=2021)
    run(file("@misc{a, title={Uber things}, author={Muster, Jo}, year=2021, doi={10.1234/x}}"))
    assert Paper.objects.count() == 2


def test_titles_in_json_lines_join_nothing(file: File) -> None:
    paper("Uber things", names=["Jo Muster"], year=2021)
    run(file(json.dumps({"title": "Uber things", "authors": ["Jo Muster"], "year": 2021}) + "\n"))
    assert Paper.objects.count() == 2


def test_two_authors_of_one_name_get_no_orcid(file: File) -> None:
    twice = CROSSREF["author"] * 2
    run(file([CROSSREF | {"author": [*twice, {"name": "Group", "ORCID": "1234"}]}]))
    assert set(PaperAuthor.objects.values_list("orcid", flat=True)) == {""}


def test_old_work_of_the_acl_comes_without_its_abstract(file: File) -> None:
    run(file(ACL.replace("2017", "2015")))
    assert Paper.objects.get().abstract == ""


def test_only_links_of_the_authors_to_known_public_papers_count(file: File) -> None:
    run(file([PWC]))
    hidden = paper("Hidden", arxiv="2001.00009", public=False)
    links = [
        LINK,
        LINK | {"repo_url": "https://github.com/someone/else", "is_official": False},
        LINK | {"repo_url": "javascript:alert(1)"},
        LINK | {"paper_arxiv_id": "2001.00009", "paper_url": "x", "paper_title": "Hidden",
                "paper_url_abs": None},
        LINK | {"paper_arxiv_id": "2001.00008", "paper_url": "x", "paper_title": "Unknown"},
    ]  # fmt: skip
    path = file(links)
    summary, said = run(path)
    assert summary.startswith("0 papers added (0 identifiers, 0 authors), 1 known already")
    assert "2 links of papers that are not here and 1 to code of others skipped" in summary
    assert said == ["record 3: skipped, because it has no link to code"]
    stored = Paper.objects.get(is_public=True)
    assert (stored.shared, stored.shared_links["code"]["url"]) == (
        ["code:yes"], "https://github.com/example/things",
    )  # fmt: skip
    assert stored.shared_links["code"]["source"] == "Papers with Code"
    hidden.refresh_from_db()
    assert (hidden.shared, hidden.is_public) == ([], False)
    before = list(Paper.objects.order_by("pk").values())
    run(path)
    assert list(Paper.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("key", ["arxiv", "url"])
def test_a_link_finds_its_paper_by_arxiv_id_or_by_title_and_address(file: File, key: str) -> None:
    known = {"arxiv": "2001.00002"} if key == "arxiv" else {"url": LINK["paper_url_abs"]}
    stored = paper("On made-up things", **known)
    run(file([LINK | {"paper_url": "https://paperswithcode.com/paper/other"}]))
    stored.refresh_from_db()
    assert stored.shared == ["code:yes"]
    assert Identifier.objects.count() == (key == "arxiv")


def test_a_link_with_the_title_alone_finds_nothing(file: File) -> None:
    stored = paper("On made-up things")
    summary, _ = run(file([LINK]))
    stored.refresh_from_db()
    assert (stored.shared, "1 links of papers that are not here" in summary) == ([], True)


def test_lines_of_several_services_are_each_read_as_what_they_are(file: File) -> None:
    own = {"source": "s", "id": "1", "title": "Ours", "authors": ["Jo Muster"]}
    rows = [own, OPENALEX, CROSSREF | {"DOI": "10.1234/two"}, PWC]
    run(file("\n".join(map(json.dumps, rows))))
    assert set(Paper.objects.values_list("source_key", flat=True)) == {
        "s:1", "openalex:W123456789", "doi:10.1234/two", "pwc:on-made-up-things",
    }  # fmt: skip


def test_broken_json_is_told_with_the_record_and_what_came_before_is_kept(file: File) -> None:
    summary, said = run(file(json.dumps([CROSSREF, OPENALEX])[:-40]))
    assert summary.startswith("1 papers added")
    assert len(said) == 1
    assert said[0].startswith("record 2: the file is no JSON from here on, and was not read: ")


def test_broken_xml_is_told_with_its_line_and_what_came_before_is_kept(file: File) -> None:
    whole = ACL.replace(
        "</volume>", ACL[ACL.index("<paper") : ACL.index("</volume>")] + "</volume>"
    )
    _, said = run(file(whole[: whole.rindex("</author>")]))
    assert Paper.objects.count() == 1
    assert len(said) == 1
    assert said[0].endswith("Export it again, or as BibTeX.")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<html><body>x</body></html>", "This is a web page, not a bibliography"),
        (b"%PDF-1.7 x", "This is a PDF, not a bibliography"),
        (b"PK\x03\x04word/", "This is a Word document"),
        ("<?xml version='1.0'?><svg/>", "its root is “svg”"),
        ("Some words about nothing.\n", "it is none of the formats that are imported"),
        ("10.1234/one\n10.1234/two\n", "it is none of the formats that are imported"),
    ],
)
def test_a_file_that_is_no_such_format_is_said_to_be(file: File, content: Any, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(file(content))
    assert Paper.objects.count() == 0


def test_many_records_one_after_the_other_are_not_one_endless_record(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_stream, "MOST_ELEMENTS", 20)
    entry = ATOM[ATOM.index("<entry") : ATOM.index("</feed")]
    feed = "".join(entry.replace("2001.00002", f"2001.{n:05}") for n in range(50))
    assert run(file(ATOM.replace(entry, feed)))[0].startswith("50 papers added")


def test_no_entity_of_xml_opens_a_file(file: File, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    doctype = f"<!DOCTYPE collection [<!ENTITY x SYSTEM 'file://{secret}'>]>"
    run(file(ACL.replace("<collection", f"{doctype}<collection").replace("Ada", "Ada&x;")))
    assert "SECRET" not in " ".join(Paper.objects.values_list("names", flat=True))


def many(tmp_path: Path, name: str, each: Callable[[int], str], number: int) -> Path:
    path = tmp_path / name
    path.write_text("".join(each(n) for n in range(number)))
    return path


def test_a_bibtex_file_in_pieces_keeps_every_entry_its_line_and_macros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_pieces, "PIECE", 1000)
    entry = (
        "@misc{{k{0},\n title={{Number {0}}},\n howpublished=conf, note={{@ home}},\n year=2020}}\n"
    )
    path = many(
        tmp_path, "x",
        lambda n: '@string{conf = "https://x.example/"}\n' if n == 0
        else "@misc{bad, year=1}\n" if n == 50 else entry.format(n),
        100,
    )  # fmt: skip
    summary, said = run(path)
    assert summary.startswith("98 papers added")
    assert said == [f"line {2 + 49 * 4}: skipped, because it has no title"]
    assert Paper.objects.filter(url="https://x.example/").count() == 98


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_ris_file_in_pieces_keeps_every_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank: str, end: str
) -> None:
    monkeypatch.setattr(text_pieces, "PIECE", 500)
    record = f"TY  - JOUR\nTI  - Number {{}}\nAB  - one\n\ntwo\nPY  - 2020\nER  -\n{blank}"
    path = many(tmp_path, "x", lambda n: record.format(n).replace("\n", end), 60)
    assert run(path)[0].startswith("60 papers added")
    assert Paper.objects.filter(year=2020).count() == 60


def test_an_nbib_file_in_pieces_keeps_every_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_pieces, "PIECE", 300)
    path = many(tmp_path, "x", lambda n: NBIB.replace("12345", f"{n + 1}").replace(
        "LID - 10.1234/one [doi]\n", ""), 50)  # fmt: skip
    assert run(path)[0].startswith("50 papers added (50 identifiers")


def test_utf_16_is_read(file: File) -> None:
    run(file(BIBTEX.encode("utf-16")))
    assert Paper.objects.filter(title="On Made-up things").count() == 1


def test_works_longer_than_a_window_are_read_and_endless_ones_told(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values, "_CHUNK", 50)
    rows = [CROSSREF | {"DOI": f"10.1234/{n}", "ümlaut": "ü" * 999} for n in range(9)]
    path = file({"message": {"total": 9, "items": rows}})
    assert run(path)[0].startswith("9 papers added")
    monkeypatch.setattr(json_values, "LONGEST_VALUE", 500)
    _, said = run(path)
    assert len(said) == 1
    assert said[0].startswith("record 1: the file is no JSON from here on")


class Endless(io.RawIOBase):
    """A JSON list that is made while it is read."""

    def __init__(self, number: int) -> None:
        self.parts = self.make(number)
        self.size = 0

    def make(self, number: int) -> Iterator[bytes]:
        yield b"["
        filler = "x" * 5000
        for n in range(number):
            yield json.dumps({"title": f"T{n}", "abstract": filler}).encode() + b","
        yield b"{}]"

    def read(self, size: int = -1) -> bytes:
        data = next(self.parts, b"")
        self.size += len(data)
        return data


def test_the_memory_of_a_json_list_does_not_grow_with_it() -> None:
    source = Endless(20_000)
    tracemalloc.start()
    count = sum(1 for _ in json_values.values(source))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, source.size > 100_000_000) == (20_001, True)
    assert peak < 10_000_000


def test_a_long_beginning_that_is_one_line_is_a_json_file(file: File) -> None:
    meta = {"meta": {"x": "y" * HEAD}, "results": [OPENALEX]}
    assert run(file(json.dumps(meta)))[0].startswith("1 papers added")
