"""Forgetting addresses of authors twelve months after they were needed (product.md, section 11).

An inquiry ends when its report is answered, lapsed, unasked, withdrawn or removed, and is open
again while the report is asking or unreachable; only one that has ended is forgotten. A report
whose authors were never asked is forgotten that long after its last change, unless it waits for
the moderators. The links in the letters end at the same time (links.VALID_AFTER_END).

Gone are the addresses, where they were found, and their copies in the form as typed and in what
authors and moderators wrote down. What was sent when, and whether it arrived, stays; so does the
hash by which "do not write to me again" is kept.
"""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from reports import lifecycle
from reports.links import VALID_AFTER_END
from reports.models import Address, AddressSearch, Contact, Reply, Report, Suggestion
from reports.states import State

ADDRESS = re.compile(r"\S+@\S+")
TYPED = re.compile(r"address-\d+-(?:email|source|source_url)")
"""Fields of the form as typed that hold an address or lead to it."""


def ended(now: datetime) -> QuerySet[Report]:
    """The reports whose addresses are not needed any more and are still kept."""
    until = now - VALID_AFTER_END
    never_asked = Q(inquiry=None, updated_at__lte=until) & ~Q(state=State.SUBMITTED)
    lately = Address.objects.filter(report=OuterRef("pk"), checked_at__gt=until).exclude(email="")
    ended = Q(inquiry__closed_at__lte=until) & ~Exists(lately)  # an author came by themselves
    return Report.objects.filter(ended | never_asked, forgotten_at=None)


def forget_addresses(*, now: datetime, limit: int = 200) -> int:
    """Forget the addresses of up to `limit` reports; returns how many reports.

    Running it twice, in parallel or late changes nothing but the time.
    """
    due = ended(now).order_by("updated_at").values_list("pk", flat=True)[:limit]
    return sum(_forget(report_id, now) for report_id in list(due))


def _forget(report_id: int, now: datetime) -> bool:
    with transaction.atomic():
        report = lifecycle.lock(report_id, skip_locked=True)
        if report is None or not ended(now).filter(pk=report_id).exists():
            return False
        Contact.objects.filter(inquiry__report=report).update(address=None)
        report.addresses.update(email="", source="", source_url="")
        for suggestion in Suggestion.objects.filter(contact__inquiry__report=report):
            suggestion.email, suggestion.note = "", _without(suggestion.note)
            suggestion.save(update_fields=["email", "note"])
        for search in AddressSearch.objects.filter(report=report):
            search.where, search.found = _without(search.where), _without(search.found)
            search.save(update_fields=["where", "found"])
        Reply.objects.filter(contact__inquiry__report=report).update(text="")
        typed = report.typed.items()
        report.typed = {name: value for name, value in typed if not TYPED.fullmatch(name)}
        report.forgotten_at = now
        report.save(update_fields=["typed", "forgotten_at"])
    return True


def _without(text: str) -> str:
    return ADDRESS.sub("…", text)
