"""Pages about the account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a person sees whose form was refused: how to save what was typed."""
    return render(request, "accounts/csrf_failure.html", status=403)
