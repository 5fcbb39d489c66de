"""Did a mail really come from the domain in its From: what our mail server says (RFC 8601). Pure.

Only an Authentication-Results header under our server's name counts; that server removes those that
come from outside under its name (RFC 8601, section 5).
"""

import re
from collections.abc import Iterable

_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_REASON = re.compile(r"\breason\s*=\s*\S+", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.I
)


def authenticated(results: Iterable[str], *, authserv_id: str, domain: str) -> bool:
    """Whether our server `authserv_id` says that the mail is from `domain`: DMARC passed, or DKIM
    or SPF passed for that domain or one above or below it (relaxed alignment, RFC 7489, 3.1).

    `results` are the values of the Authentication-Results headers, from the top: the first one of
    our server's counts. Without an `authserv_id` nothing is authenticated.
    """
    ours = next((text for text in map(_plain, results) if _by(text) == authserv_id.lower()), None)
    if not authserv_id or not domain or ours is None:
        return False
    return any(_passed(word, domain.lower()) for word in ours.split(";")[1:])


def _plain(value: str) -> str:
    """Without quoted strings, reasons and comments, in which a sender's words may stand."""
    value = _REASON.sub(" ", _QUOTED.sub('""', value))
    before = ""
    while before != value:
        before, value = value, _COMMENT.sub(" ", value)
    return " ".join(value.split())


def _by(value: str) -> str:
    """The name of the server that says it; a version may follow."""
    words = value.split(";", 1)[0].split()
    return words[0].lower() if words else ""


def _passed(word: str, domain: str) -> bool:
    found = _RESULT.match(word)
    if found is None or found[2].lower() != "pass":
        return False
    method = found[1].lower()
    named = {
        name.lower(): value.rpartition("@")[2].lower()
        for name, value in _PROPERTY.findall(found[3])
    }
    if method == "dmarc":
        return bool(named.get("header.from", domain) == domain)
    names = ("header.d", "header.i") if method == "dkim" else ("smtp.mailfrom",)
    return any(_aligned(named[name], domain) for name in names if name in named)


def _aligned(one: str, other: str) -> bool:
    """Whether one domain is the other, or below it."""
    below = (one == other, one.endswith(f".{other}"), other.endswith(f".{one}"))
    return any(below) and "." in one and "." in other
