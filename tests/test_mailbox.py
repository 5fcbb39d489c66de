"""The page of letters of a trial run: what is listed, who may see it, and under which policy."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from django.urls import include, path
from django_mail_preview.storage import get_storage
from pytest_django import Settings

from local.mailbox import describe

LETTER = (
    b"From: Registry <registry@site.example>\r\nTo: Ada <ada@site.example>\r\n"
    b"Cc: bob@site.example\r\nReply-To: reply+1@site.example\r\n"
    b"Subject: =?utf-8?q?Stra=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>rich words</p>\r\n"
)


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The pages mounted as in a trial, with letters in a folder of their own."""
    mounted = ModuleType("mounted_mailbox")
    mounted.urlpatterns = [path("mailbox/", include("config.mailbox"))]
    sys.modules[mounted.__name__] = mounted
    settings.MAILBOX_DIR = settings.MAIL_PREVIEW_ROOT = str(tmp_path)
    settings.MAIL_PREVIEW_ALLOW = "config.mailbox.allowed"
    settings.ROOT_URLCONF = mounted.__name__
    yield tmp_path
    del sys.modules[mounted.__name__]


def test_a_letter_is_listed_by_its_headers_and_by_who_really_got_it() -> None:
    meta = describe(
        LETTER,
        "bounce@site.example",
        ["ada@site.example", "bob@site.example", "hidden@site.example"],
    )

    assert meta.subject == "Straße"
    assert meta.from_email == "Registry <registry@site.example>"
    assert (meta.to, meta.cc) == (("Ada <ada@site.example>",), ("bob@site.example",))
    assert meta.bcc == ("hidden@site.example",)
    assert meta.reply_to == ("reply+1@site.example",)
    assert (meta.size, meta.attachments) == (len(LETTER), 0)


def test_a_letter_without_any_header_is_kept_too() -> None:
    meta = describe(b"\r\nwords\r\n", "a@site.example", ["b@site.example"])
    assert (meta.subject, meta.from_email, meta.bcc) == ("", "a@site.example", ("b@site.example",))


def test_only_the_frame_of_a_letter_is_allowed_beyond_the_policy_of_the_site(
    client: Client, mailbox: Path
) -> None:
    meta = describe(LETTER, "a@site.example", ["ada@site.example"])
    get_storage().add(LETTER, meta)

    page = client.get(f"/mailbox/sent/{meta.id}/")
    frame = client.get(f"/mailbox/sent/{meta.id}/html/")

    policy = set(page["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "script-src 'self'", "frame-src 'self'"} <= policy
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "Straße" in page.content.decode()
    assert page["X-Robots-Tag"] == frame["X-Robots-Tag"] == "noindex"
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    assert "rich words" in frame.content.decode()


def test_nobody_sees_letters_without_a_mailbox(
    client: Client, mailbox: Path, settings: Settings
) -> None:
    settings.MAILBOX_DIR = ""
    assert client.get("/mailbox/").status_code == 404
