"""What a provider tells about a letter: acted on once, on the right letter."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from notifications import tracking
from notifications.models import Email, ProviderEvent
from notifications.tracking import NotYet, TrackingFact, What, told
from reports.models import Contact, ReportEvent
from tests.notifications.builders import DAY, NOW, queue
from tests.notifications.sending import asked, send
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def letter(smtp_server: SmtpServer) -> Email:
    """A notice that the server took."""
    first, _ = asked()
    assert send() == 2
    return Email.objects.get(contact=first)


def event(email: Email, what: What = What.DELIVERED, **fields: object) -> TrackingFact:
    values: dict[str, Any] = {
        "what": what, "by": "Mailgun", "recipient": email.recipient,
        "message_id": email.message_id, "event_id": "e1", "at": NOW + HOUR,
    } | fields  # fmt: skip
    return TrackingFact(**values)


def log(email: Email) -> list[str]:
    """What the report's log says of letters to this author, after the hand-over."""
    events = ReportEvent.objects.filter(contact=email.contact, kind="letter_fact").order_by("pk")
    facts = [str(one.data["fact"]) for one in events if "fact" in one.data]
    return facts[facts.index("handed over") + 1 :]


def again(email: Email) -> tuple[Email, Contact]:
    email = Email.objects.select_related("letter__address", "contact").get(pk=email.pk)
    assert email.contact is not None
    return email, email.contact


def test_a_letter_that_was_delivered_is_told_once(letter: Email) -> None:
    assert told(event(letter), NOW + HOUR) == "delivered"
    assert told(event(letter), NOW + 2 * HOUR) == "told before"
    email, contact = again(letter)
    assert email.letter is not None
    assert (email.letter.delivered_at, contact.state) == (NOW + HOUR, "delivered")
    assert log(letter) == ["delivered"]


@pytest.mark.parametrize("what", [What.BOUNCED, What.REJECTED, What.FAILED])
def test_a_bad_address_ends_the_letter_and_the_address(letter: Email, what: What) -> None:
    told(event(letter, what, codes="550 5.1.1", address_is_bad=True), NOW + HOUR)
    email, contact = again(letter)
    assert email.letter is not None and email.letter.address is not None
    assert (email.state, email.bounced_at) == ("accepted", NOW + HOUR)
    assert (email.letter.failed_at, email.letter.address.dead_at) == (NOW + HOUR,) * 2
    assert contact.state == "failed"
    assert "550 5.1.1" in email.letter.reason
    assert letter.recipient not in email.letter.reason


def test_another_failure_has_the_letter_sent_again_once_however_often_it_is_told(
    letter: Email, smtp_server: SmtpServer
) -> None:
    full = event(letter, What.BOUNCED, codes="552 5.2.2")
    for _ in range(3):
        told(full, NOW + HOUR)
    email, _ = again(letter)
    assert email.letter is not None and email.letter.address is not None
    assert (email.state, email.letter.address.dead_at) == ("queued", None)
    assert log(letter) == ["returned"]
    email.not_before = NOW
    email.save()
    assert send() == 1
    told(full, NOW + 7 * HOUR)  # the same news of the first try
    told(replace(full, event_id="e2"), NOW + 7 * HOUR)  # under another id
    email, _ = again(letter)
    assert email.state == "accepted"
    assert smtp_server.addressed.count(letter.recipient) == 2


def test_a_delay_is_a_line_in_the_log(letter: Email) -> None:
    for _ in range(2):
        told(event(letter, What.DEFERRED, codes="451 4.7.1"), NOW + HOUR)
    told(event(letter, What.DEFERRED, event_id="e2", at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    email, contact = again(letter)
    assert email.letter is not None and email.letter.address is not None
    assert log(letter) == ["delayed", "delayed"]
    assert (email.state, contact.state) == ("accepted", "handed_over")
    assert (email.letter.failed_at, email.letter.address.failed_at) == (None, None)


def test_a_complaint_ends_the_letters_to_the_author(letter: Email) -> None:
    for _ in range(2):
        told(event(letter, What.COMPLAINED), NOW + HOUR)
    assert again(letter)[1].state == Contact.State.COMPLAINED
    assert log(letter) == ["reported as spam"]


def test_what_failed_is_not_delivered_after_all(letter: Email) -> None:
    told(event(letter, What.BOUNCED, address_is_bad=True), NOW + HOUR)
    told(event(letter), NOW + 2 * HOUR)
    email, _ = again(letter)
    assert email.letter is not None
    assert email.letter.delivered_at is None


# --- which letter -----------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["ours", "bare", "theirs", "signed", "echoed"])
def test_the_letter_is_found_by_every_sign_of_it(letter: Email, how: str) -> None:
    Email.objects.filter(pk=letter.pk).update(provider_id="20260302.abc@mailgun.example")
    fields: dict[str, object] = {
        "ours": {},
        "bare": {"message_id": letter.message_id.strip("<>")},
        "theirs": {"message_id": "<20260302.abc@mailgun.example>"},
        "signed": {"message_id": "of-the-provider", "letters": (letter.pk,)},
        "echoed": {"message_id": "", "others": (letter.message_id.strip("<>"),)},
    }[how]
    assert tracking.find(event(letter, **fields)) == letter


def test_good_news_is_believed_of_the_very_letter_alone(letter: Email) -> None:
    other = event(letter, recipient="other@lab.example")
    assert told(other, NOW) == "about no letter of ours"
    nameless = event(letter, message_id="unknown", event_id="e2", at=NOW)
    assert told(nameless, NOW) == "about no letter of ours"
    assert again(letter)[1].state == "handed_over"


def test_the_recipient_may_be_spelled_in_any_case(letter: Email) -> None:
    assert told(event(letter, recipient=letter.recipient.upper()), NOW) == "delivered"


def test_bad_news_without_a_sign_is_about_the_newest_letter_to_the_recipient(
    letter: Email,
) -> None:
    unknown = event(letter, What.BOUNCED, message_id="unknown", recipient=letter.recipient.upper())
    queue(recipient=letter.recipient, state="accepted", accepted_at=NOW - DAY, ended_at=NOW)
    assert tracking.find(unknown) == letter
    assert tracking.find(replace(unknown, recipient="nobody@lab.example")) is None
    assert tracking.find(replace(unknown, recipient="")) is None


def test_a_mail_that_is_none_of_ours_changes_nothing(
    letter: Email, caplog: pytest.LogCaptureFixture
) -> None:
    strange = event(letter, What.BOUNCED, message_id="<x@y.example>", recipient="x@y.example")
    assert told(strange, NOW) == "about no letter of ours"
    assert "not ours" in caplog.text
    assert "x@y.example" not in caplog.text
    assert again(letter)[1].state == "handed_over"


def test_mail_that_belongs_to_no_report_is_marked_only() -> None:
    code = queue(state="accepted", accepted_at=NOW, ended_at=NOW, raw=None)
    told(event(code, What.DELIVERED), NOW)
    told(event(code, What.DEFERRED), NOW)
    told(event(code, What.COMPLAINED), NOW)
    told(event(code, What.BOUNCED, address_is_bad=True), NOW)
    code.refresh_from_db()
    assert (code.state, code.bounced_at) == ("accepted", NOW)


# --- too early, twice, and in vain ------------------------------------------------------------
@pytest.mark.parametrize("message_id", [None, "known to the provider alone"])
def test_a_provider_that_is_faster_than_we_are_tells_it_again(
    letter: Email, message_id: str | None
) -> None:
    """We do not know yet under which id the provider keeps it."""
    Email.objects.filter(pk=letter.pk).update(
        state="sending", accepted_at=None, lease="0" * 32, leased_until=NOW + HOUR
    )
    early = event(letter, What.BOUNCED, address_is_bad=True)
    if message_id is not None:
        early = replace(early, message_id=message_id)
    with pytest.raises(NotYet):
        told(early, NOW)
    assert not ProviderEvent.objects.exists()
    Email.objects.filter(pk=letter.pk).update(
        state="accepted", accepted_at=NOW, lease=None, leased_until=None,
        provider_id="known to the provider alone",
    )  # fmt: skip
    assert told(early, NOW + HOUR) == "bounced"
    assert again(letter)[1].state == "failed"


@pytest.mark.django_db(transaction=True)
def test_the_same_event_at_once_is_told_once(smtp_server: SmtpServer) -> None:
    first, _ = asked()
    send()
    email = Email.objects.get(contact=first)
    told_of = event(email, What.DEFERRED)
    said: list[str] = []

    def tell() -> None:
        said.append(told(told_of, NOW))
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["deferred"] + ["told before"] * 3
    assert log(email) == ["delayed"]


def test_what_could_not_be_acted_on_is_told_again(
    letter: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError), transaction.atomic():
        patch.setitem(tracking._ACTS, What.DELIVERED, breaks)
        told(event(letter), NOW)
    assert told(event(letter), NOW) == "delivered"


def test_what_no_provider_tells_any_more_is_forgotten(letter: Email) -> None:
    told(event(letter), NOW)
    assert tracking.forget_events(now=NOW + tracking.REMEMBERED) == 0
    assert tracking.forget_events(now=NOW + tracking.REMEMBERED + HOUR) == 2
    assert not ProviderEvent.objects.exists()
