"""Addresses under /api/ that nothing answers, and errors that no view answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import Resolver404, resolve
from django.views import defaults
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry.api.view import READING, Open
from registry.languages import template_in
from registry.problems import Problem, ProblemRenderer, members


@extend_schema(exclude=True)
class Unknown(Open):
    """Every other address under /api/."""

    parameters = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever is done there, there is nothing. Raises Problem (404)."""
        super().initial(request, *args, **kwargs)
        if request.method not in READING or not _meant(request.path):
            raise Problem("There is nothing at this address: /api/v1/ lists what there is.", 404)

    def get(self, request: Request, url: str) -> HttpResponse:
        """To the address with a slash at its end more or less, where there is one."""
        asked = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(_meant(request.path) + (f"?{asked}" if asked else ""))


def _meant(path: str) -> str:
    """The address that was meant: the same but for a slash at its end; empty if there is none."""
    meant = path.rstrip("/") if path.endswith("/") else f"{path}/"
    try:
        found = resolve(meant)
    except Resolver404:
        return ""
    return "" if getattr(found.func, "cls", None) is Unknown else meant


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before a view sees it."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception, template_in("400.html"))
    detail = "This request cannot be read: /api/v1/docs/ says how to ask."
    return _problem(400, detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """What went wrong here; the log has it."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request, template_in("500.html"))
    return _problem(500, "Something went wrong here, and not with your request: try again later.")


def _problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(
        members(status, detail), status=status, content_type=ProblemRenderer.media_type
    )
