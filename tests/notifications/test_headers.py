"""Header rules."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import headers

WORST = [
    "Short",
    "A" * 2000,
    "深度残差网络的" * 300,
    "é" * 300,
    "👩‍👩‍👧‍👦" * 80,
    "🇩🇪🇫🇷" * 60,
    "e\u0301" * 300,
    "line\r\nBcc: everybody@example.org\x00\x07 and more",
    "\u202eright to left\u202c",
    "=?utf-8?q?already_encoded?=",
    "عنوان " * 100,
    "",
]


def header_lines(text: str) -> list[bytes]:
    message = EmailMessage(policy=headers.POLICY)
    message["Subject"] = headers.subject(text)
    message.set_content("x")
    raw = message.as_bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")
    at = next(i for i, line in enumerate(raw) if line.startswith(b"Subject:"))
    return [raw[at], *[line for line in raw[at + 1 :] if line[:1] in b" \t" and line]]


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_subject_header_is_one_short_line_that_reads_back(text: str) -> None:
    lines = header_lines(text)
    assert len(lines) == 1
    assert len(lines[0]) <= 78
    value = lines[0].decode().removeprefix("Subject: ")
    assert len(value) < 60
    assert str(make_header(decode_header(value))) == headers.subject(text)


@given(st.text(max_size=120))
def test_any_text_makes_a_subject_of_one_line(text: str) -> None:
    lines = header_lines(text)
    assert len(lines) == 1
    assert len(lines[0]) <= 68
    value = lines[0].decode("ascii").removeprefix("Subject:").removeprefix(" ")
    assert str(make_header(decode_header(value))) == headers.subject(text)


def test_a_long_subject_is_cut_between_characters_with_an_ellipsis() -> None:
    assert headers.subject("Reproduction report: " + "word " * 20) == (
        "Reproduction report: word word word word word word word..."
    )
    assert headers.subject("深度残差网络的训练方法研究") == "深度残差网络的训练方…"


def test_an_emoji_or_an_accent_is_never_cut_in_two() -> None:
    family = "👩‍👩‍👧‍👦"
    assert headers.subject(family * 3) == family + "…"
    assert headers.subject("🇩🇪" * 9) == "🇩🇪🇩🇪🇩🇪🇩🇪…" or headers.subject("🇩🇪" * 9) == "🇩🇪🇩🇪🇩🇪…"
    assert headers.subject("e\u0301" * 30).removesuffix("…") == "e\u0301" * 10


def test_a_line_break_in_a_title_adds_no_header() -> None:
    assert headers.subject("One\r\nBcc: all@example.org") == "One Bcc: all@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@uni.example",
        "NoReply@uni.example",
        "do_not_reply@uni.example",
        "arxiv-noreply@uni.example",
        "MAILER-DAEMON@uni.example",
        "postmaster@uni.example",
        "bounces+17@uni.example",
        "123+someone@users.noreply.example.com",
        "not an address",
        "x@",
        "@uni.example",
        "näme@uni.example",
        "a b@uni.example",
        "a@@uni.example",
    ],
)
def test_robots_and_impossible_addresses_are_never_written_to(address: str) -> None:
    assert headers.never_written_to(address) != ""


@pytest.mark.parametrize(
    "address",
    [
        "ada@uni.example",
        "norepa.lyons@uni.example",
        "postmasterson@uni.example",
        "a@münchen.example",
    ],
)
def test_people_are_written_to(address: str) -> None:
    assert headers.never_written_to(address) == ""


def test_a_domain_goes_out_in_ascii() -> None:
    assert headers.wire_address("a@münchen.example") == "a@xn--mnchen-3ya.example"


def test_ids_are_derived_from_what_the_mail_is() -> None:
    key = "report-12.event-40.notice.contact-5"
    assert headers.message_id(key, "site.example") == f"<{key}@site.example>"
    assert headers.thread_id(12, "contact-5", "site.example") == (
        "<report-12.contact-5.thread@site.example>"
    )


@pytest.mark.parametrize("key", ["", "a b", "a>b", "a..b", "a\nb", "ключ"])
def test_an_id_holds_no_sign_that_could_end_it(key: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a Message-ID"):
        headers.message_id(key, "site.example")


def test_long_ids_are_neither_folded_nor_encoded() -> None:
    message = EmailMessage(policy=headers.POLICY)
    long = headers.message_id(
        "report-1234567.event-12345678.agreement_confirm.contact-1234567", "a" * 60 + ".example"
    )
    for name in ("Message-ID", "In-Reply-To", "References"):
        message[name] = long
    message.set_content("x")
    back = message_from_bytes(message.as_bytes(), policy=policy.compat32)
    assert [back[n] for n in ("Message-ID", "In-Reply-To", "References")] == [long] * 3
