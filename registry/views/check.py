"""The bibliography check: paste or upload, and see what is known of each reference.

Nothing of what comes in is stored. A result is shared by an address that names the papers found,
and shows what is known of them when it is opened.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from registry import references
from registry.bibliography.entry import Entry
from registry.cells import cell
from registry.checking import Checked, Finding
from registry.references import Answer, Unreadable
from registry.selectors import public_papers
from registry.views.anonymous import page_of

SHOWN = 200
"""Works of which nothing is known that the page names; the CSV file has all."""
SHARED = 150
"""Papers that an address to share can name."""
COLUMNS = (
    "line", "key", "finding", "title", "year", "identifiers", "paper", "by", "notices", "near",
    "why",
)  # fmt: skip


# Without a token against forgery, and so without a cookie: the POST changes nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The form, and below it what a bibliography came to."""
    if request.method != "POST":
        return page_of(request, "registry/check.html", _about())
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.CHECK_MAX_BYTES:
        return _refused(request, "", _too_long(), status=413)
    text = request.POST.get("text", "")
    file = request.FILES.get("file")
    try:
        if file is not None:
            answer = references.check(file.read(), name=file.name or "", clock=timezone.now)
        elif text.strip():
            answer = references.check(text.encode("utf-8", "replace"), clock=timezone.now)
        else:
            raise Unreadable("Paste a bibliography, or choose a file.")
    except Unreadable as error:
        return _refused(request, text, str(error), status=400)
    if request.POST.get("as") == "csv":
        return _csv(request, answer)
    response = page_of(request, "registry/check.html", _about(text) | _shown(request, answer))
    patch_cache_control(response, no_store=True)
    return response


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What is known now of the papers that the address names."""
    numbers = request.GET.get("papers", "")[:2000].split(".")[:SHARED]
    ids = [int(text) for text in numbers if text.isascii() and text.isdecimal() and len(text) < 16]
    found = {paper.pk: paper for paper in public_papers().filter(pk__among=ids)}
    of = request.GET.get("of", "")
    papers = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    return page_of(
        request,
        "registry/check_result.html",
        {
            "papers": [paper for paper in papers if paper.standing != "none"],
            "of": of if of.isascii() and of.isdecimal() and len(of) < 8 else "",
            "noindex": True,
        },
    )


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The console command, one file."""
    file = Path(settings.BASE_DIR) / "unreproduced.py"
    return HttpResponse(
        file.read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


# --- what is shown ----------------------------------------------------------------------
def _about(text: str = "") -> dict[str, Any]:
    return {
        "text": text,
        "most_bytes": f"{settings.CHECK_MAX_BYTES // 1024 // 1024} MB",
        "most": f"{references.MOST:,}",
    }


def _too_long() -> str:
    return gettext(
        "This is longer than {check_max_bytes} MB. Split the bibliography, and check "
        "the parts one after another."
    ).format(check_max_bytes=settings.CHECK_MAX_BYTES // 1024 // 1024)


def _refused(request: HttpRequest, text: str, why: str, *, status: int) -> HttpResponse:
    context = _about(text) | {"problem": why}
    return page_of(request, "registry/check.html", context, status=status)


def _shown(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """The references by what is to be said of them: the weightiest first, then by place."""
    order = list(Finding)
    told = [one for one in answer.checked if _is_told(one)]
    told.sort(key=lambda one: order.index(one.finding))
    nothing = [
        one for one in answer.checked if one.finding == Finding.NOTHING and not _is_told(one)
    ]
    return {
        "answer": answer,
        "counts": answer.counts,
        "found": [one for one in told if one.finding not in _PLAIN],
        "suggested": [one for one in told if one.finding == Finding.NOTHING],
        "broken": [one for one in told if one.finding == Finding.NOT_UNDERSTOOD],
        "nothing": nothing[:SHOWN],
        "more": max(0, len(nothing) - SHOWN),
        "share": _address_to_share(request, told, len(answer.checked)),
    }


_PLAIN = (Finding.NOTHING, Finding.NOT_UNDERSTOOD)


def _is_told(one: Checked) -> bool:
    """Whether there is something to say of it."""
    return one.finding != Finding.NOTHING or bool(one.near or one.notices)


def _address_to_share(request: HttpRequest, told: Sequence[Checked], total: int) -> str:
    ids = list(
        dict.fromkeys(
            str(one.paper.id) for one in told if one.paper and one.paper.standing != "none"
        )
    )
    if not ids or len(ids) > SHARED:
        return ""
    path = reverse("registry:check_result")
    query = urlencode({"papers": ".".join(ids), "of": total}, safe=".")
    return request.build_absolute_uri(f"{path}?{query}")


# --- as a table -------------------------------------------------------------------------
class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(request: HttpRequest, answer: Answer) -> StreamingHttpResponse:
    """The whole result as CSV (RFC 4180) in UTF-8."""
    writer = csv.writer(_Echo())
    rows: Iterable[Sequence[object]] = (
        COLUMNS,
        *(_row(request, one) for one in answer.checked),
    )
    return StreamingHttpResponse(
        (writer.writerow([cell(value) for value in row]) for row in rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="checked.csv"',
            "Cache-Control": "no-store",
        },
    )


def _row(request: HttpRequest, one: Checked) -> Sequence[object]:
    entry = one.entry
    if not isinstance(entry, Entry):
        return (entry.line, "", one.finding.label, entry.text, "", "", "", "", "", "", entry.why)
    return (
        entry.line,
        entry.key,
        one.finding.label,
        entry.title,
        entry.year or "",
        " ".join(f"{found.scheme}:{found.value}" for found in entry.identifiers),
        request.build_absolute_uri(reverse("paper_by_id", args=[one.paper.id]))
        if one.paper
        else "",
        one.by,
        "; ".join(_told(notice) for notice in one.notices),
        "; ".join(known.title for known in one.near),
        "",
    )


def _page_of(request: HttpRequest, one: Checked) -> str:
    if one.paper is None:
        return ""
    return request.build_absolute_uri(reverse("paper_by_id", args=[one.paper.id]))


def _told(notice: Any) -> str:
    dated = f" {notice.dated.isoformat()}" if notice.dated else ""
    return f"{notice.get_kind_display()}{dated} ({notice.source})"
