"""Rows are read for a whole batch; what changes while it is under way still counts for the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import outbox, rows
from notifications.letters import write_letters
from notifications.models import Email
from notifications.outbox import READ_AGAIN
from notifications.transport import Accepted, Transport
from registry.models import Paper
from reports import links
from reports.contacts import email_hash
from reports.deadlines import in_words
from reports.models import Address, Contact, Inquiry, Letter, OptOut
from tests.notifications.builders import (
    DAY,
    NOW,
    Clock,
    answer,
    contacts_of,
    inquiry_of,
    make_asking,
    queue,
)
from tests.notifications.sending import asked, send, states
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


def while_the_first_is_sent(monkeypatch: Any, act: Callable[[], object]) -> None:
    """Do something while the server takes its time with the first mail."""
    real, done = Transport.send, []

    def slow(self: Transport, **mail: Any) -> Accepted:
        if not done:
            done.append(act())
        return real(self, **mail)

    monkeypatch.setattr(Transport, "send", slow)


def second_text(server: SmtpServer) -> str:
    body = server.mails[1].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda contact: answer(contact),
        lambda contact: Contact.objects.filter(pk=contact.pk).update(state="void"),
        lambda contact: Contact.objects.filter(pk=contact.pk).update(address=None),
        lambda contact: Address.objects.filter(pk=contact.address_id).update(failed_at=NOW),
        lambda contact: Letter.objects.filter(contact=contact).update(
            cancelled_at=NOW, reason="so it is"
        ),
        lambda contact: OptOut.objects.create(
            email_hash=email_hash(contact.address.email),
            paper=contact.inquiry.report.paper, at=NOW,
        ),
    ],
    ids=["answer", "not the author", "no address", "the address failed", "cancelled", "opt-out"],
)  # fmt: skip
def test_a_letter_that_is_owed_no_more_is_not_sent(
    smtp_server: SmtpServer, monkeypatch: Any, change: Callable[[Contact], object]
) -> None:
    _, second = asked()
    while_the_first_is_sent(monkeypatch, lambda: change(second))
    assert send() == 1
    assert Email.objects.get(contact=second).state == "cancelled"
    assert len(smtp_server.raw) == 1


def test_the_second_letter_names_the_deadline_that_the_first_one_started(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    first, _ = asked()
    later = NOW + 90 * DAY
    while_the_first_is_sent(
        monkeypatch,
        lambda: Inquiry.objects.filter(report=first.inquiry.report).update(
            deadline=later, lapse_at=later
        ),
    )
    assert send() == 2
    assert in_words(later) in second_text(smtp_server)
    assert inquiry_of(first.inquiry.report).deadline == later


def test_a_link_that_was_revoked_meanwhile_is_in_no_letter(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    _, second = asked()
    while_the_first_is_sent(
        monkeypatch, lambda: links.revoke(Contact.objects.get(pk=second.pk), NOW)
    )
    assert send() == 2
    token = links.token_for(Contact.objects.get(pk=second.pk), NOW)
    assert f"/answer/{token}/" in second_text(smtp_server)


def test_what_seldom_changes_is_read_again_after_ten_seconds(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    first, _ = asked()
    clock = Clock()

    def renamed() -> None:
        Paper.objects.filter(pk=first.inquiry.report.paper_id).update(title="Another title")
        clock.now += READ_AGAIN + timedelta(seconds=1)

    while_the_first_is_sent(monkeypatch, renamed)
    assert send(clock) == 2
    assert "Another title" not in str(smtp_server.mails[0]["Subject"])
    assert "Another title" in str(smtp_server.mails[1]["Subject"])


def test_what_is_watched_is_read_as_it_is_stored() -> None:
    """Or every letter would be read a second time."""
    report = make_asking()
    write_letters(now=NOW)
    queue()
    Email.objects.update(state="sending", lease="1" * 32, leased_until=NOW)
    assert contacts_of(report)
    found = list(rows.with_their_letters(Email.objects.all()))
    assert {email.kind for email in found} >= {"notice", "accepted", "django"}
    for email in found:
        assert email.lease is not None
        assert rows.watched(email) == rows.now_in(email.pk, email.lease, rows.WATCHED)


def test_a_batch_is_read_once(smtp_server: SmtpServer) -> None:
    for _ in range(12):
        queue()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert send(lane="priority") == 12
    reads = [q["sql"] for q in queries if '"reports_reportevent"."note"' in q["sql"]]
    assert len(reads) == 1
    assert states() == ["accepted"] * 12


def test_what_changes_while_a_letter_is_written_is_in_it(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    """Between composing and sending: the connection takes its time to open."""
    first, _ = asked()
    real, done = Transport.open, []

    def slow(self: Transport) -> None:
        if not done:
            done.append(links.revoke(Contact.objects.get(pk=first.pk), NOW))
        real(self)

    monkeypatch.setattr(Transport, "open", slow)
    assert send() == 2
    token = links.token_for(Contact.objects.get(pk=first.pk), NOW)
    body = smtp_server.mails[0].get_body(("plain",))
    assert body is not None
    assert f"/answer/{token}/" in body.get_content()


def test_a_row_that_never_stands_still_is_left_until_its_lease_ends(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    queue()
    monkeypatch.setattr(outbox, "watched", lambda email: ("something else",))
    assert send(lane="priority") == 0
    assert states() == ["sending"]
    assert smtp_server.mails == []
