"""Files beside a report: their content as it was given, and a page that shows text as text."""

from datetime import datetime
from typing import Any

from django.core.files.base import File as Content
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports import notebooks
from reports.files import logger, storage
from reports.models import File, Report
from reports.sniffing import NOTEBOOK, TEXT
from reports.text import Shown, shown
from reports.views.answer_links import viewer_at
from reports.visibility import ANYBODY, Level, level

SHOWN = 200_000
"""Characters of a text that its page shows."""
PUBLIC_SECONDS = 300
"""How long a cache may keep what is public: after a removal it is gone as soon as that."""


@require_safe
def file(request: HttpRequest, report_id: int, file_id: int, name: str) -> HttpResponseBase:
    """The content, to be saved and never to be shown by the browser (RFC 6266)."""
    report, found = _visible(request, report_id, file_id, timezone.now())
    if name != found.saved_name:
        raise Http404
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        content = _opened(found)
        if content is None:
            return _away(request, report, found)
        response = FileResponse(content)
    response["Content-Type"] = _content_type(found)
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = (
        f"public, max-age={PUBLIC_SECONDS}"
        if level(ANYBODY, report) is Level.FULL
        else "private, no-store"
    )
    return response


@never_cache
@require_safe
def file_page(request: HttpRequest, report_id: int, file_id: int) -> HttpResponse:
    """What the file is; text, logs and notebooks as text, up to a limit."""
    report, found = _visible(request, report_id, file_id, timezone.now())
    context: dict[str, Any] = {"report": report, "file": found}
    if found.media_type in (TEXT, NOTEBOOK):
        content = _opened(found)
        if content is None:
            return _away(request, report, found)
        with content:
            context |= _words(content, found)
    return render(request, "reports/file.html", context)


def _visible(
    request: HttpRequest, report_id: int, file_id: int, now: datetime
) -> tuple[Report, File]:
    """The report in full, and a file of it or of an answer beside it; 404 for everybody else."""
    report = get_object_or_404(Report.objects.select_related("paper"), pk=report_id)
    if level(viewer_at(request, report, now), report) is not Level.FULL:
        raise Http404
    beside = Q(report=report) | Q(answer__reports=report)
    return report, get_object_or_404(File.objects.filter(beside), pk=file_id)


def _opened(found: File) -> "Content[bytes] | None":
    """The content; None while the storage is away."""
    try:
        return storage().open(found.key)
    except Exception:  # each storage has exceptions of its own
        logger.exception("File %d cannot be read.", found.pk)
        return None


def _away(request: HttpRequest, report: Report, found: File) -> HttpResponse:
    context = {"report": report, "file": found, "away": True}
    response = render(request, "reports/file.html", context, status=503)
    response["Cache-Control"] = "private, no-store"
    return response


def _content_type(found: File) -> str:
    charset = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(found.charset, found.charset)
    return f"{found.media_type}; charset={charset}" if charset else found.media_type


def _words(content: "Content[bytes]", found: File) -> dict[str, Any]:
    """What the page shows of a text: the cells of a notebook, or its beginning."""
    if found.media_type == NOTEBOOK:
        text = content.read().decode(found.charset, errors="replace")
        notebook = notebooks.read(text)
        if notebook is not None:
            return {"notebook": notebook}
        return {"words": shown(text, SHOWN)}
    # Four bytes are the longest character of every encoding that is taken.
    beginning = content.read(SHOWN * 4 + 4).decode(found.charset, errors="replace")
    words = shown(beginning, SHOWN)
    more = words.left_out > 0 or found.size > SHOWN * 4 + 4
    return {"words": Shown(words.text), "more": more}
