"""What a person does with all that is kept about them: every room's `personal` has a part in it."""

from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User


def rooms() -> list[ModuleType]:
    """The modules of settings.PERSONAL_DATA, in the order in which they erase."""
    return [import_module(name) for name in settings.PERSONAL_DATA]


def export_all(user: User, *, now: datetime) -> dict[str, Any]:
    """Everything that is kept about the person, by room; dates are UTC."""
    data: dict[str, Any] = {"site": settings.SITE_URL, "made": now}
    for room in rooms():
        data |= room.export(user)
    return data


def erase_all(*, user_id: int, keep_published: bool, now: datetime) -> None:
    """Erase the person, in one transaction.

    Published reports stay under "a former user" with `keep_published`, else they are withdrawn.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        for room in rooms():
            room.erase(user, keep_published=keep_published, now=now)
