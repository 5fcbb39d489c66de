"""The row of a claim in the form: pasted values, a file of them, and per cent beside fractions."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports.models import Report
from reports.views import writing
from tests.reports.typed import complete, make_paper, make_user, problems, signed_in, submit

pytestmark = pytest.mark.django_db

TICK = {"claim-0-one_unit": "on"}


def row(**changes: str) -> dict[str, str]:
    """A complete form whose first claim is changed."""
    return complete(make_paper(), **{f"claim__0__{name}": value for name, value in changes.items()})


def file_of(text: str | bytes, name: str = "runs.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def test_a_pasted_table_is_read_by_the_metric_or_the_column_that_is_named() -> None:
    table = "seed,accuracy,f1\n1,90.1,88\n2,90.5,87\n3,89.9,89\n"
    user = make_user()
    client = signed_in(user)
    report = submit(client, row(runs=table))
    assert report.claims.get().runs == [90.1, 90.5, 89.9]
    report = submit(client, row(runs=table, column="f1", metric="F1, %") | {"form_key": ""})
    assert report.claims.get().runs == [88.0, 87.0, 89.0]
    (sentence,) = problems(row(runs=table, metric="R²"), user)
    assert sentence.endswith("holds your values: “seed”, “accuracy”, “f1”.")


def test_a_fraction_beside_per_cent_is_asked_back_until_it_is_said_to_be_right() -> None:
    user = make_user()
    client = signed_in(user)
    form = row(runs="0.901 0.905 0.899")
    answer = client.post("/reports/new/", form | {"do": "preview"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    tick = page.find("input", {"name": "claim-0-one_unit"})
    assert tick is not None
    assert tick["type"] == "checkbox"
    (problem,) = page.select("#problems li")
    assert problem.get_text() == (
        "Claim 1: These are in one unit as written: The claim is 93.1 and your mean 0.901667: one "
        "looks like per cent and the other like a fraction. If your mean is 90.1667 in the unit "
        "of the claim, write your values so; if 0.901667 is right, tick “these are in one unit as "
        "written”."
    )
    assert problem.a is not None
    assert problem.a["href"] == f"#{tick['id']}"
    assert "0.901 0.905 0.899" in page.select_one("textarea[name=claim-0-runs]").text
    report = submit(client, form | TICK)
    assert report.claims.get().runs == [0.901, 0.905, 0.899]


def test_the_tick_is_shown_only_where_it_is_asked_for_or_ticked() -> None:
    user = make_user()
    client = signed_in(user)
    assert b"claim-0-one_unit" not in client.get("/reports/new/").content
    page = client.post("/reports/new/", row() | TICK | {"do": "save"}, follow=True).content
    tick = BeautifulSoup(page, "html.parser").find("input", {"name": "claim-0-one_unit"})
    assert tick is not None
    assert tick.has_attr("checked")


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"runs": "", "mean": "0.902", "n": "3", "spread": "0.002"}, 1),
        ({"tolerance": "0.005"}, 1),
        ({"claimed": "0.931", "runs": "0.20 0.31", "tolerance": "0.5", "metric": "F1"}, 1),
        ({"runs": "0.901 90.5 0.899"}, 1),
        ({"metric": "training loss", "claimed": "2.3", "runs": "0.023", "tolerance": "0.1"}, 0),
        ({"tolerance": "0"}, 0),
    ],
)
def test_what_is_asked_about_passes_with_the_tick(changes: dict[str, str], count: int) -> None:
    user, form = make_user(), row(**changes)
    sentences = problems(form, user)
    assert len(sentences) == count
    assert all("if" in sentence and "tick “these are" in sentence for sentence in sentences)
    assert problems(form | TICK, user) == []


def saved_runs(client: Client, form: dict[str, object], do: str = "save") -> tuple[int, str]:
    answer = client.post("/reports/new/", form | {"do": do})
    typed = Report.objects.latest("pk").typed
    return answer.status_code, typed["claim-0-runs"][0]


def test_a_files_text_is_in_the_field_after_each_button() -> None:
    user = make_user()
    client = signed_in(user)
    for number, do in enumerate(["save", "preview", "find", "add-claim"]):
        form = row(runs="") | {"form_key": f"4f9d2a52-0000-4000-8000-00000000010{number}"}
        file = file_of("\ufeffseed,accuracy\n1,90.1\n2,90.5\n")
        assert saved_runs(client, form | {"claim-0-file": file}, do) == (
            302, "seed,accuracy\r\n1,90.1\r\n2,90.5"
        )  # fmt: skip
    page = client.get(f"/reports/{Report.objects.latest('pk').pk}/edit/").content
    shown = BeautifulSoup(page, "html.parser").select_one("textarea[name=claim-0-runs]")
    assert shown is not None
    assert shown.text.split() == ["seed,accuracy", "1,90.1", "2,90.5"]


def test_the_form_is_sent_with_its_files() -> None:
    page = BeautifulSoup(signed_in(make_user()).get("/reports/new/").content, "html.parser")
    assert page.select_one("#report-form")["enctype"] == "multipart/form-data"
    (field, template) = page.find_all("input", {"type": "file", "data-fills": "runs"})
    assert (field["name"], template["name"]) == ("claim-0-file", "claim-__row__-file")


def test_what_was_typed_stays_above_the_text_and_twice_is_once() -> None:
    user = make_user()
    client = signed_in(user)
    whole = "93.1\r\n93.2\r\n93.4"
    form = row(runs="93.1")
    for typed in ("93.1", "93.1", whole):  # a double click, and the file chosen once more
        file = {"claim-0-runs": typed, "claim-0-file": file_of("93.2\n93.4")}
        assert saved_runs(client, form | file) == (302, whole)
    assert Report.objects.count() == 1


def test_files_of_other_encodings_are_read() -> None:
    user = make_user()
    client = signed_in(user)
    for number, content in enumerate(
        ["Genauigkeit über alles\n90,1".encode(code) for code in ("utf-8", "utf-16", "cp1252")]
    ):
        form = row(runs="") | {"form_key": f"4f9d2a52-0000-4000-8000-00000000020{number}"}
        runs = "Genauigkeit über alles\r\n90,1"
        assert saved_runs(client, form | {"claim-0-file": file_of(content)}) == (302, runs)


@pytest.mark.parametrize("do", ["save", "preview"])
@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"PK\x03\x04\x00", "runs.xlsx", 422, "“runs.xlsx” is none of .csv, .tsv, .json"),
        (b"PK\x03\x04\x00", "runs.csv", 422, "“runs.csv” is no text"),
        (b" \n", "runs.txt", 422, "“runs.txt” is empty"),
        (b"93.1\n" * 200_001, "runs.txt", 413, "“runs.txt” is larger than 1 MB"),
        (b"93.1", "<b>x.exe", 422, "“&lt;b&gt;x.exe” is none of"),
    ],
)
def test_a_file_without_numbers_is_left_out_and_all_else_is_kept(
    do: str, content: bytes, name: str, status: int, words: str
) -> None:
    client = signed_in(make_user())
    form = row(runs="93.1 90.2") | {"do": do, "claim-0-file": file_of(content, name)}
    answer = client.post("/reports/new/", form)
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "All else is saved." in page
    assert 'value="Table 2, row 3"' in page
    assert Report.objects.get().typed["claim-0-runs"] == ["93.1 90.2"]


def test_files_beyond_what_the_form_can_hold_are_left_out() -> None:
    client = signed_in(make_user())
    files = {f"claim-{i}-file": file_of(f"{i}\n" + "0.931\n" * 160_000) for i in range(3)}
    answer = client.post("/reports/new/", row(runs="") | files | {"do": "save", "claim-count": "3"})
    assert answer.status_code == 413
    assert "is too large for this form" in answer.content.decode()
    typed = Report.objects.get().typed
    assert typed["claim-0-runs"][0].startswith("0\r\n0.931")
    assert "claim-1-runs" not in typed


def test_a_files_text_goes_through_the_sign_in() -> None:
    client = Client()
    form = row(runs="") | {"do": "save", "claim-0-file": file_of("93.1\n93.4")}
    client.post("/reports/new/", form)
    (key,) = client.session[writing.drafts.SESSION_KEY]
    typed = client.session[writing.drafts.SESSION_KEY][key]["typed"]
    assert typed["claim-0-runs"] == ["93.1\r\n93.4"]
    answer = client.post("/reports/new/", form | {"claim-0-file": file_of(b"\0", "x.csv")})
    assert answer.status_code == 302
    assert "“x.csv” is no text" in client.get(answer["Location"]).content.decode()


def test_a_file_of_a_row_that_no_form_has_is_nothing() -> None:
    client = signed_in(make_user())
    files = {"claim-30-file": file_of("1"), "claim-x-file": file_of("1"), "other": file_of("1")}
    answer = client.post("/reports/new/", row() | files | {"do": "save"})
    assert answer.status_code == 302
    typed = Report.objects.get().typed
    assert not [name for name in typed if name.startswith(("claim-30", "claim-x", "other"))]
