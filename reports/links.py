"""Is this link valid: answer links, derived from a key and stored only as a hash.

The token is HMAC-SHA256(LINK_KEY, purpose, id, version) in URL-safe base64; whoever reads the
database cannot make one.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from reports.models import Agreement, AnswerLink, Contact, LinkUse

VALID_AFTER_END = timedelta(days=365)


def _token(purpose: str, *parts: int) -> str:
    message = ":".join((purpose, *map(str, parts))).encode()
    digest = hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_for(contact: Contact, now: datetime) -> str:
    """The token of the contact's link; derived when a letter is sent, its hash stored."""
    token = _token("answer", contact.pk, contact.link_version)
    AnswerLink.objects.get_or_create(
        contact=contact,
        version=contact.link_version,
        defaults={"token_hash": token_hash(token), "created_at": now},
    )
    return token


def agreement_token(agreement: Agreement) -> str:
    """The token of the link by which an agreement is confirmed."""
    return _token("agreement", agreement.answer_id)


def appeal_token(appeal_id: int) -> str:
    """The token of the link by which an appeal is confirmed."""
    return _token("appeal", appeal_id)


def watch_token(subscriber_id: int) -> str:
    """The token of the page on which somebody sees what they watch by mail, and ends it."""
    return _token("watch", subscriber_id)


def resolve(token: str, now: datetime) -> AnswerLink | None:
    """The link of a token; None if it is unknown, revoked, or a year old and a year past the
    inquiry's end."""
    link = (
        AnswerLink.objects.select_related("contact__inquiry__report__paper")
        .filter(
            token_hash=token_hash(token),
            revoked_at=None,
            version=F("contact__link_version"),  # also where a letter was written meanwhile
        )
        .first()
    )
    if link is None:
        return None
    closed_at = link.contact.inquiry.closed_at
    if closed_at is not None and now > max(closed_at, link.created_at) + VALID_AFTER_END:
        return None
    return link


def ended_at(token: str) -> datetime | None:
    """When the link of a token that does not work any more was ended; None for any other token."""
    return (
        AnswerLink.objects.filter(token_hash=token_hash(token), revoked_at__isnull=False)
        .values_list("revoked_at", flat=True)
        .first()
    )


def used(link: AnswerLink, what: str, now: datetime) -> None:
    """Log a use of the link."""
    LinkUse.objects.create(link=link, what=what, at=now)


def revoke(contact: Contact, now: datetime) -> None:
    """End the contact's links; the next letter carries a new one."""
    AnswerLink.objects.filter(contact=contact, revoked_at=None).update(revoked_at=now)
    contact.link_version += 1
    contact.save(update_fields=["link_version"])
