"""The sweeps of accounts. No arguments: the database says what is due."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task
def clear_expired_sessions() -> None:
    """Delete sessions that ended: they may hold a form typed by somebody who never signed in."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
