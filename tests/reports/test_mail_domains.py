"""Whether domains take mail: a name server of our own answers, and moderators read it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.utils import timezone
from pytest_django import Settings

from reports import mail_domains
from reports.models import MailDomain
from tests.reports import stages
from tests.reports.moderators import Desk, words
from tests.reports.stages import NOW
from tests.reports.typed import complete, make_paper, make_user, submitted

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@dataclass
class NameServer:
    """What it says of each name: lines as in a zone file, "nxdomain", or "silent"."""

    zone: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def resolve(self) -> mail_domains.Resolve:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return mail_domains.asks(resolver)

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        self.asked.append(f"{name} {kind}")
        said = self.zone.get(name, "nxdomain")
        if said == "silent":
            return None
        reply = dns.message.make_response(query)
        if said == "nxdomain":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif said.partition(" ")[0] == kind:
            rest = said.partition(" ")[2]
            reply.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, rest))
        return reply.to_wire()


@contextmanager
def serving(server: NameServer) -> Iterator[NameServer]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(0.05)
        server.port = one.getsockname()[1]
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    wire, who = one.recvfrom(4096)
                except TimeoutError:
                    continue
                if (reply := server.answer(wire)) is not None:
                    one.sendto(reply, who)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            thread.join()


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    settings.CHECK_MAIL_DOMAINS = True
    with serving(NameServer()) as server:
        yield server


def one() -> MailDomain:
    return MailDomain.objects.get()


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("MX 10 mx.lab.example.", True),
        ("A 8.8.8.8", True),
        ("MX 0 .", False),
        ("TXT nothing", False),
        ("nxdomain", False),
    ],
)
def test_the_name_servers_of_a_domain_are_asked_once(
    names: NameServer, said: str, takes: bool
) -> None:
    names.zone["lab.example"] = said
    mail_domains.ask(["ada@Lab.example", "bo@lab.example", ""], now=NOW)
    assert mail_domains.check_due(now=NOW, resolve=names.resolve) == 1
    assert (one().domain, one().takes_mail, one().due_at) == ("lab.example", takes, None)
    mail_domains.ask(["cy@lab.example"], now=NOW + MINUTE)
    assert mail_domains.check_due(now=NOW + MINUTE, resolve=names.resolve) == 0
    mail_domains.ask(["cy@lab.example"], now=NOW + 91 * stages.DAY)
    assert mail_domains.check_due(now=NOW + 91 * stages.DAY, resolve=names.resolve) == 1


def test_what_could_not_be_told_is_asked_again_three_times(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_domains, "PATIENCE", 0.2)
    names.zone["lab.example"] = "silent"
    mail_domains.ask(["ada@lab.example"], now=NOW)
    now = NOW
    for after in mail_domains.AGAIN:
        assert mail_domains.check_due(now=now, resolve=names.resolve) == 1
        assert (one().takes_mail, one().due_at) == (None, now + after)
        now += after
        assert mail_domains.check_due(now=now - MINUTE, resolve=names.resolve) == 0
    assert mail_domains.check_due(now=now, resolve=names.resolve) == 1
    assert (one().takes_mail, one().due_at, one().tries) == (None, None, 4)


def test_a_worker_that_dies_while_it_asks_leaves_the_domain_to_the_next(names: NameServer) -> None:
    def dies(email: str) -> bool | None:
        raise SystemExit

    names.zone["lab.example"] = "MX 10 mx.lab.example."
    mail_domains.ask(["ada@lab.example"], now=NOW)
    with pytest.raises(SystemExit):
        mail_domains.check_due(now=NOW, resolve=dies)
    assert mail_domains.check_due(now=NOW + MINUTE, resolve=names.resolve) == 0
    assert mail_domains.check_due(now=NOW + mail_domains.LEASE, resolve=names.resolve) == 1
    assert one().takes_mail is True


def test_moderators_read_it_beside_the_address_before_they_accept(names: NameServer) -> None:
    names.zone = {"lab.example.org": "nxdomain"}
    report = submitted(make_user(), complete(make_paper()))
    assert [(x.domain, x.tried_at) for x in MailDomain.objects.all()] == [("lab.example.org", None)]
    desk = Desk()
    assert "Its domain" not in words(desk.get(report), "#accept")
    mail_domains.check_due(now=timezone.now(), resolve=names.resolve)
    said = words(desk.get(report), "#accept")
    assert "Its domain takes no mail: a letter to it will come back." in said


def test_a_trial_asks_nobody(settings: Settings) -> None:
    settings.CHECK_MAIL_DOMAINS = False
    mail_domains.ask(["ada@lab.example"], now=NOW)
    assert not MailDomain.objects.exists()


def test_it_is_forgotten_when_no_address_is_left(names: NameServer) -> None:
    report = stages.asked(emails=("ada@Lab.example",))
    mail_domains.ask([address.email for address in report.addresses.all()], now=NOW)
    mail_domains.ask(["bo@unused.example"], now=NOW)
    mail_domains.check_due(now=NOW, resolve=names.resolve)
    later = NOW + 91 * stages.DAY
    assert mail_domains.forget_unused(now=NOW + MINUTE) == 0
    assert mail_domains.forget_unused(now=later) == 1
    assert one().domain == "lab.example"
    report.addresses.update(email="")
    assert mail_domains.forget_unused(now=later) == 1
