"""Django's mail goes into the outbox: a row first, sent by the worker."""

from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """Writes an Email row in the priority lane for each recipient."""
