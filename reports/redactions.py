"""Covering a passage with a visible mark, and taking that back (product.md, section 9).

The covered text is stored where the text stands, so whatever shows it shows the mark; the original
is kept beside it for moderators alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext

from accounts.models import User
from registry.languages import word
from reports import lifecycle, permitted
from reports.conversation import Side
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import (
    Addition,
    Answer,
    Claim,
    EventKind,
    Evidence,
    File,
    Original,
    Redaction,
    Report,
    ReportEvent,
    Statement,
)
from reports.redaction import Cover, covered, fitted, mark
from reports.states import PUBLIC, Actor
from reports.text import plain
from reports.visibility import may_moderate

SHORTEST = 3  # characters of a passage
LONGEST = 20_000
REASON_LENGTH = 300
TEXTS: dict[Original.Kind, tuple[type[models.Model], tuple[str, ...]]] = {
    Original.Kind.REPORT: (
        Report,
        (
            "shown_as", "group", "summary", "looked_for", "missing", "environment", "data_used",
            "differences", "conflict", "again_because", "code_url", "code_commit",
        ),
    ),
    Original.Kind.CLAIM: (
        Claim, ("place", "quote", "metric", "dataset", "tolerance_reason"),
    ),
    Original.Kind.EVIDENCE: (Evidence, ("url", "note")),
    Original.Kind.ANSWER: (Answer, ("text", "url", "name", "role")),
    Original.Kind.EVENT: (ReportEvent, ("note",)),
    Original.Kind.FILE: (File, ("name", "note")),
    Original.Kind.STATEMENT: (Statement, ("name", "url", "note")),
    Original.Kind.ADDITION: (Addition, ("text", "url", "name", "role")),
}  # fmt: skip
"""Everything that people wrote and that becomes public beside a report, by where it stands."""


@dataclass(frozen=True)
class Place:
    """A text of the case: as it is shown, and as it was written."""

    kind: Original.Kind
    number: int
    field: str
    shown: str
    original: str

    def cover(self, covers: Sequence[Cover]) -> str:
        """What is to be shown."""
        column = TEXTS[self.kind][0]._meta.get_field(self.field)
        is_link = isinstance(column, models.URLField)
        most = getattr(column, "max_length", None)
        return fitted(self.original, covers, most, is_link=is_link)

    def __str__(self) -> str:
        return f"{word(self.kind.label)} {self.number}, {word(self.field.replace('_', ' '))}"


def places_of(report: Report) -> list[Place]:
    """Every text of the report, of the answers beside it and of the words on them."""
    kept = {
        (o.kind, o.number, o.field): o.text
        for o in Original.objects.filter(report__paper=report.paper_id)
    }
    return [
        Place(kind, row.pk, field, shown, kept.get((kind, row.pk, field), shown))
        for kind, row in _rows(report)
        for field in TEXTS[kind][1]
        if (shown := getattr(row, field)) or (kind, row.pk, field) in kept
    ]


def _rows(report: Report) -> Iterator[tuple[Original.Kind, models.Model]]:
    yield Original.Kind.REPORT, report
    for claim in report.claims.all():
        yield Original.Kind.CLAIM, claim
    for link in report.evidence.all():
        yield Original.Kind.EVIDENCE, link
    for answer in report.answers.all():
        yield Original.Kind.ANSWER, answer
    for file in File.objects.filter(models.Q(report=report) | models.Q(answer__reports=report)):
        yield Original.Kind.FILE, file
    for statement in report.statements.all():
        yield Original.Kind.STATEMENT, statement
    for addition in report.additions.all():
        yield Original.Kind.ADDITION, addition
    for event in report.events.exclude(note="").filter(
        models.Q(kind=EventKind.STATE) | models.Q(kind=EventKind.EXTENSION)
    ):
        yield Original.Kind.EVENT, event


def redact(
    *, report_id: int, moderator: User, passage: str, reason: str, now: datetime
) -> Redaction:
    """Cover the passage wherever it stands in the report and the answers beside it."""
    with transaction.atomic():
        report = _locked(report_id, moderator)
        must(permitted.redacting(report))
        reason = _reason(reason)
        passage = plain(passage).strip()
        if not SHORTEST <= len(passage) <= LONGEST:
            raise Refused(
                gettext("Copy the passage, {shortest} to {longest:,} characters of it.").format(
                    shortest=SHORTEST, longest=LONGEST
                )
            )
        new = Cover(passage, mark(now, reason))
        found = [
            place
            for place, covers in _covers_of(report, places_of(report)).items()
            if covered(place.original, [*covers, new]) != covered(place.original, covers)
        ]
        if not found:
            raise Refused(
                "This passage does not stand in the report or in an answer. Copy it exactly as it "
                "was written, from one of the texts shown with the form."
            )
        redaction = Redaction.objects.create(
            report=report, passage=passage, reason=reason, at=now, by=moderator
        )
        Original.objects.bulk_create(
            [
                Original(
                    report=report, kind=place.kind, number=place.number, field=place.field,
                    text=place.original,
                )
                for place in found
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        _show(report, found)
        _record(report, redaction, moderator, reason, now, undone=False)
    return redaction


def undo(*, redaction_id: int, moderator: User, reason: str, now: datetime) -> None:
    """Show the passage again, for a reason that everybody reads."""
    report_id = Redaction.objects.values_list("report_id", flat=True).get(pk=redaction_id)
    with transaction.atomic():
        report = _locked(report_id, moderator)
        redaction = Redaction.objects.get(pk=redaction_id)
        if redaction.undone_at is not None:
            raise Refused("This redaction was taken back already.")
        reason = _reason(reason)
        redaction.undone_at, redaction.undone_by = now, moderator
        redaction.undone_reason = reason
        redaction.save(update_fields=["undone_at", "undone_by", "undone_reason"])
        kept = set(Original.objects.exclude(text="").values_list("kind", "number", "field"))
        places = places_of(report)
        _show(report, [p for p in places if (str(p.kind), p.number, p.field) in kept])
        _record(report, redaction, moderator, reason, now, undone=True)


def forget_originals(report: Report, *fields: str) -> None:
    """Empty the originals of what the reporter wrote, or of these columns of the report alone.

    What authors and moderators wrote is theirs, and stays.
    """
    kept = Original.objects.filter(report=report)
    if fields:
        kept.filter(kind=Original.Kind.REPORT, field__in=fields).update(text="")
        return
    statements = report.statements.exclude(contact=None).values_list("pk", flat=True)
    added = report.additions.filter(side=Side.AUTHORS).values_list("pk", flat=True)
    attached = File.objects.filter(report=None, answer__reports=report)
    theirs = (
        models.Q(kind=Original.Kind.ANSWER)
        | models.Q(kind=Original.Kind.STATEMENT, number__in=list(statements))
        | models.Q(kind=Original.Kind.ADDITION, number__in=list(added))
        | models.Q(kind=Original.Kind.FILE, number__in=list(attached.values_list("pk", flat=True)))
    )
    kept.exclude(theirs).update(text="")


def _locked(report_id: int, moderator: User) -> Report:
    """The report, locked after all others that its answers stand beside, for one who may decide on
    all of them."""
    shared = Report.objects.filter(answers__reports=report_id).order_by("paper_id", "pk")
    ids = sorted({report_id, *shared.values_list("pk", flat=True)})
    reports = {pk: lifecycle.lock(pk) for pk in ids}
    for report in reports.values():
        must(may_moderate(moderator, report))
    return reports[report_id]


def _reason(reason: str) -> str:
    reason = " ".join(words(plain(reason), "Give the reason: everybody reads it.").split())
    if len(reason) > REASON_LENGTH:
        raise Refused(
            gettext("Give the reason in {reason_length} characters: it stands in the text.").format(
                reason_length=REASON_LENGTH
            )
        )
    return reason


def _covers_of(report: Report, places: Sequence[Place]) -> dict[Place, list[Cover]]:
    """The redactions that hold for each text: of the report, or of all that an answer is beside."""
    own = _covers(Redaction.objects.filter(report=report))
    answers = {place.number for place in places if place.kind is Original.Kind.ANSWER}
    beside = {pk: _covers(Redaction.objects.filter(report__answers=pk)) for pk in answers}
    return {
        place: beside[place.number] if place.kind is Original.Kind.ANSWER else own
        for place in places
    }


def _covers(redactions: models.QuerySet[Redaction]) -> list[Cover]:
    standing = redactions.filter(undone_at=None).order_by("pk")
    return [Cover(one.passage, mark(one.at, one.reason)) for one in standing]


def _show(report: Report, places: Sequence[Place]) -> None:
    """Store what is to be shown of the texts."""
    for place, covers in _covers_of(report, places).items():
        model = TEXTS[place.kind][0]
        model._default_manager.filter(pk=place.number).update(**{place.field: place.cover(covers)})


def _record(
    report: Report,
    redaction: Redaction,
    moderator: User,
    reason: str,
    now: datetime,
    *,
    undone: bool,
) -> None:
    lifecycle.record(
        report, EventKind.REDACTION, actor=Actor.MODERATOR, now=now, user=moderator, note=reason,
        data={"redaction": redaction.pk, "undone": undone},
    )  # fmt: skip
    if report.state in PUBLIC and report.paper is not None:
        lifecycle.refresh_standing(report.paper, now=now)
