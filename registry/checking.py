"""What the registry knows of the works that a bibliography names (product.md, section 9).

Never a false hit: a work is a paper here if it has one of its identifiers, or exactly its title and
either the year or an author agrees. What is near is only suggested. The number of queries does not
depend on the number of references, and only public papers are ever found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db import connection
from django.db.models import TextChoices

from registry import asked, identifiers, near_titles
from registry.bibliography.entry import Entry, NotUnderstood
from registry.identifiers import Found
from registry.models import Notice, Scheme, Standing

SAME_TITLE = 50
"""Papers of one title that are looked at, where hundreds have it."""
USUAL = 4
"""Papers a title over a whole bibliography; where it is more, hundreds have one of them."""
SHORT = 12
"""Letters of a title below which year and author must both agree: “Introduction” is many works."""

YEARS_APART = 3
"""Years that a preprint and its proceedings may lie apart."""


class Finding(TextChoices):
    """What is said of a reference, the weightiest first."""

    NO_ANSWER = "no_answer", "listed: no answer"
    CONFIRMED = "confirmed", "listed: confirmed by the authors"
    RETRACTED = "retracted", "retracted"
    DISPUTED = "disputed", "disputed"
    ANSWERED = "answered", "answered"
    PARTIAL_NO_ANSWER = "partial_no_answer", "matched in part, no answer"
    UNREACHED = "unreached", "authors could not be reached"
    RESOLVED = "resolved", "resolved"
    REPRODUCED = "reproduced", "reproduced"
    REPLICATED = "replicated", "replicated"
    ASKED = "asked", "authors are being asked"
    NOTHING = "nothing", "nothing known"
    NOT_UNDERSTOOD = "not_understood", "not understood"


LISTED = (Finding.NO_ANSWER, Finding.CONFIRMED)
ALARMING = (*LISTED, Finding.RETRACTED)
"""What a check ends with as a finding: exit code 1 of the console command."""
_LABELS = dict(Scheme.choices)
_WEIGHT = {value: number for number, value in enumerate(Finding.values)}
_GONE = (Notice.Kind.RETRACTED, Notice.Kind.WITHDRAWN)


class Known(NamedTuple):
    """A public paper, as a check shows it; merged ones are shown as their root."""

    id: int
    title: str
    names: str
    venue: str
    year: int | None
    standing: str
    report_count: int
    match_count: int

    @property
    def pk(self) -> int:
        """Its id, under the name that a row's template knows."""
        return self.id

    @property
    def author_names(self) -> list[str]:
        """The authors' names in order."""
        return self.names.split("; ") if self.names else []

    @property
    def said(self) -> str:
        """Its standing in words."""
        return Standing(self.standing).label


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A reference, and what is known of it."""

    entry: Entry | NotUnderstood
    finding: Finding
    paper: Known | None = None
    by: str = ""
    """What told that it is this paper, in words: “DOI 10.1234/abc”, “title and year”."""
    notices: Sequence[Notice] = ()
    near: Sequence[Known] = ()
    """Papers with a public report whose titles are nearly this one's."""

    @property
    def understood(self) -> bool:
        """Whether it could be read."""
        return isinstance(self.entry, Entry)


def check(entries: Iterable[Entry | NotUnderstood]) -> list[Checked]:
    """What is known of each, in their order."""
    entries = [_told_apart(entry) for entry in entries]
    read = [entry for entry in entries if isinstance(entry, Entry)]
    keys = {entry.title: identifiers.title_key(entry.title) for entry in read if entry.title}
    by_identifier = _by_identifier(read)
    by_title = _by_title(keys.values())
    notices = _notices(read)
    unknown: list[int] = []
    checked: list[Checked] = []
    for entry in entries:
        if isinstance(entry, NotUnderstood):
            checked.append(Checked(entry=entry, finding=Finding.NOT_UNDERSTOOD))
            continue
        same = by_title.get(keys.get(entry.title, ""), ())
        match = _best(entry, by_identifier, same)
        said = [one for found in entry.identifiers for one in notices.get(_pair(found), ())]
        one = _checked(entry, match, list({notice.pk: notice for notice in said}.values()))
        if one.finding == Finding.NOTHING and (others := _of_others(entry, same)):
            one = replace(one, near=others)
        if one.finding == Finding.NOTHING and one.paper is None and entry.title:
            unknown.append(len(checked))
        checked.append(one)
    _suggest(checked, unknown)
    _ask(checked)
    return checked


def _told_apart(entry: Entry | NotUnderstood) -> Entry | NotUnderstood:
    """An entry that names no work is not understood."""
    if isinstance(entry, NotUnderstood) or entry.title or entry.identifiers:
        return entry
    return NotUnderstood(
        line=entry.line,
        text=entry.text or entry.key,
        why="Neither a title nor an identifier can be told in this. Add its DOI or arXiv id.",
    )


@dataclass
class Counts:
    """How often each finding came, in words for a summary."""

    of: dict[Finding, int] = field(default_factory=dict)

    @classmethod
    def over(cls, checked: Iterable[Checked]) -> "Counts":
        """The counts of these, the weightiest first."""
        counted: dict[Finding, int] = defaultdict(int)
        for one in checked:
            counted[one.finding] += 1
        return cls({finding: counted[finding] for finding in Finding if counted[finding]})

    @property
    def total(self) -> int:
        """All references."""
        return sum(self.of.values())

    @property
    def listed(self) -> int:
        """Those on the list Not reproducible."""
        return sum(self.of.get(finding, 0) for finding in LISTED)

    @property
    def alarming(self) -> int:
        """Those that are listed or retracted."""
        return sum(self.of.get(finding, 0) for finding in ALARMING)


Match = tuple[Known, str]


class Titled(NamedTuple):
    """A public paper by its title, with the year and authors of the entry that has it."""

    known: Known
    year: int | None
    names: str


def _best(
    entry: Entry, by_identifier: dict[tuple[str, str], Known], same: Sequence[Titled]
) -> Match | None:
    """The paper of the entry; where its preprint and its proceedings are two papers here, the one
    of which more is said."""
    matches: list[Match] = []
    for found in entry.identifiers:
        for one in filter(None, (found, identifiers.implied(found))):
            if (known := by_identifier.get(_pair(one))) is not None:
                matches.append((known, f"{_LABELS[found.scheme]} {found.value}"))
    for titled in same:
        if any(titled.known.id == known.id for known, _ in matches):
            continue
        if agreed := _agrees(entry, titled):
            matches.append((titled.known, agreed))
    if len(matches) < 2:
        return matches[0] if matches else None
    return min(matches, key=lambda match: _WEIGHT.get(match[0].standing, 99))


def _of_others(entry: Entry, same: Sequence[Titled]) -> tuple[Known, ...]:
    """Papers with a public report and exactly this title, of other people or years."""
    told = {one.known.id: one.known for one in same if one.known.standing != Standing.NONE}
    if not told or len(identifiers.fold(entry.title)) < SHORT:
        return ()
    return tuple(told.values())[: near_titles.MOST]


def _agrees(entry: Entry, titled: Titled) -> str:
    """What agrees beside the exact title, in words; empty if too little does."""
    apart = None
    if entry.year is not None and titled.year is not None:
        apart = abs(entry.year - titled.year)
    same_author = _same_authors(entry.authors, titled.names.split("; ") if titled.names else ())
    if len(entry.title) < 2 * SHORT and len(identifiers.fold(entry.title)) < SHORT:
        return "title, author and year" if apart == 0 and same_author else ""
    if same_author and (apart is None or apart <= YEARS_APART):
        return "title and author"
    # Another author's work of the same title and year is not it.
    return "title and year" if apart == 0 and not (entry.authors and titled.names) else ""


def _same_authors(these: Sequence[str], those: Sequence[str]) -> bool:
    """Whether two family names agree, or the one where only one is named."""
    one, other = _families(these), _families(those)
    if _agree(one, other):  # most are spelt alike
        return True
    return _agree({*map(identifiers.fold, one)} - {""}, {*map(identifiers.fold, other)} - {""})


def _agree(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and len(one & other) >= min(2, len(one), len(other))


def _families(names: Sequence[str]) -> set[str]:
    words = (name.replace("-", " ").split() for name in names)
    return {parts[-1] for parts in words if parts and any(map(str.isalnum, parts[-1]))}


def _checked(entry: Entry, match: Match | None, notices: list[Notice]) -> Checked:
    known, by = match if match is not None else (None, "")
    finding = Finding.NOTHING
    if known is not None and known.standing != Standing.NONE:
        finding = Finding(known.standing)
    if any(notice.kind in _GONE for notice in notices) and finding not in LISTED:
        finding = Finding.RETRACTED
    return Checked(entry=entry, finding=finding, paper=known, by=by, notices=notices)


def _suggest(checked: list[Checked], unknown: list[int]) -> None:
    """Say which papers with a report have nearly the titles of those that are no papers here."""
    titles = [one.entry.title for i in unknown if isinstance((one := checked[i]).entry, Entry)]
    found = near_titles.near(titles)
    papers = _papers({paper for ids in found.values() for paper in ids})
    for number, ids in found.items():
        one = checked[unknown[number]]
        known = {paper.id for paper in (one.paper, *one.near) if paper is not None}
        more = [papers[paper] for paper in ids if paper in papers and paper not in known]
        checked[unknown[number]] = replace(one, near=(*one.near, *more)[: near_titles.MOST])


def _ask(checked: list[Checked]) -> None:
    """Say of which papers that have no public report the authors are being asked."""
    silent: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(checked):
        if one.paper is not None and one.finding == Finding.NOTHING:
            silent[one.paper.id].append(number)
    for paper in asked.among(silent):
        for number in silent[paper]:
            checked[number] = replace(checked[number], finding=Finding.ASKED)


# --- queries ----------------------------------------------------------------------------
# Most papers are merged into none, and then one row is read and not two.
_COLUMNS = ", ".join(
    f"CASE WHEN root.id IS NULL THEN paper.{name} ELSE root.{name} END" for name in Known._fields
)
_ROOT = "LEFT JOIN registry_paper AS root ON root.id = paper.root_id"
_SHOWN = "(root.id IS NULL OR root.is_public)"
_PAPER = f"SELECT title_key, root_id, {', '.join(Known._fields)} FROM registry_paper"  # noqa: S608
_AT_ONCE = f"({_PAPER} WHERE title_key = ANY(%s) AND is_public LIMIT %s)"
_ONE_BY_ONE = (  # takes twice as long
    "unnest(%s::text[]) AS asked(key) CROSS JOIN LATERAL"
    f" ({_PAPER} WHERE title_key = asked.key AND is_public"
    "  ORDER BY (standing = 'none'), id LIMIT %s)"
)
_TITLED = (
    f"SELECT {_SHOWN}, paper.title_key, paper.year, paper.names, {_COLUMNS}"  # noqa: S608
    f" FROM {{}} AS paper {_ROOT} ORDER BY paper.id"
)


def _pair(found: Found) -> tuple[str, str]:
    return found.scheme, found.value


def _by_identifier(entries: Sequence[Entry]) -> dict[tuple[str, str], Known]:
    """The public papers by the identifiers that the entries have."""
    values: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for found in entry.identifiers:
            values[found.scheme].add(found.value)
            if (also := identifiers.implied(found)) is not None:
                values[also.scheme].add(also.value)
    if not values:
        return {}
    # One index scan for each scheme: a join with an array of pairs reads the whole table.
    one = (
        f"SELECT named.scheme, named.value, {_COLUMNS} FROM registry_identifier AS named"  # noqa: S608
        f" JOIN registry_paper AS paper ON paper.id = named.paper_id AND paper.is_public {_ROOT}"
        f" WHERE named.scheme = %s AND named.value = ANY(%s) AND {_SHOWN}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([one] * len(values)),
            [part for scheme, some in values.items() for part in (scheme, list(some))],
        )
        return {(scheme, value): Known(*row) for scheme, value, *row in cursor.fetchall()}


def _by_title(keys: Collection[str]) -> dict[str, list[Titled]]:
    """The public papers by the key of their title."""
    found: dict[str, list[Titled]] = defaultdict(list)
    if not keys:
        return found
    titles = list(set(keys))
    most = USUAL * len(titles) + SAME_TITLE
    with connection.cursor() as cursor:
        cursor.execute(_TITLED.format(_AT_ONCE), [titles, most])
        rows = cursor.fetchall()
        if len(rows) == most:  # hundreds have one of these titles: not more than so many of each
            cursor.execute(_TITLED.format(_ONE_BY_ONE), [titles, SAME_TITLE])
            rows = cursor.fetchall()
    for shown, key, year, names, *row in rows:
        if shown:
            found[key].append(Titled(Known(*row), year, names))
    return found


def _papers(ids: set[int]) -> dict[int, Known]:
    """The public papers with a public report among these, by id."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT paper.id, {_COLUMNS} FROM registry_paper AS paper {_ROOT}"  # noqa: S608
            f" WHERE paper.id = ANY(%s) AND paper.is_public AND {_SHOWN}",
            [list(ids)],
        )
        found = {paper: Known(*row) for paper, *row in cursor.fetchall()}
    return {paper: known for paper, known in found.items() if known.standing != Standing.NONE}


def _notices(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Notice]]:
    """What publishers say of the works afterwards, by identifier."""
    values = {found.value for entry in entries for found in entry.identifiers}
    found: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    if values:
        for notice in Notice.objects.filter(value__among=values):
            found[notice.scheme, notice.value].append(notice)
    return found
