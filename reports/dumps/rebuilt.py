"""Rows of reports and of all that stands beside them, from the records of a dump. Asks nothing of
the database and stores nothing: restoring.py does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Model
from django.urls import resolve
from django.utils.dateparse import parse_datetime

from accounts.models import User
from reports.contacts import SHOWN
from reports.conversation import Side
from reports.deadlines import Policy
from reports.independence import group_key
from reports.models import (
    AddedRun,
    Addition,
    Answer,
    Claim,
    Contact,
    EventKind,
    Evidence,
    File,
    Inquiry,
    Report,
    ReportEvent,
    Statement,
)
from reports.reach import LetterKind
from reports.states import Actor, Mode, Outcome

Record = dict[str, Any]
NAMED = 1000
"""The position of somebody whom an author named, who is not on the paper."""
KINDS = {
    "notice": LetterKind.NOTICE, "reminder": LetterKind.REMINDER_1,
    "final notice": LetterKind.FINAL_NOTICE,
}  # fmt: skip


def moment(text: str | None) -> datetime | None:
    """A time of a record."""
    return parse_datetime(text) if text else None


def at(text: str) -> datetime:
    """A time that every such record has."""
    found = parse_datetime(text)
    assert found is not None
    return found


def key_of(kind: str, number: int) -> UUID:
    """Stands for the key of a form, which nobody knows any more."""
    return uuid5(NAMESPACE_URL, f"mirror:{kind}:{number}")


@dataclass(kw_only=True)
class Rebuilt:
    """The rows of one report; those of `later` point to rows before them, and come in their
    order."""

    report: Report
    claims: list[Claim] = field(default_factory=list)
    inquiry: Inquiry | None = None
    contacts: dict[int, Contact] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    later: list[Model] = field(default_factory=list)
    links: list[tuple[Model, Record]] = field(default_factory=list)
    """Rows with what the record says of whether their link opens."""

    @property
    def someone(self) -> Contact | None:
        """An author, behind whom a word of any author may stand."""
        return next(iter(self.contacts.values()), None)


def report_of(
    record: Record, steps: Sequence[Record], *, nobody: User, now: datetime, window: timedelta
) -> Rebuilt:
    """The rows of the report that `record` and its `steps` tell."""
    full = "outcome" in record
    report = _report(record, nobody, now) if full else _line(record, nobody, now)
    made = Rebuilt(report=report, answers=[one["id"] for one in record["answers"]])
    letters = [step for step in steps if step["kind"] == "letter"]
    if letters:  # of how many authors the time line speaks, where the paper names none
        report.author_names = [""] * (letters[0]["authors"] or 0)
    made.claims = [_claim(report, one) for one in record.get("claims", ())]
    _asked(made, record, steps, letters, window)
    made.later += [_event(made, step) for step in steps if step["kind"] != "shared"]
    _evidence(made, record)
    _files(made, record)
    _additions(made, record)
    _statements(made, record, steps)
    return made


def _report(record: Record, nobody: User, now: datetime) -> Report:
    same = (
        "state", "outcome", "mode", "causes", "version", "group", "summary", "looked_for",
        "missing", "environment", "code_url", "code_commit", "data_used", "differences",
        "familiarity", "again_because", "conflict", "hours",
    )  # fmt: skip
    return _anew(
        record, nobody, now,
        public_at=at(record["public_at"]), shown_as=record["reported_by"],
        group_key=group_key(record["group"]), licence_agreed=True,
        **{name: record[name] for name in same},
    )  # fmt: skip


def _line(record: Record, nobody: User, now: datetime) -> Report:
    """Of what is not told any more a report has to have some: nobody sees it."""
    return _anew(
        record, nobody, now,
        state=record["state"], public_at=at(record["submitted_at"]), outcome=Outcome.NOT_MATCHED,
        mode=Mode.RERUN, version="-",
    )  # fmt: skip


def _anew(record: Record, nobody: User, now: datetime, **fields: Any) -> Report:
    submitted = at(record["submitted_at"])
    return Report(
        pk=record["id"], paper_id=record["paper"]["id"], reporter=nobody, typed={},
        state_at=at(record["state_since"]), submitted_at=submitted, created_at=submitted,
        updated_at=at(record["state_since"]), forgotten_at=now, **fields,
    )  # fmt: skip


def _number(value: float | None) -> float:
    """A value of a run: what JSON could not hold is none that can be compared."""
    return float("nan") if value is None else value


def _claim(report: Report, record: Record) -> Claim:
    same = (
        "position", "place", "quote", "metric", "higher_is_better", "dataset", "claimed",
        "claimed_spread", "tolerance", "tolerance_reason",
    )  # fmt: skip
    obtained = {} if record["runs"] else record["obtained"] or {}
    return Claim(
        report=report, runs=[_number(value) for value in record["runs"]],
        mean=obtained.get("mean"), spread=obtained.get("deviation"), n=obtained.get("n"),
        **{name: record[name] for name in same},
    )  # fmt: skip


# --- the inquiry ------------------------------------------------------------------------
def _asked(
    made: Rebuilt,
    record: Record,
    steps: Sequence[Record],
    letters: Sequence[Record],
    window: timedelta,
) -> None:
    """The inquiry, closed, and its contacts without names and addresses."""
    told = record.get("inquiry")
    late = next((step for step in steps if step["until"] and step["answer"]), None)
    by_authors = any(one["side"] == Side.AUTHORS for one in record["additions"])
    if told is None and late is None and not by_authors:
        return
    windows = [step["window"] for step in steps if step["window"]]
    policy = Policy.of(timedelta(seconds=windows[-1]) if windows else window)
    made.inquiry = Inquiry(
        report=made.report,
        frozen_policy=policy.to_json(),
        opened_at=at(told["asked_at"] if told else record["submitted_at"]),
        deadline=moment(told["deadline"] if told else late["until"] if late else None),
        closed_at=made.report.state_at,
    )
    asked, reached = (told["authors_asked"], told["authors_reached"]) if told else (0, 0)
    written = sorted({step["author"] for step in letters if step["author"]})
    free = [place for place in range(1, asked + 1) if place not in written]
    for order, place in enumerate([*written, *free[: max(0, asked - len(written))]]):
        state = Contact.State.DELIVERED if order < reached else Contact.State.FAILED
        made.contacts[place] = _contact(made, place, state if order < asked else None)
    if any(step["author"] == 0 for step in letters):
        made.contacts[0] = _contact(made, NAMED, None, on_paper=False)
    if not made.contacts:
        made.contacts[0] = _contact(made, NAMED, None)


def _contact(
    made: Rebuilt, position: int, state: Contact.State | None, on_paper: bool = True
) -> Contact:
    """One that is counted by its state, or by none."""
    return Contact(
        inquiry=made.inquiry, position=position, on_paper=on_paper,
        state=state or Contact.State.LINKED,
    )  # fmt: skip


def _event(made: Rebuilt, step: Record) -> ReportEvent:
    kind, note, contact = EventKind.STATE, step["note"], None
    data: Record = {}
    match step["kind"]:
        case "extension":
            kind = EventKind.EXTENSION
            data = {"deadline": at(step["until"]).isoformat() if step["until"] else ""}
        case "appeal":
            kind, data = EventKind.APPEAL, {"step": "received", "appeal": step["id"]}
        case "letter":
            shown = step["fact"] == "shown"
            kind, note = EventKind.LETTER_FACT, SHOWN if shown else ""
            data = {"kind": KINDS[step["letter"]], "fact": "handed over" if shown else step["fact"]}
            contact = made.contacts.get(step["author"])
        case _:
            if step["answer"] is not None:
                data["answer"] = step["answer"]
            if step["beside"]:
                data["beside"] = True
    return ReportEvent(
        pk=step["id"], report=made.report, kind=kind, at=at(step["at"]), source=step["before"],
        target=step["state"], actor=step["by"] or Actor.SWEEP, note=note, data=data,
        contact=contact,
    )  # fmt: skip


# --- what stands beside it --------------------------------------------------------------
def _evidence(made: Rebuilt, record: Record) -> None:
    for position, one in enumerate(record.get("evidence", ()), 1):
        row = Evidence(
            report=made.report, position=position, kind=one["kind"], url=one["url"],
            note=one["note"],
        )  # fmt: skip
        made.later.append(row)
        if one["check"]:
            made.links.append((row, one))


def _files(made: Rebuilt, record: Record) -> None:
    """Their names and checksums; the contents stay where they are."""
    for one in record.get("files", ()):
        made.later.append(_file(one, made, report=made.report))
    for answer in record["answers"]:
        for one in answer["files"]:
            if made.someone is not None:
                row = _file(one, made, contact=made.someone, answer_id=answer["id"])
                made.later.append(row)


def _file(record: Record, made: Rebuilt, **owner: Any) -> File:
    path = "/" + record["url"].split("/", 3)[3]
    number = resolve(path).kwargs["file_id"]
    same = ("name", "kind", "media_type", "size", "sha256", "note")
    return File(
        pk=number, key=f"elsewhere/{number}", stored_at=made.report.created_at,
        **owner, **{name: record[name] for name in same},
    )  # fmt: skip


def _additions(made: Rebuilt, record: Record) -> None:
    by_position = {claim.position: claim for claim in made.claims}
    for one in record["additions"]:
        given = at(one["given_at"])
        before = [a["id"] for a in record["answers"] if at(a["given_at"]) <= given]
        if not before:  # it came after an answer that is not told any more
            continue
        row = Addition(
            pk=one["id"], report=made.report, after_id=max(before), side=one["side"],
            contact=made.someone if one["side"] == Side.AUTHORS else None, text=one["text"],
            url=one["url"], name=one["name"], role=one["role"], given_at=given,
            form_key=key_of("addition", one["id"]),
        )  # fmt: skip
        made.later.append(row)
        made.later += [
            AddedRun(
                addition=row, claim=by_position[run["claim"]],
                values=[_number(value) for value in run["values"]],
            )
            for run in one["runs"]
            if run["claim"] in by_position
        ]  # fmt: skip


def _statements(made: Rebuilt, record: Record, steps: Iterable[Record]) -> None:
    """The newest word of each side, and what the time line tells of authors' earlier ones."""
    alone = {}
    for step in steps:
        if step["kind"] == "shared":
            row = Statement(
                pk=step["id"], report=made.report, contact=made.someone, name=step["who"],
                item=step["item"], value=step["value"], said_at=at(step["at"]),
            )  # fmt: skip
            alone[step["item"], step["who"], row.said_at] = row
            made.later.append(row)
    answers = sorted(record["answers"], key=lambda one: one["id"])
    for shared in record.get("shared", ()):
        for side in ("reporter", "author"):
            said = shared[side]
            if said is None:
                continue
            since = at(said["since"])
            known = alone.get((shared["item"], said["who"], since))
            if side == "author" and known is not None and known.value == said["value"]:
                known.url, known.note = said["url"], said["note"]
                continue
            row = Statement(
                report=made.report, item=shared["item"], value=said["value"], url=said["url"],
                note=said["note"], said_at=since,
            )  # fmt: skip
            if side == "author":
                with_it = [one for one in answers if at(one["given_at"]) == since] or answers
                row.contact, row.name = made.someone, said["who"]
                row.answer_id = with_it[-1]["id"] if with_it else None
            made.later.append(row)


def answer_of(record: Record) -> Answer:
    """The row of an answer, without the reports it is beside."""
    same = ("kind", "text", "url", "name", "role", "without_content")
    return Answer(
        pk=record["id"], given_at=at(record["given_at"]), form_key=key_of("answer", record["id"]),
        **{name: record[name] for name in same},
    )  # fmt: skip
