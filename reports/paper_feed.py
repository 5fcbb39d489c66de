"""The feed of one paper: its public time line, the newest first."""

from datetime import datetime

from django.conf import settings
from django.utils.html import format_html

from registry import feeds
from registry.feeds import Feed
from registry.merging import group_of
from registry.models import Paper
from registry.selectors import address_of, listings_of
from reports import timeline
from reports.selectors import on_paper
from reports.timeline import Entry


def of_paper(paper: Paper, *, now: datetime) -> Feed:
    """The last steps of the time line that the page of a public paper shows, which is no entry of
    another one."""
    work = group_of(paper)
    seen = on_paper(work)
    steps = timeline.entries(seen.reports, seen.lines, listings_of(work), now=now)
    return Feed(
        key=f"paper-{paper.pk}/time-line",
        title=f"{paper.title} · {settings.SITE_NAME}",
        about="What was reported of this paper, when its authors were asked, and what they said.",
        view="paper_feed",
        args=(paper.pk,),
        page=address_of(paper),
        entries=[_entry(step, paper) for step in steps[: -feeds.MOST - 1 : -1]],
    )


def _entry(step: Entry, paper: Paper) -> feeds.Entry:
    words = f"Report {step.report_id}: {step.who} {step.what}"
    return feeds.Entry(
        key=f"time-line/{step.key}",
        url=f"{address_of(paper)}#timeline-title",
        title=words,
        html=format_html("<p><bdi>{}</bdi></p><p><bdi>{}</bdi></p>", words, paper.title),
        published=step.at,
        updated=step.at,
    )
