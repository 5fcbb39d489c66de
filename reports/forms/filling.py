"""What the form fills in by itself: a new form, what a search says, and a BibTeX entry."""

from django.utils.translation import gettext

from accounts.models import User
from registry import identifiers
from registry.importing.bibtex import Stated, read_one
from registry.selectors import find_papers, papers_of
from reports.drafts import Typed, first
from reports.forms.choice import BY_HAND
from reports.selectors import last_shown_as

KEPT = "What was typed stays: {}. To take it from the entry, empty it and fill in again."


def blank(*, form_key: str, user: User | None = None, paper: str = "", q: str = "") -> Typed:
    """What a new form has before anything is typed: a chosen `paper`, or a search for `q`.

    An identifier of no public paper stands ready where a paper is entered by hand; the name shown
    is the one of the person's last report.
    """
    typed: Typed = {"form_key": [form_key]}
    if user is not None and (shown_as := last_shown_as(user)):
        typed["shown_as"] = [shown_as]
    if paper:
        typed["paper"] = [paper]
    if q.strip():
        typed["q"] = [q]
        if identifiers.parse(q) is not None and not find_papers(q, limit=1):
            typed["identifiers"] = [q]
        typed = from_search(typed)
    return typed


def from_search(typed: Typed) -> Typed:
    """With the version that a pasted identifier names, where none was typed."""
    found = identifiers.parse(first(typed, "q")[:300])
    if found is None or not found.version or first(typed, "version").strip():
        return typed
    return typed | {"version": [_version(found.scheme, found.version)]}


def from_bibtex(typed: Typed) -> tuple[Typed, list[str]]:
    """With what the BibTeX entry says, and sentences about it; a paper that is known is chosen.

    What was typed stays. Raises `registry.importing.bibtex.Unreadable`.
    """
    stated = read_one(first(typed, "bibtex"))
    notes = list(stated.notes)
    filled = dict(typed)
    kept = []
    for name, value in _values(stated).items():
        before = first(typed, name).strip()
        if value and not before:
            filled[name] = [value]
        elif value and before != value:
            kept.append(name)
    if kept:
        notes.append(gettext(KEPT).format(", ".join(kept)))
    known = _known(stated)
    filled["paper"] = [str(known) if known is not None else BY_HAND]
    if known is not None:
        notes.append("A paper with this identifier is known here: it is chosen now.")
    return filled, notes


def _values(stated: Stated) -> dict[str, str]:
    return {
        "title": stated.title,
        "authors": "\n".join(stated.authors),
        "venue": stated.venue,
        "year": stated.year,
        "url": stated.url,
        "identifiers": "\n".join(stated.identifiers),
        "version": _version(identifiers.ARXIV, stated.version) if stated.version else "",
    }


def _known(stated: Stated) -> int | None:
    found = [one for text in stated.identifiers if (one := identifiers.parse(text)) is not None]
    papers = papers_of([(one.scheme, one.value) for one in found]).values()
    return next((paper.pk for paper in papers if paper.is_public), None)


def _version(scheme: str, version: str) -> str:
    return f"arXiv {version}" if scheme == identifiers.ARXIV else version
