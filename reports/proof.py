"""The dated life of every letter to an author, and what came back, as moderators see it. Pure.

All of it is told by the log, by the letters themselves and by the policy of the inquiry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from registry.languages import word
from reports.deadlines import Policy, span_in_words
from reports.models import Answer, EventKind, Letter, ReportEvent
from reports.reach import Ear, delivered


@dataclass(frozen=True)
class Moment:
    """What happened with a letter or an author, and the words of who said so."""

    at: datetime
    what: str
    words: str = ""


def life_of(
    letters: Iterable[Letter], events: Iterable[ReportEvent], policy: Policy, ear: Ear
) -> list[Moment]:
    """All that happened with one author: `events` are those of the contact, in their order."""
    by_id = {letter.pk: letter for letter in letters}
    moments = [moment for event in events if (moment := _moment(event, by_id)) is not None]
    moments += [
        moment for letter in by_id.values() if (moment := _settled(letter, policy, ear)) is not None
    ]
    return sorted(moments, key=lambda moment: moment.at)


def _moment(event: ReportEvent, letters: Mapping[int, Letter]) -> Moment | None:
    data = event.data
    match event.kind:
        case EventKind.LETTER:
            return Moment(event.at, gettext("{letter}: owed").format(letter=_name(data["letter"])))
        case EventKind.LETTER_FACT:
            return _fact(event, letters.get(data.get("letter", 0)))
        case EventKind.REPLY:
            return Moment(event.at, "the author answered by mail")
        case EventKind.ANSWER:
            return Moment(
                event.at,
                gettext("the author answered: {kind}").format(
                    kind=word(Answer.Kind(data["kind"]).label)
                ),
            )
        case EventKind.OPT_OUT | EventKind.SUGGESTION | EventKind.EXTENSION:
            return Moment(event.at, event.get_kind_display())
        case EventKind.DECISION:
            return Moment(
                event.at,
                gettext("a moderator decided: {what}").format(what=word(data["what"])),
                event.note,
            )
    return None


def _fact(event: ReportEvent, letter: Letter | None) -> Moment:
    """What the mail told of a letter; where a server took it, which one, and with what words."""
    fact = event.data["fact"]
    words = event.note
    if fact == "handed over":
        fact = "accepted"
        if letter is not None and letter.handed_over_at == event.at and letter.server:
            fact, words = (
                gettext("accepted by {server}").format(server=letter.server),
                letter.server_said,
            )
    return Moment(event.at, f"{_name(event.data['kind'])}: {word(fact)}", words)


def _name(kind: str) -> str:
    return word(kind.replace("_", " "))


def _settled(letter: Letter, policy: Policy, ear: Ear) -> Moment | None:
    """From when a letter counts as delivered though nobody said so."""
    if letter.delivered_at is not None or letter.handed_over_at is None:
        return None
    if not delivered(letter.fact, policy, ear):
        return None
    if ear.trusting:
        words = "This is a trial: what was accepted counts."
        return Moment(
            letter.handed_over_at,
            gettext("{letter}: counts as delivered").format(letter=_name(letter.kind)),
            words,
        )
    span = span_in_words(policy.settle)
    return Moment(
        letter.handed_over_at + policy.settle,
        gettext("{letter}: counts as delivered").format(letter=_name(letter.kind)),
        gettext("No failure notice came in {span} in which the mail was read.").format(span=span),
    )
