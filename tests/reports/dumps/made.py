"""Dumps of what tests made, and reading them back."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from reports import additions, redactions
from reports.dumps import writing
from reports.models import Claim, Report
from reports.states import Outcome
from tests.reports import stages
from tests.reports.stages import DAY, NOW, said

LATER = NOW + 400 * DAY
"""The moment of the dumps of tests."""
HOSTILE = (
    "=HYPERLINK(\"http://x.example\")\t@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1, \"quoted\", 'single', back\\slash; semicolon",
    "first line\nsecond line\r\nthird\u2028separator\u2029paragraph\x85next",
    "emoji 🧪👩🏽‍🔬 combining e\u0301 \u200b zero width",
    "\u202eright to left\u202c العربية עברית",
    "</script><script>alert(1)</script> {{ braces }} ${dollar}",
    "－wide minus, ＝wide equals, 漢字",
    "-0.5",
)
"""What programs of tables, lines and pages stumble over."""


def dumped(folder: Path, now: datetime = LATER) -> Path:
    """A dump of what is stored, within the transaction of the test."""
    folder.mkdir(exist_ok=True)
    into = folder / now.date().isoformat()
    writing.write(into, now)
    return into


def committed(make: Callable[..., Any], *about: Any, **fields: Any) -> Any:
    """What `make` makes, so that other connections see it, too."""
    with transaction.atomic():
        return make(*about, **fields)


def records(dump: Path, name: str) -> list[dict[str, Any]]:
    """The records of a JSON Lines file."""
    text = gzip.decompress((dump / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def table(dump: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    text = gzip.decompress((dump / f"{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def many() -> list[Report]:
    """A report in every state that everybody sees, with all that may stand beside one, and in
    some that nobody does."""
    words = iter(HOSTILE * 2)
    two = stages.disputed(
        summary=next(words), claims=2, shared=[said("partly", note=next(words))],
        reason=next(words), of=stages.paper(next(words), doi="10.5555/two", url="https://a.example"),
    )  # fmt: skip
    stages.share(two, said("yes", "https://code.example/all"), at=NOW + 20 * DAY)
    stages.share(two, said("no", item="data"), at=NOW + 21 * DAY)
    stages.share(two, said("partly", "https://code.example/part"), at=NOW + 22 * DAY)
    talked = stages.answered(group="Lantern Group", shown_as="")
    claim = Claim.objects.get(report=talked)
    additions.add_as_reporter(
        report_id=talked.pk, user=talked.reporter, text=next(words), url="",
        values={claim.pk: [90.0, 90.2]}, form_key="0b7f2f3e-5f38-4a9e-a8a2-9f5cf3e9d8c1",
        now=NOW + 9 * DAY,
    )  # fmt: skip
    additions.add_as_author(
        contact_id=stages.contact_of(talked).pk, text="Thank you.", url="", name="Ada Example",
        role="", form_key="0b7f2f3e-5f38-4a9e-a8a2-9f5cf3e9d8c2", now=NOW + 10 * DAY,
    )  # fmt: skip
    late = stages.answered(late=12 * DAY, shared=[said("yes")])
    covered = stages.lapsed(
        summary=f"We asked Somebody Private about it. {next(words)}",
        emails=("ada@authors.example", "bo@authors.example"), environment=next(words),
    )  # fmt: skip
    redactions.redact(
        report_id=covered.pk, moderator=stages.moderator(), passage="Somebody Private",
        reason="It names a person.", now=covered.state_at + DAY,
    )  # fmt: skip
    return [
        two, talked, late, covered,
        stages.resolved(), stages.confirmed(), stages.unasked(),
        stages.lapsed(outcome=Outcome.PARTIAL),
        stages.lapsed(outcome=Outcome.NOT_ATTEMPTED, looked_for=next(words), missing="Weights."),
        stages.accepted(outcome=Outcome.MATCHED, mode="own data"),
        stages.withdrawn(stages.answered(late=3 * DAY), note=next(words)),
        stages.withdrawn(stages.lapsed()),
        stages.removed(stages.answered(), reason="It names a person."),
        stages.annulled(), stages.asked(), stages.submitted(), stages.unreachable(),
        stages.withdrawn(stages.asked()),
    ]  # fmt: skip
