"""Mail forgets whom it went to when the address itself is deleted."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services import erase_all
from notifications.letters import write_letters
from notifications.models import Email
from notifications.retention import forget_recipients
from reports import retention
from tests.everything import places_of
from tests.notifications.builders import DAY, NOW, queue
from tests.reports.states import Life, make_moderator, make_reporter, reach

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def sent(name: str) -> Life:
    """A life whose letters, to the reporter and to authors, were all accepted."""
    life = reach(name, reporter=make_reporter(), moderator=make_moderator())
    write_letters(now=life.now)
    Email.objects.update(state="accepted", accepted_at=life.now, ended_at=life.now)
    return life


@pytest.mark.parametrize("name", ["lapsed", "published", "answered", "removed, once public"])
def test_no_copy_of_an_authors_address_is_left(name: str) -> None:
    life = sent(name)
    address = life.mark("address")
    assert "notifications.email.recipient" in places_of(address)
    now = life.now + YEAR
    assert forget_recipients(now=now) == 0  # the addresses go first
    retention.forget_addresses(now=now)
    assert forget_recipients(now=now) > 0
    assert places_of(address, life.mark("source")) == set()
    assert forget_recipients(now=now) == 0


def test_the_record_stays_and_the_reporters_letters_keep_their_address() -> None:
    life = sent("lapsed")
    columns = ("key", "kind", "state", "accepted_at", "contact", "letter")
    record = list(Email.objects.order_by("pk").values_list(*columns))
    retention.forget_addresses(now=life.now + YEAR)
    forget_recipients(now=life.now + YEAR)
    assert list(Email.objects.order_by("pk").values_list(*columns)) == record
    to_reporter = Email.objects.filter(user=life.reporter)
    assert set(to_reporter.values_list("recipient", flat=True)) == {life.reporter.email}


def test_letters_about_a_new_question_keep_their_address() -> None:
    life = sent("unasked")
    life.now += YEAR
    retention.forget_addresses(now=life.now)
    life.now += DAY
    life.ask_again()
    write_letters(now=life.now)
    life.hand_over()
    life.answer()
    retention.forget_addresses(now=life.now + YEAR - DAY)
    Email.objects.filter(state="queued").update(state="failed", ended_at=life.now, reason="x")
    forget_recipients(now=life.now + YEAR - DAY)
    assert (
        Email.objects.filter(recipient=f"new-{life.mark('address')}@authors.example").count() == 1
    )


def test_a_letter_that_still_waits_is_not_touched() -> None:
    life = sent("lapsed")
    Email.objects.filter(kind="notice").update(state="queued", accepted_at=None, ended_at=None)
    retention.forget_addresses(now=life.now + YEAR)
    forget_recipients(now=life.now + YEAR)
    assert Email.objects.filter(kind="notice", recipient="").count() == 0


def test_sign_in_mail_is_deleted_after_thirty_days() -> None:
    old = queue(state="accepted", accepted_at=NOW, ended_at=NOW, raw=None)
    waiting = queue()
    assert forget_recipients(now=NOW + 30 * DAY) == 0
    assert forget_recipients(now=NOW + 31 * DAY) == 1
    assert list(Email.objects.values_list("pk", flat=True)) == [waiting.pk]
    assert not Email.objects.filter(pk=old.pk).exists()


def test_a_limit_holds() -> None:
    for _ in range(3):
        queue(state="failed", ended_at=NOW, reason="x")
    assert forget_recipients(now=NOW + 31 * DAY, limit=2) == 2
    assert forget_recipients(now=NOW + 31 * DAY, limit=2) == 1


# --- who erases their account ---------------------------------------------------------------


def test_who_erased_their_account_gets_no_letter_and_is_in_none() -> None:
    life = sent("lapsed")
    email = life.reporter.email
    sign_in = queue(recipient=email.upper())
    waiting = Email.objects.filter(user=life.reporter).first()
    assert waiting is not None
    Email.objects.filter(pk=waiting.pk).update(state="queued", accepted_at=None, ended_at=None)
    erase_all(user_id=life.reporter.pk, keep_published=True, now=life.now)
    assert places_of(email) == set()
    for row in (sign_in, waiting):
        row.refresh_from_db()
        assert (row.state, row.raw, row.reason) == ("cancelled", None, "the account was erased")


def test_a_letter_on_its_way_at_that_moment_is_cleared_by_the_sweep() -> None:
    life = sent("lapsed")
    row = Email.objects.filter(user=life.reporter).first()
    assert row is not None
    Email.objects.filter(pk=row.pk).update(
        state="sending", lease="0" * 32, leased_until=life.now, accepted_at=None, ended_at=None
    )
    erase_all(user_id=life.reporter.pk, keep_published=True, now=life.now)
    row.refresh_from_db()
    assert (row.state, row.recipient) == ("sending", life.reporter.email)
    Email.objects.filter(pk=row.pk).update(
        state="accepted", lease=None, leased_until=None, accepted_at=life.now, ended_at=life.now
    )
    assert forget_recipients(now=life.now) == 1
    row.refresh_from_db()
    assert row.recipient == ""


def test_what_somebody_got_as_an_author_is_not_theirs_to_erase_as_a_reporter() -> None:
    life = sent("lapsed")
    author = life.report.addresses.all()[0].email
    other = User.objects.create_user(author)
    before = Email.objects.filter(recipient=author).count()
    erase_all(user_id=other.pk, keep_published=True, now=life.now)
    assert Email.objects.filter(recipient=author).count() == before > 0


def test_the_authors_are_told_of_the_withdrawal_and_the_reporter_is_not() -> None:
    life = sent("asking")
    Email.objects.all().delete()
    erase_all(user_id=life.reporter.pk, keep_published=True, now=life.now)
    write_letters(now=life.now)
    assert sorted(Email.objects.values_list("kind", "user")) == [("withdrawn", None)] * 2
