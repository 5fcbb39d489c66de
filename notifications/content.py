"""What a letter says: the facts of a report, its authors and its event, in one language.

Everything that somebody typed passes through the part's Quoting; links are made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings

from notifications import wording
from notifications.added import NOTHING_ADDED, Added, added_of
from notifications.claim_rows import row_of
from notifications.markdown import Quoting, link, one_line
from notifications.models import Email
from registry.languages import PREFIX
from reports import links
from reports.deadlines import in_words
from reports.models import Agreement, Answer, Claim, Contact, EventKind, Reply, Report
from reports.states import LISTABLE, PUBLIC, Actor, Outcome, State

CLAIMS_SHOWN = 3
EVIDENCE_SHOWN = 5
QUOTE_LENGTH = 600  # characters of a claim's quoted words


class Words(Protocol):
    """What one letter says in one language."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers that it has beside those of every letter."""

    def under(self, quoting: Quoting) -> dict[str, Any]:
        """The template's context; every typed value quoted by `quoting`."""


@dataclass(frozen=True)
class Content:
    """One letter's values in one language, before they are quoted for a part."""

    email: Email
    language: str
    report: Report
    claims: Sequence[Claim]
    evidence: Sequence[tuple[str, str]]
    answer: Answer | None
    agreement: Agreement | None
    deadline: datetime | None
    token: str
    agreement_token: str
    reply: Reply | None = None
    added: Added | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """None beside those of every letter."""
        return {}

    def under(self, quoting: Quoting) -> dict[str, Any]:
        """The template's context; every typed value quoted by `quoting`."""
        assert self.report.paper is not None
        return {
            "site": quoting.line(settings.SITE_NAME),
            "title": quoting.line(self.report.paper.title),
            "version": quoting.line(self.report.version),
            "report": str(self.report.pk),
            "reporter": self._reporter(quoting),
            "reporter_name": quoting.line(self.report.shown_as) or wording.SOMEBODY[self.language],
            "name": self._named(quoting, self._name(), after=False),
            "mode": wording.MODES[self.language].get(self.report.mode, ""),
            "outcome": wording.OUTCOMES[self.language].get(self.report.outcome, ""),
            "can_list": self.report.outcome in LISTABLE,
            "matched": self.report.outcome == Outcome.MATCHED,
            "is_public": self.report.state in PUBLIC,
            "state": str(self.report.state),
            "to_author": self.email.user_id is None,
            "replies_are_read": settings.LISTENS,
            **self._claims(quoting),
            **self._dates(quoting),
            **self._event(quoting),
            **self._answer(quoting),
            **self._reply(quoting),
            **self._added(quoting),
            **self._links(quoting),
            "source": quoting.line(self._address_source()),
        }

    def _reporter(self, quoting: Quoting) -> str:
        """The reporter's public name, inside a sentence."""
        name = self._named(quoting, self.report.shown_as)
        return name or wording.SOMEBODY[self.language]

    def _named(
        self, quoting: Quoting, text: str, *, before: bool = True, after: bool = True
    ) -> str:
        """A name in a sentence, with the spaces that Chinese sets around a foreign word."""
        text = one_line(text)
        left, right = ("", "")
        if self.language == wording.CHINESE:
            left, right = wording.spaces_beside(text)
        return f"{left if before else ''}{quoting.line(text)}{right if after else ''}"

    def _name(self) -> str:
        if self.email.contact is not None:
            return self.email.contact.name
        return self.email.user.name if self.email.user is not None else ""

    def _address_source(self) -> str:
        contact = self.email.contact
        return contact.address.source if contact is not None and contact.address else ""

    def _claims(self, quoting: Quoting) -> dict[str, Any]:
        few = self.claims[:CLAIMS_SHOWN]
        return {
            "claims": [
                {
                    "place": quoting.line(claim.place),
                    "quote": quoting.block(claim.quote, QUOTE_LENGTH),
                }
                for claim in few
            ],
            "more_claims": str(len(self.claims) - len(few)) if len(self.claims) > len(few) else "",
            "table": quoting.table(
                wording.HEAD[self.language], [row_of(claim, self.language) for claim in few]
            ),
            "looked_for": quoting.block(self.report.looked_for, QUOTE_LENGTH),
            "missing": quoting.block(self.report.missing, QUOTE_LENGTH),
            "evidence": [
                {"kind": wording.EVIDENCE[self.language][kind], "url": link(url)}
                for kind, url in self.evidence
                if link(url)
            ],
        }

    def _dates(self, quoting: Quoting) -> dict[str, str]:
        inquiry = getattr(self.report, "inquiry", None)
        return {
            "deadline": quoting.strong(in_words(self.deadline, self.language))
            if self.deadline
            else "",
            "asked": wording.moment(inquiry.opened_at, self.language) if inquiry else "",
            "changed": wording.moment(self.report.state_at, self.language),
            "objection_ends": wording.moment(self.agreement.settles_at, self.language)
            if self.agreement and self.agreement.settles_at
            else "",
        }

    def _event(self, quoting: Quoting) -> dict[str, Any]:
        event = self.email.event
        assert event is not None
        return {
            "note": quoting.block(event.note),
            "by_moderator": event.actor == Actor.MODERATOR,
            "asked_again": event.kind == EventKind.STATE
            and event.source in (State.UNREACHABLE, State.UNASKED),
            "was_public": event.kind == EventKind.STATE and event.source in PUBLIC,
            "step": str(event.data.get("step", "")),
            "undone": bool(event.data.get("undone", False)),
        }

    def _answer(self, quoting: Quoting) -> dict[str, str]:
        answer = self.answer
        if answer is None:
            return {"answer": "", "answer_kind": "", "answer_url": "", "answered_by": ""}
        by = _with_role(answer.name, answer.role, self.language)
        return {
            "answer": quoting.block(answer.text),
            "answer_kind": wording.ANSWERS[self.language][answer.kind],
            "answer_url": link(answer.url),
            "answered_by": self._named(quoting, by, before=False),
        }

    def _reply(self, quoting: Quoting) -> dict[str, str]:
        """A mail that was taken for an answer, and when a moderator publishes it."""
        reply = self.reply
        if reply is None:
            return {"reply": "", "moderator_from": ""}
        return {
            "reply": quoting.block(reply.text),
            "moderator_from": wording.moment(reply.moderator_from, self.language),
        }

    def _added(self, quoting: Quoting) -> dict[str, Any]:
        """A statement that was added after the answer, and whether the other side may reply."""
        assert self.email.event is not None
        may_reply = bool(self.email.event.data.get("may_reply"))
        if self.added is None:
            return NOTHING_ADDED | {"may_reply": may_reply}
        one = self.added.addition
        by = self._named(quoting, _with_role(one.name, one.role, self.language), before=False)
        return self.added.under(quoting, self.language, by) | {"may_reply": may_reply}

    def _links(self, quoting: Quoting) -> dict[str, str]:
        """Links; those with a secret in them are long, so the HTML part shows words instead. They
        lead to the page in the language of the letter."""
        site = settings.SITE_URL + (PREFIX if self.language == wording.CHINESE else "")
        words = wording.LINKS[self.language]
        own = f"{site}/answer/{self.token}/"
        secret = {
            "own_link": own,
            "answer_link": f"{own}?do=answer",
            "more_time_link": f"{own}?do=more_time",
            "wrong_person_link": f"{own}?do=wrong_person",
            "opt_out_link": f"{own}?do=opt_out",
            "object_link": f"{own}?do=object",
            "take_back_link": f"{own}?do=take_back",
        }
        agreement = f"{site}/agreement/{self.agreement_token}/"
        return {
            **{
                name: quoting.link(url, words[name]) if self.token else ""
                for name, url in secret.items()
            },
            "agreement_link": quoting.link(agreement, words["agreement_link"]),
            "report_link": f"<{site}/reports/{self.report.pk}/>",
            "paper_link": f"<{site}/papers/{self.report.paper_id}/>",
            "policy_link": f"<{site}/policy/>",
            "appeal_link": f"<{site}/appeal/>",
            "corrections_link": f"<{site}/corrections/>",
            "list_link": f"<{site}/>",
            "contact_link": f"<{settings.CONTACT_EMAIL}>",
        }


def _with_role(name: str, role: str, language: str) -> str:
    opening, closing = ("（", "）") if language == wording.CHINESE else (" (", ")")
    return f"{name}{opening}{role}{closing}" if role.strip() else name


def contents(email: Email, language: str, now: datetime, printed: datetime | None) -> Content:
    """Gather what the letter about `email.event` says; `printed` is the deadline of a clock letter.

    Stores the hash of the author's link, which is made only here, at the moment of sending.
    """
    event = email.event
    assert event is not None
    report = event.report
    contact = email.contact
    agreement = _agreement(event.data)
    confirming = email.kind == "agreement_confirm" and agreement is not None
    evidence = list(report.evidence.values_list("kind", "url")[:EVIDENCE_SHOWN])
    if report.code_url and report.code_url not in {url for _, url in evidence}:
        evidence.append(("code", report.code_url))
    inquiry = getattr(report, "inquiry", None)
    return Content(
        email=email,
        language=language,
        report=report,
        claims=list(report.claims.all()),
        evidence=evidence,
        answer=_answer_of(event.data, agreement),
        agreement=agreement,
        deadline=printed or (inquiry.deadline if inquiry is not None else None),
        token=links.token_for(contact, now) if isinstance(contact, Contact) else "",
        agreement_token=links.agreement_token(agreement) if confirming and agreement else "",
        reply=_reply_of(event.data),
        added=added_of(event.data),
    )


def _agreement(data: dict[str, Any]) -> Agreement | None:
    pk = data.get("agreement")
    return Agreement.objects.select_related("answer").get(pk=pk) if pk is not None else None


def _answer_of(data: dict[str, Any], agreement: Agreement | None) -> Answer | None:
    if agreement is not None:
        return agreement.answer
    pk = data.get("answer")
    return Answer.objects.get(pk=pk) if pk is not None else None


def _reply_of(data: dict[str, Any]) -> Reply | None:
    pk = data.get("reply")
    return Reply.objects.get(pk=pk) if pk is not None else None
