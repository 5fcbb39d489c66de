"""Which event writes to whom."""

from datetime import timedelta

import pytest
from django.db import transaction

from notifications import letters
from notifications.letters import BY_KIND, BY_STEP, BY_TARGET, orders_of, write_letters
from notifications.models import Email
from reports import lifecycle
from reports.agreements import confirm, object_to, take_back
from reports.answers import more_time, opt_out
from reports.links import agreement_token
from reports.models import Contact, EventKind, ReportEvent, ToDo
from reports.states import TRANSITIONS, Actor, Outcome, State
from tests.notifications.builders import (
    DAY,
    NOW,
    POLICY,
    answer,
    ask,
    contacts_of,
    make_asking,
    make_submitted,
    make_user,
    move,
)

pytestmark = pytest.mark.django_db


def written() -> list[tuple[str, str]]:
    """The letters of the waiting to-dos: kind and recipient."""
    before = set(Email.objects.values_list("pk", flat=True))
    write_letters(now=NOW)
    return sorted(
        (mail.kind, mail.recipient.partition("@")[0].rstrip("0123456789").rstrip("."))
        for mail in Email.objects.exclude(pk__in=before)
    )


def reach(report, state: str = Contact.State.DELIVERED) -> None:
    Contact.objects.filter(inquiry__report=report).update(state=state)


def test_every_event_and_every_state_is_decided() -> None:
    assert set(BY_KIND) == set(EventKind)
    assert set(BY_TARGET) == set(State)
    assert [kind for kind, orders in BY_KIND.items() if orders is None] == [
        EventKind.STATE,
        EventKind.LETTER,
        EventKind.AGREEMENT,
        EventKind.ADDITION,
    ]
    agreements = {"asked", "confirmed", "objected", "taken back"}
    assert set(BY_STEP) == agreements | {"reporter added", "authors added"}


def test_every_possible_change_of_state_has_letters_or_is_meant_to_be_silent() -> None:
    silent = {
        target
        for source, targets in TRANSITIONS.items()
        for target in targets
        if not orders_of(ReportEvent(kind="state", source=source, target=target))
    }
    assert silent == {State.ANSWERED}


def test_a_submission_is_acknowledged_to_the_reporter() -> None:
    make_submitted()
    assert written() == [("received", "rita")]


def test_an_accepted_report_writes_to_each_author_once_and_to_the_reporter() -> None:
    report = make_submitted()
    written()
    ask(report)
    assert written() == [("accepted", "rita"), ("notice", "author1"), ("notice", "author2")]
    assert Email.objects.filter(kind="notice", letter__isnull=False).count() == 2


def test_a_letter_of_the_clock_is_tried_for_the_frozen_policys_week() -> None:
    ask(make_submitted(), policy=POLICY)
    write_letters(now=NOW)
    notice, *_ = Email.objects.filter(kind="notice")
    assert notice.give_up_at == NOW + 7 * DAY


def test_other_mail_is_tried_for_a_quarter_of_the_window(settings) -> None:
    settings.RESPONSE_WINDOW = timedelta(seconds=120)
    make_submitted()
    write_letters(now=NOW)
    assert Email.objects.get().give_up_at == NOW + timedelta(seconds=30)


def test_the_moderators_decisions_go_to_the_reporter() -> None:
    for target in (State.RETURNED, State.DECLINED):
        report = make_submitted()
        move(report, target, Actor.MODERATOR, note="Because.")
    assert [kind for kind, _ in written()] == ["declined", "received", "received", "returned"]


def test_a_published_match_is_told_to_each_author_without_an_inquiry() -> None:
    report = make_submitted(outcome=Outcome.MATCHED)
    written()
    move(report, State.PUBLISHED, Actor.MODERATOR)
    assert written() == [("accepted", "rita"), ("published", "author1"), ("published", "author2")]


def test_the_withdrawal_of_a_match_goes_to_those_who_were_told_of_it() -> None:
    report = make_submitted(outcome=Outcome.MATCHED)
    move(report, State.PUBLISHED, Actor.MODERATOR)
    write_letters(now=NOW)
    told = Email.objects.filter(kind="published").order_by("pk")[0]
    Email.objects.filter(pk=told.pk).update(state="accepted", accepted_at=NOW)
    move(report, State.WITHDRAWN, Actor.REPORTER)
    assert written() == [("withdrawn", "author1"), ("withdrawn", "rita")]


def test_only_reached_authors_get_letters_beside_those_of_the_clock() -> None:
    report = make_asking(authors=("A", "B", "C", "D", "E", "F"), languages=("en",) * 6)
    written()
    states = ["handed_over", "delivered", "unknown", "failed", "void", "opted_out"]
    for contact, state in zip(contacts_of(report), states, strict=True):
        Contact.objects.filter(pk=contact.pk).update(state=state)
    move(report, State.LAPSED, Actor.SWEEP)
    assert written() == [("listed", "author1"), ("listed", "author2"), ("listed", "rita")]


def test_an_answer_goes_back_to_its_author_and_on_to_the_others_and_the_reporter() -> None:
    report = make_asking(authors=("A", "B", "C"), languages=("en",) * 3)
    written()
    reach(report)
    answer(contacts_of(report)[1])
    assert written() == [
        ("answer", "author1"),
        ("answer", "author3"),
        ("answer", "rita"),
        ("answer_copy", "author2"),
    ]


def test_more_time_is_told_to_authors_and_reporter() -> None:
    report = make_asking()
    written()
    reach(report)
    inquiry = report.inquiry
    inquiry.deadline = inquiry.lapse_at = NOW + 28 * DAY
    inquiry.save()
    more_time(contact_id=contacts_of(report)[0].pk, now=NOW)
    assert written() == [
        ("extension", "author1"), ("extension", "author2"), ("extension", "rita"),
    ]  # fmt: skip


def test_an_agreement_is_confirmed_by_its_author_and_open_to_the_others_objection() -> None:
    report = make_asking()
    written()
    reach(report)
    first, second = contacts_of(report)
    given = answer(first, "agrees", text="You are right.")
    assert ("agreement_confirm", "author1") in written()
    confirm(token=agreement_token(given.agreement), now=NOW)
    assert written() == [("agreement", "author2"), ("agreement", "rita")]
    object_to(contact_id=second.pk, now=NOW)
    everybody = [
        ("agreement_ended", "author1"), ("agreement_ended", "author2"), ("agreement_ended", "rita"),
    ]  # fmt: skip
    assert written() == everybody
    take_back(contact_id=first.pk, now=NOW)
    assert written() == everybody


def test_nobody_is_written_to_after_do_not_write_to_me_again() -> None:
    report = make_asking()
    written()
    reach(report)
    first, _ = contacts_of(report)
    opt_out(contact_id=first.pk, now=NOW)
    move(report, State.LAPSED, Actor.SWEEP)
    assert written() == [("listed", "author2"), ("listed", "rita")]


def test_a_wish_not_to_be_written_to_holds_for_every_report_on_the_paper() -> None:
    report = make_asking(emails=("ada@uni.example", "bob@uni.example"))
    other = make_submitted(emails=("ada@uni.example", "bob@uni.example"))
    other.paper = report.paper
    other.save(update_fields=["paper"])
    ask(other)
    written()
    reach(report)
    reach(other)
    opt_out(contact_id=contacts_of(report)[0].pk, now=NOW)
    move(other, State.WITHDRAWN, Actor.REPORTER)
    assert written() == [("withdrawn", "bob"), ("withdrawn", "rita")]


def test_a_closed_account_gets_no_letters() -> None:
    make_submitted(reporter=make_user(is_active=False))
    assert written() == []


def test_an_annulled_lapse_is_told_in_its_own_words() -> None:
    report = make_asking()
    reach(report)
    move(report, State.LAPSED, Actor.SWEEP)
    write_letters(now=NOW)
    move(report, State.UNREACHABLE, Actor.MAIL, note="It bounced.", annulled=True)
    assert [kind for kind, _ in written()] == ["annulled", "annulled", "annulled"]


def test_running_twice_writes_once() -> None:
    make_asking()
    assert write_letters(now=NOW) == 4
    assert write_letters(now=NOW) == 0
    assert Email.objects.count() == 4
    assert ToDo.objects.count() == 0


def test_the_same_event_ordered_again_makes_no_second_mail() -> None:
    make_asking()
    write_letters(now=NOW)
    for event in ReportEvent.objects.exclude(kind=EventKind.LETTER_FACT):
        ToDo.objects.create(event=event)
    write_letters(now=NOW)
    assert Email.objects.count() == 4


def test_a_rolled_back_event_makes_no_mail() -> None:
    report = make_submitted()
    written()
    with pytest.raises(RuntimeError), transaction.atomic():
        locked = lifecycle.lock(report.pk)
        lifecycle.transition(locked, State.DECLINED, actor=Actor.MODERATOR, now=NOW)
        raise RuntimeError("the page broke after the event")
    assert written() == []


def test_a_to_do_that_cannot_be_written_blocks_no_other(monkeypatch, caplog) -> None:
    reports = [make_submitted() for _ in range(10)]
    real = letters.recipients_of

    def poisoned(event, groups):
        if event.report_id == reports[4].pk:
            raise ZeroDivisionError("poison")
        return real(event, groups)

    monkeypatch.setattr(letters, "recipients_of", poisoned)
    assert write_letters(now=NOW) == 9
    assert Email.objects.count() == 9
    assert ToDo.objects.get().event.report_id == reports[4].pk
    assert "cannot be written; it stays to do" in caplog.text
    assert "ZeroDivisionError: poison" in caplog.text
    monkeypatch.undo()
    assert write_letters(now=NOW) == 1
    assert Email.objects.count() == 10


def test_more_to_dos_than_a_batch_are_all_written_with_poison_in_front(monkeypatch) -> None:
    reports = [make_submitted() for _ in range(7)]
    poison = {report.pk for report in reports[:3]}
    real = letters.recipients_of
    monkeypatch.setattr(
        letters,
        "recipients_of",
        lambda event, groups: 1 / 0 if event.report_id in poison else real(event, groups),
    )
    assert write_letters(now=NOW, batch=2) == 4
    assert write_letters(now=NOW, batch=2, limit=3) == 0


def test_every_message_id_is_unique_and_says_what_it_is(settings) -> None:
    settings.MESSAGE_ID_DOMAIN = "site.example"
    report = make_asking()
    write_letters(now=NOW)
    first = contacts_of(report)[0]
    mail = Email.objects.get(contact=first, kind="notice")
    assert mail.message_id == (
        f"<report-{report.pk}.event-{mail.event_id}.notice.contact-{first.pk}@site.example>"
    )
    assert Email.objects.values("message_id").distinct().count() == 4


def test_a_letter_cancelled_before_it_was_written_makes_no_mail() -> None:
    report = make_asking()
    contacts_of(report)[0].letters.update(cancelled_at=NOW, reason="an answer came")
    assert [kind for kind, _ in written()] == ["accepted", "notice", "received"]


def test_a_letter_whose_address_was_deleted_is_cancelled_with_that_reason() -> None:
    report = make_asking()
    first = contacts_of(report)[0]
    assert first.address is not None
    first.address.delete()
    assert [kind for kind, _ in written()] == ["accepted", "notice", "received"]
    letter = first.letters.get()
    assert (letter.cancelled_at, letter.reason) == (NOW, "the address was deleted")


def test_a_moved_deadline_alone_writes_no_letter() -> None:
    """What moved it writes (hold ended, more time), and the next final notice names it."""
    report = make_asking()
    written()
    reach(report)
    lifecycle.record(
        report,
        EventKind.DEADLINE,
        actor=Actor.SWEEP,
        now=NOW,
        note="Letters left late.",
        data={"deadline": "2026-05-01"},
    )
    assert written() == []
