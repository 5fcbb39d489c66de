"""A picture of a mail from any bytes: nothing raises, nothing takes long, no text is lost."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.mime import PARTS, TEXT, Mail, read
from tests.patience import at_most


def everything(mail: Mail) -> tuple[object, ...]:
    """Ask for all that can be asked for."""
    files = [(part.filename, part.size, part.content()) for part in mail.attachments]
    read_fields = (mail.status, mail.feedback, mail.receipt, mail.returned)
    return (mail.text, mail.html, mail.senders, mail.sealed, mail.tnef, files, read_fields)


def test_the_text_and_the_html_of_a_letter_are_read() -> None:
    message = EmailMessage()
    message["From"] = "Jörg Müller <joerg@uni.example>"
    message["Subject"] = "Größe"
    message.set_content("Schöne Grüße\n")
    message.add_alternative("<p>Schöne Grüße</p>", subtype="html")
    mail = read(bytes(message))
    assert mail.text == "Schöne Grüße\n"
    assert mail.html.strip() == "<p>Schöne Grüße</p>"
    assert mail.subject == "Größe"
    assert mail.senders == (("Jörg Müller", "joerg@uni.example"),)
    assert [part.type for part in mail.parts] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("gb2312", "深度網絡".encode("gb18030"), "深度網絡"),
        ("GBK", "复现".encode("gbk"), "复现"),
        ("iso-2022-jp", "再現性".encode("iso-2022-jp"), "再現性"),
        ("iso-2022-jp", "ﾊﾛｰ".encode("iso2022_jp_ext"), "ﾊﾛｰ"),
        ("hz-gb-2312", "复现".encode("hz"), "复现"),
        ("unicode-1-1-utf-7", "再現".encode("utf-7"), "再現"),
        ("ks_c_5601-1987", "재현성".encode("cp949"), "재현성"),
        ("iso-8859-1", "naïve – “yes”".encode("cp1252"), "naïve – “yes”"),
        ("iso-8859-1", "naïve".encode(), "naïve"),
        ("us-ascii", "naïve".encode(), "naïve"),
        ("no-such-charset", "naïve".encode(), "naïve"),
        ("zlib", b"plain", "plain"),
        ("punycode", b"plain", "plain"),
        ("utf-8", b"a\x00b", "ab"),
        ("utf-8", "naïve answer".encode("cp1252"), "na\ufffdve answer"),
        ("", "深度残差网络的训练方法".encode("gb18030"), "深度残差网络的训练方法"),
        ("windows-1251", "Ответ".encode("cp1251"), "Ответ"),
        ("koi8-r", "Ответ".encode("koi8-r"), "Ответ"),
        ("utf-16", "naïve".encode("utf-16"), "naïve"),
    ],
)
def test_charsets_are_read_as_they_are_meant(charset: str, data: bytes, text: str) -> None:
    label = f"; charset={charset}" if charset else ""
    mail = read(f"From: a@b.example\nContent-Type: text/plain{label}\n\n".encode() + data)
    assert mail.text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?B?5rex5bqm?=", "深度"),
        ("=?UTF-8?Q?na=C3=AFve_answer?=", "naïve answer"),
        ("=?utf-8?B?5re=?= =?utf-8?B?seW6pg==?=", "深度"),
        ("=?gb2312?B?19S2r7vYuLQ=?=: Re", "自动回复: Re"),
        ("=?x-nothing?Q?answer?=", "answer"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B?!!!?= x", "x"),
        ("one\n two", "one two"),
        ("nul\x00l", "null"),
    ],
)
def test_a_subject_is_decoded_however_it_is_broken(raw: str, text: str) -> None:
    assert read(f"Subject: {raw}\n\n".encode()).subject == text


def test_raw_letters_in_a_header_are_guessed() -> None:
    assert read("Subject: 自动回复：报告\n\n".encode("gb18030")).subject == "自动回复：报告"
    assert read("Subject: naïve\n\n".encode()).subject == "naïve"


@pytest.mark.parametrize(
    ("headers", "senders"),
    [
        ("", ()),
        ("From: undisclosed", ()),
        ("From: a@x.example", (("", "a@x.example"),)),
        ("From: A <a@x.example>\nFrom: b@x.example", (("A", "a@x.example"), ("", "b@x.example"))),
        ("From: a@x.example, b@x.example", (("", "a@x.example"), ("", "b@x.example"))),
        ('From: "Lee, Ann" <ann@x.example>', (("Lee, Ann", "ann@x.example"),)),
        ("From: ann@x.example (Ann)", (("Ann", "ann@x.example"),)),
    ],
)
def test_senders_are_none_one_or_several(
    headers: str, senders: tuple[tuple[str, str], ...]
) -> None:
    assert read(f"{headers}\nSubject: x\n\n".encode()).senders == senders


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_line_ends_do_not_matter(ends: bytes) -> None:
    raw = (
        b"From: a@x.example\nContent-Type: multipart/mixed;\n boundary=cut\n\n"
        b"--cut\n\nHello\nyou\n--cut\nContent-Type: text/html\n\n<p>\n--cut--\n"
    )
    mail = read(raw.replace(b"\n", ends))
    assert (mail.text, mail.html) == ("Hello\nyou", "<p>")


@pytest.mark.parametrize(
    "header",
    [
        'multipart/mixed; boundary="cut"',
        "multipart/mixed; BOUNDARY=cut ; x=y",
        "multipart/mixed; boundary*0=c; boundary*1=ut",
        "multipart/mixed; boundary*=us-ascii''cu%74",
        "multipart/mixed; boundary=other",
        "multipart/mixed;\nboundary=cut",
        "multipart/mixed",
    ],
)
def test_a_broken_boundary_loses_no_text(header: str) -> None:
    body = "--cut\nContent-Type: text/plain\n\nHello\n--cut--\n"
    mail = read(f"From: a@x.example\nContent-Type: {header}\n\n{body}".encode())
    assert mail.text == "Hello"


def test_a_mail_that_ends_in_the_middle_is_read_so_far() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=cut\n\n--cut\n\nHello"
    assert read(raw).text == "Hello"


def test_files_are_named_and_measured_and_never_opened() -> None:
    message = EmailMessage()
    message.set_content("See the file.")
    bomb = b"PK\x03\x04" + b"\x00" * 3_000
    message.add_attachment(bomb, "application", "zip", filename="bömb.zip")
    message.add_attachment(b"%PDF", "application", "pdf", filename="answer.pdf")
    files = read(bytes(message)).attachments
    assert [(f.filename, f.type) for f in files] == [
        ("bömb.zip", "application/zip"),
        ("answer.pdf", "application/pdf"),
    ]
    assert abs(files[0].size - len(bomb)) < 100
    assert files[0].content() == bomb


def test_an_uuencoded_file_is_a_file_and_no_text() -> None:
    text = "Hello\nbegin 644 a.txt\n#86)C\n`\nend\nBye\nbegin 644 is no file\n"
    mail = read(b"From: a@x.example\n\n" + text.encode())
    assert mail.text == "Hello\n\nBye\nbegin 644 is no file\n"
    assert [(f.filename, f.content()) for f in mail.attachments] == [("a.txt", b"abc")]


def test_what_outlook_packs_is_named() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\n\nxx\n--b--\n"
    )
    assert read(raw).tnef
    assert not read(b"Subject: x\n\nHello").tnef


def der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + size + content


def signed(inner: bytes, *, pieces: bool) -> bytes:
    """A SignedData structure without signers."""
    plain, enveloped = "06092a864886f70d010701", "06092a864886f70d010702"
    if pieces:
        octets = b"\x24\x80" + b"".join(der(4, inner[i : i + 10]) for i in range(0, len(inner), 10))
        octets += b"\x00\x00"
    else:
        octets = der(4, inner)
    content = der(0x30, bytes.fromhex(plain) + der(0xA0, octets))
    data = der(0x30, der(2, b"\x01") + der(0x31, b"") + content)
    return der(0x30, bytes.fromhex(enveloped) + der(0xA0, data))


@pytest.mark.parametrize("pieces", [False, True])
def test_what_is_signed_is_read(pieces: bool) -> None:
    inner = b"Content-Type: text/plain\n\nSigned by Ann, with a long enough text to be cut."
    raw = (
        b"From: a@x.example\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(signed(inner, pieces=pieces))
    )
    mail = read(raw)
    assert mail.text == "Signed by Ann, with a long enough text to be cut."
    assert mail.sealed == ""


@pytest.mark.parametrize(
    ("headers", "body", "how"),
    [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "MIAG", "S/MIME"),
        ("Content-Type: application/pkcs7-mime", "MIAG", "S/MIME"),
        (
            "Content-Type: multipart/encrypted; boundary=b",
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n",
            "PGP/MIME",
        ),
        ("Content-Type: text/plain", "-----BEGIN PGP MESSAGE-----\n\nxx", "PGP"),
        ("Content-Type: text/plain", "Hello", ""),
    ],
)
def test_what_is_encrypted_is_said_to_be(headers: str, body: str, how: str) -> None:
    assert read(f"From: a@x.example\n{headers}\n\n{body}".encode()).sealed == how


def test_a_signed_letter_is_read_inside() -> None:
    raw = (
        b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n--b\n"
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\n\nxx\n--b--\n"
    )
    mail = read(raw)
    assert (mail.text, mail.attachments, mail.sealed) == ("Hello", (), "")


MEGABYTES = 10_000_000
HUGE = {
    "empty lines": b"\n" * MEGABYTES,
    "headers": b"A: b\n" * (MEGABYTES // 5),
    "one header": b"Subject: " + b"x" * MEGABYTES,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * (MEGABYTES // 14),
    "addresses": b"From: " + b"a@b.example, " * (MEGABYTES // 13),
    "comments": b"From: " + b"(" * MEGABYTES,
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * (MEGABYTES // 7),
    "no parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--ab\n" * (MEGABYTES // 5),
    "levels": b"".join(
        b"Content-Type: multipart/mixed; boundary=a%d\n\n--a%d\n" % (i, i) for i in range(200_000)
    ),
    "uuencoded": b"Subject: x\n\n" + b"begin 644 a\n!a\n" * (MEGABYTES // 15),
    "utf-7": b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AAA-" * (MEGABYTES // 5),
    "no charset": b"Subject: x\n\n" + bytes(range(128, 256)) * (MEGABYTES // 128),
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"QUJD\n" * (MEGABYTES // 5),
    "parameters": b"Content-Type: x/y" + b'; a="' * (MEGABYTES // 5),
    "a report": (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n"
        b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: x\n\n" * 500_000
    ),
}


@pytest.mark.parametrize("raw", HUGE.values(), ids=HUGE)
def test_ten_megabytes_of_anything_are_read_at_once(raw: bytes) -> None:
    with at_most(15):
        mail = read(raw)
        everything(mail)
    assert len(mail.parts) <= PARTS
    assert len(mail.text) <= TEXT


@given(st.binary(max_size=2_000))
@settings(max_examples=200, deadline=1_000)
def test_any_bytes_make_a_picture(raw: bytes) -> None:
    everything(read(raw))


_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: text/plain; charset=",
        b"Content-Type: message/delivery-status\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: application/pkcs7-mime\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"\n",
        b"--b\n",
        b"--b--\n",
        b"utf-7\n",
        b"begin 644 x\n!a\nend\n",
        b"\x00\xff=?utf-8?B?x?=\n",
        b"Final-Recipient: rfc822; a@b.example\n",
    ]
)


@given(st.lists(_PIECES | st.binary(max_size=20), max_size=40))
@settings(max_examples=300, deadline=1_000)
def test_any_pieces_of_mails_make_a_picture(pieces: list[bytes]) -> None:
    for value in everything(read(b"".join(pieces)))[:2]:
        str(value).encode()  # no half of a letter, which no database takes
        assert "\x00" not in str(value)
