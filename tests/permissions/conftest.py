"""One world for all tests of who may see and do what."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tests.conftest import plain_static
from tests.permissions.world import World, build, open_browsers

SETTINGS = {
    **plain_static(),
    # What one test remembers is forgotten with its cookies, and other tests remember nothing of it.
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "permissions",
        }
    },
}


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once and undone at the end; every test undoes what it does."""
    logging.disable(logging.CRITICAL)  # of the thousands of pages that are "Not Found"
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(**SETTINGS),
    ):
        made = build()
        with time_machine.travel(made.now, tick=False):
            open_browsers(made)
        yield made
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(built: World) -> Iterator[World]:
    """The world, at the moment at which everybody looks at it; what they asked before does not
    count."""
    cache.clear()
    with time_machine.travel(built.now, tick=False):
        yield built
