"""Which letter a mail is about (product.md, section 4), and which reports one blocks that is about
none that we know. Reads only."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Length, Lower, StrIndex

from notifications import envelope, reply_address
from notifications.classify import Verdict
from notifications.mime import Mail
from notifications.models import Email
from notifications.reply_address import Purpose, Signed
from registry import identifiers
from reports import contacts, links
from reports.contacts import RUNNING
from reports.models import Address, Contact, Report

RECIPIENTS = (*envelope.SENT_TO, "to", "cc", "resent-to")
MOST = 50
"""Reports at most that one mail may block."""
PUBLIC_DOMAINS = frozenset({
    "126.com", "163.com", "aol.com", "foxmail.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net",
    "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.ru", "me.com", "msn.com",
    "naver.com", "outlook.com", "proton.me", "protonmail.com", "qq.com", "sina.com", "web.de",
    "yahoo.com", "yandex.ru", "yeah.net",
})  # fmt: skip
"""Where everybody may have an address: such a domain says nothing of who wrote."""


@dataclass(frozen=True)
class Match:
    """What a mail is about: letters, and how we know; or a probe of our own."""

    emails: Sequence[Email] = ()
    by: str = ""
    probe: int | None = None


def match(mail: Mail, verdict: Verdict, sent_to: str) -> Match:
    """The letters that the mail is about: by signed address first, then by every id known."""
    texts = [sent_to, *(value for name in RECIPIENTS for value in mail.headers.all(name))]
    signed = reply_address.read_all(texts, settings.LINK_KEY)
    probe = next((one.number for one in signed if one.purpose is Purpose.PROBE), None)
    if probe is not None:
        return Match(probe=probe, by="probe")
    emails = _by_number(signed)
    if emails:
        kinds = {one.purpose for one in signed}
        return Match(emails, "reply address" if Purpose.REPLY in kinds else "return path")
    emails = _by_id(verdict.about)
    return Match(emails, "Message-ID") if emails else Match(by="")


def _letters() -> QuerySet[Email]:
    return Email.objects.select_related(
        "event__report__paper", "contact__address", "contact__inquiry", "letter", "user"
    )


def _by_number(signed: Iterable[Signed]) -> list[Email]:
    numbers = [one.number for one in signed]
    return _in_order(_letters().filter(pk__in=numbers)) if numbers else []


def _by_id(ids: Sequence[str]) -> list[Email]:
    """By Message-ID, ours or the provider's; then by the id under which a thread stands."""
    if not ids:
        return []
    bare = [one.strip("<> ") for one in ids]
    own = [f"<{one}>" for one in bare]
    known = Q(message_id__in=own) | Q(provider_id__in=[*own, *bare]) & ~Q(provider_id="")
    emails = _in_order(_letters().filter(known))
    return emails or _in_order(filter(None, map(_of_thread, bare)))


def _of_thread(message_id: str) -> Email | None:
    """The newest letter of a thread (headers.thread_id)."""
    found = re.fullmatch(
        rf"report-(\d{{1,18}})\.((?:contact|address|user)-\d{{1,18}})\.thread@"
        rf"{re.escape(settings.MESSAGE_ID_DOMAIN)}",
        message_id,
    )
    if found is None:
        return None
    return (
        _letters()
        .filter(event__report=int(found[1]), key__endswith=f".{found[2]}")
        .order_by("-pk")
        .first()
    )


def _in_order(emails: Iterable[Email]) -> list[Email]:
    """Each once, one for each recipient of a report, in the order in which reports are locked."""
    newest: dict[tuple[object, ...], Email] = {}
    for email in sorted(emails, key=lambda one: one.pk):
        event = email.event
        about = (email.pk,) if event is None else (event.report_id, email.contact_id, email.user_id)
        newest[about] = email
    return sorted(
        newest.values(),
        key=lambda one: (
            (one.event.report.paper_id or 0, one.event.report_id) if one.event else (0, 0)
        ),
    )


def reports_named(mail: Mail, sender: str, now: datetime) -> list[int]:
    """The running reports that a mail about no letter we know may be about: an author's address or
    domain sent it, or it names the report's number, its paper or a link. In the order of ids."""
    running = Report.objects.filter(state__in=RUNNING)
    words = f"{mail.subject}\n{mail.text or mail.html}"
    found = set(_from_authors(sender))
    found |= set(_by_links(words, now))
    numbers = {
        int(n) for n in re.findall(r"(?:reports?/|report[ -]?|报告\s?)(\d{1,9})\b", words, re.I)
    }
    papers = {int(n) for n in re.findall(r"/papers/(\d{1,9})\b", words)}
    named = Q(pk__in=numbers) | Q(paper__in=papers)
    if values := _identifiers(words):
        named |= Q(paper__identifiers__value__in=values)
    found |= set(running.filter(named).values_list("pk", flat=True)[:MOST])
    found |= set(_by_title(words))
    return sorted(running.filter(pk__in=found).values_list("pk", flat=True)[:MOST])


def _identifiers(words: str) -> list[str]:
    """The DOIs, arXiv ids and others among the first thousand words that could be one."""
    likely = [word for word in words.split() if re.search(r"\d[./]|[/:]", word)][:1000]
    return [found.value for word in likely if (found := identifiers.parse(word[:300])) is not None]


def _from_authors(sender: str) -> Iterable[int]:
    domain = sender.rpartition("@")[2].lower()
    of = Q(email__iexact=sender)
    if domain and domain not in PUBLIC_DOMAINS:
        of |= Q(email__iendswith=f"@{domain}")
    if not sender:
        return []
    return Address.objects.filter(of, report__state__in=RUNNING).values_list(
        "report_id", flat=True
    )[:MOST]


def _by_links(words: str, now: datetime) -> Iterable[int]:
    for token in re.findall(r"/answer/([A-Za-z0-9_-]{20,80})", words)[:10]:
        link = links.resolve(token, now)
        if link is not None:
            yield link.contact.inquiry.report_id
    for number in re.findall(r"/answer/(\d{1,18})/", words)[:10]:
        contact = Contact.objects.select_related("inquiry").filter(pk=number).first()
        if contact is not None:
            yield contact.inquiry.report_id


def reports_in(raw: str) -> list[int]:
    """The running reports that the bytes of a mail name which cannot be read as one: by a signed
    address, by a Message-ID of ours, or by an address that we wrote to. In the order of ids."""
    signed = reply_address.read_all([raw], settings.LINK_KEY)
    numbers = [one.number for one in signed if one.purpose is not Purpose.PROBE]
    emails = Email.objects.filter(pk__in=numbers, event__isnull=False)
    domain = re.escape(settings.MESSAGE_ID_DOMAIN)
    named = re.findall(rf"<report-(\d{{1,18}})\.[^\s<>@]{{1,200}}@{domain}>", raw)
    written = re.findall(r"[\w.+-]{1,64}@[\w.-]{1,200}\w", raw)[:1000]
    found = set(emails.values_list("event__report_id", flat=True)) | {int(n) for n in named}
    found |= set(contacts.running_with(written))
    running = Report.objects.filter(state__in=RUNNING, pk__in=found)
    return sorted(running.values_list("pk", flat=True)[:MOST])


def _by_title(words: str) -> Iterable[int]:
    """Reports whose paper's whole title stands in the words."""
    text = " ".join(words.lower().split())[:20_000]
    titled = Report.objects.filter(state__in=RUNNING).annotate(
        length=Length("paper__title"),
        found=StrIndex(Value(text, output_field=TextField()), Lower(F("paper__title"))),
    )
    return titled.filter(length__gte=15, found__gt=0).values_list("pk", flat=True)[:MOST]
