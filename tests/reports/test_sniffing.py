"""What a file is, by its content; every sentence says what to do instead."""

from contextlib import suppress

import pytest

from reports import sniffing
from reports.file_names import saved_name, shown_name
from reports.sniffing import NotTaken, sniff
from tests.patience import at_most
from tests.reports.hostile_files import FILES, JPEG, PDF, png

TAKEN = {name: sent for name, sent in FILES.items() if sent.taken}
REFUSED = {name: sent for name, sent in FILES.items() if not sent.taken}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_what_its_content_says(name: str) -> None:
    sent = TAKEN[name]
    assert sniff(sent.content, shown_name(sent.name)).media_type == sent.becomes


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_with_a_sentence(name: str) -> None:
    sent = REFUSED[name]
    with pytest.raises(NotTaken) as refused:
        sniff(sent.content, shown_name(sent.name))
    assert str(refused.value).startswith(sent.becomes)
    assert ": " in str(refused.value) and str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("größer".encode(), "utf-8"),
        ("größer".encode("utf-8-sig"), "utf-8-sig"),
        ("größer".encode("utf-16"), "utf-16"),
        ("\ufeffgrößer".encode("utf-16-be"), "utf-16"),
        ("größer as ever".encode("cp1252"), "cp1252"),
    ],
)
def test_the_letters_of_a_text_are_known(content: bytes, charset: str) -> None:
    found = sniff(content, "a.txt")
    assert found.charset == charset
    assert "größer" in content.decode(found.charset)


@pytest.mark.parametrize(
    "begin", [b"MZ is my initials", b"RIFF is a word", b"BZh, too", b"MSCF", b"LZIP", b"8BPS"]
)
def test_a_text_may_begin_with_the_letters_of_a_signature(begin: bytes) -> None:
    assert sniff(begin + b"\n", "notes").media_type == sniffing.TEXT


@pytest.mark.parametrize("content", [png(), JPEG, JPEG + b"\0\0", PDF])
def test_images_and_pdfs_need_no_name(content: bytes) -> None:
    assert sniff(content, "file").media_type in (sniffing.PNG, sniffing.JPEG, sniffing.PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"<!--" * 2_500_000,
        b"<!---->" * 1_400_000,
        b"<?x?>" * 2_000_000,
        b" " * 10_000_000 + b"<",
        b'{"nbformat":4,"cells":' + b"[" * 9_000_000,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0aaaa\0\0\0\0" * 800_000,
    ],
)
def test_no_content_takes_long(content: bytes) -> None:
    with at_most(15), suppress(NotTaken):
        sniff(content, "a.txt")


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_name_is_safe_in_an_address_and_a_header(name: str) -> None:
    safe = saved_name(shown_name(FILES[name].name), "text/plain")
    assert 0 < len(safe) <= 165 and safe[0] != "." and safe.isprintable()
    assert not set(safe) & set("/\\\"'<>:;|?*%#\r\n\0")


@pytest.mark.parametrize(
    ("given", "media_type", "saved"),
    [
        ("run.log", "text/plain", "run.log"),
        (".htaccess", "text/plain", "htaccess.txt"),
        ("setup.exe", "text/plain", "setup.exe.txt"),
        ("shell.php", "text/plain", "shell.php.txt"),
        ("page.html", "text/plain", "page.html.txt"),
        ("plot.html", "image/png", "plot.html.png"),
        ("photo.JPG", "image/jpeg", "photo.JPG"),
        ("run.json", "application/x-ipynb+json", "run.json"),
        ("训练日志 第三次.log", "text/plain", "训练日志 第三次.log"),
        ("..", "text/plain", "file.txt"),
        ("a/b\\c.txt", "text/plain", "a_b_c.txt"),
    ],
)
def test_a_name_ends_as_what_it_is(given: str, media_type: str, saved: str) -> None:
    assert saved_name(shown_name(given), media_type) == saved


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\r\nb.txt", "a b.txt"), ("\u202egnp.txt", "gnp.txt"), ("", "file"), ("\u200b", "file"),
        ("x" * 300, "x" * 255), (" two  spaces.txt ", "two spaces.txt"),
    ],
)  # fmt: skip
def test_a_name_is_shown_on_one_line(given: str, shown: str) -> None:
    assert shown_name(given) == shown
