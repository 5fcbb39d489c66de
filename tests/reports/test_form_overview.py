"""How far the form is, the guide beside its fields, and what saving by itself answers."""

import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client

from reports import drafts
from reports.forms.guide import GUIDES
from reports.forms.sections import SECTIONS
from reports.models import Report
from tests.reports.typed import (
    NOW,
    by_hand,
    checked,
    complete,
    make_paper,
    make_user,
    signed_in,
    submitted,
)

pytestmark = pytest.mark.django_db


def page_of(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def overview(page: BeautifulSoup) -> list[str]:
    found = page.find(id="overview")
    assert isinstance(found, Tag)
    return [re.sub(r"\s*in .*", "", " ".join(row.get_text().split())) for row in found("li")]


# --- how far it is -------------------------------------------------------------------------------


def test_every_field_stands_in_one_section() -> None:
    whole = checked(complete(make_paper()))
    named = [name for section in SECTIONS for name in (*section.main, *section.person)]
    assert sorted(named) == sorted([*whole.main.fields, *whole.person.fields])
    assert {section.rows for section in SECTIONS} == {"", "claim", "evidence", "address"}


def test_the_overview_says_what_lacks_before_it_is_asked_for_and_leads_there() -> None:
    page = page_of(Client(), "/reports/new/")
    assert overview(page) == [
        "The paper 1 missing", "What you tried 5 missing", "Results 1 missing",
        "Outcome 1 missing", "Evidence 1 missing", "The authors' addresses 1 missing",
        "You 5 missing", "Preview",
    ]  # fmt: skip
    assert page.find(id="problems") is None
    assert page.select(".bad, [aria-invalid]") == []
    for link in page.select("#overview a"):
        assert page.find(id=str(link["href"]).removeprefix("#")) is not None


def test_a_complete_form_is_told_so() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", complete(make_paper()) | {"do": "save"})
    page = page_of(client, f"/reports/{Report.objects.get().pk}/edit/")
    assert [row.partition(" complete")[1] for row in overview(page)[:-1]] == [" complete"] * 7


def test_every_sentence_leads_to_its_field_and_every_field_names_its_sentence() -> None:
    client = signed_in(make_user())
    answer = client.post("/reports/new/", {"form_key": "k", "claim-0-place": "p", "do": "preview"})
    page = BeautifulSoup(answer.content, "html.parser")
    links = page.select("#problems a")
    assert len(links) > 15
    for link in links:
        target = page.find(id=str(link["href"]).removeprefix("#"))
        assert target is not None, link
        if target.name in ("input", "textarea", "select") and target.get("type") != "checkbox":
            assert target["aria-invalid"] == "true"
        if target.name != "section":
            ids = str(target["aria-describedby"]).split()
            assert all(page.find(id=one) is not None for one in ids)
            assert ids[-1].endswith("_error")


def test_the_place_asks_for_the_page_of_the_version_that_was_named() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "version": "<b>arXiv  v2</b>", "do": "save"})
    page = page_of(client, f"/reports/{Report.objects.get().pk}/edit/")
    hint = page.find(id="id_claim-0-place_helptext")
    assert hint is not None
    assert hint.get_text().startswith("Page, and table, figure or section, in <b>arXiv v2</b>:")


def test_the_name_shown_is_the_one_of_the_last_report() -> None:
    user = make_user()
    submitted(user, complete(make_paper(), shown_as="A careful reader"))
    page = page_of(signed_in(user), "/reports/new/")
    field = page.find(id="id_shown_as")
    assert field is not None
    assert field["value"] == "A careful reader"
    other = page_of(signed_in(make_user("o@example.org")), "/reports/new/").find(id="id_shown_as")
    assert other is not None
    assert other.get("value") is None


# --- the guide -----------------------------------------------------------------------------------


def test_every_guide_stands_beside_a_field_and_says_whose_it_is() -> None:
    page = page_of(Client(), "/reports/new/")
    for template in page.find_all("template"):
        template.decompose()
    guides = page.select("details.guide")
    words = [" ".join(guide.summary.get_text().split()) for guide in guides if guide.summary]
    assert len(words) == len(set(words)) == len(GUIDES) - 1  # one is for a second report
    for guide in guides:
        assert [one.get_text() for one in guide.find_all("dt")] == ["Good", "Not so"]


def test_every_field_that_can_be_missing_has_a_guide() -> None:
    """But for names, ticks, and what a row of its own says."""
    plain = {
        "paper", "name", "affiliation", "orcid", "licence", "no_address", "again", "title", "venue",
        "year", "url", "bibtex", "familiarity", "causes", "claim.direction", "claim.mean",
        "claim.spread", "claim.n", "claim.column", "claim.file", "claim.one_unit",
        "evidence.kind", "address.source_url", "address.corresponding",
        "address.language", "address.proposed", "address.confirmed",
    }  # fmt: skip
    whole = checked(by_hand())
    fields = {*whole.main.fields, *whole.person.fields}
    for kind, forms in (
        ("claim", whole.claims), ("evidence", whole.evidence), ("address", whole.addresses),
    ):  # fmt: skip
        fields |= {f"{kind}.{name}" for name in forms[0].fields}
    assert set(GUIDES) <= fields
    assert sorted(fields - set(GUIDES) - plain) == []


# --- saving by itself ----------------------------------------------------------------------------


def saved(client: Client, page: str = "/reports/new/", **typed: str) -> dict[str, Any]:
    answer = client.post(page, {"form_key": "k", "do": "autosave"} | typed)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_saving_by_itself_tells_the_hour_of_the_site_and_how_far_it_is() -> None:
    client = signed_in(make_user())
    with time_machine.travel(NOW, tick=False):
        answer = saved(client, mode="re-run")
    assert answer["words"] == "Saved at 12:00 UTC."
    assert "4 missing" in answer["overview"]
    assert answer["form_key"] == "k"


def test_two_windows_that_save_by_themselves_leave_two_drafts_and_no_more() -> None:
    user = make_user()
    left, right = signed_in(user), signed_in(user)
    start = saved(left, summary="start")
    at: dict[Client, dict[str, Any]] = {left: start, right: start}
    for turn in range(5):
        for window, name in ((left, "left"), (right, "right")):
            here = at[window]
            at[window] = saved(
                window, here["address"], seen=here["seen"], form_key=here["form_key"],
                summary=f"{name} {turn}",
            )  # fmt: skip
    assert sorted(report.typed["summary"][0] for report in Report.objects.all()) == [
        "left 4", "right 4",
    ]  # fmt: skip
    assert at[left]["address"] != at[right]["address"]


def test_the_window_that_comes_second_is_told_where_both_texts_are() -> None:
    client = signed_in(make_user())
    start = saved(client, summary="start")
    first = Report.objects.get()
    saved(client, start["address"], seen=start["seen"], summary="left")
    words = saved(client, start["address"], seen=start["seen"], summary="right")["words"]
    second = Report.objects.exclude(pk=first.pk).get()
    assert words.endswith(
        f"Another window saved other text in draft {first.pk}: what you type here is draft "
        f"{second.pk} now."
    )


def test_text_that_was_submitted_in_another_window_is_told_so() -> None:
    user = make_user()
    client = signed_in(user)
    report = submitted(user, complete(make_paper()))
    page = f"/reports/{report.pk}/edit/"
    same = {name: values[0] for name, values in report.typed.items()}
    assert saved(client, page, **same) == {
        "words": f"Report {report.pk} is submitted already; what you see is in it.",
        "over": True,
    }
    other = saved(client, page, **(same | {"summary": "Something else"}))
    draft = Report.objects.get(state="draft")
    assert f"this is draft {draft.pk} now." in other["words"]
    assert other["address"] == f"/reports/{draft.pk}/edit/"
    assert other["seen"] == drafts.fingerprint(draft.typed)
