"""Who is signed in, and how somebody who is not comes back to where they were."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User


def user_of(request: HttpRequest) -> User | None:
    """The account behind the request; None for anybody."""
    return request.user if isinstance(request.user, User) else None


def sign_in(then: str) -> HttpResponseRedirect:
    """To the sign-in page, and after it to `then`."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': then})}")
