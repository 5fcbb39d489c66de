"""What somebody typed into a form that anybody may send."""

from django.http import HttpRequest, QueryDict

from reports.text import plain


def typed(request: HttpRequest) -> QueryDict:
    """What was sent, without characters that no text has."""
    sent = request.POST.copy()
    for name in sent:
        sent[name] = plain(str(sent[name]))
    return sent
