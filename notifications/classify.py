"""Is this mail a person's answer? By headers and MIME structure, never by a person's words. Pure.

The order of the questions matters: what a mail server wrote first, since it may also carry the
marks of a list or of an answering machine; then complaints, receipts, challenges and answering
machines; then what is only suspicious and is held for a moderator. What is left is a person's.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from notifications import bounces
from notifications.bounces import Action, Recipient
from notifications.mime import Mail, read
from notifications.mime_headers import addresses
from notifications.returned import split
from notifications.robots import (
    answering_machine,
    challenge,
    complaint,
    null_path,
    suspicious,
    written_by_a_mail_server,
)
from notifications.subjects import of_a_notice


class Kind(StrEnum):
    """What a mail is."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE_PERMANENT = "bounce_permanent"
    BOUNCE_TEMPORARY = "bounce_temporary"
    DELAY = "delay"
    COMPLAINT = "complaint"
    CHALLENGE = "challenge"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What a mail is, and what follows from it."""

    kind: Kind
    final: bool = False
    """That letter will not be delivered any more."""
    addresses: tuple[str, ...] = ()
    """The recipients that the notice or complaint is about; the bad ones of a permanent bounce; of
    a mail that is held, those that a moderator may want to look at."""
    delivered: tuple[str, ...] = ()
    """The recipients that a success notice names."""
    codes: tuple[str, ...] = ()
    """Status codes, for the log."""
    about: tuple[str, ...] = ()
    """Message-IDs it speaks of: the returned message's first."""
    why: str = ""
    """One plain sentence for a moderator."""


def classify(mail: bytes | Mail) -> Verdict:
    """What `mail` is. Never raises: what cannot be read is UNKNOWN."""
    try:
        return _classified(mail if isinstance(mail, Mail) else read(mail))
    except Exception as error:  # no mail may stop the next one
        return Verdict(Kind.UNKNOWN, why=f"The mail could not be read ({type(error).__name__}).")


def _classified(mail: Mail) -> Verdict:
    about = _about(mail)
    if not mail.headers:
        return Verdict(Kind.UNKNOWN, about=about, why="The mail has no headers.")
    if why := complaint(mail):
        return Verdict(Kind.COMPLAINT, addresses=_complained(mail), about=about, why=why)
    if why := challenge(mail):
        return Verdict(Kind.CHALLENGE, about=about, why=why)
    if why := written_by_a_mail_server(mail):
        return _notice(mail, about, why)
    if null_path(mail) and bounces.by_flufl(mail):
        return _notice(mail, about, "It has an empty return path and is written like a notice.")
    if why := answering_machine(mail):
        return Verdict(Kind.AUTO_REPLY, about=about, why=why)
    if why := suspicious(mail):
        named = bounces.by_flufl(mail) if of_a_notice(mail.subject) else []
        return Verdict(Kind.UNKNOWN, addresses=tuple(named), about=about, why=why)
    return Verdict(
        Kind.HUMAN, about=about, why="Nothing in the headers says that a robot wrote it."
    )


def _notice(mail: Mail, about: tuple[str, ...], why: str) -> Verdict:
    """What a mail server says became of a letter: the worst that it says of any recipient."""
    named = bounces.recipients(mail)
    failed = [r for r in named if r.action == Action.FAILED]
    bad = [r for r in failed if r.bad]
    delayed = [r for r in named if r.action == Action.DELAYED]
    delivered = tuple(r.address for r in named if r.action == Action.DELIVERED and r.address)

    def verdict(kind: Kind, about_whom: list[Recipient], what: str) -> Verdict:
        return Verdict(
            kind,
            final=bool(failed),
            addresses=tuple(r.address for r in about_whom if r.address),
            delivered=delivered,
            codes=tuple(dict.fromkeys(code for r in about_whom for code in r.codes))[:20],
            about=about,
            why=f"{why} {what}",
        )

    if bad:
        return verdict(Kind.BOUNCE_PERMANENT, bad, "It says that there is no such address.")
    if failed:
        return verdict(Kind.BOUNCE_TEMPORARY, failed, "It says that the letter did not arrive.")
    if delayed:
        return verdict(Kind.DELAY, delayed, "It says that the letter is still on its way.")
    if delivered:
        return verdict(Kind.AUTO_REPLY, [], "It says that the letter arrived.")
    words, _ = split(mail)
    if bounces.is_delay(mail.subject, words):
        return verdict(Kind.DELAY, [], "It says that a letter is still on its way.")
    if bounces.is_failure(mail.subject, words):
        what = "It says that a letter did not arrive, but not to whom."
        return replace(verdict(Kind.BOUNCE_TEMPORARY, [], what), final=True)
    return Verdict(Kind.UNKNOWN, about=about, why=f"{why} It does not say of which recipient.")


def _complained(mail: Mail) -> tuple[str, ...]:
    """Who pressed the button, as far as the complaint says it."""
    fields = mail.feedback
    named = (
        addresses(*fields.all("original-rcpt-to"), *fields.all("removal-recipient"))
        if fields
        else ()
    )
    if not named:
        names = ("x-hmxmroriginalrecipient", "x-original-to", "to")
        named = next(filter(None, (addresses(*mail.returned.all(name)) for name in names)), ())
    return tuple(dict.fromkeys(address for _, address in named))


_ID = re.compile(r"<[^<>\s]{1,500}@[^<>\s]{1,500}>")


def _about(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that the mail speaks of, the surest first."""
    _, returned = split(mail)
    values = [*returned.all("message-id")]
    for status in mail.status:
        for block in status:
            values += block.all("x-original-message-id")
            values += block.all("original-envelope-id")
    if mail.receipt:
        values += mail.receipt.all("original-message-id")
    values += [*mail.headers.all("in-reply-to"), *mail.headers.all("references")]
    values += returned.all("references")
    found = [match for value in values for match in _ID.findall(value)]
    return tuple(dict.fromkeys(found))[:100]
