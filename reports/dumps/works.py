"""Papers of a mirror, from the records of a dump."""

from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_date

from registry.identifiers import title_key
from registry.importing.records import join_names
from registry.listing import Facts
from registry.models import Ground, Identifier, Paper, PaperAuthor, PaperVersion
from registry.provenance import FIELDS
from reports.dumps.rebuilt import at, moment

Record = dict[str, Any]
NAMES = {words: name for name, words in FIELDS.items()}
"""What pages call a field, and its name."""


def store(records: Sequence[Record]) -> None:
    """Store these papers, each with the entries that were merged into it."""
    roots = [_paper(record) for record in records]
    merged = [
        _merged(root, number)
        for root, record in zip(roots, records, strict=True)
        for number in record["entries"]
        if number != root.pk
    ]
    Paper.objects.bulk_create(roots)
    Paper.objects.bulk_create(merged)
    Identifier.objects.bulk_create(
        Identifier(paper_id=record["id"], scheme=one["scheme"], value=one["value"])
        for record in records
        for one in record["identifiers"]
    )
    PaperAuthor.objects.bulk_create(
        PaperAuthor(paper_id=record["id"], position=position, name=name)
        for record in records
        for position, name in enumerate(record["authors"], 1)
    )
    PaperVersion.objects.bulk_create(
        PaperVersion(
            paper_id=record["id"], label=one["label"], url=one["url"],
            released_on=parse_date(one["released_on"]) if one["released_on"] else None,
        )
        for record in records
        for one in {one["label"]: one for one in record["versions"]}.values()
    )  # fmt: skip


def _paper(record: Record) -> Paper:
    same = ("title", "venue", "year", "standing", "modes", "causes")
    return Paper(
        pk=record["id"],
        title_key=title_key(record["title"]),
        names=join_names(record["authors"]),
        url=record["address"],
        is_public=True,
        created_at=at(record["known_since"]),
        standing_at=moment(record["standing_since"]),
        listed_at=moment(record["listed_since"]),
        answered_at=moment(record["answered_at"]),
        report_count=record["reports"],
        match_count=record["matched"],
        facts=_facts(record),
        shared=[f"{item}:{value}" for item, value in record["shared"].items()],
        shared_links={
            one["item"]: {"url": one["url"], "source": one["source"], "at": _iso(one["since"])}
            for one in record["links"]
        }
        or None,
        sources={
            NAMES[words]: {"source": origin["source"], "at": _iso(origin["at"])}
            for origin in record["metadata"]
            for words in origin["fields_told"]
        }
        or None,
        **{name: record[name] for name in same},
    )


def _merged(root: Paper, number: int) -> Paper:
    """An entry of the same work: its number leads to the root."""
    return Paper(
        pk=number, title=root.title, title_key=root.title_key, is_public=True, root=root,
        created_at=root.created_at,
    )  # fmt: skip


def _facts(record: Record) -> dict[str, Any] | None:
    """What a row of the list shows: registry/listing.py."""
    told = record["facts"]
    if told is None:
        return None
    opened = [one for one in record["listings"] if one["closed_at"] is None]
    opened.sort(key=lambda one: (one["opened_at"], one["id"]))
    facts = Facts(
        hours=told["hours"],
        environments=tuple(told["environments"]),
        authors_asked=told["authors_asked"],
        authors_reached=told["authors_reached"],
        asked_at=_iso(told["asked_at"]),
        deadline=_iso(told["deadline"]),
        outcomes=tuple(told["outcomes"]),
    )
    listings = [
        {
            "version": one["version"], "opened_at": _iso(one["opened_at"]),
            "ground": str(Ground(one["ground"]).label),
        }
        for one in opened
    ]  # fmt: skip
    return vars(facts) | {"listings": listings}


def _iso(text: str | None) -> str:
    return at(text).isoformat() if text else ""
