"""What sources tell about papers, stored: with who told it, over nobody's word, and once."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from registry import metadata, provenance
from registry.identifiers import Found
from registry.metadata import AnotherWork, Apart, add_known, correct
from registry.models import Identifier, Notice, Paper, PaperVersion
from registry.sources.facts import Author, Facts, Kind, Mark, Version
from registry.sources.facts import Notice as Told
from tests.registry.builders import NOW, paper

pytestmark = pytest.mark.django_db
ARXIV, DOI = Found("arxiv", "2401.91234"), Found("doi", "10.5555/lamps.7")
LATER = NOW + timedelta(days=9)
ORCID = "0000-0002-1825-0097"


def nobody(papers: object) -> bool:
    return False


def facts(**changes: Any) -> Facts:
    stated: dict[str, Any] = {
        "source": "arXiv", "fetched_at": NOW, "title": "Lamps for All",
        "authors": (Author(name="Ada Winter", orcid=ORCID), Author(name="Noor Würtz")),
        "abstract": "We light lamps.", "year": 2024, "identifiers": (ARXIV,),
        "versions": (Version(name="v1", at=date(2024, 1, 3)), Version(name="v2")),
        "code": ("https://github.com/ada/lamps",), "url": "https://arxiv.org/abs/2401.91234",
    }  # fmt: skip
    return Facts(**{**stated, **changes})


def names(made: Paper) -> list[str]:
    return [author.name for author in made.authors.all()]


def told(made: Paper, field: str) -> str:
    return str((made.sources or {}).get(field, {}).get("source", ""))


def test_a_new_paper_is_public_with_all_that_its_source_tells() -> None:
    made = add_known(ARXIV, facts(), NOW)
    made.refresh_from_db()
    assert (made.is_public, made.title, made.names) == (
        True, "Lamps for All", "Ada Winter; Noor Würtz",
    )  # fmt: skip
    assert (made.year, made.abstract, made.url) == (
        2024, "We light lamps.", "https://arxiv.org/abs/2401.91234",
    )  # fmt: skip
    assert names(made) == ["Ada Winter", "Noor Würtz"]
    assert [author.orcid for author in made.authors.all()] == [ORCID, ""]
    assert [str(one) for one in made.identifiers.all()] == ["arxiv:2401.91234"]
    assert [(one.label, one.released_on, one.url) for one in made.versions.all()] == [
        ("arXiv v1", date(2024, 1, 3), "https://arxiv.org/abs/2401.91234v1"),
        ("arXiv v2", None, "https://arxiv.org/abs/2401.91234v2"),
    ]
    assert made.shared == ["code:yes"]
    assert made.shared_links == {
        "code": {"url": "https://github.com/ada/lamps", "source": "arXiv", "at": NOW.isoformat()}
    }
    assert {one.source: one.fields for one in provenance.origins(made.sources)} == {
        "arXiv": ["title", "authors", "year", "abstract", "address", "versions", "identifiers",
                  "link to code"]
    }  # fmt: skip


def test_a_second_time_adds_nothing_and_renews_the_date() -> None:
    first = add_known(ARXIV, facts(), NOW)
    again = add_known(ARXIV, facts(fetched_at=LATER), LATER, pinned=nobody)
    assert again.pk == first.pk
    assert (Paper.objects.count(), Identifier.objects.count(), PaperVersion.objects.count()) == (
        1, 1, 2,
    )  # fmt: skip
    assert names(again) == ["Ada Winter", "Noor Würtz"]
    assert again.sources is not None
    assert again.sources["title"] == {"source": "arXiv", "at": LATER.isoformat()}


def test_a_known_paper_gets_what_it_lacks_and_keeps_what_it_has() -> None:
    known = paper("Lamps, for all!", names=["Ada Winter", "Noor Wurtz"], venue="ICLL",
                  arxiv=ARXIV.value)  # fmt: skip
    PaperVersion.objects.create(paper=known, label="arXiv v1")
    made = add_known(ARXIV, facts(venue="J. Lamps"), NOW, pinned=nobody)
    assert made.pk == known.pk
    assert (made.title, made.venue, made.year) == ("Lamps, for all!", "ICLL", 2024)
    assert names(made) == ["Ada Winter", "Noor Wurtz"]
    assert [author.orcid for author in made.authors.all()] == [ORCID, ""]
    assert [one.released_on for one in made.versions.all()] == [date(2024, 1, 3), None]
    assert (told(made, "title"), told(made, "venue"), told(made, "year")) == ("", "", "arXiv")
    assert [(one.field, one.source, one.value) for one in provenance.differences(
        made.sources, vars(made))] == [("venue", "arXiv", "J. Lamps")]  # fmt: skip


def test_a_source_corrects_itself_where_nothing_relies_on_it() -> None:
    made = add_known(ARXIV, facts(), NOW)
    changed = facts(title="Lamps for Nobody", authors=(Author(name="Noor Würtz"),), venue="L. 1")
    made = add_known(ARXIV, changed, LATER, pinned=nobody)
    assert (made.title, names(made), made.venue) == ("Lamps for Nobody", ["Noor Würtz"], "L. 1")
    assert made.title_key == metadata.identifiers.title_key("Lamps for Nobody")


def test_under_a_report_title_and_authors_stay_and_the_difference_is_kept() -> None:
    made = add_known(ARXIV, facts(), NOW)
    asked: list[Any] = []

    def pinned(papers: Any) -> bool:
        asked.extend(papers)
        return True

    changed = facts(title="Lamps for Nobody", authors=(Author(name="Noor Würtz"),), year=2025,
                    versions=(Version(name="v3", at=date(2025, 2, 3)),))  # fmt: skip
    made = add_known(ARXIV, changed, LATER, pinned=pinned)
    assert asked == [made.pk]
    assert (made.title, names(made)) == ("Lamps for All", ["Ada Winter", "Noor Würtz"])
    assert (made.year, made.versions.count()) == (2025, 3)
    assert {(one.field, one.value) for one in provenance.differences(made.sources, vars(made))} == {
        ("title", "Lamps for Nobody"), ("authors", "Noor Würtz"),
    }  # fmt: skip
    made = add_known(ARXIV, facts(year=2025), LATER, pinned=pinned)
    assert provenance.differences(made.sources, vars(made)) == []


def test_authors_are_not_given_to_a_paper_that_a_report_names() -> None:
    known = paper("Lamps for All", names=[], arxiv=ARXIV.value)
    made = add_known(ARXIV, facts(), NOW)
    assert (made.pk, names(made), made.names) == (known.pk, [], "")
    assert names(add_known(ARXIV, facts(), NOW, pinned=nobody)) == ["Ada Winter", "Noor Würtz"]


def test_another_source_changes_nothing() -> None:
    add_known(ARXIV, facts(), NOW)
    other = facts(source="Crossref", title="LAMPS", identifiers=(ARXIV, DOI), venue="ICLL")
    made = add_known(ARXIV, other, LATER, pinned=nobody)
    assert (made.title, made.venue) == ("Lamps for All", "ICLL")
    assert (told(made, "title"), told(made, "venue")) == ("arXiv", "Crossref")
    assert made.identifiers.count() == 2


def test_what_a_person_corrected_stays() -> None:
    made = add_known(ARXIV, facts(), NOW)
    correct(made.pk, now=NOW, title="Lamps for Everybody", year=2023)
    made = add_known(ARXIV, facts(title="Lamps"), LATER, pinned=nobody)
    assert (made.title, made.year) == ("Lamps for Everybody", 2023)
    assert told(made, "title") == provenance.PERSON
    assert [one.value for one in provenance.differences(made.sources, vars(made))] == [
        "Lamps", "2024",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="names is not corrected this way"):
        correct(made.pk, now=NOW, names="X")


def test_a_link_to_code_that_is_known_stays_and_what_people_say_counts() -> None:
    links = {"code": {"url": "https://code.example/a", "source": "import", "at": NOW.isoformat()}}
    known = paper(arxiv=ARXIV.value, shared=["code:no"], shared_links=links)
    add_known(ARXIV, facts(), NOW)
    known.refresh_from_db()
    assert (known.shared, known.shared_links) == (["code:no"], links)
    other = paper(doi=DOI.value, shared=["code:no"])
    add_known(DOI, facts(identifiers=(DOI,)), NOW)
    other.refresh_from_db()
    assert other.shared == ["code:no"]
    assert (other.shared_links or {})["code"]["url"] == "https://github.com/ada/lamps"


# --- which paper it is ----------------------------------------------------------------------------


def test_another_identifier_of_the_record_leads_to_a_paper_of_the_same_title_alone() -> None:
    same = paper("Lamps for all", doi=DOI.value)
    assert add_known(ARXIV, facts(identifiers=(ARXIV, DOI)), NOW).pk == same.pk
    wrong = paper("Of wax", doi="10.5555/wax.1")
    other = Found("arxiv", "2401.95555")
    made = add_known(other, facts(identifiers=(other, Found("doi", "10.5555/wax.1"))), NOW)
    assert made.pk not in (same.pk, wrong.pk)
    assert [str(one) for one in wrong.identifiers.all()] == ["doi:10.5555/wax.1"]


def test_the_other_form_of_a_work_is_it_by_its_title_alone() -> None:
    known = paper("Lamps for All", arxiv=ARXIV.value)
    about = facts(source="Crossref", identifiers=(DOI,), title="LAMPS for all")
    assert add_known(DOI, about, NOW, near=known, enter=False).pk == known.pk
    assert known.identifiers.count() == 2
    other = Found("doi", "10.5555/wax.1")
    about = facts(identifiers=(other,), title="Of wax")
    with pytest.raises(AnotherWork):
        add_known(other, about, NOW, near=known, enter=False)
    assert add_known(other, about, NOW, near=known).pk != known.pk


def test_a_secret_paper_of_other_words_stays_secret_and_untouched() -> None:
    secret = paper("A slander", public=False, arxiv=ARXIV.value)
    for enter in (True, False):
        with pytest.raises(Apart, match="enter the paper by hand below"):
            add_known(ARXIV, facts(), NOW, enter=enter)
    secret.refresh_from_db()
    assert (secret.is_public, secret.title, secret.sources) == (False, "A slander", None)
    assert Paper.objects.count() == 1


def test_a_secret_paper_of_the_same_words_becomes_public_with_those_of_the_source() -> None:
    secret = paper("lamps for all", names=["Ada Winter", "Noor Würtz"], public=False,
                   arxiv=ARXIV.value, venue="slander", url="https://slander.example/")  # fmt: skip
    with pytest.raises(Apart):
        add_known(ARXIV, facts(), NOW, enter=False)
    made = add_known(ARXIV, facts(), NOW)
    made.refresh_from_db()
    assert made.pk == secret.pk
    assert (made.is_public, made.title, made.venue) == (True, "Lamps for All", "")
    assert made.url == "https://arxiv.org/abs/2401.91234"
    assert names(made) == ["Ada Winter", "Noor Würtz"]


def test_facts_without_a_title_make_no_paper() -> None:
    with pytest.raises(Apart):
        add_known(ARXIV, facts(title=""), NOW)
    assert not Paper.objects.exists()


def test_a_hostile_answer_is_stored_as_text() -> None:
    bad = "<script>alert(1)</script>"
    made = add_known(ARXIV, facts(title=bad, authors=(Author(name=bad + "; x"),)), NOW)
    assert (made.title, made.author_names) == (bad, [bad + ", x"])


@pytest.mark.django_db(transaction=True)
def test_one_work_wanted_by_several_at_once_is_one_paper() -> None:
    start = Barrier(4)
    made: list[int] = []

    def enter(found: Found) -> None:
        start.wait()
        try:
            made.append(add_known(found, facts(identifiers=(ARXIV, DOI)), NOW).pk)
        finally:
            connection.close()

    threads = [Thread(target=enter, args=(one,)) for one in (ARXIV, DOI, ARXIV, DOI)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == Paper.objects.count() == 1
    assert Identifier.objects.count() == 2


# --- what happened to it --------------------------------------------------------------------------


def test_what_happened_to_a_paper_is_kept_with_who_says_so() -> None:
    marks = (
        Mark(kind=Kind.RETRACTED, said_by="Retraction Watch", at=date(2025, 1, 2),
             notice="10.5555/lamps.9"),
        Mark(kind=Kind.PARTLY_RETRACTED, said_by="the publisher", notice="10.5555/lamps.8"),
        Mark(kind=Kind.REPLACED, said_by="the publisher", notice="10.5555/lamps.10"),
    )  # fmt: skip
    about = facts(source="Crossref", identifiers=(DOI,), marks=marks)
    add_known(DOI, about, NOW)
    add_known(DOI, about, LATER)
    assert [
        (one.value, one.kind, one.dated, one.notice, one.source) for one in Notice.objects.all()
    ] == [
        ("10.5555/lamps.7", "retracted", date(2025, 1, 2), "10.5555/lamps.9", "Retraction Watch"),
        ("10.5555/lamps.7", "corrected", None, "10.5555/lamps.8", "Crossref"),
    ]


def test_a_notice_tells_of_the_work_that_it_is_about() -> None:
    said = (Told(kind=Kind.CONCERN, about="10.5555/wax.1", said_by="the publisher"),)
    add_known(DOI, facts(source="Crossref", identifiers=(DOI,), notices=said), NOW)
    one = Notice.objects.get()
    assert (one.value, one.kind, one.notice) == ("10.5555/wax.1", "concern", DOI.value)


def test_the_page_names_each_source_once_with_its_last_day() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC).isoformat()
    sources = {
        "venue": {"source": "Crossref", "at": at},
        "title": {"source": "arXiv", "at": NOW.isoformat()},
        "year": {"source": "arXiv", "at": at},
        "names": {"source": "", "others": {"arXiv": {"value": "A", "at": at}}},
    }
    found = provenance.origins(sources)
    assert [(one.source, one.fields, one.at.month) for one in found] == [
        ("arXiv", ["title", "year"], 5), ("Crossref", ["venue"], 5),
    ]  # fmt: skip
    assert provenance.origins(None) == []
