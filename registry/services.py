"""Changing papers: entering one by hand, finding out which it is, adding missing authors."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from registry import identifiers as spelling
from registry.cleaning import clean
from registry.importing.records import (
    MOST_AUTHORS,
    NAME_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
    VENUE_LENGTH,
    YEARS,
    join_names,
)
from registry.merging import whole
from registry.models import Identifier, Paper, PaperAuthor
from registry.selectors import papers_of


class Invalid(ValueError):
    """The paper cannot be entered so; the text is a sentence for the person."""


def enter_paper(
    *,
    title: str,
    authors: Sequence[str],
    venue: str,
    year: int | None,
    url: str,
    identifiers: Sequence[str],
    now: datetime,
) -> Paper:
    """The paper entered by hand, not public; a public one if it has one of the identifiers.

    `identifiers` are as people paste them; they are only stated until `settle_identity`, so that
    what one person typed is never another's. A known paper stays as it is. Raises Invalid.
    """
    found = _found(identifiers)
    paper = Paper(
        title=_title(title),
        names="",
        venue=_fits(clean(venue), VENUE_LENGTH, "venue"),
        year=_year(year),
        url=_url(url),
        stated=[f"{scheme}:{value}" for scheme, value in found],
        is_public=False,
        created_at=now,
    )
    paper.title_key = spelling.title_key(paper.title)
    names = [_fits(name, NAME_LENGTH, "name of an author") for name in map(clean, authors) if name]
    if len(names) > MOST_AUTHORS:
        raise Invalid(
            gettext("Enter at most {most_authors:,} authors.").format(most_authors=MOST_AUTHORS)
        )
    known = _one_of(whole(paper) for paper in papers_of(found).values() if paper.is_public)
    if known is not None:
        return known
    with transaction.atomic():
        paper.save()
        add_authors(paper=paper, names=names)
    return paper


def bearers(paper: Paper) -> list[Paper]:
    """The other papers, public or not, that have the identifiers stated with `paper`."""
    found = papers_of(_stated(paper)) if paper.stated else {}
    others = map(whole, found.values())
    return list({other.pk: other for other in others if other.pk != paper.pk}.values())


def settle_identity(paper: Paper) -> Paper:
    """The paper that has the identifiers stated with `paper`; itself, now theirs, if none has.

    Call it when a moderator accepted what was typed, with `paper` and its `bearers` locked.
    Raises Invalid if the identifiers belong to several papers.
    """
    known = _one_of(bearers(paper))
    if known is not None:
        return known
    if paper.stated:
        try:
            with transaction.atomic():
                Identifier.objects.bulk_create(
                    Identifier(paper=paper, scheme=scheme, value=value)
                    for scheme, value in _stated(paper)
                )
        except IntegrityError as error:
            raise Invalid("This paper became known a moment ago. Please try again.") from error
        paper.stated = []
        paper.save(update_fields=["stated"])
    return paper


def _stated(paper: Paper) -> list[tuple[str, str]]:
    pairs = (text.partition(":") for text in paper.stated)
    return [(scheme, value) for scheme, _, value in pairs]


def add_authors(*, paper: Paper, names: Sequence[str]) -> None:
    """Give the paper its authors in order, if it has none; otherwise nothing changes."""
    cleaned = [name[:NAME_LENGTH] for name in map(clean, names) if name][:MOST_AUTHORS]
    with transaction.atomic():
        locked = Paper.objects.select_for_update().get(pk=paper.pk)
        if not cleaned or locked.authors.exists():
            return
        PaperAuthor.objects.bulk_create(
            PaperAuthor(paper=locked, position=position, name=name)
            for position, name in enumerate(cleaned, 1)
        )
        locked.names = paper.names = join_names(cleaned)
        locked.save(update_fields=["names"])


def _found(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        one = spelling.parse(text)
        if one is None:
            shown = clean(text)[:80]
            raise Invalid(
                gettext("“{shown}” is not an identifier we can read. ").format(shown=shown)
                + " ".join(spelling.EXAMPLES.values())
            )
        found.append((one.scheme, one.value))
    return list(dict.fromkeys(found))


def _one_of(papers: Iterable[Paper]) -> Paper | None:
    """The one paper among `papers`, None if there is none. Raises Invalid if there are several."""
    different = {paper.pk: paper for paper in papers}
    if len(different) > 1:
        raise Invalid(
            "These identifiers belong to different papers that are known here. "
            "Leave only those of the paper that you report on."
        )
    return next(iter(different.values()), None)


def _title(title: str) -> str:
    title = clean(title)
    if not title:
        raise Invalid("Enter the title of the paper.")
    return _fits(title, TITLE_LENGTH, "title")


def _fits(text: str, length: int, what: str) -> str:
    if len(text) > length:
        raise Invalid(
            gettext("The {what} has {n:,} characters: shorten it to {length:,}.").format(
                what=what, n=len(text), length=length
            )
        )
    return text


def _year(year: int | None) -> int | None:
    if year is not None and year not in YEARS:
        raise Invalid(
            gettext("“{year}” is no year of a paper: write four digits, such as 2017.").format(
                year=year
            )
        )
    return year


def _url(url: str) -> str:
    url = url.strip()
    if url and not (url.isprintable() and re.fullmatch(r"(?i)https?://[^\s<>\"]+", url)):
        raise Invalid("The address of the paper must begin with http:// or https://.")
    return _fits(url, URL_LENGTH, "address")
