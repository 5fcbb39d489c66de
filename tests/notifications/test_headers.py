"""Header rules."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

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
    "local",
    [
        *("no-reply", "NoReply", "no_reply", "no.reply", "noreply2", "no-reply-17", "no--reply"),
        *("do_not_reply", "donotreply", "do-not-reply-journal", "arxiv-noreply", "not-monitored"),
        *("noanswer", "do.not.respond", "no-response", "auto-reply", "autoresponder"),
        *("nicht-antworten", "bitte-nicht-antworten", "keine-antwort", "ne-pas-repondre"),
        *("nepasrepondre", "no-responder", "noresponda", "nao-responda", "naoresponder"),
        *("non-rispondere", "niet-beantwoorden", "svara-ej", "ikke-svar", "nie-odpowiadaj"),
        *("neodpovidat", "ne-valaszoljon", "nuraspunde", "neotvechat", "yanitlamayin"),
        *("henshin-fuyo", "wuxuhuifu"),
        *("MAILER-DAEMON", "maildaemon", "postmaster", "post.master", "Postmaster+x", "nobody"),
        *(
            "dev-null",
            "bounces+17",
            "bounce",
            "bounce-12-x",
            "users-bounces",
            "abuse",
            "hostmaster",
        ),
        *("webmaster", "security", "root", "listserv", "majordomo", "owner-announce"),
        *("announce-request", "list-unsubscribe", "undisclosed-recipients"),
    ],
)
def test_robots_and_roles_of_a_whole_site_are_never_written_to(local: str) -> None:
    assert headers.never_written_to(f"{local}@uni.example") != ""


@pytest.mark.parametrize(
    "address",
    [
        "123+someone@users.noreply.example.com",
        "someone@no-reply.example.com",
        "not an address",
        "x@",
        "@uni.example",
        "a b@uni.example",
        "a@@uni.example",
        "a@uni..example",
    ],
)
def test_impossible_addresses_are_never_written_to(address: str) -> None:
    assert headers.never_written_to(address) != ""


@pytest.mark.parametrize(
    "local",
    [
        *("ada", "norepa.lyons", "noreen.plyler", "nora.reply", "n.o.reply-smith", "nor-eply"),
        *("postmasterson", "j.postman", "mailman.j", "j.mailman", "m.bouncer", "k.bounce"),
        *("abuse.ahmed", "a.buse", "abusaid", "security.chen", "w.root", "rootes", "elihu.root"),
        *("nobodyd", "nobuyuki", "nao.respondek", "nuno.responde", "noc", "daemonte", "svar"),
        *("info", "office", "contact", "admin", "lab", "hello", "editor", "support", "secretary"),
        *("list.owner", "owner", "request", "monitor", "reply", "answer", "anna.svarainen"),
        *(
            "no1",
            "no",
            "do.not",
            "wu.xu",
            "hui.fu",
            "jean-ne.pas",
            "geen",
            "näme",
            "王伟",
            "o'neil",
        ),
    ],
)
def test_people_are_written_to(local: str) -> None:
    assert headers.never_written_to(f"{local}@uni.example") == ""


@pytest.mark.parametrize(
    "domain", ["münchen.example", "straße.example", "大学.example", "ex_a.example"]
)
def test_people_at_domains_of_other_scripts_are_written_to(domain: str) -> None:
    assert headers.never_written_to(f"ada@{domain}") == ""


NAMES = [
    "Ada Author", "Author, Ada", 'Ada "the Countess" Lovelace', "Jörg Müller", "Müller, Jörg",
    "王伟", "Ada \\ Author", "a@b <c>", "Ada (x); y:", "=?utf-8?q?x?=", "Zoë " * 30, "深度" * 200,
    "Ada\r\nBcc: all@example.org", "👩‍👩‍👧‍👦", "O'Neil-Smith Jr.", "\u202eevil", "  ", "",
]  # fmt: skip


@pytest.mark.parametrize("header", ["From", "To"])
@pytest.mark.parametrize("name", NAMES)
def test_any_name_reads_back_and_names_one_address(name: str, header: str) -> None:
    message = EmailMessage(policy=headers.POLICY)
    message[header] = headers.mailbox(name, "ada@uni.example")
    message.set_content("x")
    raw = message.as_bytes()
    assert raw.isascii()
    assert b"\r\nBcc" not in raw
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 78
    back = message_from_bytes(raw, policy=policy.default)
    assert [found.addr_spec for found in back[header].addresses] == ["ada@uni.example"]
    # Not by Python's newer parser, which puts spaces between encoded words.
    shown, address = parseaddr(message_from_bytes(raw)[header].replace("\r\n", ""))
    assert address == "ada@uni.example"
    shown = str(make_header(decode_header(shown)))
    clean = " ".join("".join(c if c not in "\r\n\u202e" else " " for c in name).split())
    assert shown == clean or (len(shown) <= 60 and clean.startswith(shown.removesuffix("…")))


@given(st.text(max_size=100))
def test_any_text_as_a_name_names_one_address(name: str) -> None:
    message = EmailMessage(policy=headers.POLICY)
    message["To"] = headers.mailbox(name, "ada@uni.example")
    message.set_content("x")
    back = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert [a.addr_spec for a in back["To"].addresses] == ["ada@uni.example"]
    assert back.keys() == ["To", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


@pytest.mark.parametrize(
    ("setting", "parts"),
    [
        ("Repro, Inc. <a@site.example>", ("Repro, Inc.", "a@site.example")),
        ('"Repro, \\"Inc\\"" <a@site.example>', ('Repro, "Inc"', "a@site.example")),
        ("Straßenlabor <a@site.example>", ("Straßenlabor", "a@site.example")),
        ("a@site.example", ("", "a@site.example")),
        ("<a@site.example>", ("", "a@site.example")),
    ],
)
def test_the_senders_name_may_have_a_comma(setting: str, parts: tuple[str, str]) -> None:
    assert headers.name_and_address(setting) == parts


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
