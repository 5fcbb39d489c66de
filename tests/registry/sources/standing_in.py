"""A server of this machine in place of all sources, for tests of what asks them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from pytest_django import Settings

from registry.sources import asking, pace
from tests.registry.sources.conftest import PLACES
from tests.registry.sources.serving import Site, serving


@contextmanager
def standing_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site may be asked for look-ups, without pauses between them; nothing is remembered."""
    monkeypatch.setattr(pace, "_next", {})
    monkeypatch.setattr(pace, "_rests", {})
    monkeypatch.setattr(pace, "_take", lambda *_: True)
    monkeypatch.setattr(asking, "BACK_OFF", (0.01, 0.02))
    settings.LOOK_UP = True
    cache.clear()
    with serving() as found:
        for source, place in PLACES.items():
            setattr(settings, source.setting, found.base + place)
        yield found
    cache.clear()
