"""A local server in place of all sources; nothing of one test is remembered in the next."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from registry.sources import asking, pace
from registry.sources.source import (
    ARXIV,
    CROSSREF,
    DATACITE,
    OPENALEX,
    OPENREVIEW,
    OPENREVIEW_BEFORE,
    SEMANTIC_SCHOLAR,
)
from tests.registry.sources.serving import Site, serving

PLACES = {
    ARXIV: "/arxiv", CROSSREF: "/crossref", DATACITE: "/datacite", OPENREVIEW: "/openreview",
    OPENREVIEW_BEFORE: "/openreview-first", SEMANTIC_SCHOLAR: "/s2", OPENALEX: "/openalex",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pace, "_next", {})
    monkeypatch.setattr(pace, "_rests", {})
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The server behind all base addresses; what is tried again is tried at once."""
    monkeypatch.setattr(asking, "BACK_OFF", (0.01, 0.02))
    with serving() as found:
        for source, place in PLACES.items():
            setattr(settings, source.setting, found.base + place)
        yield found
