"""Who decides, and what the races need."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from tests.reports import inquiries
from tests.reports.racing import PROOF, print_table


@pytest.fixture
def moderator(db: None) -> User:
    return inquiries.make_moderator()


@pytest.fixture
def moderators() -> tuple[User, User]:
    return inquiries.make_moderator(), inquiries.make_moderator()


@pytest.fixture(scope="module")
def race_table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say what happened, once the races of a file are run (`make proof`)."""
    yield
    if PROOF:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print_table()
