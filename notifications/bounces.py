"""Which recipients a failure notice names, what it says of each, and of which mail. Pure.

A notice by the standard has blocks of fields (RFC 3464); others are letters of mail servers, each
in its own words, read by flufl.bounce and by the few rules here. Nothing here may be asked about
a mail that a person wrote: `classify` decides that first, by its structure.
"""

import email
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flufl.bounce import all_failures

from notifications.diagnostics import Phase, address_is_bad, codes, phase
from notifications.mime import Mail
from notifications.mime_headers import Headers, addresses, blocks
from notifications.patterns import any_of
from notifications.returned import READ, split
from notifications.subjects import begins_like_a_notice

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # a line for each way that it tries

SAID = 2_000  # characters of what is said of one recipient
RECIPIENTS = 100
LINE = 500  # bytes of a line that flufl.bounce reads


class Action(StrEnum):
    """What became of the letter for one recipient, for good or not."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True)
class Recipient:
    """What a notice says of one recipient; `address` is empty if it names none."""

    address: str
    action: Action
    status: str = ""
    words: str = ""
    at: Phase = Phase.UNSAID
    notice: bool = True
    """Said by the fields of a delivery status, not by words."""

    @property
    def bad(self) -> bool:
        """Whether it failed because there is no such address."""
        return self.action == Action.FAILED and address_is_bad(
            self.status, self.words, self.at, notice=self.notice
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The status codes that were said, without repeats."""
        return tuple(dict.fromkeys(filter(None, (self.status, *codes(self.words)))))


_ACTIONS = {
    "fail": Action.FAILED,
    "error": Action.FAILED,
    "dela": Action.DELAYED,
    "deli": Action.DELIVERED,
    "rela": Action.DELIVERED,
    "expa": Action.DELIVERED,
}


def recipients(mail: Mail) -> tuple[Recipient, ...]:
    """What the notice `mail` says of each recipient: by its fields, else by its words."""
    words, returned = split(mail)
    found = [r for status in mail.status for r in _of_fields(status, words)]
    named = _failed(mail)
    if len(found) == len(named) == 1 and not found[0].address:
        found = [replace(found[0], address=named[0])]
    if not found:
        for part in mail.of_type("text/plain"):
            if "final-recipient:" in part.text()[:READ].lower():
                found += _of_fields(blocks(part.content()[:READ]), words)
    if not found and mail.receipt:
        found = _of_receipt(mail.receipt, words)
    if not found:
        found = _of_words(mail, words, returned)
    unique: dict[str, Recipient] = {}
    for one in found:
        unique.setdefault(one.address.lower(), one)
    return tuple(unique.values())[:RECIPIENTS]


def _of_fields(status: tuple[Headers, ...], words: str) -> list[Recipient]:
    """The recipients of one delivery status. A block without an action speaks by its code."""
    found = []
    named = [_address(b.first("original-recipient"), b.first("final-recipient")) for b in status]
    for block, address in list(zip(status, named, strict=True))[: RECIPIENTS + 1]:
        if not address and "action" not in block:
            continue
        code = next(iter(codes(block.first("status"))), "")
        said = " ".join((*block.all("diagnostic-code"), *block.all("status")))
        action = _ACTIONS.get(block.first("action").strip().lower()[:4])
        if action is None:
            action = Action.DELAYED if code.startswith("4") else Action.FAILED
        beside = _beside(address, words, named)
        at = phase(f"{said}\n{beside}")
        if not code.strip("245.0") and len(_NO_WORDS.sub("", said)) <= 12:
            said = f"{said} {beside}"
        found.append(Recipient(address, action, code, said[:SAID], at))
    return found


_NO_WORDS = re.compile(r"[\d.\s;:<>-]|smtp|x-\w+", re.IGNORECASE)


def _of_receipt(fields: Headers, words: str) -> list[Recipient]:
    """A mailbox that deletes what it cannot keep says so in a receipt (RFC 8098, 3.2.6.2)."""
    address = _address(fields.first("original-recipient"), fields.first("final-recipient"))
    gone = "deleted" in fields.first("disposition").lower()
    return [Recipient(address, Action.FAILED, "", words, notice=False)] if gone and address else []


def _beside(address: str, words: str, others: Sequence[str]) -> str:
    """What a notice says beside an address: until it names another, at most 1,000 characters."""
    text = words[:READ].lower()
    at = text.find(address.lower()) if address else -1
    if at < 0:
        return words[:READ]
    end = at + 1_000
    line = text.rfind("\n", 0, at) + 1
    for other in others:
        begin = text.find(other.lower(), at + len(address)) if other else -1
        if begin > 0 and other.lower() != address.lower():
            end = min(end, begin)
    return words[line:end]


def _address(*values: str) -> str:
    """The first of these fields that holds an address: `rfc822; somebody@example.org`."""
    for value in values:
        kind, semicolon, text = value.partition(";")
        for _, address in addresses(text if semicolon else kind):
            return address.strip("<>")
    return ""


_LATER = any_of(
    r"""
    still (?:awaiting|trying|undelivered|in (?:the )?queue|being)|keep trying
    (?:will|being) retr(?:y|ied)
    will (?:keep|continue) (?:trying|to try|to be|attempt)|not yet been delivered
    delivery (?:is |has been |was )?(?:delayed|temporarily)|(?:has been|message) delayed
    delivery delay|will be (?:re-?tried|repeated|made)|warning message only
    do not need to re-?send|attempts (?:to deliver [^.]{0,80})?will continue
    no action is required|could not send message for (?:the )?past|incomplete delivery
    queued for (?:further|later)|noch nicht (?:zugestellt|ausgeliefert)|weiterhin versucht
    verzögert|retardé|retrasad|ritard|投递延迟|配送遅延
    """
)
_FINAL = any_of(
    r"""
    permanent (?:fatal )?errors?|given up|giving up|failed permanently|has failed
    could not be delivered|undeliverable|returned to sender|action: failed
    """
)


_FAILURE = any_of(
    r"""
    failure|failed|fehlgeschlagen|undeliver|not delivered|returned mail|unzustellbar
    non remis|不能|退信|失败|失敗|не доставлено|недоставлено
    """
)


def is_failure(subject: str, words: str) -> bool:
    """Whether a notice that names nobody says all the same that a letter did not arrive."""
    return bool(_FINAL.search(f"{subject}\n{words[:3_000]}") or _FAILURE.search(subject))


def is_delay(subject: str, words: str) -> bool:
    """Whether a notice without fields says that the letter is still on its way."""
    text = f"{subject}\n{words[:3_000]}"
    if re.search(r"\bdelay|\bwarning\b|not yet|verzögert|延迟|遅延", subject, re.IGNORECASE):
        return bool(_LATER.search(text))
    return bool(_LATER.search(text)) and not _FINAL.search(text)


def _of_words(mail: Mail, words: str, returned: Headers) -> list[Recipient]:
    """The recipients of a notice that is written in a mail server's own words."""
    action = Action.DELAYED if is_delay(mail.subject, words) else Action.FAILED
    if not _is_about_a_letter(mail, words, returned):
        return []
    named = _named(mail, words, returned)
    found = []
    for address in named:
        lines = [line for line in words.split("\n") if address in line and _REFUSED.match(line)]
        said = "\n".join(lines) or _beside(address, words, named)
        if len(named) == 1 and not lines:
            said = words[:READ]
        if len(said.strip()) < len(address) + 30:
            said = f"{said} {mail.subject}"
        status = next(iter(codes(said)), "")
        at = phase(_beside(address, words, named) if len(named) > 1 else words[:READ])
        found.append(Recipient(address, action, status, said, at, notice=False))
    return found


def _is_about_a_letter(mail: Mail, words: str, returned: Headers) -> bool:
    """Whether there is a sign that it is a notice: a postmaster may write by hand, too."""
    if returned or codes(words) or begins_like_a_notice(mail.subject):
        return True
    text = f"{mail.subject}\n{words}"
    return bool(_LATER.search(text) or _FINAL.search(text) or _REPLIED.search(words)) or bool(
        by_flufl(mail)
    )


_REPLIED = re.compile(r"(?:^|said: |\s)[45]\d\d[ -]")
_REFUSED = re.compile(r"\s*(?:<<<\s*)?5\d\d[ -]")
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}"
_NAMED = [
    re.compile(
        r"(?:undeliverable to|(?:not|cannot) (?:be )?delivered to|error delivering your mail to)"
        r"[:\s]+"
        r"<?(" + _EMAIL + r")",
        re.I,
    ),
    re.compile(r"^[ \t]*(?:X-)?Failed[- ]Recipients?:\s*<?(" + _EMAIL + r")", re.I | re.M),
    re.compile(
        r"(?:(?:RCPT TO:|(?:Original|Final)-Recipient:)(?:[^\n<]{0,30}<| *)"
        r"|^5\d\d (?:\d\.\d\.\d )?<)"
        r"(" + _EMAIL + r")",
        re.I | re.M,
    ),
    re.compile(r"^[ \t]*<(" + _EMAIL + r")>(?:\s*\(.*\))?:", re.M),
    re.compile(r"^[ \t]*<?(" + _EMAIL + r")>?(?:\.\.\.|:)\s", re.M),
    re.compile(r"<?(" + _EMAIL + r")>?\.\.\. "),
    re.compile(r"^[ \t>*-]*<?(" + _EMAIL + r")>?[\s,;:]*$", re.M),
    re.compile(r"<(" + _EMAIL + r")>"),
    re.compile(r"(?<![\w.+-])(" + _EMAIL + r")"),
]


def _failed(mail: Mail) -> list[str]:
    """The recipients that Exim and Google name in a header."""
    return _unique([a for _, a in addresses(*mail.headers.all("x-failed-recipients"))])


def _named(mail: Mail, words: str, returned: Headers) -> list[str]:
    """The addresses that a notice is about, by the surest way that finds any."""
    failed = _failed(mail)
    if failed:
        return failed
    ours = {a.lower() for _, a in addresses(*mail.headers.all("to"), *mail.headers.all("from"))}
    ours |= {a.lower() for _, a in addresses(returned.first("from"), returned.first("return-path"))}
    found = [a for a in by_flufl(mail) if a.lower() not in ours and _is_named(a, words)]
    if found and not _TRANSCRIPT.search(words):
        return found
    for excluded in (ours, set()):  # a notice may come from the address itself
        for pattern in _NAMED:
            every = pattern.findall(words)
            named = [a for a in every if a.lower() not in excluded and not _DAEMON.match(a)]
            if named:
                return _unique(named)
    sent_to = [a for _, a in addresses(*returned.all("x-actual-to"), *returned.all("to"))]
    return _unique(sent_to) if len(sent_to) == 1 else []


_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|abuse|support|help|info)@", re.IGNORECASE)


def _unique(found: list[str]) -> list[str]:
    return list({a.lower(): a for a in reversed([f.strip("<>.") for f in found])}.values())[::-1]


_TRANSCRIPT = re.compile(r"^>>> RCPT", re.IGNORECASE | re.MULTILINE)


def _is_named(address: str, words: str) -> bool:
    """Whether the notice itself names the address; AOL names only what stands before the @."""
    text = words.lower()
    return address.lower() in text or address.lower().partition("@")[0] in text.split()


def by_flufl(mail: Mail) -> list[str]:
    """The recipients that flufl.bounce finds, failed or late."""
    lines = b"\n".join(line[:LINE] for line in mail.start.split(b"\n"))  # some ways are slow
    try:
        temporary, permanent = all_failures(email.message_from_bytes(lines))
    except Exception:  # the library reads anything that comes from outside
        return []
    return sorted(_unique([a.decode("ascii", "replace") for a in (*permanent, *temporary)]))
