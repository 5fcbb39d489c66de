"""Answers by mail on the moderators' page of a report, and the robots that answered letters."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import replies, reply_decisions
from reports.models import Answer, Letter, Reply, Report
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    contact_of,
    events,
    hand_over,
    inquiry_of,
    make_asking,
    make_moderator,
    name_somebody,
    run_to_the_deadline,
    state_of,
    sweep,
)
from tests.reports.moderators import Desk, done, offered, page_of, sentences, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk(now=NOW + 9 * DAY)


@pytest.fixture
def report(desk) -> Report:
    made = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example")
    hand_over(made, NOW)
    return made


def mailed(
    report: Report, text: str = "Use seed 3.", *, mail: int = 7, came: datetime = NOW + DAY,
    position: int = 1,
) -> Reply:  # fmt: skip
    found = replies.received(
        contact_id=contact_of(report, position).pk, mail=mail, content=str(mail), text=text,
        received_at=came, now=came,
    )  # fmt: skip
    assert found is not None
    return found


def publish(desk: Desk, report: Report, reply: Reply, **typed: str):
    form = {"kind": "explains", "text": reply.text, "url": "", "name": "Ada Muster"}
    return desk.send(report, "publish", of=reply.pk, **form | typed)


# --- what the page says ------------------------------------------------------------------------


def test_an_answer_by_mail_stands_there_with_its_mail_and_what_to_do(desk, report) -> None:
    reply = mailed(report)
    page = desk.get(report)
    card = page.select_one(f"#reply-{reply.pk}")
    assert words(page, f"#reply-{reply.pk} .row-by") == (
        "Ada Muster wrote · 3 March 2026, 13:00 UTC · the mail as it came"
    )
    assert card.select_one("pre").text == "Use seed 3."
    assert card.select_one(".row-by a")["href"] == "/moderation/mail/7/"
    assert [button["value"] for button in card.select("button")] == ["publish", "set_aside"]
    form = page.select_one(f"#publish-{reply.pk}")
    assert form.select_one("textarea").text.strip() == "Use seed 3."
    assert form.select_one("[name=name]")["value"] == "Ada Muster"
    assert form.select("input[checked]") == []
    kinds = [box["value"] for box in form.select("input[name=kind]")]
    assert kinds == [k for k in Answer.Kind.values if k != "earlier_stands"]
    holds = words(page, "#holds-title ~ .card")
    assert "Opened by a mail that came in" in holds
    assert "It ends when the mail is decided on, or the answer in it above." in holds


def test_before_the_seven_days_it_can_only_be_set_aside(desk, report) -> None:
    reply = mailed(report)
    desk.now = NOW + 2 * DAY
    page = desk.get(report)
    card = page.select_one(f"#reply-{reply.pk}")
    assert [button["value"] for button in card.select("button")] == ["set_aside"]
    assert "The author chooses its kind until 10 March 2026, 13:00 UTC." in words(
        page, f"#reply-{reply.pk}"
    )
    response = publish(desk, report, reply)
    assert response.status_code == 409
    assert sentences(response)[0].startswith("The author chooses its kind until 10 March 2026")
    assert Answer.objects.count() == 0


def test_a_long_mail_is_shortened_and_hostile_words_are_text(desk, report) -> None:
    bad = "</pre><script>alert(1)</script>\u202etxet"
    reply = mailed(report, bad + "x" * 30_000)
    page = desk.get(report)
    shown = page.select_one(f"#reply-{reply.pk} > pre").text
    assert shown.startswith("</pre><script>alert(1)</script>txetxxx")
    assert len(shown) == 20_000
    assert "Shortened: the last 10035 of 30035 characters are not shown." in words(
        page, f"#reply-{reply.pk}"
    )
    assert page.select("main script") == []


def test_who_may_not_decide_reads_nothing_of_it(desk, report) -> None:
    mailed(report, "A secret.")
    colleague = Desk(make_moderator(email="dean@physics.lab.example"), now=desk.now)
    page = colleague.get(report)
    assert "A secret." not in page.decode()
    assert offered(page) == []


# --- publishing --------------------------------------------------------------------------------


def test_publishing_ends_the_inquiry_and_says_so(desk, report) -> None:
    reply = mailed(report)
    response = publish(desk, report, reply, text="Use *seed* 3.", kind="contests")
    assert done(desk, response, report) == ["Published: the answer stands beside the report."]
    given = Answer.objects.get()
    assert (given.text, given.kind, given.name, given.contact) == (
        "Use *seed* 3.", "contests", "Ada Muster", contact_of(report),
    )  # fmt: skip
    assert state_of(report) == "answered"
    page = desk.get(report)
    assert page.select_one(f"#reply-{reply.pk}") is None
    assert f"It became an answer: {given.get_kind_display()}, 11 March 2026" in words(
        page, "#replied-title ~ .card"
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Choose what kind of answer it is."),
        ({"kind": "earlier_stands"}, "Choose what kind of answer it is."),
        ({"kind": "praises"}, "Choose what kind of answer it is."),
        ({"text": " \n"}, "Write the answer: it is published in full."),
        ({"text": "x" * 50_001}, "At most 50,000 characters"),
        ({"kind": "provides"}, "Give the link to the code or data."),
        ({"url": "javascript:alert(1)"}, "Write the whole web address"),
        ({"name": " "}, "Give the author's name"),
        ({"name": "n" * 201}, "At most 200 characters"),
    ],
)
def test_what_lacks_is_said_beside_what_was_typed(desk, report, typed, sentence) -> None:
    reply = mailed(report)
    response = publish(desk, report, reply, **typed)
    assert response.status_code == 422
    assert any(sentence in one for one in sentences(response))
    form = page_of(response).select_one(f"#publish-{reply.pk}")
    assert form.has_attr("open")
    assert form.select_one("textarea").text.strip() == typed.get("text", reply.text).strip()
    assert (Answer.objects.count(), Reply.objects.get().decided_at) == (0, None)


def test_an_agreement_needs_no_words(desk, report) -> None:
    response = publish(desk, report, mailed(report), kind="agrees", text="")
    assert response.status_code == 302
    assert (state_of(report), Answer.objects.get().kind) == ("answered", "agrees")


def test_my_earlier_answer_stands_is_offered_where_there_is_one(desk, report) -> None:
    again = make_asking(desk.moderator, "ada@lab.example", paper=report.paper)
    hand_over(again, NOW)
    answer(report, now=NOW + DAY)
    reply = mailed(again)
    form = desk.get(again).select_one(f"#publish-{reply.pk}")
    assert form.select_one("input[value=earlier_stands]") is not None
    assert publish(desk, again, reply, kind="earlier_stands", text="").status_code == 302


def test_what_was_decided_meanwhile_is_said_and_the_words_are_kept(desk, report) -> None:
    reply = mailed(report)
    answer(report, now=NOW + 2 * DAY)
    response = publish(desk, report, reply, text="Words of mine.")
    assert response.status_code == 409
    assert sentences(response)[0].startswith("What this was about is decided already")
    kept = [pre.text for pre in page_of(response).select("#problems pre")]
    assert kept == ["Words of mine."]
    assert Answer.objects.count() == 1


# --- setting aside -----------------------------------------------------------------------------


def test_setting_it_aside_leaves_time_and_stands_in_the_log(desk, report) -> None:
    deadline = run_to_the_deadline(report)
    reply = mailed(report, came=deadline)
    desk.now = deadline + DAY
    response = desk.send(report, "set_aside", of=reply.pk, reason="It only says thanks.")
    assert done(desk, response, report) == ["Set aside: it is no answer."]
    assert inquiry_of(report).deadline >= deadline + 15 * DAY
    page = desk.get(report)
    assert "Set aside: It only says thanks., 1 April 2026" in words(page, "#replied-title ~ .card")
    assert events(report, "decision")[-1].note == "It only says thanks."


def test_setting_aside_asks_for_its_reason(desk, report) -> None:
    reply = mailed(report)
    response = desk.send(report, "set_aside", of=reply.pk, reason=" ")
    assert response.status_code == 422
    assert "Give the reason" in sentences(response)[0]
    assert Reply.objects.get().decided_at is None


# --- robots ------------------------------------------------------------------------------------


def robots_answered(report: Report, position: int = 1) -> None:
    Letter.objects.filter(contact=contact_of(report, position)).update(robot_at=NOW)


def test_what_the_robots_are_is_asked_where_nothing_else_answered(desk, report) -> None:
    assert "robots" not in offered(desk.get(report))
    robots_answered(report)
    contact = contact_of(report)
    page = desk.get(report)
    assert page.select_one(f"#robots-{contact.pk}").has_attr("open")
    assert page.select_one(f"#robots-{contact_of(report, 2).pk}") is None
    missing = desk.send(report, "robots", of=contact.pk)
    assert missing.status_code == 422
    assert "Choose whether the author is away" in sentences(missing)[0]
    response = desk.send(report, "robots", of=contact.pk, what="away")
    assert done(desk, response, report) == [
        "Recorded: letters to Ada Muster count as those to others do."
    ]
    page = desk.get(report)
    assert "robots" not in offered(page)
    assert "Robots answered every letter: the author is away." in words(
        page, f"#contact-{contact.pk}"
    )


def test_where_a_person_may_have_read_a_letter_no_robot_is_named(desk, report) -> None:
    response = desk.send(report, "robots", of=contact_of(report).pk, what="away")
    assert response.status_code == 409
    assert contact_of(report).robots_are == ""


# --- the queue ---------------------------------------------------------------------------------


def rows(page, section: str) -> list[str]:
    title = page.find(id=f"{section}-title")
    return [] if title is None else [str(a["href"]) for a in title.parent.select("h3 a")]


def test_the_queue_leads_to_held_mail(desk) -> None:
    assert desk.queue().select_one('a[href="/moderation/mail/"]').text == "Held mail"


def test_the_queue_shows_a_reply_once_a_moderator_chooses_its_kind(desk, report) -> None:
    reply = mailed(report)
    desk.now = reply.moderator_from - DAY
    assert rows(desk.queue(), "replies") == []
    desk.now = reply.moderator_from
    page = desk.queue()
    assert rows(page, "replies") == [f"/moderation/{report.pk}/#reply-{reply.pk}"]
    assert desk.get(report).find(id=f"reply-{reply.pk}") is not None
    assert "Use seed 3." not in page.decode()
    publish(desk, report, reply)
    assert rows(desk.queue(), "replies") == []


def test_the_queue_shows_who_only_sent_robots_once_the_deadline_is_near(desk, report) -> None:
    deadline = run_to_the_deadline(report)
    contact = contact_of(report)
    robots_answered(report)
    desk.now = deadline - 8 * DAY
    assert rows(desk.queue(), "robots") == []
    for desk.now in (deadline - 6 * DAY, deadline + 2 * DAY):
        assert rows(desk.queue(), "robots") == [f"/moderation/{report.pk}/#contact-{contact.pk}"]
    reply_decisions.robots_are(
        contact_id=contact.pk, moderator=desk.moderator, what="robot", now=desk.now
    )
    assert rows(desk.queue(), "robots") == []


@pytest.mark.parametrize(
    "change",
    [{"robot_at": None}, {"failed_at": NOW}, {"address": None}],
    ids=["a person may have read it", "failed", "to an address that is not in use"],
)  # fmt: skip
def test_one_other_letter_keeps_an_author_out_of_it_or_is_no_letter(desk, report, change) -> None:
    """Only letters that stand, to the address in use, say whether robots alone answered."""
    deadline = run_to_the_deadline(report)
    robots_answered(report)
    last = contact_of(report).letters.last()
    Letter.objects.filter(pk=last.pk).update(**{"robot_at": None} | change)
    desk.now = deadline
    expected = change == {"robot_at": None}
    assert (rows(desk.queue(), "robots") == []) is expected


def test_the_queue_asks_the_same_questions_for_one_row_and_for_three(desk, report) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.queue()
        return len(asked)

    deadline = run_to_the_deadline(report)
    robots_answered(report)
    mailed(report)
    desk.now = deadline
    one = questions()
    for number in range(2):
        other = make_asking(desk.moderator, f"eve{number}@lab.example")
        hand_over(other, NOW)
        robots_answered(other)
        mailed(other, mail=20 + number)
    assert len(rows(desk.queue(), "robots")) == len(rows(desk.queue(), "replies")) == 3
    assert questions() == one


def test_the_page_asks_the_same_questions_for_one_reply_and_for_three(desk, report) -> None:
    def questions(which: Report) -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(which)
        return len(asked)

    mailed(report)
    three = make_asking(desk.moderator, "a@lab.example", "b@lab.example", "c@lab.example")
    hand_over(three, NOW)
    for position in (1, 2, 3):
        mailed(three, mail=30 + position, position=position)
        robots_answered(three, position)
    robots_answered(report)
    assert questions(three) == questions(report)


def test_a_word_of_an_author_and_a_reply_wait_side_by_side(desk, report) -> None:
    suggestion, reply = name_somebody(report, now=NOW + DAY), mailed(report)
    page = desk.get(report)
    assert page.find(id=f"word-{suggestion.pk}") is not None
    assert page.find(id=f"reply-{reply.pk}") is not None
    desk.send(report, "set_aside", of=reply.pk, reason="Thanks.")
    assert inquiry_of(report).holds.filter(released_at=None).count() == 1
    assert sweep(NOW + 90 * DAY) == 0
