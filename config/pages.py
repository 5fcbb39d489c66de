"""The plain pages: policy, about, privacy, accessibility (product.md, section 9)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.deadlines import Policy


def in_words(span: timedelta) -> str:
    """`span` in its largest whole unit, such as "28 days" or "4.3 seconds"."""
    units = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    numbers = {unit: round(span.total_seconds() / seconds, 1) for unit, seconds in units.items()}
    unit, number = next(
        ((unit, number) for unit, number in numbers.items() if number >= 1),
        ("second", numbers["second"]),
    )
    return f"{number:g} {unit}" + ("" if number == 1 else "s")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The promises, with the spans that a new inquiry gets now."""
    now = Policy.of(settings.RESPONSE_WINDOW)
    day = now.window / 28
    spans = {
        "window": now.window,
        "settle": now.settle,
        "first": now.window - now.reminder_1,
        "second": now.window - now.reminder_2,
        "final": now.window - now.final_notice,
        "gap": now.gap,
        "extension": now.extension,
        "late": now.late,
        "retry": now.retry,
        "objection": now.objection,
        "again": 90 * day,
        "unasked": 60 * day,
    }
    context = {"spans": {name: in_words(span) for name, span in spans.items()}}
    return render(request, "pages/policy.html", context | {"rounded": now.rounded})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, and for whom."""
    return render(request, "pages/about.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and for how long (product.md, section 11)."""
    return render(request, "pages/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the pages, and what is missing."""
    return render(request, "pages/accessibility.html")
