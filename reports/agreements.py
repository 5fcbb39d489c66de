"""*Agrees* on its way to *confirmed* (product.md, section 4).

An answer that agrees is confirmed through a second mail to an address we wrote to; then no other
reached author may object for `policy.objection`. It can be taken back at any time.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from reports import contacts, lifecycle, links
from reports.lifecycle import Refused
from reports.models import Agreement, Contact, EventKind, Report
from reports.public_record import REACHED
from reports.states import LISTABLE, Actor, State

NOTHING_TO_OBJECT = "There is no agreement that waits for objections."
NOTHING_TO_TAKE_BACK = "There is no agreement to take back."
OPEN_TO_CONFIRMATION = (State.ANSWERED, State.DISPUTED)


def of_token(token: str) -> Agreement | None:
    """The agreement of a confirmation link; None if there is none."""
    return (
        Agreement.objects.select_related("answer__contact__inquiry__report__paper")
        .filter(token_hash=links.token_hash(token))
        .first()
    )


def _locked(agreement_id: int) -> tuple[Agreement, Contact, Report]:
    contact_id = Agreement.objects.values_list("answer__contact_id", flat=True).get(pk=agreement_id)
    assert contact_id is not None
    contact, inquiry = contacts.lock(contact_id)
    return Agreement.objects.select_for_update().get(pk=agreement_id), contact, inquiry.report


def _record(
    agreement: Agreement,
    report: Report,
    contact: Contact,
    step: str,
    now: datetime,
    *,
    to_do: bool = True,
) -> None:
    lifecycle.record(
        report, EventKind.AGREEMENT, actor=Actor.AUTHOR, now=now, contact=contact,
        data={"step": step, "agreement": agreement.pk}, to_do=to_do,
    )  # fmt: skip


def confirm(*, token: str, now: datetime) -> Agreement:
    """Confirm the agreement of `token`; co-authors may object until `settles_at`."""
    found = of_token(token)
    if found is None:
        raise Refused("This link is not known. Please use the whole link of the newest letter.")
    with transaction.atomic():
        agreement, contact, report = _locked(found.pk)
        if agreement.taken_back_at is not None:
            raise Refused("This agreement was taken back.")
        if contact.state == Contact.State.VOID:
            raise Refused("A moderator found that this address is not that of an author.")
        if agreement.confirmed_at is None:
            agreement.confirmed_at = now
            agreement.settles_at = now + contact.inquiry.policy.objection
            agreement.save(update_fields=["confirmed_at", "settles_at"])
            _record(agreement, report, contact, "confirmed", now)
    return agreement


def open_to_objection(contact: Contact) -> QuerySet[Agreement]:
    """The agreements of co-authors on the same report that wait for objections."""
    return (
        Agreement.objects.filter(
            answer__reports=contact.inquiry.report_id,
            taken_back_at=None, objected_at=None, settled_at=None,
        )
        .exclude(answer__contact=contact)
        .select_related("answer")
        .order_by("pk")
    )  # fmt: skip


def own_agreements(contact: Contact) -> QuerySet[Agreement]:
    """The contact's own agreements that were not taken back."""
    return Agreement.objects.filter(answer__contact=contact, taken_back_at=None).order_by("pk")


def object_to(*, contact_id: int, now: datetime) -> None:
    """A co-author objects to what others agreed to on the same report: to all that waits."""
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        waiting = list(open_to_objection(contact))
        if not waiting:
            raise Refused(NOTHING_TO_OBJECT)
        if contact.state not in REACHED:
            raise Refused("Only an author we wrote to objects. Please answer instead.")
        for agreement in waiting:
            agreement.objected_at, agreement.objected_by = now, contact
            agreement.save(update_fields=["objected_at", "objected_by"])
            _record(
                agreement, inquiry.report, contact, "objected", now, to_do=agreement is waiting[0]
            )


def take_back(*, contact_id: int, now: datetime) -> None:
    """The author takes the agreement back; a confirmed report is answered again."""
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        agreements = list(own_agreements(contact))
        if not agreements:
            raise Refused(NOTHING_TO_TAKE_BACK)
        for agreement in agreements:
            agreement.taken_back_at = now
            agreement.save(update_fields=["taken_back_at"])
            _record(agreement, inquiry.report, contact, "taken back", now)
        if inquiry.report.state == State.CONFIRMED:
            lifecycle.transition(
                inquiry.report, State.ANSWERED, actor=Actor.AUTHOR, now=now, contact=contact,
                note="The author took the agreement back.",
            )  # fmt: skip


def confirm_due(*, now: datetime, limit: int = 200) -> int:
    """Confirm the reports whose agreement settled without objection; returns how many."""
    due = (
        Agreement.objects.filter(settled_at=None, settles_at__lte=now)
        .order_by("settles_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_settle(agreement_id, now) for agreement_id in list(due))


def _settle(agreement_id: int, now: datetime) -> bool:
    with transaction.atomic():
        agreement, contact, report = _locked(agreement_id)
        if agreement.settled_at is not None:
            return False
        if contact.inquiry.holds.filter(released_at=None).exists():
            return False  # somebody's word on who was asked waits for a decision
        agreement.settled_at = now
        agreement.save(update_fields=["settled_at"])
        if (
            agreement.objected_at is not None
            or agreement.taken_back_at is not None
            or contact.state == Contact.State.VOID
            or report.state not in OPEN_TO_CONFIRMATION
            or report.outcome not in LISTABLE
        ):
            return False
        lifecycle.transition(
            report, State.CONFIRMED, actor=Actor.SWEEP, now=now, contact=contact,
            data={"agreement": agreement.pk},
        )  # fmt: skip
    return True
