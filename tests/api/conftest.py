"""No test leaves its rate limits to the next."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()
