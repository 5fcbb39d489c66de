"""Whether links open: asked for once when a report or an answer is given, by a sweep, one link of
a host at a time. What could not be told is tried again, three times at most.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from reports.link_fetch import opens
from reports.link_hosts import host_of
from reports.models import Answer, Evidence, LinkCheck

AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""When a link of which we are not sure is tried again."""
LEASE = timedelta(minutes=10)
"""A try that was begun and not ended, because its worker died, is begun anew so much later."""
PAUSE = timedelta(seconds=20)
"""Between two links of one host."""


UNUSED = timedelta(days=7)
"""How long it is known about a link of a draft, or of words that were erased, whether it opens."""
SECONDS = 60
"""After so long a sweep begins no other link; one link takes a minute at most."""


def ask(urls: Iterable[str], *, now: datetime) -> dict[str, LinkCheck]:
    """The checks of those links that the site opens, by link; new ones are due now."""
    hosts = {url: host_of(url, settings.LINK_HOSTS) for url in urls if url}
    wanted = {url: host for url, host in hosts.items() if host}
    if not wanted:
        return {}
    LinkCheck.objects.bulk_create(
        [LinkCheck(url=url, host=host, due_at=now) for url, host in sorted(wanted.items())],
        ignore_conflicts=True,
    )
    return known(wanted)


def known(urls: Iterable[str]) -> dict[str, LinkCheck]:
    """What is known about these links, by link."""
    return {check.url: check for check in LinkCheck.objects.filter(url__in=set(urls))}


def check_due(*, now: datetime, limit: int = 10) -> int:
    """Open up to `limit` links that are due, one of each host; returns how many were opened.

    Running it twice, in parallel or late changes nothing but the time.
    """
    due = LinkCheck.objects.filter(due_at__lte=now)
    busy = LinkCheck.objects.filter(tried_at__gt=now - PAUSE).values("host")
    first = due.exclude(host__in=busy).order_by("host", "due_at", "pk").distinct("host")
    until = time.monotonic() + SECONDS
    done = 0
    for check_id in list(first.values_list("pk", flat=True)[:limit]):
        if time.monotonic() > until:
            break
        done += _check(check_id, now)
    return done


def _check(check_id: int, now: datetime) -> bool:
    """Open one link, if nobody else does; no transaction is open meanwhile."""
    with transaction.atomic():
        row = LinkCheck.objects.select_for_update(skip_locked=True)
        check = row.filter(pk=check_id, due_at__lte=now).first()
        if check is None:
            return False
        check.due_at, check.tried_at = now + LEASE, now
        check.tries += 1
        check.save(update_fields=["due_at", "tried_at", "tries"])
    outcome, status = opens(check.url)
    unsure = outcome is LinkCheck.Outcome.UNSURE and check.tries <= len(AGAIN)
    check.due_at = now + AGAIN[check.tries - 1] if unsure else None
    check.outcome, check.status = outcome, status
    check.save(update_fields=["due_at", "outcome", "status"])
    return True


def forget_unused(*, now: datetime) -> int:
    """Delete what is known about links that nobody gives any more; returns how many."""
    here = OuterRef("pk")
    unused = LinkCheck.objects.filter(
        ~Exists(Evidence.objects.filter(url_check=here)),
        ~Exists(Answer.objects.filter(url_check=here)),
        tried_at__lte=now - UNUSED,
    )
    return unused.delete()[0]
