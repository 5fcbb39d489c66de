"""The letters to whoever wrote an appeal, or asked for a link as an author. Only the links of an
author whom a moderator believes lead to a report that is secret."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.mail import plain_letter
from registry.models import Paper
from reports.models import Appeal
from reports.visibility import ANYBODY, Level, level

LIFETIME = timedelta(days=7)
"""For so long such a letter is tried."""


def confirmation(email: str, language: str, token: str) -> EmailMessage:
    """The letter with the link that confirms; nothing in it was typed by anybody."""
    words = {"link": f"{settings.SITE_URL}/appeal/{token}/"}
    return plain_letter("appeal_confirm", email, language, words, lifetime=LIFETIME)


def decision(email: str, language: str, *, upheld: bool, reason: str, public: bool) -> EmailMessage:
    """The letter with the decision and its reason."""
    words = {
        "upheld": upheld,
        "reason": reason,
        "lines": reason.splitlines(),
        "corrections": f"{settings.SITE_URL}/corrections/" if public else "",
        "contact": settings.CONTACT_EMAIL,
    }
    return plain_letter("appeal_decided", email, language, words, lifetime=LIFETIME)


def author_confirmation(email: str, language: str, token: str, title: str) -> EmailMessage:
    """The letter with the link that confirms an author's wish for their link."""
    words = {"link": f"{settings.SITE_URL}/appeal/{token}/", "title": title}
    return plain_letter("author_confirm", email, language, words, lifetime=LIFETIME)


def author_decision(
    email: str, language: str, *, upheld: bool, reason: str, title: str, tokens: Mapping[int, str]
) -> EmailMessage:
    """The letter with the author's links, by report number; or with the reason why not."""
    words = {
        "upheld": upheld,
        "reason": reason,
        "lines": reason.splitlines(),
        "title": title,
        "links": [(pk, f"{settings.SITE_URL}/answer/{token}/") for pk, token in tokens.items()],
        "contact": settings.CONTACT_EMAIL,
    }
    return plain_letter("author_decided", email, language, words, lifetime=LIFETIME)


def ask_to_confirm(appeal: Appeal, token: str, paper: Paper | None = None) -> None:
    """Send the link to whoever wrote; an author's letter names the paper."""
    if paper is None:
        confirmation(appeal.email, appeal.language, token).send()
    else:
        author_confirmation(appeal.email, appeal.language, token, paper.title).send()


def tell_the_author(appeal: Appeal, tokens: Mapping[int, str]) -> None:
    """Send an author their links, or the reason why they get none."""
    author_decision(
        appeal.email, appeal.language, upheld=bool(appeal.upheld), reason=appeal.decision,
        title=appeal.paper.title if appeal.paper is not None else "", tokens=tokens,
    ).send()  # fmt: skip


def tell_the_decision(appeal: Appeal) -> None:
    """Send the decision to whoever wrote."""
    report = appeal.report
    public = report is not None and level(ANYBODY, report) is not Level.NONE
    decision(
        appeal.email, appeal.language, upheld=bool(appeal.upheld), reason=appeal.decision,
        public=public,
    ).send()  # fmt: skip
