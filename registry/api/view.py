"""What every view of the API is: for everybody, in JSON, with its limit stated, readable from pages
of other sites."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import conditional
from registry.api.limits import Limit
from registry.api.parameters import Parameters

READING = ("GET", "HEAD", "OPTIONS")
EXPOSED = (
    "Content-Location, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
"""What a page of another site may read beside the body."""
KNOWN_FOR = 86_400  # seconds that a browser need not ask again whether it may read


class Open(APIView):
    """Without a token, a session or a cookie.

    Pages of all sites may read (the CORS protocol of the Fetch standard): no cookie counts here, so
    an answer tells a page nothing that its server could not ask for itself. Three headers for every
    origin alike need no library.
    """

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    throttle_scope = "read"
    limit: Limit | None = None
    parameters: type[Parameters] | None = Parameters
    """What the address may say behind its question mark; None where that is not looked at."""
    asked: dict[str, Any] = {}
    errors: tuple[int, ...] = ()
    """Beside those that every view has (described.py)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request before anything is refused, so that every answer states the limit; then
        read the parameters. Raises Problem."""
        self.check_throttles(request)
        super().initial(request, *args, **kwargs)
        if self.parameters is not None:
            self.asked = self.parameters.of(request)

    def check_throttles(self, request: Request) -> None:
        """Count a request once. Raises Throttled."""
        if self.limit is None:
            self.limit = Limit()
            if not self.limit.allow_request(request, self):
                self.throttled(request, self.limit.wait() or 1)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What may be done here; also for a browser that asks on behalf of another site's page."""
        headers = {
            "Access-Control-Allow-Methods": ", ".join(READING),
            "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
            "Access-Control-Max-Age": str(KNOWN_FOR),
        }
        return Response(status=204, headers=headers)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Say what is left of the limit, and that pages of other sites may read."""
        final = super().finalize_response(request, response, *args, **kwargs)
        told = self.limit.headers() if self.limit is not None else {}
        if request.method in READING:
            told |= {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Expose-Headers": EXPOSED,
            }
        for name, value in told.items():
            final.headers[name] = value
        return final

    def answer(self, data: Any, **headers: str) -> HttpResponse:
        """`data` as JSON, or 304 for somebody who has it already; in names of `headers` an
        underscore stands for a hyphen.

        What an answer says comes from many rows, and not all of them are dated, so it counts as
        modified at the moment at which this site first gave it.
        """
        body = JSONRenderer().render(data)
        told = {name.replace("_", "-"): value for name, value in headers.items() if value}
        since = conditional.first_given(self.request, body)
        return conditional.answer(
            self.request, body, "application/json", modified=since, headers=told
        )
