"""A BibTeX entry pasted into the report form fills in the paper, and never what was typed."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from reports.models import Report
from tests.registry.builders import paper
from tests.reports.typed import complete, make_user, signed_in, submit

pytestmark = pytest.mark.django_db
ENTRY = r"""@article{muster2024,
  title = {Frobnicating {W}idgets of M{\"u}nster},
  author = {Muster, Ada and Wang, Xiaoming},
  journal = {Journal of Made-up Things}, year = {2024},
  eprint = {2401.01234v2}, archiveprefix = {arXiv}, doi = {10.1234/fict.17},
}"""


def press(client: Client, **typed: str) -> Report:
    form = {"form_key": "k", "bibtex": ENTRY, "do": "bibtex"} | typed
    answer = client.post("/reports/new/", form)
    draft = Report.objects.get()
    assert answer["Location"] == f"/reports/{draft.pk}/edit/#by-hand"
    return draft


def test_an_entry_fills_in_the_paper() -> None:
    typed = press(signed_in(make_user())).typed
    assert {name: typed[name][0] for name in ("title", "authors", "venue", "year", "version")} == {
        "title": "Frobnicating Widgets of Münster",
        "authors": "Ada Muster\nXiaoming Wang",
        "venue": "Journal of Made-up Things",
        "year": "2024",
        "version": "arXiv v2",
    }
    assert typed["identifiers"] == ["10.1234/fict.17\narxiv:2401.01234"]
    assert (typed["paper"], typed["bibtex"]) == (["hand"], [ENTRY])


def test_a_report_on_a_paper_of_an_entry_is_submitted() -> None:
    client = signed_in(make_user())
    filled = {name: values[0] for name, values in press(client).typed.items()}
    hand = {name: filled[name] for name in
            ("title", "authors", "venue", "year", "identifiers", "bibtex")}  # fmt: skip
    report = submit(client, complete(None) | hand)
    assert report.paper is not None
    assert report.paper.stated == ["doi:10.1234/fict.17", "arxiv:2401.01234"]
    assert report.paper.names == "Ada Muster; Xiaoming Wang"


def test_what_was_typed_stays_and_that_is_said() -> None:
    client = signed_in(make_user())
    draft = press(client, title="My title", year="2024")
    assert draft.typed["title"] == ["My title"]
    page = client.get(f"/reports/{draft.pk}/edit/").content.decode()
    assert "What was typed stays: title." in page


def test_a_known_paper_is_chosen_and_a_secret_one_is_not() -> None:
    paper("Secret", public=False, arxiv="2401.01234")
    client = signed_in(make_user())
    assert press(client).typed["paper"] == ["hand"]
    Report.objects.all().delete()
    known = paper("Frobnicating Widgets", doi="10.1234/fict.17")
    draft = press(client)
    assert draft.typed["paper"] == [str(known.pk)]
    page = client.get(f"/reports/{draft.pk}/edit/").content.decode()
    assert "A paper with this identifier is known here: it is chosen now." in page


def test_an_entry_that_cannot_be_read_is_kept_and_told_beside_its_field() -> None:
    client = signed_in(make_user())
    broken = "@article{a,\n title={b}\n year=2000}"
    form = {"form_key": "k", "bibtex": broken, "title": "Typed", "do": "bibtex"}
    answer = client.post("/reports/new/", form)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    field = page.find("textarea", id="id_bibtex")
    assert field is not None
    assert field["aria-invalid"] == "true"
    sentence = page.find(id=str(field["aria-describedby"]).split()[-1])
    assert sentence is not None
    assert sentence.get_text().startswith("Line 2: the comma at the end of the field title")
    summary = page.select("#problems a")
    assert [link["href"] for link in summary] == ["#id_bibtex"]
    assert Report.objects.get().typed["bibtex"] == [broken.replace("\n", "\n")]
    assert Report.objects.get().typed["title"] == ["Typed"]


def test_somebody_signed_out_loses_no_entry() -> None:
    client = Client()
    client.post("/reports/new/", {"form_key": "k", "bibtex": "@article{", "do": "bibtex"})
    assert client.session["typed_reports"]["k"]["typed"]["bibtex"] == ["@article{"]
