"""What a mail server's words about one recipient mean. Pure.

Only words of machines come here: diagnostic codes and the reports of mail servers, never what a
person wrote.
"""

import re
from enum import StrEnum

from notifications.patterns import any_of

REFUSED_FOR_GOOD = frozenset(
    {
        "5.1.1",  # no such mailbox (RFC 3463)
        "5.1.2",  # no such domain
        "5.1.3",  # bad syntax
        "5.1.6",  # moved away
        "5.1.10",  # the domain accepts no mail (RFC 7505)
    }
)
"""Codes of the SMTP dialogue that say that the address is bad."""
BAD_ADDRESS = REFUSED_FOR_GOOD | {"5.4.310"}  # Exchange Online: the domain does not exist
"""Codes of failure notices that say so."""

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.\-/])(?<!\d:)([245][0-5]\d)(?![\d/]|[.:]\d)")


def codes(text: str) -> tuple[str, ...]:
    """The enhanced status codes in `text`, in their order (RFC 3463)."""
    found = (".".join(match.groups()) for match in _CODE.finditer(text))
    return tuple(dict.fromkeys(found))


def replies(text: str) -> tuple[str, ...]:
    """The reply codes of SMTP in `text`, in their order (RFC 5321)."""
    return tuple(dict.fromkeys(match[1] for match in _REPLY.finditer(text)))


_FULL = any_of(
    r"""
    quota
    mail ?(?:box|folder|directory) (?:is |has |size |was )?(?:full|exceed|over)
    (?:mail)?box(?:es)? full
    (?:exceed|over)[a-z]* (?:the |its |their |his |allowed |maximum |max\.? )*(?:storage|mailbox)
    (?:over|exceeded|out of|not enough|insufficient|too much) (?:\w+ ){0,2}(?:storage|space)
    too much (?:mail data|mail stored)|insufficient (?:\w+ )?resources
    (?:storage|size) (?:limit|allocation) exceeded
    (?:account|disk) (?:is )?full
    is full\b
    \bvoll\b|überfüllt|boite .{0,20}pleine|buzón lleno|casella piena|邮箱已满|邮箱空间不足
    """
)
_OTHER = any_of(
    r"""
    (?:is|been|currently|temporarily|mailbox|account|user) (?:de-?activated|disabled|suspended)
    (?:is|been|currently|temporarily|mailbox|account|user) (?:inactive|frozen|locked|discontinued)
    (?:deactivated|inactive|disabled|suspended) (?:mailbox|account|user|recipient)
    \bspam\b|spammer|unsolicited|\bU[BC]E\b|junk mail|spamhaus|spamcop|sorbs|barracuda
    black ?list|block ?list|\bRBL\b|\bDNSBL\b|\b[US]U?RI?BL\b|reputation|gr[ea]y-?list
    (?:ip|host|client|server|domain|sender|connection)[^.]{0,40}\b(?:blocked|banned|blacklisted)
    blocked (?:by|using|for|because|due)|has been blocked|been denied|you are not allowed
    relay(?:ing)?(?: access)? (?:is |not )?(?:denied|prohibited|allowed|permitted)
    (?:unable to|not allowed to|not permitted to|cannot|denied) relay
    \b(?:DMARC|DKIM|SPF|BATV)\b|sender policy framework|unauthenticated email|not authenticated
    reverse dns|\bPTR\b|\brDNS\b
    policy|prohibited|content (?:rejected|restriction|filter)|virus|infected|malware|attachment
    (?:message|mail|size)[^.]{0,30}too (?:large|big)
    (?:message|mail|size)[^.]{0,30}exceed(?:s|ed)[^.]{0,30}(?:size|limit|maximum)
    size limit|maximum (?:message |incoming |inbound )+size|larger than
    too many (?:hops|connections|recipients|errors)|hop count exceeded|loops? back to myself
    (?:mail|routing) loop|loop detected
    rate (?:limit|that)|throttl|too (?:fast|many messages)|sending limit
    sender (?:address )?(?:rejected|denied|verify|verification|unknown|not|domain)
    (?:invalid|null|unroutable) sender|from (?:address|domain)\b
    (?:reply to|after|bogus|our) MAIL FROM|MAIL FROM(?: address| domain)? (?:not|is|was|command)
    (?:sender|from) .{0,60}(?:not (?:exist|allowed|authorized)|invalid|unknown)
    restricted to|not authori[sz]ed|access denied|not permitted|notauthorized
    requires confirmation|temporar(?:y|ily)|try again later|time[d]? ?-?out|expired
    """
)
_WHO = (
    "user|recipient|mailbox|account|address|addressee|alias|local[ -]?part|user ?(?:id|name)|rcpt"
    "|destinataire|destinatario"
)
_NO_SUCH = "unknown|undefined|non-?exist[ae]nt|no such|invalid|unrecogni[sz]ed|bad|illegal"
_SORT = "e-?mail|mail|local|final|delivery|destination|virtual|recipient|to"
_GONE = (
    r"(?:does|do|did)(?: not|n.?t) exist|not exist|(?:is |was |were )?not (?:be )?found"
    r"|is not (?:an? )?(?:known|valid|registered|local|recogni[sz]ed|listed|active)|not listed"
    r"|is (?:no|not) longer (?:valid|available|in use|active|with|here|a )|is invalid|not valid"
    r"|not recogni[sz]ed|no longer|could(?:n.?t| not) be found|non-?existent|inexistant"
    r"|has been (?:deleted|removed)|not in (?:the )?directory"
)
_ANYBODY = "mail ?box|user|account|recipient|address|person|one|body"
_BAD_USER = any_of(
    rf"""
    (?:{_WHO})s? (?:is |was |were |are )?(?:un?known|unkown|unknow|not known)
    (?:{_NO_SUCH}) (?:or (?:{_NO_SUCH}|virtual) )?(?:(?:{_SORT}) )*(?:{_WHO}|person|name)
    (?:{_WHO}|name|person|customer|box)s?\b[^.;]{{0,70}}\b(?:{_GONE})
    no valid recipients?\b|#?5\.1\.0 address rejected
    unable to deliver message to <[^>]*> \(and other recipients in the same domain\)
    no (?:valid )?(?:{_ANYBODY})s?\b[^.]{{0,20}}(?:(?:by|with|of) (?:that|this) name|here|at th)
    no (?:valid )?(?:{_ANYBODY})s?\b[^.]{{0,20}}(?:found|known|such|available for)
    not (?:an? )?(?:valid |known |local |registered |active )?(?:{_WHO}|customer|e-?mail address)
    not our customer
    (?:doesn.?t|does not|not) have an? .{{0,80}}account
    (?:does not|doesn.?t|not) (?:like|accept) (?:the )?recipient
    (?:name|domain|{_WHO})[^.]{{0,30}}not (?:found |listed )?in [^.]{{0,40}}(?:directory|book)
    (?:name|domain|{_WHO})[^.]{{0,30}}not (?:found |listed )?in [^.]{{0,40}}(?:table|list)
    recipient (?:address )?rejected(?:\.|: (?:invalid|unknown|undeliverable|access denied))
    (?:invalid|bad) (?:recipient|rcpt)|badrcptto|validrcptto|badrecipientto|rcpthosts
    (?:address|user|account|mailbox) ha(?:s|ve) (?:been )?(?:changed|moved|replaced|closed|cancel)
    has been replaced by|has moved|has left the|no longer (?:works?|employed|with)
    (?:no|not) longer (?:accepts?|valid|exists?|in use|available|on server|an? )
    not listed in|unlisted|undeliverable address
    wrong (?:or no longer valid|e-?mail|address)|mailbox (?:unavailable|not available)
    not (?:a )?valid (?:e-?mail )?address|bad (?:destination )?(?:mailbox )?address
    does not exist|doesn.?t exist|RESOLVER\.ADR\.(?:Ex)?RecipNotFound|RecipientNotFound
    unbekannt|utilisateur inconnu|destinataire inconnu|adresse .{{0,40}}invalide|n.existe pas
    usuario desconocido|no existe|utente (?:sconosciuto|inesistente)|usuário desconhecido
    nie (?:ma takiego|istnieje)|nieznany|onbekend|neznámý|okänd|ukjent|ukendt
    пользовател\w+ не (?:найден|существует)|нет такого пользователя
    不存在|没有此用户|无此用户|用户未找到|存在しません|見つかりませ
    """
)
_BAD_HOST = any_of(
    r"""
    unroute?able (?:mail )?(?:address|domain)
    no SMTP service
    (?:host|domain|server)(?: name)?s? (?:is |was )?(?:unknown|not reachable)
    host or domain name not found
    (?:host|domain|server)(?: name)?s?\b[^.;:]{0,50}\b(?:does not|not|doesn.?t) exist
    (?:host|domain|server)(?: name)?s?\b[^.;:]{0,50}\bnot (?:be )?found
    (?:host|domain|server)(?: name)?s?\b[^.;:]{0,50}\bnon-?existent
    (?:unknown|no such|invalid|bad|non-?existent|illegal)(?: \w+)? (?:host|domain|server|system)
    NXDOMAIN|name or service not known|no MX (?:or A )?records?|null ?MX|name service error
    (?:host|domain|server)[^.]{0,30}(?:does not|doesn.?t) accept (?:any )?(?:e-?)?mail
    couldn.?t find (?:any|a) (?:host|mail server)|cannot find (?:your |the )?(?:host|domain)
    no mail hosts? (?:found|for)|all relevant MX records point to non-existent hosts
    domain name .{0,80}not (?:found|resolve)
    """
)
_LATER = any_of(
    r"""
    temporary failure in name resolution|host not found, try again|name server timeout|SERVFAIL
    connection (?:timed? ?out|refused)|try again later
    """
)


class Phase(StrEnum):
    """At which command of the SMTP dialogue the server refused, as far as the notice says it."""

    RECIPIENT = "RCPT"
    CONTENT = "DATA"
    UNSAID = ""


def phase(words: str) -> Phase:
    """The command that was refused. A server that found no recipient left refused them all."""
    words = _NEED_RCPT.sub("", words)
    if _NO_RECIPIENTS.search(words):
        return Phase.RECIPIENT
    if _DATA.search(words):
        return Phase.UNSAID if _RCPT.search(words) else Phase.CONTENT
    return Phase.RECIPIENT if _RCPT.search(words) else Phase.UNSAID


_NO_RECIPIENTS = re.compile(r"no valid recipients", re.IGNORECASE)
_NEED_RCPT = re.compile(r"need RCPT", re.IGNORECASE)
_DATA = any_of(
    r"""
    in (?:reply|response) to (?:the )?(?:end of )?DATA
    after (?:the )?(?:end of )?data\b|end of data
    >>> \.?DATA|SMTP command:? DATA|our (?:end of )?DATA
    after I sent the message|while sending message
    """
)
_RCPT = any_of(r"\bRCPT|does not like recipient|recipient was rejected by a remote")
_FINAL_REPLIES = frozenset({"550", "551", "553", "554"})
_NO_MAIL_REPLIES = frozenset({"521", "556"})  # RFC 7504


def address_is_bad(
    status: str, text: str, at: Phase = Phase.UNSAID, *, notice: bool = True
) -> bool:
    """Whether a final failure with `status` and the server's `text` says that the address is bad.

    `at` is where it was refused; `notice` says that `text` is a field of a delivery status (RFC
    3464), not a letter in a mail server's own words.

    A code of the fourth class, a full mailbox, a refusal of the sender or of the content, routing
    and policy say nothing of the address, whatever else is said. Words without a code of
    BAD_ADDRESS count where the recipient was refused, not where the content was.
    """
    text = " ".join(_HOST.sub(r"\1 <>", _ADDRESS.sub("<>", text)).split())  # names mean nothing
    said, replied = codes(text), replies(text)
    all_codes = {*said, status} - {""}
    if _passes(status, said, replied) or _FULL.search(text) or "5.2.2" in all_codes:
        return False
    if _LATER.search(text) or _SURELY_OTHER.search(text):
        return False
    if _OTHER.search(text) and not _SURE.search(text):
        return False
    if BAD_ADDRESS & all_codes or _NO_MAIL_REPLIES & {*replied}:
        return True
    if _BAD_HOST.search(text) and at is not Phase.CONTENT:
        return "5.4.4" not in all_codes
    if not _BAD_USER.search(text):
        return False
    if any(code.startswith(("5.2.", "5.3.", "5.6.", "5.7.")) for code in all_codes):
        return at is Phase.RECIPIENT and bool(_SURE.search(text))
    refused = bool(_FINAL_REPLIES & {*replied})
    if at is Phase.CONTENT:
        return refused and bool(_NO_ACCOUNT.search(text))
    if at is Phase.RECIPIENT:
        return True
    if notice:
        return refused and not re.search(r"\b55\d ?: ", text)
    return not refused and not _NO_ACCOUNT.search(text)


def _passes(status: str, said: tuple[str, ...], replied: tuple[str, ...]) -> bool:
    """Whether the failure is of the fourth class, which may pass."""
    if BAD_ADDRESS & {*said}:
        return False
    fifth = any(code[0] == "5" for code in (*said, *replied))
    return status.startswith("4") or (not fifth and any(r[0] == "4" for r in replied))


_NO_ACCOUNT = re.compile(r"(?:doesn.?t|does not) have an? .{0,80}account", re.IGNORECASE)
_SURE = any_of(
    r"""
    (?:user|recipient) unknown|unknown (?:user|recipient)
    no such (?:user|mailbox|recipient|person|address)
    (?:user|recipient|mailbox|account|address)[^.;]{0,60}(?:does not|doesn.?t) exist|user not found
    recipient address rejected: access denied|invalid recipient
    no mail ?box (?:found|here|available|by that name)
    host or domain name not found|NXDOMAIN
    """
)
"""Words that mean the address, even among others."""
_ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@,;:]{1,255}>?")
_HOST = re.compile(r"\b(host|at|from|to|by|server|dns;) +(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}\b", re.I)
_SURELY_OTHER = any_of(
    r"""
    procmail|can.?t create (?:output|user)|couldn.?t create|command (?:output|died|failed)
    local (?:mailer|delivery) (?:error|failed)
    \bspam\b|spammer|unsolicited|spamhaus|black ?list|block ?list|\bRBL\b|reputation
    sender (?:address |email )?(?:rejected|denied|verif|domain|unknown|not|is )
    (?:domain of|invalid|null|unroutable|envelope) sender|from address
    relay(?:ing)?(?: access)? (?:is |not )?(?:denied|prohibited|allowed|permitted)
    (?:unable to|not allowed to|not permitted to|cannot|denied) relay
    (?:reply to|after|bogus|our) MAIL FROM|MAIL FROM(?: address| domain)? (?:not|is|was|command)
    """
)
"""Words that mean something else, even beside those of _SURE."""
