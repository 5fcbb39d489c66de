"""The feeds of answers, and of what happens about one paper: the same for everybody."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.selectors import paper_by_id
from registry.views.feeds import answer_feed, known
from reports import answers_feed, paper_feed


@require_safe
def answers(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The public answers of authors (product.md, section 9)."""
    known(kind)
    return answer_feed(request, answers_feed.answers(request.GET.get("after", "")[:500]), kind)


@require_safe
def paper(request: HttpRequest, paper_id: int, kind: str) -> HttpResponseBase:
    """The time line of a public paper."""
    known(kind)
    found = paper_by_id(paper_id)
    if found is None:
        raise Http404
    if found.root_id is not None:
        return redirect("paper_feed", found.root_id, kind, permanent=True)
    return answer_feed(request, paper_feed.of_paper(found, now=timezone.now()), kind)
