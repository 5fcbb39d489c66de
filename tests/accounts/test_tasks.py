"""The sweeps of accounts."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import clear_expired_sessions

pytestmark = pytest.mark.django_db


def test_a_session_that_ended_is_deleted_with_what_was_typed_in_it() -> None:
    now = timezone.now()
    for key, ends in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="x", expire_date=ends)
    clear_expired_sessions.apply()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
