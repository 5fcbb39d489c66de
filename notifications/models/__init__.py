"""What is sent and what comes in."""

from notifications.models.email import Email
from notifications.models.incoming import Incoming, Mailbox, Robot
from notifications.models.provider import ProviderEvent

__all__ = ["Email", "Incoming", "Mailbox", "ProviderEvent", "Robot"]
