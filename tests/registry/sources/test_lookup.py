"""From an identifier to facts: the right sources, in their order, in time, never an error."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from registry.identifiers import Found
from registry.sources import crossref, lookup, openalex, openreview, pace, semantic_scholar
from registry.sources.errors import NotKnown
from registry.sources.lookup import look_into, look_up
from registry.sources.source import ARXIV
from tests.registry.sources import shapes
from tests.registry.sources.serving import ATOM, Reply, Site, a_drip, silence
from tests.registry.sources.shapes import atom, entry, packed

pytestmark = pytest.mark.servers  # they mostly wait
PAPER = Found("arxiv", "2401.01234")
DOI = Found("doi", "10.5555/lamps.7")
FORUM = Found("openreview", "lAmp5fOrAll")
ACL = Found("acl", "2024.acl-main.7")
WORK = "/crossref/works/10.5555%2Flamps.7"
ACL_WORK = "/crossref/works/10.18653%2Fv1%2F2024.acl-main.7"
ACL_S2 = "/s2/paper/ACL:2024.acl-main.7"
ACL_OPENALEX = "/openalex/works/doi:10.18653%2Fv1%2F2024.acl-main.7"


def asked(site: Site) -> list[str]:
    return [path.split("/")[1] for path in site.asked]


def test_an_arxiv_id_is_asked_of_arxiv(site: Site) -> None:
    site.says("/arxiv/query", Reply(atom(entry()), kind=ATOM))
    now = timezone.now()
    facts = look_up(PAPER)
    assert facts is not None
    assert (facts.source, facts.title) == ("arXiv", "Lamps for σ-algebras")
    assert facts.fetched_at is not None
    assert facts.fetched_at - now < timedelta(seconds=5)
    assert site.asked == ["/arxiv/query?id_list=2401.01234&max_results=1"]


def test_a_version_is_asked_for(site: Site) -> None:
    site.says("/arxiv/query", Reply(atom(entry(id="2401.01234v2")), kind=ATOM))
    assert look_up(Found("arxiv", "2401.01234", "v2")) is not None
    assert site.asked == ["/arxiv/query?id_list=2401.01234v2&max_results=1"]


@pytest.mark.parametrize(
    "reply",
    [Reply(atom(), kind=ATOM), Reply(status=503), Reply(b"Rate exceeded.", kind="text/plain"),
     Reply(atom(entry(id="2401.09999v1")), kind=ATOM), Reply(b"<html>", kind="text/html")],
)  # fmt: skip
def test_datacite_is_asked_where_arxiv_has_nothing(
    site: Site, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_take", lambda *_: True)
    site.says("/arxiv/query", reply)
    site.says("/datacite/dois/10.48550%2Farxiv.2401.01234", Reply(packed(shapes.datacite())))
    facts = look_up(PAPER)
    assert facts is not None
    assert (facts.source, facts.identifiers) == ("DataCite", (PAPER,))


def test_a_doi_is_asked_of_crossref_and_then_of_datacite(site: Site) -> None:
    site.says(WORK, Reply(packed(shapes.crossref())))
    facts = look_up(DOI)
    assert facts is not None
    assert (facts.source, asked(site)) == ("Crossref", ["crossref"])
    site.says(WORK, Reply(b"Resource not found.", status=404, kind="text/plain"))
    stated = packed(shapes.datacite(doi="10.5555/lamps.7"))
    site.says("/datacite/dois/10.5555%2Flamps.7",
              Reply(stated, kind="application/vnd.api+json; charset=utf-8"))  # fmt: skip
    facts = look_up(DOI)
    assert facts is not None
    assert facts.source == "DataCite"


@pytest.mark.parametrize("doi", ["10.1002/(sici)1521<1::aid>3.0.co;2-8", "10.1/a?b#c%20/é"])
def test_an_odd_doi_is_asked_for_whole(site: Site, doi: str) -> None:
    from urllib.parse import unquote

    look_up(Found("doi", doi))
    assert unquote(site.asked[0]) == f"/crossref/works/{doi}"
    assert "?" not in site.asked[0]


def test_an_older_forum_is_asked_of_the_older_api(site: Site) -> None:
    site.says("/openreview/notes", Reply(b'{"name": "NotFoundError"}', status=404))
    site.says("/openreview-first/notes", Reply(packed(shapes.openreview(first=True))))
    facts = look_up(FORUM)
    assert facts is not None
    assert facts.title == "Lamps for All"
    assert asked(site) == ["openreview", "openreview-first"]
    site.says("/openreview-first/notes", Reply(b'{"notes": []}'))
    with pytest.raises(NotKnown):
        openreview.fetch(FORUM)


def test_an_acl_id_is_believed_only_where_an_answer_names_it(site: Site) -> None:
    """The DOI that the id makes may be that of a neighbour."""
    neighbour = {"primary": {"URL": "https://aclanthology.org/2024.acl-main.8"}}
    site.says(ACL_WORK, Reply(packed(shapes.crossref(DOI="10.18653/v1/2024.acl-main.7",
                                                     resource=neighbour))))  # fmt: skip
    wrong = {"ACL": "2024.acl-main.8"}
    site.says(ACL_S2, Reply(packed(shapes.semantic_scholar(externalIds=wrong))))
    site.says(ACL_OPENALEX, Reply(packed(shapes.openalex(primary_location=None, locations=[]))))
    found = look_into(ACL)
    assert (found.facts, found.again) == (None, False)
    assert len(found.said) == 3

    site.says(ACL_OPENALEX, Reply(packed(shapes.openalex())))
    assert (facts := look_up(ACL)) is not None and facts.source == "OpenAlex"
    site.says(ACL_S2, Reply(packed(shapes.semantic_scholar())))
    assert (facts := look_up(ACL)) is not None and facts.source == "Semantic Scholar"
    own = {"primary": {"URL": "https://www.aclweb.org/anthology/2024.acl-main.7"}}
    site.says(ACL_WORK, Reply(packed(shapes.crossref(DOI="10.18653/v1/2024.acl-main.7",
                                                     resource=own))))  # fmt: skip
    assert (facts := look_up(ACL)) is not None and facts.source == "Crossref"


def test_a_pubmed_id_is_asked_of_openalex_and_semantic_scholar(site: Site) -> None:
    site.says("/s2/paper/PMID:12345678", Reply(packed(shapes.semantic_scholar())))
    facts = look_up(Found("pmid", "12345678"))
    assert facts is not None
    assert facts.source == "Semantic Scholar"
    assert asked(site) == ["openalex", "s2"]


@pytest.mark.parametrize(
    ("identifier", "path"),
    [
        (Found("s2", "corpusid:7"), "/s2/paper/CorpusId:7"),
        (Found("s2", "0" * 39 + "a"), f"/s2/paper/{'0' * 39}a"),
        (Found("openalex", "W4312345678"), "/openalex/works/W4312345678"),
    ],
)
def test_a_source_is_asked_for_its_own_ids(site: Site, identifier: Found, path: str) -> None:
    look_up(identifier)
    assert [one.partition("?")[0] for one in site.asked] == [path]


def test_keys_are_sent_where_they_are_set(site: Site, settings: Settings) -> None:
    settings.SEMANTIC_SCHOLAR_KEY, settings.OPENALEX_KEY = "for-s2", "for-openalex"
    site.says("/s2/paper/ARXIV:2401.01234", Reply(packed(shapes.semantic_scholar())))
    site.says("/openalex/works/doi:10.48550%2Farxiv.2401.01234", Reply(packed(shapes.openalex())))
    semantic_scholar.fetch(PAPER)
    openalex.fetch(PAPER)
    assert site.headers[0]["x-api-key"] == "for-s2"
    assert site.asked[1].endswith("?api_key=for-openalex")
    settings.SEMANTIC_SCHOLAR_KEY = settings.OPENALEX_KEY = ""
    pace._next.clear()
    semantic_scholar.fetch(PAPER)
    assert "x-api-key" not in site.headers[2]


# --- sources that are down ------------------------------------------------------------------------


def test_an_unknown_identifier_is_not_looked_for_again(site: Site) -> None:
    found = look_into(DOI)
    assert (found.facts, found.again, found.again_at) == (None, False, None)
    assert [said.partition(" does")[0] for said in found.said] == ["Crossref", "DataCite"]
    assert look_up(Found("isbn", "9780262035613")) is None


def test_while_a_source_is_down_it_is_looked_for_again_later(site: Site) -> None:
    site.says(WORK, Reply(status=503, headers={"Retry-After": "600"}))
    found = look_into(DOI)
    assert (found.facts, found.again) == (None, True)
    assert found.again_at is not None
    assert timedelta(minutes=9) < found.again_at - timezone.now() < timedelta(minutes=11)
    site.says(WORK, Reply(packed(shapes.crossref())))
    assert look_up(DOI) is None
    with time_machine.travel(found.again_at + timedelta(seconds=1)):
        assert look_up(DOI) is not None


@pytest.mark.parametrize("spoil", [a_drip, silence])
def test_the_time_is_kept_and_the_next_source_still_has_some(
    site: Site, spoil: Callable[..., None]
) -> None:
    site.says(WORK, Reply(spoil=spoil))
    site.says("/datacite/dois/10.5555%2Flamps.7",
              Reply(packed(shapes.datacite(doi="10.5555/lamps.7"))))  # fmt: skip
    start = time.monotonic()
    facts = look_up(DOI, within=1.5)
    assert 0.8 < time.monotonic() - start < 20
    assert facts is not None
    assert facts.source == "DataCite"


def test_if_every_source_is_slow_the_time_is_kept(site: Site) -> None:
    for path in (ACL_WORK, ACL_S2, ACL_OPENALEX):
        site.says(path, Reply(spoil=a_drip))
    start = time.monotonic()
    found = look_into(ACL, within=1.5)
    assert time.monotonic() - start < 20
    assert (found.facts, found.again) == (None, True)


def test_if_no_source_is_there_nothing_is_raised(settings: Settings) -> None:
    for name in ("ARXIV_API", "CROSSREF_API", "DATACITE_API", "OPENREVIEW_API",
                 "OPENREVIEW_FIRST_API", "SEMANTIC_SCHOLAR_API", "OPENALEX_API"):  # fmt: skip
        setattr(settings, name, "http://127.0.0.1:1")
    for identifier in (PAPER, DOI, FORUM, ACL, Found("pmid", "1")):
        found = look_into(identifier, within=2)
        assert (found.facts, found.again) == (None, True)
        assert all("127.0.0.1" not in said for said in found.said)


def test_our_own_fault_is_logged_and_loses_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("title")

    monkeypatch.setattr(crossref, "fetch", broken)
    found = look_into(DOI)
    assert (found.facts, found.again) == (None, True)
    assert "A source could not be read" in caplog.text


def test_without_any_time_nobody_is_asked(site: Site) -> None:
    assert look_into(DOI, within=0) == lookup.LookedUp(facts=None, again=True)
    assert site.asked == []


def test_two_look_ups_of_arxiv_keep_three_seconds_apart(site: Site) -> None:
    assert (ARXIV.pause, ARXIV.alone) == (3, True)
    site.says("/arxiv/query", Reply(atom(entry()), kind=ATOM))
    look_up(PAPER)
    found = look_into(PAPER, within=1)
    assert found.again
    assert "is being asked by many at once" in found.said[0]
    assert look_up(PAPER, within=6) is not None
    arxiv = [at for at, path in zip(site.moments, site.asked, strict=True) if "arxiv/" in path]
    assert arxiv[1] - arxiv[0] >= 2.99
