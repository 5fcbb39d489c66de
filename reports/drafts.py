"""Saving what was typed, valid or not, before anything else is done with it.

`Report.typed` holds the form as it was typed: field name to list of strings. Nothing is lost: text
that a save would overwrite without having shown it first is kept as a draft of its own.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from reports.models import Report
from reports.states import State

Typed = dict[str, list[str]]

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which the reporter changes the report."""
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "do", "seen"})
"""Fields of the page, not of the person."""
REMOVED = "removed"
"""Holds the row that was removed last, until the next save: it can be brought back."""
OF_FILES = re.compile(r"file-[0-9]+-(?:kind|note|remove)")
"""Fields about attached files, which are kept in the rows of the files (files.describe)."""
SESSION_KEY = "typed_reports"
SESSION_LIMIT = 500_000
"""Characters kept for somebody who is not signed in."""


class _Lists(Protocol):
    def lists(self) -> Iterable[tuple[str, list[str]]]: ...


@dataclass(frozen=True)
class Kept:
    """Where the text is now, and the draft that holds what would have been lost."""

    report: Report
    other: Report | None = None


def typed_from(posted: _Lists) -> Typed:
    """What a person typed into the posted form; NUL, which PostgreSQL refuses, is dropped."""
    return {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in posted.lists()
        if name not in NOT_TYPED and not OF_FILES.fullmatch(name)
    }


def first(typed: Typed, name: str) -> str:
    """The first value of a field, empty if there is none."""
    return next(iter(typed.get(name, [])), "")


def fingerprint(typed: Typed) -> str:
    """A short name of exactly this text."""
    text = json.dumps(typed, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def loses(old: Typed, new: Typed) -> bool:
    """Whether `new` lacks words that `old` has."""
    return any(
        value.strip() and not any(value in later for later in new.get(name, []))
        for name, values in old.items()
        for value in values
        if name not in ("form_key", REMOVED) and not name.endswith("-count")
    )


def one_at_a_time(user: User) -> None:
    """Until the transaction ends, let what the person's other windows send wait; before any other
    lock. Rows that merely name the person do not wait."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def save_new(*, user: User, typed: Typed, seen: str, now: datetime, apart: bool = False) -> Kept:
    """Save a form that was not saved before. The same form sent twice (`form_key`) is one draft."""
    with transaction.atomic():
        one_at_a_time(user)
        key = first(typed, "form_key")
        known = Report.objects.filter(reporter=user, typed__form_key=[key]).first() if key else None
        if known is None:
            return Kept(_draft(user, typed, now))
        return _save(known.pk, typed, seen, now, apart)


def save(*, report: Report, typed: Typed, seen: str, now: datetime, apart: bool = False) -> Kept:
    """Save the form of a draft or returned report.

    `seen` is the fingerprint of the text that the form was made from. A report that can no longer
    be changed stays as it is: other text than it has becomes a new draft. `apart`: so does text
    that would take the place of what another window saved; two windows that save by themselves
    would else take turns, and leave a draft behind at each.
    """
    with transaction.atomic():
        return _save(report.pk, typed, seen, now, apart)


def _save(report_id: int, typed: Typed, seen: str, now: datetime, apart: bool) -> Kept:
    report = Report.objects.select_for_update().get(pk=report_id)
    stored: Typed = report.typed
    if report.state not in EDITABLE:
        other = _copy(report, typed, now) if loses(typed, stored) else None
        return Kept(report, other)
    other = None
    if fingerprint(stored) != seen and loses(stored, typed):
        if apart:
            return Kept(_copy(report, typed, now), report)
        other = _copy(report, stored, now)
    if typed != stored:
        report.typed, report.updated_at, report.forgotten_at = typed, now, None
        report.save(update_fields=["typed", "updated_at", "forgotten_at"])
    return Kept(report, other)


def _draft(user: User, typed: Typed, now: datetime) -> Report:
    return Report.objects.create(
        reporter=user, typed=typed, state_at=now, created_at=now, updated_at=now
    )


def _copy(report: Report, typed: Typed, now: datetime) -> Report:
    return _draft(report.reporter, typed | {"form_key": [str(uuid4())]}, now)
