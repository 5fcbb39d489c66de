"""Notices of mail servers, by the standard and in their own words: whom they name, and why."""

import pytest

from notifications import bounces
from notifications.bounces import Action
from notifications.classify import Kind, classify
from notifications.diagnostics import Phase, address_is_bad, codes, phase, replies
from notifications.mime import read
from notifications.returned import split
from tests.patience import at_most

COPY = """
Return-Path: <bounce@site.example>
Received: from site.example by mx.relay.example; Fri, 1 Jan 2027 10:00:00 +0000
From: Registry <site@site.example>
To: ann@uni.example
Subject: Report about your paper
Date: Fri, 1 Jan 2027 10:00:00 +0000
Message-ID: <notice-1@site.example>

Dear Ann, please see bob@other.example.
"""


def notice(
    words: str,
    subject: str = "failure notice",
    headers: str = "",
    sender: str = "MAILER-DAEMON@mx.relay.example",
) -> bytes:
    """A notice in a mail server's own words."""
    top = f"Return-Path: <>\nFrom: {sender}\nTo: bounce@site.example\nSubject: {subject}"
    return f"{top}\n{headers}\n\n{words}\n".replace("\n\n\n", "\n\n").encode()


BAD = {
    "qmail": notice(
        "Hi. This is the qmail-send program at mx.relay.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ann@uni.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n{COPY}"
    ),
    "qmail, remote": notice(
        "Hi. This is the qmail-send program at mx.relay.example.\n\n"
        "<ann@uni.example>:\n192.0.2.1 does not like recipient.\n"
        "Remote host said: 550 No such user\nGiving up on 192.0.2.1.\n\n"
        f"--- Below this line is a copy of the message.\n{COPY}"
    ),
    "exim": notice(
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n"
        "  ann@uni.example\n"
        "    SMTP error from remote mail server after RCPT TO:<ann@uni.example>:\n"
        "    host mx.uni.example [192.0.2.1]: 550 5.1.1 <ann@uni.example>: user unknown\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n{COPY}",
        "Mail delivery failed: returning message to sender",
    ),
    "exim, no route": notice(
        "This message was created automatically by mail delivery software.\n\n"
        "The following address(es) failed:\n\n  ann@uni.example\n    Unrouteable address\n",
        "Mail delivery failed: returning message to sender",
        "X-Failed-Recipients: ann@uni.example",
    ),
    "sendmail": notice(
        "   ----- The following addresses had permanent fatal errors -----\n<ann@uni.example>\n\n"
        "   ----- Transcript of session follows -----\n... while talking to mx.uni.example.:\n"
        ">>> RCPT To:<ann@uni.example>\n<<< 550 <ann@uni.example>... User unknown\n"
        "550 <ann@uni.example>... User unknown\n\n   ----- Unsent message follows -----\n" + COPY,
        "Returned mail: User unknown",
    ),
    "exchange": notice(
        "Your message\n\n  To:      ann@uni.example\n  Subject: Report\n\n"
        "did not reach the following recipient(s):\n\n"
        "ann@uni.example on Fri, 1 Jan 2027 10:00:00 +0100\n"
        "    The recipient name is not recognized\n"
        "    MSEXCH:IMS:UNI:MAIL 0 (000C05A6) Unknown Recipient\n",
        "Undeliverable: Report",
        "X-Mailer: Internet Mail Service (5.5.2650.21)",
        "System Administrator <postmaster@uni.example>",
    ),
    "notes": notice(
        "Your message\n\n  Subject: Report\n\nwas not delivered to:\n\n  ann@uni.example\n\n"
        "because:\n\n  User ann (ann@uni.example) not listed in Domino Directory\n",
        "DELIVERY FAILURE: User ann (ann@uni.example) not listed in Domino Directory",
        sender="Postmaster <postmaster@uni.example>",
    ),
    "imail": notice(
        f"Unknown user: ann@uni.example\n\nOriginal message follows.\n{COPY}",
        "Undeliverable Mail",
        "X-Mailer: <SMTP32 v8.12>",
        '"Postmaster" <postmaster@uni.example>',
    ),
    "a text that quotes the fields": notice(
        "An error occurred.\n\nTechnical report:\n\nReporting-MTA: dsn; mx.relay.example\n\n"
        "Action: failed\nFinal-Recipient: rfc822; ann@uni.example\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n"
    ),
    "only html": notice(
        "<html><body><p>Delivery has failed to these recipients:</p>"
        "<a href='mailto:ann@uni.example'>ann@uni.example</a><br>"
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found</body></html>",
        "Undeliverable: Report",
        "Content-Type: text/html",
    ),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_a_mail_server_that_knows_no_such_address_is_understood(raw: bytes) -> None:
    verdict = classify(raw)
    assert (verdict.kind, verdict.addresses) == (Kind.BOUNCE_PERMANENT, ("ann@uni.example",))
    assert verdict.final


FULL = "<ann@uni.example>:\nRemote host said: 552 mailbox full\n"
OTHER = {
    "full": notice("I wasn't able to deliver your message.\n\n" + FULL),
    "quota": notice(
        "The following address(es) failed:\n\n  ann@uni.example:\n    quota exceeded\n",
        "Mail delivery failed: returning message to sender",
    ),
    "after the content": notice(
        "<ann@uni.example>:\nRemote host said: 550 user unknown (in reply to end of DATA command)\n"
    ),
    "spam": notice("<ann@uni.example>:\nRemote host said: 550 5.7.1 rejected as spam\n"),
    "sender": notice("<ann@uni.example>:\nRemote host said: 553 sender address does not exist\n"),
    "no reason": notice("undeliverable to ann@uni.example\n", "Undeliverable Mail"),
}


@pytest.mark.parametrize("raw", OTHER.values(), ids=OTHER)
def test_a_mail_server_that_refuses_for_another_reason_kills_no_address(raw: bytes) -> None:
    verdict = classify(raw)
    assert (verdict.kind, verdict.final) == (Kind.BOUNCE_TEMPORARY, True)
    assert verdict.addresses == ("ann@uni.example",)


LATE = {
    "exim": notice(
        "A message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue.\n\n"
        "The address to which the message has not yet been delivered is:\n\n  ann@uni.example\n\n"
        "No action is required on your part.\n",
        "Warning: message 1a-2b-3c delayed 24 hours",
    ),
    "sendmail": notice(
        "** THIS IS A WARNING MESSAGE ONLY **\n\n"
        "   ----- The following addresses had transient non-fatal errors -----\n<ann@uni.example>\n"
        "Warning: message still undelivered after 4 hours\nWill keep trying for 5 days\n",
        "Warning: could not send message for past 4 hours",
    ),
}


@pytest.mark.parametrize("raw", LATE.values(), ids=LATE)
def test_a_mail_server_that_still_tries_is_understood(raw: bytes) -> None:
    verdict = classify(raw)
    assert (verdict.kind, verdict.final) == (Kind.DELAY, False)
    assert verdict.addresses == ("ann@uni.example",)


def test_what_came_back_in_the_text_says_which_letter_it_was() -> None:
    assert classify(BAD["qmail"]).about == ("<notice-1@site.example>",)
    assert classify(BAD["exim"]).about == ("<notice-1@site.example>",)


def test_the_message_that_came_back_names_nobody() -> None:
    words, returned = split(read(BAD["qmail"]))
    assert "bob@other.example" not in words
    assert returned.first("to") == "ann@uni.example"


def test_a_mailbox_that_rejects_by_a_receipt_did_not_keep_the_letter() -> None:
    raw = (
        b"Return-Path: <>\nFrom: Mail Delivery Subsystem <postmaster@uni.example>\n"
        b"Subject: Automatically rejected mail\nAuto-Submitted: auto-replied (rejected)\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\n\nYour message to <ann@uni.example> was automatically rejected: Quota exceeded\n"
        b"--b\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822; ann@uni.example\n"
        b"Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n"
    )
    verdict = classify(raw)
    assert (verdict.kind, verdict.final) == (Kind.BOUNCE_TEMPORARY, True)
    assert verdict.addresses == ("ann@uni.example",)


def test_a_postmaster_who_writes_by_hand_is_held() -> None:
    raw = notice(
        "Dear colleagues,\nAnn left us; please write to ann.lee@new.example.\nBest, Kim",
        "Re: Report",
        sender="postmaster@uni.example",
    ).replace(b"Return-Path: <>\n", b"")
    assert classify(raw).kind is Kind.UNKNOWN


def test_the_original_recipient_is_the_one_we_wrote_to() -> None:
    raw = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Original-Recipient: rfc822;ann@uni.example\n"
        b"Final-Recipient: rfc822; lee@home.example\nAction: failed (really)\nStatus: 5.1.1\n"
        b"--b--\n"
    )
    found = bounces.recipients(read(raw))
    assert [(r.address, r.action, r.status) for r in found] == [
        ("ann@uni.example", Action.FAILED, "5.1.1")
    ]


@pytest.mark.parametrize(
    ("status", "text", "bad"),
    [
        ("5.1.1", "", True),
        ("5.1.2", "smtp; 550 5.1.2 host unknown", True),
        ("5.1.6", "smtp; 551 5.1.6 has moved", True),
        ("5.1.10", "smtp; 556 5.1.10 null mx", True),
        ("5.0.0", "smtp; 550 5.1.1 no such user", True),
        ("5.0.0", "smtp; 550 <ann@uni.example>: User unknown", True),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", True),
        ("5.0.0", "smtp; 556 no mail here", True),
        ("5.1.0", "smtp; 550 5.1.0 something", False),
        ("5.0.0", "smtp; 554 rejected", False),
        ("5.1.1", "smtp; 550 5.1.1 sender address rejected", False),
        ("5.1.1", "smtp; 550 5.1.1 <sender@quota.example>: user unknown", True),
        ("5.2.1", "smtp; 550 5.2.1 user unknown", False),
        ("4.4.1", "smtp; no such user", False),
        ("5.0.0", "smtp; 550 : User unknown", False),
    ],
)
def test_which_codes_and_words_mean_the_address(status: str, text: str, bad: bool) -> None:
    assert address_is_bad(status, text) is bad


def test_words_count_where_the_recipient_was_refused() -> None:
    text = "550 5.2.1 <ann@uni.example>... User unknown"
    assert address_is_bad("5.2.1", text, Phase.RECIPIENT)
    assert not address_is_bad("5.2.1", text, Phase.CONTENT)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("(in reply to RCPT TO command)", Phase.RECIPIENT),
        (">>> RCPT To:<a@b.example>", Phase.RECIPIENT),
        ("192.0.2.1 does not like recipient.", Phase.RECIPIENT),
        ("(in reply to end of DATA command)", Phase.CONTENT),
        (">>> DATA\n<<< 550 no\n<<< 503 Need RCPT", Phase.CONTENT),
        (">>> DATA\n<<< 550 no\n<<< 554 no valid recipients", Phase.RECIPIENT),
        ("said: 550 no", Phase.UNSAID),
    ],
)
def test_the_command_that_was_refused_is_found(words: str, at: Phase) -> None:
    assert phase(words) is at


def test_codes_are_told_from_dates_versions_and_addresses() -> None:
    text = "550-5.1.1 no 4.2.2. 192.0.2.550 5.1.1.2 at 12:550:10 in 1.550/2 421: 552"
    assert codes(text) == ("5.1.1", "4.2.2")
    assert replies(text) == ("550", "421", "552")


SLOW = {
    "lines": b"\n" * 60_000,
    "one line": b"A message that you sent could not be delivered " + b"a" * 59_000,
    "brackets": b"user unknown " + b"<" * 59_000,
    "addresses": b"<a@b.example>: 550 user unknown\n" * 2_000,
    "dots": b"550 5.1.1 user unknown a@" + b"b." * 29_000,
    "words": b"mailbox user address does not " * 2_000,
}


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
@pytest.mark.parametrize("words", SLOW.values(), ids=SLOW)
def test_a_hostile_notice_takes_no_time(words: bytes, kind: str) -> None:
    with at_most(10):
        classify(notice("x", headers=f"Content-Type: {kind}") + words)


def test_a_failure_that_names_nobody_is_final() -> None:
    verdict = classify(notice("Sorry."))
    assert (verdict.kind, verdict.final, verdict.addresses) == (Kind.BOUNCE_TEMPORARY, True, ())
