"""Watching by mail: asked for, confirmed, changed, ended, forgotten."""

import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import erase_all, export_all
from notifications import retention, subscriptions, tracking, watched
from notifications.claims import lease_span
from notifications.inbound import came_back
from notifications.models import Digest, Email, NoMore, Subscriber, Subscription
from notifications.subscriptions import MOST, Unknown
from notifications.tracking import TrackingFact, What
from notifications.watched import THE_LIST, NotWatched
from registry.query import Query
from reports.contacts import email_hash
from reports.models import OptOut
from tests.notifications.arriving import arrive
from tests.notifications.builders import Clock
from tests.notifications.mails import bounce, complaint, return_path
from tests.notifications.sending import send
from tests.notifications.watching import (
    DAY,
    MONDAY,
    NOW,
    VERA,
    ask,
    body,
    confirm,
    of,
    only,
    sent,
    token_of,
    watch,
    written,
)
from tests.reports import stages
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def letters() -> list[Email]:
    return list(Email.objects.filter(kind="watch_confirm").order_by("pk"))


# --- asking -------------------------------------------------------------------------------------


def test_who_is_entered_gets_one_letter_and_nothing_counts_before_it_is_confirmed(
    smtp_server: SmtpServer,
) -> None:
    paper = stages.paper("Lantern Networks")
    ask(watched.of_paper(paper))
    assert sent(NOW, "priority") == 1
    text = only(smtp_server)
    assert "- the paper “Lantern Networks”\n" in text
    subscriber = of()
    assert f"/watch/{token_of(subscriber)}/>" in text
    assert (subscriber.due_at, subscriber.told_until) == (None, None)
    stages.lapsed(of=paper, at=NOW - 60 * DAY)
    assert written() == 0
    assert confirm(subscriber) == 1
    subscriber.refresh_from_db()
    assert subscriber.told_until == NOW
    assert subscriber.due_at == MONDAY + timedelta(minutes=10)


def test_no_word_that_was_typed_stands_in_the_letter(smtp_server: SmtpServer) -> None:
    ask(watched.of_search(Query(q="buy at http://evil.example")) or THE_LIST)
    ask(watched.of_venue("http://evil.example"))
    sent(NOW, "priority")
    text = only(smtp_server)
    assert "evil" not in text
    assert "- the papers that a search finds\n- papers of a venue on the list" in text


def test_the_letter_offers_to_unsubscribe_at_one_click(smtp_server: SmtpServer) -> None:
    ask()
    sent(NOW, "priority")
    (mail,) = smtp_server.mails
    token = token_of(of())
    assert mail["List-Unsubscribe"] == f"<http://127.0.0.1:8000/watch/{token}/end/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = smtp_server.raw[0]
    assert f"List-Unsubscribe: <http://127.0.0.1:8000/watch/{token}/end/>\r\n".encode() in raw
    assert mail["Reply-To"] is None


def test_the_letter_is_in_the_language_that_was_chosen(smtp_server: SmtpServer) -> None:
    ask(language="zh-hans")
    sent(NOW, "priority")
    (mail,) = smtp_server.mails
    assert mail["Subject"] == "请确认您要关注的内容"
    assert mail["Content-Language"] == "zh-hans"
    token = token_of(of())
    assert f"<http://127.0.0.1:8000/zh-hans/watch/{token}/>" in body(mail)
    assert "http://127.0.0.1:8000/watch/" not in body(mail)
    assert "<http://127.0.0.1:8000/zh-hans/privacy/>" in body(mail)


def test_at_most_one_letter_an_hour_and_three_a_day(smtp_server: SmtpServer) -> None:
    """However often it is asked, and nothing that was asked is lost."""
    for minute in range(0, 48 * 60, 20):
        now = NOW + timedelta(minutes=minute)
        ask(watched.of_venue(f"Venue {minute}"), now=now)
        sent(now, "priority")
    moments = [mail.accepted_at for mail in letters() if mail.accepted_at is not None]
    assert len(moments) == 6
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= HOUR
    assert all(later - first >= DAY for first, later in zip(moments, moments[3:], strict=False))
    assert Subscription.objects.count() == MOST


def test_what_is_asked_within_the_hour_comes_with_the_next_letter(smtp_server: SmtpServer) -> None:
    ask()
    sent(NOW, "priority")
    ask(watched.of_venue("ICML"), now=NOW + HOUR / 2)
    ask(watched.of_venue("ACL"), now=NOW + HOUR / 2)
    assert sent(NOW + HOUR / 2, "priority") == 0
    assert sent(NOW + HOUR, "priority") == 1
    assert body(smtp_server.mails[1]).count("- papers of a venue") == 2
    assert confirm(of(), now=NOW + HOUR) == 3


def test_the_same_asked_twice_is_one_and_the_newest_wish_holds() -> None:
    ask(rhythm="weekly")
    ask(rhythm="daily", language="zh-hans", now=NOW + HOUR)
    row = Subscription.objects.get()
    assert (row.rhythm, row.language, row.created_at) == ("daily", "zh-hans", NOW + HOUR)
    confirm(of(), now=NOW + HOUR)
    assert (of().rhythm, of().language) == ("daily", "zh-hans")


def test_who_watches_it_already_is_told_so_and_a_stranger_changes_nothing(
    smtp_server: SmtpServer,
) -> None:
    watch(rhythm="weekly")
    ask(rhythm="daily", language="zh-hans", now=NOW + DAY)
    sent(NOW + DAY, "priority")
    assert "There is nothing to confirm" in only(smtp_server)
    assert (of().rhythm, of().language) == ("weekly", "en")


def test_an_address_in_other_letters_is_the_same() -> None:
    ask()
    ask(email="Vera@Readers.Example")
    assert Subscriber.objects.count() == 1


def test_a_search_that_is_too_long_is_refused_with_a_sentence() -> None:
    with pytest.raises(NotWatched, match="too long to be watched"):
        watched.of_search(Query(q="灯" * 500))
    with pytest.raises(NotWatched, match="too long"):
        watched.of_venue("灯" * 200)


def test_order_and_page_of_a_search_do_not_matter() -> None:
    plain, other = Query(q="a"), Query(q="a", sort="newest", after="x")
    assert watched.of_search(plain) == watched.of_search(other)
    assert watched.of_search(Query(sort="newest")) is None


@pytest.mark.parametrize("of_paper", [True, False])
def test_who_asked_not_to_be_written_to_gets_no_letter(of_paper: bool) -> None:
    if of_paper:
        OptOut.objects.create(email_hash=email_hash(VERA), paper=stages.paper(), at=NOW)
    else:
        NoMore.objects.create(email_hash=email_hash(VERA), at=NOW)
    ask(email=VERA.upper())
    assert not Subscriber.objects.exists()
    assert letters() == []


def test_who_asks_for_it_after_the_letter_was_ordered_gets_none(smtp_server: SmtpServer) -> None:
    ask()
    NoMore.objects.create(email_hash=email_hash(VERA), at=NOW)
    assert sent(NOW, "priority") == 0
    assert letters()[0].reason == "the person asked not to be written to again"


# --- confirming, changing, ending ---------------------------------------------------------------


def test_only_what_stood_on_the_page_is_confirmed_and_twice_is_as_once() -> None:
    ask()
    ids = [row.pk for row in subscriptions.waiting(of(), NOW)]
    ask(watched.of_venue("ICML"))
    token = token_of(of())
    assert subscriptions.confirm(token=token, ids=ids, now=NOW) == 1
    assert subscriptions.confirm(token=token, ids=ids, now=NOW + DAY) == 0
    assert [row.kind for row in subscriptions.watching(of())] == ["list"]
    assert of().told_until == NOW


def test_nobody_confirms_what_is_anothers() -> None:
    ask()
    ask(email="other@readers.example")
    ids = list(Subscription.objects.values_list("pk", flat=True))
    assert subscriptions.confirm(token=token_of(of()), ids=ids, now=NOW) == 1
    assert subscriptions.end(
        token=token_of(of()), subscription_id=max(ids), now=NOW
    )  # that of the other
    assert Subscription.objects.count() == 2


def test_after_seven_days_it_can_not_be_confirmed_and_is_forgotten() -> None:
    ask()
    watch(email="other@readers.example")
    ask(watched.of_venue("ICML"), email="other@readers.example")
    late = NOW + 7 * DAY
    assert confirm(of(), now=late) == 0
    assert subscriptions.forget_unconfirmed(now=late - HOUR) == 0
    assert subscriptions.forget_unconfirmed(now=late) == 2
    assert [one.email for one in Subscriber.objects.all()] == ["other@readers.example"]
    assert [row.kind for row in Subscription.objects.all()] == ["list"]
    assert VERA not in str(list(Email.objects.values()))


def test_another_rhythm_is_looked_at_when_that_one_ends() -> None:
    subscriber = watch(rhythm="weekly")
    subscriptions.change(token=token_of(subscriber), rhythm="daily", language="en", now=NOW + DAY)
    assert of().due_at == NOW.replace(day=4, hour=6, minute=10)
    subscriptions.change(token=token_of(subscriber), rhythm="weekly", language="en", now=NOW + DAY)
    assert of().due_at == MONDAY + timedelta(minutes=10)
    assert of().told_until == NOW


def test_a_digest_that_is_due_stays_due_when_something_else_is_confirmed() -> None:
    subscriber = watch()
    late = MONDAY + timedelta(minutes=20)
    ask(watched.of_venue("ICML"), now=late)
    confirm(subscriber, now=late)
    assert of().due_at == MONDAY + timedelta(minutes=10)


def test_one_thing_is_ended_and_with_the_last_the_address_is_forgotten(
    smtp_server: SmtpServer,
) -> None:
    ask(THE_LIST)
    sent(NOW, "priority")
    subscriber = watch(watched.of_venue("ICML"))
    first, second = Subscription.objects.values_list("pk", flat=True)
    token = token_of(subscriber)
    assert subscriptions.end(token=token, subscription_id=first, now=NOW)
    assert not subscriptions.end(token=token, subscription_id=second, now=NOW)
    assert not Subscriber.objects.exists()
    assert VERA not in str(list(Email.objects.values()))
    with pytest.raises(Unknown):
        subscriptions.end(token=token, subscription_id=second, now=NOW)


def test_who_confirmed_nothing_that_is_left_is_not_looked_at() -> None:
    subscriber = watch()
    ask(watched.of_venue("ICML"))
    (row,) = subscriptions.watching(subscriber)
    assert subscriptions.end(token=token_of(subscriber), subscription_id=row.pk, now=NOW)
    assert (of().due_at, of().told_until) == (None, None)
    assert confirm(of()) == 1


def test_all_is_ended_at_once_and_what_waits_is_not_sent(smtp_server: SmtpServer) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    subscriber = watch()
    assert written() == 1
    token = token_of(subscriber)
    assert subscriptions.end_all(token=token, now=NOW)
    assert not subscriptions.end_all(token=token, now=NOW)
    assert sent() == 0
    assert list(Email.objects.filter(kind="digest").values_list("state", "recipient")) == [
        ("cancelled", "")
    ]
    assert not Digest.objects.exists()
    assert not NoMore.objects.exists()


def test_never_again_keeps_a_hash_and_nothing_else() -> None:
    subscriber = watch()
    subscriptions.end_all(token=token_of(subscriber), now=NOW, never_again=True)
    (kept,) = NoMore.objects.values()
    assert kept["email_hash"] == email_hash(VERA)
    assert VERA not in str(kept)
    ask()
    assert not Subscriber.objects.exists()


def test_a_mail_on_its_way_when_all_is_ended_is_not_sent_and_its_address_is_swept(
    smtp_server: SmtpServer,
) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    subscriber = watch()
    written()
    Email.objects.filter(kind="digest").update(
        state="sending", lease="0" * 32, leased_until=MONDAY + lease_span()
    )
    subscriptions.end_all(token=token_of(subscriber), now=MONDAY)
    assert Email.objects.get(kind="digest").recipient == VERA
    Email.objects.update(state="queued", lease=None, leased_until=None)
    assert sent() == 0
    assert Email.objects.get(kind="digest").reason == "nothing is watched any more"
    retention.forget_recipients(now=MONDAY)
    assert VERA not in str(list(Email.objects.values()))


def test_nothing_in_the_database_opens_a_page() -> None:
    subscriber = watch()
    token = token_of(subscriber)
    rows = [str(list(model.objects.values())) for model in (Subscriber, Subscription, Email)]
    assert all(token not in row for row in rows)
    assert subscriptions.of_token(subscriber.token_hash or "") is None


# --- what the mail tells ------------------------------------------------------------------------


def test_an_address_that_does_not_exist_ends_everything_there(smtp_server: SmtpServer) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    watch()
    written()
    smtp_server.script("RCPT", VERA, reply="550 5.1.1 no such user")
    assert sent() == 0
    assert not Subscriber.objects.exists()
    assert Email.objects.get(kind="digest").state == "failed"
    assert not NoMore.objects.exists()


def test_a_full_mailbox_ends_nothing(smtp_server: SmtpServer) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    watch()
    written()
    smtp_server.script("RCPT", VERA, reply="452 4.2.2 mailbox full")
    assert sent() == 0
    assert Subscriber.objects.exists()
    assert Email.objects.get(kind="digest").state == "queued"


@pytest.mark.parametrize(("bad", "left"), [(True, 0), (False, 1)])
def test_a_failure_notice_that_comes_later_does_too(
    smtp_server: SmtpServer, bad: bool, left: int
) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    watch()
    written()
    sent()
    mail = Email.objects.get(kind="digest")
    came_back(mail, reason="it came back", address_is_bad=bad, now=MONDAY + DAY)
    assert Subscriber.objects.count() == left
    assert Email.objects.get(kind="digest").bounced_at == MONDAY + DAY


def test_a_complaint_ends_everything_and_nobody_can_ask_again(smtp_server: SmtpServer) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    watch()
    written()
    sent()
    mail = Email.objects.get(kind="digest")
    fact = TrackingFact(
        what=What.COMPLAINED, by="postmark", recipient=VERA, message_id=mail.message_id,
        event_id="1",
    )  # fmt: skip
    assert tracking.told(fact, MONDAY + DAY) == "complained"
    assert not Subscriber.objects.exists()
    ask()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("what", ["complaint", "bounce"])
def test_by_mail_too_and_no_moderator_is_asked(smtp_server: SmtpServer, what: str) -> None:
    stages.lapsed(at=NOW - 28 * DAY)
    watch()
    written()
    sent()
    mail = Email.objects.get(kind="digest")
    raw = {
        "complaint": lambda: complaint(to="fbl@site.example", address=VERA, about=mail.message_id),
        "bounce": lambda: bounce(to=return_path(mail), address=VERA),
    }[what]()
    row = arrive(raw)
    assert row.state == "done"
    assert not Subscriber.objects.exists()
    assert NoMore.objects.exists() == (what == "complaint")


# --- people with an account ---------------------------------------------------------------------


def test_an_account_takes_along_and_erases_what_its_address_watches() -> None:
    user = User.objects.create_user(VERA, name="Vera")
    watch(THE_LIST, watched.of_paper(stages.paper("Lantern Networks")))
    watch(email="other@readers.example")
    told = export_all(user, now=NOW)["watched"]
    assert [(row["kind"], row["paper__title"]) for row in told] == [
        ("list", None), ("paper", "Lantern Networks"),
    ]  # fmt: skip
    erase_all(user_id=user.pk, keep_published=True, now=NOW)
    assert [one.email for one in Subscriber.objects.all()] == ["other@readers.example"]


# --- at once, and how much it costs -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_asked_and_confirmed_by_many_at_once_it_is_one() -> None:
    faults: list[BaseException] = []

    def together(act: Any) -> None:
        def one() -> None:
            try:
                act()
            except BaseException as error:
                faults.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    together(ask)
    assert (Subscriber.objects.count(), Subscription.objects.count(), len(letters())) == (1, 1, 1)
    subscriber = of()
    together(lambda: confirm(subscriber))
    assert of().told_until == NOW
    token = token_of(subscriber)
    together(lambda: subscriptions.end_all(token=token, now=NOW))
    assert not Subscriber.objects.exists()
    assert faults == []


def test_asking_costs_as_much_with_a_thousand_others() -> None:
    def cost(email: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(email=email)
        return len(asked)

    few = cost("first@readers.example")
    Subscriber.objects.bulk_create(
        Subscriber(email=f"v{n}@x.example", email_hash=str(n), token_hash=str(n), created_at=NOW)
        for n in range(1000)
    )
    assert cost("second@readers.example") == few <= 20


def test_the_sweep_of_what_nobody_confirmed_asks_once_if_there_is_nothing() -> None:
    watch()
    with CaptureQueriesContext(connection) as asked:
        assert subscriptions.forget_unconfirmed(now=NOW + 8 * DAY) == 0
    assert len(asked) == 1


def test_logs_name_no_address(smtp_server: SmtpServer, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    stages.lapsed(at=NOW - 28 * DAY)
    ask()
    send(Clock(NOW), lane="priority")
    confirm(of())
    written()
    sent()
    subscriptions.end_all(token=token_of(of()), now=NOW)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("notifications")]
    assert ours
    assert VERA not in "".join(ours)
