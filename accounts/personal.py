"""What the account itself says about a person: copied out, and erased (product.md, section 11)."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry

from accounts.models import User

FORMER = "a former user"
"""Who stands behind what stays."""
NO_HOST = "erased.invalid"  # RFC 2606: no mail ever leaves for it


def export(user: User) -> dict[str, Any]:
    """The account, as it is shown to its person and to moderators."""
    return {
        "account": {
            "email": user.email,
            "name": user.name,
            "affiliation": user.affiliation,
            "orcid": user.orcid,
            "language": user.language,
            "joined": user.date_joined,
            "last_sign_in": user.last_login,
            "moderator": user.is_staff,
        }
    }


def erase(user: User, *, keep_published: bool, now: datetime) -> None:
    """Leave a row that says nothing of the person and that nobody can sign in to.

    The row itself stays: it stands behind reports, events and decisions.
    """
    entries = LogEntry.objects.filter(
        content_type__app_label="accounts", content_type__model="user", object_id=str(user.pk)
    )
    entries.update(object_repr=FORMER)
    user.email = f"{user.pk}@{NO_HOST}"
    user.name, user.affiliation, user.orcid, user.language = FORMER, "", "", "en"
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()  # another one than before, which ends every session
    user.save()
    user.user_permissions.clear()
    EmailAddress.objects.filter(user=user).delete()  # django-allauth's copy
