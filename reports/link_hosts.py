"""Which links the site opens, to see whether they do: https, to hosts that are named. Pure.

Everything else is somebody's own computer for all we know, and is not asked.
"""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

HOSTS = (
    "github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht",
    "zenodo.org", "osf.io", "figshare.com", "dataverse.org", "datadryad.org", "huggingface.co",
    "kaggle.com", "arxiv.org", "openreview.net", "doi.org", "colab.research.google.com",
    "wandb.ai", "archive.org", "softwareheritage.org", "paperswithcode.com", "codeocean.com",
    "mybinder.org", "openml.org", "aclanthology.org",
)  # fmt: skip
"""What LINK_HOSTS is when nothing is set: hosts of code, data and papers, with their subdomains."""


def host_of(url: str, hosts: Collection[str]) -> str:
    """The named host that the address belongs to; empty if the site does not open it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() != "https" or port not in (None, 443) or "@" in parts.netloc:
        return ""
    return _named(parts, hosts)


def _named(parts: SplitResult, hosts: Collection[str]) -> str:
    name = (parts.hostname or "").rstrip(".")
    return next((host for host in hosts if name == host or name.endswith(f".{host}")), "")
