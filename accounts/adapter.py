"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by a code; the mail goes through the outbox like every other."""

    def format_email_subject(self, subject: str) -> str:
        """The subject as written: its length is bounded (product.md, section 7)."""
        return subject

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The code was right, the account is switched off: whom to write to."""
        return render(request, "accounts/switched_off.html", status=403)
