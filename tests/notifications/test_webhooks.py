"""What mail providers post: checked, stored and committed, and only then answered with 200."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as conf
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from notifications import originals
from notifications.models import Email, Incoming, ProviderEvent
from reports.models import ReportEvent
from tests.notifications.builders import NOW
from tests.notifications.processes import ROOT, environment
from tests.notifications.providers import ANYMAIL, SECRET, basic, payload, post
from tests.notifications.sending import asked, send
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db
TO = "reply+rabc@unreproduced.example"
BY = "ada@lab.example"
RAW = (
    "Received: from mx.lab.example\nFrom: Äda <ada@lab.example>\nTo: x@y.example\n"
    "Message-ID: <in-1@lab.example>\nSubject: Re: your question\n\nUse seed 3 – as we said.\n"
)


@pytest.fixture(autouse=True)
def everybody_may_post(settings: Settings) -> None:
    """Every provider, as with its MAIL_PROVIDER."""
    settings.ANYMAIL = ANYMAIL
    settings.ROOT_URLCONF = "tests.notifications.provider_urls"
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 48 * 1024 * 1024


# --- mail that comes in -----------------------------------------------------------------------
PROVIDERS = ("mailgun", "postmark", "sparkpost")


def came(provider: str, raw: str = RAW, by: str = BY, **more: str) -> int:
    """Post a mail as the provider does; the status of the answer."""
    posted = payload(f"{provider}_inbound", to=TO, by=by, raw=raw)
    return post(provider, "inbound", posted, **more).status_code


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_mail_is_stored_as_it_was_sent_however_often_it_is_posted(provider: str) -> None:
    for _ in range(2):
        assert came(provider) == 200
    stored = Incoming.objects.get()
    expected = f"Return-Path: <{BY}>\n{RAW}".encode()
    # A form has its lines end in CR LF on the way.
    assert bytes(stored.raw).replace(b"\r\n", b"\n") == expected
    assert (stored.via, stored.sent_to, stored.sent_by) == ("provider", TO, BY)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_failure_notice_has_no_sender(provider: str) -> None:
    assert came(provider, by="") == 200
    stored = Incoming.objects.get()
    assert stored.sent_by == "<>"
    assert bytes(stored.raw).startswith(b"Return-Path: <>")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_does_not_know_the_secret_stores_nothing(provider: str) -> None:
    assert came(provider, secret="provider:another-long-password") == 400
    posted = payload(f"{provider}_inbound", to=TO, by=BY, raw=RAW)
    without = Client().post(f"/mail/{provider}/inbound/", json.dumps(posted), "application/json")
    assert without.status_code == 400
    assert not Incoming.objects.exists()


def test_what_is_wrongly_signed_is_refused() -> None:
    assert came("mailgun", key="another key") == 400
    assert not Incoming.objects.exists()


def test_a_mail_of_ten_megabytes_is_taken() -> None:
    assert came("postmark", raw=RAW + "x" * 10_000_000) == 200
    assert came("mailgun", raw=RAW + "x" * 10_000_000) == 200
    assert all(len(bytes(row.raw or b"")) > 10_000_000 for row in Incoming.objects.all())


def test_what_the_provider_read_in_a_mail_is_written_as_mail_again() -> None:
    posted = payload("mailgun_inbound_parsed", to=TO, by=BY)
    assert post("mailgun", "inbound", posted).status_code == 200
    raw = bytes(Incoming.objects.get().raw or b"")
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["From"].addresses[0].display_name == "Äda Author"
    assert mail["Message-ID"] == "<in-1@lab.example>"
    assert mail["In-Reply-To"] == "<notice-1@unreproduced.example>"
    assert (
        mail["Authentication-Results"] == "mxa.mailgun.example; dmarc=pass header.from=lab.example"
    )
    assert mail["Subject"].startswith("Re: your question – and a very long subject")
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Use seed 3 – as we said.\n"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "no header at all",
        "From: a@b.example\nFrom: c@d.example\nSubject: two\n\nHi\n",
        "Subject: =?utf-8?b?////?=\nContent-Type: multipart/mixed\n\nHi\n",
        "Subject: \x00\n\nHi\x00\n",
        "Content-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: base64\n\n%%%\n",
        "From MAILER-DAEMON Mon Mar  2\nSubject: x\n\nHi\n",
    ],
)
def test_no_mail_is_too_strange(raw: str) -> None:
    """The provider would post it again for days, and then drop it."""
    assert came("postmark", raw=raw) == 200
    assert came("sparkpost", raw=raw) == 200
    assert Incoming.objects.count() == 1  # the same mail


def test_what_cannot_be_written_as_mail_is_written_as_text() -> None:
    from email.message import EmailMessage

    class Broken(EmailMessage):
        def as_bytes(self, *args: Any, **more: Any) -> bytes:
            raise LookupError

        def as_string(self, *args: Any, **more: Any) -> str:
            raise LookupError

    mail = Broken()
    mail["Subject"] = "x"
    mail.set_payload("Use seed 3.")
    assert originals.original("Brevo", {}, mail) == b"Subject: x\r\n\r\nUse seed 3."


class Faulty:
    """A database that fails at one kind of statement."""

    def __init__(self, start: str) -> None:
        self.start = start

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(self.start):
            raise OperationalError("the connection was lost")
        return execute(sql, *rest)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_while_our_database_fails_the_provider_is_told_to_post_it_again(provider: str) -> None:
    with connection.execute_wrapper(Faulty('INSERT INTO "notifications_incoming"')):
        assert came(provider) == 500
    assert not Incoming.objects.exists()
    assert came(provider) == 200
    assert Incoming.objects.count() == 1


# --- what became of ours ----------------------------------------------------------------------
@pytest.fixture
def letter(smtp_server: SmtpServer) -> Email:
    """A notice that the provider took."""
    first, _ = asked()
    assert send() == 2
    return Email.objects.get(contact=first)


def track(name: str, letter: Email, smtp: SmtpServer, **more: str) -> int:
    """Post an event about the letter as the provider does; the status of the answer."""
    sender = smtp.senders[smtp.addressed.index(letter.recipient)]
    words = {
        "message_id": letter.message_id.strip("<>") if "mailgun" in name else letter.message_id,
        "recipient": letter.recipient,
        "return_path": sender,
    }
    provider = name.partition("_")[0]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        return post(provider, "tracking", payload(name, **words), **more).status_code


def outcome(letter: Email) -> str:
    """What is known of the letter now."""
    row = Email.objects.select_related("letter__address", "contact").get(pk=letter.pk)
    assert row.letter is not None and row.contact is not None and row.letter.address is not None
    if row.contact.state == "complained":
        return "complaint"
    if row.letter.address.dead_at is not None:
        return "dead"
    if row.state == "queued":
        return "again"
    return "delivered" if row.letter.delivered_at is not None else "on its way"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mailgun_delivered", "delivered"),
        ("mailgun_bounced", "dead"),
        ("mailgun_full", "again"),
        ("mailgun_deferred", "on its way"),
        ("mailgun_complained", "complaint"),
        ("mailgun_opened", "on its way"),
        ("postmark_bounced", "dead"),
        ("postmark_vague", "again"),
        ("postmark_complained", "complaint"),
        # It names nothing but the recipient, which is too little for good news.
        ("postmark_delivered", "on its way"),
        ("sparkpost_delivered", "delivered"),
        ("sparkpost_bounced", "dead"),
        ("sparkpost_deferred", "on its way"),
        ("sparkpost_complained", "complaint"),
    ],
)
def test_what_a_provider_tells_of_a_letter(
    letter: Email, smtp_server: SmtpServer, name: str, expected: str
) -> None:
    assert outcome(letter) == "on its way"
    events = 0
    for _ in range(2):
        assert track(name, letter, smtp_server) == 200
        assert outcome(letter) == expected
        assert events in (0, letter.event.report.events.count() if letter.event else 0)
        events = letter.event.report.events.count() if letter.event else 0
    others = Email.objects.filter(kind="notice").exclude(pk=letter.pk)
    assert [outcome(one) for one in others] == ["on its way"]


@pytest.mark.parametrize("name", ["mailgun_bounced", "postmark_bounced", "sparkpost_bounced"])
def test_who_does_not_know_the_secret_changes_nothing(
    letter: Email, smtp_server: SmtpServer, name: str
) -> None:
    assert track(name, letter, smtp_server, secret="provider:another-long-password") == 400
    assert outcome(letter) == "on its way"


def test_an_event_that_is_wrongly_signed_changes_nothing(
    letter: Email, smtp_server: SmtpServer
) -> None:
    assert track("mailgun_bounced", letter, smtp_server, key="another key") == 400
    assert outcome(letter) == "on its way"


@pytest.mark.parametrize(
    "statement", ['INSERT INTO "notifications_providerevent"', 'UPDATE "reports_letter"',
                  'UPDATE "notifications_email"', 'INSERT INTO "reports_reportevent"'],
)  # fmt: skip
def test_an_event_that_could_not_be_kept_is_posted_again(
    letter: Email, smtp_server: SmtpServer, statement: str
) -> None:
    with connection.execute_wrapper(Faulty(statement)):
        assert track("mailgun_bounced", letter, smtp_server) == 500
    assert outcome(letter) == "on its way"
    assert not ProviderEvent.objects.exists()
    assert track("mailgun_bounced", letter, smtp_server) == 200
    assert outcome(letter) == "dead"


def test_of_several_events_each_is_kept_alone(letter: Email, smtp_server: SmtpServer) -> None:
    """One that fails has all posted again; what was kept of them is not done twice."""
    words = {"recipient": letter.recipient, "return_path": smtp_server.senders[0]}
    first, second = (payload(f"sparkpost_{name}", **words)[0] for name in ("deferred", "bounced"))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        with connection.execute_wrapper(Faulty('UPDATE "reports_letter"')):
            assert post("sparkpost", "tracking", [first, second]).status_code == 500
        assert outcome(letter) == "on its way"
        assert ProviderEvent.objects.count() == 2  # of the first
        assert post("sparkpost", "tracking", [first, second]).status_code == 200
    assert outcome(letter) == "dead"
    assert ReportEvent.objects.filter(contact=letter.contact, data__fact="delayed").count() == 1


# --- the settings -----------------------------------------------------------------------------
ASK = """
import sys
import django
django.setup()
from django.test import Client
print(*[Client(raise_request_exception=False).post(where).status_code for where in sys.argv[1:]])
"""
PATHS = ("/mail/mailgun/inbound/", "/mail/postmark/inbound/", "/mail/postmark/tracking/",
         "/mail/amazon_ses/inbound/")  # fmt: skip


def _answers(**variables: str) -> tuple[str, str]:
    env = environment(DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="CRITICAL", **variables)
    env["ALLOWED_HOSTS"] = "testserver"
    done = subprocess.run(
        [sys.executable, "-c", ASK, *PATHS], cwd=ROOT, env=env, capture_output=True, text=True
    )
    return done.stdout.strip(), done.stderr


def test_the_addresses_are_those_of_the_provider_that_is_set_and_of_no_other() -> None:
    assert _answers()[0] == "404 404 404 404"
    set_up = {"MAIL_PROVIDER": "postmark", "ANYMAIL_WEBHOOK_SECRET": SECRET}
    assert _answers(**set_up)[0] == "404 400 400 404"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MAIL_PROVIDER": "postmark"}, "MAIL_PROVIDER needs ANYMAIL_WEBHOOK_SECRET"),
        ({"MAIL_PROVIDER": "postmark", "ANYMAIL_WEBHOOK_SECRET": "name:short"},
         "MAIL_PROVIDER needs ANYMAIL_WEBHOOK_SECRET"),
        ({"MAIL_PROVIDER": "pigeons", "ANYMAIL_WEBHOOK_SECRET": SECRET},
         "none that django-anymail knows"),
        ({"MAIL_PROVIDER": "base", "ANYMAIL_WEBHOOK_SECRET": SECRET},
         "none that django-anymail knows"),
    ],
)  # fmt: skip
def test_a_provider_without_a_secret_is_refused(variables: dict[str, str], words: str) -> None:
    answers, said = _answers(**variables)
    assert answers == ""
    assert words in said
    assert SECRET not in said


# --- requests recorded by django-anymail's own tests ------------------------------------------
DATA = Path(conf.BASE_DIR).parent / "shared" / "data" / "anymail_inbound" / "open"
NEEDS_MORE = {"amazon_ses": "boto3", "postal": "cryptography", "resend": "svix"}
"""Programs that these providers need, and what is signed by keys that nobody has any more."""
KEYS = {
    "WEBHOOK_SECRET": ["username:password"],
    "MAILGUN_WEBHOOK_SIGNING_KEY": "TEST_WEBHOOK_SIGNING_KEY",
    "MAILERSEND_INBOUND_SECRET": "TEST_WEBHOOK_SIGNING_SECRET",
    "BREVO_API_KEY": "nothing is fetched with it",
    "MANDRILL_WEBHOOK_KEY": "TEST_WEBHOOK_KEY",
    "MANDRILL_WEBHOOK_URL": "http://username:password@testserver/anymail/mandrill/",
}


def recorded() -> dict[str, Any]:
    """Of the requests that can be made here, by name."""
    if not (DATA / "expected.json").exists():
        return {}
    found = json.loads((DATA / "expected.json").read_text())
    return {name: one for name, one in found.items() if not name.startswith(tuple(NEEDS_MORE))}


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.exists(), reason="the recorded requests are not here")
@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize("name", recorded())
def test_requests_recorded_elsewhere(settings: Settings, name: str) -> None:
    expected = recorded()[name]
    secret, keys = "username:password", dict(KEYS)
    if "bad_auth" in name or "rotation_3" in name:
        secret = "baduser:wrongpassword"
    if "secret_is_different" in name:
        keys["MAILERSEND_INBOUND_SECRET"] = "inbound secret"
    settings.ANYMAIL = keys
    headers = {
        f"HTTP_{header.upper().replace('-', '_')}": value
        for header, value in expected["headers"].items()
        if header not in ("Content-Type", "Content-Length", "Cookie")
    }
    answer = Client(raise_request_exception=False).generic(
        "POST",
        expected["path"].replace("/anymail/", "/mail/"),
        (DATA / name).read_bytes(),
        content_type=expected["content_type"],
        **headers,
        **basic(secret),
    )
    status = expected["response_status"]
    refused = "bad_" in name or "missing_" in name or "rotation_3" in name
    assert answer.status_code == (status or (400 if refused else 500))
    rows = list(Incoming.objects.order_by("pk"))
    assert len(rows) == len(expected["events"])
    for row, event in zip(rows, expected["events"], strict=True):
        mail = message_from_bytes(bytes(row.raw or b""), policy=policy.default)
        assert row.sent_to == (event.get("envelope_recipient") or "")
        assert row.sent_by == (event.get("envelope_sender") or "")
        assert mail["Message-ID"] == event.get("message_id")
        # Where the mail had no text of its own, anymail takes that of a mail within it.
        texts = [p.get_content() for p in mail.walk() if p.get_content_type() == "text/plain"]
        words = (event.get("text") or "").split()
        assert not words or words in [text.split() for text in texts]
