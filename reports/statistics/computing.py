"""Computing the statistics, and reading what was computed: one row, whatever there is to count."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reports.models import Statistics
from reports.statistics import (
    availability,
    causes,
    differences,
    over_time,
    rates,
    time_to_answer,
)
from reports.statistics.counted import LEAST, Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.table import Table

logger = logging.getLogger(__name__)
VERSION = 1
"""Of what the parts store: raise it when one of them stores something else."""
PARTS: Sequence[Part] = (
    over_time.PART, time_to_answer.PART, *rates.PARTS, causes.PART, availability.PART,
    differences.PART,
)  # fmt: skip


def compute(now: datetime) -> list[str]:
    """Count everything anew and store it; the names of the parts that failed.

    One that fails leaves the others, and keeps what it had.
    """
    counted = Counted.at(now)
    parts = _stored()
    failed = []
    for part in PARTS:
        try:
            with transaction.atomic():
                parts[part.name] = {"at": now.isoformat(), "data": part.count(counted)}
        except Exception:
            logger.exception("Statistics: %s could not be counted", part.name)
            failed.append(part.name)
    row = {"version": VERSION, "computed_at": now, "parts": parts}
    Statistics.objects.update_or_create(id=1, defaults=row)
    return failed


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part as the page has it; `at` is None where it was never counted, `shown` where there are
    fewer than LEAST things."""

    part: Part
    at: datetime | None
    shown: Shown | None

    @property
    def table(self) -> Table:
        """Its table, without a row where nothing is said."""
        if self.shown is None:
            return Table(columns=self.part.columns, rows=[])
        return Table(columns=self.part.columns, rows=self.shown.rows, few=self.shown.few)


def sections(*names: str) -> list[Section]:
    """The parts as they were last computed; with `names` those alone."""
    stored = _stored()
    parts = [part for part in PARTS if not names or part.name in names]
    return [_section(part, stored.get(part.name)) for part in parts]


def _section(part: Part, stored: Data | None) -> Section:
    if stored is None:
        return Section(part=part, at=None, shown=None)
    data = stored["data"]
    shown = part.show(data) if data["n"] >= LEAST else None
    return Section(part=part, at=datetime.fromisoformat(stored["at"]), shown=shown)


def _stored() -> dict[str, Data]:
    """What is stored by this version of the code, by the names of parts."""
    row = Statistics.objects.filter(id=1, version=VERSION).first()
    return dict(row.parts) if row is not None else {}
