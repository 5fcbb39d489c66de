"""Rows of the report form: added, removed, brought back; without a script, in their order."""

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from reports import drafts
from reports.drafts import Typed
from reports.forms import rows
from reports.models import Report
from tests.reports.typed import make_user, signed_in


def form(*places: str) -> Typed:
    typed: Typed = {"claim-count": [str(len(places))]}
    return typed | {f"claim-{i}-place": [place] for i, place in enumerate(places)}


def places(typed: Typed) -> list[str]:
    return [drafts.first(typed, f"claim-{i}-place") for i in range(rows.count(typed, "claim"))]


@pytest.mark.parametrize("index", range(3))
def test_a_removed_row_comes_back_where_it_stood(index: int) -> None:
    typed = form("a", "b", "c") | {"address-0-email": ["x"]}
    removed = rows.remove(typed, "claim", index)
    assert places(removed) == [place for place in "abc" if place != "abc"[index]]
    back, anchor = rows.undo(removed)
    assert (back, anchor) == (typed, f"claim-{index}")


def test_the_only_row_comes_back_alone() -> None:
    removed = rows.remove(form("a") | {"claim-0-direction": ["lower"]}, "claim", 0)
    assert places(removed) == [""]
    on_the_page = removed | {"claim-0-place": [""], "claim-0-direction": ["higher"]}
    back, anchor = rows.undo(on_the_page)
    assert (places(back), anchor) == (["a"], "claim-0")
    assert back["claim-0-direction"] == ["lower"]


def test_an_empty_row_leaves_nothing_to_bring_back() -> None:
    assert drafts.REMOVED not in rows.remove(form("a", " "), "claim", 1)


def test_rows_stay_within_their_bound() -> None:
    full = form(*["x"] * rows.MOST["claim"])
    assert rows.count(rows.add(full, "claim"), "claim") == rows.MOST["claim"]
    removed = json.dumps({"kind": "claim", "index": 0, "fields": {"place": ["a"]}})
    kept = full | {drafts.REMOVED: [removed]}
    assert rows.undo(kept) == (kept, "")


@pytest.mark.parametrize(
    "removed",
    ["", "null", "[]", "{", "1", '"x"', '{"kind": "claim"}', "[" * 50_000,
     '{"kind": "form", "index": 0, "fields": {"place": ["a"]}}',
     '{"kind": "claim", "index": -1, "fields": {"place": ["a"]}}',
     '{"kind": "claim", "index": 99, "fields": {"place": ["a"]}}',
     '{"kind": "claim", "index": true, "fields": {"place": ["a"]}}',
     '{"kind": "claim", "index": 0, "fields": {"../x": ["a"], "place": "a"}}',
     '{"kind": ["claim"], "index": 0, "fields": {"place": ["a"]}}',
     '{"kind": "claim", "index": 0, "fields": []}'],
)  # fmt: skip
def test_a_made_up_removed_row_brings_nothing(removed: str) -> None:
    typed = form("a") | {drafts.REMOVED: [removed]}
    assert rows.last_removed(typed) is None
    assert rows.undo(typed) == (form("a"), "")


# --- through the pages ---------------------------------------------------------------------------


def sent(client: Client, do: str, **typed: str) -> Report:
    start = {"form_key": "k", "seen": ""}
    draft = Report.objects.first()
    if draft is not None:
        start["seen"] = drafts.fingerprint(draft.typed)
    client.post("/reports/new/", start | {"do": do} | typed)
    return Report.objects.get()


@pytest.mark.django_db
def test_a_removed_row_can_be_brought_back_until_the_next_save() -> None:
    client = signed_in(make_user())
    two = {name: values[0] for name, values in form("first", "second").items()}
    draft = sent(client, "remove-claim-0", **two)
    page = BeautifulSoup(client.get(f"/reports/{draft.pk}/edit/").content, "html.parser")
    place = page.find(id="claim-removed")
    assert place is not None
    assert " ".join(place.get_text().split()) == "Claim 1 is removed. Bring it back"
    hidden = page.find("input", attrs={"name": "removed"})
    assert hidden is not None
    shown = {"claim-count": "1", "claim-0-place": "second, mended", "removed": str(hidden["value"])}
    assert drafts.REMOVED in sent(client, "autosave", **shown).typed
    back = sent(client, "undo", **shown)
    assert places(back.typed) == ["first", "second, mended"]
    assert drafts.REMOVED not in sent(client, "save", **two, removed=shown["removed"]).typed
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_more_rows_than_a_report_has_are_refused_in_words() -> None:
    client = signed_in(make_user())
    draft = sent(client, "add-address", **{"address-count": "60"})
    page = client.get(f"/reports/{draft.pk}/edit/").content.decode()
    assert "A report has at most 60 of these rows." in page
    assert 'name="address-59-email"' in page
    assert 'name="address-60-email"' not in page
