"""The choice of a language: a POST of its own, so that reading sets no cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from registry import languages


# Without a token against forgery, and so without a cookie on the page that has the button: what
# another site could do with it is show somebody `/` in another language.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language, and go on with the same page in it."""
    language = request.POST.get("language", "")
    if language not in languages.NAMES:
        return render(request, "registry/no_language.html", status=400)
    page = request.POST.get("next", "")
    if not page.startswith("/") or not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        page = "/"
    response = HttpResponseRedirect(languages.path_in(language, page))
    languages.remember(response, language)
    return response
