"""Whom a mail was really sent to, and by whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import envelope

TOKEN = "reply+rabc@site.example"


@pytest.mark.parametrize(
    ("raw", "to", "by"),
    [
        # Postfix to a command (flags=DOR), and to Dovecot behind an alias
        (b"Return-Path: <ada@uni.example>\nX-Original-To: reply+rabc@site.example\n"
         b"Delivered-To: registry@site.example\nReceived: by mx\nTo: x@y.example\n\nHi",
         TOKEN, "ada@uni.example"),
        (b"Return-Path: <>\r\nDelivered-To: registry@site.example\r\n"
         b"X-Original-To: reply+rabc@site.example\r\n\r\n", TOKEN, "<>"),
        # Dovecot alone
        (b"Return-Path: <ada@uni.example>\nDelivered-To: <reply+rabc@site.example>\n\n",
         TOKEN, "ada@uni.example"),
        # Exim; the name folded
        (b"Return-path: <>\nEnvelope-to: reply+rabc@site.example\nDelivery-date: now\n\n",
         TOKEN, "<>"),
        (b"Envelope-To:\n reply+rabc@site.example\n\n", TOKEN, ""),
        (b"X-Envelope-To: reply+rabc@site.example\n\n", TOKEN, ""),
        # Postfix to a command without null_sender=
        (b"Return-Path: <MAILER-DAEMON>\n\n", "", "<>"),
        # the topmost counts: what stands below was there before
        (b"X-Original-To: reply+rabc@site.example\nX-Original-To: forged@site.example\n\n",
         TOKEN, ""),
        # not of the head
        (b"Subject: x\n\nDelivered-To: forged@site.example\n", "", ""),
        (b"no header\nDelivered-To: forged@site.example\n", "", ""),
        (b"From ada@uni.example Mon Mar  2\nDelivered-To: reply+rabc@site.example\n\n", TOKEN, ""),
        (b"Delivered-To: \0reply+rabc@site\0.example\nReturn-Path: <\xff@b>\n", TOKEN, "\ufffd@b"),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_what_the_last_server_wrote_on_top_is_the_envelope(raw: bytes, to: str, by: str) -> None:
    assert (envelope.sent_to(raw), envelope.sent_by(raw)) == (to, by)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(raw: bytes) -> None:
    found = envelope.headers(raw)
    assert all(isinstance(value, str) for value in found.values())
    assert envelope.with_return_path(raw, "ada@uni.example").endswith(raw)


@given(st.text(max_size=50))
def test_no_sender_can_write_a_header_of_its_own(by: str) -> None:
    raw = envelope.with_return_path(b"Subject: x\n\n", by)
    assert raw.removesuffix(b"Subject: x\n\n").count(b"\n") <= 1


@pytest.mark.parametrize(
    ("raw", "by", "expected"),
    [
        (b"Subject: x\r\n\r\n", "<>", b"Return-Path: <>\r\nSubject: x\r\n\r\n"),
        (b"Subject: x\n\n", "a@b.example", b"Return-Path: <a@b.example>\nSubject: x\n\n"),
        (b"Return-Path: <a@b.example>\n\n", "a@b.example", b"Return-Path: <a@b.example>\n\n"),
        (b"Subject: x\n\n", "", b"Subject: x\n\n"),
    ],
)
def test_who_sent_it_is_written_on_top_unless_it_stands_there(
    raw: bytes, by: str, expected: bytes
) -> None:
    assert envelope.with_return_path(raw, by) == expected


def test_what_an_argument_held_that_is_no_text_can_be_kept() -> None:
    assert envelope.first(("", " <\udcff@b.example> ")) == "?@b.example"
    assert envelope.sender("\udcff\0") == "?"


def test_the_line_of_a_mailbox_file_is_no_part_of_the_mail() -> None:
    raw = b"From ada@uni.example  Mon Mar  2 09:30:00 2026\nSubject: x\n\nFrom here\n"
    assert envelope.without_mbox_line(raw) == (b"Subject: x\n\nFrom here\n", "ada@uni.example")
    assert envelope.without_mbox_line(b"From: ada\n\n") == (b"From: ada\n\n", "")
