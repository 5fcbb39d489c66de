"""The identifier that a web address of a resolver, archive or publisher names. Pure."""

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from registry import schemes
from registry.schemes import ENDING, Found

WEB = re.compile(r"(?:https?:)?//", re.I)
_BARE_HOST = re.compile(
    r"(?:(?:www|dx|export|pubmed\.ncbi\.nlm\.nih|api)\.)?(?:doi\.org|arxiv\.org|openreview\.net|"
    r"aclanthology\.org|aclweb\.org|gov|semanticscholar\.org|openalex\.org)/",
    re.I,
)
_DOI_HOST = re.compile(r"(?:www\.)?(?:dx\.)?doi\.[a-z.]+", re.I)
_PREFIXES = re.compile(r"(?:(?:urn:|info:)?doi\s*[:/]\s*|urn:|info:)*", re.I)
_DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/.+)$")
_TAIL = re.compile(
    r"(?:/(?:full|abstract|pdf|epdf|meta|html|references|citations?|fulltext|summary|tables|figures"
    r"|suppl(?:_file|ementary-material)?(?:/.*)?)|(?<=\d)v\d+(?:\.(?:full|abstract)[-.\w]*)?)$",
    re.I,
)
_NATURE = re.compile(r"/articles/([a-z]*\d[\w.-]*)$")
_ARXIV_MIRRORS = {
    "alphaxiv.org", "huggingface.co", "scirate.com", "arxiv-vanity.com", "ar5iv.org",
    "paperswithcode.com", "emergentmind.com", "semanticscholar.org", "arxiv.gg", "deeplearn.org",
}  # fmt: skip

_HINTS = (
    "10.", "10%2e", "doi.", "arxiv", "ar5iv", "openreview", "acl", "pubmed", "openalex",
    "nature.com", *sorted(_ARXIV_MIRRORS),
)  # fmt: skip
"""What stands in every address that `read` takes an identifier from; most others have none."""


def names_none(text: str) -> bool:
    """Whether `text` is a web address that names no identifier, told without taking it apart."""
    if WEB.match(text) is None:
        return False
    lower = text.lower()
    return not any(hint in lower for hint in _HINTS)


def split(text: str) -> SplitResult | None:
    """`text` as a web address, or None; a well-known host needs no https:// before it."""
    if WEB.match(text):
        address = text if text[0] != "/" else f"https:{text}"
    elif _BARE_HOST.match(text):
        address = f"https://{text}"
    else:
        return None
    try:
        return urlsplit(address)
    except ValueError:  # a broken IPv6 host
        return None


def read(parts: SplitResult) -> Found | None:
    """The identifier that the address names, if it names one."""
    host = (parts.netloc.rpartition("@")[2].partition(":")[0]).lower().removeprefix("www.")
    path = unquote(parts.path)
    pieces = [piece for piece in path.split("/") if piece]
    if _DOI_HOST.fullmatch(host) or host.startswith(("doi.", "dx.doi.")):
        bare = path.strip("/")
        return schemes.doi(schemes.tidy(bare[_at(_PREFIXES, bare) :]))
    if host == "arxiv.org" or host.endswith((".arxiv.org", "ar5iv.org")):
        return schemes.arxiv(ENDING.sub("", "/".join(pieces[1:])))
    if host.removeprefix("api2.").removeprefix("api.") == "openreview.net":
        wanted = pieces in (["forum"], ["pdf"], ["attachment"], ["notes"])
        return schemes.openreview(parse_qs(parts.query).get("id", [""])[0]) if wanted else None
    if host in ("aclanthology.org", "aclweb.org", "aclanthology.info"):
        return next((found for piece in reversed(pieces) if (found := schemes.acl(piece))), None)
    return _other(host, path, pieces, parts.query)


def _other(host: str, path: str, pieces: list[str], query: str) -> Found | None:
    last = pieces[-1] if pieces else ""
    if host == "pubmed.ncbi.nlm.nih.gov" or (
        host.endswith("ncbi.nlm.nih.gov") and "pubmed" in pieces
    ):
        return schemes.pmid(last)
    if host.endswith("semanticscholar.org") and (found := schemes.s2(last)):
        return found
    if host.endswith("openalex.org"):
        return schemes.openalex(last)
    if host in _ARXIV_MIRRORS and (found := schemes.arxiv(ENDING.sub("", last))):
        return found
    if host == "nature.com" and (match := _NATURE.match(path)):
        return schemes.doi(schemes.tidy(f"10.1038/{ENDING.sub('', match[1])}"))
    if (match := _DOI_IN_PATH.search(path)) or (
        match := _DOI_IN_PATH.search(f"/{parse_qs(query).get('id', [''])[0]}")
    ):
        return schemes.doi(schemes.tidy(_TAIL.sub("", ENDING.sub("", match[1].rstrip("/")))))
    return None


def _at(pattern: re.Pattern[str], text: str) -> int:
    """How long the beginning of `text` is that fits."""
    match = pattern.match(text)
    return match.end() if match else 0
