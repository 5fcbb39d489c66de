"""Each letter is in the language of whom it goes to, whoever brought it about, and leaves nothing
of it to the next mail: not in the same thread, not in another, not in another task."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from random import Random
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.formats import date_format
from icalendar import Calendar

from accounts.signin import code_letter
from notifications.gallery import LETTERS, SIGN_IN, Piece, languages_of
from notifications.gallery_folder import part, read
from notifications.letters import write_letters
from notifications.models import Email
from notifications.wording import moment, spaces_beside
from reports.deadlines import in_words
from reports.models import Inquiry
from tests.notifications.builders import DAY, NOW, make_asking, make_user
from tests.notifications.sending import send
from tests.servers import SmtpServer

HAN = re.compile("[\u4e00-\u9fff]")
GERMAN = re.compile(r"\b(und|der|die|Sie|März|Uhr|Antwort)\b")


@pytest.mark.django_db
def test_a_german_reports_and_each_author_reads_their_own_language(smtp_server: SmtpServer) -> None:
    report = make_asking(
        reporter=make_user(language="de", name="Jörg Müller"), shown_as="Jörg Müller",
        authors=("王小明", "Bo Sample", "李雷", "Cy Case"),
        languages=("zh-hans", "en", "both", "en"),
        emails=("wang@uni.example", "bo@uni.example", "li@uni.example", "cy@uni.example"),
    )  # fmt: skip
    with translation.override("de"):  # the page that the German sent was in German
        assert date_format(NOW, "F") == "März"
        write_letters(now=NOW)
        assert send() == 5  # "received" came to nothing: the report is asking by now
        assert translation.get_language() == "de"
        assert date_format(NOW, "F") == "März"
    deadline = Inquiry.objects.get(report=report).deadline
    assert deadline is not None
    for address, languages in (
        ("wang@uni.example", ["zh-hans"]),
        ("bo@uni.example", ["en"]),
        ("li@uni.example", ["en", "zh-hans"]),
        ("cy@uni.example", ["en"]),
    ):
        (mail,) = smtp_server.to(address)
        _is_written_in(mail, languages)
        for language in ("en", "zh-hans"):
            assert (in_words(deadline, language) in part(mail, "plain")) == (language in languages)
    for mail in smtp_server.to(report.reporter.email):  # a language that we do not write
        _is_written_in(mail, ["en"])


def _is_written_in(mail: EmailMessage, languages: list[str]) -> None:
    """Subject, headers, both bodies and the calendar."""
    subject, text = str(mail["Subject"]), part(mail, "plain")
    assert bool(HAN.search(subject)) == (languages[0] == "zh-hans")
    assert mail["Content-Language"] == ", ".join(languages)
    assert [x["lang"] for x in _page(mail).find_all("div", class_="letter")] == languages
    assert GERMAN.search(text) is None
    assert ("Dear " in text) == ("en" in languages)
    assert ("尊敬的" in text) == ("zh-hans" in languages)
    if languages == ["en"]:
        assert HAN.search(text.replace("王小明", "")) is None
    for one in mail.iter_attachments():
        calendar = Calendar.from_ical(one.get_content())
        (event,) = calendar.walk("VEVENT")
        assert str(event["SUMMARY"]) == subject
        assert bool(HAN.search(str(event["DESCRIPTION"]))) == (languages[0] == "zh-hans")


def _page(mail: EmailMessage) -> BeautifulSoup:
    return BeautifulSoup(part(mail, "html"), "html.parser")


@pytest.mark.django_db
def test_a_letter_that_cannot_be_written_leaves_no_language_behind(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_asking(languages=("zh-hans",), authors=("王小明",))
    write_letters(now=NOW)

    def breaks(at: datetime, language: str) -> str:
        if language == "zh-hans":
            assert translation.get_language() == language
            raise ZeroDivisionError("in the middle of a Chinese letter")
        return moment(at, language)

    monkeypatch.setattr("notifications.wording.moment", breaks)
    with translation.override("de"):
        send()
        assert translation.get_language() == "de"
    assert Email.objects.get(kind="notice").reason == "it cannot be written: ZeroDivisionError"


# --- many at once -----------------------------------------------------------------------------


PIECES = [
    Piece(letter, language, "plain")
    for letter in [*[*LETTERS][::6], SIGN_IN]
    for language in languages_of(letter)
]


def said(piece: Piece) -> tuple[str, str, str, str]:
    """All of a letter that has words; the boundary between its parts is drawn by lot."""
    mail = read(piece.raw())
    return (
        str(mail["Subject"]), str(mail["Content-Language"]), part(mail, "plain"),
        part(mail, "html"),
    )  # fmt: skip


def test_eight_threads_that_write_in_three_languages_do_not_mix_them() -> None:
    alone = {piece: said(piece) for piece in PIECES}
    start = Barrier(8)

    def write(number: int) -> list[Piece]:
        mine = ("de", "zh-hans", "en", "fr")[number % 4]
        order = Random(number).sample(PIECES, len(PIECES))
        with translation.override(mine):
            start.wait(30)
            wrong = [piece for piece in order if said(piece) != alone[piece]]
            assert translation.get_language() == mine
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, range(8))) == [[]] * 8


def test_tasks_that_take_turns_in_one_thread_do_not_mix_them() -> None:
    chosen = PIECES[::3] + PIECES[1::3]
    alone = {piece: said(piece) for piece in chosen}

    async def write(number: int) -> list[Piece]:
        mine = ("de", "zh-hans", "en", "fr")[number % 4]
        wrong = []
        with translation.override(mine):
            for piece in Random(number).sample(chosen, len(chosen)):
                await asyncio.sleep(0)
                if said(piece) != alone[piece] or translation.get_language() != mine:
                    wrong.append(piece)
        return wrong

    async def all_of_them() -> list[list[Piece]]:
        return await asyncio.gather(*(write(number) for number in range(8)))

    assert asyncio.run(all_of_them()) == [[]] * 8


# --- the sign-in code, and names in Chinese ----------------------------------------------------


@pytest.mark.parametrize("page", ["en", "zh-hans", "de"])
def test_the_code_is_in_the_language_that_is_asked_for_whatever_the_page_is_in(page: str) -> None:
    with translation.override(page):
        english, chinese, other = (
            code_letter("ada@uni.example", language, "ABCD-EFGH")
            for language in ("en", "zh-hans", "tlh")
        )
    assert english.subject == other.subject == "Sign-in code ABCD-EFGH"
    assert english.body == other.body
    assert HAN.search(str(english.body)) is None
    assert chinese.subject == "登录验证码 ABCD-EFGH"
    assert [x.extra_headers["Content-Language"] for x in (english, chinese, other)] == [
        "en", "zh-hans", "en",
    ]  # fmt: skip
    assert isinstance(chinese, EmailMultiAlternatives)
    assert 'lang="zh-Hans"' in str(chinese.alternatives[0][0])


@pytest.mark.parametrize(
    ("name", "spaces"),
    [
        ("Ada", (" ", " ")),
        ("王小明", ("", "")),
        ("王 Ming", ("", " ")),
        ("Ada（第一作者）", (" ", "")),
        ("", ("", "")),
    ],
)
def test_chinese_sets_a_space_beside_latin_words_only(name: str, spaces: tuple[str, str]) -> None:
    assert spaces_beside(name) == spaces


def test_a_letter_in_both_languages_says_in_chinese_that_chinese_follows() -> None:
    mail = read(Piece("notice", "both", "plain").raw())
    assert part(mail, "plain").startswith("（中文版附于英文版之后。）\n\n\nDear ")
    also = _page(mail).find("p", class_="also")
    assert also is not None
    assert also.get_text() == "（中文版附于英文版之后。）"
    assert _page(read(Piece("notice", "en", "plain").raw())).find("p", class_="also") is None


def test_the_deadline_of_the_letter_stands_in_the_calendar_in_its_language() -> None:
    for language in ("en", "zh-hans"):
        mail = read(Piece("notice", language, "years-end").raw())
        (one,) = mail.iter_attachments()
        (event,) = Calendar.from_ical(one.get_content()).walk("VEVENT")
        assert in_words(event["DTSTART"].dt, language) == str(event["DESCRIPTION"])
        assert event["DTSTART"].dt - mail["Date"].datetime > 27 * DAY
