"""From a complete form to columns and rows, and on to the moderators; and the preview of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from registry.importing.records import join_names
from registry.models import Paper
from registry.services import Invalid, enter_paper
from reports import drafts, files, lifecycle, link_checks, mail_domains, services, statements
from reports.drafts import EDITABLE, Typed
from reports.identity import drop_if_unused, names_of, position_of
from reports.lifecycle import Refused
from reports.models import Address, Claim, Evidence, File, Report, Statement
from reports.sharing import Stated


class Submitted(Exception):
    """The report was submitted already: what was asked for is done."""


class ChangedMeanwhile(Exception):
    """The draft is not the one that was previewed."""


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A paper as entered by hand."""

    title: str
    authors: tuple[str, ...]
    venue: str = ""
    year: int | None = None
    url: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Complete:
    """A complete form: a known paper or one entered by hand, columns, and unsaved rows."""

    paper: Paper | None
    entered: Entered | None
    author_names: tuple[str, ...]
    columns: dict[str, Any]
    claims: list[Claim]
    evidence: list[Evidence]
    addresses: list[tuple[str, Address]]  # the author as typed, and an address of theirs
    person: dict[str, str] = field(default_factory=dict)
    shared: list[Stated] = field(default_factory=list)
    files: list[File] = field(default_factory=list)  # as stored already


def preview_of(report: Report, complete: Complete, *, now: datetime) -> Report:
    """The draft as it will be, in memory alone; rows are read as if they were stored."""
    for name, value in complete.columns.items():
        setattr(report, name, value)
    checks = link_checks.known(link.url for link in complete.evidence)
    for link in complete.evidence:
        link.url_check = checks.get(link.url)
    report.author_names = list(complete.author_names)
    if complete.paper is not None:
        report.paper = complete.paper
    else:
        entered = complete.entered
        assert entered is not None
        report.paper = Paper(
            title=entered.title, names=join_names(entered.authors), venue=entered.venue,
            year=entered.year, url=entered.url,
        )  # fmt: skip
    # Where prefetch_related keeps its rows.
    vars(report)["_prefetched_objects_cache"] = {
        "claims": complete.claims,
        "evidence": complete.evidence,
        "files": complete.files,
        "answers": [],
        "statements": [
            Statement(
                report=report, item=row.item, value=row.value, url=row.url, note=row.note,
                said_at=now,
            )
            for row in statements.worth_saying(complete.shared)
        ],
    }  # fmt: skip
    return report


def submit(
    *, report_id: int, user: User, complete: Complete, typed: Typed, now: datetime
) -> Report:
    """Write the columns and rows of the draft or returned report and submit it, in one transaction.

    `typed` is the text that `complete` was made of. Raises Submitted if it was submitted already,
    ChangedMeanwhile if its text or its files are others by now, Refused with a sentence.
    """
    with transaction.atomic():
        drafts.one_at_a_time(user)
        report = Report.objects.get(pk=report_id)
        paper = _paper(complete, now)
        ids = [pk for pk in (paper.pk, report.paper_id) if pk is not None]
        list(Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        report = lifecycle.lock(report_id)
        if report.state not in EDITABLE:
            raise Submitted
        attached = files.as_typed(report.files.all())
        if report.typed != typed or attached != files.as_typed(complete.files):
            raise ChangedMeanwhile
        if report.reporter_id != user.pk:
            raise Refused("Only the reporter does this.")
        before, report.paper = report.paper, paper
        for name, value in complete.columns.items():
            setattr(report, name, value)
        known = paper.is_public and names_of(paper, [])
        report.author_names = [] if known else list(complete.author_names)
        report.updated_at = now
        report.save(update_fields=[*complete.columns, "paper", "author_names", "updated_at"])
        if before is not None and before.pk != paper.pk:
            drop_if_unused(before)  # the paper that was entered with a returned report
        checks = link_checks.ask((link.url for link in complete.evidence), now=now)
        for link in complete.evidence:
            link.url_check = checks.get(link.url)
        mail_domains.ask((address.email for _, address in complete.addresses), now=now)
        _replace_rows(report, paper, complete)
        statements.by_reporter(report, complete.shared, now=now)
        User.objects.filter(pk=user.pk).update(**complete.person)
        return services.submit(report_id=report_id, user=user, now=now)


def _paper(complete: Complete, now: datetime) -> Paper:
    """The paper of the form, entered now if it is not known; Refused with a sentence."""
    if complete.paper is not None:
        return complete.paper
    entered = complete.entered
    assert entered is not None
    try:
        return enter_paper(
            title=entered.title, authors=list(entered.authors), venue=entered.venue,
            year=entered.year, url=entered.url, identifiers=list(entered.identifiers), now=now,
        )  # fmt: skip
    except Invalid as error:
        raise Refused(str(error)) from error


def _replace_rows(report: Report, paper: Paper, complete: Complete) -> None:
    names = names_of(paper, complete.author_names)
    report.claims.all().delete()
    report.evidence.all().delete()
    report.addresses.all().delete()
    ranks: dict[int, int] = {}
    addresses = []
    for author, address in complete.addresses:
        try:
            position = position_of(author, names)
        except ValueError as error:
            raise Refused(f"{author}: {error}") from error
        ranks[position] = ranks.get(position, 0) + 1
        address.author_position, address.rank = position, ranks[position]
        addresses.append(address)
    for rows in (complete.claims, complete.evidence, addresses):
        for row in rows:
            row.report = report
    Claim.objects.bulk_create(complete.claims)
    Evidence.objects.bulk_create(complete.evidence)
    Address.objects.bulk_create(addresses)
