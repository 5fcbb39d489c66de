"""The feeds of the list and of searches, read as feed readers read them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from registry import listing, merging
from registry.models import Ending, Listing, Paper, Standing
from tests.feeds import ATOM, Read, read
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FACTS = {"asked_at": "2026-02-01T09:30:00+00:00", "deadline": "2026-03-03T11:59:59+00:00"}
HOSTILE = [
    "A <b>bold</b> & <script>alert(1)</script> title",
    "]]></title><entry>&amp;&#0;",
    "Control \x01\x0b\x1f\x7f\x85 characters",
    "Emoji 👩‍🔬🧪 and 𝒎𝒂𝒕𝒉",
    "عنوان من اليمين إلى اليسار",
    "שלום \u202e turned \u202c and \u2066 isolated",
    "Not characters \ufffe \uffff \ufeff",
    "Two\nlines\tand  spaces",
    "请使用随机种子",
]


def listed(title: str = "On made-up things", *, days: int = 0, **columns: object) -> Paper:
    made = paper(title, **columns)
    return with_standing(made, Standing.NO_ANSWER, NOW + days * DAY, **FACTS)


def end(made: Paper, ending: Ending, *, days: int) -> None:
    """The listing ends, and the paper has another standing."""
    now = NOW + days * DAY
    assert listing.close_listing(report_id=made.pk, ending=ending, note="", now=now)
    made.refresh_from_db()
    record = listing.Projection(standing=Standing.ANSWERED, report_count=1)
    listing.project_all([(listing.Stored.of(made), record)], now=now)


def test_an_empty_feed_is_whole_and_stands_still() -> None:
    assert read("/feeds/listed").titles == []
    assert read("/feeds/papers").titles == []
    assert Client().get("/feeds/listed.atom").content == Client().get("/feeds/listed.atom").content


def test_an_entry_says_the_dated_facts(settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    made = listed(venue="Conf", year=2020)
    feed = read("/feeds/listed")
    (entry,) = feed.atom.entries
    number = Listing.objects.get().pk
    assert entry.id == f"tag:{settings.MESSAGE_ID_DOMAIN},2026:listing-{number}"
    assert entry.title == "Not reproducible: no answer – On made-up things"
    assert entry.link == f"https://registry.example/papers/{made.pk}/on-made-up-things/"
    assert entry.published == entry.updated == "2026-03-02T09:30:00+00:00"
    words = " ".join(BeautifulSoup(feed.contents[0], "html.parser").get_text().split())
    assert words == (
        "Ada Example, Bo Sample · Conf 2020 Reported as not reproduced, authors asked on 1 "
        "February 2026, no answer by 3 March 2026, 11:59 UTC (version v1). On the list since 2 "
        "March 2026. Standing now: not reproducible: no answer. These are dated facts; they say "
        "nothing about intent or about a person."
    )
    assert feed.atom.feed.id == f"tag:{settings.MESSAGE_ID_DOMAIN},2026:listed"
    assert feed.json["feed_url"] == "https://registry.example/feeds/listed.json"
    links = feed.tree.xpath("//@href", namespaces=ATOM)
    assert all(str(link).startswith("https://registry.example/") for link in links)


def test_ids_stay_when_title_and_domain_change(settings: Settings) -> None:
    made = listed()
    before = read("/feeds/listed").ids, read("/feeds/papers").ids
    settings.SITE_URL = "https://elsewhere.example"
    settings.SITE_NAME = "Other"
    Paper.objects.filter(pk=made.pk).update(title="Another title")
    assert (read("/feeds/listed").ids, read("/feeds/papers").ids) == before
    assert "Another title" in read("/feeds/listed").titles[0]


@pytest.mark.parametrize(
    ("ending", "words", "line"),
    [
        (Ending.ANSWERED, "No longer listed for report {n}: the authors answered", "answered."),
        (Ending.WITHDRAWN, "No longer listed for report {n}: the report was withdrawn", "drawn."),
        (Ending.REMOVED, "No longer listed for report {n}: the report was removed", "removed."),
        (Ending.ANNULLED, "Listing annulled", "annulled: the paper should not have been listed."),
    ],
)
def test_an_ended_listing_is_the_same_entry_with_its_end(
    ending: Ending, words: str, line: str
) -> None:
    older, newer = listed("Older"), listed("Newer", days=1)
    before = read("/feeds/listed")
    assert [title.partition(" – ")[2] for title in before.titles] == ["Newer", "Older"]
    end(older, ending, days=2)
    after = read("/feeds/listed")
    assert after.ids == [before.ids[1], before.ids[0]]
    assert after.titles[0] == f"{words.format(n=older.pk)} – Older"
    assert line in after.contents[0]
    assert "Reported as not reproduced" not in after.contents[0]
    assert "Standing now: answered" in after.contents[0]
    assert after.json["items"][0]["date_modified"] == "2026-03-04T09:30:00+00:00"
    assert after.titles[1] == "Not reproducible: no answer – Newer"
    assert newer.pk != older.pk


def test_another_report_that_keeps_the_paper_listed_is_said() -> None:
    made = listed()
    opened = listing.NewListing(made.pk, made.pk + 500, listing.Ground.CONFIRMED, "v2")
    listing.open_listings([opened], now=NOW + DAY)
    listing.close_listing(report_id=made.pk, ending=Ending.ANSWERED, note="", now=NOW + 2 * DAY)
    made.refresh_from_db()
    record = listing.Projection(standing=Standing.CONFIRMED, report_count=2)
    listing.project_all([(listing.Stored.of(made), record)], now=NOW + 2 * DAY)
    feed = read("/feeds/listed")
    assert "Another report keeps the paper on the list." in feed.contents[0]
    assert feed.titles[1].startswith("Not reproducible: confirmed by the authors")


def test_a_paper_that_is_not_public_is_in_no_feed() -> None:
    made = listed("Hidden")
    Paper.objects.filter(pk=made.pk).update(is_public=False, standing="none", listed_at=None)
    assert read("/feeds/listed").titles == []
    assert read("/feeds/papers").titles == []
    assert read("/feeds/papers", "?sort=newest").titles == []


def test_a_merged_paper_leads_to_its_root() -> None:
    made, root = listed("An entry"), paper("The work")
    listing.close_listing(report_id=made.pk, ending=Ending.ANSWERED, note="", now=NOW + DAY)
    merging.merge(made, root)
    (item,) = read("/feeds/listed").json["items"]
    assert item["title"].endswith(" – The work")
    assert item["url"].endswith(f"/papers/{root.pk}/the-work/")


def test_a_feed_of_one_venue() -> None:
    listed("Here", venue="ICML")
    listed("Also here", venue="Proceedings of ICML workshops")
    listed("Elsewhere", venue="NeurIPS")

    def at(venue: str) -> list[str]:
        feed = read("/feeds/listed", f"?venue={venue}")
        return sorted(title.partition(" – ")[2] for title in feed.titles)

    assert at("ICML") == ["Here"]
    assert at("proceedings") == ["Also here"]
    assert at("neurips") == ["Elsewhere"]
    assert at("Nowhere") == []
    feed = read("/feeds/listed", "?venue=ICML")
    assert feed.json["feed_url"].endswith("/feeds/listed.json?venue=ICML")
    assert feed.atom.feed.id.endswith(":listed%3Fvenue%3DICML")


def test_a_search_has_a_feed_with_the_same_filters() -> None:
    listed("Lantern networks", venue="ICML", year=2020)
    with_standing(paper("Lantern trees"), Standing.REPRODUCED, NOW + DAY)
    paper("Lantern without a report")
    with_standing(paper("Something else"), Standing.ANSWERED)

    def found(query: str) -> list[str]:
        return [title.partition(" – ")[2] for title in read("/feeds/papers", query).titles]

    assert found("?q=lantern") == ["Lantern trees", "Lantern networks"]
    assert found("?q=lantern&standing=no_answer") == ["Lantern networks"]
    assert found("?venue=ICML&year=2020") == ["Lantern networks"]
    assert "Lantern without a report" in found("?q=lantern&sort=newest")
    assert read("/feeds/papers", "?q=lantern").titles[0] == "Reproduced – Lantern trees"


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_makes_valid_xml_and_json(title: str) -> None:
    listed(title.replace("\x00", ""), venue=title[:200], names=[title[:200]])
    for path in ("/feeds/listed", "/feeds/papers"):
        feed = read(path)
        assert len(feed.titles) == 1
        page = BeautifulSoup(feed.contents[0], "html.parser")
        assert page.find(["script", "b"]) is None
    read("/feeds/papers", f"?q={title[:20]}".replace("&", "").replace("#", ""))


def test_a_title_is_text_in_the_words_that_it_has() -> None:
    listed("A <b>bold</b> & 👩‍🔬 title")
    feed = read("/feeds/listed")
    assert feed.titles == ["Not reproducible: no answer – A <b>bold</b> & 👩‍🔬 title"]
    assert feed.tree.findtext("a:entry/a:title", namespaces=ATOM) == feed.titles[0]


def pages_of(path: str, query: str = "") -> list[Read]:
    """The feed and what is behind its links to older entries."""
    pages = [read(path, query)]
    while following := pages[-1].json.get("next_url"):
        (older,) = pages[-1].tree.xpath("a:link[@rel='next']/@href", namespaces=ATOM)
        assert str(older).replace(".atom", ".json") == following
        pages.append(read(path, f"?{following.partition('?')[2]}"))
    return pages


@pytest.mark.parametrize("path", ["/feeds/listed", "/feeds/papers"])
def test_fifty_entries_and_a_link_to_the_older_ones(path: str) -> None:
    for number in range(103):
        listed(f"Paper {number}", days=number // 5)
    pages = pages_of(path)
    assert [len(page.ids) for page in pages] == [50, 50, 3]
    ids = [one for page in pages for one in page.ids]
    assert len(set(ids)) == 103
    moments = [item["date_modified"] for page in pages for item in page.json["items"]]
    assert moments == sorted(moments, reverse=True)
    assert read(path, "?after=nonsense").ids == pages[0].ids


@pytest.mark.parametrize("path", ["/feeds/listed", "/feeds/papers", "/feeds/listed?venue=Conf"])
def test_as_many_questions_for_one_row_as_for_many(path: str) -> None:
    address, _, query = path.partition("?")
    counts = []
    for wanted in (1, 3, 25):
        while Paper.objects.count() < wanted:
            listed(f"Paper {Paper.objects.count()}", venue="Conf")
        with CaptureQueriesContext(connection) as questions:
            response = Client().get(f"{address}.atom?{query}")
        assert response.content.count(b"<entry>") == wanted
        counts.append(len(questions))
    assert len(set(counts)) == 1
    assert counts[0] <= 4


def test_the_feed_of_the_list_reads_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM registry_listing"
            " ORDER BY COALESCE(closed_at, opened_at) DESC, id DESC LIMIT 51"
        )
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "listing_changed" in plan
    assert "Sort" not in plan


# --- asked again -------------------------------------------------------------------------------


def test_who_has_it_gets_nothing_again(client: Client) -> None:
    made = listed()
    first = client.get("/feeds/listed.atom")
    assert first["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in first.get("Vary", "")
    etag, date = first["ETag"], first["Last-Modified"]
    assert date == "Mon, 02 Mar 2026 09:30:00 GMT"
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": date}):
        again = client.get("/feeds/listed.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == etag
    end(made, Ending.ANSWERED, days=1)
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": date}):
        assert client.get("/feeds/listed.atom", headers=headers).status_code == 200


def test_a_date_that_was_not_sent_is_no_reason_to_send_nothing(client: Client) -> None:
    listed()
    later = {"If-Modified-Since": "Tue, 03 Mar 2026 09:30:00 GMT"}
    assert client.get("/feeds/listed.atom", headers=later).status_code == 200


def test_a_search_goes_by_its_words_alone(client: Client) -> None:
    """A paper may leave it, and leaves no date behind."""
    listed()
    response = client.get("/feeds/papers.json")
    assert "Last-Modified" not in response
    etag = {"If-None-Match": response["ETag"]}
    assert client.get("/feeds/papers.json", headers=etag).status_code == 304


@pytest.mark.parametrize("kind", ["rss", "xml", "atomic", "ATOM"])
def test_there_are_two_forms(client: Client, kind: str) -> None:
    assert client.get(f"/feeds/listed.{kind}").status_code == 404
    assert client.get(f"/feeds/papers.{kind}").status_code == 404


# --- where they are found ----------------------------------------------------------------------


def alternates(client: Client, path: str) -> list[str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    links = page.head.select("link[rel=alternate][type]")
    assert {link["type"] for link in links} == {"application/atom+xml", "application/feed+json"}
    assert all(link["title"] for link in links)
    shown = {link["href"] for link in page.main.select('a[href^="/feeds/"]')}
    found = [link["href"] for link in links]
    assert shown <= set(found)
    assert all(client.get(address).status_code == 200 for address in found)
    return found


def test_pages_name_their_feeds(client: Client) -> None:
    assert alternates(client, "/") == [
        "/feeds/listed.atom", "/feeds/listed.json", "/feeds/answers.atom", "/feeds/answers.json"
    ]  # fmt: skip
    assert alternates(client, "/papers/") == ["/feeds/papers.atom", "/feeds/papers.json"]
    assert alternates(client, "/papers/?q=a%26b&venue=ICML&after=x") == [
        "/feeds/papers.atom?q=a%26b&venue=ICML",
        "/feeds/papers.json?q=a%26b&venue=ICML",
        "/feeds/listed.atom?venue=ICML",
        "/feeds/listed.json?venue=ICML",
    ]
