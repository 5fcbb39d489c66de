"""Is this one of the authors, by what people say about themselves. Pure."""

from collections.abc import Iterable

Author = tuple[str, str]
"""A name as it stands on the paper, and an ORCID iD; empty where it is not known."""


def folded(name: str) -> str:
    """A name as it is compared: without case, with single spaces."""
    return " ".join(name.split()).casefold()


def is_among(authors: Iterable[Author], *, name: str, orcid: str) -> bool:
    """Whether a person of that name and ORCID iD is one of the authors.

    Two different iDs are two persons, whatever their names.
    """
    for author, known in authors:
        if orcid and known:
            if orcid == known:
                return True
        elif name and folded(name) == folded(author):
            return True
    return False
