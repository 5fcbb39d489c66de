"""The card of a paper for frames of other sites, and oEmbed."""

import json
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from registry import embeds
from registry.conditional import answer
from registry.context import site
from registry.merging import whole
from registry.selectors import paper_by_id


# The one page that others may frame: it has no form, and nothing on it depends on who looks.
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # it knows no other arguments
@require_safe
def card(request: HttpRequest, paper_id: int) -> HttpResponseBase:
    """The public record of a paper in few words."""
    found = paper_by_id(paper_id)
    if found is None:
        raise Http404
    if found.root_id is not None:
        return redirect("registry:embed", found.root_id, permanent=True)
    page = render_to_string("registry/embed.html", site(request) | {"paper": found})
    return answer(request, page, "text/html")


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The card of the paper at `url` (oembed.com 1.0): 404 for any other address, 501 for a form
    that is neither JSON nor XML."""
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        said = "There are two formats: json and xml.\n"
        return HttpResponse(said, content_type="text/plain; charset=utf-8", status=501)
    number = embeds.paper_at(request.GET.get("url", "")[:2000])
    paper = paper_by_id(number) if number is not None else None
    if paper is None:
        raise Http404
    room = (request.GET.get(name, "") for name in ("maxwidth", "maxheight"))
    told = embeds.oembed(whole(paper), embeds.Frame.within(*room))
    if form == "xml":
        return HttpResponse(_xml(told), content_type="text/xml; charset=utf-8")
    return HttpResponse(json.dumps(told), content_type="application/json")


def _xml(told: dict[str, str | int]) -> str:
    text = StringIO()
    writer = SimplerXMLGenerator(text, "utf-8")
    writer.startDocument()
    writer.startElement("oembed", AttributesImpl({}))
    for name, value in told.items():
        writer.addQuickElement(name, str(value))
    writer.endElement("oembed")
    return text.getvalue()
