"""The sample, loaded once for all tests of this folder and rolled back after them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from sample.load import load

NOW = datetime(2026, 4, 14, 15, 20, tzinfo=UTC)  # a Tuesday


@pytest.fixture(scope="package")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """The moment as of which the sample is loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load(clock=lambda: NOW)
        yield NOW
        transaction.set_rollback(True)
