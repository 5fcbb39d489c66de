"""OpenReview's API, of 2023 on and before (docs.openreview.net, “Using the API”).

`authorids` are never read: many are addresses of mail. An abstract is kept only where the note is
under CC0, CC BY or CC BY-SA.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from registry import identifiers
from registry.identifiers import Found
from registry.sources import pieces
from registry.sources.asking import ask
from registry.sources.errors import Nonsense, NotKnown
from registry.sources.facts import Facts, Kind, Mark
from registry.sources.source import OPENREVIEW, OPENREVIEW_BEFORE

_OPEN = re.compile(r"CC0\b|CC[ -]BY(?:-SA)?(?:[ -]\d|$)", re.I)
_CODE = re.compile(
    r"(?:source_?)?code(?:_?(?:url|link|repository|base))?|github(?:_?(?:url|link))?|software", re.I
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What OpenReview says of a forum, asking its newer API first. Raises SourceError."""
    params = {"id": identifier.value}

    def of_this(answer: bytes) -> Facts:
        return read(answer, about=identifier.value)

    try:
        facts = ask(OPENREVIEW, "/notes", about=identifier.value, read=of_this,
                    within=within / 2, params=params)  # fmt: skip
    except NotKnown:
        facts = ask(OPENREVIEW_BEFORE, "/notes", about=identifier.value, read=of_this,
                    within=within / 2, params=params)  # fmt: skip
    return facts.fetched(timezone.now())


def read(answer: bytes | Mapping[str, Any], *, about: str = "this paper") -> Facts:
    """The paper of an answer of either API. Raises NotKnown where there is none, and Nonsense."""
    stated = pieces.json_object(answer, OPENREVIEW.name)
    if not isinstance(stated.get("notes"), list):
        raise Nonsense(OPENREVIEW.name, "it has no list of notes")
    notes = pieces.records(stated["notes"])
    papers = [note for note in notes if note.get("forum", note.get("id")) == note.get("id")]
    if not papers:  # nothing, or a review of a paper
        raise NotKnown(OPENREVIEW.name, about)
    return _paper(papers[0])


def _paper(note: Mapping[str, Any]) -> Facts:
    own = identifiers.parse(f"openreview:{pieces.text(note.get('id'), 60)}")
    if own is None:
        raise Nonsense(OPENREVIEW.name, "a note has no id")
    content = {name: _value(value) for name, value in pieces.record(note.get("content")).items()}
    licence = pieces.text(note.get("license"), 60)
    abstract = pieces.text(content.get("abstract"), pieces.ABSTRACT_LENGTH)
    title = pieces.words(content.get("title"))
    return Facts(
        source=OPENREVIEW.name,
        title=title,
        authors=pieces.authors(
            pieces.author(name)
            for name in pieces.items(content.get("authors"), 20_000)
            if name != "Anonymous"
        ),
        abstract=abstract if _OPEN.match(licence) else "",
        venue=pieces.venue(content.get("venue"), content.get("venueid")),
        year=_year(note, content),
        identifiers=(own,),
        also=pieces.found(content.get("html"), content.get("doi"), content.get("arxiv")),
        marks=_withdrawn(note, content),
        hints=pieces.hints(title),
        code=_code(content, abstract),
        licence=licence,
        url=identifiers.url(own.scheme, own.value),
    )


def _value(stated: object) -> object:
    """A field of a note: `{"value": ...}` since 2023, the value itself before."""
    return stated.get("value") if isinstance(stated, dict) else stated


def _year(note: Mapping[str, Any], content: Mapping[str, object]) -> int | None:
    """The year in the name of the venue, or in which it was published or submitted."""
    for name in ("venue", "venueid"):
        if found := _YEAR.search(pieces.text(content.get(name), 300)):
            return pieces.year(found[0])
    days = (pieces.day_of_millis(note.get(name)) for name in ("pdate", "cdate", "tcdate"))
    return next((day.year for day in days if day), None)


def _withdrawn(note: Mapping[str, Any], content: Mapping[str, object]) -> tuple[Mark, ...]:
    """A mark where the authors took the submission back; when is not told."""
    invitations = [*pieces.items(note.get("invitations")), note.get("invitation")]
    stated = [content.get("venue"), content.get("venueid"), *invitations]
    said = [text for one in stated if "withdrawn" in (text := pieces.text(one, 300)).lower()]
    if content.get("withdrawal") == "Confirmed":
        said.append("withdrawal: Confirmed")
    return tuple(
        Mark(kind=Kind.WITHDRAWN, said_by=OPENREVIEW.name, words=words) for words in said[:1]
    )


def _code(content: Mapping[str, object], abstract: str) -> tuple[str, ...]:
    named = [pieces.link(value) for name, value in content.items() if _CODE.fullmatch(name)]
    return tuple(dict.fromkeys([*filter(None, named), *pieces.code_links(abstract)]))
