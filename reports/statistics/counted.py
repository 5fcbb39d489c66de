"""What the statistics count: what everybody can read now, and nothing else.

Whatever is computed here depends on public reports, their public answers and listings, and the
moment of computing; so it changes when something becomes public or stops being so, and never
because somebody is being asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from registry.models import Ending, Listing, Paper
from reports.models import Answer, Claim, Original, Redaction, Report, ReportEvent
from reports.states import State
from reports.visibility import public_reports

LEAST = 5
"""Of fewer things nothing is said."""
WINDOWS = 3
"""Inquiries count from so many response windows after the asking on. Before, those with an answer
are public and the others secret, so that all would seem to be answered. By then an inquiry without
an answer has lapsed, even with more time; only what a hold or a restart keeps open is missing."""
ANSWERED = ~Q(state=State.LAPSED)
"""Of the inquiries: whether there is an answer. Who lapsed and answers is not lapsed any more."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What counts at the moment `now`; `trial` are the reports that a trial run listed."""

    now: datetime
    trial: Sequence[int] = ()

    @classmethod
    def at(cls, now: datetime) -> "Counted":
        """What counts now; of trials nothing does, but in a trial."""
        if settings.TRIAL_MODE:
            return cls(now=now)
        lapsed = ReportEvent.objects.filter(target=State.LAPSED, data__trial=True).order_by()
        return cls(now=now, trial=list(lapsed.values_list("report_id", flat=True).distinct()))

    def reports(self) -> QuerySet[Report]:
        """The public reports."""
        found = public_reports().order_by()
        return found.exclude(pk__among=self.trial) if self.trial else found

    def inquiries(self) -> QuerySet[Report]:
        """The reports whose authors were reached and asked, long enough ago."""
        window = Cast(KeyTextTransform("window", "inquiry__frozen_policy"), FloatField())
        waited: Any = window * Value(timedelta(seconds=WINDOWS))
        settled: Any = F("inquiry__opened_at") + ExpressionWrapper(waited, DurationField())
        return (
            self.reports()
            .filter(inquiry__deadline__isnull=False)
            .annotate(settled=ExpressionWrapper(settled, DateTimeField()))
            .filter(settled__lte=self.now)
        )

    def papers(self) -> QuerySet[Paper]:
        """The works on which a report counts."""
        works = self.reports().values_list(Coalesce("paper__root_id", "paper_id"))
        return Paper.objects.filter(pk__in=works).order_by()

    def listings(self) -> QuerySet[Listing]:
        """The listings of reports that count, without those that should not have been made."""
        made = Listing.objects.filter(report_id__in=self.reports().values("pk"))
        return made.exclude(ending=Ending.ANNULLED).order_by()

    def answers(self) -> QuerySet[Answer]:
        """The answers beside reports that count; one beside several of them is several rows."""
        return Answer.objects.filter(reports__in=self.reports()).order_by()

    def claims(self) -> QuerySet[Claim]:
        """The claims of reports that count, without those of which a passage is covered."""
        redacted = Redaction.objects.filter(undone_at=None).values("report")
        covered = Original.objects.filter(
            kind=Original.Kind.CLAIM, number=OuterRef("pk"), report__in=redacted
        )
        return Claim.objects.filter(~Exists(covered), report__in=self.reports()).order_by()
