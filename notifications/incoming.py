"""Mail that comes in is stored raw first; reading.py looks into it later."""

import hashlib
from datetime import datetime

from notifications.models import Incoming

LARGEST = 30 * 1024 * 1024
"""Bytes; of a larger message the beginning is kept."""


def store(
    raw: bytes, *, via: Incoming.Via, now: datetime, sent_to: str = "", sent_by: str = ""
) -> Incoming:
    """The row of a mail that just came in; the same bytes to the same recipient are stored once.

    `sent_to` and `sent_by` are those of the envelope, where the way in knows them. Once this
    returned and the transaction is committed, the mail is ours: say so to whoever brought it.
    """
    kept = bytes(raw[:LARGEST])
    digest = hashlib.sha256(sent_to.strip().lower().encode() + b"\0" + raw).hexdigest()
    stored, _ = Incoming.objects.get_or_create(
        digest=digest,
        defaults={
            "raw": kept,
            "size": len(raw),
            "via": via,
            "sent_to": sent_to[:500],
            "sent_by": sent_by[:500],
            "received_at": now,
        },
    )
    return stored
