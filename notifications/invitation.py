"""The .ics of a deadline (RFC 5545), attached to the notice. Pure."""

from datetime import datetime

from icalendar import Calendar, Event


def deadline_file(
    *, uid: str, deadline: datetime, summary: str, words: str, now: datetime
) -> bytes:
    """A calendar with one event at `deadline` (UTC); `uid` is the same for the same deadline's
    report and recipient, so that a calendar replaces what it has. Holds no link."""
    calendar = Calendar()
    calendar.add("prodid", "-//Unreproduced//deadline//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", deadline.replace(microsecond=0))
    event.add("dtend", deadline.replace(microsecond=0))
    event.add("summary", summary)
    event.add("description", words)
    event.add("transp", "TRANSPARENT")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
