"""Which of a paper's authors the part of an address before the @ is made of. Pure.

A wrong address is worse than none: where two authors may be meant, nobody is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.identifiers import fold

BOTH = "given name and family name"
INITIAL = "family name and initial"
FAMILY_INITIAL = "given name and initial of the family name"
FAMILY = "family name"
GIVEN = "given name"
INITIALS = "initials"
_ORDER = ((BOTH,), (INITIAL, FAMILY_INITIAL), (FAMILY, GIVEN), (INITIALS,))
"""The ways to make an address, the surest first."""

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PINYIN = str.maketrans({"ü": "v", "ǖ": "v", "ǘ": "v", "ǚ": "v", "ǜ": "v"})
_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el",
    "al", "bin", "ibn", "ten", "ter", "zu", "zum", "st"
})  # fmt: skip
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_LONGEST_NAME = 300
MOST_NAMES = 500
"""Authors that are looked at; papers of more give the address of their collaboration."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose address it is by its spelling."""

    positions: tuple[int, ...] = ()
    """From 1; one author, several that may be meant, or none."""
    how: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name in one order of its parts and one way to write its letters."""

    given: tuple[str, ...]
    families: tuple[str, ...]
    initials: str

    @property
    def givens(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(("".join(self.given), *self.given)))


def owner(local: str, names: Sequence[str]) -> Owner:
    """The author whose name `local` is made of: in any order, with or without accents."""
    tag_off = local.partition("+")[0]
    parts = [p for part in re.split(r"[._-]", tag_off) if (p := _letters(part))]
    letters = "".join(parts)
    if not letters:
        return Owner()
    ways = {
        position: ways
        for position, name in enumerate(names[:MOST_NAMES], 1)
        if (ways := [way for one in _readings(name) if (way := _way(letters, parts, one))])
    }
    for alike in _ORDER:
        found = [position for position, those in ways.items() if set(those) & set(alike)]
        if found:
            return Owner(tuple(found), next(way for way in ways[found[0]] if way in alike))
    return Owner()


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _way(letters: str, parts: list[str], name: _Reading) -> str:
    """How `letters` are made of the name; empty if they are not."""
    made = (
        (BOTH, _of_both),
        (INITIAL, _of_family_and_initials),
        (FAMILY_INITIAL, _of_given_and_initial),
    )
    for way, rule in made:
        if rule(letters, parts, name):
            return way
    if len(letters) > 1 and letters in name.families:
        return FAMILY
    if len(letters) > 1 and letters in name.givens:
        return GIVEN
    firsts = {f"{name.initials}{f[0]}" for f in name.families}
    firsts |= {f"{f[0]}{name.initials}" for f in name.families}
    return INITIALS if len(letters) > 2 and letters in firsts else ""


def _of_both(letters: str, parts: list[str], name: _Reading) -> bool:
    long_givens = [given for given in name.givens if len(given) > 1]
    if any(letters in (g + f, f + g) for g in long_givens for f in name.families):
        return True
    return any(f != g and {f, g} <= set(parts) for f in name.families for g in long_givens)


def _of_family_and_initials(letters: str, parts: list[str], name: _Reading) -> bool:
    if not name.initials:
        return False
    for family in name.families:
        if len(family) < 2:
            continue
        for rest in (letters.removeprefix(family), letters.removesuffix(family)):
            if rest != letters and rest in (name.initials[0], name.initials):
                return True
            # wangxm for Xiaoming: pinyin has an initial for each syllable.
            if rest != letters and 1 < len(rest) < 4 and any(_within(rest, g) for g in name.givens):
                return True
        if family in parts and len(parts) > 1 and parts[0] == name.initials[0]:
            return True  # a middle initial that the paper does not give
    return False


def _of_given_and_initial(letters: str, parts: list[str], name: _Reading) -> bool:
    return any(
        letters in (given + family[0], family[0] + given)
        for given in name.givens
        if len(given) > 1
        for family in name.families
    )


def _within(short: str, long: str) -> bool:
    """Whether `long` begins with the first letter of `short` and has the others in their order."""
    rest = iter(long)
    return long[:1] == short[:1] and all(letter in rest for letter in short)


@lru_cache(maxsize=2 * MOST_NAMES)
def _readings(name: str) -> tuple[_Reading, ...]:
    """The name in both orders, as printed first, with its accents as countries write them."""
    return tuple(dict.fromkeys(_each_reading(name[:_LONGEST_NAME])))


def _each_reading(name: str) -> Iterator[_Reading]:
    name = unicodedata.normalize("NFC", re.sub(r"[(\[（].*?[)\]）]", " ", name)).lower()
    family, comma, given = name.partition(",")
    if comma and given.strip() not in _SUFFIXES:
        name = f"{given} {family}"
    spellings = []
    for letters in dict.fromkeys((name, name.translate(_GERMAN), name.translate(_PINYIN))):
        words = [word for word in re.split(r"[\s.,·]+", letters) if fold(word).isalpha()]
        spellings.append([word for word in words if word not in _SUFFIXES])
    for words in spellings:
        if len(words) == 1:
            yield _Reading((), _folded(words), "")
        if len(words) > 1:
            yield _reading(words[:-1], words[-1:])
    for words in spellings:
        if len(words) > 1:
            yield _reading(words[1:], words[:1])


def _reading(given: list[str], family: list[str]) -> _Reading:
    particles: list[str] = []
    while len(given) > 1 and given[-1] in _PARTICLES:
        particles.insert(0, given.pop())
    families = [*family, "".join(particles + family)]
    if len(given) > 1:  # two family names, as in Spanish
        families += [given[-1] + family[0], given[-1]]
    initials = "".join(fold(part)[:1] for word in given for part in word.split("-"))
    return _Reading(_folded(given), _folded(families), _letters(initials))


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    folded = (_letters(fold(word)) for word in words)
    return tuple(dict.fromkeys(word for word in folded if word))
