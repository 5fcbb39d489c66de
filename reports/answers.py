"""What authors do through their link (product.md, section 8). Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import User
from reports import contacts, files, holds, lifecycle, link_checks, links, replies, statements
from reports import inquiry as clock
from reports.deadlines import deadline_after
from reports.lapse import earlier_answer_stands
from reports.lifecycle import Refused
from reports.models import (
    Address,
    Agreement,
    Answer,
    Contact,
    EventKind,
    Inquiry,
    OptOut,
    Reply,
    Report,
    Suggestion,
)
from reports.reach import LetterKind
from reports.sharing import Stated
from reports.states import ANSWERABLE, Actor, State

TEXT_LENGTH = 50_000  # characters of an answer
URL_LENGTH = 500
USED_ALREADY = "This form was used already. Please open the link again."
CLOSED = (State.REMOVED, State.DECLINED)


def give_answer(
    *,
    contact_id: int,
    kind: str,
    text: str,
    url: str,
    name: str,
    role: str,
    form_key: UUID,
    now: datetime,
    also: list[int] | None = None,
    file_ids: Sequence[int] = (),
    reply: Reply | None = None,
    moderator: User | None = None,
    shared: Sequence[Stated] = (),
) -> Answer:
    """Store an answer; the first one ends the inquiry of each report it names.

    The same form sent twice (`form_key`) gives the same answer. `also` are further reports of the
    paper about which this person was asked; `file_ids` are waiting files that belong to the answer
    (files.py). What waited of them by mail is then settled; of what a `moderator` publishes,
    `reply` alone. `shared` is what the author says of what is shared.
    """
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        stored = Answer.objects.filter(form_key=form_key).first()
        if stored is not None:
            if stored.contact_id != contact_id:
                raise Refused(USED_ALREADY)
            return stored
        _check_content(inquiry.report, kind, text, url, name)
        reports = [inquiry.report, *_also_asked(contact, also or [])]
        answer = Answer(
            contact=contact, kind=kind, text=text, url=url, name=name, role=role,
            given_at=now, form_key=form_key,
            url_check=link_checks.ask([url], now=now).get(url),
        )  # fmt: skip
        try:
            with transaction.atomic():
                answer.save()
        except IntegrityError as error:  # at this moment, through the link of another paper
            raise Refused(USED_ALREADY) from error
        answer.reports.set(reports)
        files.publish(answer, file_ids)
        if kind == Answer.Kind.AGREES:
            agreement = Agreement(answer=answer)
            agreement.token_hash = links.token_hash(links.agreement_token(agreement))
            agreement.save()
        statements.with_answer(answer, reports, shared, now=now)
        for report in reports:
            _apply(report, answer, contact, now)
        replies.settle(contact, reports, answer, now=now, only=reply, moderator=moderator)
    return answer


class Incomplete(Refused):
    """A form that lacks something: `problems` has a sentence for each field to mend."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def _check_content(report: Report, kind: str, text: str, url: str, name: str) -> None:
    if report.state in CLOSED:
        raise Refused(
            gettext("The report is {state}: there is nothing left to answer.").format(
                state=gettext(report.state)
            )
        )
    problems = {}
    if kind not in Answer.Kind.values:
        problems["kind"] = "Choose what kind of answer it is."
    elif kind == Answer.Kind.EARLIER_STANDS and earlier_answer_stands(report) is None:
        problems["kind"] = "There is no earlier answer to this claim: choose another kind."
    if not text.strip() and kind not in (Answer.Kind.EARLIER_STANDS, Answer.Kind.AGREES):
        problems["text"] = "Write your answer: it is published in full beside the report."
    elif len(text) > TEXT_LENGTH:
        problems["text"] = gettext("Shorten the answer to {text_length:,} characters.").format(
            text_length=TEXT_LENGTH
        )
    if kind == Answer.Kind.PROVIDES and not url:
        problems["url"] = "Give the link to the code or data."
    elif url and not is_link(url):
        problems["url"] = gettext(
            "The link must begin with http:// or https://, {url_length} characters at most."
        ).format(url_length=URL_LENGTH)
    if not name.strip():
        problems["name"] = "Give your name: an answer is published under a name."
    if problems:
        raise Incomplete(problems)


def is_link(url: str) -> bool:
    """Whether it is an address that a page may link to."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return False
    return len(url) <= URL_LENGTH


def _also_asked(contact: Contact, report_ids: list[int]) -> list[Report]:
    """The other reports of the paper whose inquiry wrote to the same person, locked."""
    if contact.address is None:
        return []
    asked = (
        Contact.objects.filter(
            inquiry__report__in=report_ids,
            inquiry__report__paper=contact.inquiry.report.paper_id,
            address__email__iexact=contact.address.email,
        )
        .exclude(inquiry__report=contact.inquiry.report_id)
        .values_list("inquiry__report_id", flat=True)
    )
    return [lifecycle.lock(report_id) for report_id in sorted(set(asked))]


def _apply(report: Report, answer: Answer, contact: Contact, now: datetime) -> None:
    """End the report's inquiry if the answer is its first, and order the letters about it."""
    if report.state in ANSWERABLE:
        lifecycle.transition(
            report, State.ANSWERED, actor=Actor.AUTHOR, now=now, contact=contact,
            data={"answer": answer.pk},
        )  # fmt: skip
    elif report.public_at is not None and report.paper is not None:
        lifecycle.refresh_standing(report.paper, now=now)
    lifecycle.record(
        report, EventKind.ANSWER, actor=Actor.AUTHOR, now=now, contact=contact,
        data={"answer": answer.pk, "kind": answer.kind},
    )  # fmt: skip
    if answer.kind == Answer.Kind.AGREES and report.pk == contact.inquiry.report_id:
        lifecycle.record(
            report, EventKind.AGREEMENT, actor=Actor.AUTHOR, now=now, contact=contact,
            data={"step": "asked", "agreement": answer.agreement.pk},
        )  # fmt: skip


def no_more_time(inquiry: Inquiry, now: datetime) -> str:
    """Empty, or the sentence that says why no more time can be asked for."""
    if inquiry.report.state != State.ASKING or inquiry.deadline is None:
        return "No deadline is running. You can still answer at any time."
    if now > inquiry.deadline:
        return "The deadline has passed. You can still answer at any time."
    if inquiry.extended:
        return "More time was granted once already. You can still answer at any time."
    return ""


def more_time(*, contact_id: int, now: datetime) -> datetime:
    """Grant the inquiry's one extension, asked for before the deadline; the new deadline (UTC)."""
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        if why_not := no_more_time(inquiry, now):
            raise Refused(why_not)
        assert inquiry.deadline is not None
        policy = inquiry.policy
        new = deadline_after(policy, inquiry.deadline, policy.extension)
        inquiry.extended = True
        inquiry.save(update_fields=["extended"])
        clock.set_deadline(inquiry, new, reason="An author asked for more time.", now=now)
        if contact.state == Contact.State.OPTED_OUT:
            _shown_the_final_notice(contact, inquiry, now)  # the page names the new deadline
        lifecycle.record(
            inquiry.report, EventKind.EXTENSION, actor=Actor.AUTHOR, now=now, contact=contact,
            data={"deadline": new.isoformat()},
        )  # fmt: skip
        clock.plan(inquiry, now=now)
    return new


def suggest(
    *, contact_id: int, kind: str, name: str, email: str, note: str, now: datetime
) -> Suggestion:
    """'Ask somebody else' or 'I am not an author': a hold stands until a moderator decides."""
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        _check_suggestion(kind, name.strip(), email.strip())
        waiting = contact.suggestions.filter(kind=kind, decided_at=None).first()
        if waiting is not None:
            return waiting
        words = Suggestion.Kind(kind).label
        opened = holds.open_hold(inquiry, reason=f"An author says: {words}.", now=now)
        suggestion = Suggestion.objects.create(
            contact=contact, kind=kind, name=name, email=email, note=note, at=now, hold=opened
        )
        lifecycle.record(
            inquiry.report, EventKind.SUGGESTION, actor=Actor.AUTHOR, now=now, contact=contact,
            data={"suggestion": suggestion.pk}, to_do=False,
        )  # fmt: skip
    return suggestion


def _check_suggestion(kind: str, name: str, email: str) -> None:
    problems = {}
    other = kind == Suggestion.Kind.OTHER_PERSON
    if kind not in Suggestion.Kind.values:
        problems["kind"] = "Choose whether somebody else should be asked, or you are no author."
    if other and not name:
        problems["name"] = "Name the person who should be asked."
    if other and not email:
        problems["email"] = "Give the address of the person who should be asked."
    elif email and not _is_address(email):
        problems["email"] = "Write one e-mail address, such as name@example.org."
    if problems:
        raise Incomplete(problems)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def opt_out(*, contact_id: int, now: datetime) -> None:
    """'Do not write to me again' about this paper.

    The page that takes it shows the final notice, so a reminder and a final notice naming the
    deadline in force count as delivered (section 4).
    """
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        new = _keep_the_wish(contact, inquiry, now)
        if contact.state not in contacts.GONE:  # who is gone is not brought back by it
            new = contact.state != Contact.State.OPTED_OUT
            if new or not clock.may_count(contact, inquiry):
                _silence(contact, now)
                new = _shown_the_final_notice(contact, inquiry, now) or new
        if new:
            _record_opt_out(contact, inquiry, now)
        clock.plan(inquiry, now=now)
        if contact.address is not None:
            _opt_out_of_the_others(inquiry, contact.address.email, now)


def _keep_the_wish(contact: Contact, inquiry: Inquiry, now: datetime) -> bool:
    """Keep the hash of the address, for this paper; whether it is new."""
    if contact.address is None:
        return False
    _, new = OptOut.objects.get_or_create(
        email_hash=contacts.email_hash(contact.address.email),
        paper=inquiry.report.paper,
        defaults={"at": now},
    )
    return new


def _silence(contact: Contact, now: datetime) -> None:
    contact.state = Contact.State.OPTED_OUT
    contact.save(update_fields=["state"])
    contacts.cancel_pending(contact, reason="the author asked not to be written to again", now=now)


def _record_opt_out(contact: Contact, inquiry: Inquiry, now: datetime) -> None:
    lifecycle.record(
        inquiry.report, EventKind.OPT_OUT, actor=Actor.AUTHOR, now=now, contact=contact,
        to_do=False,
    )  # fmt: skip


def _shown_the_final_notice(contact: Contact, inquiry: Inquiry, now: datetime) -> bool:
    """The page showed the final notice: it and a reminder count as delivered, if time is left."""
    deadline = inquiry.deadline
    if inquiry.report.state != State.ASKING or deadline is None or now > deadline:
        return False
    for kind in (LetterKind.REMINDER_2, LetterKind.FINAL_NOTICE):
        letter = clock.order_letter(contact, kind, now=now, to_do=False)
        letter.printed = deadline
        letter.handed_over_at = letter.delivered_at = now
        letter.reason = contacts.SHOWN
        letter.save()
        for fact in ("handed over", "delivered"):
            contacts.record_fact(letter, fact, now=now, note=letter.reason)
    return True


def _opt_out_of_the_others(inquiry: Inquiry, email: str, now: datetime) -> None:
    """The same person under other reports of the paper, at whichever address; there no final
    notice was shown, so it makes nobody count as reached."""
    paper = inquiry.report.paper_id
    places = (
        Address.objects.filter(report__paper=paper, email__iexact=email)
        .exclude(report=inquiry.report_id)
        .order_by("report_id")
        .values_list("report_id", "author_position")
    )
    for report_id, position in list(places):
        other = Contact.objects.filter(inquiry__report=report_id, position=position).first()
        if other is None or other.state in contacts.SILENCED:
            continue
        other, its_inquiry = contacts.lock(other.pk)
        _silence(other, now)
        _record_opt_out(other, its_inquiry, now)
        clock.plan(its_inquiry, now=now)
