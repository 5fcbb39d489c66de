"""What is sent and what comes in."""

from notifications.models.email import Email
from notifications.models.incoming import Incoming, Mailbox, Robot

__all__ = ["Email", "Incoming", "Mailbox", "Robot"]
