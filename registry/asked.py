"""Papers whose authors are being asked now, as far as everybody may know it.

The registry knows no reports: whoever keeps them says who tells (reports/apps.py), and tells
nothing unless the setting SHOW_OPEN_INQUIRIES is on (product.md, section 3).
"""

from collections.abc import Callable, Collection

Tell = Callable[[Collection[int]], set[int]]
"""Those of these papers of which a merged one, or they themselves, are being asked about."""


class _Asked:
    tell: Tell | None = None


def told_by(tell: Tell) -> None:
    """From now on `tell` says it."""
    _Asked.tell = tell


def among(papers: Collection[int]) -> set[int]:
    """Which of these papers authors are being asked about."""
    return _Asked.tell(papers) if _Asked.tell is not None and papers else set()
