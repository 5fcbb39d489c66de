"""The report form finds addresses in the paper's PDF, proposes them, and keeps nothing of it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry.author_addresses import NO_ROLE
from reports.forms import pdf_addresses
from reports.forms.pdf_addresses import aged
from reports.models import File, Report
from tests.registry.bibliography import pdfs
from tests.registry.builders import paper
from tests.reports.typed import complete, make_paper, make_user, signed_in

pytestmark = pytest.mark.django_db
NAMES = ["Ada Muster", "Bo J. Pröbe", "Chen Wei", "Françoise Élan-Offner"]
EMPTY = {f"address__0__{name}": "" for name in ("author", "email", "source", "source_url")}


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", data, "application/pdf")


def press(client: Client, data: bytes | None, path: str = "/reports/new/", **typed: Any) -> Any:
    form: dict[str, Any] = complete(None, **EMPTY) | {"do": "addresses"}
    if data is not None:
        form["pdf"] = upload(data)
    return client.post(path, form | typed)


def by_hand(*names: str) -> dict[str, str]:
    return {"authors": "\n".join(names)}


def messages_of(client: Client, report: Report) -> list[str]:
    page = BeautifulSoup(client.get(f"/reports/{report.pk}/edit/").content, "html.parser")
    return [message.get_text() for message in page.select(".message")]


def row(report: Report, index: int) -> dict[str, str]:
    start = f"address-{index}-"
    return {
        name.removeprefix(start): values[0]
        for name, values in report.typed.items()
        if name.startswith(start)
    }


def refused(response: Any) -> str:
    """The sentence beside the field, with what was typed still there."""
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    field = page.find("input", id="id_pdf")
    assert field is not None and field["aria-invalid"] == "true"
    sentence = page.find(id=str(field["aria-describedby"]).split()[-1])
    assert sentence is not None
    assert [link["href"] for link in page.select("#problems a")] == ["#id_pdf"]
    assert page.find(id="id_summary").get_text().strip() == "We ran `train.sh` three times."
    assert Report.objects.get().typed["summary"] == ["We ran `train.sh` three times."]
    return sentence.get_text()


def test_addresses_become_rows_with_their_line() -> None:
    client = signed_in(make_user())
    response = press(client, pdfs.made("two_columns"), **by_hand(*NAMES))
    report = Report.objects.get()
    assert response["Location"] == f"/reports/{report.pk}/edit/"
    assert report.typed["address-count"] == ["4"]
    rows = [row(report, i) for i in range(4)]
    assert [(one["author"], one["email"], one["source"]) for one in rows] == [
        ("Ada Muster", "ada.muster@lab.example.org", "first page of the paper's PDF, line 5"),
        ("Bo J. Pröbe", "bproebe@lab.example.org", "first page of the paper's PDF, line 5"),
        ("Chen Wei", "chenwei@cs.made-up.example", "first page of the paper's PDF, line 6"),
        (
            "Françoise Élan-Offner",
            "f.elan-offner@fi.example",
            "first page of the paper's PDF, line 6",
        ),
    ]
    first, *others = messages_of(client, report)
    assert first.startswith(
        "Filled in below from the PDF, for you to look at: ada.muster@lab.example.org for Ada "
        "Muster (given name and family name); "
    )
    office = f"Not proposed: office@lab.example.org (page 1, line 38), because {NO_ROLE}."
    assert office in others


def test_nothing_of_the_pdf_is_kept() -> None:
    client = signed_in(make_user())
    press(client, pdfs.made("two_columns"), **by_hand(*NAMES))
    assert not File.objects.exists()
    assert "pdf" not in Report.objects.get().typed
    assert "Frobnication" not in str(Report.objects.get().typed)


def test_a_proposed_address_waits_until_the_reporter_has_looked() -> None:
    client = signed_in(make_user())
    known = paper("Frobnicating", names=NAMES)
    press(client, pdfs.made("two_columns"), paper=str(known.pk))
    report = Report.objects.get()
    path = f"/reports/{report.pk}/edit/"
    page = BeautifulSoup(client.get(path).content, "html.parser")
    ticks = page.select("input[type=checkbox][name$=-confirmed]")
    assert [tick["name"] for tick in ticks] == [f"address-{i}-confirmed" for i in range(4)]
    form = {name: values[0] for name, values in report.typed.items()}
    seen = page.find("input", attrs={"name": "seen"})
    assert seen is not None
    form["seen"] = str(seen["value"])
    response = client.post(path, form | {"do": "preview"})
    assert response.status_code == 422
    problems = BeautifulSoup(response.content, "html.parser").select("#problems a")
    assert [link["href"] for link in problems] == [f"#id_address-{i}-confirmed" for i in range(4)]
    confirmed = {f"address-{i}-confirmed": "on" for i in range(4)}
    assert client.post(path, form | confirmed | {"do": "preview"}).status_code == 302


def test_a_row_that_a_person_wrote_asks_for_no_tick() -> None:
    client = signed_in(make_user())
    page = client.get("/reports/new/").content.decode()
    assert "-confirmed" not in page and "-proposed" not in page
    assert client.post(
        "/reports/new/", complete(make_paper()) | {"do": "preview"}
    ).status_code == 302  # fmt: skip


def test_what_was_typed_stays_and_comes_first() -> None:
    client = signed_in(make_user())
    typed = {
        "address-count": "2", "address-0-author": "Ada Muster",
        "address-0-email": "Ada.Muster@LAB.example.org", "address-0-source": "Her page",
    }  # fmt: skip
    press(client, pdfs.made("two_columns"), **by_hand(*NAMES), **typed)
    report = Report.objects.get()
    assert row(report, 0)["source"] == "Her page"
    assert "proposed" not in row(report, 0)
    assert [row(report, i)["author"] for i in (1, 2, 3)] == NAMES[1:]
    assert report.typed["address-count"] == ["4"]


def test_a_second_press_adds_nothing() -> None:
    client = signed_in(make_user())
    for _ in range(2):  # the same page sent twice
        press(client, pdfs.made("two_columns"), **by_hand(*NAMES))
    report = Report.objects.get()
    assert report.typed["address-count"] == ["4"]
    form = {name: values[0] for name, values in report.typed.items()}
    again = form | {"do": "addresses", "pdf": upload(pdfs.made("two_columns"))}
    client.post(f"/reports/{report.pk}/edit/", again)
    before = report.typed
    report.refresh_from_db()
    assert report.typed == before
    assert pdf_addresses.KNOWN in messages_of(client, report)


def test_whose_an_address_is_the_reporter_says_where_it_cannot_be_told() -> None:
    client = signed_in(make_user())
    text = "smith@x.example, kx7@y.example and ada@z.example"
    press(client, pdfs.paper(text), **by_hand("John Smith", "Jane Smith", "Ada Muster"))
    report = Report.objects.get()
    assert [(row(report, i)["author"], row(report, i)["email"]) for i in range(3)] == [
        ("Ada Muster", "ada@z.example"), ("", "smith@x.example"), ("", "kx7@y.example"),
    ]  # fmt: skip
    assert (
        "Whose address this is cannot be told, so write it, or remove the row: smith@x.example "
        "(it may be of John Smith or Jane Smith); kx7@y.example."
    ) in messages_of(client, report)


def test_of_two_authors_of_one_name_the_number_is_filled_in() -> None:
    client = signed_in(make_user())
    names = by_hand("Wei Zhang", "Ada Muster", "Wei Zhang")
    press(client, pdfs.paper("Ada Muster, ada@z.example", "and w.zhang@z.example"), **names)
    report = Report.objects.get()
    assert [row(report, i)["author"] for i in range(2)] == ["Ada Muster", ""]


def test_without_authors_that_is_said() -> None:
    client = signed_in(make_user())
    press(client, pdfs.made("two_columns"))
    report = Report.objects.get()
    assert {row(report, i)["author"] for i in range(4)} == {""}
    assert pdf_addresses.NO_AUTHORS in messages_of(client, report)


def test_a_guess_is_said_in_its_source() -> None:
    client = signed_in(make_user())
    press(client, pdfs.paper("Paper", "1ada.muster@z.example"), **by_hand(*NAMES))
    source = row(Report.objects.get(), 0)["source"]
    assert source == "first page of the paper's PDF, line 2, printed “1ada.muster@z.example”"


def test_more_addresses_than_rows_are_named() -> None:
    client = signed_in(make_user())
    lines = [f"a{n}@x.example" for n in range(63)]
    press(client, pdfs.paper(*lines), **by_hand(*NAMES))
    report = Report.objects.get()
    assert report.typed["address-count"] == ["60"]
    assert any(
        message.startswith("A report has at most 60 addresses: there is no room for a60@x.example")
        for message in messages_of(client, report)
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, pdf_addresses.CHOOSE),
        (b"", "This file is empty"),
        (b"PK\3\4word/document.xml", "This is no PDF"),
        (b"%PDF-1.4 and nothing more", "This PDF is damaged"),
        (pdfs.scan(), "This PDF holds pictures of pages"),
        (pdfs.locked(pdfs.paper(pdfs.SOMETHING), password="x"), "This PDF is locked"),
        (pdfs.paper("A paper without any address on its first page"), pdf_addresses.NONE),
        (pdfs.endless_tree(), "This PDF is damaged"),
    ],
    ids=["none", "empty", "no PDF", "half", "scan", "locked", "no address", "hostile"],
)
def test_what_cannot_be_read_is_told_beside_the_field(data: bytes | None, sentence: str) -> None:
    assert refused(press(signed_in(make_user()), data)).startswith(sentence)


def test_a_pattern_for_addresses_is_named_and_not_filled_in() -> None:
    response = press(signed_in(make_user()), pdfs.paper("Write to firstname.lastname@x.example"))
    assert "Not proposed: firstname.lastname@x.example (page 1, line 1), because" in refused(
        response
    )


def test_a_bomb_ends_within_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_addresses, "SECONDS", 1)
    response = press(signed_in(make_user()), pdfs.bomb())
    assert refused(response).startswith("Reading this PDF takes more time or memory")


def test_one_that_is_too_large_is_told_of_and_the_words_stay() -> None:
    response = press(signed_in(make_user()), b"%PDF-1.4\n" + b"0" * 20 * 1024 * 1024)
    assert refused(response).startswith("A PDF has at most 10 MB")


def test_a_pdf_sent_with_another_button_is_not_read_and_that_is_said() -> None:
    client = signed_in(make_user())
    press(client, pdfs.made("two_columns"), do="save", **by_hand(*NAMES))
    report = Report.objects.get()
    assert report.typed["address-count"] == ["1"]
    assert pdf_addresses.NOT_READ in messages_of(client, report)


def test_somebody_signed_out_loses_no_word_and_reads_no_pdf(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*args: object, **words: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pdf_addresses, "propose", read)
    client = Client()
    page = client.get("/reports/new/").content.decode()
    assert 'name="pdf"' not in page and "Once you have signed in" in page
    answer = press(client, pdfs.made("two_columns"), form_key="k")
    assert answer.status_code == 302
    assert client.session["typed_reports"]["k"]["typed"]["hours"] == ["12.5"]


@pytest.mark.parametrize(
    ("year", "says"), [(None, False), (2026, False), (2022, False), (2021, True), (2012, True)]
)
def test_an_old_paper_is_said_to_have_old_addresses(year: int | None, says: bool) -> None:
    words = aged(year, 2026)
    assert bool(words) is says
    if says:
        assert words.startswith(f"This paper is from {year}: addresses of that time often fail.")


def test_the_age_stands_beside_the_addresses_of_a_chosen_paper_and_of_a_typed_one() -> None:
    client = signed_in(make_user())
    old = paper("Old Widgets", year=2012)
    for form in ({"paper": str(old.pk)}, {"paper": "hand", "year": "2012"}):
        Report.objects.all().delete()
        answer = client.post("/reports/new/", complete(None) | form | {"do": "save"})
        authors = BeautifulSoup(client.get(answer["Location"]).content, "html.parser").find(
            id="authors"
        )
        assert authors is not None
        assert "This paper is from 2012: addresses of that time often fail." in authors.get_text()
    new = client.post("/reports/new/", complete(make_paper()) | {"do": "save", "form_key": "n"})
    assert "addresses of that time" not in client.get(new["Location"]).content.decode()
