"""The words of reports by which papers are filtered: how it was tried, and causes.

The registry knows no reports: whoever keeps them says which words there are (reports/apps.py).
"""

from collections.abc import Mapping


class _Words:
    modes: Mapping[str, str] = {}
    causes: Mapping[str, str] = {}


def are(*, modes: Mapping[str, str], causes: Mapping[str, str]) -> None:
    """From now on these are the words; each with what people read."""
    _Words.modes, _Words.causes = modes, causes


def modes() -> Mapping[str, str]:
    """Each mode, and what people read."""
    return _Words.modes


def causes() -> Mapping[str, str]:
    """Each cause, and what people read."""
    return _Words.causes
