"""By which headers and which structure robots are known. Pure.

Each function says in one sentence why, or nothing. The words that a person may have written are
never looked at; the subject alone makes a mail suspicious at most.
"""

import re

from notifications.mime import Mail
from notifications.patterns import any_of
from notifications.subjects import (
    begins_like_a_notice,
    of_a_notice,
    of_an_answering_machine,
    passes_a_notice_on,
)

_DAEMON = re.compile(
    r"(?:.*[-_.+=])?(?:mail(?:er)?[-_.]?(?:daemon|demon)|poo?st[-_.]?master)(?:[-_.+=].*)?"
    r"|mdaemon|mail[-_.]?delivery(?:[-_.]?(?:sub)?system)?"
    r"|mailer[-_.]?(?:agent|system)|double-?bounce"
    r"|microsoftexchange[0-9a-f]+",
    re.IGNORECASE,
)
_DAEMON_NAME = any_of(
    r"""
    mail(?:er)?[ -]?daemon|mail ?deliverer|mail delivery (?:sub-?)?(?:system|service|agent|software)
    ^\W*(?:postmaster|internet mail delivery|system administrator|mail administrator)\W*$|系统退信
    """
)
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_STATUS = ("message/delivery-status", "message/global-delivery-status")


def written_by_a_mail_server(mail: Mail) -> str:
    """Whether it is a notice of a mail server about a letter: bounce, delay, success."""
    kind = mail.params.get("report-type", "").lower()
    if mail.type == "multipart/report":
        if kind == "delivery-status" or _direct(mail, *_STATUS):
            return "The mail is a delivery report (RFC 3464)."
        if kind == "disposition-notification" or mail.receipt:
            return rejected(mail)
        return "The mail is a report of a mail system (multipart/report)."
    if mail.type in _STATUS:
        return "The mail is a delivery report (RFC 3464)."
    if "x-failed-recipients" in mail.headers:
        return "The mail names the recipients that failed (X-Failed-Recipients)."
    if from_a_daemon(mail):
        return "A mail server wrote it (sender)."
    if _direct(mail, *_STATUS) and (null_path(mail) or "auto-submitted" in mail.headers):
        return "A mail server's delivery report is a part of it."
    if null_path(mail) and (mail.of_type(*_RETURNED) or begins_like_a_notice(mail.subject)):
        return "It has an empty return path and returns a letter."
    if begins_like_a_notice(mail.subject) and _PROGRAM.match(mail.headers.first("x-mailer")):
        return "A program wrote it, with the subject of a failure notice."
    return ""


_PROGRAM = re.compile(r"Microsoft CDO|<?SMTP32|JavaMail|PHPMailer|Internet Mail Service", re.I)


def rejected(mail: Mail) -> str:
    """Whether a receipt says that the mailbox threw the letter away unread (RFC 8098)."""
    value = mail.receipt.first("disposition").lower() if mail.receipt else ""
    if value.startswith("automatic-action") and "deleted" in value:
        return "The mail is a receipt for a letter that was rejected (RFC 8098)."
    return ""


def from_a_daemon(mail: Mail) -> bool:
    """Whether its sender is called like a mail server's own address."""
    named = [(name, address.partition("@")[0]) for name, address in mail.senders]
    if not named:  # `MAILER-DAEMON <>`, or words only
        values = mail.headers.all("from")
        return any(value.strip() == "<>" or _DAEMON_NAME.search(value) for value in values)
    if written_by_hand(mail) and all(_PERSON.search(local) for _, local in named):
        return False
    return any(_DAEMON.fullmatch(local) or _DAEMON_NAME.search(name) for name, local in named)


_PERSON = re.compile(r"\.[a-z]{2,}$", re.IGNORECASE)  # postmaster.singh is somebody's name


def written_by_hand(mail: Mail) -> bool:
    """Whether it answers a mail, and a program with which people write says that it made it."""
    return _answers(mail) and _by_a_mail_program(mail) and not null_path(mail)


def null_path(mail: Mail) -> bool:
    """Whether a server says that there is nobody to return it to (RFC 5321, 4.5.5)."""
    values = mail.headers.all("return-path")
    return any(value.strip() in ("<>", "< >") or _OWN_PATH.match(value) for value in values)


_OWN_PATH = re.compile(r"\s*<?mailer-daemon(?:@|>|$)", re.IGNORECASE)  # so Sendmail writes it


def _direct(mail: Mail, *kinds: str) -> bool:
    """Whether such a part stands right below the mail itself and is no file that was attached."""
    return any(
        part.type in kinds and len(part.within) == 1 and part.disposition != "attachment"
        for part in mail.parts
    )


def complaint(mail: Mail) -> str:
    """Whether somebody pressed the spam button (RFC 5965, and what providers send instead)."""
    kind = mail.params.get("report-type", "").lower()
    if mail.type == "multipart/report" and kind == "feedback-report":
        return "The mail is a spam complaint (RFC 5965)."
    if mail.feedback is not None and _direct(mail, "message/feedback-report"):
        return "A spam complaint is a part of it (RFC 5965)."
    if said_to_be_automatic(mail) and mail.subject.strip().lower() == "unsubscribe":
        return "A mail program asks to stop the letters (Auto-Submitted, subject)."
    if not mail.of_type("message/rfc822"):
        return ""
    if any(_COMPLAINT_OFFICE.match(address) for _, address in mail.senders):
        return "A provider's complaint office sent it (sender)."
    if any("x-hmxmroriginalrecipient" in headers for headers in (mail.headers, mail.returned)):
        return "It is a provider's spam complaint (X-HmXmrOriginalRecipient)."
    return ""


_COMPLAINT_OFFICE = re.compile(r"staff@hotmail\.com|scomp@aol\.net|fbl@|feedback@arf\.", re.I)
_CHALLENGES = {
    "x-bluebottle-request": "Bluebottle",
    "x-trusted-delivery": "Bluebottle",
    "x-tmda-confirm": "TMDA",
    "x-ask-auth": "Active Spam Killer",
    "x-spamarrest-speedcode": "Spam Arrest",
    "x-spamarrest-noauth": "Spam Arrest",
    "x-choicemail-registration-request": "ChoiceMail",
    "x-mailinblack": "MailInBlack",
    "x-uol-antispam": "UOL",
    "x-captcha-request": "a challenge",
}
_CHALLENGE = re.compile(r"x-.*challenge.*")
_CHALLENGERS = re.compile(
    r"@(?:[\w-]+\.)*(?:boxbe|spamarrest|bluebottle|mailinblack|sendio|knowspam|digiportal|vanquish"
    r"|mail-?block|0spam|spamlion|cleanmymailbox)\.(?:com|net|org)\b",
    re.IGNORECASE,
)


def challenge(mail: Mail) -> str:
    """Whether a robot wants the sender to prove to be a person."""
    for header, name in _CHALLENGES.items():
        if header in mail.headers:
            return f"{name} asks for a confirmation ({header})."
    for header, _ in mail.headers.items:
        if _CHALLENGE.fullmatch(header):
            return f"A robot asks for a confirmation ({header})."
    senders = " ".join((*mail.headers.all("from"), *mail.headers.all("return-path")))
    if _CHALLENGERS.search(senders):
        return "A service that asks senders for a confirmation sent it (sender)."
    if "tmda" in mail.headers.first("x-delivery-agent").lower() and said_to_be_automatic(mail):
        return "TMDA asks for a confirmation (X-Delivery-Agent)."
    return ""


_MACHINE = re.compile(  # not X-Auto-Response-Suppress, which Exchange puts on people's mail, too
    r"(?!.*suppress)x-(?:.*-)?(?:auto-?(?:reply|replied|respond|responder|response|answer)|vacation|out-?of-?office"
    r"|ooo|oof|away)(?:-.*)?|x-servicenow-generated"
)
_NOT = ("", "no", "false", "0", "none", "off")


def said_to_be_automatic(mail: Mail) -> str:
    """The value of Auto-Submitted that says that no person sent it (RFC 3834, section 5)."""
    for value in mail.headers.all("auto-submitted"):
        word = re.sub(r"\(.*?\)", "", value).partition(";")[0].strip().lower()
        if word and word not in ("no", "auto-forwarded"):
            return word
    return ""


def answering_machine(mail: Mail) -> str:
    """Whether a program answered: out-of-office, receipt, acknowledgement of a ticket system."""
    headers = mail.headers
    if word := said_to_be_automatic(mail):
        return f"The mail says that a program sent it (Auto-Submitted: {word})."
    for name, value in headers.items:
        said = value.strip().lower()
        if _MACHINE.fullmatch(name) and said not in _NOT:
            return f"An answering machine says that it wrote it ({name})."
    for name in ("precedence", "x-precedence"):
        value = headers.first(name).lower().replace("-", "_")
        if value.startswith(("auto_reply", "autoreply")):
            return f"The mail says that it is an automatic reply ({name})."
    if headers.first("x-list-administrivia").lower() == "yes":
        return "A mailing list wrote it about itself (X-List-Administrivia)."
    if "autoresponder" in headers.first("x-post-messageclass").lower():
        return "An answering machine says that it wrote it (X-POST-MessageClass)."
    if headers.first("x-fc-machinegenerated").lower() == "true":
        return "The mail says that a machine made it (X-FC-MachineGenerated)."
    if re.match(r"reply|vacation|auto", headers.first("x-autogenerated"), re.IGNORECASE):
        return "The mail says that it was generated (X-Autogenerated)."
    if re.search(
        r"mailbox rules agent|oof", headers.first("x-ms-exchange-generated-message-source"), re.I
    ):
        return "A rule of the mailbox answered (X-MS-Exchange-Generated-Message-Source)."
    if any(value.strip().lower() == "autoresponder" for value in headers.all("delivered-to")):
        return "An answering machine passed it on (Delivered-To: Autoresponder)."
    if re.match(r"vacation|autoresponder|auto-?reply", headers.first("x-mailer"), re.IGNORECASE):
        return "An answering machine wrote it (X-Mailer)."
    if mail.type == "multipart/report" and mail.receipt:
        return "The mail is a receipt (RFC 8098)."
    if null_path(mail) and mail.senders:
        return "It has an empty return path, as only robots use."
    return ""


_NOBODY = re.compile(
    r"(?:.*[-_.+=])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|auto[-_.]?(?:reply|responder|mailer))"
    r"(?:[-_.+=\d].*)?|bounces?(?:[-+=].*)?|.*-(?:bounces?|owner|request)|nobody|autoantwort|vacation|out-?of-?office",
    re.IGNORECASE,
)
_LIST = ("list-id", "list-post", "list-unsubscribe", "x-mailman-version", "x-beenthere")
_TICKETS = re.compile(
    r"x-(?:otrs|rt|zendesk|freshdesk|jira|atlassian|osticket|sfdc|salesforce|hubspot|helpscout"
    r"|kayako|redmine|request-tracker)\b.*|rt-(?:ticket|originator)"
)
_PROGRAMS = re.compile(
    r"otrs|zendesk|jira|freshdesk|osticket|request tracker|help ?scout|hubspot|salesforce"
    r"|phpmailer|mailchimp|sendgrid|wordpress",
    re.IGNORECASE,
)
_PEOPLES = re.compile(
    r"thunderbird|apple mail|iphone|ipad|outlook|mutt|gnus|kmail|evolution|roundcube|zimbra"
    r"|sylpheed|claws|foxmail|coremail|mailmate|airmail|android|k-9|pine|horde|sogo|squirrelmail"
    r"|emclient|postbox|the bat|becky|nine|groupwise|lotus notes|hcl notes|mu4e|neomutt|aerc",
    re.IGNORECASE,
)


def suspicious(mail: Mail) -> str:
    """Why a mail that says nothing clear is to be looked at by a moderator."""
    if not mail.senders:
        return "It names no sender."
    if len({address.lower() for _, address in mail.senders}) > 1:
        return "It names several senders."
    return _by_its_subject(mail) or _by_its_headers(mail)


def _by_its_subject(mail: Mail) -> str:
    if of_an_answering_machine(mail.subject):
        return "Its subject begins as answering machines write it."
    if of_a_notice(mail.subject) and not written_by_hand(mail):
        return "Its subject is that of a failure notice."
    if passes_a_notice_on(mail.subject) and not mail.of_type(*_RETURNED):
        return "Its subject is that of a failure notice that somebody passes on."
    return ""


def _by_its_headers(mail: Mail) -> str:
    names = [address.partition("@")[0] for _, address in mail.senders]
    if any(_NOBODY.fullmatch(name) for name in names) and not written_by_hand(mail):
        return "Its sender is an address that nobody reads."
    if "x-ms-exchange-inbox-rules-loop" in mail.headers:
        return "A rule of the sender's mailbox sent it on (X-MS-Exchange-Inbox-Rules-Loop)."
    if any(part.params.get("method", "").lower() in ("reply", "counter") for part in mail.parts):
        return "It is a calendar's answer to an appointment (RFC 6047)."
    value = mail.headers.first("precedence").strip().lower()
    if value in ("bulk", "junk") and not any(name in mail.headers for name in _LIST):
        return f"It was sent in bulk (Precedence: {value}) and by no mailing list."
    for name, _ in mail.headers.items:
        if _TICKETS.fullmatch(name):
            return f"A ticket system or a sender of bulk mail wrote it ({name})."
    if _PROGRAMS.search(mail.headers.first("x-mailer")):
        return "A ticket system or a sender of bulk mail wrote it (X-Mailer)."
    if _direct(mail, *_STATUS) and not _answers(mail):
        return "A delivery report is a part of it, and it answers no mail."
    return ""


def _answers(mail: Mail) -> bool:
    return "in-reply-to" in mail.headers or "references" in mail.headers


def _by_a_mail_program(mail: Mail) -> bool:
    """Whether a program with which people write says that it made the mail."""
    if "x-gm-message-state" in mail.headers:  # Gmail; its robots say Auto-Submitted
        return True
    return any(_PEOPLES.search(mail.headers.first(name)) for name in ("user-agent", "x-mailer"))
