"""The table of what is shared on the pages: asked of reporters and authors, shown to everybody who
may see the report."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.shared import Item
from reports import links
from reports.models import Answer, Report, Statement
from tests.reports import stages
from tests.reports.stages import DAY, NOW, said
from tests.reports.typed import complete, make_paper, make_user, problems, signed_in, submit

pytestmark = pytest.mark.django_db

LINK = "https://code.example/a"
BAD = '<script>alert(1)</script>"><img src=x>'


def soup(response: Any, status: int = 200) -> Tag:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser").main


def words(main: Tag | None) -> str:
    assert main is not None
    return " ".join(main.get_text(" ").split())


def chosen(main: Tag) -> dict[str, str]:
    """What is chosen in the table, beside unknown."""
    boxes = main.select('.shared input[type="radio"][checked]')
    return {box["name"]: box["value"] for box in boxes if box["value"] != "unknown"}


# --- the report form ------------------------------------------------------------------------


def test_the_form_asks_for_every_item_and_nothing_has_to_be_said() -> None:
    main = soup(Client().get("/reports/new/"))
    rows = main.select("#shared tbody tr")
    assert len(rows) == len(Item) == 10
    for row in rows:
        group = row.fieldset
        boxes = group.select('input[type="radio"]')
        assert [box["value"] for box in boxes] == ["yes", "partly", "no", "unknown"]
        assert [box.has_attr("checked") for box in boxes] == [False, False, False, True]
        assert all(box.parent.name == "label" for box in boxes)
        head = row.th.get_text(" ", strip=True).split("  ")[0]
        assert head.startswith(group.legend.get_text().partition(":")[0])
        note = row.select_one('input[type="text"]')
        assert main.select_one(f'label[for="{note["id"]}"]') is not None
    assert problems(complete(make_paper())) == []


def test_a_draft_keeps_it_as_typed_and_the_preview_shows_it_and_submission_writes_rows() -> None:
    user = make_user()
    client = signed_in(user)
    typed = {
        "shared-code": "partly", "shared-code_note": f"{LINK} no training",
        "shared-data": "no", "shared-seeds": "unknown",
    }  # fmt: skip
    form = complete(make_paper()) | typed
    page = client.post("/reports/new/", form | {"do": "save"}, follow=True)
    main = soup(page)
    assert chosen(main) == {"shared-code": "partly", "shared-data": "no"}
    assert main.select_one("#id_shared-code_note")["value"] == f"{LINK} no training"
    assert Statement.objects.count() == 0
    report = Report.objects.get()
    answer = client.post(f"/reports/{report.pk}/edit/", form | {"do": "preview"})
    preview = soup(client.get(answer["Location"]))
    assert "Code partly https://code.example/a no training A careful reader" in words(preview)
    assert preview.find("a", href=LINK)["rel"] == ["nofollow", "noopener", "ugc"]
    assert Statement.objects.count() == 0
    submit(client, form)
    rows = Statement.objects.values_list("item", "value", "url", "note", "contact", "name")
    assert list(rows) == [
        ("code", "partly", LINK, "no training", None, ""),
        ("data", "no", "", "", None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("shared-code", "maybe", "Choose yes, partly, no or unknown."),
        ("shared-code_note", "https://x", "Write the whole web address, for example https://"),
        ("shared-code_note", "w" * 301, "Beside the link at most 300 characters: this has 301."),
        ("shared-code_note", f"https://x.example/{'w' * 500}", "A link has at most 500 characters"),
        ("shared-code_note", "w" * 900, "At most 800 characters: this has 900."),
    ],
)
def test_what_cannot_be_stored_is_said_and_nothing_is_cut(
    name: str, value: str, sentence: str
) -> None:
    client = signed_in(make_user())
    form = complete(make_paper()) | {name: value, "do": "preview"}
    main = soup(client.post("/reports/new/", form), status=422)
    (problem,) = main.select("#problems li")
    assert sentence in problem.get_text()
    assert main.find(id=problem.a["href"][1:]) is not None
    assert Report.objects.get().typed[name] == [value]
    if name.endswith("_note"):
        assert main.find(id=f"id_{name}")["value"] == value


def test_a_returned_report_says_anew_only_what_was_changed() -> None:
    user = make_user()
    client = signed_in(user)
    form = complete(make_paper()) | {"shared-code": "no", "shared-data": "no"}
    report = submit(client, form)
    first = Statement.objects.latest("pk")
    stages.services.return_report(
        report_id=report.pk, moderator=stages.moderator(), reason="Which row?", now=NOW
    )
    edit = client.get(f"/reports/{report.pk}/edit/").content.decode()
    seen = edit.split('name="seen" value="')[1].split('"')[0]
    changed = form | {"shared-code": "yes", "shared-data": "no", "do": "preview", "seen": seen}
    answer = client.post(f"/reports/{report.pk}/edit/", changed)
    preview = client.get(answer["Location"]).content.decode()
    seen = preview.split('name="seen" value="')[1].split('"')[0]
    client.post(answer["Location"], {"seen": seen})
    rows = Statement.objects.filter(pk__gt=first.pk).values_list("item", "value")
    assert list(rows) == [("code", "yes")]


# --- who sees it ------------------------------------------------------------------------------


def test_the_page_of_a_paper_shows_both_sides_with_who_and_since_when(client: Client) -> None:
    report = stages.answered(
        shared=[said("no", "", "The link is dead."), said("partly", item="seeds")]
    )
    stages.share(report, said("yes", LINK, "since Monday"), at=NOW + 9 * DAY)
    main = soup(client.get(f"/papers/{report.paper_id}/", follow=True))
    section = main.find("h2", id="shared-title").parent
    heads = [head.get_text() for head in section.select("thead th")]
    assert heads == ["What", "A reporter says", "The authors say"]
    code, seeds = section.select("tbody tr")
    number = report.pk
    assert words(code) == (
        "Code no The link is dead. A careful reader , since 2 March 2026 , report "
        f"{number} yes {LINK} since Monday Ada Example , since 11 March 2026 , report {number}"
    )
    assert words(seeds).endswith("nothing")
    assert "Unknown, because nobody says anything: dependencies, training code" in words(section)


def test_the_time_line_tells_what_authors_said_without_an_answer(client: Client) -> None:
    report = stages.lapsed()
    rows = stages.said("yes", "https://code.example/lantern"), stages.said("no", item="seeds")
    stages.share(report, *rows, at=NOW + 40 * DAY)
    page = client.get(f"/reports/{report.pk}/")
    lines = BeautifulSoup(page.content, "html.parser").select(".timeline li")
    told = [" ".join(line.get_text().split()) for line in lines]
    assert told[-1] == (
        "11 April 2026, 09:30 UTC Ada Example said what is shared: code: yes, "
        "seeds and number of runs: no"
    )


def test_of_several_reporters_the_newest_is_shown_and_none_is_averaged(client: Client) -> None:
    paper = stages.paper()
    stages.answered(of=paper, shared=[said("no")])
    newer = stages.answered(
        of=paper, table="Table 9", at=NOW + 60 * DAY, shared=[said("partly")],
        shown_as="Another reader",
    )  # fmt: skip
    section = soup(client.get(f"/papers/{paper.pk}/", follow=True)).find(id="shared-title").parent
    (row,) = section.select("tbody tr")
    assert words(row).startswith("Code partly Another reader , since 1 May 2026")
    page = words(soup(client.get(f"/reports/{newer.pk}/")))
    assert "Code partly Another reader" in page


def test_metadata_says_where_it_is_from(client: Client) -> None:
    link = {"url": LINK, "source": "a list", "at": NOW.isoformat()}
    paper = stages.paper(shared_links={"code": link}, shared=["code:yes"])
    section = soup(client.get(f"/papers/{paper.pk}/", follow=True)).find(id="shared-title").parent
    assert words(section.tbody) == f"Code yes {LINK} a list , since 2 March 2026"


def test_nothing_of_a_secret_report_is_shown_or_found(client: Client) -> None:
    paper = stages.paper()
    address = f"/papers/{paper.pk}/on-made-up-things/"
    before = client.get(address).content
    report = stages.asked(of=paper, shared=[said("no", "", "secret words")])
    stages.share(report, said("yes", LINK, "secret words"), at=NOW + DAY)
    assert client.get(address).content == before
    assert client.get(f"/reports/{report.pk}/").status_code == 404
    for value in ("yes", "no", "partly"):
        assert b"On made-up things" not in client.get(f"/papers/?code={value}").content
    assert b"On made-up things" in client.get("/papers/?code=unknown").content


def test_moderators_and_the_reporter_see_it_beside_the_report() -> None:
    report = stages.asked(shared=[said("no", "", "Dead link.")])
    stages.share(report, said("partly", LINK), at=NOW + DAY)
    for user, path in (
        (stages.moderator(), f"/moderation/{report.pk}/"),
        (report.reporter, f"/reports/{report.pk}/"),
    ):
        shown = words(soup(signed_in(user).get(path)))
        assert "Code no Dead link. A careful reader" in shown
        assert f"partly {LINK} Ada Example" in shown


def test_hostile_words_are_text(client: Client) -> None:
    report = stages.answered(shared=[said("no", "", BAD)], shown_as=BAD)
    stages.statements.state(
        contact_id=stages.contact_of(report).pk, rows=[said("no", "", BAD * 3)],
        name=BAD, now=NOW + 9 * DAY,
    )  # fmt: skip
    link = {"url": LINK, "source": BAD, "at": NOW.isoformat()}
    type(report.paper).objects.filter(pk=report.paper_id).update(shared_links={"data": link})
    for path in (f"/papers/{report.paper_id}/", f"/reports/{report.pk}/"):
        main = soup(client.get(path, follow=True))
        assert main.find_all(["script", "img"]) == []
        assert main.get_text().count(BAD) >= 4


@pytest.mark.parametrize("page", ["paper", "report", "moderation", "answer"])
def test_ten_items_and_one_take_the_same_number_of_queries(page: str) -> None:
    counts = []
    for rows in ([said("no")], [said("no", item=item.value) for item in Item]):
        report = stages.answered(shared=rows)
        for row in rows:
            stages.share(report, said("partly", item=row.item.value), at=NOW + 9 * DAY)
        client = signed_in(stages.moderator()) if page == "moderation" else Client()
        path = {
            "paper": f"/papers/{report.paper_id}/on-made-up-things/",
            "report": f"/reports/{report.pk}/",
            "moderation": f"/moderation/{report.pk}/",
            "answer": f"/answer/{stages.contact_of(report).pk}/",
        }[page]
        client.get(f"/answer/{stages.token_of(report)}/")
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the author's page ------------------------------------------------------------------------


@pytest.fixture
def the_day_after_the_notice() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + DAY, tick=False) as clock:
        yield clock


class Author:
    """An author with the link of a letter and a browser; what they send is what their page had."""

    def __init__(self, report: Report, position: int = 1) -> None:
        self.contact = stages.contact_of(report, position)
        self.token = links.token_for(self.contact, NOW)
        self.client = Client()
        self.path = f"/answer/{self.contact.pk}/"
        self.page = self.open()

    def open(self) -> Tag:
        self.page = soup(self.client.get(f"/answer/{self.token}/", follow=True))
        return self.page

    def form(self) -> dict[str, str]:
        """The form of an answer as the page shows it."""
        form = next(f for f in self.page.select("form") if f.select("#id_text"))
        boxes = form.select("input:not([type=radio]):not([type=checkbox]), input[checked]")
        fields = {box["name"]: box.get("value", "") for box in boxes}
        return fields | {"text": form.textarea.get_text().removeprefix("\n")}

    def send(self, do: str, status: int = 200, **changes: str) -> Tag:
        named = {name.replace("__", "-"): value for name, value in changes.items()}
        answer = self.client.post(self.path, self.form() | {"do": do} | named)
        self.page = soup(answer, status)
        return self.page


pytestmark_author = pytest.mark.usefixtures("the_day_after_the_notice")


@pytestmark_author
def test_the_short_answer_stays_short_and_the_page_says_that_the_table_is_no_answer() -> None:
    author = Author(stages.asked())
    fold = author.page.find("details", id="shared")
    assert not fold.has_attr("open")
    assert (
        "The table alone is no answer: it changes nothing about the report and stops no deadline."
        in words(fold)
    )
    author.send("answer", kind="explains", text="So it is.")
    assert Answer.objects.count() == 1
    assert Statement.objects.count() == 0


@pytestmark_author
def test_an_answer_takes_the_table_along_and_the_page_shows_what_was_said() -> None:
    report = stages.asked(shared=[said("no")])
    author = Author(report)
    assert "Code no A careful reader" in words(author.page)
    author.send(
        "answer", kind="provides", text="Here.", url=LINK, shared__code="yes",
        shared__code_note=f"{LINK} since today",
    )  # fmt: skip
    statement = Statement.objects.get(contact=author.contact)
    assert (statement.value, statement.url, statement.note) == ("yes", LINK, "since today")
    assert statement.answer == Answer.objects.get()
    assert chosen(author.page) == {"shared-code": "yes"}
    assert author.page.find(id="id_shared-code_note")["value"] == f"{LINK} since today"
    author.send("answer", kind="explains", text="One more word.")
    assert Statement.objects.filter(contact=author.contact).count() == 1


@pytestmark_author
def test_the_table_alone_is_stored_and_what_else_was_typed_stays() -> None:
    report = stages.asked()
    author = Author(report)
    main = author.send(
        "share", shared__data="partly", shared__data_note="on request", text="Half an answer",
        kind="explains", name="王小明",
    )  # fmt: skip
    assert (
        "What you say is shared is stored. It is no answer: nothing else changes by it."
        in words(main)
    )
    assert main.find(id="id_text").get_text().strip() == "Half an answer"
    assert main.find(id="id_name")["value"] == "王小明"
    assert main.select_one('input[name="kind"][checked]')["value"] == "explains"
    assert Statement.objects.get().name == "王小明"
    report.refresh_from_db()
    assert (report.state, Answer.objects.count()) == ("asking", 0)
    assert "Nothing in the table was changed" in words(author.send("share"))
    assert Statement.objects.count() == 1


@pytestmark_author
def test_sent_twice_it_is_stored_once() -> None:
    author = Author(stages.asked())
    form = author.form() | {"do": "share", "shared-code": "no"}
    for _ in range(2):
        assert author.client.post(author.path, form).status_code == 200
    assert Statement.objects.count() == 1


@pytestmark_author
def test_a_co_authors_old_page_takes_nothing_back() -> None:
    report = stages.asked(emails=("ada@authors.example", "bo@authors.example"))
    ada, bo = Author(report), Author(report, 2)
    ada.send("share", shared__code="yes", shared__code_note=LINK)
    bo.send("share", shared__data="no")
    rows = Statement.objects.order_by("pk").values_list("item", "value", "contact__position")
    assert list(rows) == [("code", "yes", 1), ("data", "no", 2)]
    assert chosen(bo.page) == {"shared-code": "yes", "shared-data": "no"}


@pytestmark_author
@pytest.mark.parametrize("do", ["share", "answer"])
def test_what_cannot_be_stored_is_said_and_stays(do: str) -> None:
    author = Author(stages.asked())
    main = author.send(
        do, status=422, text="An answer.", kind="explains", shared__code="maybe",
        shared__data_note="https://x", shared__seeds="no",
    )  # fmt: skip
    targets = [link["href"][1:] for link in main.select("#problems a")]
    assert targets == ["id_shared-code", "id_shared-data_note"]
    assert all(main.find(id=target) is not None for target in targets)
    assert main.find("details", id="shared").has_attr("open")
    assert main.find(id="id_shared-data_note")["value"] == "https://x"
    assert chosen(main) == {"shared-seeds": "no"}
    assert "An answer." in main.find(id="id_text").get_text()
    assert (Statement.objects.count(), Answer.objects.count()) == (0, 0)


@pytestmark_author
def test_the_table_is_published_under_a_name() -> None:
    author = Author(stages.asked())
    main = author.send("share", status=422, shared__code="no", name="")
    assert [link["href"] for link in main.select("#problems a")] == ["#id_name"]
    assert chosen(main) == {"shared-code": "no"}


@pytestmark_author
def test_without_cookies_or_with_a_cut_link_the_table_goes_on() -> None:
    author = Author(stages.asked())
    form = author.form() | {"do": "share", "shared-code": "no", "token": author.token[:-3]}
    main = soup(Client().post(author.path, form), status=404)
    kept = {box["name"]: box.get("value", "") for box in main.select("form input[type=hidden]")}
    assert kept["shared-code"] == "no"
    opened = soup(Client().post(author.path, kept | {"do": "open", "token": author.token}))
    assert chosen(opened) == {"shared-code": "no"}
    assert opened.find("details", id="shared").has_attr("open")


@pytestmark_author
def test_a_form_without_the_table_takes_nothing_back() -> None:
    report = stages.asked()
    stages.share(report, said("no"), at=NOW)
    author = Author(report)
    form = {"token": author.token, "do": "answer", "kind": "explains", "text": "So it is.",
            "name": "Ada", "form_key": str(uuid4())}  # fmt: skip
    assert author.client.post(author.path, form).status_code == 200
    assert Statement.objects.count() == 1


@pytestmark_author
@pytest.mark.parametrize("seen", ["", "nonsense", "-1", "9" * 30, "１"])
def test_a_made_up_place_is_survived(seen: str) -> None:
    author = Author(stages.asked())
    author.send("share", shared__code="no", shared__seen=seen)
    assert Statement.objects.count() == 1


@pytestmark_author
def test_the_enter_key_publishes_the_answer_and_not_the_table() -> None:
    author = Author(stages.asked())
    form = next(f for f in author.page.select("form") if f.select("#id_text"))
    assert form.find("button")["value"] == "answer"


@pytestmark_author
def test_of_one_answer_about_another_report_the_table_goes_with_it() -> None:
    """The page knew what was said beside its own report, and a row that it left alone says nothing
    beside the other."""
    paper = stages.paper()
    one, two = stages.asked(of=paper), stages.asked(of=paper, table="Table 9")
    stages.share(two, said("no", item="data"), at=NOW)
    author = Author(one)
    form = author.form() | {"do": "answer", "kind": "explains", "text": "So it is.",
                            "about": str(two.pk), "shared-code": "partly"}  # fmt: skip
    assert author.client.post(author.path, form).status_code == 200
    rows = Statement.objects.order_by("pk").values_list("report", "item", "value")
    assert list(rows) == [(two.pk, "data", "no"), (two.pk, "code", "partly")]
