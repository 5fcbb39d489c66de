"""The sources of metadata: where each is, how often it may be asked, where it may lead to.

Limits are those that the sources state, or slower: arXiv one request every three seconds over one
connection (info.arxiv.org/help/api/tou.html), Crossref's polite pool (crossref.org, “Access and
authentication”), DataCite 3,000 in five minutes (support.datacite.org), OpenAlex 100 a second,
Semantic Scholar one a second (semanticscholar.org/product/api); OpenReview states none.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

JSON = ("application/json", "application/vnd.api+json")
XML = ("application/atom+xml", "application/xml", "text/xml")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A site that is asked."""

    name: str
    setting: str
    """The setting that names its base address."""
    pause: float
    """Seconds from one request to the next, of all processes together."""
    alone: bool = False
    """Whether one request has to end, and the pause after it, before the next begins."""
    hosts: tuple[str, ...] = ()
    """Where else it may lead to, besides the host of its base address."""
    kinds: tuple[str, ...] = JSON
    """Media types in which it answers."""
    unknown: tuple[int, ...] = (404, 410)
    """Statuses by which it says that it does not know a work."""

    @property
    def base(self) -> str:
        """The base address without a slash at its end."""
        return str(getattr(settings, self.setting)).rstrip("/")

    def may_lead_to(self, url: str) -> bool:
        """Whether a redirect to `url` is followed: the same server, or a named host over https."""
        try:
            here, there = urlsplit(self.base), urlsplit(url)
            port = there.port
        except ValueError:
            return False
        if (there.scheme, there.netloc) == (here.scheme, here.netloc):
            return True
        named = {*self.hosts, here.hostname if here.scheme == "https" else ""}
        return (
            there.scheme == "https" and port in (None, 443) and "@" not in there.netloc
            and (there.hostname or "") in named - {"", None}
        )  # fmt: skip


ARXIV = Source(
    name="arXiv", setting="ARXIV_API", pause=3, alone=True, kinds=XML, unknown=(400, 404, 410),
    hosts=("arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org"),
)  # fmt: skip
CROSSREF = Source(name="Crossref", setting="CROSSREF_API", pause=0.2)
DATACITE = Source(name="DataCite", setting="DATACITE_API", pause=0.2)
OPENREVIEW = Source(name="OpenReview", setting="OPENREVIEW_API", pause=0.5, unknown=(400, 404, 410))
OPENREVIEW_BEFORE = Source(
    name="OpenReview", setting="OPENREVIEW_FIRST_API", pause=0.5, unknown=(400, 404, 410)
)
"""Its first API has what was submitted until 2023."""
SEMANTIC_SCHOLAR = Source(
    name="Semantic Scholar", setting="SEMANTIC_SCHOLAR_API", pause=1.1, unknown=(400, 404, 410)
)
OPENALEX = Source(name="OpenAlex", setting="OPENALEX_API", pause=0.1)
