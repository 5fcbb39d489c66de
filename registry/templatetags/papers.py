"""What templates need to show a paper in a row: its address, authors, dates and words."""

from datetime import UTC, date, datetime

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from registry import identifiers, selectors
from registry.languages import is_chinese
from registry.models import Identifier, Notice, Paper

register = template.Library()

SHOWN = 6  # authors on a row
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


@register.filter
def paper_url(paper: Paper) -> str:
    """The path of the paper's page."""
    return selectors.address_of(paper)


@register.filter
def slug_of(paper: Paper) -> str:
    """The readable part of the paper's address."""
    return selectors.slug_of(paper)


@register.filter
def by_line(paper: Paper) -> str:
    """The authors as a row shows them: the first six, and how many more."""
    names = paper.author_names
    glue = "; " if any("," in name for name in names) else ", "
    if len(names) <= SHOWN:
        return glue.join(names)
    return gettext("{shown} and {n} more").format(
        shown=glue.join(names[:SHOWN]), n=len(names) - SHOWN
    )


@register.filter
def resolved(identifier: Identifier) -> str:
    """The public web address of an identifier."""
    return identifiers.url(identifier.scheme, identifier.value)


@register.filter
def pdf(identifier: Identifier) -> str:
    """Where its PDF is; empty where no rule leads to it."""
    return identifiers.pdf_url(identifier.scheme, identifier.value)


@register.filter
def said_by(notice: Notice) -> str:
    """Who says it, and according to whom: a preprint server speaks for itself."""
    if notice.source in ("arXiv", "OpenReview"):
        return notice.source
    return "The publisher"


@register.filter
def notice_url(notice: Notice) -> str:
    """The public web address of a notice that has a DOI of its own."""
    return identifiers.url(identifiers.DOI, notice.notice)


@register.filter
def calendar(value: date) -> str:
    """A day without an hour, such as 3 December 2026."""
    if is_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@register.filter
def instant(value: str | datetime | None) -> datetime | None:
    """A time, or its ISO 8601 text as `paper.facts` has it, in UTC; None for neither."""
    if isinstance(value, str):
        value = parse_datetime(value) if value else None
    return value.astimezone(UTC) if value is not None else None


@register.filter
def day(value: str | datetime | None) -> str:
    """The date in UTC, such as 3 December 2026."""
    at = instant(value)
    return calendar(at) if at else ""


@register.filter
def moment(value: str | datetime | None) -> str:
    """Date, hour and zone, such as 3 December 2026, 11:59 UTC."""
    at = instant(value)
    if at is None:
        return ""
    return f"{day(at)}{'' if is_chinese() else ','} {at:%H:%M} UTC"


@register.filter
def plain_word(value: str) -> str:
    """A stored word as people write it: `no_code` as no code."""
    return value.replace("_", " ")
