"""What is shared: filters of /papers/, and links that a file of metadata gives."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.importing.load import load
from registry.importing.records import read as read_record
from registry.models import Paper, Standing
from registry.query import FILTERS, Query, read
from registry.shared import WORDS, Item
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db


def titles(client: Client, asked: str) -> list[str]:
    page = BeautifulSoup(client.get(f"/papers/?{asked}").content, "html.parser")
    return sorted(link.get_text() for link in page.select("li.row h3 a"))


def text_of(client: Client, asked: str) -> str:
    page = BeautifulSoup(client.get(f"/papers/?{asked}").content, "html.parser")
    return " ".join(page.main.get_text(" ").split())


def three_papers() -> None:
    said = {"Open": ["code:yes", "data:no"], "Closed": ["code:no"], "Half": ["code:partly"]}
    for title, words in said.items():
        with_standing(paper(title), Standing.ANSWERED, shared=words)
    paper("Quiet")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("code=yes", ["Open"]),
        ("code=no", ["Closed"]),
        ("code=partly", ["Half"]),
        ("code=unknown", ["Quiet"]),
        ("data=unknown", ["Closed", "Half", "Quiet"]),
        ("data=no&code=yes", ["Open"]),
        ("data=no&code=no", []),
        ("code=yes&standing=none", []),
        ("code=unknown&standing=reported", []),
        ("q=open&code=yes", ["Open"]),
        ("q=open&code=no", []),
        ("code=yes&sort=changed", ["Open"]),
        # Nonsense is left out; of several the last counts, as with the other filters.
        ("code=maybe", ["Closed", "Half", "Open", "Quiet"]),
        ("code=YES", ["Closed", "Half", "Open", "Quiet"]),
        ("code=", ["Closed", "Half", "Open", "Quiet"]),
        ("code=yes&code=no", ["Closed"]),
        ("code=no&code=maybe", ["Closed", "Half", "Open", "Quiet"]),
        ("code=code:yes", ["Closed", "Half", "Open", "Quiet"]),
        ("code=yes%00", ["Open"]),
        ("code=yes&code[]=no", ["Open"]),
    ],
)
def test_papers_are_found_by_what_is_shared(client: Client, asked: str, found: list[str]) -> None:
    three_papers()
    assert titles(client, asked) == found


def test_a_word_that_is_none_is_named_and_left_out(client: Client) -> None:
    shown = text_of(client, "training_code=maybe")
    assert "Whether training code is shared is yes, partly, no or unknown, not “maybe”" in shown
    assert "that filter was left out" in shown


def test_every_item_is_a_filter_that_addresses_carry() -> None:
    params = dict.fromkeys(Item.values, "partly")
    asked = read(params)
    assert asked.filters == params
    assert read({}).filters == {}
    assert set(Item.values) < set(FILTERS)
    assert asked.without("data").encoded() == asked.encoded().replace("&data=partly", "")
    assert Query(code="yes", sort="oldest").encoded() == "?code=yes&sort=oldest"


def test_the_page_keeps_and_removes_the_filters(client: Client) -> None:
    three_papers()
    page = BeautifulSoup(client.get("/papers/?code=yes&data=no").content, "html.parser")
    chosen = {s["name"]: s.find("option", selected=True) for s in page.select("select")}
    assert {name: one["value"] for name, one in chosen.items() if one} == {
        "code": "yes", "data": "no",
    }  # fmt: skip
    links = {tag.get_text(" ", strip=True): tag["href"] for tag in page.select("a.tag")}
    assert links == {
        "Remove the filter code shared: yes ×": "/papers/?data=no",
        "Remove the filter data and its split: no ×": "/papers/?code=yes",
    }
    folds = [fold.has_attr("open") for fold in page.select("details.fold")]
    assert folds == [True, True]
    page = BeautifulSoup(client.get("/papers/?code=yes").content, "html.parser")
    assert [fold.has_attr("open") for fold in page.select("details.fold")] == [True, False]


def test_one_paper_and_three_take_the_same_number_of_queries(client: Client) -> None:
    cache.clear()
    with_standing(paper("One"), Standing.ANSWERED, shared=["code:yes"])
    client.get("/papers/")
    with CaptureQueriesContext(connection) as one:
        client.get("/papers/?code=yes")
    with_standing(paper("Two"), Standing.ANSWERED, shared=["code:yes"])
    with_standing(paper("Three"), Standing.ANSWERED, shared=["code:yes", "data:no"])
    client.get("/papers/")
    with CaptureQueriesContext(connection) as three:
        client.get("/papers/?code=yes")
    assert len(one) == len(three)


def test_an_index_knows_the_papers_of_which_something_is_said(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM registry_paper WHERE is_public AND shared <> '{}'"
            " AND shared @> ARRAY['code:no']::varchar[]"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "paper_shared" in plan


@pytest.mark.parametrize("words", [["code:maybe"], ["code:unknown"], ["yes"]])
def test_the_database_takes_no_other_word(words: list[str]) -> None:
    made = paper()
    with pytest.raises(IntegrityError, match="shared_in_known_words"), transaction.atomic():
        Paper.objects.filter(pk=made.pk).update(shared=words)
    assert all(len(word) <= 24 for word in WORDS)


# --- metadata ---------------------------------------------------------------------------------

LINK = "https://code.example/a"


def imported(**row: Any) -> list[str]:
    """Import a record; what is noted about it."""
    values = {"source": "list", "id": "1", "title": "On things", "authors": ["Ada Example"]} | row
    record = read_record(json.dumps(values).encode(), 1)
    load([record], timezone.now())
    return record.notes


def test_metadata_that_links_to_code_is_a_yes_until_somebody_says_something() -> None:
    assert imported(shared={"code": LINK, "data": "https://data.example/b"}) == []
    found = Paper.objects.get()
    assert found.shared == ["code:yes", "data:yes"]
    assert found.shared_links["code"] | {"at": ""} == {"url": LINK, "source": "list", "at": ""}
    with_standing(found, Standing.ANSWERED, shared=["code:no"])
    found.refresh_from_db()
    assert found.shared == ["code:no", "data:yes"]
    with_standing(found, Standing.NONE, now=NOW, report_count=0)
    found.refresh_from_db()
    assert found.shared == ["code:yes", "data:yes"]


def test_an_import_adds_links_and_changes_none() -> None:
    imported()
    assert Paper.objects.get().shared_links is None
    imported(shared={"code": LINK})
    before = Paper.objects.get()
    imported(shared={"code": "https://elsewhere.example", "models": "https://models.example"})
    found = Paper.objects.get()
    assert found.shared_links["code"] == before.shared_links["code"]
    assert found.shared == ["code:yes", "models:yes"]
    imported(shared={"code": LINK})
    assert Paper.objects.get().shared_links == found.shared_links


def test_an_import_does_not_speak_over_people() -> None:
    imported()
    with_standing(Paper.objects.get(), Standing.ANSWERED, shared=["code:no"])
    imported(shared={"code": LINK, "data": LINK})
    assert Paper.objects.get().shared == ["code:no", "data:yes"]


def test_a_paper_that_one_report_keeps_secret_gets_no_links() -> None:
    paper("Other things", public=False, doi="10.1234/a", names=["Bo Sample"])
    imported(doi="10.1234/a", shared={"code": LINK})
    assert Paper.objects.get().shared_links is None


def test_two_lines_of_one_paper_are_joined() -> None:
    lines = [
        {"source": "s", "id": "1", "title": "On things", "shared": {"code": LINK}},
        {"source": "s", "id": "1", "title": "On things", "shared": {"code": "https://x.example",
                                                                   "data": LINK}},
    ]  # fmt: skip
    load([read_record(json.dumps(line).encode(), 1) for line in lines], timezone.now())
    links = Paper.objects.get().shared_links
    assert {name: link["url"] for name, link in links.items()} == {"code": LINK, "data": LINK}


@pytest.mark.parametrize(
    ("shared", "note"),
    [
        ("yes", "what it shares is not an object of links and was left out"),
        ({"code": "javascript:alert(1)"}, "its link to code is no web address, left out"),
        ({"code": True}, "its link to code is no web address, left out"),
        ({"weather": LINK}, "“weather” is nothing that is shared and was left out"),
        (
            {"code": f"https://x.example/{'a' * 500}"},
            "its link to code is no web address, left out",
        ),
        ({"code": None}, "its link to code is no web address, left out"),
    ],
)
def test_what_is_no_link_is_left_out_and_said(shared: object, note: str) -> None:
    assert imported(shared=shared) == [note]
    assert Paper.objects.get().shared == []
