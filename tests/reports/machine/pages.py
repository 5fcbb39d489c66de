"""What anybody sees: no public page shows what is not public."""

import re

from django.test import Client

from reports.models import Answer, Claim, Reply, Report
from tests.reports.machine.record import PUBLIC
from tests.reports.machine.snapshot import Snapshot

MARKER = re.compile(r"marker\d+x")
NEVER = re.compile(r"[\w.]+@(?:uni|home|new|reporters|mods|rexes)[\w.-]*|realname\d|Lab \d")
"""Addresses of authors, and who reporters and moderators are."""
GAMMA = "titlegamma"


def _words(report: Report) -> set[str]:
    """The marker words that the report itself holds."""
    fields = (report.summary, report.environment, report.differences, report.shown_as)
    quotes = Claim.objects.filter(report=report).values_list("quote", flat=True)
    return set(MARKER.findall(" ".join((*fields, *quotes))))


def _hidden() -> set[str]:
    """The marker words that must not be on any public page."""
    seen: set[str] = set()
    hidden: set[str] = set()
    for report in Report.objects.all():
        (seen if report.state in PUBLIC else hidden).update(_words(report))
        # An answer stands beside a report that is public, or was and is withdrawn.
        answers = set(MARKER.findall(" ".join(a.text for a in report.answers.all())))
        line = report.state == "withdrawn" and report.public_at is not None
        (seen if report.state in PUBLIC or line else hidden).update(answers)
    # What came by mail is not public; what of it was published stands in an answer.
    hidden.update(MARKER.findall(" ".join(Reply.objects.values_list("text", flat=True))))
    return hidden - seen


def look(s: Snapshot) -> None:
    """Open every public page as anybody; AssertionError if one shows too much or too little."""
    anybody = Client()
    hidden = _hidden()
    pages = {path: anybody.get(path) for path in ("/", "/papers/", "/corrections/")}
    for paper in s.papers.values():
        page = anybody.get(f"/papers/{paper.id}/", follow=True)
        assert page.status_code == (200 if paper.is_public else 404)
        pages[f"paper {paper.id}"] = page
    for report in s.reports.values():
        page = anybody.get(f"/reports/{report.id}/")
        line = report.state in ("withdrawn", "removed") and report.public_at is not None
        assert page.status_code == (200 if report.state in PUBLIC or line else 404), report
        pages[f"report {report.id}"] = page
    listed = {p.title for p in s.papers.values() if p.listed_at is not None}
    for name, page in pages.items():
        text = page.content.decode()
        shown = set(MARKER.findall(text))
        assert not shown & hidden, f"{name} shows {shown & hidden}"
        assert not NEVER.search(text), f"{name} shows {NEVER.search(text)}"
        if not any(p.is_public and p.title.startswith(GAMMA) for p in s.papers.values()):
            assert GAMMA not in text, f"{name} shows a paper that is not public"
    front = pages["/"].content.decode().split("Newest answers")[0]
    for paper in s.papers.values():
        assert (paper.title in front) == (paper.title in listed), (paper.title, listed)
    for report in Report.objects.filter(state__in=PUBLIC):
        assert _words(report) <= set(MARKER.findall(pages[f"report {report.pk}"].content.decode()))
    assert Answer.objects.count() == len(s.answers)
