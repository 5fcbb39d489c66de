"""What is known about papers, and the public projection that pages and feeds read. One file a
subject.

The projection (standing, listings, counts) is written by `registry.listing` alone, in the
transaction that changes a standing; it holds public facts only.
"""

import registry.lookups  # noqa: F401 -- registers them
from registry.models.identifier import Bucket, Identifier, Scheme
from registry.models.listing import Ending, Ground, Listing, ListVersion
from registry.models.look_up import LookUp
from registry.models.near import NearTitle, Word
from registry.models.notice import Notice
from registry.models.paper import (
    Paper,
    PaperAuthor,
    PaperVersion,
    SearchDocument,
    Standing,
    weighed,
)

__all__ = [
    "Bucket",
    "Ending",
    "Ground",
    "Identifier",
    "ListVersion",
    "Listing",
    "LookUp",
    "NearTitle",
    "Notice",
    "Paper",
    "PaperAuthor",
    "PaperVersion",
    "Scheme",
    "SearchDocument",
    "Standing",
    "Word",
    "weighed",
]
