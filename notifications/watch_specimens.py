"""The letters to those who watch something, for the gallery: from rows that are made up and never
stored."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from notifications import headers, subscriptions
from notifications.compose import compose
from notifications.models import Email, Subscription
from notifications.specimens import Case
from notifications.watch_content import PAPERS, THINGS, WatchContent
from registry.models import Paper
from reports.deadlines import Policy, deadline_after
from reports.news import News, What
from reports.states import Outcome

CONFIRM, DIGEST = subscriptions.KINDS
LETTERS = (CONFIRM, DIGEST)
DAY = timedelta(days=1)
NUMBER = 48213
Kind = Subscription.Kind

TOLD = [
    (What.LISTED, "silence", ""), (What.LEFT, "answered", ""), (What.ANSWERED, "explains", ""),
    (What.PUBLISHED, "", "published"),
]  # fmt: skip
"""What the ordinary digest tells, by what happened, the word of it, and the report's state."""
RARER = [
    (What.LISTED, "confirmed", ""), (What.LEFT, "annulled", ""), (What.LEFT, "withdrawn", ""),
    (What.LEFT, "removed", ""), (What.LEFT, "taken_back", ""), (What.PUBLISHED, "", "lapsed"),
    (What.PUBLISHED, "", "unasked"), (What.ADDED, "reporter", ""), (What.ADDED, "authors", ""),
    (What.SHARED, "", ""), (What.STATED, "disputed", ""), (What.STATED, "resolved", ""),
    (What.STATED, "confirmed", ""), (What.TAKEN_BACK, "withdrawn", ""),
    (What.TAKEN_BACK, "removed", ""), (What.ANSWERED, "agrees", ""),
]  # fmt: skip


def raw(kind: str, language: str, case: Case, token: str) -> bytes:
    """The mail as it would be sent. With `case.turned` it says the rarer things, with the least
    content it tells of one paper, and with many claims of many papers."""
    now = case.asked + 30 * DAY
    key = f"{kind}.subscriber-{NUMBER}.of-the-gallery"
    email = Email(
        key=key, kind=kind, language=language, recipient=case.email,
        message_id=headers.message_id(key, settings.MESSAGE_ID_DOMAIN),
        created_at=now, not_before=now, give_up_at=now,
    )  # fmt: skip
    return compose(email, now, partial(_content, case, token)).raw


def _content(
    case: Case, token: str, email: Email, language: str, now: datetime, printed: datetime | None
) -> WatchContent:
    del printed  # none of them names a deadline of its own
    many = len(case.claims) > 3
    if email.kind == CONFIRM:
        things = [] if case.turned else _things(case, many)
        return WatchContent(CONFIRM, language, token, "weekly", things)
    news = _news(case, now, many)
    return WatchContent(
        DIGEST, language, token, "daily" if case.turned else "weekly", _things(case, many), news,
        now - 7 * DAY, now,
    )  # fmt: skip


def _things(case: Case, many: bool) -> list[Subscription]:
    one = Subscription(kind=Kind.PAPER, paper=_paper(case, 0))
    others = [Subscription(kind=kind) for kind in (Kind.LIST, Kind.VENUE, Kind.SEARCH)]
    return [one, *others, *([one] * THINGS if many else [])]


def _paper(case: Case, number: int) -> Paper:
    venue = "" if case.turned else "WidgetConf"
    return Paper(
        pk=NUMBER + number, title=case.title, venue=venue, year=None if case.turned else 2025
    )


def _news(case: Case, now: datetime, many: bool) -> list[News]:
    policy = Policy.of(28 * DAY)
    deadline = deadline_after(policy, case.asked, policy.window)
    told = RARER if case.turned else TOLD
    least = not case.note
    rows = [
        News(
            key=f"listing-{n}",
            what=what,
            at=now - n * timedelta(hours=1),
            report_id=NUMBER + n,
            paper=_paper(case, 0 if least or n < 2 else 1),
            state=state,
            deadline=deadline,
            word=word or _word(what, case),
            mode=case.mode,
        )
        for n, (what, word, state) in enumerate(told)
    ]
    more = [
        News(
            key=f"listing-{n}",
            what=What.LISTED,
            at=now - DAY,
            report_id=NUMBER + n,
            paper=_paper(case, n),
            word="confirmed",
        )
        for n in range(2, PAPERS + 3)
    ]
    return [*rows, *more] if many else rows


def _word(what: What, case: Case) -> str:
    if what is not What.PUBLISHED:
        return ""
    return Outcome.MATCHED if case.turned else case.outcome
