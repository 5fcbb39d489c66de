"""The gallery of letters: every letter in every language, with ordinary and with the worst content.

No test here may use the database: the gallery asks it nothing.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.template import engines
from django.template.base import TextNode

from accounts.models import User
from notifications import gallery_folder, reply_address
from notifications.gallery import (
    LANGUAGES,
    LETTERS,
    OTHERS,
    SIGN_IN,
    TOKEN,
    WATCHED,
    NotShown,
    Piece,
    languages_of,
    pieces,
)
from notifications.gallery_folder import part, read
from notifications.specimens import CASES, HOSTILE
from registry.models import Paper
from reports.models import Address, Answer, Claim, Contact, Evidence, Report
from reports.text import plain
from tests.notifications.ordered import TO

pytestmark = pytest.mark.wide

OURS = re.compile(
    r"http://127\.0\.0\.1:8000/|mailto:contact@unreproduced\.example$|https://code\.example/"
)
HAN = "\u3400-\u4dbf\u4e00-\u9fff"


@pytest.fixture(autouse=True)
def no_value_is_missing(monkeypatch: Any) -> Iterator[None]:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "‼MISSING %s‼")
    yield


@cache
def raw(piece: Piece) -> bytes:
    """Each letter is composed once for all tests."""
    return piece.raw()


@cache
def mail(piece: Piece) -> EmailMessage:
    return read(raw(piece))


@cache
def text(piece: Piece) -> str:
    return part(mail(piece), "plain")


@cache
def html(piece: Piece) -> BeautifulSoup:
    return BeautifulSoup(part(mail(piece), "html"), "html.parser")


def of(letter: str, language: str = "en", case: str = "plain") -> Piece:
    return Piece(letter, language, case)


EVERY = pieces()


# --- what is there -------------------------------------------------------------------------------


def test_it_holds_every_letter_that_is_sent_in_every_language_with_every_content() -> None:
    others = {(other, False) for other in (*OTHERS, *WATCHED)}
    sent = {(kind, author) for kind, author in TO} | others
    assert {(sort.kind, sort.to_author) for sort in LETTERS.values()} == sent
    assert {letter for letter in LETTERS if len(languages_of(letter)) < 3} == {*OTHERS, *WATCHED}
    about_reports = len(LETTERS) - len(others)
    watched = 2 * len(WATCHED) * len(CASES)
    assert len(EVERY) == about_reports * len(LANGUAGES) * len(CASES) + 2 * len(OTHERS) + watched
    assert len(set(EVERY)) == len(EVERY)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_word_of_every_source_is_shown_by_one_of_them(language: str) -> None:
    """So nothing that a letter can say stays unseen."""
    folder = Path(site.BASE_DIR) / "templates" / "emails" / language
    seen = "\n".join(
        f"{mail(piece)['Subject']}\n{text(piece)}" for piece in EVERY if piece.language == language
    )
    unseen = []
    shown_elsewhere = "Replies to this mail are not read.", "直接回复本邮件不会有人阅读。"
    for source in sorted(folder.glob("*.md")):
        template = engines["django"].engine.get_template(f"emails/{language}/{source.name}")
        for node in template.nodelist.get_nodes_by_type(TextNode):
            for line in node.s.split("\n"):
                if line.strip() not in seen and line.strip() not in shown_elsewhere:
                    unseen.append(f"{source.name}: {line.strip()}")
    assert unseen == []


def test_without_a_way_in_the_letters_say_that_replies_are_not_read(settings: Any) -> None:
    settings.LISTENS = False
    assert "Replies to this mail are not read." in part(read(of("notice").raw()), "plain")
    assert "不会有人阅读" in part(read(of("notice", "zh-hans").raw()), "plain")


@pytest.mark.parametrize("case", CASES)
def test_what_it_shows_would_fit_into_the_tables(case: str) -> None:
    shown = CASES[case]
    values: list[tuple[type[Model], str, str]] = [
        (Paper, "title", shown.title), (Report, "version", shown.version),
        (Report, "shown_as", shown.shown_as), (User, "name", shown.account),
        (Address, "email", shown.email), (Address, "source", shown.source),
        (Answer, "name", shown.answered_by), (Answer, "role", shown.role),
        (Answer, "url", shown.answer_url),
        *((Contact, "name", name) for name in shown.authors),
        *((Evidence, "url", url) for _, url in shown.evidence),
        *((Claim, name, claim.get(name, "")) for claim in shown.claims
          for name in ("place", "metric", "dataset")),
    ]  # fmt: skip
    for model, name, value in values:
        assert len(value) <= model._meta.get_field(name).max_length, (model, name)


def test_what_it_does_not_hold_is_refused_with_a_sentence() -> None:
    for piece, words in (
        (of("no_such_letter"), "There is no letter 'no_such_letter'"),
        (of("notice", "de"), "is not written in 'de'"),
        (of("notice", "en", "worst"), "has no content 'worst'"),
        (of(SIGN_IN, "both"), "is not written in 'both'"),
        (of(SIGN_IN, "en", "hostile"), "has no content 'hostile'"),
    ):
        with pytest.raises(NotShown, match=words):
            piece.raw()


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.proof
def test_no_subject_is_folded_or_longer_than_59_characters_as_sent() -> None:
    for piece in EVERY:
        head = raw(piece).partition(b"\r\n\r\n")[0].split(b"\r\n")
        at = [i for i, line in enumerate(head) if line.lower().startswith(b"subject:")]
        assert len(at) == 1, piece
        line = head[at[0]]
        assert len(line) <= len(b"Subject: ") + 59, piece
        assert head[at[0] + 1][:1] not in b" \t", piece
        assert line.isascii(), piece


def test_no_chinese_subject_is_cut() -> None:
    """It names the report by its number, so it has the same length for every title."""
    for piece in EVERY:
        if piece.language == "zh-hans":
            subject = str(make_header(decode_header(mail(piece)["Subject"])))
            assert "…" not in subject, piece
            others = "登录验证码 ABCD-EFGH|请确认您提交的内容|您提交的内容已有决定"
            others += "|请确认您要关注的内容|您关注的内容|您关注的论文有新消息"
            assert re.fullmatch(rf"(复现报告 48213：[{HAN}]+|{others})", subject), piece


def test_the_language_of_a_letter_stands_in_its_headers_and_in_its_page() -> None:
    for piece in EVERY:
        languages = ["en", "zh-hans"] if piece.language == "both" else [piece.language]
        assert message_from_bytes(raw(piece)).get_all("Content-Language") == [", ".join(languages)]
        page = html(piece)
        assert isinstance(page.html, Tag)
        assert str(page.html["lang"]).lower() == languages[0], piece
        parts = [str(one["lang"]) for one in page.find_all("div", class_="letter", lang=True)]
        assert parts == ([] if piece.letter in OTHERS else languages), piece


def test_nothing_that_somebody_typed_makes_a_header() -> None:
    for piece in EVERY:
        names = [name.lower() for name in message_from_bytes(raw(piece))]
        assert "bcc" not in names, piece
        assert len(names) == len(set(names)), piece
        head = raw(piece).partition(b"\r\n\r\n")[0]
        typed = [line for line in head.split(b"\r\n") if b"evil.example" in line]
        assert all(line.startswith(b"Subject: ") for line in typed), piece
        assert raw(piece).isascii(), piece


def test_no_link_and_no_reply_address_of_it_is_that_of_a_letter() -> None:
    for letter in LETTERS:
        signed = reply_address.read(str(mail(of(letter))["Reply-To"]), site.LINK_KEY)
        assert signed is None or signed.number == 0
        tokens = re.findall(r"/(?:answer|agreement)/([^/\s]*)/", text(of(letter)))
        assert set(tokens) <= {TOKEN}


def test_an_address_beyond_ascii_is_written_in_its_ascii_form() -> None:
    (to,) = mail(of("notice", case="idn-address"))["To"].addresses
    assert to.addr_spec == "ada.example@xn--bcher-universitt-9nb13b.example"


# --- bodies --------------------------------------------------------------------------------------


def test_no_value_is_missing_and_nothing_is_none() -> None:
    for piece in EVERY:
        both = text(piece) + html(piece).get_text()
        assert "MISSING" not in both, piece
        assert "None" not in both, piece
        assert "\u202e" not in both, piece


def test_no_letter_loads_runs_or_hides_anything_and_links_lead_to_known_places() -> None:
    for piece in EVERY:
        page = html(piece)
        assert page.find(["script", "img", "iframe", "link", "form", "h1", "code", "pre"]) is None
        assert page.find(src=True) is None
        assert isinstance(page.style, Tag)
        assert "url(" not in page.style.get_text()
        assert "@import" not in page.style.get_text()
        body = page.body
        assert isinstance(body, Tag)
        for one in body.find_all(True):
            assert set(one.attrs) <= {"href", "rel", "lang", "class"}, (piece, one)
        for anchor in page.find_all("a"):
            assert OURS.match(str(anchor.get("href", ""))) or piece.letter in OTHERS, piece


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_hostile_words_are_shown_as_they_were_typed_in_both_parts(language: str) -> None:
    piece = of("answer-author", language, "hostile")
    lines = [" ".join(line.split()) for line in plain(HOSTILE).split("\n")]
    shown = "\n".join(quote.get_text() for quote in html(piece).find_all("blockquote"))
    for line in filter(None, lines):
        assert line in text(piece)
        assert line in shown


def test_a_paper_of_a_thousand_authors_makes_no_longer_letter() -> None:
    for letter in LETTERS:
        if letter not in OTHERS:
            long = raw(of(letter, case="thousand-authors"))
            assert len(long) < len(raw(of(letter))) + 1500, letter
            assert "Collaborator 999" not in text(of(letter, case="thousand-authors"))
    assert text(of("notice", case="thousand-authors")).startswith("Dear Collaborator 1000,")


def test_names_with_commas_quotes_and_umlauts_are_whole() -> None:
    piece = of("notice", case="names")
    assert "Dear Müller-Lüdenscheidt, Jörg, Prof. Dr. “Jojo” Ørsted," in text(piece)
    assert 'a report by O\'Brien, Renée "Ren" <ren@evil.example>, who' in text(piece)
    assert text(of("received", "zh-hans", "names")).startswith("尊敬的王小明：")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_deadline_at_the_end_of_a_year_has_both_years(language: str) -> None:
    words = text(of("notice", language, "years-end"))
    want = {
        "en": "31 December 2026, 23:59 anywhere on Earth (UTC−12), "
        "which is 1 January 2027, 11:59 UTC",
        "zh-hans": "2026年12月31日 23:59（全球最晚时区 AoE，UTC−12），即 2027年1月1日 11:59 UTC",
    }
    assert want[language] in words


@pytest.mark.long
@pytest.mark.proof
def test_every_date_has_hour_and_zone() -> None:
    zone = r" UTC| anywhere on Earth \(UTC−12\)|（全球最晚时区 AoE，UTC−12）"
    for piece in EVERY:
        words = text(piece)
        for date in re.finditer(r"\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}年\d+月\d+日", words):
            assert re.match(rf",? \d\d:\d\d({zone})", words[date.end() :]), (piece, date)


# --- Chinese -------------------------------------------------------------------------------------


def ours(piece: Piece) -> str:
    """What we wrote in the text part: without quotations, links and the table."""
    lines = [line for line in text(piece).split("\n") if line[:1] not in (">", "|")]
    return re.sub(r"<[^>\s]*>", "<>", "\n".join(lines))


CALM = ["plain", "turned", "least", "could-not-be-attempted", "matched-in-part", "long-title",
        "idn-address", "years-end"]  # fmt: skip
"""Contents without punctuation marks of their own."""


def test_chinese_has_no_space_beside_a_chinese_mark_or_between_chinese_words() -> None:
    marks = "，。：；？！、（）《》“”"
    for piece in EVERY:
        if piece.language == "zh-hans" and piece.case in CALM:
            words = ours(piece)
            wrong = re.findall(rf".?[{HAN}{marks}] +[{HAN}{marks}].?", words)
            assert wrong == [], piece
            assert re.findall(rf"[{marks}] +[A-Za-z0-9]| +[{marks}]", words) == [], piece


def test_chinese_has_no_half_width_marks_and_a_space_beside_latin_words() -> None:
    for piece in EVERY:
        if piece.language == "zh-hans" and piece.case in CALM:
            words = ours(piece)
            assert re.findall(rf"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]", words) == [], piece
            bare = re.sub(r"\d+年\d+月\d+日", "", words)
            assert re.findall(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]", bare) == [], piece


def test_no_english_is_left_in_a_chinese_letter_and_no_chinese_in_an_english_one() -> None:
    for piece in EVERY:
        if piece.case in ("plain", "turned", "least", "years-end"):
            words = text(piece).replace("paper's first page", "")
            if piece.language == "en":
                assert re.findall(rf"[{HAN}]", words) == [], piece
            if piece.language == "zh-hans":
                words = "\n".join(line for line in words.split("\n") if line[:1] not in (">", "|"))
                words = words.replace("Deep Widgets Are All We Built", "")
                assert re.findall(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", words) == [], piece


# --- as files ------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: Any) -> list[Piece]:
    """Writing all of them takes half a minute; three tell the same."""
    chosen = [of("notice"), of("notice", "both", "hostile"), of(SIGN_IN, "zh-hans")]
    monkeypatch.setattr(gallery_folder, "pieces", lambda: chosen)
    return chosen


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


WRITTEN = [
    ".letters", "index.html", "notice.both.hostile.eml", "notice.both.hostile.html",
    "notice.en.plain.eml", "notice.en.plain.html", "sign_in_code.zh-hans.plain.eml",
    "sign_in_code.zh-hans.plain.html",
]  # fmt: skip


def test_the_command_writes_each_letter_as_mail_and_as_page_with_an_index(
    tmp_path: Path, few: list[Piece], capsys: Any
) -> None:
    out = tmp_path / "deep" / "letters"
    call_command("letters", str(out))
    assert capsys.readouterr().out == f"3 letters: {out}/index.html\n"
    assert names(out) == WRITTEN
    index = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    links = [str(anchor["href"]) for anchor in index.find_all("a")]
    assert sorted(links) == WRITTEN[2:]
    shown = read((out / "notice.en.plain.eml").read_bytes())
    assert shown["Subject"] == "Reproduction report: Deep Widgets Are All We Built"
    assert part(shown, "html") == (out / "notice.en.plain.html").read_text()
    assert TOKEN in part(shown, "plain")


def test_a_second_run_replaces_what_the_first_wrote_and_nothing_else(
    tmp_path: Path, few: list[Piece]
) -> None:
    call_command("letters", str(tmp_path), verbosity=0)
    (tmp_path / "notice.en.plain.html").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    few.pop()
    call_command("letters", str(tmp_path), verbosity=0)
    assert names(tmp_path) == sorted([*WRITTEN[:-2], "mine.txt"])
    assert (tmp_path / "notice.en.plain.html").read_text() != "old"


def test_a_list_of_files_that_names_others_deletes_none_of_them(
    tmp_path: Path, few: list[Piece]
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("keep")
    out = tmp_path / "out"
    out.mkdir()
    (out / ".letters").write_text(f"../other.txt\n{other}\n..\n")
    call_command("letters", str(out))
    assert other.read_text() == "keep"


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(
    tmp_path: Path, few: list[Piece]
) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CommandError, match="is not empty, and not a gallery of letters"):
        call_command("letters", str(tmp_path))
    assert names(tmp_path) == ["thesis.tex"]


def test_what_is_no_folder_or_cannot_be_written_to_is_named(
    tmp_path: Path, few: list[Piece]
) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(CommandError, match="file is no folder"):
        call_command("letters", str(file))
    with pytest.raises(CommandError, match="file/under: Not a directory"):
        call_command("letters", str(file / "under"))
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("letters", "/proc/no-such-process/letters")
