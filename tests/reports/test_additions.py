"""The conversation after an answer: who may add, what it changes, who is told, what pages say."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.db import InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_all, export_all
from notifications.letters import write_letters
from notifications.models import Email
from notifications.owed import still_owed
from reports import additions, answers, moderation, redactions, services, timeline
from reports.answers import Incomplete
from reports.conversation import Side
from reports.lifecycle import Refused
from reports.models import AddedRun, Addition, Claim, Original, Report, ReportEvent
from reports.selectors import with_history
from reports.states import Outcome
from reports.text import plain
from tests.reports import stages, typed
from tests.reports.stages import DAY, NOW
from tests.reports.test_author_page import Author, words

pytestmark = pytest.mark.django_db

ANSWERED = NOW + 5 * DAY
BAD = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e [x](javascript:alert(1)) \0"


def add(
    report: Report, at: timedelta = 6 * DAY, text: str = "A new run.", **fields: Any
) -> Addition:
    """The reporter adds."""
    given = {"url": "", "values": {}, "form_key": uuid4()} | fields
    return additions.add_as_reporter(
        report_id=report.pk, user=report.reporter, text=text, now=NOW + at, **given
    )


def add_to_answer(
    report: Report, at: timedelta = 6 * DAY, position: int = 1, **fields: Any
) -> Addition:
    """An author adds."""
    given = {"text": "Row 3.", "url": "", "name": "Ada", "role": "", "form_key": uuid4()} | fields
    contact = stages.contact_of(report, position)
    return additions.add_as_author(contact_id=contact.pk, now=NOW + at, **given)


def of(report: Report) -> Report:
    return with_history(Report.objects.all()).get(pk=report.pk)


def said(report: Report, at: timedelta = 7 * DAY) -> list[str]:
    """Who said something, in the order of the page; our own lines by their beginning."""
    found = []
    for one in timeline.said(of(report), NOW + at):
        if one.answer:
            found.append("answer")
        elif one.addition:
            found.append(one.addition.side)
        else:
            found.append(one.line[:30] if one.line else str(one.event and one.event.target))
    return found


def main_of(client: Client, path: str, status: int = 200) -> Tag:
    response = client.get(path, follow=True)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser").main


# --- the services ------------------------------------------------------------------------------


def test_both_sides_speak_twice_in_turn_and_then_it_rests() -> None:
    report = stages.answered()
    add(report, 6 * DAY)
    with pytest.raises(Refused, match="now it is the authors' turn"):
        add(report, 6 * DAY)
    add_to_answer(report, 7 * DAY)
    with pytest.raises(Refused, match="now it is the reporter's turn"):
        add_to_answer(report, 7 * DAY)
    add(report, 8 * DAY)
    add_to_answer(report, 9 * DAY)
    for side in (add, add_to_answer):
        with pytest.raises(Refused, match="so the conversation rests"):
            side(report, 10 * DAY)
    assert said(report, 10 * DAY) == [
        "answer", "reporter", "authors", "reporter", "authors", "Both sides have said what they",
    ]  # fmt: skip


def test_when_it_rests_what_is_promised_is_still_possible() -> None:
    report = stages.answered()
    for at in (6, 8):
        add(report, at * DAY)
        add_to_answer(report, (at + 1) * DAY)
    with pytest.raises(Refused, match="You have made your two statements"):
        services.dispute(
            report_id=report.pk, user=report.reporter, reason="No.", now=NOW + 10 * DAY
        )
    stages.answer(report, at=NOW + 10 * DAY, kind="agrees", text="")
    assert said(report, 11 * DAY)[-1] == "answer"  # a new round
    add(report, 11 * DAY)
    for end in (services.accept_answer, services.withdraw):
        with transaction.atomic():
            fields = {"note": ""} if end is services.withdraw else {}
            end(report_id=report.pk, user=report.reporter, now=NOW + 12 * DAY, **fields)
            transaction.set_rollback(True)


def test_a_dispute_is_a_statement_and_needs_no_turn() -> None:
    report = stages.answered()
    add(report, 6 * DAY)
    services.dispute(report_id=report.pk, user=report.reporter, reason="Ten.", now=NOW + 7 * DAY)
    with pytest.raises(Refused, match="You have made your two statements"):
        add(report, 8 * DAY)
    add_to_answer(report, 8 * DAY)
    add_to_answer(report, 9 * DAY)
    assert said(report, 10 * DAY)[:-1] == ["answer", "reporter", "disputed", "authors", "authors"]
    assert report.events.filter(target="disputed").count() == 1


def test_co_authors_share_the_statements_of_their_side() -> None:
    report = stages.answered(emails=("ada@authors.example", "bo@authors.example"))
    add_to_answer(report, 6 * DAY)
    with pytest.raises(Refused, match="now it is the reporter's turn"):
        add_to_answer(report, 6 * DAY, position=2)


@pytest.mark.parametrize("stage", ["asked", "lapsed", "resolved", "confirmed"])
def test_nothing_is_added_where_there_is_no_open_answer(stage: str) -> None:
    report = getattr(stages, stage)()
    for side in (add, add_to_answer):
        with pytest.raises(Refused, match="while a report is answered or disputed"):
            side(report, 90 * DAY)


def test_nothing_is_added_to_what_was_withdrawn_or_removed() -> None:
    withdrawn, removed = stages.answered(), stages.answered()
    stages.withdrawn(withdrawn)
    stages.removed(removed, reason="No.")
    for report in (withdrawn, removed):
        with pytest.raises(Refused):
            add_to_answer(report, 20 * DAY)


def test_while_a_hold_stands_nothing_is_added_and_no_letter_leaves() -> None:
    report = stages.asked()
    moderation.open_hold(
        report_id=report.pk, moderator=stages.moderator(), reason="An appeal.", now=NOW
    )
    stages.answer(report, at=ANSWERED)
    for side in (add, add_to_answer):
        with pytest.raises(Refused, match="A hold stands"):
            side(report)


def test_the_same_form_sent_twice_is_one_statement() -> None:
    report, key = stages.answered(), uuid4()
    assert add(report, form_key=key) == add(report, form_key=key, text="Other words.")
    other = stages.answered()
    with pytest.raises(Refused, match="used already"):
        add(other, form_key=key)
    key = uuid4()
    assert add_to_answer(report, form_key=key) == add_to_answer(report, form_key=key)
    with pytest.raises(Refused, match="used already"):
        add_to_answer(other, form_key=key)


def test_only_the_reporter_adds_as_the_reporter() -> None:
    report = stages.answered()
    with pytest.raises(Refused, match="Only the reporter does this"):
        additions.add_as_reporter(
            report_id=report.pk, user=stages.user(), text="x", url="", values={},
            form_key=uuid4(), now=NOW + 6 * DAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"text": "  "}, {"text"}),
        ({"text": "x" * 50_001, "url": "ftp://x"}, {"text", "url"}),
        ({"url": "javascript:alert(1)"}, {"url"}),
    ],
)
def test_what_lacks_is_said(fields: dict[str, str], problems: set[str]) -> None:
    report = stages.answered()
    for side in (add, add_to_answer):
        with pytest.raises(Incomplete) as error:
            side(report, **fields)
        assert set(error.value.problems) == problems
    with pytest.raises(Incomplete, match="Give your name"):
        add_to_answer(report, name=" ")


def test_a_new_run_changes_nothing_that_was_published() -> None:
    report = stages.answered(claims=2)
    before = list(Claim.objects.order_by("pk").values())
    claim = report.claims.get(position=1)
    addition = add(report, values={claim.pk: [93.0, 93.2]})
    assert [(run.claim, run.values) for run in addition.runs.all()] == [(claim, [93.0, 93.2])]
    assert list(Claim.objects.order_by("pk").values()) == before
    add_to_answer(report, 7 * DAY)
    other = stages.answered().claims.get()
    for values in ({other.pk: [1.0]}, {claim.pk: []}, {claim.pk: [float("nan")]}):
        with pytest.raises(Refused), transaction.atomic():
            add(report, 8 * DAY, values=values)
    assert AddedRun.objects.count() == 1


def test_the_database_keeps_what_was_added() -> None:
    report = stages.answered()
    claim = report.claims.get()
    add(report, values={claim.pk: [93.0]})
    add_to_answer(report, 7 * DAY)
    for change in (
        lambda: Addition.objects.update(text="Other words."),
        lambda: Addition.objects.filter(side="authors").update(text="", url=""),
        lambda: Addition.objects.filter(side="reporter").update(text="", given_at=NOW),
        lambda: Addition.objects.filter(side="authors").delete(),
        lambda: AddedRun.objects.update(values=[1.0]),
    ):
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            change()


def test_ninety_days_of_silence_count_from_the_last_statement() -> None:
    report = stages.answered()
    add(report, 60 * DAY)
    moderator = stages.moderator()
    with pytest.raises(Refused, match="silent for 90 days"):
        moderation.resolve(report_id=report.pk, moderator=moderator, now=NOW + 100 * DAY)
    moderation.resolve(report_id=report.pk, moderator=moderator, now=NOW + 151 * DAY)


# --- silence ------------------------------------------------------------------------------------


def test_the_reporters_silence_is_one_dated_line_and_changes_nothing(client: Client) -> None:
    report = stages.answered()
    since = ANSWERED + 28 * DAY
    line = "4 April 2026 : The reporter did not react to the answer within 28 days."
    contact = stages.contact_of(report)
    events = ReportEvent.objects.count()
    for now, seen in ((since - timedelta(seconds=1), 0), (since, 1), (since + 60 * DAY, 1)):
        with time_machine.travel(now, tick=False):
            pages = [
                main_of(client, f"/reports/{report.pk}/"),
                main_of(client, f"/papers/{report.paper_id}/"),
                Author(report).open(),
            ]
        assert [words(page).count(line) for page in pages] == [seen] * 3
        lines = pages[0].select("ol.timeline > li")
        assert sum("did not react" in words(entry) for entry in lines) == seen
    assert (stages.contact_of(report), ReportEvent.objects.count()) == (contact, events)
    report.refresh_from_db()
    assert report.state == "answered"
    add(report, 50 * DAY)
    assert said(report, 90 * DAY) == ["answer", "reporter"]


# --- the reporter's page -------------------------------------------------------------------------


def send(client: Client, report: Report, status: int, **form: Any) -> Tag | None:
    form = {"text": "We used **seed 3**.", "url": "", "form_key": str(uuid4())} | form
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        response = client.post(f"/reports/{report.pk}/add/", form)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser").main if status != 302 else None


def test_the_reporter_adds_a_run_and_it_stands_on_every_page(client: Client) -> None:
    report = stages.answered(claims=2)
    reporter = typed.signed_in(report.reporter)
    claims = list(report.claims.all())
    main = main_of(reporter, f"/reports/{report.pk}/")
    assert main.find("a", href=f"/reports/{report.pk}/add/") is not None
    main = main_of(reporter, f"/reports/{report.pk}/add/")
    assert "You may make two statements after this answer" in words(main)
    assert len(main.find_all("textarea")) == 3
    values = {f"values-{claims[0].pk}": "93,0; 93,4 ± 0,1", f"values-{claims[1].pk}": " "}
    send(reporter, report, 302, url="https://code.example/x", **values)
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        for page in (
            main_of(client, f"/reports/{report.pk}/"),
            main_of(client, f"/papers/{report.paper_id}/"),
            Author(report).open(),
        ):
            card = page.find(class_="reporter", id=True)
            shown = words(card)
            assert "The reporter adds · A careful reader · 8 March 2026, 09:30 UTC" in shown
            assert "93.2 ± 0.283 2 runs 93; 93.4" in shown
            assert "<strong>seed 3</strong>" in card.decode()
            assert card.find("a")["href"] == "https://code.example/x"
        line = "8 March 2026, 09:30 UTC A careful reader added a new run"
        assert line in words(main_of(client, f"/papers/{report.paper_id}/"))
    main = main_of(reporter, f"/reports/{report.pk}/")
    assert main.find("a", href=f"/reports/{report.pk}/add/") is None
    assert "now it is the authors' turn" in words(main)
    assert "now it is the authors' turn" in words(main_of(reporter, f"/reports/{report.pk}/add/"))


def test_nothing_typed_is_lost() -> None:
    report = stages.answered()
    field = f"values-{report.claims.get().pk}"
    client = Client()
    form = {"text": "A long story", field: "93.1 oops", "url": "nonsense"}
    main = send(client, report, 403, **form)
    assert main is not None
    assert main.find("textarea").get_text().strip() == "A long story"
    assert main.find("input", attrs={"name": field})["value"] == "93.1 oops"
    assert "Ours" not in words(main)
    client = typed.signed_in(report.reporter)
    main = send(client, report, 422, **form)
    assert main is not None
    assert {a["href"] for a in main.select("#problems a")} == {"#id_url", f"#id_{field}"}
    assert main.find("textarea", id=f"id_{field}").get_text().strip() == "93.1 oops"
    add(report)
    main = send(client, report, 409, text="Again")
    assert main is not None
    assert main.find("textarea").get_text().strip() == "Again"
    assert "now it is the authors' turn" in words(main)
    send(client, report, 409, text="x", form_key="nonsense")
    assert Addition.objects.count() == 1
    main = send(typed.signed_in(stages.user()), report, 404)


def test_a_double_click_adds_once() -> None:
    report = stages.answered()
    client, key = typed.signed_in(report.reporter), str(uuid4())
    send(client, report, 302, form_key=key)
    send(client, report, 302, form_key=key)
    assert Addition.objects.get().form_key == UUID(key)


# --- the author's page ---------------------------------------------------------------------------


@time_machine.travel(NOW + 6 * DAY, tick=False)
def test_an_author_adds_to_the_answer() -> None:
    author = Author(stages.answered())
    main = author.open("add")
    assert "The two are for all authors of the paper together" in words(main.find(id="add").parent)
    main = author.post("add", 422, text=" ", url="ftp://x", name="")
    assert [a["href"] for a in main.select("#problems a")] == [
        "#added_text", "#added_url", "#added_name",
    ]  # fmt: skip
    assert main.find("input", id="added_url")["value"] == "ftp://x"
    assert main.find("input", id="id_url")["value"] == ""
    assert main.select(".bad #id_text") == []
    key = str(uuid4())
    for _ in range(2):
        main = author.post("add", text="And **batch 8**.", name="Ada", role="first", form_key=key)
    assert "Ada , first · adds to the answer" in words(main)
    assert "<strong>batch 8</strong>" in main.decode()
    assert "An author spoke last: now it is the reporter's turn." in words(main)
    main = author.post("add", 409, text="More", name="Ada")
    assert main.find("textarea", id="added_text").get_text().strip() == "More"
    assert Addition.objects.count() == 1
    assert "An author spoke last" in words(author.open("add"))


@time_machine.travel(NOW + 6 * DAY, tick=False)
def test_hostile_words_are_text_and_long_ones_do_not_break() -> None:
    report = stages.answered()
    main = Author(report).post("add", text=BAD, name=BAD[:200], role="x" * 300)
    add(report, 7 * DAY, text=plain(BAD))
    page = main_of(Client(), f"/reports/{report.pk}/")
    for shown in (main, page):
        assert shown.find_all(["script", "img"]) == []
        assert [a for a in shown.find_all("a") if a["href"].startswith("javascript")] == []
    stored = Addition.objects.get(side="authors")
    assert "\0" not in stored.text + stored.name
    assert len(stored.role) == 200


def test_beside_what_was_withdrawn_the_authors_words_stay(client: Client) -> None:
    report = stages.answered()
    add(report, text="The reporter's words.")
    add_to_answer(report, 7 * DAY, text="The author's words.")
    stages.withdrawn(report, at=NOW + 8 * DAY)
    for page in (
        main_of(client, f"/reports/{report.pk}/"),
        main_of(client, f"/papers/{report.paper_id}/"),
        Author(report).open(),
    ):
        assert "The author's words." in words(page)
        assert "The reporter's words." not in words(page)


# --- letters -------------------------------------------------------------------------------------


def letters() -> list[tuple[str, str]]:
    before = set(Email.objects.values_list("pk", flat=True))
    write_letters(now=NOW + 30 * DAY)
    found = Email.objects.exclude(pk__in=before).filter(kind="addition")
    return sorted((mail.kind, mail.recipient) for mail in found)


def test_each_side_is_told_and_nobody_of_what_they_wrote() -> None:
    report = stages.answered(emails=("ada@authors.example", "bo@authors.example"))
    add(report)
    assert letters() == [("addition", "ada@authors.example"), ("addition", "bo@authors.example")]
    add_to_answer(report, 7 * DAY)
    assert letters() == sorted(
        [("addition", "bo@authors.example"), ("addition", report.reporter.email)]
    )


def test_no_letter_tells_of_a_report_that_is_not_public_any_more() -> None:
    withdrawn, removed = stages.answered(), stages.answered()
    for report in (withdrawn, removed):
        add(report)
    write_letters(now=NOW + 6 * DAY)
    stages.withdrawn(withdrawn, at=NOW + 7 * DAY)
    stages.removed(removed, reason="It names a person.", at=NOW + 7 * DAY)
    mails = Email.objects.filter(kind="addition")
    assert sorted(still_owed(mail) for mail in mails) == [
        "the report is removed now", "the report is withdrawn now",
    ]  # fmt: skip


# --- covering a passage ------------------------------------------------------------------------


def test_a_moderator_covers_a_passage_of_an_addition_and_it_stays_covered_at_erasing() -> None:
    report, moderator = stages.answered(), stages.moderator()
    add(report, text="Ask Ada Secret.")
    add_to_answer(report, 7 * DAY, text="Ask Bo Secret.", name="Ada Secret")
    redactions.redact(
        report_id=report.pk, moderator=moderator, passage="Secret", reason="A name.",
        now=NOW + 8 * DAY,
    )  # fmt: skip
    shown = [(one.text, one.name) for one in of(report).additions.all()]
    assert not any("Secret" in text + name for text, name in shown)
    erase_all(user_id=report.reporter_id, keep_published=False, now=NOW + 9 * DAY)
    kept = Original.objects.filter(kind="addition").exclude(text="")
    assert sorted(kept.values_list("text", flat=True)) == ["Ada Secret", "Ask Bo Secret."]


# --- taking along, erasing ---------------------------------------------------------------------


def test_the_reporter_takes_additions_along_and_erases_them() -> None:
    report = stages.answered()
    claim = report.claims.get()
    add(report, text="Mine.", url="https://code.example/mine", values={claim.pk: [93.0]})
    add_to_answer(report, 7 * DAY, text="The author's.")
    (row,) = export_all(report.reporter, now=NOW)["reports"]
    assert [(x["text"], x["runs"]) for x in row["additions"]] == [
        ("Mine.", [{"place": claim.place, "values": [93.0]}])
    ]
    erase_all(user_id=report.reporter_id, keep_published=False, now=NOW + 8 * DAY)
    assert list(Addition.objects.values_list("side", "text", "url")) == [
        ("reporter", "", ""), ("authors", "The author's.", ""),
    ]  # fmt: skip
    assert AddedRun.objects.count() == 0


def test_what_stays_published_keeps_its_additions() -> None:
    report = stages.answered()
    add(report, text="Mine.")
    erase_all(user_id=report.reporter_id, keep_published=True, now=NOW + 8 * DAY)
    assert Addition.objects.get().text == "Mine."


def test_few_and_many_statements_ask_the_database_the_same() -> None:
    def questions(report: Report) -> int:
        with CaptureQueriesContext(connection) as asked:
            found = of(report)
            timeline.said(found, NOW + 90 * DAY)
            timeline.entries([found], now=NOW + 90 * DAY)
            for one in found.additions.all():
                assert all(run.claim.metric for run in one.runs.all())
        return len(asked)

    few, many = stages.answered(), stages.answered(outcome=Outcome.PARTIAL, claims=3)
    add(few, values={few.claims.get().pk: [1.0]})
    for at in (6, 8):
        add(many, at * DAY, values={claim.pk: [1.0] for claim in many.claims.all()})
        add_to_answer(many, (at + 1) * DAY)
    assert questions(few) == questions(many)
    assert additions.turn_of(of(many), Side.REPORTER) is not None
    assert answers.TEXT_LENGTH == 50_000
