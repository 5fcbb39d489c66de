"""Errors of the API as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException, Throttled
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


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error; None for what is unexpected, which the server logs as ever."""
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = str(getattr(error, "detail", ""))
    if isinstance(error, Throttled):
        seconds = response.headers.get("Retry-After", "60")
        detail = f"Too many requests: try again in {seconds} seconds."
    status = HTTPStatus(response.status_code)
    response.data = {
        "type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail,
    }  # fmt: skip
    context["request"].accepted_renderer = ProblemRenderer()
    response.content_type = ProblemRenderer.media_type
    return response
