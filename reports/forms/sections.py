"""The sections of the report form: their order, their fields, and how far each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, its title, and the fields of each form that stand in it."""

    anchor: str
    title: str
    main: tuple[str, ...] = ()
    rows: str = ""  # the kind of the repeated rows
    person: tuple[str, ...] = ()
    shared: bool = False  # the table of what is shared stands in it


SECTIONS = (
    Section(
        "paper",
        "The paper",
        ("q", "paper", "bibtex", "title", "authors", "venue", "year", "url", "identifiers"),
    ),
    Section(
        "tried",
        "What you tried",
        ("mode", "version", "again", "again_because", "summary", "code_url", "code_commit",
         "data_used", "environment", "hours", "familiarity", "differences"),
    ),
    Section("results", "Results", rows="claim"),
    Section(
        "outcome",
        "Outcome",
        ("outcome", "causes", "looked_for", "looked_where", "looked_when", "missing"),
        shared=True,
    ),
    Section("evidence", "Evidence", rows="evidence"),
    Section("authors", "The authors' addresses", ("no_address",), rows="address"),
    Section(
        "you",
        "You",
        ("shown_as", "group", "conflict", "licence"),
        person=("name", "affiliation", "orcid"),
    ),
)  # fmt: skip
HAND_FIELDS = ("bibtex", "title", "authors", "venue", "year", "url", "identifiers")
"""What is asked of a paper that is not known."""


@dataclass(frozen=True)
class Problem:
    """A sentence that says what to do, and the field or section it is about."""

    anchor: str
    label: str
    sentence: str


@dataclass(frozen=True)
class Progress:
    """A section, its number on the page, and what it lacks."""

    number: int
    section: Section
    problems: Sequence[Problem]

    @property
    def first(self) -> Problem | None:
        """Where to go on; None in a complete section."""
        return next(iter(self.problems), None)
