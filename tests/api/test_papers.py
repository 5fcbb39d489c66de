"""GET /api/v1/papers: the papers as their page finds them, and one by what names it."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from registry import merging
from registry.models import Notice, Paper, PaperVersion, Standing
from registry.shared import Item
from tests.api.asking import pages, problem, refused, told
from tests.registry.builders import NOW, paper, with_standing
from tests.reports import stages

pytestmark = pytest.mark.django_db
PAPERS = "/api/v1/papers"


def titles(**asked: str) -> list[str]:
    return [row["title"] for row in told(PAPERS, **asked)["results"]]


def test_a_row_tells_what_the_registry_says_of_a_paper() -> None:
    made = paper("Lantern Networks", doi="10.9999/lantern", venue="Conf", year=2020)
    with_standing(
        made, Standing.NO_ANSWER, hours=12, authors_asked=2, authors_reached=1,
        asked_at=NOW.isoformat(), outcomes=("did not match",), shared=["code:partly"],
    )  # fmt: skip
    at = "2026-03-02T09:30:00Z"
    assert told(PAPERS) == {
        "next": None, "count": 1, "more": False, "nothing": "",
        "results": [
            {
                "id": made.pk, "title": "Lantern Networks", "authors": ["Ada Example", "Bo Sample"],
                "venue": "Conf", "year": 2020,
                "identifiers": [
                    {
                        "scheme": "doi", "value": "10.9999/lantern",
                        "url": "https://doi.org/10.9999/lantern",
                    }
                ],
                "standing": "no_answer", "standing_words": "not reproducible: no answer",
                "standing_since": at, "listed_since": at, "answered_at": None,
                "reports": 1, "matched": 0, "modes": ["re-run"], "causes": ["no_code"],
                "facts": {
                    "hours": 12, "environments": [], "outcomes": ["did not match"],
                    "authors_asked": 2, "authors_reached": 1, "asked_at": at, "deadline": None,
                },
                "shared": {"code": "partly"}, "being_asked": False,
                "url": f"http://testserver/papers/{made.pk}/",
                "api": f"http://testserver/api/v1/papers/{made.pk}",
            }
        ],
    }  # fmt: skip


def test_the_filters_are_those_of_the_page() -> None:
    with_standing(paper("Thing a", venue="Conf", year=2020), Standing.ANSWERED)
    with_standing(paper("Thing b"), Standing.DISPUTED, causes=["seeds"], modes=["own data"])
    paper("Other c", year=2021)
    assert titles(q="thing", sort="changed") == ["Thing b", "Thing a"]
    assert titles(standing="reported", sort="oldest") == ["Thing a"]
    assert titles(standing="disputed") == titles(cause="seeds") == titles(mode="own data")
    assert titles(venue="Conf") == titles(year="2020") == ["Thing a"]
    assert titles(code="unknown", sort="newest") == ["Other c", "Thing a", "Thing b"]
    assert titles(seeds="yes") == []


def test_an_identifier_finds_its_paper_alone_and_an_unknown_one_says_what_to_do() -> None:
    paper("Thing a", doi="10.1234/a")
    assert titles(q="https://doi.org/10.1234/A") == ["Thing a"]
    empty = told(PAPERS, q="10.1234/b")
    assert empty["results"] == []
    assert "No paper with the DOI identifier 10.1234/b is known here." in empty["nothing"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "changed"])
def test_pages_follow_one_another_in_every_order(sort: str) -> None:
    for number in range(7):
        with_standing(paper(f"Thing {number}", year=2000 + number // 2), Standing.ANSWERED)
    rows = pages(PAPERS, q="thing", sort=sort, limit="3")
    assert len({row["id"] for row in rows}) == len(rows) == 7


def test_a_page_links_to_the_next_one() -> None:
    for number in range(3):
        paper(f"Thing {number}")
    response = Client().get(PAPERS, {"q": "thing", "limit": "2"})
    following = response.json()["next"]
    assert response.headers["Link"] == f'<{following}>; rel="next"'
    assert following.startswith("http://testserver/api/v1/papers?q=thing&limit=2&after=")
    last = Client().get(following)
    assert last.json()["next"] is None
    assert "Link" not in last.headers


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"standing": "burned"}, "“standing” cannot be “burned”: choose one of reported,"),
        ({"cause": "fraud"}, "“cause” cannot be “fraud”: choose one of no_code,"),
        ({"mode": "guess"}, "choose one of re-run, re-implementation, own data."),
        ({"year": "MMXX"}, "write a whole number from 1000 to 9999."),
        ({"year": "２０２０"}, "write a whole number from 1000 to 9999."),
        ({"code": "perhaps"}, "choose one of yes, partly, no, unknown."),
        ({"limit": "0"}, "write a whole number from 1 to 100."),
        ({"limit": "1e1"}, "write a whole number from 1 to 100."),
        ({"q": ""}, "write 1 to 2,000 characters"),
        ({"q": "a\nb"}, "without control characters"),
        ({"q": "a\0b"}, "without control characters"),
        ({"q": "x" * 10_000}, "write 1 to 2,000 characters"),
        ({"venue": "x" * 10_000}, "write 1 to 300 characters"),
        ({"after": "x" * 10_000}, "write 1 to 500 characters"),
        ({"stand": "answered"}, "There is no parameter “stand” here: there are limit, after, q,"),
        ({"x" * 10_000: "1"}, "There is no parameter “xxx"),
        ({"a\0b": "1"}, "There is no parameter “a b” here"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_what_to_do(
    asked: dict[str, str], sentence: str
) -> None:
    said = refused(PAPERS, **asked)
    assert sentence in said
    assert len(said) < 600


def test_a_parameter_is_given_once() -> None:
    said = problem(Client().get(f"{PAPERS}?year=2020&year=2021"), 400)
    assert said == "“year” is given twice: give it once."


def test_a_cursor_of_another_order_is_refused() -> None:
    for number in range(2):
        paper(f"Thing {number}", year=2020)
    after = told(PAPERS, sort="newest", limit="1")["next"].partition("after=")[2]
    assert told(PAPERS, sort="newest", after=after)["results"]
    for path, asked in (
        (PAPERS, {"sort": "oldest", "after": after}),
        (PAPERS, {"after": "nonsense"}),
        ("/api/v1/listings", {"after": after}),
    ):
        said = refused(path, 404, **asked)
        assert "“after” is no place in this list and order" in said


def test_one_row_and_twenty_five_take_the_same_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(25):
        with_standing(paper(f"Thing {number}", doi=f"10.1234/{number}"), Standing.ANSWERED)
        if number in (0, 2, 24):
            # rows, their number, papers, merged ones (2), identifiers
            with django_assert_num_queries(6):
                assert len(told(PAPERS)["results"]) == number + 1


# --- one paper --------------------------------------------------------------------------
def test_a_paper_is_told_with_its_listings_versions_and_notices() -> None:
    made = paper("Lantern Networks", doi="10.9999/lantern", arxiv="2401.00001")
    made.shared_links = {
        Item.CODE: {"url": "https://code.example", "source": "arXiv", "at": NOW.isoformat()}
    }
    made.sources = {"title": {"source": "Crossref", "at": NOW.isoformat()}}
    made.save()
    with_standing(made, Standing.NO_ANSWER)
    PaperVersion.objects.create(paper=made, label="v1", released_on=date(2024, 1, 2))
    PaperVersion.objects.create(paper=made, label="only named by a secret report")
    Notice.objects.create(
        scheme="doi", value="10.9999/lantern", kind="corrected", dated=date(2025, 1, 2),
        notice="10.9999/n", source="Crossref", found_at=NOW,
    )  # fmt: skip
    whole = told(f"{PAPERS}/{made.pk}")
    assert whole["entries"] == [made.pk]
    (listing,) = whole["listings"]
    assert (listing["ground"], listing["version"], listing["closed_at"]) == ("silence", "v1", None)
    assert whole["versions"] == [{"label": "v1", "released_on": "2024-01-02", "url": ""}]
    assert [notice["kind"] for notice in whole["notices"]] == ["corrected"]
    assert [link["url"] for link in whole["links"]] == ["https://code.example"]
    assert whole["metadata"] == [
        {"source": "Crossref", "at": "2026-03-02T09:30:00Z", "fields_told": ["title"]}
    ]
    assert whole["reports_api"] == f"http://testserver/api/v1/reports?paper={made.pk}"
    (row,) = told(PAPERS, q="lantern")["results"]
    assert row.items() <= whole.items()


@pytest.mark.parametrize(
    "named",
    [
        "doi/10.1234/a(b)/c", "doi/10.1234/A(B)/C", "doi/https://doi.org/10.1234/a(b)/c",
        "doi/10.1234%2Fa(b)%2Fc", "arxiv/cs/0101001v2", "openreview/aB3_dE-fgH", "acl/p17-1001",
        "pmid/28520842", "isbn/978-0-262-03561-3", "s2/CorpusID:13756489", "openalex/w2741809807",
    ],
)  # fmt: skip
def test_an_identifier_of_any_scheme_names_a_paper(named: str) -> None:
    made = paper(
        "On things", doi="10.1234/a(b)/c", arxiv="cs/0101001", openreview="aB3_dE-fgH",
        acl="P17-1001", pmid="28520842", isbn="9780262035613", s2="corpusid:13756489",
        openalex="W2741809807",
    )  # fmt: skip
    response = Client().get(f"{PAPERS}/{named}")
    assert response.json() == told(f"{PAPERS}/{made.pk}")
    assert response.headers["Content-Location"] == f"{PAPERS}/{made.pk}"


def test_the_number_of_a_merged_entry_leads_to_the_work() -> None:
    root, old = paper("Work", doi="10.1234/a"), paper("Preprint", arxiv="2001.00001")
    merging.merge(old, root)
    for named in (root.pk, old.pk, "arxiv/2001.00001"):
        whole = told(f"{PAPERS}/{named}")
        assert (whole["id"], whole["entries"]) == (root.pk, [root.pk, old.pk])
        assert [one["scheme"] for one in whole["identifiers"]] == ["arxiv", "doi"]
    (row,) = told(PAPERS)["results"]
    assert [one["scheme"] for one in row["identifiers"]] == ["arxiv", "doi"]


@pytest.mark.parametrize(
    ("named", "status", "sentence"),
    [
        ("doi/nonsense", 404, "“nonsense” is not one we can read. A DOI looks like"),
        ("doi/%00", 404, "is not one we can read."),
        (f"doi/10.1234/{'a' * 10_000}", 404, "…” is not one we can read."),
        ("doi/10.1234/b", 404, "No paper with the DOI identifier 10.1234/b is known here."),
        ("issn/1234-5678", 404, "There is no scheme “issn”: use one of doi, arxiv,"),
        ("999999999999999999999", 404, "No paper has the number"),
        ("1" * 5000, 404, "/api/v1/"),
        ("one", 404, "/api/v1/"),
    ],
)
def test_what_names_no_paper_is_told_why(named: str, status: int, sentence: str) -> None:
    assert sentence in refused(f"{PAPERS}/{named}", status)


def test_a_paper_that_is_not_public_is_told_nowhere() -> None:
    hidden = paper("A slander", doi="10.1234/a", public=False)
    paper("Known")
    assert titles() == ["Known"]
    assert titles(q="slander") == titles(q="10.1234/a") == []
    for named in (hidden.pk, "doi/10.1234/a"):
        assert "slander" not in refused(f"{PAPERS}/{named}", 404)
    assert "slander" not in refused("/api/v1/listings", 404, paper=str(hidden.pk))


def test_a_paper_takes_as_many_queries_with_three_listings_as_with_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = paper("Thing", doi="10.1234/a")
    for _ in range(3):
        stages.lapsed(of=made)
        # paper, merged ones, identifiers, listings, versions, notices
        with django_assert_num_queries(6):
            told(f"{PAPERS}/{made.pk}")


def test_open_inquiries_are_told_of_where_the_site_tells_of_them(settings: Settings) -> None:
    made = paper("Lantern Networks")
    stages.asked(of=made)
    assert told(f"{PAPERS}/{made.pk}")["being_asked"] is False
    settings.SHOW_OPEN_INQUIRIES = True
    assert told(f"{PAPERS}/{made.pk}")["being_asked"] is True
    assert told(PAPERS)["results"][0]["being_asked"] is True
    assert Paper.objects.get(pk=made.pk).standing == "none"
