"""What mail providers post: made-up events in the shapes of theirs, signed as they sign."""

import hashlib
import hmac
import json
from base64 import b64encode
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

PAYLOADS = Path(settings.BASE_DIR) / "tests" / "payloads"
SECRET = "provider:a-long-random-password"
MAILGUN_KEY = "the-signing-key-of-mailgun"
ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": MAILGUN_KEY}
_tokens = count(1)


def payload(name: str, **words: str) -> Any:
    """tests/payloads/`name`.json with `words` in the place of @WORDS@."""
    return _filled(json.loads((PAYLOADS / f"{name}.json").read_text()), words)


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace(f"@{name.upper()}@", word)
    return value


def signed_by_mailgun(key: str = MAILGUN_KEY) -> dict[str, str]:
    """The fields by which Mailgun shows that it is Mailgun."""
    timestamp, token = "1772445600", f"token-{next(_tokens)}"
    signature = hmac.new(key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    return {"timestamp": timestamp, "token": token, "signature": signature}


def basic(secret: str = SECRET) -> dict[str, str]:
    """The header by which a provider shows that it knows the secret."""
    return {"HTTP_AUTHORIZATION": f"Basic {b64encode(secret.encode()).decode()}"}


def post(
    provider: str, kind: str, posted: Any, *, secret: str = SECRET, key: str = MAILGUN_KEY
) -> HttpResponse:
    """Post as the provider does to /mail/`provider`/`kind`/; what the site answers."""
    client = Client(raise_request_exception=False)
    where = f"/mail/{provider}/{kind}/"
    if provider == "mailgun" and "event-data" not in posted:
        return client.post(where, {**posted, **signed_by_mailgun(key)}, **basic(secret))
    if provider == "mailgun":
        posted = {**posted, "signature": signed_by_mailgun(key)}
    return client.post(where, json.dumps(posted), "application/json", **basic(secret))
