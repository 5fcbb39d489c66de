"""Pages that are the same for everybody who is not signed in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control


def page_of(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that reads no session for somebody who has none, so that it varies on no cookie and
    a cache in front may keep it; a page for somebody who has one is theirs alone."""
    anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
    if anonymous:
        context = {**context, "user": AnonymousUser()}
    response = render(request, template, context, status=status)
    if not anonymous:
        patch_cache_control(response, private=True)
    return response
