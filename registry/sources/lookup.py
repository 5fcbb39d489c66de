"""Which source is asked for which identifier, in which order, within a time.

A source that is down is passed over; nothing of that is an error for whoever asks.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from registry import identifiers
from registry.identifiers import Found
from registry.sources import arxiv, crossref, datacite, openalex, openreview, semantic_scholar
from registry.sources.errors import NotKnown, SourceAway, SourceError
from registry.sources.facts import Facts

logger = logging.getLogger(__name__)
SHARE = 0.6
"""Of the time left that one source may take while another one could still be asked."""
SHORTEST = 0.3
"""Seconds below which nobody is asked any more."""
Ask = Callable[[float], Facts]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedUp:
    """What came of looking an identifier up."""

    facts: Facts | None
    again: bool = False
    """Whether a source has still to be asked, because it was down or the time was over."""
    again_at: datetime | None = None
    """Not before this moment, where a source said so."""
    said: tuple[str, ...] = ()
    """What sources said that gave nothing, as sentences."""


def look_up(identifier: Found, *, within: float = 5) -> Facts | None:
    """What is known of an identifier, in `within` seconds; None if nothing is, or not yet."""
    return look_into(identifier, within=within).facts


def look_into(identifier: Found, *, within: float = 5) -> LookedUp:
    """The same, with whether to go on later, and why. Takes `within` seconds; never raises."""
    until = time.monotonic() + within
    sources = list(_sources(identifier))
    away, moments, said = False, [], []
    for number, ask in enumerate(sources):
        left = until - time.monotonic()
        if left < SHORTEST:
            away = True
            break
        try:
            return LookedUp(facts=ask(left if number == len(sources) - 1 else left * SHARE))
        except SourceError as error:
            said.append(str(error))
            if not isinstance(error, NotKnown):
                away = True
            if isinstance(error, SourceAway) and error.until:
                moments.append(error.until)
        except Exception:  # our own fault, and no reason to lose what a person typed
            logger.exception("A source could not be read")
            away = True
    return LookedUp(
        facts=None, again=away, again_at=min(moments, default=None), said=tuple(said)
    )  # fmt: skip


def _sources(identifier: Found) -> Iterator[Ask]:
    """Whom to ask, in order."""
    scheme = identifier.scheme
    if scheme == identifiers.ARXIV:
        yield lambda within: arxiv.fetch(identifier, within=within)
        yield lambda within: datacite.fetch(identifier, within=within)
    elif scheme == identifiers.DOI:
        yield lambda within: crossref.fetch(identifier, within=within)
        yield lambda within: datacite.fetch(identifier, within=within)
    elif scheme == identifiers.OPENREVIEW:
        yield lambda within: openreview.fetch(identifier, within=within)
    elif scheme == identifiers.ACL:
        yield from _acl(identifier)
    elif scheme == identifiers.PMID:
        yield lambda within: openalex.fetch(identifier, within=within)
        yield lambda within: semantic_scholar.fetch(identifier, within=within)
    elif scheme == identifiers.OPENALEX:
        yield lambda within: openalex.fetch(identifier, within=within)
    elif scheme == identifiers.S2:
        yield lambda within: semantic_scholar.fetch(identifier, within=within)


def _acl(identifier: Found) -> Iterator[Ask]:
    """The DOI that an ACL id makes may be that of a neighbour: an answer has to name the id."""
    doi = identifiers.read(identifiers.DOI, f"10.18653/v1/{identifier.value}")

    def at_crossref(within: float) -> Facts:
        facts = crossref.fetch(doi, within=within)
        if identifier not in facts.identifiers:
            raise NotKnown(facts.source, identifier.value)
        return facts

    yield at_crossref
    yield lambda within: semantic_scholar.fetch(identifier, within=within)
    yield lambda within: openalex.fetch_acl(identifier, doi, within=within)
