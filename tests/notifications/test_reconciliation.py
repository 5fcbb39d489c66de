"""What the operator is told: letters that are missing, mail that is stuck, a site that is deaf."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notifications import probe
from notifications.incoming import store
from notifications.letters import write_letters
from notifications.models import Email, Incoming, Mailbox
from notifications.reconciliation import findings, reconcile
from reports.models import Inquiry, Letter, ToDo
from tests.notifications.arriving import asked
from tests.notifications.builders import DAY, NOW, Clock, make_asking
from tests.notifications.sending import send
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def found(after: timedelta) -> dict[str, int]:
    """How many of what, so long after the letters were owed."""
    return {finding.what: len(finding.ids) for finding in findings(NOW + after)}


@pytest.fixture(autouse=True)
def deaf(settings: Any) -> None:
    settings.LISTENS = False


def test_while_all_goes_well_nothing_is_found(smtp_server: SmtpServer) -> None:
    asked(smtp_server)
    assert found(2 * HOUR) == {}


def test_the_command_says_so_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reconcile")
    assert capsys.readouterr().out == "Nothing is missing, nothing is stuck.\n"


def test_letters_that_nobody_wrote_are_found() -> None:
    make_asking()
    assert found(HOUR / 2) == {}
    late = found(2 * HOUR)
    assert late["Events whose letters were not written down for an hour"] == ToDo.objects.count()
    assert late["Letters of the clock that no mail was written for"] == 2


def test_an_event_that_lost_its_letter_is_found(smtp_server: SmtpServer) -> None:
    asked(smtp_server)
    Email.objects.filter(kind="accepted").delete()
    assert found(2 * HOUR) == {"Events that the reporter was not told of": 1}


def test_mail_that_nobody_sends_is_found() -> None:
    make_asking()
    write_letters(now=NOW)
    queued = Email.objects.filter(state="queued").count()
    assert found(2 * HOUR)["Mails that are due for an hour, and were not tried"] == queued


def test_a_claim_that_nobody_ends_is_found(smtp_server: SmtpServer) -> None:
    asked(smtp_server)
    Email.objects.filter(kind="notice").update(
        state="sending", accepted_at=None, lease="0" * 32, leased_until=NOW
    )
    assert found(2 * HOUR)["Mails that a worker claimed, and neither sent nor gave back"] == 2


def test_a_deadline_without_a_final_notice_is_found(smtp_server: SmtpServer) -> None:
    asked(smtp_server)
    Inquiry.objects.update(letters_at=None)
    what = "Reports with a deadline near, and no final notice that names it"
    assert what not in found(20 * DAY)
    assert found(26 * DAY)[what] == 1


def test_an_inquiry_without_a_notice_is_found() -> None:
    make_asking()
    write_letters(now=NOW)
    Letter.objects.update(cancelled_at=NOW, reason="x")
    what = "Reports that are asking for two days, and no notice was handed over"
    assert what not in found(DAY)
    assert found(3 * DAY)[what] == 1


def test_sweeps_that_sleep_are_found(smtp_server: SmtpServer) -> None:
    asked(smtp_server)
    what = "Reports whose letters, or whose lapse, no sweep has looked at for an hour"
    assert found(10 * DAY)[what] == 1


def test_a_deaf_site_is_found(smtp_server: SmtpServer, settings: Any) -> None:
    settings.LISTENS = True
    probe.send(now=NOW)
    send(Clock(NOW))
    assert "No probe came back for three hours" not in found(2 * HOUR)
    assert found(4 * HOUR)["No probe came back for three hours"] == 1


def test_a_mailbox_that_nobody_reads_is_found() -> None:
    Mailbox.objects.create(name="imap.site.example", read_at=NOW, leftovers=1)
    assert found(2 * HOUR) == {
        "Mailboxes that were not read to their end for an hour": 1,
        "Mailboxes with messages that were begun and not finished": 1,
    }


def test_mail_that_waits_too_long_is_found() -> None:
    row = store(b"From: a@x.example\r\n\r\nhello", via=Incoming.Via.PIPE, now=NOW)
    assert found(2 * HOUR) == {"Incoming mail that nothing has read for an hour": 1}
    Incoming.objects.update(state="broken", error="x", retry_at=NOW, attempts=3)
    assert found(2 * HOUR) == {"Incoming mail that cannot be read": 1}
    Incoming.objects.filter(pk=row.pk).update(state="held", error="", retry_at=None)
    assert found(2 * HOUR) == {}
    assert found(4 * DAY) == {"Held mail that waits for a moderator for three days": 1}


def test_the_operator_is_told_once_a_day(settings: Any) -> None:
    settings.OPERATOR_EMAIL = "root@site.example"
    Mailbox.objects.create(name="imap.site.example", read_at=NOW)
    for hours in (2, 8, 20):
        assert reconcile(now=NOW + hours * HOUR)
    mail = Email.objects.get(kind="operator")
    assert mail.recipient == "root@site.example"
    assert b"Mailboxes that were not read to their end for an hour: imap.site" in bytes(mail.raw)
    reconcile(now=NOW + 27 * HOUR)
    assert Email.objects.filter(kind="operator").count() == 2


def test_the_command_fails_where_there_is_something_to_look_at() -> None:
    Mailbox.objects.create(name="imap.site.example", read_at=NOW)
    with pytest.raises(CommandError, match="1 things to look at"):
        call_command("reconcile")
