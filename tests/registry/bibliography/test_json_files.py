"""JSON of every service that gives works."""

import json

from registry.bibliography.entry import Entry, NotUnderstood
from tests.registry.bibliography.shelf import all_of, entries, ids, only

CSL = {
    "id": "muster2020", "type": "article-journal", "title": "Widgets <i>in vivo</i> &amp; beyond",
    "author": [{"family": "Muster", "given": "Ada", "non-dropping-particle": "van"},
               {"literal": "The Widget Team"}],
    "issued": {"date-parts": [[2020, 5]]}, "container-title": "J. Widgets", "DOI": "10.1234/ABC",
    "URL": "https://papers.example/1",
}  # fmt: skip
CROSSREF = {
    "title": ["Widgets"], "subtitle": ["A Survey"], "DOI": "10.1234/abc", "type": "journal-article",
    "author": [{"given": "Ada", "family": "Muster"}], "container-title": ["Journal of Widgets"],
    "published-print": {"date-parts": [[2020]]}, "reference": [{"DOI": "10.1234/cited"}],
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W2741809807", "doi": "https://doi.org/10.1234/abc",
    "title": "Widgets", "publication_year": 2020, "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12345"},
    "authorships": [{"author": {"display_name": "Ada Muster"}}],
    "primary_location": {"source": {"display_name": "Journal of Widgets"}},
}  # fmt: skip
DATACITE = {
    "id": "10.1234/abc", "attributes": {
        "doi": "10.1234/abc", "titles": [{"title": "Widgets"}], "publicationYear": 2020,
        "creators": [{"name": "Muster, Ada", "givenName": "Ada", "familyName": "Muster"}]},
}  # fmt: skip
SCHOLAR = {
    "paperId": "a" * 40, "title": "Widgets", "year": 2020, "authors": [{"name": "Ada Muster"}],
    "externalIds": {"DOI": "10.1234/abc", "ArXiv": "2001.01234", "CorpusId": 12345},
}  # fmt: skip


def test_csl_is_read() -> None:
    entry = only(json.dumps([CSL]))
    assert entry.title == "Widgets in vivo & beyond"
    assert entry.authors == ("Ada van Muster", "The Widget Team")
    assert (entry.key, entry.year, entry.venue) == ("muster2020", 2020, "J. Widgets")
    assert (ids(entry), entry.url) == (["doi:10.1234/abc"], "https://papers.example/1")


def test_the_works_of_services_are_read_alone_in_lists_and_in_what_wraps_them() -> None:
    for work in (CROSSREF, OPENALEX, DATACITE, SCHOLAR):
        for text in (
            json.dumps(work), json.dumps([work], indent=1),
            json.dumps({"status": "ok", "message": {"total": 1, "items": [work]}}),
            json.dumps({"meta": {}, "results": [work]}), json.dumps({"data": [work]}),
        ):  # fmt: skip
            entry = only(text)
            assert entry.title in ("Widgets", "Widgets: A Survey")
            assert (entry.authors, entry.year) == (("Ada Muster",), 2020)
            assert ids(entry)[0] == "doi:10.1234/abc"
    assert ids(only(json.dumps(OPENALEX))) == [
        "doi:10.1234/abc", "pmid:12345", "openalex:W2741809807",
    ]  # fmt: skip
    assert ids(only(json.dumps(SCHOLAR)))[1:3] == ["arxiv:2001.01234", "s2:corpusid:12345"]


def test_a_work_a_line_is_read_with_its_line() -> None:
    found = entries(f"{json.dumps(CSL)}\n\n{json.dumps(CROSSREF)}\n")
    assert [one.line for one in found] == [1, 3]


def test_a_list_of_dois_is_read() -> None:
    assert [ids(one) for one in entries('["10.1234/a", "https://arxiv.org/abs/2001.01234"]')] == [
        ["doi:10.1234/a"], ["arxiv:2001.01234"],
    ]  # fmt: skip


def test_what_is_no_work_is_told_and_the_next_one_read() -> None:
    told, good = all_of(f'[{{"a": 1}}, {json.dumps(CSL)}]')
    assert isinstance(told, NotUnderstood)
    assert isinstance(good, Entry)


def test_broken_json_keeps_what_stood_before() -> None:
    good, told = all_of(f'[{json.dumps(CSL)},\n {{"title": "B", }}]')
    assert isinstance(good, Entry)
    assert isinstance(told, NotUnderstood)
    assert told.line == 2


def test_what_is_nested_without_end_is_told() -> None:
    for text in ("[" * 100_000, '{"a":' * 100_000, '[{"year":' + "1" * 100_000 + "}]"):
        (told,) = all_of(text)
        assert isinstance(told, NotUnderstood)
