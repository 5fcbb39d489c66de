"""Papers for the tests of the registry. All are made up."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from registry import identifiers, listing
from registry.importing.records import join_names
from registry.listing import Facts, Projection
from registry.models import Ground, Identifier, Paper, PaperAuthor, Standing
from tests.kept import kept

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@kept
def paper(
    title: str = "On made-up things",
    *,
    names: Sequence[str] = ("Ada Example", "Bo Sample"),
    public: bool = True,
    **columns: Any,
) -> Paper:
    """A stored paper with its authors and identifiers; `columns` may hold some, by scheme."""
    named = {scheme: columns.pop(scheme, "") for scheme in identifiers.EXAMPLES}
    made = Paper.objects.create(
        title=title,
        title_key=identifiers.title_key(title),
        names=join_names(names),
        is_public=public,
        created_at=NOW,
        **columns,
    )
    for position, name in enumerate(names, 1):
        PaperAuthor.objects.create(paper=made, position=position, name=name)
    for scheme, value in named.items():
        if value:
            Identifier.objects.create(paper=made, scheme=scheme, value=value)
    return made


@kept
def with_standing(made: Paper, standing: Standing, now: datetime = NOW, **facts: Any) -> Paper:
    """`made` with a public report's projection; on the list where the standing says so."""
    projection = {
        "report_count": facts.pop("report_count", 1),
        "match_count": facts.pop("match_count", 0),
        "modes": facts.pop("modes", ["re-run"]),
        "causes": facts.pop("causes", ["no_code"]),
        "answered_at": facts.pop("answered_at", None),
        "shared": facts.pop("shared", []),
    }
    grounds = {Standing.NO_ANSWER: Ground.SILENCE, Standing.CONFIRMED: Ground.CONFIRMED}
    with transaction.atomic():
        if standing in grounds:
            opened = listing.NewListing(made.pk, made.pk, grounds[standing], "v1")
            listing.open_listings([opened], now=now)
        record = Projection(standing=standing, facts=Facts(**facts), **projection)
        listing.project_all([(listing.Stored.of(made), record)], now=now)
    return made
