"""Digests: what is in them, that each leaves once, and behind all letters."""

import re
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications import digests, outbox, subscriptions, watched
from notifications.claims import claim, free_expired_leases, lease_span
from notifications.digests import write_digests
from notifications.limits import Limits
from notifications.models import Digest, Email, Subscriber, Subscription
from notifications.periods import SETTLED
from notifications.reconciliation import findings
from notifications.tasks import send_digests
from notifications.tasks import write_digests as write_task
from notifications.watched import THE_LIST
from registry.models import Paper
from registry.query import Query
from reports import merging
from reports.contacts import email_hash
from reports.models import OptOut, Report
from tests.notifications.builders import Clock, queue
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
ASKED = NOW - 28 * DAY
"""Who was asked then and never answers lapses in the week of NOW."""


def lapsed(title: str = "Lantern Networks", **fields: Any) -> Report:
    report = stages.lapsed(at=ASKED, of=stages.paper(title, **fields))
    assert NOW < report.state_at < MONDAY
    return report


def paper_of(report: Report) -> Paper:
    assert report.paper is not None
    return report.paper


# --- what is in them ----------------------------------------------------------------------------


def test_who_watches_the_list_is_told_what_came_onto_it(smtp_server: SmtpServer) -> None:
    report = lapsed(venue="ICML", year=2024)
    watch()
    assert (written(), sent()) == (1, 1)
    text = only(smtp_server)
    assert "from 2 March 2026, 09:30 UTC to 9 March 2026, 06:00 UTC" in text
    assert f"Lantern Networks\nICML 2024\n<http://127.0.0.1:8000/papers/{report.paper_id}/>" in text
    assert "The paper came onto the list Not reproducible." in text
    assert f"(report {report.pk}), its authors were asked, and there was no answer by " in text
    assert "Silence is not evidence" in text
    assert "became public." not in text  # the same report is not told twice
    assert str(smtp_server.mails[0]["Subject"]) == "News about a paper"


def test_in_chinese_too(smtp_server: SmtpServer) -> None:
    lapsed()
    watch(language="zh-hans")
    assert (written(), sent()) == (1, 1)
    text = only(smtp_server)
    assert "论文列入“不可复现”名单" in text
    assert "未答复不是证据" in text
    assert smtp_server.mails[0]["Subject"] == "您关注的论文有新消息"
    links = re.findall("<(http[^>]*)>", text)
    assert len(links) == 3
    assert {urlsplit(link).path.split("/")[1] for link in links} == {"zh-hans"}
    assert [Client().get(urlsplit(link).path, follow=True).status_code for link in links] == [
        200, 200, 200,
    ]  # fmt: skip


def test_all_that_is_watched_is_in_one_mail_each_thing_once(smtp_server: SmtpServer) -> None:
    report = lapsed(venue="ICML")
    other = stages.answered(at=NOW, of=stages.paper("Gears"))
    things = [
        THE_LIST, watched.of_venue("ICML"), watched.of_paper(paper_of(report)),
        watched.of_paper(paper_of(other)), watched.of_search(Query(q="lantern")),
    ]  # fmt: skip
    watch(*(thing for thing in things if thing is not None))
    later = MONDAY + SETTLED
    assert (written(later), sent(later)) == (1, 1)
    text = only(smtp_server)
    assert text.count("came onto the list") == 1
    assert text.count("The authors answered report") == 1
    assert str(smtp_server.mails[0]["Subject"]) == "News about 2 papers"
    assert text.index("Gears") < text.index("Lantern Networks")  # the newest first
    assert re.findall("^- (?:the|papers) .*$", text, re.M)[-5:-3] == [
        "- the list Not reproducible", "- papers of a venue on the list Not reproducible",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (Query(venue="ICML"), True),
        (Query(venue="ACL"), False),
        (Query(q="lantern"), True),
        (Query(q="gears"), False),
        (Query(q="lantern", year=1999), False),
        (Query(standing="no_answer"), True),
        (Query(standing="answered"), False),
    ],
)
def test_a_search_tells_of_the_papers_that_it_finds(thing: Query, told: bool) -> None:
    lapsed(venue="ICML", year=2024)
    watch(watched.of_search(thing) or THE_LIST)
    assert written() == int(told)


@pytest.mark.parametrize(("venue", "told"), [("ICML", 1), ("icml", 1), ("ACL", 0)])
def test_a_venue_tells_of_its_listings_alone(venue: str, told: int) -> None:
    lapsed(venue="ICML")
    stages.answered(at=NOW, of=stages.paper("Gears", venue="ACL"))
    watch(watched.of_venue(venue))
    assert written() == told


def test_who_watches_what_is_on_the_list_is_told_that_it_left() -> None:
    report = lapsed()
    watch(watched.of_search(Query(q="lantern", standing="no_answer")) or THE_LIST)
    assert written() == 1
    stages.answer(report, at=MONDAY + DAY)
    assert written(MONDAY + 7 * DAY + SETTLED) == 1
    digest = Digest.objects.get(until=MONDAY + 7 * DAY)
    assert {one.what for one in digests.told_by(digest)} == {"left", "answered"}


def test_a_paper_that_was_merged_is_told_of_at_its_root() -> None:
    paper, root = stages.paper("One entry"), stages.paper("Another entry")
    watch(watched.of_paper(paper))
    stages.answered(at=NOW, of=root)
    merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=stages.moderator(), reason="One work.",
        now=NOW + DAY,
    )  # fmt: skip
    assert written() == 1


def test_nothing_new_no_mail_and_the_next_period_begins_there() -> None:
    lapsed()
    watch(now=MONDAY + DAY)
    assert written(MONDAY + 7 * DAY + SETTLED) == 0
    assert not Email.objects.filter(kind="digest").exists()
    assert of().told_until == MONDAY + 7 * DAY
    assert of().due_at == MONDAY + 14 * DAY + SETTLED


def test_what_was_there_before_somebody_watched_it_is_no_news() -> None:
    report = lapsed()
    watch(watched.of_paper(paper_of(report)), now=report.state_at + timedelta(seconds=1))
    assert written() == 0


def test_what_is_watched_since_wednesday_is_told_since_wednesday() -> None:
    report = lapsed()
    watch(watched.of_venue("Nowhere"))
    ask(now=report.state_at + timedelta(hours=1))
    confirm(of(), now=report.state_at + timedelta(hours=1))
    assert written() == 0


def test_every_day_only_what_is_new_since_the_last_day(smtp_server: SmtpServer) -> None:
    report = lapsed()
    watch(rhythm="daily")
    for day in range(1, 9):
        at = NOW.replace(hour=6, minute=10) + day * DAY
        written(at)
        sent(at)
    assert len(smtp_server.mails) == 1
    mail = Email.objects.get(kind="digest")
    assert report.state_at < mail.created_at < report.state_at + DAY + SETTLED


def test_what_was_removed_before_the_digest_leaves_is_not_in_it(smtp_server: SmtpServer) -> None:
    first, second = lapsed("Lantern Networks"), lapsed("Gears")
    watch()
    assert written() == 1
    stages.removed(first, reason="It names a person.", at=MONDAY + SETTLED)
    assert sent() == 1
    text = only(smtp_server)
    assert "Lantern" not in text
    assert f"report {second.pk}" in text


def test_of_which_everything_was_removed_none_leaves(smtp_server: SmtpServer) -> None:
    report = lapsed()
    watch()
    written()
    stages.answer(report, at=MONDAY + SETTLED)
    assert sent() == 0
    assert Email.objects.get(kind="digest").reason == "nothing of it can be told any more"


def test_an_author_who_wants_no_letter_about_a_paper_is_not_told_of_it(
    smtp_server: SmtpServer,
) -> None:
    first, second = lapsed("Lantern Networks"), lapsed("Gears")
    watch()
    watch(email="other@readers.example")
    OptOut.objects.create(email_hash=email_hash(VERA), paper=paper_of(first), at=NOW)
    assert written() == 2
    OptOut.objects.create(
        email_hash=email_hash("other@readers.example"), paper=paper_of(second), at=MONDAY
    )
    assert sent() == 2
    assert ("Lantern" in only(smtp_server), "Gears" in only(smtp_server)) == (False, True)
    other = only(smtp_server, "other@readers.example")
    assert ("Lantern" in other, "Gears" in other) == (True, False)


def test_nothing_secret_is_ever_told() -> None:
    paper = stages.paper("Lantern Networks")
    watch(watched.of_paper(paper), watched.of_search(Query(q="lantern")) or THE_LIST)
    stages.asked(of=paper, at=NOW)
    stages.submitted(of=paper, at=NOW)
    assert written() == 0


def test_a_thing_that_is_ended_while_a_digest_waits_is_not_in_it(smtp_server: SmtpServer) -> None:
    report, other = lapsed("Lantern Networks"), lapsed("Gears")
    watch(watched.of_paper(paper_of(report)), watched.of_paper(paper_of(other)))
    written()
    first = Subscription.objects.order_by("pk")[0]
    later = MONDAY + 2 * SETTLED
    subscriptions.end(token=token_of(of()), subscription_id=first.pk, now=later)
    assert sent(later) == 0
    assert (written(later), sent(later)) == (1, 1)
    assert "Lantern" not in only(smtp_server)
    assert "Gears" in only(smtp_server)


def test_of_very_many_papers_the_newest_fifty_are_named(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    monkeypatch.setattr("notifications.watch_content.PAPERS", 2)
    for number in range(3):
        lapsed(f"Paper number {number}")
    watch()
    written()
    sent()
    text = only(smtp_server)
    assert text.count("Paper number") == 2
    assert "There is news about 1 more papers." in text


# --- once ---------------------------------------------------------------------------------------


def test_a_period_is_told_once_however_often_it_is_looked_at(smtp_server: SmtpServer) -> None:
    lapsed()
    watch()
    assert [written(), written(), written(MONDAY + DAY)] == [1, 0, 0]
    Subscriber.objects.update(due_at=MONDAY, told_until=MONDAY)  # looked at again
    assert written(MONDAY + DAY) == 0
    assert sent() == 1
    assert sent() == 0
    assert len(smtp_server.mails) == 1


def test_a_claim_on_a_period_cannot_be_made_twice(caplog: Any) -> None:
    lapsed()
    watch()
    written()
    Subscriber.objects.update(due_at=MONDAY, told_until=NOW)  # as if it had not been written
    assert written() == 0
    assert Digest.objects.count() == 1
    assert "cannot be written" in caplog.text
    assert of().due_at == MONDAY + SETTLED + timedelta(hours=1)


def test_one_that_cannot_be_written_blocks_no_other(monkeypatch: Any, caplog: Any) -> None:
    lapsed()
    for number in range(5):
        watch(email=f"v{number}@readers.example")
    broken = of("v2@readers.example")
    real = digests.row_for

    def fails(subscriber: Subscriber, **more: Any) -> Email:
        if subscriber.pk == broken.pk:
            raise ValueError
        return real(subscriber, **more)

    monkeypatch.setattr(digests, "row_for", fails)
    assert written() == 4
    assert f"The digest of subscriber {broken.pk} cannot be written" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_at_once_write_each_digest_once() -> None:
    with transaction.atomic():
        lapsed()
    for number in range(30):
        watch(email=f"v{number}@readers.example")
    counts: list[int] = []

    def sweep() -> None:
        try:
            counts.append(write_digests(now=MONDAY + SETTLED, batch=4))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 30
    assert Digest.objects.count() == Email.objects.filter(kind="digest").count() == 30


class Killed(BaseException):
    """The process ends here."""


def test_killed_while_it_writes_nothing_of_it_stays_and_the_next_sweep_does_it(
    monkeypatch: Any,
) -> None:
    lapsed()
    watch()

    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(Subscriber.objects.__class__, "bulk_update", killed)
    with pytest.raises(Killed):
        written()
    monkeypatch.undo()
    assert not Email.objects.filter(kind="digest").exists()
    assert written() == 1


def test_killed_after_250_and_before_the_mark_it_goes_again_under_its_message_id(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    lapsed()
    watch()
    written()

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(outbox._Sending, "_accepted", killed)
    with pytest.raises(Killed):
        sent()
    monkeypatch.undo()
    later = MONDAY + SETTLED + lease_span() + timedelta(seconds=1)
    assert free_expired_leases(now=later) == 1
    assert sent(later) == 1
    first, second = smtp_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert body(first) == body(second)


# --- behind the letters -------------------------------------------------------------------------


def letter(at: datetime = MONDAY) -> Email:
    """A letter that waits in the outbox."""
    return queue(lane="normal", kind="listed", not_before=at, created_at=at,
                 give_up_at=at + 7 * DAY)  # fmt: skip


def test_no_digest_is_taken_while_a_letter_waits(smtp_server: SmtpServer) -> None:
    lapsed()
    watch()
    written()
    letter()
    assert sent() == 0
    assert sent(lane="normal") == 1
    assert sent() == 1


def test_a_letter_that_a_limit_keeps_for_its_domain_holds_up_no_digest(settings: Any) -> None:
    lapsed()
    watch()
    written()
    letter()
    settings.MAIL_PER_DOMAIN_PER_HOUR = 1
    queue(state="accepted", accepted_at=MONDAY + SETTLED, domain="full.example")
    Email.objects.filter(kind="listed").update(domain="full.example")
    assert len(claim(lane="digest", now=MONDAY + SETTLED).ids) == 1


def test_digests_take_a_quarter_of_each_limit(settings: Any) -> None:
    lapsed()
    for number in range(10):
        watch(email=f"v{number}@r{number}.example")
    written()
    settings.MAIL_PER_HOUR = 8
    assert len(claim(lane="digest", now=MONDAY + SETTLED).ids) == 2
    assert claim(lane="digest", now=MONDAY + SETTLED).ids == []
    for _ in range(8):
        letter()
    assert len(claim(lane="normal", now=MONDAY + SETTLED).ids) == 6


def test_the_part_of_a_limit() -> None:
    assert Limits(100, 2, (50, 3)).part(4) == Limits(25, 1, (12, 0))
    assert Limits().part(4) == Limits()


# --- how much it costs --------------------------------------------------------------------------


def cost(at: datetime = MONDAY + SETTLED) -> int:
    with CaptureQueriesContext(connection) as asked:
        write_digests(now=at)
    return len(asked)


def test_a_poll_with_nothing_due_is_one_query_by_an_index() -> None:
    watch()
    with CaptureQueriesContext(connection) as asked:
        assert write_digests(now=NOW) == 0
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(queries) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "subscriber_due" in plan


def test_a_thousand_subscribers_take_a_bounded_number_of_queries() -> None:
    """Each with a search and a venue of their own, and a paper."""
    report = lapsed(venue="ICML")

    def people(first: int, number: int) -> None:
        made = Subscriber.objects.bulk_create(
            Subscriber(
                email=f"v{n}@x.example", email_hash=str(n), token_hash=str(n), created_at=NOW,
                told_until=NOW, due_at=MONDAY + SETTLED,
            )
            for n in range(first, first + number)
        )  # fmt: skip
        wish = {"rhythm": "weekly", "language": "en", "created_at": NOW, "confirmed_at": NOW}
        Subscription.objects.bulk_create(
            row
            for n, one in enumerate(made)
            for row in (
                Subscription(subscriber=one, kind="search", asked=f"?q=lantern+OR+x{n}", **wish),
                Subscription(subscriber=one, kind="venue", asked=f"?venue=Venue+{n}", **wish),
                Subscription(subscriber=one, kind="paper", paper=paper_of(report), **wish),
            )
        )

    people(0, 100)
    of_one_batch = cost()
    people(100, 1000)
    assert cost() <= of_one_batch * 10
    assert of_one_batch <= 30
    assert Digest.objects.count() == 1100


def test_one_digest_costs_as_much_to_send_whatever_else_became_public(
    smtp_server: SmtpServer,
) -> None:
    def sending() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert sent() == 1
        return len(asked)

    first = lapsed("Paper 0")
    watch(watched.of_paper(paper_of(first)))
    written()
    few = sending()
    for number in range(1, 10):
        lapsed(f"Paper {number}")
    watch(watched.of_paper(paper_of(first)), email="other@readers.example")
    written()
    assert sending() <= few


def test_the_sweeps_do_it(smtp_server: SmtpServer, time_machine: Any) -> None:
    lapsed()
    watch()
    time_machine.move_to(MONDAY + SETTLED, tick=False)
    write_task()
    send_digests()
    assert smtp_server.addressed == [VERA]


def test_the_operator_learns_of_digests_that_nobody_looks_for(settings: Any) -> None:
    settings.LISTENS = False
    watch()
    assert findings(MONDAY + timedelta(hours=3)) == []
    (found,) = findings(MONDAY + timedelta(hours=4))
    assert str(found) == (
        f"Subscribers whose digest no sweep has looked for in three hours: {of().pk}"
    )


def test_a_clock_that_stands_still_sends_nothing_twice(smtp_server: SmtpServer) -> None:
    lapsed()
    watch()
    clock = Clock(MONDAY + SETTLED)
    for _ in range(3):
        write_digests(now=clock())
        outbox.send_due(lane="digest", clock=clock)
    assert len(smtp_server.mails) == 1
