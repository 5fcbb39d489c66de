"""What is sent and what comes in."""

from notifications.models.digest import Digest
from notifications.models.email import Email
from notifications.models.incoming import Incoming, Mailbox, Robot
from notifications.models.provider import ProviderEvent
from notifications.models.subscriber import NoMore, Rhythm, Subscriber, Subscription

__all__ = [
    "Digest", "Email", "Incoming", "Mailbox", "NoMore", "ProviderEvent", "Rhythm", "Robot",
    "Subscriber", "Subscription",
]  # fmt: skip
