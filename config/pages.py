"""The plain pages: policy, about, privacy, accessibility (product.md, section 9), and the guides.

Their numbers come from the rules themselves.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import subscriptions
from notifications.retention import INCOMING, SIGN_IN
from registry.languages import template_in
from reports.answer_guides import GUIDES
from reports.appeals import CONFIRM_WITHIN
from reports.deadlines import Policy, counted
from reports.links import VALID_AFTER_END
from reports.permitted import RESOLVED_AFTER, UNASKED_AFTER


def in_words(span: timedelta) -> str:
    """`span` in its largest whole unit, such as "28 days" or "4.3 seconds"."""
    units = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    numbers = {unit: round(span.total_seconds() / seconds, 1) for unit, seconds in units.items()}
    unit, number = next(
        ((unit, number) for unit, number in numbers.items() if number >= 1),
        ("second", numbers["second"]),
    )
    return counted(number, unit)


def spans() -> dict[str, str]:
    """The spans that a new inquiry gets now, in words."""
    now = Policy.of(settings.RESPONSE_WINDOW)
    promised = {
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
        "again": now.window * 90 / 28,
        "unasked": now.window * UNASKED_AFTER,
        "resolved": now.window * RESOLVED_AFTER,
    }
    return {name: in_words(span) for name, span in promised.items()}


def kept() -> dict[str, str]:
    """For how long the site keeps what it knows of people, in words."""
    spans = {
        "addresses": VALID_AFTER_END,
        "link": VALID_AFTER_END,
        "mail": INCOMING,
        "unconfirmed": CONFIRM_WITHIN,
        "watch": subscriptions.CONFIRM_WITHIN,
        "sign_in": SIGN_IN,
        "code": timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        "form": timedelta(seconds=settings.SESSION_COOKIE_AGE),
    }
    return {name: in_words(span) for name, span in spans.items()}


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The promises, with the spans that a new inquiry gets now."""
    rounded = Policy.of(settings.RESPONSE_WINDOW).rounded
    context = {
        "spans": spans(),
        "kept": kept(),
        "rounded": rounded,
        "two_persons": settings.TWO_PERSON_RULE,
    }
    return render(request, template_in("pages/policy.html"), context)


@require_safe
def guide_authors(request: HttpRequest) -> HttpResponse:
    """A guide for authors who were asked, in plain words."""
    context = {"spans": spans(), "kept": kept(), "kinds": GUIDES.values()}
    return render(request, template_in("pages/guide_authors.html"), context)


@require_safe
def guide_reporters(request: HttpRequest) -> HttpResponse:
    """How to write a report that passes at the first look."""
    return render(request, template_in("pages/guide_reporters.html"), {"spans": spans()})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, and for whom."""
    return render(request, template_in("pages/about.html"))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and for how long (product.md, section 11)."""
    return render(request, template_in("pages/privacy.html"), {"kept": kept()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the pages, and what is missing."""
    return render(request, template_in("pages/accessibility.html"))
