"""Watching by mail: asked for, confirmed by mail, changed, ended and forgotten (product.md,
section 7).

Nothing that somebody who asks sees depends on whether the address is known. Locks are taken in one
order: reports, if any, then the subscriber, then rows of the outbox.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import headers, periods
from notifications.addresses import domain_of
from notifications.models import Email, NoMore, Subscriber, Subscription
from notifications.watched import Thing
from reports import links
from reports.contacts import email_hash
from reports.models import OptOut

CONFIRM, DIGEST = "watch_confirm", "digest"
KINDS = (CONFIRM, DIGEST)
"""The letters to those who watch something."""
CONFIRM_WITHIN = timedelta(days=7)
"""So long after it was asked for something can be confirmed; then it is forgotten."""
MOST = 50
"""So many things one address watches, or is asked to confirm, at most."""
APART, A_DAY = timedelta(hours=1), 3
"""To one address at most one letter that asks to confirm goes within an hour, and three a day."""
ENDED = "nothing is watched any more"
NEVER_AGAIN = "the person asked not to be written to again"


class Unknown(Exception):
    """There is nothing behind this link, or not any more."""


def never_again(hashed: str) -> bool:
    """Whether the person asked never to be asked again to watch something."""
    return NoMore.objects.filter(email_hash=hashed).exists()


def wants_no_letter(hashed: str) -> bool:
    """Whether nobody may have us ask the person: so they said, here or as the author of a paper."""
    return never_again(hashed) or OptOut.objects.filter(email_hash=hashed).exists()


def silent_about(hashes: Iterable[str]) -> dict[str, set[int]]:
    """The papers (their roots) about which people asked us, as authors, not to write again, by the
    hash of their address: whatever they watch, they are not told of these."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = OptOut.objects.filter(email_hash__in=set(hashes))
    for hashed, paper, root in rows.values_list("email_hash", "paper_id", "paper__root_id"):
        found[hashed].add(root or paper)
    return found


def ask(*, email: str, thing: Thing, rhythm: str, language: str, now: datetime) -> None:
    """Somebody, who may be anybody, asks that `email` is told about `thing`.

    A letter asks there to confirm it; none goes to who wants no mail, and not more than APART and
    A_DAY say: what was asked meanwhile stands in the next one, and on the page behind its link.
    """
    hashed = email_hash(email)
    if wants_no_letter(hashed):
        return
    wish = {"rhythm": rhythm, "language": language}
    with transaction.atomic():
        subscriber = _locked_or_new(email, hashed, wish, now)
        if subscriber.due_at is None:  # nobody confirmed it, so the newest wish is as good
            subscriber.language = language
            subscriber.save(update_fields=["language"])
        known = subscriber.subscriptions.filter(thing.row).first()
        if known is None and subscriber.subscriptions.count() < MOST:
            subscriber.subscriptions.create(**thing.columns, **wish, created_at=now)
        elif known is not None and known.confirmed_at is None:
            known.rhythm, known.language, known.created_at = rhythm, language, now
            known.save(update_fields=["rhythm", "language", "created_at"])
        _order_letter(subscriber, now)


def _locked_or_new(email: str, hashed: str, wish: dict[str, str], now: datetime) -> Subscriber:
    """The subscriber of the address, locked; made if there is none."""
    while True:
        subscriber, made = Subscriber.objects.get_or_create(
            email_hash=hashed, defaults={"email": email, "created_at": now, **wish}
        )
        if made:
            subscriber.token_hash = links.token_hash(links.watch_token(subscriber.pk))
            subscriber.save(update_fields=["token_hash"])
        locked = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        if locked is not None:  # else it was ended at this moment
            return locked


def _order_letter(subscriber: Subscriber, now: datetime) -> None:
    """Order the letter that asks to confirm, for the next moment at which one may go."""
    letters = subscriber.emails.filter(kind=CONFIRM)
    if letters.filter(state=Email.State.QUEUED).exists():
        return  # it tells what is asked for when it leaves
    last = letters.filter(not_before__gt=now - timedelta(days=1)).order_by("-not_before")
    before = list(last.values_list("not_before", flat=True)[:A_DAY])
    at = max([now, *(moment + APART for moment in before[:1])])
    if len(before) == A_DAY:
        at = max(at, before[-1] + timedelta(days=1))
    row_for(
        subscriber, kind=CONFIRM, name=uuid4().hex, now=now, at=at, within=CONFIRM_WITHIN
    ).save()


def row_for(
    subscriber: Subscriber, *, kind: str, name: str, now: datetime, at: datetime, within: timedelta
) -> Email:
    """A row of the outbox for a letter to the subscriber, not stored yet: not sent before `at`, nor
    tried for longer than `within`."""
    key = f"{kind}.subscriber-{subscriber.pk}.{name}"
    return Email(
        key=key,
        kind=kind,
        lane=Email.Lane.PRIORITY if kind == CONFIRM else Email.Lane.DIGEST,
        subscriber=subscriber,
        recipient=subscriber.email,
        domain=domain_of(subscriber.email),
        language=subscriber.language,
        message_id=headers.message_id(key, settings.MESSAGE_ID_DOMAIN),
        created_at=now,
        not_before=at,
        give_up_at=at + within,
    )


# --- behind the link of a letter ----------------------------------------------------------------


def of_token(token: str) -> Subscriber | None:
    """Whose link it is; None if nobody's, or not any more."""
    return Subscriber.objects.filter(token_hash=links.token_hash(token)).first()


def waiting(subscriber: Subscriber, now: datetime) -> QuerySet[Subscription]:
    """What was asked for and can still be confirmed."""
    asked = Q(confirmed_at=None, created_at__gt=now - CONFIRM_WITHIN)
    return subscriber.subscriptions.filter(asked).select_related("paper__root")


def watching(subscriber: Subscriber) -> QuerySet[Subscription]:
    """What is confirmed."""
    confirmed = subscriber.subscriptions.filter(confirmed_at__isnull=False)
    return confirmed.select_related("paper__root")


def _locked(token: str) -> Subscriber:
    """Whose link it is, locked; Unknown if nobody's."""
    hashed = links.token_hash(token)
    found = Subscriber.objects.select_for_update().filter(token_hash=hashed).first()
    if found is None:
        raise Unknown
    return found


def confirm(*, token: str, ids: Collection[int], now: datetime) -> int:
    """What stood on the page that the person confirmed is watched from now on; how much it was.

    The newest wish about rhythm and language among it holds for all. Twice is as once.
    """
    with transaction.atomic():
        subscriber = _locked(token)
        asked = waiting(subscriber, now).filter(pk__in=ids)
        newest = asked.order_by("-created_at", "-pk").first()
        if newest is None:
            return 0
        confirmed = Subscription.objects.filter(pk__in=[one.pk for one in asked])
        done = confirmed.update(confirmed_at=now)
        if subscriber.told_until is None:
            subscriber.told_until = now
        _keep_to(subscriber, newest.rhythm, newest.language, now)
        return done


def change(*, token: str, rhythm: str, language: str, now: datetime) -> None:
    """Change how often digests come, and their language. Unknown, or nothing for who confirmed
    nothing."""
    with transaction.atomic():
        subscriber = _locked(token)
        if subscriber.due_at is not None:
            _keep_to(subscriber, rhythm, language, now)


def _keep_to(subscriber: Subscriber, rhythm: str, language: str, now: datetime) -> None:
    """Write to the confirmed subscriber in this rhythm; a digest that is due stays due."""
    if subscriber.due_at is None or subscriber.rhythm != rhythm:
        subscriber.due_at = periods.looked_at(rhythm, now)
    subscriber.rhythm, subscriber.language = rhythm, language
    subscriber.save(update_fields=["rhythm", "language", "told_until", "due_at"])


def end(*, token: str, subscription_id: int, now: datetime) -> bool:
    """End one thing, confirmed or not; whether anything is left. Twice is as once."""
    with transaction.atomic():
        subscriber = _locked(token)
        subscriber.subscriptions.filter(pk=subscription_id).delete()
        if not subscriber.subscriptions.exists():
            _forget(subscriber, now)
            return False
        _write_again(subscriber, now)
        if not watching(subscriber).exists():
            subscriber.told_until = subscriber.due_at = None
        subscriber.save(update_fields=["told_until", "due_at"])
        return True


def _write_again(subscriber: Subscriber, now: datetime) -> None:
    """A digest that did not leave yet is written anew, without what was ended."""
    waits = subscriber.emails.filter(kind=DIGEST, state=Email.State.QUEUED, attempts=0)
    for mail in waits.select_for_update(of=("self",)).select_related("digest").order_by("-pk"):
        subscriber.told_until, subscriber.due_at = mail.digest.since, now
        mail.delete()


def end_all(*, token: str, now: datetime, never_again: bool = False) -> bool:
    """End everything and forget the address; with `never_again` keep its hash, so that no letter of
    this kind goes there whoever asks. Whether there was anything."""
    with transaction.atomic():
        try:
            subscriber = _locked(token)
        except Unknown:
            return False
        if never_again:
            _never_again(subscriber.email_hash, now)
        _forget(subscriber, now)
        return True


# --- what the mail tells, and what time does ------------------------------------------------------


def address_failed(email: str, *, now: datetime) -> None:
    """There is no such address: nothing is watched there any more."""
    with transaction.atomic():
        _end_at(email, now)


def complained(email: str, *, now: datetime) -> None:
    """A letter was reported as spam: nothing is watched there, and nobody is asked to."""
    if email:
        with transaction.atomic():
            _never_again(email_hash(email), now)
            _end_at(email, now)


def erase(email: str, *, now: datetime) -> None:
    """The person behind the address wants to be forgotten."""
    with transaction.atomic():
        _end_at(email, now)


def _end_at(email: str, now: datetime) -> None:
    known = Subscriber.objects.select_for_update().filter(email_hash=email_hash(email)).first()
    if email and known is not None:
        _forget(known, now)


def _never_again(hashed: str, now: datetime) -> None:
    NoMore.objects.get_or_create(email_hash=hashed, defaults={"at": now})


def _forget(subscriber: Subscriber, now: datetime) -> None:
    """Delete the locked subscriber, and the address from all that was sent; what waits is not sent.

    A mail that a worker sends at this moment is cleared by the sweep (retention.py).
    """
    mails = subscriber.emails.all()
    mails.filter(state=Email.State.QUEUED).update(
        state=Email.State.CANCELLED, ended_at=now, reason=ENDED, recipient=""
    )
    mails.exclude(state=Email.State.SENDING).update(recipient="")
    subscriber.delete()


def forget_unconfirmed(*, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` wishes that nobody confirmed in time, and who has no other; how many."""
    old = Subscription.objects.filter(confirmed_at=None, created_at__lte=now - CONFIRM_WITHIN)
    whose = list(old.order_by("created_at").values_list("subscriber_id", flat=True)[:limit])
    forgotten = 0
    for number in sorted(set(whose)):
        with transaction.atomic():
            free = Subscriber.objects.select_for_update(skip_locked=True)
            subscriber = free.filter(pk=number).first()
            if subscriber is None:
                continue
            forgotten += old.filter(subscriber=subscriber).delete()[0]
            if not subscriber.subscriptions.exists():
                _forget(subscriber, now)
    return forgotten
