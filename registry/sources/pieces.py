"""Pieces of an answer, each of the type and length that it should have, or empty. Pure.

An answer is anybody's JSON: what has another type is passed over, and never an error.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from registry import identifiers
from registry.cleaning import clean
from registry.identifiers import Found
from registry.importing.records import (
    MOST_AUTHORS,
    NAME_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
    VENUE_LENGTH,
    YEARS,
)
from registry.sources.errors import Nonsense
from registry.sources.facts import Author
from registry.sources.readable import readable

ABSTRACT_LENGTH = 20_000
MOST = 1000
"""Members of any list but the authors."""
CODE_HOSTS = (
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "huggingface.co",
    "codeocean.com", "colab.research.google.com", "gitee.com",
)  # fmt: skip
_ORCID = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.I)
_WEB = re.compile(r"https?://[^\s<>\"'{}|\\^`]+", re.I)
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)", re.I)


def json_object(answer: bytes | Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The object that an answer is. Raises Nonsense."""
    if not isinstance(answer, bytes):
        return answer
    try:
        read = json.loads(answer.decode("utf-8"))
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Nonsense(source, "it is not the JSON that was promised") from None
    if not isinstance(read, dict):
        raise Nonsense(source, "it is not an object")
    return read


def text(value: object, longest: int = TITLE_LENGTH) -> str:
    """`value` on one line if it is text, cut to `longest`; else nothing."""
    if not isinstance(value, str):
        return ""
    return cut(clean(value[: 4 * longest]), longest)


def words(value: object, longest: int = TITLE_LENGTH) -> str:
    """The same, with HTML, MathML, LaTeX and entities made readable."""
    return cut(readable(value[: 20 * longest]), longest) if isinstance(value, str) else ""


def cut(value: str, longest: int) -> str:
    """`value`, with an ellipsis at its end if it is longer."""
    return value if len(value) <= longest else value[: longest - 1] + "…"


def record(value: object) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object, most: int = MOST) -> list[Any]:
    """`value` if it is a list, else an empty one; at most so many members."""
    return value[:most] if isinstance(value, list) else []


def records(value: object, most: int = MOST) -> list[Mapping[str, Any]]:
    """The objects in a list."""
    return [one for one in items(value, most) if isinstance(one, dict)]


def first(value: object) -> object:
    """The first member of a list, or nothing; text that stands there without a list is it, too."""
    if isinstance(value, str):
        return value
    return value[0] if isinstance(value, list) and value else None


def venue(*stated: object) -> str:
    """The first of these that names one."""
    return next(filter(None, (words(one, VENUE_LENGTH) for one in stated)), "")


def author(name: object, orcid: object = "") -> Author | None:
    """Somebody with a name; None without one."""
    shown = words(name, NAME_LENGTH)
    return Author(name=shown, orcid=orcid_of(orcid)) if shown.strip(" ,.;") else None


def authors(found: Iterable[Author | None]) -> tuple[Author, ...]:
    """Those who have a name, in order."""
    return tuple(one for one in found if one)[:MOST_AUTHORS]


def given_first(name: str) -> str:
    """`Ada Winter` of `Winter, Ada`; a name without one comma as it is."""
    family, comma, given = name.partition(",")
    if not comma or "," in given:
        return name
    return f"{given.strip()} {family.strip()}".strip()


def orcid_of(value: object) -> str:
    """An ORCID iD whose check digit is right (ISO 7064, MOD 11-2); else nothing."""
    match = _ORCID.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not match[1].isascii():
        return ""
    digits = match[1].upper().replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    right = digits[-1] == ("X" if check == 10 else str(check)) and digits.strip("0X")
    return match[1].upper() if right else ""


def year(value: object) -> int | None:
    """A year, as a number or at the beginning of text; None for what can be none."""
    if isinstance(value, str) and re.match(r"\d{4}(?!\d)", value, re.A):
        value = int(value[:4])
    if isinstance(value, int) and not isinstance(value, bool) and value in YEARS:
        return value
    return None


def day(value: object) -> date | None:
    """A day, from ISO 8601 in text; in UTC where it has a zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except OverflowError:
        return None


def day_of_millis(value: object) -> date | None:
    """A day, from milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def found(*stated: object) -> tuple[Found, ...]:
    """The identifiers that these are, each once, without what is none."""
    read = [identifiers.parse(one[:1000]) for one in stated if isinstance(one, str)]
    return tuple(dict.fromkeys(one for one in read if one))


def doi(value: object) -> str:
    """A DOI in its one spelling; arXiv's own too. Nothing for what is none."""
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        return identifiers.normalise(identifiers.DOI, value[:1000])
    except identifiers.Malformed:
        return ""


def link(value: object) -> str:
    """A web address, or nothing."""
    shown = value.strip() if isinstance(value, str) else ""
    return shown if len(shown) <= URL_LENGTH and _WEB.fullmatch(shown) else ""


def code_links(*texts: object) -> tuple[str, ...]:
    """The addresses in these texts that lead to hosts of code, each once."""
    links = []
    for one in texts:
        for match in _WEB.finditer(one[:100_000]) if isinstance(one, str) else ():
            url = match[0].rstrip(".,;:!?)]*$")
            host = _HOST.match(url)
            name = host[1].lower() if host else ""
            if any(name == known or name.endswith(f".{known}") for known in CODE_HOSTS):
                links.append(url)
    return tuple(dict.fromkeys(one for one in links if len(one) <= URL_LENGTH))


_RETRACTION = re.compile(
    r"\W*(?P<word>retracted(?: (?:article|paper|chapter))?|withdrawn|removed|withdrawal|"
    r"retraction(?: notice)?|notice of retraction|expression of concern)\s*[:\]—–-]",
    re.I,
)


def hints(title: str) -> tuple[str, ...]:
    """A sentence where a title says by itself that the paper was retracted or the like."""
    match = _RETRACTION.match(title)
    if match is None:
        return ()
    return (f"The title begins with “{match['word']}”. That alone is no notice.",)
