"""What an author can do behind the link now, and what waits (product.md, section 8). Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports import agreements
from reports.answer_guides import GUIDES, Guide
from reports.answers import no_more_time
from reports.inquiry import has_open_hold
from reports.lapse import earlier_answer_stands
from reports.models import Agreement, Answer, Contact, Report, Suggestion
from reports.public_record import REACHED


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What applies to one contact now."""

    kinds: Sequence[Guide]
    no_more_time: str  # empty, or why none can be asked for
    earlier: int | None  # the report of the paper on which an answer to this claim stands: its id
    waiting: Suggestion | None  # what this author said of the address, not yet decided
    to_object: Agreement | None  # a co-author's agreement that waits for objections
    own: Agreement | None  # this author's newest agreement, not taken back
    held: bool

    def why_not(self, what: str) -> str:
        """Empty, or the sentence for a link of a letter that leads to nothing any more."""
        if what == "object" and self.to_object is None:
            return agreements.NOTHING_TO_OBJECT
        if what == "take_back" and self.own is None:
            return agreements.NOTHING_TO_TAKE_BACK
        return self.no_more_time if what == "more_time" else ""


def offers_to(contact: Contact, report: Report, now: datetime) -> Offers:
    """What the author behind `contact` can do about `report`."""
    earlier = earlier_answer_stands(report)
    to_object = agreements.open_to_objection(contact).first() if contact.state in REACHED else None
    return Offers(
        kinds=[
            guide
            for kind, guide in GUIDES.items()
            if kind is not Answer.Kind.EARLIER_STANDS or earlier is not None
        ],
        no_more_time=no_more_time(report.inquiry, now),
        earlier=earlier,
        waiting=contact.suggestions.filter(decided_at=None).last(),
        to_object=to_object,
        own=agreements.own_agreements(contact).last(),
        held=has_open_hold(report.inquiry),
    )
