"""Is this the same paper; how is an identifier spelled. Pure.

Spellings: DOI in lower case without a resolver (ISO 26324: ASCII case does not count); arXiv as
`1706.03762` or `cs/0101001`, the version apart (arxiv.org/help/arxiv_identifier); OpenReview's
forum id as it is; ACL Anthology as `P17-1001` or `2020.acl-main.1`.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from idutils.normalizers import normalize_arxiv

DOI, ARXIV, OPENREVIEW, ACL = "doi", "arxiv", "openreview", "acl"
LONGEST = 300  # characters, as the column has them


class Malformed(ValueError):
    """No identifier of that scheme; the text is a sentence that says what a good one looks like."""


@dataclass(frozen=True)
class Found:
    """An identifier in its one spelling; `version` is `v2` or empty."""

    scheme: str
    value: str
    version: str = ""


EXAMPLES = {
    DOI: "A DOI looks like 10.18653/v1/P17-1001 or https://doi.org/10.18653/v1/P17-1001.",
    ARXIV: "An arXiv id looks like 1706.03762, 1706.03762v5 or cs/0101001.",
    OPENREVIEW: "An OpenReview id looks like rJXMpikCZ, or https://openreview.net/forum?id=rJXMpikCZ.",
    ACL: "An ACL Anthology id looks like P17-1001 or 2020.acl-main.1.",
}

_DOI = re.compile(r"10\.\d{3,9}(?:[.:][0-9a-z]+)*/\S+", re.I)
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|"
    "nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|supr-con"
)
_ARXIV = re.compile(
    rf"(?:(?:(?:{_ARCHIVES})(?:\.[a-z]{{2}})?/)?\d\d(?:0[1-9]|1[0-2])\.\d{{4,5}}"
    rf"|(?:{_ARCHIVES})(?:\.[a-z]{{2}})?/\d\d(?:0[1-9]|1[0-2])\d{{3}})(?P<version>v[1-9]\d{{0,2}})?",
    re.I | re.ASCII,
)
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{6,30}", re.ASCII)
_ACL = re.compile(
    r"(?P<id>[A-Za-z]\d\d-\d{4}|\d{4}\.[A-Za-z0-9_]+-[A-Za-z0-9]+\.\d+)(?P<version>v[1-9]\d?)?",
    re.ASCII,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.I)
_ACL_DOI = re.compile(r"10\.(?:18653|3115)/v1/(.+)")
_PREFIX = re.compile(r"(?:urn:|info:)?(doi|arxiv|openreview|acl)\s*[:/]\s*|urn:", re.I)
_WEB = re.compile(r"(?:https?:)?//", re.I)
_BARE_HOST = re.compile(
    r"(?:(?:www|dx|export)\.)?(?:doi\.org|arxiv\.org|openreview\.net|aclanthology\.org|aclweb\.org)/",
    re.I,
)
_DOI_HOST = re.compile(r"(?:www\.)?(?:dx\.)?doi\.[a-z.]+", re.I)
_DOI_PATH = re.compile(r"/(?:doi|article|chapter|book|content/pdf)/(?:[a-z]+/)?(?=10\.)", re.I)
_ENDING = re.compile(r"\.(?:pdf|bib|html?|xml)$", re.I)
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def _tidy(text: str) -> str:
    """`text` without control characters, surrounding space and quotes, and prose punctuation."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if not text.isprintable():
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    text = text.strip().lstrip("\"'“‘«(<[{ ")
    while text:
        last = text[-1]
        closes_nothing = last in _PAIRS and text.count(last) > text.count(_PAIRS[last])
        if not (closes_nothing or last in ".,;:!?'\"”’»。，、；：" or last.isspace()):
            break
        text = text[:-1]
    return text


def _doi(text: str) -> Found | None:
    if not _DOI.fullmatch(text) or len(text) > LONGEST:
        return None
    arxiv = _ARXIV_DOI.fullmatch(text)
    if arxiv and (found := _arxiv(arxiv[1])):
        return found
    # Only ASCII case folds; other letters keep theirs.
    return Found(DOI, "".join(c.lower() if c.isascii() else c for c in text))


def _arxiv(text: str) -> Found | None:
    match = _ARXIV.fullmatch(text.strip("/"))
    if match is None:
        return None
    version = (match["version"] or "").lower()
    bare = match[0][: len(match[0]) - len(version)]
    return Found(ARXIV, normalize_arxiv(bare.lower()).removeprefix("arXiv:"), version)


def _openreview(text: str) -> Found | None:
    return Found(OPENREVIEW, text) if _OPENREVIEW.fullmatch(text) else None


def _acl(text: str) -> Found | None:
    match = _ACL.fullmatch(_ENDING.sub("", text.strip("/")))
    if match is None:
        return None
    name = match["id"]
    return Found(ACL, name.upper() if name[0].isalpha() else name.lower(), match["version"] or "")


_READERS: dict[str, Callable[[str], Found | None]] = {
    DOI: _doi,
    ARXIV: _arxiv,
    OPENREVIEW: _openreview,
    ACL: _acl,
}


def _split(text: str) -> SplitResult | None:
    """`text` as a web address, or None."""
    if _WEB.match(text):
        address = text if text[0] != "/" else f"https:{text}"
    elif _BARE_HOST.match(text):
        address = f"https://{text}"
    else:
        return None
    try:
        return urlsplit(address)
    except ValueError:  # a broken IPv6 host
        return None


def _from_url(parts: SplitResult) -> Found | None:
    """The identifier that a web address of a resolver, archive or publisher names."""
    host = (parts.netloc.rpartition("@")[2].partition(":")[0]).lower()
    path = unquote(parts.path)
    if _DOI_HOST.fullmatch(host) or host.startswith(("doi.", "dx.doi.")):
        bare = _PREFIX.sub("", path.strip("/"), count=2)
        return _doi(_tidy(bare))
    if host == "arxiv.org" or host.endswith((".arxiv.org", "ar5iv.labs.arxiv.org", "ar5iv.org")):
        _, _, rest = path.strip("/").partition("/")
        return _arxiv(_ENDING.sub("", rest))
    if host.removeprefix("www.").removeprefix("api.") == "openreview.net":
        if path.strip("/") not in ("forum", "pdf", "attachment"):
            return None
        return _openreview(parse_qs(parts.query).get("id", [""])[0])
    if host.removeprefix("www.") in ("aclanthology.org", "aclweb.org", "aclanthology.info"):
        for piece in reversed(path.strip("/").split("/")):
            if found := _acl(piece):
                return found
        return None
    if place := _DOI_PATH.match(path):
        return _doi(_tidy(_ENDING.sub("", path[place.end() :])))
    return None


def parse(text: str) -> Found | None:
    """The identifier that `text` is: a bare one, one with a prefix, or a web address of it.

    A bare OpenReview id looks like a word, so it is found only with its prefix or address.
    """
    text = _tidy(text)
    if (parts := _split(text)) is not None:
        return _from_url(parts)
    prefix = _PREFIX.match(text)
    if prefix is not None:
        rest = text[prefix.end() :]
        if prefix[1] is None:
            return parse(rest) if rest.startswith(("10.", "doi")) else None
        return _READERS[prefix[1].lower()](_PREFIX.sub("", rest, count=1))
    return _doi(text) or _arxiv(text) or _acl(text)


def read(scheme: str, text: str) -> Found:
    """`text`, said to be of `scheme`, as an identifier; an arXiv DOI is read as the arXiv id.

    Raises Malformed.
    """
    tidied = _tidy(text)
    found = _READERS[scheme](tidied) or parse(tidied)
    if found is None or (found.scheme != scheme and (scheme, found.scheme) != (DOI, ARXIV)):
        shown = tidied if len(tidied) <= 80 else f"{tidied[:80]}…"
        raise Malformed(f"“{shown}” is not one we can read. {EXAMPLES[scheme]}")
    return found


def normalise(scheme: str, text: str) -> str:
    """The one spelling of an identifier of `scheme`; idempotent. Raises Malformed."""
    found = read(scheme, text)
    return found.value if found.scheme == scheme else f"10.48550/arxiv.{found.value}"


def implied(found: Found) -> Found | None:
    """The ACL Anthology id that an ACL DOI is made of: good for a look-up, not for storing.

    The Anthology itself has DOIs that name the id of a neighbour (W17-4004 has .../w17-4007).
    """
    match = _ACL_DOI.fullmatch(found.value) if found.scheme == DOI else None
    return _acl(match[1]) if match else None


def url(scheme: str, value: str) -> str:
    """The public web address of a normalised identifier."""
    if scheme == DOI:
        return "https://doi.org/" + quote(value, safe="/:;()@!$'*,=~-._")
    if scheme == ARXIV:
        return f"https://arxiv.org/abs/{value}"
    if scheme == OPENREVIEW:
        return f"https://openreview.net/forum?id={value}"
    return f"https://aclanthology.org/{value}/"


# --- titles -----------------------------------------------------------------------------
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|tt|sc|scp|span|mml:[a-z]+)(?:\s[^<>]*)?>", re.I
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_LETTERS = {"ss": "ss", "o": "o", "l": "l", "ae": "ae", "oe": "oe", "aa": "a", "i": "i", "j": "j"}
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j"})
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def _command(match: re.Match[str]) -> str:
    """What is left of a LaTeX command: the letter that it stands for, or nothing."""
    name = match[1]
    if (letter := _LETTERS.get(name.lower())) is not None:
        return letter
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.removeprefix('var').upper()}")
    except KeyError:
        return ""


def fold(title: str) -> str:
    """`title` reduced to its letters and digits: no accents, case, spaces, markup or LaTeX."""
    if "<" in title:
        title = _MARKUP.sub("", title)
    if "\\" in title:
        title = _COMMAND.sub(_command, title)
    if title.isascii():
        return _NOT_PLAIN.sub("", title.lower())
    title = unicodedata.normalize("NFKD", title).casefold().translate(_FOLDED)
    return "".join(
        c for c in unicodedata.normalize("NFKD", title)
        if not "\u0300" <= c <= "\u036f" and unicodedata.category(c)[0] in "LNM"
    )  # fmt: skip


def title_key(title: str) -> str:
    """Equal for titles that differ in accents, case, punctuation, markup only; 32 hex digits.

    A title of symbols alone keeps them, so that not all of those are one.
    """
    folded = fold(title) or "=" + " ".join(title.split())
    return hashlib.md5(folded.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
