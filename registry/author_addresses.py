"""E-mail addresses on the first pages of a paper, and whose they are. Pure.

They are proposed to a person who looks at each. A wrong address is worse than none: what can be
read in two ways, and what stands for an address (`firstname.lastname@`), is told of and left out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from registry.addresses_in_text import MOST, Place, places
from registry.author_names import BOTH, FAMILY, GIVEN, INITIALS, MOST_NAMES, Owner, owner
from registry.mail_addresses import NotWhole, whole
from registry.nobody import nobody_reads

BESIDE = "the name stands before it on its line"
WEAK = (FAMILY, GIVEN, INITIALS, "")

NO_ROLE = "an office or a list reads there, not an author"
PATTERN = "this is a pattern that stands for an address, and no address"
BROKEN = "it is divided at the end of a line, and it cannot be told what belongs to it"
GLUED = "it has grown together with what stands beside it"
LETTERS = "a letter before it is none that addresses have"
LOOSE = "it may be no address: there is space within it, and no author is named so"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An address, and whose it is."""

    address: str
    position: int | None
    """The author's, from 1; None where it cannot be told."""
    how: str
    """How it was told, in words: “family name and initial”; empty where nobody was found."""
    among: tuple[int, ...] = ()
    """Authors who may be meant, where there are several."""
    page: int
    line: int
    """Where it stands, both counted from 1; empty lines do not count."""
    guessed: bool = False
    """It was printed otherwise, and is likely to be this."""
    printed: str = ""
    """As it was printed, where it was read as something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """What looks like an address and is not proposed."""

    text: str
    why: str
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All of some pages, in their order; each address once."""

    addresses: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]


def find(pages: Sequence[str], names: Sequence[str], *, first: int = 1) -> Findings:
    """The addresses on `pages`, of which the `first` has that number, for the authors in order."""
    found: dict[str, Found] = {}
    left: dict[str, LeftOut] = {}
    everywhere = (
        one
        for number, page in enumerate(pages, first)
        for place in places(page)
        for one in _at_place(place, _Where(number, place.line), names)
    )
    for one in islice(everywhere, MOST):
        if isinstance(one, LeftOut):
            left.setdefault(one.text.lower(), one)
            continue
        known = found.get(one.address.lower())
        if known is None or (known.position is None and one.position is not None):
            found[one.address.lower()] = one
    rest = (one for text, one in left.items() if text not in found)
    return Findings(tuple(found.values()), tuple(rest))


@dataclass(frozen=True, slots=True)
class _Where:
    page: int
    line: int

    def left_out(self, text: str, why: str) -> LeftOut:
        return LeftOut(text=text[:200], why=why, page=self.page, line=self.line)


def _at_place(place: Place, where: _Where, names: Sequence[str]) -> Iterator[Found | LeftOut]:
    for local in place.locals.parts:
        one = _one(local, place, where, names)
        if isinstance(one, Found) and not place.locals.grouped:
            one = _looked_around(one, local, place.before, where, names)
            if isinstance(one, Found) and place.apart and one.how in WEAK:
                one = where.left_out(one.address, LOOSE)
        yield one


_TEMPLATE = frozenset({
    "first", "last", "firstname", "lastname", "given", "givenname", "family", "familyname",
    "surname", "name", "forename", "fullname", "initial", "firstinitial", "middle", "vorname",
    "nachname", "prenom", "nom", "user", "username", "userid", "login", "authorname", "author",
    "xxx"
})  # fmt: skip
_ROLES = frozenset({
    "info", "office", "contact", "editor", "editors", "editorial", "support", "help",
    "helpdesk", "hotline", "admin", "secretary", "secretariat", "sekretariat", "permissions",
    "reprints", "subscriptions", "journals", "press", "sales", "service", "services",
    "webmaster", "library", "enquiries", "inquiries", "questions", "feedback", "noreply",
    "newsletter", "marketing", "jobs", "careers", "privacy", "copyright", "legal", "team"
})  # fmt: skip
_BETWEEN = frozenset(["e", "mail", "email", "address", "corresponding", "author", "contact"])
"""Words that may stand between a name and its address."""
_MARK = re.compile(r"\d(?=[A-Za-z]{2})|(?:e-?mail|mail)[._-]?(?=[A-Za-z])", re.I)


def _one(local: str, place: Place, where: _Where, names: Sequence[str]) -> Found | LeftOut:
    """What one name before the @ comes to."""
    domain = place.domain
    if place.locals.broken or domain.broken:
        return where.left_out(f"{local}@{domain.printed}", BROKEN)
    if place.locals.foreign:
        return where.left_out(f"{local}@{domain.name}", LETTERS)
    if place.glued:
        return where.left_out(f"{local}@{domain.name}", GLUED)
    whose, read = owner(local, names), local
    if mark := _MARK.match(local):
        without = owner(local[mark.end() :], names)
        if len(without.positions) == 1:
            whose, read = without, local[mark.end() :]
    if why := _no_person(read, domain.name, whose):
        return where.left_out(f"{local}@{domain.name}", why)
    try:
        address = whole(f"{read}@{domain.name}")
    except NotWhole:
        return where.left_out(f"{local}@{domain.name}", "its spelling is none that addresses have")
    guessed = read != local or domain.printed != domain.name
    alone = whose.positions[0] if len(whose.positions) == 1 else None
    return Found(
        address=address,
        position=alone,
        how=whose.how if alone else "",
        among=() if alone else whose.positions,
        page=where.page,
        line=where.line,
        guessed=guessed,
        printed=f"{local}@{domain.printed}" if guessed else "",
    )


def _no_person(local: str, domain: str, whose: Owner) -> str:
    """Why no author reads at the address; empty where one may."""
    if whose.positions and whose.how not in (INITIALS, ""):
        return ""  # an author may be called Press
    parts = [part for part in re.split(r"[._-]", local.lower()) if part]
    if parts and all(part in _TEMPLATE for part in parts):
        return PATTERN
    if nobody_reads(f"{local}@{domain}"):
        return NO_ROLE
    return NO_ROLE if parts and {parts[0], parts[-1]} & _ROLES else ""


def _looked_around(
    found: Found, local: str, before: str, where: _Where, names: Sequence[str]
) -> Found | LeftOut:
    """With what the text before an address says: that it began on the line before, or whose it is.

    Of several who may be meant, only one of them.
    """
    earlier, end, line = before.rpartition("\n")
    if end and not line.strip() and (word := re.search(r"([a-z]+)\.\s*\Z", earlier[-80:])):
        whole_word = owner(f"{word[1]}.{local}", names)
        if whole_word.how == BOTH and found.how != BOTH:  # ada.⏎muster@, or the end of a sentence
            return where.left_out(f"{word[1]}. {found.address}", BROKEN)
    if found.position is not None:
        return found
    text = _comparable(line)
    named = {}
    for position, name in enumerate(names[:MOST_NAMES], 1):
        plain = _comparable(name)
        if len(plain) > 1 and plain in text:
            named[position] = text.rpartition(plain)[2]
    if len(named) != 1:
        return found
    ((position, between),) = named.items()
    words = set(re.findall(r"[a-z]+", between))
    if len(between) > 40 or not words <= _BETWEEN or (found.among and position not in found.among):
        return found
    return replace(found, position=position, how=BESIDE, among=())


@lru_cache(maxsize=2 * MOST_NAMES)
def _comparable(text: str) -> str:
    plain = "".join(c for c in text if unicodedata.category(c) not in ("Lm", "No"))
    return " ".join(unicodedata.normalize("NFKC", plain).split()).casefold()
