"""Whether the domains of authors' addresses take mail: asked of their name servers by a sweep, once
an address is given, and shown to moderators before they accept it. It decides nothing: an address
at a domain that takes none fails by itself, and a name server that is away proves nothing.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import dns.resolver
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Lower, StrIndex, Substr

from registry.mail_addresses import domain_of, takes_mail
from reports.models import Address, MailDomain

AGAIN = (timedelta(minutes=10), timedelta(hours=6), timedelta(days=1))
"""When a domain of which nothing could be told is asked again."""
LEASE = timedelta(minutes=5)
"""A try that was begun and not ended, because its worker died, is begun anew so much later."""
OLD = timedelta(days=90)
"""What was told longer ago is asked again when the address is given once more."""
PATIENCE = 5
"""Seconds for all the answers about a domain."""
SECONDS = 30
"""After so long a sweep begins no other domain."""

Resolve = Callable[[str], bool | None]
"""Whether the domain of an address takes mail; None where it cannot be told."""


def ask(emails: Iterable[str], *, now: datetime) -> None:
    """Have the domains of these addresses asked, those of which nothing fresh is known."""
    domains = sorted({domain_of(email) for email in emails} - {""})
    if not domains or not settings.CHECK_MAIL_DOMAINS:
        return
    MailDomain.objects.bulk_create(
        [MailDomain(domain=domain, due_at=now) for domain in domains], ignore_conflicts=True
    )
    MailDomain.objects.filter(domain__in=domains, tried_at__lt=now - OLD, due_at=None).update(
        due_at=now, tries=0
    )


def known(emails: Iterable[str]) -> dict[str, MailDomain]:
    """What is known, by domain."""
    domains = {domain_of(email) for email in emails}
    return {one.domain: one for one in MailDomain.objects.filter(domain__in=domains)}


def check_due(*, now: datetime, limit: int = 20, resolve: Resolve | None = None) -> int:
    """Ask about up to `limit` domains that are due; how many were asked.

    Running it twice, in parallel or late changes nothing but the time.
    """
    resolve = resolve or asks(dns.resolver.Resolver())
    due = MailDomain.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    until = time.monotonic() + SECONDS
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if time.monotonic() > until:
            break
        done += _check(pk, now, resolve)
    return done


def asks(resolver: dns.resolver.Resolver) -> Resolve:
    """What asks the name servers of `resolver`."""
    resolver.lifetime = PATIENCE
    return lambda email: takes_mail(email, resolver=resolver)


def _check(pk: int, now: datetime, resolve: Resolve) -> bool:
    """Ask about one domain, if nobody else does; no transaction is open meanwhile."""
    with transaction.atomic():
        rows = MailDomain.objects.select_for_update(skip_locked=True)
        one = rows.filter(pk=pk, due_at__lte=now).first()
        if one is None:
            return False
        one.due_at, one.tried_at, one.tries = now + LEASE, now, one.tries + 1
        one.save(update_fields=["due_at", "tried_at", "tries"])
    one.takes_mail = resolve(f"postmaster@{one.domain}")
    again = one.takes_mail is None and one.tries <= len(AGAIN)
    one.due_at = now + AGAIN[one.tries - 1] if again else None
    one.save(update_fields=["takes_mail", "due_at"])
    return True


def forget_unused(*, now: datetime) -> int:
    """Delete what is known about domains of which no address is left; returns how many."""
    domain = Lower(Substr("email", StrIndex(F("email"), Value("@")) + 1))
    used = Address.objects.annotate(domain=domain).filter(domain=OuterRef("domain"))
    return MailDomain.objects.filter(~Exists(used), tried_at__lte=now - OLD).delete()[0]
