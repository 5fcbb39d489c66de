"""What can be cited: a public report, each answer to it, and the record of a paper. Reads only."""

from datetime import UTC

from django.conf import settings
from django.urls import reverse

from registry.models import Paper
from reports.citing import Name, Work, one_line
from reports.models import Answer, Report
from reports.visibility import ANYBODY, Level, level

SHOWN_TITLE = 300
"""Characters of a paper's title within a citation."""


def works(report: Report) -> list[Work]:
    """The report, and then its answers, the oldest first; nothing of what is not public in full.

    Load the report by `selectors.with_contents`.
    """
    if level(ANYBODY, report) is not Level.FULL or report.public_at is None:
        return []
    return [_report(report), *(_answer(report, answer) for answer in report.answers.all())]


def record(paper: Paper) -> Work:
    """What stands here about a public paper, as it is today."""
    title = _title(paper)
    return Work(
        key=f"{_prefix()}-paper-{paper.pk}",
        number=paper.pk,
        author=Name(whole=one_line(settings.SITE_NAME)),
        title=f"Reproductions of “{title}”: {paper.get_standing_display()}",
        genre="Record of reproductions",
        about=title,
        day=(paper.standing_at or paper.created_at).astimezone(UTC).date(),
        publisher=settings.SITE_NAME,
        url=settings.SITE_URL + reverse("paper_by_id", args=[paper.pk]),
    )


def _report(report: Report) -> Work:
    assert report.public_at is not None
    assert report.paper is not None
    title = _title(report.paper)
    return Work(
        key=f"{_prefix()}-report-{report.pk}",
        number=report.pk,
        author=Name.of(report.shown_as or "a researcher"),
        title=f"Reproduction of “{title}”: {report.outcome}",
        genre="Reproduction report",
        about=title,
        day=report.public_at.astimezone(UTC).date(),
        publisher=settings.SITE_NAME,
        url=settings.SITE_URL + reverse("reports:report", args=[report.pk]),
    )


def _answer(report: Report, answer: Answer) -> Work:
    assert report.public_at is not None
    assert report.paper is not None
    title = _title(report.paper)
    return Work(
        key=f"{_prefix()}-answer-{answer.pk}",
        number=answer.pk,
        author=Name.of(answer.name),
        title=f"Answer to report {report.pk} on “{title}”",
        genre="Answer to a reproduction report",
        about=title,
        day=max(answer.given_at, report.public_at).astimezone(UTC).date(),
        publisher=settings.SITE_NAME,
        url=settings.SITE_URL
        + reverse("reports:report", args=[report.pk])
        + f"#answer-{answer.pk}",
    )


def _title(paper: Paper) -> str:
    title = one_line(paper.title)
    return title if len(title) <= SHOWN_TITLE else f"{title[: SHOWN_TITLE - 1].rstrip()}…"


def _prefix() -> str:
    """The site's name as it may stand in a key; a key is ASCII letters, digits and hyphens."""
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in settings.SITE_NAME.lower())
    return letters.strip("-") or "registry"
