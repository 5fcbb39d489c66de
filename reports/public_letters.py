"""What the public time line tells of the letters to authors: which left when, and which did not
arrive; no address, no server, no name, and nothing of what somebody answered or how. Pure.

Authors are told by their place on the paper. What happened within an hour is one line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext

from reports.contacts import SHOWN
from reports.models import EventKind, ReportEvent
from reports.reach import LetterKind

TOGETHER = timedelta(hours=1)
NAMES = {
    LetterKind.NOTICE: "notice",
    LetterKind.REMINDER_1: "reminder",
    LetterKind.REMINDER_2: "reminder",
    LetterKind.FINAL_NOTICE: "final notice",
}
WORDS = {
    "handed over": "{Name} sent to {whom}",
    "shown": "{Name} shown to {whom}",
    "delivered": "The {name} to {whom} was delivered",
    "returned": "The {name} to {whom} came back, and is sent again",
    "failed": "The {name} to {whom} could not be delivered",
}
TOLD = tuple(fact for fact in WORDS if fact != "shown")
"""The facts of the log that are told; what is left out says more of a person than of a letter."""


@dataclass
class Line:
    """What was told of letters of one kind within an hour."""

    at: datetime
    first: int
    fact: str
    name: str
    places: set[int] = field(default_factory=set)
    events: list[ReportEvent] = field(default_factory=list)


def told_of_letters(events: Iterable[ReportEvent], authors: int) -> list[tuple[datetime, int, str]]:
    """The lines, each with its time and the id of its first event, of a report about a paper of so
    many authors; `events` are its log, with the contact of each."""
    return [(line.at, line.first, _sentence(line, authors)) for line in lines_of(events)]


def lines_of(events: Iterable[ReportEvent]) -> list[Line]:
    """The facts that are told, those of one hour together."""
    lines: list[Line] = []
    open_lines: dict[tuple[str, str], Line] = {}
    for event in events:
        fact = _told(event)
        if not fact or event.contact is None:
            continue
        name = NAMES[LetterKind(event.data["kind"])]
        line = open_lines.get((fact, name))
        if line is None or event.at - line.at > TOGETHER:
            line = open_lines[fact, name] = Line(event.at, event.pk, fact, name)
            lines.append(line)
        line.places.add(event.contact.position if event.contact.on_paper else 0)
        line.events.append(event)
    return lines


def _told(event: ReportEvent) -> str:
    """Which of WORDS tells the event; empty for none."""
    if event.kind != EventKind.LETTER_FACT:
        return ""
    fact: str = event.data["fact"]
    if event.note == SHOWN:
        final = event.data["kind"] == LetterKind.FINAL_NOTICE
        return "shown" if final and fact == "handed over" else ""
    return fact if fact in TOLD else ""


def _sentence(line: Line, authors: int) -> str:
    name = gettext(line.name)
    whom = _whom(sorted(line.places), authors)
    return gettext(WORDS[line.fact]).format(name=name, Name=name.capitalize(), whom=whom)


def _whom(places: Sequence[int], authors: int) -> str:
    named = gettext("somebody whom an author named") if 0 in places else ""
    places = [place for place in places if place]
    if not places:
        return named
    told = ", ".join(map(str, places[:-1]))
    if told:
        told = gettext("authors {places} and {last} of {authors}").format(
            places=told, last=places[-1], authors=authors
        )
    else:
        told = gettext("author {place} of {authors}").format(place=places[0], authors=authors)
    return (
        gettext("{authors}, and {somebody}").format(authors=told, somebody=named) if named else told
    )
