"""The moderators' pages for held mail: who reads what, safely, and every decision as a form."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import held as decisions
from notifications import mime
from notifications.mailroom import TEXT, VALUE
from notifications.models import Incoming
from reports.models import Address, Reply, Report
from tests.notifications.held_mail import (
    held,
    hostile,
    make_asked,
    received,
    reply_to,
    unmatched,
    written,
)
from tests.reports.inquiries import DAY, NOW, contact_of, make_moderator
from tests.reports.moderators import page_of, sentences, words
from tests.reports.typed import signed_in

pytestmark = pytest.mark.django_db
LATER = NOW + 2 * DAY
LIST = "/moderation/mail/"


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator()


@pytest.fixture
def browser(moderator) -> Client:
    return signed_in(moderator)


@pytest.fixture
def report(moderator) -> Report:
    return make_asked(moderator, "ada@lab.example", "bo@lab.example")


def get(browser: Client, mail: Incoming | None = None, status: int = 200) -> BeautifulSoup:
    with time_machine.travel(LATER, tick=False):
        response = browser.get(f"{LIST}{mail.pk}/" if mail is not None else LIST)
    assert response.status_code == status
    return page_of(response)


def send(browser: Client, mail: Incoming, do: str, now: datetime = LATER, **typed: Any) -> Any:
    with time_machine.travel(now, tick=False):
        return browser.post(f"{LIST}{mail.pk}/", {"do": do, **typed})


def said(browser: Client, response: HttpResponse) -> list[str]:
    """What was said after a form that was done."""
    assert (response.status_code, response.get("Location")) == (302, LIST)
    return [one.text for one in get(browser).select(".message")]


def rows(page: BeautifulSoup, section: str) -> list[str]:
    title = page.find(id=f"{section}-title")
    return [] if title is None else [a["href"] for a in title.parent.select("h3 a")]


def of(*mails: Incoming) -> list[str]:
    return [f"{LIST}{mail.pk}/" for mail in mails]


# --- the lists -----------------------------------------------------------------------------------


def test_the_pages_are_for_moderators(report) -> None:
    mail = held(report)
    anybody = Client()
    for path in (LIST, f"{LIST}{mail.pk}/"):
        assert anybody.get(path)["Location"].startswith("/accounts/login/?next=")
    reporter = signed_in(report.reporter)
    assert [reporter.get(path).status_code for path in (LIST, f"{LIST}{mail.pk}/")] == [403, 403]
    assert reporter.post(f"{LIST}{mail.pk}/", {"do": "robot"}).status_code == 403
    mail.refresh_from_db()
    assert mail.state == "held"


def test_no_mail_waits(browser) -> None:
    page = get(browser)
    assert words(page, ".empty") == "No mail waits."
    assert [one.name for one in page.select("main h1, main h2")] == ["h1", "h2"]
    assert browser.get(f"{LIST}999999/").status_code == 404


def test_the_oldest_stands_first_with_what_is_known_of_it(browser, report) -> None:
    first, second = held(report), unmatched(sender="Eve <eve@elsewhere.example>")
    page = get(browser)
    assert rows(page, "held") == of(first, second)
    text = words(page, "ol.rows")
    for known in (
        "Re: your question", "ada@elsewhere.example", "It is taken for a person's mail.",
        "It came from an address that we did not write to.", f"report {report.pk}",
        "It holds no report up.", "came 3 March 2026, 13:00 UTC",
    ):  # fmt: skip
        assert known in text
    assert page.select_one(f'a[href="/moderation/{report.pk}/"]') is not None


def test_what_was_decided_stands_below_with_who_decided(browser, report, moderator) -> None:
    mail = held(report)
    decisions.discard(pk=mail.pk, moderator=moderator, reason="Spam.", now=LATER)
    page = get(browser)
    assert (rows(page, "held"), rows(page, "decided")) == ([], of(mail))
    assert f"discarded {moderator}, 4 March 2026, 13:00 UTC" in words(page, "ol.rows")


def test_mail_that_cannot_be_read_stands_there_with_the_error_and_the_next_try(
    browser, report, monkeypatch
) -> None:
    def broken(raw: bytes) -> None:
        raise ValueError("a NUL byte\0")

    monkeypatch.setattr(mime, "read", broken)
    mail = received(written(reply_to(report)), read=LATER)
    assert mail.state == "broken"
    page = get(browser)
    assert (rows(page, "held"), rows(page, "broken")) == ([], of(mail))
    assert "ValueError: a NUL byte" in words(page, "ol.rows")
    assert "next try 4 March 2026, 13:01 UTC" in words(page, "ol.rows")
    monkeypatch.undo()
    page = get(browser, mail)
    assert "ValueError" in words(page, "dl.facts")
    assert page.select("main form") == []
    refused = send(browser, mail, "robot")
    assert (refused.status_code, sentences(refused)) == (
        409, ["This mail was not read yet: it is tried again by itself."],
    )  # fmt: skip


def test_the_list_asks_the_same_questions_for_one_mail_and_for_many(
    browser, moderator, report
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            get(browser)
        return len(asked)

    held(report)
    decisions.robot(pk=held(report, sender="r@x.example").pk, moderator=moderator, now=LATER)
    one = questions()
    for number in range(3):
        other = make_asked(moderator, f"eve{number}@lab{number}.example")
        held(other, text=f"Another {number}.")
        unmatched(sender="Ada <who@lab.example>", text=f"And {number}.")
        mail = held(other, text=f"Spam {number}.")
        decisions.discard(pk=mail.pk, moderator=moderator, reason="x", now=LATER)
    assert questions() == one


# --- who may not read it -------------------------------------------------------------------------


def test_who_may_not_decide_sees_that_there_is_a_mail_and_nothing_of_it(report) -> None:
    mail = held(report, sender="Ada <ada@secret.example>", subject="Secretly", text="My secret.")
    colleague = signed_in(make_moderator(email="dean@physics.lab.example"))
    why = "This concerns your own institution: another moderator decides on it."
    for page in (get(colleague), get(colleague, mail)):
        text = page.get_text(" ", strip=True)
        assert why in text
        assert "It came from an address that we did not write to." in text
        assert "3 March 2026, 13:00 UTC" in text
        html = page.decode().casefold()
        for secret in ("secret", "lab.example", "seed", "Ada", f"report {report.pk}"):
            assert secret.casefold() not in html, secret
        assert page.select("main form") == []
    refused = send(colleague, mail, "robot")
    assert (refused.status_code, sentences(refused)) == (409, [why])
    assert "secret" not in page_of(refused).decode().casefold()


# --- reading it safely ---------------------------------------------------------------------------


def test_a_hostile_mail_is_shown_as_text_shortened_and_loads_nothing(browser, report) -> None:
    mail = received(hostile(reply_to(report)))
    assert mail.state == "held"
    with time_machine.travel(LATER, tick=False):
        response = browser.get(f"{LIST}{mail.pk}/")
    assert len(response.content) < 150_000
    page = page_of(response)
    main = page.select_one("main")
    assert main.select("script, img, iframe, object, embed, svg, style, [onerror], [onload]") == []
    links = {a["href"] for a in main.select("a[href]")}
    assert not any("evil" in link or "spy" in link for link in links)
    for turned in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        assert turned not in response.content.decode()
    assert "Hello <script>alert(1)</script>" in page.h1.text
    texts = [pre.text for pre in main.select("pre")]
    assert len(texts) == 3
    assert all(len(text) <= TEXT for text in texts)
    assert "<b>Bold</b><script>" in texts[2]
    assert "Shortened: the last" in words(page, "main .muted")
    assert f"(shortened by {15_000 - VALUE} characters)" in words(page, "#headers")
    files = words(page, "#files")
    assert ".exe, application/x-msdownload, 3" in files
    assert "b.svg, text/svg+xml" in files
    for fold in ("whole", "html", "files", "headers"):
        assert not page.select_one(f"details#{fold}").has_attr("open")
    policy = response["Content-Security-Policy"]
    assert "script-src" in policy or "default-src" in policy


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"Subject: =?utf-8?B?////?=\nFrom: \xff\xfe <a@b.example>\n\n\xff\xfe\xfd",
        b"From: a@b.example, c@d.example\nFrom: e@f.example\n\nHi",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 700,
        b"X: y\n" * 5_000 + b"\nHi",
        b"Content-Type: text/plain; charset=utf-16\n\n\xd8\x00",
        b"Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nVersion: 1\n--x--",
        b"Content-Type: application/ms-tnef; name=winmail.dat\n\n\x78\x9f\x3e\x22",
    ],
)  # fmt: skip
def test_a_broken_mail_has_its_page(browser, report, raw) -> None:
    mail = held(report)
    Incoming.objects.filter(pk=mail.pk).update(raw=raw, text="", sender="", subject="")
    page = get(browser, mail)
    assert page.select_one("#decide-title") is not None


def test_what_cannot_be_read_is_said(browser, report) -> None:
    mail = held(report)
    pgp = b"Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nVersion: 1\n--x--"
    Incoming.objects.filter(pk=mail.pk).update(raw=pgp, text="")
    assert "It is encrypted (PGP/MIME)" in words(get(browser, mail), ".notice.warn")


def test_a_mail_whose_raw_bytes_were_deleted_still_says_what_came_of_it(
    browser, report, moderator
) -> None:
    mail = held(report)
    decisions.robot(pk=mail.pk, moderator=moderator, now=LATER)
    Incoming.objects.filter(pk=mail.pk).update(raw=None, text="", sender="", subject="")
    page = get(browser, mail)
    assert page.h1.text == "No subject"
    assert "robot, by" in words(page, "dl.facts")
    assert "deleted on schedule" in words(page, "main")


@pytest.mark.parametrize(
    ("results", "word"),
    [
        ("mx.site.example; dmarc=pass header.from=elsewhere.example", "Authenticated"),
        ("mx.site.example; dmarc=fail header.from=elsewhere.example", "Not authenticated"),
        ("mx.evil.example; dmarc=pass header.from=elsewhere.example", "Not authenticated"),
        ("", "Not authenticated"),
    ],
)
def test_it_says_what_our_own_server_says_of_the_sender(
    browser, report, settings, results, word
) -> None:
    settings.AUTHSERV_ID = "mx.site.example"
    headers = {"Authentication_Results": results} if results else {}
    page = get(browser, held(report, **headers))
    assert page.select_one("dl.facts strong").text == word
    assert results in words(page, "dl.facts")


def test_the_page_shows_what_is_new_apart_from_what_is_quoted(browser, report) -> None:
    text = "Use seed 3.\n\nOn Monday the site wrote:\n> What do you say?\n"
    page = get(browser, held(report, text=text))
    new, whole = (pre.text for pre in page.select("pre"))
    assert new == "Use seed 3."
    assert "> What do you say?" in whole
    facts = words(page, "dl.facts")
    for known in (
        "Ada <ada@elsewhere.example>", "Tue, 03 Mar 2026 10:00:00 +0100", "a person's mail",
        "If Ada Muster wrote it, add the address as theirs", "the letter “notice” to Ada Muster",
        "known by its reply address", f"Report {report.pk}",
    ):  # fmt: skip
        assert known in facts
    assert "Message-ID" in words(page, "#headers") or "message-id" in words(page, "#headers")


# --- deciding ------------------------------------------------------------------------------------


def options(page: BeautifulSoup, do: str) -> list[str]:
    return [option["value"] for option in page.select(f"#{do} option")]


def test_the_answer_of_whom_it_is_about_is_chosen_among_those_asked(
    browser, report, moderator
) -> None:
    mail = held(report)
    page = get(browser, mail)
    assert options(page, "answer") == ["", f"{report.pk}-1", f"{report.pk}-2"]
    assert options(page, "address") == ["", f"{report.pk}-1", f"{report.pk}-2", f"{report.pk}-3"]
    assert page.select("#answer [name=number], #answer [name=place]") == []
    response = send(browser, mail, "answer", author=f"{report.pk}-1")
    assert said(browser, response) == [
        "Taken as an answer: the author is asked to choose its kind."
    ]
    mail.refresh_from_db()
    assert (mail.decision, mail.decided_by, Reply.objects.get().contact) == (
        "answer", moderator, contact_of(report),
    )  # fmt: skip
    assert get(browser, mail).select("main form") == []


def test_unmatched_mail_is_given_to_a_report_by_its_number(browser, report) -> None:
    mail = unmatched(sender="Ada <ada@home.example>")
    page = get(browser, mail)
    assert page.select("#answer select") == []
    assert "none: it names no report" in words(page, "dl.facts")
    response = send(browser, mail, "answer", number=str(report.pk), place="2")
    assert response.status_code == 302
    assert Reply.objects.get().contact == contact_of(report, 2)


def test_unmatched_mail_that_blocks_reports_offers_their_authors_and_any_other(
    browser, report, moderator
) -> None:
    other = make_asked(moderator, "eve@else.example")
    mail = unmatched(sender="Dean <dean@lab.example>")
    page = get(browser, mail)
    assert options(page, "answer") == ["", f"{report.pk}-1", f"{report.pk}-2"]
    assert send(browser, mail, "answer", number=str(other.pk), place="1").status_code == 302
    assert Reply.objects.get().contact == contact_of(other)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Report number: Choose the author."),
        ({"number": "x", "place": "1"}, "Report number: Write a number."),
        ({"number": "-1", "place": "1"}, "Report number: Write a number."),
        ({"number": "9" * 30, "place": "1"}, "Report number: Write a number."),
        ({"number": "999999999", "place": "1"}, "Report number: There is no report with this"),
        ({"number": "THIS"}, "Author's place: Choose the author."),
        ({"number": "THIS", "place": "3"}, "Author's place: This author was not asked."),
    ],
)
def test_an_author_who_is_none_is_not_taken(browser, report, typed, sentence) -> None:
    mail = unmatched(sender="Ada <ada@home.example>")
    typed = {name: value.replace("THIS", str(report.pk)) for name, value in typed.items()}
    response = send(browser, mail, "answer", **typed)
    assert response.status_code == 422
    assert sentences(response)[0].startswith(sentence)
    form = page_of(response).select_one("#answer")
    assert form.has_attr("open")
    assert form.select_one("[name=number]").get("value", "") == typed.get("number", "")
    assert Reply.objects.count() == 0


def test_an_author_of_another_report_is_not_taken_for_mail_that_is_matched(
    browser, report, moderator
) -> None:
    other = make_asked(moderator, "eve@else.example")
    mail = held(report)
    for typed in (
        {"author": f"{other.pk}-1"}, {"author": "x"}, {"number": str(other.pk), "place": "1"},
    ):  # fmt: skip
        assert send(browser, mail, "answer", **typed).status_code == 422
    assert Reply.objects.count() == 0


def test_the_sender_is_added_as_an_authors_new_address(browser, report, moderator) -> None:
    mail = held(report, sender="Chen <chen@new.example>")
    lacks = send(browser, mail, "address", author=f"{report.pk}-3")
    assert lacks.status_code == 422
    assert "Say where the address was found" in sentences(lacks)[0]
    response = send(
        browser, mail, "address", author=f"{report.pk}-3", source="The lab's list of people"
    )
    assert said(browser, response) == [
        "The address is added, and the mail is taken as the author's answer."
    ]
    address = Address.objects.get(email="chen@new.example")
    assert (address.author_position, address.source, address.checked_by) == (
        3, "The lab's list of people", moderator,
    )  # fmt: skip


def test_a_refusal_of_the_service_keeps_what_was_typed(browser, report) -> None:
    mail = held(report, sender="Bo <bo@lab.example>")
    response = send(browser, mail, "address", author=f"{report.pk}-1", source="The lab's page")
    assert (response.status_code, sentences(response)) == (
        409, ["This address was used for this report already."],
    )  # fmt: skip
    form = page_of(response).select_one("#address")
    assert form.has_attr("open")
    assert form.select_one("[name=source]")["value"] == "The lab's page"
    mail.refresh_from_db()
    assert mail.state == "held"


@pytest.mark.parametrize(
    ("do", "typed", "decision", "sentence"),
    [
        ("robot", {}, "robot", "Marked as a robot's."),
        (
            "failure", {}, "failure notice",
            "Marked as a failure notice: that letter was not delivered.",
        ),
        ("discard", {"reason": "Spam."}, "discarded", "Discarded."),
    ],
)  # fmt: skip
def test_the_other_decisions(browser, report, do, typed, decision, sentence) -> None:
    mail = held(report)
    assert said(browser, send(browser, mail, do, **typed)) == [sentence]
    mail.refresh_from_db()
    assert (mail.state, mail.decision) == ("done", decision)


def test_discarding_asks_for_its_reason(browser, report) -> None:
    response = send(browser, held(report), "discard", reason=" \u202e ")
    assert response.status_code == 422
    assert "Give the reason" in sentences(response)[0]


def test_what_is_not_possible_says_why(browser) -> None:
    page = get(browser, unmatched(sender="a@x.example, b@x.example"))
    assert [one["id"] for one in page.select("details:has(form)")] == ["answer", "robot", "discard"]
    refused = words(page, "main section > p.muted")
    assert "The mail names no sender" in refused
    assert "It is about no letter that we know." in refused


@pytest.mark.parametrize("do", ["answer", "address", "robot", "failure", "discard"])
def test_what_was_decided_meanwhile_is_said_and_the_words_are_kept(
    browser, report, moderator, do
) -> None:
    mail = held(report)
    decisions.robot(pk=mail.pk, moderator=moderator, now=LATER)
    typed = {"author": f"{report.pk}-1", "source": "The lab's page", "reason": "Not spam."}
    response = send(browser, mail, do, **typed)
    assert response.status_code == 409
    assert sentences(response)[0] == "Somebody decided on this mail already."
    assert page_of(response).select("main form") == []
    kept = [pre.text for pre in page_of(response).select("#problems pre")]
    assert kept == ["Not spam.", "The lab's page"]


@pytest.mark.parametrize("do", ["", "erase", "answer\0"])
def test_a_decision_that_is_none_is_refused(browser, report, do) -> None:
    mail = held(report)
    response = send(browser, mail, do)
    assert response.status_code in (409, 422)
    mail.refresh_from_db()
    assert mail.state == "held"


def test_a_form_without_its_token_is_refused(report, moderator) -> None:
    mail = held(report)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(moderator, "django.contrib.auth.backends.ModelBackend")
    assert browser.post(f"{LIST}{mail.pk}/", {"do": "robot"}).status_code == 403
    mail.refresh_from_db()
    assert mail.state == "held"


def test_looking_changes_nothing(browser, report) -> None:
    mail = held(report)
    before = Incoming.objects.filter(pk=mail.pk).values().get()
    for _ in range(3):
        get(browser, mail)
        browser.head(f"{LIST}{mail.pk}/")
    assert Incoming.objects.filter(pk=mail.pk).values().get() == before
    assert browser.put(f"{LIST}{mail.pk}/").status_code == 405
    assert browser.post(LIST).status_code == 405
