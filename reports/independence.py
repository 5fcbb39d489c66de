"""Which reports of a paper are independent of one another (product.md, section 5). Pure.

The same person counts once, and so does the same declared group: reports that are joined by either,
also through a third one, come from one party.
"""

import hashlib
import unicodedata
from collections.abc import Hashable, Iterable
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

SHORT = {
    "univ": "university", "inst": "institute", "dept": "department", "lab": "laboratory",
    "labs": "laboratory", "laboratories": "laboratory", "grp": "group",
}  # fmt: skip
"""What people shorten."""
SMALL = frozenset({"the", "of", "at", "for", "in", "and"})
"""Words that one writes and another leaves out."""
NOBODY = frozenset({
    "", "0", "no", "none", "no group", "no one", "nobody", "nil", "null", "na", "n a",
    "not applicable", "x", "me", "myself", "just me", "only me", "self", "alone", "personal",
    "private", "privately", "individual", "an individual", "independent", "independent researcher",
    "independent scientist", "freelance", "unaffiliated", "no affiliation", "anonymous", "unknown",
    "keine", "privat", "无", "無", "没有", "沒有", "个人", "個人", "本人", "独立", "独立研究者",
    "独立研究员",
})  # fmt: skip
"""What people write who have no group: no two of them belong together."""


def group_key(words: str) -> str:
    """By which declared groups are compared: equal for spellings of one name, empty for none.

    A hash of the normalised words, so that it can stay when the words are erased.
    """
    spelled = normalised(words)
    return hashlib.sha256(spelled.encode()).hexdigest() if spelled else ""


def normalised(words: str) -> str:
    """The name without case, accents, width, punctuation, small words and usual shortenings.

    Empty where nobody is named. The order of words counts: "Group of Ada" is not "Ada's Group".
    """
    letters = []
    for letter in unicodedata.normalize("NFKD", words).casefold():
        kind = unicodedata.category(letter)
        if unicodedata.combining(letter) or kind == "Cf":  # accents, and what cannot be seen
            continue
        letters.append(letter if kind[0] in "LNM" else "" if letter in "'’ʼ." else " ")
    plain = "".join(letters).split()
    if " ".join(plain) in NOBODY:
        return ""
    spelled = [SHORT.get(word, word) for word in plain if word not in SMALL]
    return " ".join(spelled or plain)


def parties(reports: Iterable[tuple[Name, int, str]]) -> dict[Name, int]:
    """The party of each report by its name, from (name, reporter, key of the declared group).

    A party is called by the smallest number of a reporter in it.
    """
    rows = list(reports)
    root: dict[Hashable, Hashable] = {}

    def top(one: Hashable) -> Hashable:
        while (above := root.setdefault(one, one)) != one:
            one = above
        return one

    for _, reporter, key in rows:
        if key:
            root[top(reporter)] = top(key)
    called: dict[Hashable, int] = {}
    for _, reporter, _ in rows:
        party = top(reporter)
        called[party] = min(reporter, called.get(party, reporter))
    return {name: called[top(reporter)] for name, reporter, _ in rows}
