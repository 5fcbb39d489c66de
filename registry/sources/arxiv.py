"""arXiv's search API: Atom, of one paper or of many (info.arxiv.org/help/api/user-manual.html).

Metadata of arXiv, abstracts among it, are CC0 (info.arxiv.org/help/api/tou.html). An answer tells
when the first version appeared and when the one that it describes; those between only arxiv_oai.py
and DataCite tell.
"""

import re
from datetime import date

from django.utils import timezone

from registry import identifiers
from registry.identifiers import Found
from registry.sources import pieces, trees
from registry.sources.asking import ask
from registry.sources.errors import Nonsense, NotKnown
from registry.sources.facts import Facts, Kind, Mark, Version
from registry.sources.source import ARXIV
from registry.sources.trees import Element, say, says

_WHAT = (
    r"(?:paper|article|manuscript|submission|preprint|work|note|draft|version|e-?print|thesis)s?"
)
_WITHDRAWN = re.compile(
    rf"(?:\b(?:this|the|our)\s+)?\b{_WHAT}\s+(?:\w+\s+)?(?:has|have|had|is|was)\s+"
    rf"(?:now\s+)?(?:been\s+)?(?:temporarily\s+)?withdrawn\b"
    rf"|\b(?:I|we)\s+(?:have\s+)?with(?:draw|drew|drawn)\s+(?:this|the|our)\s+{_WHAT}"
    r"|^\W*(?:paper\s+|temporarily\s+)?withdrawn\b"
    r"|\bwithdrawn\s+(?:by|from)\s+(?:the\s+|its\s+)?(?:authors?|arxiv|submitters?)",
    re.I,
)
_EARLIER = re.compile(
    r"\b(?:earlier|previous|prior|first|older|original|another|companion|v\d+)\b", re.I
)
_SENTENCE = re.compile(r"[.;!]\s+")
_BEGINNING = 200
"""Characters of an abstract that may say it: later ones speak of other papers."""


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What arXiv says of an arXiv id. Raises SourceError."""
    wanted = identifier.value + identifier.version

    def only(answer: bytes) -> Facts:
        facts = read(answer, about=wanted)
        if facts.identifiers[0].value != identifier.value:
            raise Nonsense(ARXIV.name, "it is about another paper")
        return facts

    params = {"id_list": wanted, "max_results": "1"}
    facts = ask(ARXIV, "/query", about=wanted, read=only, within=within, params=params)
    return facts.fetched(timezone.now())


def read(answer: bytes, *, about: str = "this paper") -> Facts:
    """The first paper of a feed. Raises NotKnown for a feed without papers, and Nonsense."""
    papers = read_feed(answer)
    if not papers:
        raise NotKnown(ARXIV.name, about)
    return papers[0]


def read_feed(answer: bytes) -> list[Facts]:
    """All papers of a feed, in its order; a reported error is none. Raises Nonsense."""
    feed = trees.tree(answer, ARXIV.name)
    if feed.tag != "feed":
        raise Nonsense(ARXIV.name, "it is not the feed that was promised")
    return [facts for facts in map(_entry, feed.findall("entry")) if facts]


def _entry(entry: Element) -> Facts | None:
    own = identifiers.parse(say(entry, "id"))
    if own is None or own.scheme != identifiers.ARXIV:
        return None
    first, last = pieces.day(say(entry, "published")), pieces.day(say(entry, "updated"))
    comment = pieces.text(say(entry, "comment"))
    abstract = pieces.text(say(entry, "summary"), pieces.ABSTRACT_LENGTH)
    title = pieces.words(say(entry, "title"))
    journal_doi = pieces.doi(say(entry, "doi"))
    return Facts(
        source=ARXIV.name,
        kind="preprint",
        title=title,
        authors=pieces.authors(pieces.author(name) for name in says(entry, "author/name")),
        abstract=abstract,
        venue=pieces.venue(say(entry, "journal_ref")),
        year=first.year if first else None,
        versions=_versions(own.version, first, last),
        identifiers=(own,),
        also=pieces.found(journal_doi),
        marks=withdrawn(comment, abstract, last),
        hints=pieces.hints(title),
        code=pieces.code_links(comment, abstract),
        url=identifiers.url(own.scheme, own.value),
    )


def _versions(newest: str, first: date | None, last: date | None) -> tuple[Version, ...]:
    """The first version, and the one described; nothing is known of those between."""
    versions = [Version(name="v1", at=first)] if first else []
    if newest and newest != "v1":
        versions.append(Version(name=newest, at=last))
    return tuple(versions)


def withdrawn(comment: str, abstract: str, at: date | None) -> tuple[Mark, ...]:
    """The mark of a paper whose comment or beginning of the abstract says that it is withdrawn.

    arXiv has no field for it: a withdrawn paper is a new version that says so.
    """
    for words in (comment, abstract[:_BEGINNING]):
        if any(_says_so(sentence) for sentence in _SENTENCE.split(words)):
            shown = pieces.cut(words, 300)
            return (Mark(kind=Kind.WITHDRAWN, said_by=ARXIV.name, at=at, words=shown),)
    return ()


def _says_so(sentence: str) -> bool:
    """Whether it says that this paper is withdrawn, and not another one or an earlier version."""
    return bool(_WITHDRAWN.search(sentence)) and not _EARLIER.search(sentence)
