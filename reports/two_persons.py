"""What two moderators decide together where settings.TWO_PERSON_RULE is on.

The removal of a report, and the release of a hold after the deadline has passed.
"""

from datetime import datetime

from django.conf import settings

from reports.models import Inquiry

ASK_ANOTHER = (
    "Two moderators decide on this together: propose it with your reason, and another one confirms."
)


def for_removal() -> bool:
    """Whether a removal takes two."""
    return bool(settings.TWO_PERSON_RULE)


def for_release(inquiry: Inquiry, now: datetime) -> bool:
    """Whether the release of a hold takes two: the report may lapse soon after it."""
    passed = inquiry.deadline is not None and inquiry.deadline < now
    return bool(settings.TWO_PERSON_RULE) and passed
