"""The mail: a server that does as it is told, what comes back, and the probes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from notifications import claims, outbox
from notifications.models import Email
from notifications.transport import Accepted, NotSent
from reports import facts
from reports.models import Contact, Probe
from tests.reports.machine.people import Authors, Moderators, Reporters, number
from tests.reports.machine.world import DONE, SECOND

REPLIES = (*("accept",) * 6, "no such address", "try later", "refuse", "hang up", "away", "crash")
SILENCED = (
    Contact.State.FAILED, Contact.State.VOID, Contact.State.OPTED_OUT, Contact.State.COMPLAINED,
)  # fmt: skip


class Crash(BaseException):
    """The worker is killed after the server took the mail and before it is marked."""


class Server:
    """Stands where `notifications.transport.Transport` does: takes mails, or does not."""

    def __init__(self, replies: list[str], meanwhile: Callable[[], None]) -> None:
        self.replies = list(replies)
        self.meanwhile = meanwhile

    @staticmethod
    def check(recipient: str, raw: bytes) -> None:
        """No letter of the clock goes to somebody silenced, and none tells who the reporter is."""
        email = Email.objects.select_related("contact").get(
            state=Email.State.SENDING, message_id=message_from_bytes(raw)["Message-ID"]
        )
        assert email.recipient == recipient
        if email.letter_id is not None:
            assert email.contact.state not in SILENCED, email
        if email.user_id is None:
            assert b"realname" not in raw

    def open(self) -> None:
        if self.replies and self.replies[0] == "away":
            self.replies.pop(0)
            raise NotSent("no connection", no_server=True)

    def send(self, *, sender: str, recipient: str, raw: bytes) -> Accepted:
        reply = self.replies.pop(0) if self.replies else "accept"
        self.check(recipient, raw)
        self.meanwhile()
        match reply:
            case "no such address":
                raise NotSent("refused", code=550, text="5.1.1 gone", address_is_bad=True)
            case "try later":
                raise NotSent("refused", code=451, text="4.7.1 later")
            case "refuse":
                raise NotSent("refused", code=554, text="5.7.1 no")
            case "hang up":
                raise NotSent("hung up", dropped=True)
            case "crash":
                raise Crash
        return Accepted("mail.example", "250 2.0.0 taken")


class Mail(Reporters, Moderators, Authors):
    """Letters leave, arrive, or fail, soon or late."""

    def __init__(self) -> None:
        super().__init__()
        self.interrupt: Callable[[], None] | None = None

    def clock(self) -> datetime:
        return self.now

    def send(self, replies: list[str] | None = None, limit: int = 50) -> int:
        """One call of the outbox; how many mails the server took."""
        claims.free_expired_leases(now=self.now)
        batch = claims.claim(lane=Email.Lane.NORMAL, now=self.now, limit=limit)
        server = Server(replies or [], self._meanwhile)
        until = self.now + timedelta(days=1000)
        try:
            sent = outbox._Sending(batch, server, self.clock, until).run()
        except Crash:
            DONE["mail: crash"] += 1
            sent = 0
        DONE["mail: accepted"] += sent
        self.s.look()
        return sent

    def _meanwhile(self) -> None:
        """Something else happens while the server takes its time with one mail."""
        act, self.interrupt = self.interrupt, None
        if act is not None:
            DONE["mail: meanwhile"] += 1
            act()

    @rule(replies=st.lists(st.sampled_from(REPLIES), max_size=6), limit=st.sampled_from((1, 3, 50)))
    def the_outbox_runs(self, replies, limit) -> None:
        self.send(replies, limit)

    @rule(
        what=st.sampled_from(("sweeps", "answer", "opt out", "more time", "hold", "wait")),
        n=number, replies=st.lists(st.sampled_from(REPLIES), max_size=3),
    )  # fmt: skip
    def something_happens_while_a_mail_is_sent(self, what, n, replies) -> None:
        self.interrupt = lambda: self.happen(what, n)
        self.send(replies)
        self.interrupt = None

    def happen(self, what: str, n: int) -> None:
        """What may happen within the seconds that a server takes."""
        self.s.look()
        self.now += SECOND
        if what == "sweeps":
            self.sweep_all()
        elif what == "hold" and self.s.inquiries:
            Moderators.hold(self, n)
        elif what == "answer" and self.asked():
            Authors.answer(self, n, "explains", False, False)
        elif what == "opt out" and self.asked():
            Authors.opt_out(self, n)
        elif what == "more time" and self.asked():
            Authors.ask_for_time(self, n)

    def sweep_all(self) -> None:
        raise NotImplementedError

    # --- what comes back ---------------------------------------------------------------------

    def _handed_over(self) -> list:
        """The letters that a server took, not those that were shown on a page."""
        sent = {e.letter_id for e in self.s.emails.values() if e.state == Email.State.ACCEPTED}
        return [letter for letter in self.s.letters.values() if letter.id in sent]

    @precondition(lambda self: self._handed_over())
    @rule(n=st.integers(0, 30))
    def a_success_notice_comes(self, n) -> None:
        self.attempt("delivered", facts.delivered, letter_id=self.one(self._handed_over(), n).id)

    @precondition(lambda self: self._handed_over())
    @rule(n=st.integers(0, 30), bad=st.booleans())
    def a_failure_notice_comes(self, n, bad) -> None:
        self.attempt(
            "failed", facts.failed, letter_id=self.one(self._handed_over()[::-1], n).id,
            reason="returned to sender", address_is_bad=bad,
        )  # fmt: skip

    # --- does the site hear? -----------------------------------------------------------------

    @rule()
    def a_probe_is_sent(self) -> None:
        Probe.objects.create(sent_at=self.now)
        self.s.look()

    @precondition(lambda self: any(p.returned_at is None for p in self.s.probes.values()))
    @rule(n=number)
    def a_probe_returns(self, n) -> None:
        away = [p for p in self.s.probes.values() if p.returned_at is None]
        Probe.objects.filter(pk=self.one(away, n).id).update(returned_at=self.now)
        self.s.look()

    @rule(listening=st.sampled_from((True, True, False)))
    def the_mailbox_works_or_not(self, listening) -> None:
        self.listening = listening

    def probe(self) -> None:
        """A probe that comes back at once, if the mailbox works."""
        if self.listening:
            Probe.objects.create(sent_at=self.now, returned_at=self.now)
