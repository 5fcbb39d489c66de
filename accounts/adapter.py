"""How django-allauth makes users here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by a code; the mail goes through the outbox like every other."""
