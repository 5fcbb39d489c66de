"""The schemes of identifiers: the one spelling of each, and the address that it leads to. Pure.

DOI in lower case without a resolver (ISO 26324: ASCII case does not count); arXiv as `1706.03762`
or `cs/0101001`, the version apart (arxiv.org/help/arxiv_identifier); OpenReview's forum id as it
is; ACL Anthology as `P17-1001` or `2020.acl-main.1`; PMID in digits; ISBN in thirteen digits
(ISO 2108); Semantic Scholar as its 40 hexadecimal digits or as `corpusid:13756489`; OpenAlex as
`W2741809807`.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

DOI, ARXIV, OPENREVIEW, ACL = "doi", "arxiv", "openreview", "acl"
PMID, ISBN, S2, OPENALEX = "pmid", "isbn", "s2", "openalex"
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
    PMID: "A PubMed id looks like PMID: 28520842.",
    ISBN: "An ISBN looks like 978-0-262-03561-3.",
    S2: "A Semantic Scholar id looks like CorpusID:13756489, or is the end of the paper's address.",
    OPENALEX: "An OpenAlex id looks like W2741809807.",
}

_DOI = re.compile(r"10\.\d{3,9}(?:[.:][0-9a-z]+)*/\S+", re.I)
ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|"
    "nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|supr-con"
)
_ARXIV = re.compile(
    rf"(?:(?:(?:{ARCHIVES})(?:\.[a-z]{{2}})?/)?\d\d(?:0[1-9]|1[0-2])\.\d{{4,5}}"
    rf"|(?:{ARCHIVES})(?:\.[a-z]{{2}})?/\d\d(?:0[1-9]|1[0-2])\d{{3}})(?P<version>v[1-9]\d{{0,2}})?",
    re.I | re.ASCII,
)
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{6,30}", re.ASCII)
_ACL = re.compile(
    r"(?P<id>[A-Za-z]\d\d-\d{4}|\d{4}\.[A-Za-z0-9_]+-[A-Za-z0-9]+\.\d+)(?P<version>v[1-9]\d?)?",
    re.ASCII,
)
_PMID = re.compile(r"0{0,4}([1-9]\d{0,7})", re.ASCII)
_ISBN = re.compile(r"(?:97[89][- ]{0,2})?(?:\d[- ]{0,2}){9}[\dX]", re.I | re.ASCII)
_S2 = re.compile(r"[0-9a-f]{40}", re.I)
_CORPUS = re.compile(r"corpus[ _]?id:?\s*0*([1-9]\d{0,11})", re.I | re.ASCII)
_OPENALEX = re.compile(r"W[1-9]\d{3,11}", re.I | re.ASCII)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.I)
_ACL_DOI = re.compile(r"10\.(?:18653|3115)/v1/(.+)")
ENDING = re.compile(r"\.(?:pdf|bib|html?|xml)$", re.I)

_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def tidy(text: str) -> str:
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


def doi(text: str) -> Found | None:
    """A DOI; one of arXiv's own is read as the arXiv id."""
    if not _DOI.fullmatch(text) or len(text) > LONGEST:
        return None
    match = _ARXIV_DOI.fullmatch(text)
    if match and (found := arxiv(match[1])):
        return found
    if text.isascii():
        return Found(DOI, text.lower())
    # Only ASCII case folds; other letters keep theirs.
    return Found(DOI, "".join(c.lower() if c.isascii() else c for c in text))


def arxiv(text: str) -> Found | None:
    """An arXiv id, new or old."""
    match = _ARXIV.fullmatch(text.strip("/"))
    if match is None:
        return None
    version = (match["version"] or "").lower()
    bare = match[0][: len(match[0]) - len(version)]
    # Here: it compiles expressions for a third of a second, and few processes meet an arXiv id.
    from idutils.normalizers import normalize_arxiv

    return Found(ARXIV, normalize_arxiv(bare.lower()).removeprefix("arXiv:"), version)


def openreview(text: str) -> Found | None:
    """The id of a forum."""
    return Found(OPENREVIEW, text) if _OPENREVIEW.fullmatch(text) else None


def acl(text: str) -> Found | None:
    """An id of the ACL Anthology, old or new."""
    match = _ACL.fullmatch(ENDING.sub("", text.strip("/")))
    if match is None:
        return None
    name = match["id"]
    return Found(ACL, name.upper() if name[0].isalpha() else name.lower(), match["version"] or "")


def pmid(text: str) -> Found | None:
    """The number of a PubMed record."""
    match = _PMID.fullmatch(text.strip("/ "))
    return Found(PMID, match[1]) if match else None


def isbn(text: str) -> Found | None:
    """An ISBN of ten or thirteen digits whose check digit is right."""
    text = re.sub(r"[‐-―−]", "-", text.strip())
    if not _ISBN.fullmatch(text):
        return None
    digits = re.sub(r"[- ]", "", text).upper()
    if len(digits) == 10:
        weighed = sum(
            (10 - i) * (10 if digit == "X" else int(digit)) for i, digit in enumerate(digits)
        )
        if weighed % 11:
            return None
        digits = f"978{digits[:9]}"
        return Found(ISBN, digits + _check_digit(digits))
    if not digits.isdigit() or digits[-1] != _check_digit(digits[:12]):
        return None
    return Found(ISBN, digits)


def _check_digit(twelve: str) -> str:
    """The thirteenth digit (ISO 2108, annex A)."""
    return str(-sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(twelve)) % 10)


def s2(text: str) -> Found | None:
    """A paper at Semantic Scholar: by its digest, or by its number in the corpus."""
    if _S2.fullmatch(text):
        return Found(S2, text.lower())
    match = _CORPUS.fullmatch(text)
    return Found(S2, f"corpusid:{match[1]}") if match else None


def openalex(text: str) -> Found | None:
    """A work of OpenAlex."""
    return Found(OPENALEX, text.upper()) if _OPENALEX.fullmatch(text) else None


READERS: dict[str, Callable[[str], Found | None]] = {
    DOI: doi, ARXIV: arxiv, OPENREVIEW: openreview, ACL: acl,
    PMID: pmid, ISBN: isbn, S2: s2, OPENALEX: openalex,
}  # fmt: skip
"""By scheme, what reads a tidied text that is said to be of it."""


def implied(found: Found) -> Found | None:
    """The ACL Anthology id that an ACL DOI is made of: good for a look-up, not for storing.

    The Anthology itself has DOIs that name the id of a neighbour (W17-4004 has .../w17-4007).
    """
    match = _ACL_DOI.fullmatch(found.value) if found.scheme == DOI else None
    return acl(match[1]) if match else None


def url(scheme: str, value: str) -> str:
    """The public web address of a normalised identifier."""
    match scheme:
        case "doi":
            return "https://doi.org/" + quote(value, safe="/:;()@!$'*,=~-._")
        case "arxiv":
            return f"https://arxiv.org/abs/{value}"
        case "openreview":
            return f"https://openreview.net/forum?id={value}"
        case "acl":
            return f"https://aclanthology.org/{value}/"
        case "pmid":
            return f"https://pubmed.ncbi.nlm.nih.gov/{value}/"
        case "isbn":
            return f"https://openlibrary.org/isbn/{value}"
        case "s2" if value.startswith("corpusid:"):
            return f"https://api.semanticscholar.org/CorpusID:{value.removeprefix('corpusid:')}"
        case "s2":
            return f"https://www.semanticscholar.org/paper/{value}"
    return f"https://openalex.org/{value}"


def pdf_url(scheme: str, value: str) -> str:
    """Where the PDF of a normalised identifier is; empty where no rule leads to it."""
    if scheme == ARXIV:
        return f"https://arxiv.org/pdf/{value}"
    if scheme == OPENREVIEW:
        return f"https://openreview.net/pdf?id={value}"
    return f"https://aclanthology.org/{value}.pdf" if scheme == ACL else ""
