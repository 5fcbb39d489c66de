"""Who decides."""

import pytest

from accounts.models import User
from tests.reports import inquiries


@pytest.fixture
def moderator(db: None) -> User:
    return inquiries.make_moderator()


@pytest.fixture
def moderators() -> tuple[User, User]:
    return inquiries.make_moderator(), inquiries.make_moderator()
