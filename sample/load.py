"""Loads the sample once, whole or not at all, and never into a registry of real papers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from registry.importing.load import load as import_records
from registry.models import Paper
from sample.play import play
from sample.stories import SOURCE, papers, people, stories

TURN = 7_265_002  # the advisory lock by which two that load at once take turns


class Refused(Exception):
    """The sample does not belong here. The text is a sentence for the person."""


def load(*, clock: Callable[[], datetime]) -> bool:
    """Load the sample as of now; False, and nothing changed, if it is here already."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        if Paper.objects.filter(source_key__startswith=f"{SOURCE}:").exists():
            return False
        if Paper.objects.exists():
            raise Refused(
                "This database holds papers that are not of the sample, and made-up papers are "
                "never mixed into a registry. Use an empty database for the sample."
            )
        if not settings.MAIL_STAYS_HERE:
            raise Refused(
                "The sample writes to made-up people, and mail goes to a real server here. "
                "Point EMAIL_URL at a server on this machine."
            )
        now = clock()
        told = stories()
        began = now - max(story.ago for story in told) - timedelta(days=7)
        records = papers()
        import_records(list(records.values()), began)
        known = {paper.source_key: paper for paper in Paper.objects.all()}
        play(
            told,
            people={name: _person(dict(row), began) for name, row in people().items()},
            papers={name: known[record.source_key] for name, record in records.items()},
            now=now,
        )
    return True


def _person(row: dict[str, str], began: datetime) -> User:
    """The account; somebody who signed in with its address before becomes this person."""
    email, moderates = row.pop("email"), bool(row.pop("moderates", False))
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, date_joined=began)
    for name, value in row.items():
        setattr(user, name, value)
    user.is_staff = user.is_staff or moderates
    user.save()
    return user
