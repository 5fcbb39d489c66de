"""Errors of the API as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException, MethodNotAllowed, NotAcceptable, Throttled
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Problem(APIException):
    """An error that says in a sentence what to do."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status_code = status


class ProblemRenderer(JSONRenderer):
    """application/problem+json."""

    media_type = "application/problem+json"


def members(status: int, detail: str) -> dict[str, Any]:
    """The members of a problem; `detail` is a sentence that says what to do."""
    phrase = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": phrase, "status": status, "detail": detail}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error; None for what is unexpected, which the server logs as ever."""
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = str(getattr(error, "detail", ""))
    match error:
        case Throttled():
            seconds = response.headers.get("Retry-After", "60")
            detail = f"Too many requests: try again in {seconds} seconds."
        case MethodNotAllowed():
            allowed = ", ".join(context["view"].allowed_methods)
            detail = f"{context['request'].method} is not allowed here: use {allowed}."
        case NotAcceptable():
            detail = "This answers in JSON alone: ask with Accept: application/json."
    response.data = members(response.status_code, detail)
    request = context["request"]
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = ProblemRenderer.media_type
    response.content_type = ProblemRenderer.media_type
    return response
