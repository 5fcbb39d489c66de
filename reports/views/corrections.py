"""What was taken back, with date and reason: the same page for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.corrections import corrections


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every removal, withdrawal and annulled listing, newest first (product.md, section 9)."""
    after = request.GET.get("after", "")[:500]
    context = {"corrections": corrections(after), "after": after}
    return render(request, "reports/corrections.html", context)
