"""What a mirror answers to who wants to change something: it is a record that is read."""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.models import Mirror

CODE = "UR001"
"""The SQLSTATE with which the triggers of a mirror refuse (migration 0026)."""


class ReadOnly:
    """Makes a page of the refusal of the database; elsewhere it costs nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """403 with the address of the site itself; None for every other exception."""
        refused = isinstance(exception, DatabaseError) and (
            getattr(exception.__cause__, "pgcode", "") == CODE
        )
        mirror = Mirror.objects.first() if refused else None
        if mirror is None:
            return None
        words = (
            f"This site is a mirror: a copy of the public record of {mirror.site}, to be read. "
            "Please report, answer and sign in there."
        )
        return render(request, "403.html", {"exception": words}, status=403)
