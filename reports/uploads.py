"""Files on their way in: read in bounded memory and disk, refused before they are read where the
request says that it is too long.

A page that takes files says so by `@takes_files`. There a request that is longer than all files and
words may be is answered with 413 unread. A file that is too large is counted and not kept, so that
the words of the same form are kept all the same.
"""

import logging
from collections.abc import Callable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

logger = logging.getLogger(__name__)
AWAY = "away"
"""The problem of a file that the server had no place for."""
IN_MEMORY = 1024 * 1024
"""Bytes of a file kept in memory; what is longer goes to a temporary file."""
FORM = "files"
"""The field of the forms that holds files."""


def in_megabytes(size: int) -> str:
    """A limit in words."""
    return f"{size / 1024 / 1024:.3g} MB"


class Upload(UploadedFile):  # type: ignore[type-arg]  # generic for the checker alone
    """A file that came in. `problem` is empty, or why its content is not here."""

    def __init__(self, file: IO[bytes], name: str, size: int, problem: str) -> None:
        super().__init__(file, name, size=size)
        self.problem = problem


def uploads_of(request: HttpRequest) -> list[Upload]:
    """The files of the form, in its order."""
    return [file for file in request.FILES.getlist(FORM) if isinstance(file, Upload)]


def was_cut(request: HttpRequest) -> bool:
    """Whether the request was longer than it may be, and the rest of it was not read."""
    request.FILES  # noqa: B018  # reads the form, if nothing has
    return any(getattr(handler, "cut", False) for handler in request.upload_handlers)


class Counting(FileUploadHandler):
    """Keeps what is within the limits, and counts the rest without keeping it."""

    chunk_size = 64 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.total, self.cut = 0, False

    def new_file(self, *args: Any, **words: Any) -> None:
        """A file begins."""
        super().new_file(*args, **words)
        self.count, self.problem = 0, ""
        self.kept: IO[bytes] | None = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of it, if there is room."""
        self.count += len(raw_data)
        self.total += len(raw_data)
        if self.total > settings.FILES_MAX_BYTES + settings.FILE_MAX_BYTES:
            self.cut = True
            self._drop(AWAY)
            raise StopUpload(connection_reset=True)
        if self.count > settings.FILE_MAX_BYTES:
            self._drop(
                gettext(
                    "A file has at most {file_max_bytes}: shorten it, or put it into a public "
                    "repository and add its link."
                ).format(file_max_bytes=in_megabytes(settings.FILE_MAX_BYTES))
            )
        if self.kept is None:
            return
        try:
            self.kept.write(raw_data)
        except OSError:  # the disk for temporary files is full
            logger.exception("An upload could not be kept.")
            self._drop(AWAY)

    def file_complete(self, file_size: int) -> Upload:
        """The file, with its content or with what is wrong with it."""
        if self.kept is not None:
            try:
                self.kept.seek(0)
            except OSError:
                self._drop(AWAY)
        kept = self.kept or BytesIO()
        return Upload(kept, str(self.file_name), self.count, self.problem)

    def upload_interrupted(self) -> None:
        """Keep nothing of a file whose rest does not come."""
        self._drop(AWAY)

    def _drop(self, problem: str) -> None:
        if self.kept is not None:
            self.kept.close()
            self.kept, self.problem = None, problem


View = Callable[..., HttpResponseBase]


def takes_files(view: View) -> View:
    """Mark a view whose form may hold files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def most_bytes() -> int:
    """The longest request of a page that takes files: all files, and the words of the form."""
    return int(settings.FILES_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class UploadLimits:
    """Middleware, before anything reads the form: the CSRF check does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on: what is to be done waits until the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, words: object
    ) -> HttpResponse | None:
        """Refuse what is too long before it is read, and count what is read."""
        if request.method != "POST" or not getattr(view, "takes_files", False):
            return None
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > most_bytes():
            return too_large(request)
        request.upload_handlers = [Counting(request)]
        return None


def too_large(request: HttpRequest) -> HttpResponse:
    """The page that says so: the browser still has what was typed."""
    context = {"path": request.path, "most": in_megabytes(settings.FILES_MAX_BYTES)}
    return render(request, "reports/too_large.html", context, status=413)
