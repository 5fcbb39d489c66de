"""Every letter, in every language, with the worst titles."""

import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.template import engines
from django.utils import translation
from icalendar import Calendar

from notifications import watch_specimens
from notifications.compose import TEMPLATES, compose
from notifications.letters import write_letters
from notifications.models import Email
from notifications.wording import moment
from reports import lifecycle
from reports.deadlines import in_words
from reports.links import resolve, token_for
from reports.models import EventKind, Reply, ReportEvent
from reports.reach import LetterKind
from reports.states import Actor, State
from tests.notifications.builders import (
    DAY,
    NOW,
    make_asking,
)
from tests.notifications.ordered import KINDS, TO, letter

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

LATEX = r"$\mathcal{O}(n^2)$ \textbf{bounds} & more_or_less"
HTML = "<script>alert(1)</script><img src=http://evil.example/x.png>"
MARKDOWN = "[x](http://evil.example) *a* `b` # c"
TYPED = {"markdown": MARKDOWN, "latex": LATEX, "html": HTML}
TITLES = (
    "Deep Widgets Are All We Built",
    "Very " * 399 + "long",
    "深度残差网络在小样本图像识别中的训练方法研究",
    f"One\r\nBcc: all@example.org {MARKDOWN} {HTML} {LATEX}",
    "👩‍👩‍👧‍👦 networks 🇩🇪 تعلم \u202eعميق",
)
"""The last two hold all at once what is dangerous in ASCII, and beyond it."""


@pytest.fixture(autouse=True)
def no_value_is_missing(monkeypatch: Any) -> Iterator[None]:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "‼MISSING %s‼")
    yield


def parsed(row: Email) -> EmailMessage:
    return message_from_bytes(compose(row, NOW).raw, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_letter_has_a_source_in_every_language_and_no_source_is_left_over(
    language: str,
) -> None:
    folder = Path(django_settings.BASE_DIR) / "templates" / "emails" / language
    sources = {p.stem for p in folder.glob("*.md") if not p.stem.startswith("_")}
    sent = (*KINDS, "reply_received", *watch_specimens.LETTERS)
    assert sources == {TEMPLATES.get(kind, kind) for kind in sent}


@pytest.mark.parametrize(("kind", "author"), TO)
def test_every_letter_renders_in_every_language_with_the_worst_titles(
    kind: str, author: bool
) -> None:
    for raw in rendered(kind, author=author).values():
        check(raw)


@cache
def rendered(kind: str, *, author: bool) -> dict[tuple[str, str], bytes]:
    """The letter by language and title."""
    row = letter(kind, "en", author=author)
    mails = {}
    for title in TITLES:
        row.event.report.paper.title = title
        for row.language in ("en", "zh-hans"):
            mails[row.language, title] = compose(row, NOW).raw
    row.language = "both"
    return mails | {("both", title): compose(row, NOW).raw}


def read(raw: bytes) -> tuple[Message, str, str]:
    """Headers as they stand, and both bodies: a tenth of the work of the policy that reads more."""
    mail = message_from_bytes(raw)
    found = {one.get_content_type(): one for one in mail.walk()}
    text, html = (found[f"text/{kind}"] for kind in ("plain", "html"))
    return mail, decoded(text), decoded(html)


def decoded(one: Message) -> str:
    """Every byte of a body is of its charset."""
    body = one.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode(one.get_content_charset("ascii")).replace("\r\n", "\n")


def check(raw: bytes) -> None:
    """Header rules, no missing value, nothing remote, and links to known places alone."""
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"Subject: "))
    assert len(lines[at]) <= 68
    assert lines[at + 1][:1] not in b" \t"
    assert raw.isascii()
    mail, text, html = read(raw)
    assert mail["Bcc"] is None
    subject = str(make_header(decode_header(mail["Subject"])))
    assert "MISSING" not in text + html + subject
    assert "\u202e" not in text + html + subject
    assert "None" not in text
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find(["script", "img", "iframe", "link"]) is None
    assert soup.find(src=True) is None
    assert soup.find(background=True) is None
    assert soup.style is not None
    assert "url(" not in soup.style.get_text()
    for anchor in soup.find_all("a"):
        assert re.match(
            r"http://127\.0\.0\.1:8000/|https://code\.example/|mailto:contact@",
            str(anchor["href"]),
        )


@pytest.mark.parametrize("kind", sorted(map(str, LetterKind)))
@pytest.mark.parametrize("title", TYPED)
def test_a_typed_title_is_literal_in_both_parts(kind: str, title: str) -> None:
    mail = parsed(letter(kind, "en", author=True, title=TYPED[title]))
    shown = " ".join(TYPED[title].split())
    assert shown in part(mail, "plain")
    assert shown in BeautifulSoup(part(mail, "html"), "html.parser").get_text()


def test_the_notice_says_all_that_it_must() -> None:
    row = letter("notice", "en", author=True)
    row.contact.inquiry.report.answers.all()
    mail = parsed(row)
    text = part(mail, "plain")
    token = token_for(row.contact, NOW)
    site = "http://127.0.0.1:8000"
    for words in (
        "Dear Ada Author,",
        "a report by Rita R., who tried to obtain a result of your paper",
        "“Deep Widgets Are All We Built”, version v2",
        "a re-implementation from the text of the paper",
        "did not match",
        "Table 2, page 6",
        "> We reach 93.1 % accuracy.",
        "| accuracy, WidgetNet test | Table 2, page 6 | 93.1 ± 0.2 | 82 ± 1 (3 runs) |",
        "<https://code.example/widgets>",
        in_words(NOW + 28 * DAY),
        "the paper moves, by itself, onto the public list Not reproducible",
        f"{site}/answer/{token}/>",
        f"{site}/answer/{token}/?do=more_time>",
        f"{site}/answer/{token}/?do=wrong_person>",
        f"{site}/answer/{token}/?do=opt_out>",
        "admitting one harms a reputation less than silence",
        "published in full beside the report",
        "delete it 12 months after the inquiry ended",
        "Where it was found: paper's first page",
        "You can also answer by replying to this mail",
    ):
        assert words in text


def test_the_notice_names_a_reporter_without_a_name_as_a_researcher_known_to_us() -> None:
    row = letter("notice", "en", author=True, shown_as="")
    assert "a report by a researcher known to us, who tried" in part(parsed(row), "plain")
    row = letter("notice", "zh-hans", author=True, shown_as="")
    assert "我们收到一位身份已由本站确认的研究者提交的报告" in part(parsed(row), "plain")


def test_a_match_in_part_is_never_said_to_list() -> None:
    for kind in ("notice", "reminder_1", "final_notice", "listed"):
        row = letter(kind, "en", author=True, outcome="matched in part")
        text = part(parsed(row), "plain")
        assert "onto the public list" not in text
        assert "not" in text
        assert "list Not reproducible" in text


def test_the_notice_carries_the_deadline_as_a_calendar_file() -> None:
    row = letter("notice", "zh-hans", author=True)
    mail = parsed(row)
    attachment = next(mail.iter_attachments())
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_param("method") == "PUBLISH"
    assert attachment.get_filename() == "deadline.ics"
    content = attachment.get_payload(decode=True)
    assert isinstance(content, bytes)
    event = next(iter(Calendar.from_ical(content).walk("VEVENT")))
    assert event["DTSTART"].dt == NOW + 28 * DAY
    assert event["UID"] == (
        f"report-{row.event.report_id}.contact-{row.contact_id}.deadline@unreproduced.example"
    )
    assert b"/answer/" not in content
    again = next(parsed(row).iter_attachments()).get_payload(decode=True)
    assert again == content


def test_no_other_letter_has_an_attachment() -> None:
    for kind in ("reminder_1", "final_notice", "listed"):
        assert list(parsed(letter(kind, "en", author=True)).iter_attachments()) == []


def test_the_letters_about_a_report_stand_in_one_thread_a_recipient() -> None:
    row = letter("notice", "en", author=True)
    mail = parsed(row)
    thread = f"<report-{row.event.report_id}.contact-{row.contact_id}.thread@unreproduced.example>"
    assert (mail["References"], mail["In-Reply-To"]) == (thread, thread)
    row.kind = "reminder_1"
    row.message_id = "<2@site.example>"
    later = parsed(row)
    assert (later["References"], later["Message-ID"]) == (thread, "<2@site.example>")


def test_the_authors_link_works_and_only_its_hash_is_stored() -> None:
    row = letter("reminder_1", "en", author=True)
    text = part(parsed(row), "plain")
    token = re.search(r"/answer/([\w-]+)/", text)
    assert token is not None
    link = resolve(token[1], NOW)
    assert link is not None
    assert link.contact_id == row.contact_id
    assert token[1] not in str(link.__dict__)


def test_a_language_leaks_neither_in_nor_out() -> None:
    with translation.override("de"):
        chinese = parsed(letter("notice", "zh-hans", author=True))
        english = parsed(letter("received", "de", author=False))
        assert translation.get_language() == "de"
    text = part(chinese, "plain")
    assert str(chinese["Subject"]).endswith("：请答复")
    assert "2026年3月30日" in text
    assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", text.replace("paper's first page", ""))
    assert str(english["Subject"]) == "Received: Deep Widgets Are All We Built"
    assert not re.search(r"[\u4e00-\u9fff]", part(english, "plain"))
    assert '<html lang="zh-hans">' in part(chinese, "html")


def test_both_is_english_then_chinese_in_one_mail() -> None:
    mail = parsed(letter("notice", "both", author=True))
    text, html = part(mail, "plain"), part(mail, "html")
    assert text.index("Dear Ada Author") < text.index("尊敬的 Ada Author")
    assert html.index('<div class="letter" lang="en">') < html.index(
        '<div class="letter" lang="zh-hans">'
    )
    assert str(mail["Subject"]) == "Reproduction report: Deep Widgets Are All We Built"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("kind", "author"), TO)
def test_every_deadline_has_date_hour_and_zone(kind: str, author: bool, language: str) -> None:
    _, text, _ = read(rendered(kind, author=author)[language, TITLES[0]])
    text = text.replace(in_words(NOW + 28 * DAY, language), "")
    for date in re.finditer(r"\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}年\d+月\d+日", text):
        following = text[date.end() : date.end() + 14]
        assert re.match(r",? \d\d:\d\d UTC", following), following


def test_no_token_is_logged(caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    row = letter("notice", "en", author=True)
    compose(row, NOW)
    token = token_for(row.contact, NOW)
    assert token not in caplog.text


def test_a_report_full_of_hostile_text_still_makes_a_letter() -> None:
    row = letter("notice", "en", author=True, shown_as="<b>*Eve*</b>\r\nX: y", looked_for="a\x07b")
    claim = row.event.report.claims.get()
    claim.quote, claim.place = "| a | b |\n|---|---|\n# x\n```", "p. 1\n\n# y"
    claim.metric, claim.dataset = "x" * 200, "数" * 300
    claim.runs = [1e99, -1e99]
    claim.save()
    mail = parsed(row)
    soup = BeautifulSoup(part(mail, "html"), "html.parser")
    assert soup.find(["h1", "h2", "h3", "h4", "code", "pre"]) is None
    assert len(soup.find_all("table")) == 1
    assert mail["X"] is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_reply_by_mail_is_shown_to_its_author_with_the_link_to_publish_it(language: str) -> None:
    row = letter("answer_copy", language, author=True)
    reply = Reply.objects.create(
        contact=row.contact, mail=1, content="x", text="Seed *3*.\nSee Table 2.", received_at=NOW,
        moderator_from=NOW + 7 * DAY,
    )  # fmt: skip
    row.kind = "reply_received"
    row.event = lifecycle.record(
        row.event.report, EventKind.REPLY, actor=Actor.AUTHOR, now=NOW, contact=row.contact,
        data={"reply": reply.pk}, to_do=False,
    )  # fmt: skip
    mail = parsed(row)
    text = part(mail, "plain")
    assert "> Seed *3*.\n> See Table 2.\n" in text
    assert f"/answer/{token_for(row.contact, NOW)}/?do=answer>" in text
    assert moment(NOW + 7 * DAY, language) in text
    assert "Seed *3*." in BeautifulSoup(part(mail, "html"), "html.parser").get_text()


def test_many_claims_and_links_are_cut_and_counted() -> None:
    row = letter("notice", "en", author=True)
    report = row.event.report
    for position in range(2, 9):
        report.claims.create(position=position, place=f"Table {position}", quote="words")
        report.evidence.create(
            position=position, kind="log", url=f"https://code.example/{position}"
        )
    text = part(parsed(row), "plain")
    assert "holds 5 more" in text
    assert text.count("https://code.example/") == 5
    assert text.count("The paper says") == 3


def test_the_match_letter_has_no_deadline_and_no_answer_link() -> None:
    row = letter("published", "en", author=True)
    row.contact = None
    row.key = row.key.rsplit(".", 1)[0] + ".address-4"
    text = part(parsed(row), "plain")
    assert "/answer/" not in text
    assert "You need not do anything." in text
    assert "tell us there" in text


def test_mail_of_the_priority_lane_is_sent_as_it_was_stored() -> None:
    row = Email(raw=b"Subject: x\r\n\r\ny")
    assert compose(row, NOW).raw == b"Subject: x\r\n\r\ny"


def test_written_rows_render(django_assert_max_num_queries: Any) -> None:
    make_asking(languages=("zh-hans", "both"))
    write_letters(now=NOW)
    for row in Email.objects.all():
        with django_assert_max_num_queries(60):
            assert compose(row, NOW).raw.isascii()


@pytest.mark.parametrize(
    ("kind", "actor", "words"),
    [
        ("resolved", Actor.REPORTER, "the authors' answer is accepted"),
        ("resolved", Actor.MODERATOR, "a moderator closed it"),
        ("disputed", Actor.REPORTER, "The reporter does not accept the answer"),
        ("disputed", Actor.MODERATOR, "A moderator opened the report on"),
    ],
)
def test_who_closed_or_opened_a_report_is_told(kind: str, actor: Actor, words: str) -> None:
    row = letter(kind, "en", author=True)
    assert row.event is not None
    row.event = ReportEvent.objects.create(
        report=row.event.report, kind=EventKind.STATE, actor=actor, at=NOW, note="Seed 3.",
        source=State.ANSWERED, target=State(kind),
    )  # fmt: skip
    text = " ".join(part(parsed(row), "plain").split())
    assert words in text
    assert "Seed 3." in text
