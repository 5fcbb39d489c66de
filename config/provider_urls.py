"""Where the mail provider posts to, below /mail/ (docs/mail.md): its own addresses only."""

from anymail import urls
from django.conf import settings

app_name = urls.app_name
urlpatterns = [
    one
    for one in urls.urlpatterns
    if str(one.pattern).removeprefix("^").startswith(f"{settings.MAIL_PROVIDER}/")
]
