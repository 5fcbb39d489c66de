"""What an incoming mail does: may this sender answer this report, and what follows (product.md,
section 4).

Called in the transaction that marks the mail's row; facts are told to reports there.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from notifications import mailbox, matching, mime, subscriptions
from notifications.addresses import domain_of, same_address
from notifications.authentication import authenticated
from notifications.classify import Kind, Verdict
from notifications.matching import Match
from notifications.mime import Mail
from notifications.models import Email, Incoming, Robot
from notifications.reply_text import new_text
from reports import contacts, facts, holds, lifecycle, replies
from reports import inquiry as clock
from reports.models import Address, Contact, Hold, Inquiry, Probe, Reply, Report
from reports.states import Actor

LINK = re.compile(r"\S*/(?:answer|agreement)/\S*")
AGAIN = 28
"""A letter that came back is sent again after this fraction of the time it is given, at least."""


@dataclass(frozen=True)
class Done:
    """What became of a mail: `held` waits for a moderator."""

    what: str
    held: bool = False
    suggestion: str = ""


def sender_of(mail: Mail) -> str:
    """The address in From; empty where there is none, or more than one."""
    found = {address.lower(): address for _, address in mail.senders if address}
    return next(iter(found.values())) if len(found) == 1 else ""


def content_of(mail: Mail) -> str:
    """SHA-256 of what the sender wrote, without what servers added on its way: the copies that a
    mail to several addresses becomes have the same."""
    digest = hashlib.sha256()
    for name in ("from", "date", "message-id", "subject"):
        digest.update(mail.headers.first(name).encode(errors="replace") + b"\0")
    for part in mail.parts:
        digest.update(part.raw + b"\0")
    return digest.hexdigest()


def act(incoming: Incoming, mail: Mail, verdict: Verdict, now: datetime) -> Done:
    """Do what the mail asks for; fills in what the row says of it, and saves nothing of the row."""
    found = matching.match(mail, verdict, incoming.sent_to)
    incoming.matched_by = found.by
    if found.probe is not None:
        return _probe(found.probe, incoming, now)
    if found.emails:
        first = found.emails[0]
        incoming.email, incoming.contact = first, first.contact
        incoming.report = first.event.report if first.event is not None else None
    if verdict.kind in (Kind.BOUNCE_PERMANENT, Kind.BOUNCE_TEMPORARY):
        return _bounce(incoming, found, verdict, now)
    if verdict.kind is Kind.DELAY:
        return _told(found, lambda email: _delayed(email, verdict, now), "the server still tries")
    if verdict.kind is Kind.AUTO_REPLY:
        return _told(found, lambda email: _robot(email, verdict, now), "a robot's: no answer")
    if verdict.kind is Kind.COMPLAINT:
        return _complaint(incoming, mail, found, now)
    if verdict.kind is Kind.HUMAN:
        return _person(incoming, mail, found, now)
    return hold(incoming, mail, found, f"It cannot be decided: {verdict.why}", now)


# --- what robots and servers say ---------------------------------------------------------------


def _probe(number: int, incoming: Incoming, now: datetime) -> Done:
    """Our own probe came back: all mail that came before it has been read, since it is read in its
    order; but not while an earlier one waits unread, here or in the mailbox, and may be an answer.
    """
    unread = (Incoming.State.WAITING, Incoming.State.BROKEN)
    if Incoming.objects.filter(state__in=unread, pk__lt=incoming.pk).exists():
        return Done("our own probe; earlier mail waits unread, so it proves nothing")
    if mailbox.unfinished():
        return Done("our own probe; the mailbox holds mail that cannot be read: it proves nothing")
    Probe.objects.filter(pk=number, returned_at=None).update(returned_at=now)
    return Done("our own probe came back")


def _told(found: Match, tell: Callable[[Email], None], what: str) -> Done:
    for email in found.emails:
        tell(email)
    return Done(what if found.emails else f"{what}; about no letter we know")


def _delayed(email: Email, verdict: Verdict, now: datetime) -> None:
    if email.letter_id is not None:
        facts.delayed(letter_id=email.letter_id, reason=_reason(verdict), now=now)


def _robot(email: Email, verdict: Verdict, now: datetime) -> None:
    if email.letter_id is None:
        return
    if verdict.delivered:
        facts.delivered(letter_id=email.letter_id, now=now)
    else:
        facts.answered_by_robot(letter_id=email.letter_id, reason=verdict.why, now=now)


def _reason(verdict: Verdict) -> str:
    """The codes, without what could name an address."""
    return " ".join(verdict.codes) or "no code"


def _bounce(incoming: Incoming, found: Match, verdict: Verdict, now: datetime) -> Done:
    if not found.emails:
        named = [address for address in verdict.addresses if address]
        return _hold_for(
            incoming, contacts.running_with(named), "A failure notice about no letter we know.", now
        )
    said = {address.lower() for address in verdict.addresses}
    for email in found.emails:
        bad = verdict.kind is Kind.BOUNCE_PERMANENT and (
            not said or any(same_address(email.recipient, one) for one in said)
        )
        came_back(email, reason=f"it came back: {_reason(verdict)}", address_is_bad=bad, now=now)
    return Done("a failure notice: the letter was not delivered")


def came_back(email: Email, *, reason: str, address_is_bad: bool, now: datetime) -> None:
    """The server's final word on a mail that it had accepted: it was not delivered.

    Where the address is not bad the letter is queued again, until its time is over.
    """
    if email.event is not None:
        lifecycle.lock(email.event.report_id)  # before the row, as the outbox does
    if address_is_bad:
        subscriptions.address_failed(email.recipient, now=now)
    row = Email.objects.select_for_update().get(pk=email.pk)
    if row.state not in (Email.State.ACCEPTED, Email.State.SENDING) or row.bounced_at is not None:
        return
    wait = (row.give_up_at - row.created_at) / AGAIN
    again = not address_is_bad and now + wait < row.give_up_at
    if row.letter_id is None:
        Email.objects.filter(pk=row.pk).update(bounced_at=now, reason=reason)
        return
    if again and facts.returned(letter_id=row.letter_id, reason=reason, now=now):
        Email.objects.filter(pk=row.pk).update(
            state=Email.State.QUEUED, accepted_at=None, ended_at=None, lease=None,
            leased_until=None, not_before=now + wait, reason=reason,
        )  # fmt: skip
        return
    if not again:
        facts.failed(letter_id=row.letter_id, reason=reason, address_is_bad=address_is_bad, now=now)
    Email.objects.filter(pk=row.pk).update(bounced_at=now, reason=reason)


def _complaint(incoming: Incoming, mail: Mail, found: Match, now: datetime) -> Done:
    told = [email.contact_id for email in found.emails if email.contact_id is not None]
    for contact_id in told:
        facts.complained(contact_id=contact_id, now=now)
    for email in found.emails:
        subscriptions.complained(email.recipient, now=now)
    if found.emails and all(email.kind in subscriptions.KINDS for email in found.emails):
        return Done("a spam complaint: nothing is watched there any more")
    if not told:
        return hold(incoming, mail, found, "A spam complaint about no author's letter.", now)
    return Done("a spam complaint: no more letters go there")


def words_of(incoming: Incoming) -> str:
    """What the sender newly wrote; of a mail that was taken for no person's it is read only now."""
    if incoming.text or incoming.raw is None:
        return incoming.text
    return _written(mime.read(bytes(incoming.raw)))


def _written(mail: Mail) -> str:
    """The new text of the mail. A letter of ours that was passed on may stand in it, and its link
    is a key: that is left out."""
    return LINK.sub("…", new_text(mail.text, mail.html))


# --- what people say ---------------------------------------------------------------------------


def _person(incoming: Incoming, mail: Mail, found: Match, now: datetime) -> Done:
    incoming.text = _written(mail)
    to_authors = [email for email in found.emails if email.contact is not None]
    if not to_authors:
        why = "A person wrote, about no letter to an author."
        return hold(incoming, mail, found, why, now, person=True)
    refused = [
        done for email in to_authors if (done := why_not_answering(mail, email.contact)) is not None
    ]
    if refused:
        why, suggestion = refused[0].what, refused[0].suggestion
        return hold(incoming, mail, found, why, now, suggestion=suggestion, person=True)
    for email in to_authors:
        assert email.contact_id is not None
        replies.received(
            contact_id=email.contact_id, mail=incoming.pk, content=incoming.content,
            text=incoming.text, received_at=incoming.received_at, now=now,
        )  # fmt: skip
    return Done("an author's answer: it waits for its kind")


def why_not_answering(mail: Mail, contact: Contact | None) -> Done | None:
    """None if the sender may answer for `contact`; else why the mail is held, and what to do.

    They may if From names one address of that author which we know, and our own server says that
    the mail really came from its domain.
    """
    assert contact is not None
    sender = sender_of(mail)
    if not sender:
        return Done("It names no sender, or several.")
    known = Address.objects.filter(
        report=contact.inquiry.report_id, author_position=contact.position
    ).exclude(email="")
    if not any(same_address(sender, email) for email in known.values_list("email", flat=True)):
        return Done(
            "It came from an address that we did not write to.", suggestion=_who(sender, contact)
        )
    if not authenticated(
        mail.headers.all("authentication-results"),
        authserv_id=settings.AUTHSERV_ID,
        domain=domain_of(sender),
    ):
        return Done(
            "Our mail server does not say that it really came from its sender.",
            suggestion=f"If the words fit, take it as the answer of {contact.name}: a letter goes "
            "to the address we know, and asks for its kind.",
        )
    return None


def _who(sender: str, contact: Contact) -> str:
    """What a moderator may want to do about an answer from elsewhere."""
    other = Address.objects.filter(report=contact.inquiry.report_id, email__iexact=sender).first()
    if other is not None:
        return f"The address is that of author {other.author_position} of the paper."
    return (
        f"If {contact.name} wrote it, add the address as theirs; if a co-author did, as that "
        "author's."
    )


# --- what waits for a moderator ----------------------------------------------------------------


def hold(
    incoming: Incoming,
    mail: Mail,
    found: Match,
    why: str,
    now: datetime,
    *,
    suggestion: str = "",
    person: bool = False,
) -> Done:
    """Keep the mail for a moderator; it blocks the reports it is about, or else those it names.

    Of a sender who was found to be a robot for the report it blocks nothing; unless a `person`
    wrote it: an author whose absence was answered by a robot answers from the same address.
    """
    sender = sender_of(mail)
    incoming.text = incoming.text or _written(mail)
    about = {email.event.report_id for email in found.emails if email.event is not None}
    reports = sorted(about) if about else matching.reports_named(mail, sender, now)
    known = Robot.objects.filter(sender_hash=contacts.email_hash(sender), report__in=reports)
    robots = set(known.values_list("report_id", flat=True)) if sender and not person else set()
    if reports and robots >= set(reports):
        for email in found.emails:
            if email.letter_id is not None:
                facts.answered_by_robot(
                    letter_id=email.letter_id, reason="the sender is known as a robot", now=now
                )
        return Done("from a sender that a moderator found to be a robot")
    return _hold_for(
        incoming, [pk for pk in reports if pk not in robots], why, now, suggestion=suggestion
    )


def _hold_for(
    incoming: Incoming, reports: list[int], why: str, now: datetime, *, suggestion: str = ""
) -> Done:
    block(incoming, reports, now)
    if incoming.report is None and len(reports) == 1:
        incoming.report_id = reports[0]
    return Done(why, held=True, suggestion=suggestion)


def block(incoming: Incoming, reports: list[int], now: datetime) -> None:
    """Nothing lapses on these reports until the mail is decided on."""
    for inquiry in locked(reports):
        holds.hold_for_mail(
            inquiry, mail=incoming.pk, reason="A mail waits for a decision.", now=now
        )


def unblock(incoming: Incoming, now: datetime, *, moderator: User | None = None) -> None:
    """The mail is decided on: what it held up goes on, but for where it waits as a reply."""
    behind = Hold.objects.filter(mail=incoming.pk, released_at=None)
    for inquiry in locked(list(behind.values_list("inquiry__report_id", flat=True))):
        waiting = Reply.objects.filter(contact__inquiry=inquiry, mail=incoming.pk, decided_at=None)
        if waiting.exists():
            continue
        actor = Actor.MAIL if moderator is None else Actor.MODERATOR
        holds.release_mail(inquiry, mail=incoming.pk, actor=actor, moderator=moderator, now=now)
        clock.plan(inquiry, now=now)


def locked(reports: Sequence[int]) -> Iterator[Inquiry]:
    """The inquiries of the reports, papers and reports locked in the one order."""
    papers = dict(Report.objects.filter(pk__in=reports).values_list("pk", "paper_id"))
    for report_id in sorted(papers, key=lambda pk: (papers[pk] or 0, pk)):
        report = lifecycle.lock(report_id)
        inquiry = Inquiry.objects.select_for_update().filter(report=report).first()
        if inquiry is not None:
            inquiry.report = report
            yield inquiry
