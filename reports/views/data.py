"""The dumps of the public record, for everybody: a page, a page for each, and the files."""

from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.dumps import described, folder
from reports.dumps.folder import Dump
from reports.models import Mirror

CACHED = "public, max-age=300"
"""What was taken off is gone from caches as soon as that."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every dump, how to use one, and what the newest holds (product.md, section 9)."""
    found = folder.dumps()
    newest = next((one for one in found if one.withdrawn is None), None)
    context = {
        "dumps": found,
        "newest": newest,
        "linked": described.dataset(newest),
        "days": folder.DAYS,
        "mirror": Mirror.objects.first(),
    }
    return render(request, "reports/data.html", context)


@require_safe
def one(request: HttpRequest, day: str) -> HttpResponse:
    """The files of a dump; 410 and why, of one that was taken off."""
    dump = folder.of_day(day)
    if dump is None:
        raise Http404
    gone = dump.withdrawn is not None
    return render(request, "reports/data_dump.html", {"dump": dump}, status=410 if gone else 200)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """To the newest dump."""
    return _moved("data_dump", _newest().name)


@require_safe
def latest_file(request: HttpRequest, name: str) -> HttpResponse:
    """To a file of the newest dump, so that a script needs no date."""
    dump = _newest()
    if dump.file(name) is None:
        raise Http404
    return _moved("data_file", dump.name, name)


def _newest() -> Dump:
    found = folder.newest()
    if found is None:
        raise Http404
    return found


def _moved(*place: str) -> HttpResponse:
    response = redirect(*place)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """A file, as it was written. Its name is looked up in the dump, and never made into a path."""
    dump = folder.of_day(day)
    if dump is not None and dump.withdrawn is not None:
        return one(request, day)
    found = dump.file(name) if dump is not None else None
    if dump is None or found is None:
        raise Http404
    response: HttpResponseBase
    if settings.DATA_ACCEL:
        # nginx sends it, with its own ETag, and in parts if it is asked to.
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.DATA_ACCEL}{dump.name}/{found.name}"
    else:
        etag = f'"{found.sha256 or dump.moment.isoformat()}"'
        known = get_conditional_response(request, etag)
        try:
            response = known or FileResponse((dump.path / found.name).open("rb"))
        except FileNotFoundError as error:  # taken off a moment ago
            raise Http404 from error
        response["ETag"] = etag
    response["Content-Type"] = folder.MEDIA[PurePosixPath(found.name).suffix]
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = CACHED
    return response
