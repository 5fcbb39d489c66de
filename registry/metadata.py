"""What a source tells about a paper, stored: a new paper, or what a known one lacks.

A source adds identifiers, versions, ORCID iDs, a link to code, and fills what is empty. It changes
only what it told itself, and under a report neither title nor authors (registry/provenance.py).
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from registry import identifiers, merging, near_titles, notices, provenance
from registry.identifiers import Found
from registry.importing.records import join_names
from registry.merging import group_of
from registry.models import Identifier, Notice, Paper, PaperAuthor, PaperVersion
from registry.notices import New
from registry.selectors import papers_of
from registry.shared import KNOWN, Item, word, words_of
from registry.sources.facts import Facts, Kind

TRIES = 3
VALUE_LENGTH = 300
LABEL_LENGTH = 60
MOST_VERSIONS = 200
NOTICE_KINDS = {
    Kind.RETRACTED: Notice.Kind.RETRACTED,
    # Less than the whole paper is taken back, and nothing milder is true of it.
    Kind.PARTLY_RETRACTED: Notice.Kind.CORRECTED,
    Kind.WITHDRAWN: Notice.Kind.WITHDRAWN,
    Kind.REMOVED: Notice.Kind.WITHDRAWN,
    Kind.REINSTATED: Notice.Kind.REINSTATED,
    Kind.CONCERN: Notice.Kind.CONCERN,
    Kind.CORRECTED: Notice.Kind.CORRECTED,
}
WATCH = "Retraction Watch"
Pinned = Callable[[Collection[int]], bool]
"""Whether something names one of these papers, so that title and authors stay; asked while the
paper is locked."""


class Apart(Exception):
    """The facts make no public paper; the text is a sentence that says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This identifier alone makes no paper here: enter the paper by hand below."
        )


class AnotherWork(Exception):
    """The facts are not about the work that they were asked for."""


def everything_is_named(papers: Collection[int]) -> bool:
    """What is assumed where nobody can tell: that title and authors must stay."""
    return True


def add_known(
    found: Found,
    facts: Facts,
    now: datetime,
    *,
    pinned: Pinned = everything_is_named,
    near: Paper | None = None,
    enter: bool = True,
) -> Paper:
    """The public paper with the identifier `found`, with what `facts` tell of it.

    It is the one that has the identifier; else one that has another of the record's own, or `near`,
    which a source calls the same work, if its title is the same; else a new one. With `enter` false
    nothing is made public. Somebody entering it at the same moment makes it look again. Raises
    Apart, and AnotherWork where a paper was not to be entered.
    """
    _keep_notices(facts, now)
    for again in range(TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return _store(found, facts, now, pinned, near, enter)
        except (IntegrityError, OperationalError):
            if not again or connection.needs_rollback:
                raise
    raise AssertionError("unreachable")


def correct(paper_id: int, *, now: datetime, **values: Any) -> None:
    """A person's correction of title, venue, year, abstract or url: no source changes it again."""
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        sources = dict(paper.sources or {})
        for field, value in values.items():
            if field not in ("title", "venue", "year", "abstract", "url"):
                raise ValueError(f"{field} is not corrected this way")
            setattr(paper, field, value)
            provenance.added(sources, field, source=provenance.PERSON, at=now)
        paper.sources, paper.title_key = sources, identifiers.title_key(paper.title)
        paper.save(update_fields=[*values, "title_key", "sources"])
        if "title" in values:
            near_titles.forget([paper.pk])


def _store(
    found: Found, facts: Facts, now: datetime, pinned: Pinned, near: Paper | None, enter: bool
) -> Paper:
    own = {
        (one.scheme, one.value): one
        for one in (found, *facts.identifiers)
        if len(one.value) <= VALUE_LENGTH
    }
    holders = papers_of(list(own))
    known = holders.get((found.scheme, found.value)) or _same_title(holders, near, facts)
    if known is None and not enter:
        raise AnotherWork
    if known is None:
        paper = _new(facts, now)
    else:
        paper = merging.lock(known.pk)[known.pk]
        if not paper.is_public and not (enter and _publish(paper, facts)):
            raise Apart
    at = facts.fetched_at or now
    told = _Telling(paper, facts.source, at, known is not None and pinned(group_of(paper)))
    told.facts(facts)
    told.identifiers([pair for pair in own if pair not in holders])
    told.versions(list(_versions(facts, own)))
    told.save()
    return paper


def _same_title(
    holders: dict[tuple[str, str], Paper], near: Paper | None, facts: Facts
) -> Paper | None:
    """A paper that may be the same work by its identifiers, and is by its title."""
    others = [*holders.values(), *([near] if near is not None else [])]
    same = identifiers.title_key(facts.title)
    return next((one for one in others if one.is_public and one.title_key == same), None)


def _new(facts: Facts, now: datetime) -> Paper:
    if not facts.title:
        raise Apart
    return Paper.objects.create(
        title=facts.title, title_key=identifiers.title_key(facts.title), is_public=True,
        created_at=now,
        sources={"title": {"source": facts.source, "at": (facts.fetched_at or now).isoformat()}},
    )  # fmt: skip


def _publish(paper: Paper, facts: Facts) -> bool:
    """Make a paper that was entered with a report public, if what was typed agrees with the source,
    as an import does (registry/importing/load.py): with the source's words, not the reporter's."""
    names = join_names(author.name for author in facts.authors)
    if not provenance.same(paper.title, facts.title) or (
        paper.names and not provenance.same(paper.names, names)
    ):
        return False
    paper.is_public, paper.title, paper.title_key = (
        True, facts.title, identifiers.title_key(facts.title),
    )  # fmt: skip
    paper.venue, paper.year, paper.abstract, paper.url = "", None, "", ""
    paper.sources = None
    paper.save()
    return True


class _Telling:
    """What one source adds to a locked paper."""

    def __init__(self, paper: Paper, source: str, at: datetime, pinned: bool) -> None:
        self.paper, self.source, self.at, self.pinned = paper, source, at, pinned
        self.sources: provenance.Sources = dict(paper.sources or {})
        self.changed: set[str] = set()

    def _takes(self, field: str, value: Any) -> bool:
        return provenance.tell(
            self.sources, field, getattr(self.paper, field), value, source=self.source,
            at=self.at, pinned=self.pinned,
        )  # fmt: skip

    def _added(self, field: str) -> None:
        provenance.added(self.sources, field, source=self.source, at=self.at)

    def facts(self, facts: Facts) -> None:
        """Columns, authors, and the link to code."""
        for field in ("title", "venue", "year", "abstract", "url"):
            value = getattr(facts, field)
            if self._takes(field, value):
                setattr(self.paper, field, value)
                self.changed.add(field)
        if "title" in self.changed:
            self.paper.title_key = identifiers.title_key(self.paper.title)
            self.changed.add("title_key")
        self._authors(facts)
        if facts.code:
            self._code(facts.code[0])

    def _authors(self, facts: Facts) -> None:
        names = [author.name for author in facts.authors]
        if self._takes("names", join_names(names)):
            self.paper.names = join_names(names)
            self.changed.add("names")
            self.paper.authors.all().delete()
            PaperAuthor.objects.bulk_create(
                PaperAuthor(paper=self.paper, position=position, name=one.name, orcid=one.orcid)
                for position, one in enumerate(facts.authors, 1)
            )
            return
        orcids = [author.orcid for author in facts.authors]
        rows = list(self.paper.authors.all()) if any(orcids) else []
        if len(rows) != len(names):
            return
        lacking = [
            (row, orcid)
            for row, name, orcid in zip(rows, names, orcids, strict=True)
            if orcid and not row.orcid and provenance.same(row.name, name)
        ]
        for row, orcid in lacking:
            row.orcid = orcid
        if lacking:
            PaperAuthor.objects.bulk_update([row for row, _ in lacking], ["orcid"])
            self._added("orcid")

    def _code(self, url: str) -> None:
        links = self.paper.shared_links or {}
        if Item.CODE in links:
            return
        link = {"url": url, "source": self.source, "at": self.at.isoformat()}
        self.paper.shared_links = links | {Item.CODE.value: link}
        if not set(words_of(Item.CODE)) & set(self.paper.shared):
            self.paper.shared = sorted([*self.paper.shared, word(Item.CODE, KNOWN[0])])
        self.changed |= {"shared_links", "shared"}
        self._added("code")

    def identifiers(self, pairs: Collection[tuple[str, str]]) -> None:
        """Those that no paper has yet."""
        Identifier.objects.bulk_create(
            Identifier(paper=self.paper, scheme=scheme, value=value) for scheme, value in pairs
        )
        if pairs:
            self._added("identifiers")

    def versions(self, told: Collection[PaperVersion]) -> None:
        """Those that are not known, and the dates that known ones lack."""
        known = {version.label: version for version in self.paper.versions.all()}
        new = []
        for version in told:
            before = known.get(version.label)
            if before is None:
                version.paper = self.paper
                new.append(version)
            elif before.released_on is None and version.released_on is not None:
                before.released_on = version.released_on
                before.url = before.url or version.url
                before.save(update_fields=["released_on", "url"])
        PaperVersion.objects.bulk_create(new)
        if new:
            self._added("versions")

    def save(self) -> None:
        """The columns that changed."""
        self.paper.sources = self.sources or None
        self.paper.save(update_fields=[*sorted(self.changed), "sources"])


def _versions(facts: Facts, own: dict[tuple[str, str], Found]) -> Iterator[PaperVersion]:
    """Versions as rows: those of arXiv are called as the report form calls them, and have pages."""
    on_arxiv = next((value for scheme, value in own if scheme == identifiers.ARXIV), "")
    for version in facts.versions[:MOST_VERSIONS]:
        label = f"arXiv {version.name}" if on_arxiv else version.name
        page = identifiers.url(identifiers.ARXIV, on_arxiv) + version.name if on_arxiv else ""
        yield PaperVersion(label=label[:LABEL_LENGTH], released_on=version.at, url=page)


def _keep_notices(facts: Facts, now: datetime) -> None:
    """What happened to the paper, and to others if the record is a notice."""
    said: dict[str, list[New]] = {}
    about = facts.identifiers[0] if facts.identifiers else None
    for mark in facts.marks:
        if about is not None and mark.kind in NOTICE_KINDS:
            who = WATCH if mark.said_by == WATCH else facts.source
            new = New(about.scheme, about.value, NOTICE_KINDS[mark.kind], mark.at, mark.notice)
            said.setdefault(who, []).append(new)
    for one in facts.notices:
        if one.kind in NOTICE_KINDS and about is not None:
            other = identifiers.parse(one.about)
            who = WATCH if one.said_by == WATCH else facts.source
            if other is not None:
                new = New(other.scheme, other.value, NOTICE_KINDS[one.kind], one.at, about.value)
                said.setdefault(who, []).append(new)
    for who, rows in said.items():
        notices.keep(rows, source=who, now=now)
