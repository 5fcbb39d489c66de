"""What moderators decide about answers by mail, and about robots that answer. Each function is one
transaction; the conflict rule of section 3 holds for all."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from accounts.models import User
from reports import answers, contacts, replies
from reports import inquiry as clock
from reports.deciding import deciding, must, record_decision, words
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Reply
from reports.permitted import in_words

CHANGED = "Its text is not the whole new text of the mail, as it was understood."


def publish(
    *,
    reply_id: int,
    moderator: User,
    kind: str,
    name: str,
    text: str,
    form_key: UUID,
    now: datetime,
    url: str = "",
) -> Answer:
    """Publish the reply as an answer of `kind`, once its author has had seven days to do it.

    What else waits of the same author goes on waiting. Whether `text` is the mail's whole new text
    stands in the log.
    """
    with deciding(_report_of(reply_id), moderator) as (report, _):
        reply = _waiting(reply_id)
        must(not_yet(reply, now))
        answer = answers.give_answer(
            contact_id=reply.contact_id, kind=kind, text=text, url=url, name=name, role="",
            form_key=form_key, now=now, reply=reply, moderator=moderator,
        )  # fmt: skip
        whole = text.split() == reply.text.split()
        record_decision(
            report, moderator, now, "reply published", contact=reply.contact,
            note="" if whole else CHANGED,
        )  # fmt: skip
    return answer


def _report_of(reply_id: int) -> int:
    return Reply.objects.values_list("contact__inquiry__report_id", flat=True).get(pk=reply_id)


def not_yet(reply: Reply, now: datetime) -> str:
    """Empty, or until when it is the author's to choose the kind of what they wrote."""
    if now >= reply.moderator_from:
        return ""
    return gettext("The author chooses its kind until {when}.").format(
        when=in_words(reply.moderator_from)
    )


def set_aside(*, reply_id: int, moderator: User, reason: str, now: datetime) -> None:
    """What came is no answer (a question, thanks): the hold ends, at least 14 days are left."""
    with deciding(_report_of(reply_id), moderator) as (report, inquiry):
        reply = _waiting(reply_id)
        reason = words(reason)
        replies.decide(reply, inquiry, now=now, set_aside=reason, moderator=moderator)
        record_decision(
            report, moderator, now, "reply set aside", contact=reply.contact, note=reason
        )
        clock.order_letters(inquiry, now=now)


def _waiting(reply_id: int) -> Reply:
    reply = Reply.objects.select_related("contact").get(pk=reply_id)
    if reply.decided_at is not None:
        raise Refused("This reply was decided on already.")
    return reply


def robots_are(*, contact_id: int, moderator: User, what: str, now: datetime) -> None:
    """A moderator says what answered every letter to the author: *away*, or a *robot* beside them.
    From then on the letters count as those of others do (product.md, section 4)."""
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    with deciding(report_id, moderator) as (report, inquiry):
        contact = Contact.objects.get(pk=contact_id)
        must(contacts.no_robots(contact))
        if what not in Contact.Robots.values:
            raise Refused("Choose whether the author is away, or a robot answers beside them.")
        contact.robots_are = what
        contact.save(update_fields=["robots_are"])
        record_decision(report, moderator, now, f"robots: {what}", contact=contact)
        clock.plan(inquiry, now=now)
