"""What moderators read of the mail that came in: safe, and shortened where it is long. Reads only.

Who may not decide on a report that a mail is about, learns that there is one, when it came and why
it is held, and nothing of its content or its sender.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from accounts.models import User
from notifications import mime
from notifications.addresses import domain_of
from notifications.authentication import authenticated
from notifications.inbound import words_of
from notifications.models import Incoming
from reports.models import Contact, Hold, Report
from reports.text import Shown, plain, shown
from reports.visibility import may_moderate, with_people

MOST, LATELY = 200, 50
"""Rows of the list that wait, and of those that were decided."""
TEXT, VALUE, HEADERS, FILES = 20_000, 1_000, 200, 50
"""Characters of a text and of a header's value, headers, and files that are shown."""
KINDS = {
    "human": "a person's mail",
    "auto_reply": "an automatic reply",
    "bounce_permanent": "a failure notice: the address is bad",
    "bounce_temporary": "a failure notice",
    "delay": "a delay notice",
    "complaint": "a spam complaint",
    "challenge": "it asks the sender for a confirmation",
    "unknown": "it cannot be told what it is",
    "": "not read yet",
}


@dataclass(frozen=True)
class Row:
    """A mail in a list, with the reports it is about or holds up."""

    mail: Incoming
    reports: Sequence[Report]
    why_not: str  # empty, or why this moderator may neither read it nor decide

    @property
    def subject(self) -> str:
        """As far as a page can show it; empty for who may not read it."""
        return "" if self.why_not else " ".join(plain(self.mail.subject).split())

    @property
    def sender(self) -> str:
        """The address in From; empty for who may not read it."""
        return "" if self.why_not else plain(self.mail.sender)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return KINDS.get(self.mail.kind, self.mail.kind)

    @property
    def error(self) -> str:
        """Why it cannot be read; who may not read it learns the kind of the error alone."""
        words = plain(self.mail.error)
        return words.partition(":")[0] if self.why_not else words


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The mails by what is to be done about them."""

    held: Sequence[Row]
    broken: Sequence[Row]
    decided: Sequence[Row]
    most: int = MOST


def lists_for(moderator: User) -> Lists:
    """What waits, the oldest first; what cannot be read; what was decided last. In a fixed number
    of queries."""
    mails = Incoming.objects.defer("raw", "text").select_related("decided_by")
    held = list(mails.filter(state=Incoming.State.HELD).order_by("pk")[:MOST])
    broken = list(mails.filter(state=Incoming.State.BROKEN).order_by("pk")[:MOST])
    decided = list(mails.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")[:LATELY])
    reports = _reports_by_mail([*held, *broken, *decided])
    why_not = {
        report.pk: may_moderate(moderator, report) for found in reports.values() for report in found
    }

    def rows(of: Iterable[Incoming]) -> list[Row]:
        return [
            Row(mail, found, next(filter(None, (why_not[report.pk] for report in found)), ""))
            for mail in of
            for found in [reports[mail.pk]]
        ]

    return Lists(held=rows(held), broken=rows(broken), decided=rows(decided))


def _reports_by_mail(mails: Sequence[Incoming]) -> dict[int, list[Report]]:
    """The reports that each mail is about or held up, with what `may_moderate` reads of them."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for mail in mails:
        if mail.report_id is not None:
            wanted[mail.pk].add(mail.report_id)
    behind = Hold.objects.filter(mail__in=[mail.pk for mail in mails])
    for pk, report_id in behind.values_list("mail", "inquiry__report_id"):
        assert pk is not None
        wanted[pk].add(report_id)
    every = {pk for ids in wanted.values() for pk in ids}
    known = {report.pk: report for report in with_people(Report.objects.filter(pk__in=every))}
    return {mail.pk: [known[pk] for pk in sorted(wanted[mail.pk])] for mail in mails}


# --- one mail ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A mail with all that a decision needs. Where `why_not` says why it may not be read, only its
    row is there."""

    row: Row
    moderator: User
    contacts: Sequence[Contact] = ()  # of the reports it is about
    asked: Sequence[tuple[Report, Sequence[str]]] = ()  # those reports, with the papers' authors
    senders: Sequence[str] = ()
    date: str = ""
    to: str = ""
    authenticated: bool = False
    says: Sequence[Shown] = ()  # our own server's and others' Authentication-Results
    new: Shown = field(default_factory=lambda: Shown(""))
    text: Shown = field(default_factory=lambda: Shown(""))
    html: Shown = field(default_factory=lambda: Shown(""))
    headers: Sequence[tuple[str, Shown]] = ()
    headers_left_out: int = 0
    files: Sequence[tuple[str, str, int]] = ()  # name, type, bytes
    files_left_out: int = 0
    sealed: str = ""  # how it is encrypted, if it is
    tnef: bool = False  # Outlook packed it into a winmail.dat

    @property
    def mail(self) -> Incoming:
        """Its row in the database."""
        return self.row.mail

    @property
    def why_not(self) -> str:
        """Empty, or why this moderator may neither read it nor decide."""
        return self.row.why_not

    @property
    def reports(self) -> Sequence[Report]:
        """Those it is about, or holds up."""
        return self.row.reports


def opened(pk: int, moderator: User) -> Opened | None:
    """The mail as `moderator` may read it; None if there is none with this id."""
    mails = Incoming.objects.select_related("decided_by", "contact", "email__contact")
    mail = mails.filter(pk=pk).first()
    if mail is None:
        return None
    reports = _reports_by_mail([mail])[pk]
    why_not = next(filter(None, (may_moderate(moderator, report) for report in reports)), "")
    found = Opened(row=Row(mail, reports, why_not), moderator=moderator)
    if why_not:
        return found
    contacts = Contact.objects.filter(inquiry__report__in=reports).select_related("inquiry")
    return replace(
        found,
        contacts=list(contacts.order_by("inquiry__report_id", "position")),
        asked=[(report, _authors(report)) for report in reports],
        new=shown(words_of(mail), TEXT),
        **_contents(mail),
    )


def _authors(report: Report) -> list[str]:
    names = [author.name for author in report.paper.authors.all()] if report.paper else []
    return names or list(report.author_names)


def _contents(incoming: Incoming) -> dict[str, Any]:
    """What the raw mail says, if it is still there."""
    if incoming.raw is None:
        return {}
    mail = mime.read(bytes(incoming.raw))
    said = mail.headers.all("authentication-results")
    headers = mail.headers.items
    files = mail.attachments
    return {
        "senders": [
            shown(f"{name} <{address}>" if name else address, VALUE).text
            for name, address in mail.senders[:FILES]
        ],
        "date": shown(mail.headers.first("date"), VALUE).text,
        "to": shown(", ".join(mail.headers.all("to")), VALUE).text,
        "authenticated": authenticated(
            said, authserv_id=settings.AUTHSERV_ID, domain=domain_of(incoming.sender)
        ),
        "says": [shown(value, VALUE) for value in said[:10]],
        "text": shown(mail.text, TEXT),
        "html": shown(mail.html, TEXT),
        "headers": [(shown(name, 100).text, shown(value, VALUE)) for name, value in headers][
            :HEADERS
        ],
        "headers_left_out": max(0, len(headers) - HEADERS),
        "files": [
            (shown(one.filename, 200).text, shown(one.type, 100).text, one.size)
            for one in files[:FILES]
        ],
        "files_left_out": max(0, len(files) - FILES),
        "sealed": mail.sealed,
        "tnef": mail.tnef,
    }
