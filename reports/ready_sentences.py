"""Ready sentences with which moderators return or decline a report; each is edited before it is
sent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """A reason in words for the reporter, in Markdown, under the title by which it is chosen."""

    key: str
    title: str
    text: str


RETURNING = (
    Sentence(
        "quote",
        "A claim is not quoted with its place",
        "Please quote each claim in the paper's own words, and name the table, figure or page "
        "where it stands.",
    ),
    Sentence(
        "version",
        "The version of the paper is not named",
        "Please name the version of the paper you worked with, such as arXiv v2 or the "
        "proceedings: numbers differ between versions.",
    ),
    Sentence(
        "evidence",
        "The evidence does not open",
        "We could not open this evidence: LINK. Please give a link that opens without an account, "
        "and that will stay.",
    ),
    Sentence(
        "intent",
        "The text says what the authors intended",
        "Please say what you did and what you obtained, and leave out what the authors may have "
        "known or intended: this passage does not. “PASSAGE”",
    ),
    Sentence(
        "looked_for",
        "It is not said what was looked for",
        "Please say what you looked for, where and when, and what was missing, so that others can "
        "look for it too.",
    ),
    Sentence(
        "reporter",
        "The reporter is not known to us",
        "Please connect your ORCID iD, or sign in with the address of your institution. The public "
        "and the authors may still read a pseudonym.",
    ),
    Sentence(
        "address",
        "The source of an address does not show it",
        "We did not find this author's address where you found it: ADDRESS. Please give a page "
        "that is open to everybody, such as the first page of the paper.",
    ),
    Sentence(
        "tolerance",
        "The tolerance is not justified",
        "Please say why a difference of this size matters: for example, the spread over seeds, or "
        "the gap to the next best method.",
    ),
)
DECLINING = (
    Sentence(
        "no_claim",
        "The claim is not in the paper",
        "We did not find this claim in the version you name, so there is nothing that the authors "
        "could be asked about.",
    ),
    Sentence(
        "not_an_attempt",
        "It is no attempt to reproduce a result",
        "This is a review or an opinion. The registry takes reports of what somebody tried and "
        "what came of it.",
    ),
    Sentence(
        "person",
        "It is about a person",
        "The report is about people and not about a result. The registry takes reports on results.",
    ),
)


def for_returning() -> Sequence[Sentence]:
    """The reasons to return a report."""
    return RETURNING


def for_declining(own_earlier: Sequence[int], site: str) -> Sequence[Sentence]:
    """The reasons to decline a report; first that it is a duplicate of one of `own_earlier`, the
    numbers of the same person's reports on the paper. `site` is the site's web address."""
    return (*(_duplicate(number, site) for number in own_earlier), *DECLINING)


def _duplicate(number: int, site: str) -> Sentence:
    return Sentence(
        f"duplicate-{number}",
        f"Duplicate of report {number}",
        f"This is a duplicate of your [report {number}]({site}/reports/{number}/) on the same "
        "paper. Each person's attempt at a paper counts once, so please go on there.",
    )
