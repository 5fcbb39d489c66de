"""What the description of the API says of every view: its parameters, its errors, its headers."""

from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

if TYPE_CHECKING:
    from registry.api.view import Open

LIMITS = {
    "RateLimit-Policy": "The limit: requests (q) in a window of seconds (w).",
    "RateLimit": "What is left (r), and after how many seconds there is more (t).",
    "X-RateLimit-Limit": "Requests in a window.",
    "X-RateLimit-Remaining": "What is left of them.",
    "X-RateLimit-Reset": "Seconds until there is more.",
}
VALIDATORS = {
    "ETag": "The answer's tag: send it as If-None-Match, and an answer that is the same is 304.",
    "Last-Modified": "Since when this site gives this answer: send it as If-Modified-Since.",
}
NEXT = {"Link": "The next page, as rel=next; absent at the end of the list."}
AGAIN = {"Retry-After": "Seconds to wait."}
WHEN = {
    400: "Something of the address is not understood; the sentence says what to write.",
    404: "There is nothing of this name that everybody may see.",
    406: "The answer is JSON, and Accept does not allow it.",
    413: "The body is too long.",
    422: "The body is not understood; the sentence says what to send.",
    429: "Too many requests from one address.",
}


class ProblemShown(serializers.Serializer[Any]):
    """A problem (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence that says what to do.")


class Described(AutoSchema):
    """The description of a view of registry.api.view.Open."""

    def get_override_parameters(self) -> list[Any]:
        """The parameters that the view takes."""
        asked = self._open.parameters
        return [asked] if asked is not None and asked().fields else []

    @property
    def _open(self) -> "Open":
        return cast("Open", self.view)

    def _get_serializer_name(self, *args: Any, **kwargs: Any) -> str:
        return str(super()._get_serializer_name(*args, **kwargs)).removesuffix("Shown")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with its errors, and what the headers of its answers are."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
        responses = operation["responses"]
        reading = self.method == "GET"
        for name, about in (VALIDATORS | self._next() if reading else {}).items():
            responses["200"].setdefault("headers", {})[name] = _header(about)
        if reading:
            responses["304"] = {
                "description": "Who asks has this answer already.",
                "headers": {name: _header(about) for name, about in VALIDATORS.items()},
            }
        problem = self.resolve_serializer(ProblemShown(), "response").ref
        for status in self._errors(operation):
            responses[str(status)] = {
                "description": WHEN[status],
                "content": {"application/problem+json": {"schema": problem}},
                "headers": {name: _header(about) for name, about in AGAIN.items()}
                if status == 429
                else {},
            }
        for response in responses.values():
            headers = response.setdefault("headers", {})
            headers |= {name: _header(about) for name, about in LIMITS.items()}
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _next(self) -> dict[str, str]:
        asked = self._open.parameters
        return NEXT if asked is not None and "after" in asked().fields else {}

    def _errors(self, operation: dict[str, Any]) -> list[int]:
        """400 for parameters that are not understood, 404 where the address names something, those
        of the view, and those that every view has."""
        parameters = operation.get("parameters", ())
        named = any(one["in"] == "path" or one["name"] == "after" for one in parameters)
        return [400, *([404] if named else []), *self._open.errors, 406, 429]


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def named(name: str, about: str, **schema: Any) -> OpenApiParameter:
    """A part of the path."""
    return OpenApiParameter(
        name, {"type": "string"} | schema, OpenApiParameter.PATH, description=about
    )
