"""Who was reached, and which letter comes next (product.md, section 4). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from reports.deadlines import Policy, deadline_after, letter_due


class LetterKind(StrEnum):
    """The letters of the clock."""

    NOTICE = "notice"
    REMINDER_1 = "reminder_1"
    REMINDER_2 = "reminder_2"
    FINAL_NOTICE = "final_notice"


REMINDERS = frozenset({LetterKind.REMINDER_1, LetterKind.REMINDER_2})


class LetterFact(NamedTuple):
    """What is known of one letter to one address. Times are UTC."""

    kind: LetterKind
    printed: datetime | None = None  # the deadline it named
    handed_over_at: datetime | None = None
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    cancelled_at: datetime | None = None
    robot_at: datetime | None = None  # an out-of-office or another robot answered it

    @property
    def pending(self) -> bool:
        """Owed, and neither accepted by a server, nor failed, nor cancelled."""
        return self.handed_over_at is None and self.failed_at is None and self.cancelled_at is None

    @property
    def stands(self) -> bool:
        """Handed over and not failed since."""
        return self.handed_over_at is not None and self.failed_at is None


class AuthorFact(NamedTuple):
    """What is known of an author who was asked."""

    on_paper: bool
    corresponding: bool
    first: bool
    last: bool
    counts_because: str  # why reaching this author will do, by a moderator
    robots_are: str  # "away" or "robot", if a moderator said what answered every letter

    @property
    def counts(self) -> bool:
        """Whether reaching this author counts for condition 2."""
        return self.on_paper and (
            self.corresponding or self.first or self.last or bool(self.counts_because)
        )


@dataclass(frozen=True, kw_only=True)
class Ear:
    """How the site hears of failures: up to `heard_until` its incoming channel surely worked.

    With `trusting` (trial mode only) a hand-over counts as delivered.
    """

    heard_until: datetime | None = None
    trusting: bool = False


def delivered(letter: LetterFact, policy: Policy, ear: Ear) -> bool:
    """Whether the letter counts as delivered: said so, or settled while the site listened."""
    if not letter.stands or letter.handed_over_at is None:
        return False
    if ear.trusting or letter.delivered_at is not None:
        return True
    return ear.heard_until is not None and letter.handed_over_at + policy.settle <= ear.heard_until


def final_counts(letter: LetterFact, policy: Policy, deadline: datetime) -> bool:
    """Whether it is a final notice that names `deadline` and left early enough to settle by it."""
    if letter.kind is not LetterKind.FINAL_NOTICE or letter.printed != deadline:
        return False
    if letter.handed_over_at is None or letter.failed_at is not None:
        return False
    # A success notice that comes late says nothing against what had settled before.
    settled = letter.handed_over_at + policy.settle
    return min(letter.delivered_at or settled, settled) <= deadline


def robots_only(letters: Iterable[LetterFact]) -> bool:
    """Whether every letter that stands drew an out-of-office, or another robot's answer."""
    standing = [letter for letter in letters if letter.stands]
    return bool(standing) and all(letter.robot_at is not None for letter in standing)


def reached(
    letters: Iterable[LetterFact],
    policy: Policy,
    deadline: datetime,
    ear: Ear,
    *,
    robots_are: str = "",
) -> bool:
    """Condition 2 for one address: notice, a reminder and a final notice naming `deadline` were
    all delivered, and none of its letters has failed since.

    Where robots alone answered, to every letter, only if a moderator said what they are.
    """
    letters = list(letters)
    if any(letter.failed_at is not None for letter in letters):
        return False
    if not robots_are and robots_only(letters):
        return False
    return _complete([x for x in letters if delivered(x, policy, ear)], policy, deadline)


def silence_counts(letters: Iterable[LetterFact], policy: Policy, deadline: datetime) -> bool:
    """Whether somebody to whom no more is written can still count as reached at `deadline`: all
    that condition 2 asks for was handed over, and nothing failed."""
    letters = list(letters)
    if any(letter.failed_at is not None for letter in letters):
        return False
    return _complete([x for x in letters if x.stands], policy, deadline)


def _complete(letters: Sequence[LetterFact], policy: Policy, deadline: datetime) -> bool:
    """Notice, a reminder and a final notice that counts are among `letters`."""
    kinds = {letter.kind for letter in letters}
    return (
        LetterKind.NOTICE in kinds
        and bool(kinds & REMINDERS)
        and any(final_counts(letter, policy, deadline) for letter in letters)
    )


class Due(NamedTuple):
    """A letter and when it is to leave."""

    kind: LetterKind
    at: datetime


def next_letter(
    letters: Sequence[LetterFact], policy: Policy, deadline: datetime | None, now: datetime
) -> Due | None:
    """The next letter to one address; None while one is pending or when all were sent.

    Of letters that are late only the newest due one is sent, with `policy.gap` between two; but a
    final notice never goes to somebody who was not reminded. Where the clock was void since the
    notice, so that no deadline runs, the author is asked anew.
    """
    if any(letter.pending for letter in letters):
        return None
    handed = [letter for letter in letters if letter.stands]
    kinds = {letter.kind for letter in handed}
    if LetterKind.NOTICE not in kinds:
        return Due(LetterKind.NOTICE, now)
    earliest = max(letter.handed_over_at for letter in handed if letter.handed_over_at) + policy.gap
    if deadline is None:
        return Due(LetterKind.NOTICE, max(now, earliest))
    if any(
        letter.kind is LetterKind.FINAL_NOTICE and letter.printed == deadline for letter in handed
    ):
        return None
    due_2 = letter_due(policy, deadline, policy.reminder_2)
    due_final = letter_due(policy, deadline, policy.final_notice)
    first = max(letter_due(policy, deadline, policy.reminder_1), earliest)
    second = max(due_2, earliest)
    if not kinds & REMINDERS and max(first, now) < due_2:
        return Due(LetterKind.REMINDER_1, first)
    if LetterKind.REMINDER_2 not in kinds and (
        max(second, now) < due_final or not kinds & REMINDERS
    ):
        return Due(LetterKind.REMINDER_2, second)
    return Due(LetterKind.FINAL_NOTICE, max(due_final, earliest))


def rescue(
    contacts: Iterable[Sequence[LetterFact]], policy: Policy, deadline: datetime, now: datetime
) -> datetime | None:
    """A later deadline, if letters were so late that no final notice can count for this one.

    `contacts` are the letters of each author who could count as reached. None while there is time
    (up to `policy.settle` before the deadline), or when a final notice counts already.
    """
    written = [c for c in contacts if any(x.stands and x.kind is LetterKind.NOTICE for x in c)]
    if not written or now <= deadline - policy.settle:
        return None
    if any(final_counts(letter, policy, deadline) for c in written for letter in c):
        return None
    possible = []
    for letters in written:
        last = max(x.handed_over_at for x in letters if x.stands and x.handed_over_at)
        at = max(now, last + policy.gap)
        reminded = any(x.stands and x.kind in REMINDERS for x in letters)
        possible.append(at if reminded else at + policy.gap)
    return deadline_after(policy, max(possible), policy.final_notice)
