"""Building a mirror from a dump: the public record, in an empty database, to be read.

What is private cannot come back, because it is in no dump: reporters, addresses, letters, holds,
the log. So every inquiry comes back closed, every report under one account that nobody can sign in
to, and the last row is the one that makes the database a mirror for good (models/mirror.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import User
from registry import near_titles, rows, spelling
from registry.importing.writing import settle
from registry.models import Listing, ListVersion, Notice, Paper, Standing
from reports.dumps import checked, described, rebuilt, works
from reports.dumps.rebuilt import at, moment
from reports.dumps.records import CHUNK, FEW, in_batches
from reports.models import (
    AddedRun,
    Addition,
    Answer,
    Appeal,
    Claim,
    Contact,
    Evidence,
    File,
    Inquiry,
    LinkCheck,
    Mirror,
    Original,
    Redaction,
    Report,
    ReportEvent,
    Statement,
)
from reports.redaction import SHORT
from reports.statistics import computing

Record = dict[str, Any]
Progress = Callable[[str, int], object]
"""Called with what is done and how many records it was done with."""
NOBODY = "nobody@mirror.invalid"  # RFC 2606
ORDER: tuple[type[Model], ...] = (
    Evidence, File, ReportEvent, Statement, Addition, AddedRun,
)  # fmt: skip
"""What stands beside a report, each after what it points to."""
NUMBERED: tuple[type[Model], ...] = (
    Paper, Listing, Report, Answer, ReportEvent, Addition, File, Redaction, Appeal, Statement,
)  # fmt: skip
"""Tables whose rows have the numbers that they have in the site itself."""
KEPT = 1000  # titles at a time
MARKED = ("place", "quote", "metric", "dataset", "tolerance_reason")
MARKS = (SHORT, "[redacted by a moderator on ")


class NotEmpty(Exception):
    """The database holds something already. The text is a sentence for the person."""


def restore(folder: Path, now: datetime, progress: Progress | None = None) -> dict[str, int]:
    """Check the dump, then store all of it in one transaction; how many records of each file.

    Raises checked.Broken, or NotEmpty; the database is then as it was.
    """
    said = progress or (lambda what, number: None)
    _check_empty()
    package = checked.package_of(folder)
    checked.check_sums(folder)
    counts = {}
    for name in described.RECORDS:
        counts[name] = 0
        for line in checked.check_records(folder, name):
            counts[name] = line
            said(f"checking {name}", 1)
    with transaction.atomic():
        _lock()
        _check_empty()
        _store(folder, package, now, said)
    settle()
    spelling.gather()
    reported = Paper.objects.exclude(standing=Standing.NONE).count()
    for _ in range(0, reported, KEPT):
        near_titles.keep(KEPT)
    computing.compute(now)
    return counts


def _check_empty() -> None:
    held = [model for model in (Paper, Report, User, Mirror) if model._default_manager.exists()]
    if held:
        raise NotEmpty(
            f"The database holds {held[0]._meta.verbose_name_plural} already. A mirror is built in "
            "an empty one: create another database, run “manage.py migrate” with its DATABASE_URL, "
            "and then this again."
        )


def _lock() -> None:
    """Two that restore at once take turns; the second then finds a database that is not empty."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_mirror IN EXCLUSIVE MODE")


def _store(folder: Path, package: Record, now: datetime, said: Progress) -> None:
    nobody = User.objects.create_user(NOBODY, name="a mirror", is_active=False)

    def batches(name: str, size: int = CHUNK) -> Iterator[list[Record]]:
        for batch in in_batches((one for _, one in checked.records(folder, name)), size):
            yield batch
            said(f"storing {name}", len(batch))

    for batch in batches("papers"):
        works.store(batch)
    for batch in batches("listings"):
        Listing.objects.bulk_create(map(_listing, batch))
    for batch in batches("notices"):
        Notice.objects.bulk_create(map(_notice, batch))
    for batch in batches("answers", FEW):
        _store_answers(batch)
    _begin_statements_after(folder)
    steps = _steps(folder)
    for batch in batches("reports", FEW):
        _store_reports(batch, steps, nobody, now)
    for batch in batches("corrections"):
        _store_corrections(batch, nobody)
    _mark_covered_claims()
    ListVersion.objects.filter(id=1).update(number=package["listVersion"])
    for model in NUMBERED:
        _go_on_after(model)
    Mirror.objects.create(site=package["site"], moment=at(package["moment"]), restored_at=now)


def _listing(record: Record) -> Listing:
    return Listing(
        pk=record["id"], paper_id=record["paper"]["id"], report_id=record["report"],
        ground=record["ground"], version=record["version"], opened_at=at(record["opened_at"]),
        closed_at=moment(record["closed_at"]), ending=record["ending"] or "",
        note=record["reason"],
    )  # fmt: skip


def _notice(record: Record) -> Notice:
    return Notice(**{**record, "found_at": at(record["found_at"])})


# --- links ------------------------------------------------------------------------------
def _checks(records: Iterable[tuple[str, Record | None]]) -> dict[tuple[str, str], LinkCheck]:
    """What was found of links, stored once each; by the link and the time it was opened."""
    new = {}
    for url, check in records:
        if check is not None:
            new[url, check["at"] or ""] = LinkCheck(
                # A link that was covered has no address any more.
                url=url or f"covered {check['outcome']} {check['at']}",
                host=(urlsplit(url).hostname or "")[:253], outcome=check["outcome"],
                tried_at=moment(check["at"]),
            )  # fmt: skip
    known = LinkCheck.objects.filter(url__in=[one.url for one in new.values()])
    by_url = {one.url: one for one in known}
    lacking = {one.url: one for one in new.values() if one.url not in by_url}
    LinkCheck.objects.bulk_create(lacking.values())
    by_url |= lacking
    return {key: by_url[one.url] for key, one in new.items()}


def _store_answers(batch: Sequence[Record]) -> None:
    checks = _checks((one["url"], one["url_check"]) for one in batch)
    made = []
    for record in batch:
        row = rebuilt.answer_of(record)
        if record["url_check"] is not None:
            row.url_check = checks[record["url"], record["url_check"]["at"] or ""]
        made.append(row)
    Answer.objects.bulk_create(made)


# --- reports ----------------------------------------------------------------------------
def _steps(folder: Path) -> Callable[[int], list[Record]]:
    """The steps of a report; ask for reports in their order, since both files have it."""
    grouped = groupby((one for _, one in checked.records(folder, "steps")), _of_report)
    ahead: list[tuple[int, list[Record]]] = []

    def of(report: int) -> list[Record]:
        while not ahead or ahead[0][0] < report:
            ahead.clear()
            following = next(grouped, None)
            if following is None:
                return []
            ahead.append((following[0], list(following[1])))
        return ahead[0][1] if ahead[0][0] == report else []

    return of


def _of_report(step: Record) -> int:
    return int(step["report"])


def _begin_statements_after(folder: Path) -> None:
    """Statements without a number get one behind those that have theirs."""
    last = 0
    for _, step in checked.records(folder, "steps"):
        if step["kind"] == "shared":
            last = max(last, step["id"])
    if last:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('reports_statement_id_seq', %s)", [last])


def _store_reports(
    batch: Sequence[Record],
    steps: Callable[[int], list[Record]],
    nobody: User,
    now: datetime,
) -> None:
    made = [
        rebuilt.report_of(
            record, steps(record["id"]), nobody=nobody, now=now, window=settings.RESPONSE_WINDOW
        )
        for record in batch
    ]
    Report.objects.bulk_create([one.report for one in made])
    Claim.objects.bulk_create([claim for one in made for claim in one.claims])
    Inquiry.objects.bulk_create([one.inquiry for one in made if one.inquiry is not None])
    Contact.objects.bulk_create([contact for one in made for contact in one.contacts.values()])
    beside = Answer.reports.through
    beside.objects.bulk_create(
        [
            beside(report_id=one.report.pk, answer_id=answer)
            for one in made
            for answer in one.answers
        ]
    )
    found = _checks((record["url"], record["check"]) for one in made for _, record in one.links)
    for one in made:
        for row, record in one.links:
            setattr(row, "url_check", found[record["url"], record["check"]["at"] or ""])  # noqa: B010
    for model in ORDER:
        new = [row for one in made for row in one.later if type(row) is model]
        # A file beside an answer is told with each of its reports.
        model._default_manager.bulk_create(new, ignore_conflicts=model is File)


# --- corrections ------------------------------------------------------------------------
def _store_corrections(batch: Sequence[Record], nobody: User) -> None:
    since = [
        {"id": one["report"], "public_at": at(one["public_since"])}
        for one in batch
        if one["what"] == "report"
    ]
    rows.update_all(Report, since)
    Redaction.objects.bulk_create(
        Redaction(
            pk=one["id"], report_id=one["report"], passage="", reason=one["reason"],
            at=at(one["at"]), by=nobody, undone_at=moment(one["shown_again_at"]),
            undone_by=nobody if one["shown_again_at"] else None,
            undone_reason=one["shown_again_because"] or "",
        )
        for one in batch
        if one["what"] == "redaction"
    )  # fmt: skip
    Appeal.objects.bulk_create(
        Appeal(
            pk=one["id"], kind=Appeal.Kind.APPEAL, email_hash=f"mirror {one['id']}", named="",
            report_id=one["report"], created_at=at(one["received_at"]),
            confirmed_at=at(one["received_at"]), due_at=at(one["received_at"]),
            decided_at=at(one["at"]), decided_by=nobody, upheld=one["word"] == "upheld",
            decision=one["reason"], token_hash=None,
        )
        for one in batch
        if one["what"] == "appeal"
    )  # fmt: skip


def _mark_covered_claims() -> None:
    """The statistics leave out claims of which a passage is covered; the mark in them tells."""
    standing = Redaction.objects.filter(undone_at=None).values("report")
    for claim in Claim.objects.filter(report__in=standing).iterator(CHUNK):
        covered = [name for name in MARKED if any(mark in getattr(claim, name) for mark in MARKS)]
        Original.objects.bulk_create(
            Original(
                report_id=claim.report_id, kind=Original.Kind.CLAIM, number=claim.pk, field=name,
                text="",
            )
            for name in covered
        )  # fmt: skip


def _go_on_after(model: type[Model]) -> None:
    """Rows that come later get numbers behind the last one."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} "  # noqa: S608 -- names of our own
            "HAVING max(id) IS NOT NULL"
        )
