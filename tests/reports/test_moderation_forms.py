"""Every form of the moderators' page: done, refused, and badly filled in."""

from collections.abc import Callable

import pytest

from reports.models import Hold, Report
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    events,
    hand_over,
    inquiry_of,
    make_asking,
    make_lapsed,
    make_submitted,
    name_somebody,
    pending,
    state_of,
)
from tests.reports.moderators import Desk, done, page_of, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def asking(desk: Desk) -> Report:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example")
    hand_over(report, NOW)
    return report


# --- a submitted report ----------------------------------------------------------------------


def test_accepting_asks_for_every_check_and_keeps_those_that_are_ticked(desk) -> None:
    report = make_submitted("ada@lab.example", "bo@lab.example")
    first, second = report.addresses.all()
    refused = desk.send(report, "accept", check=["claims", "text"], address=[str(first.pk)])
    assert refused.status_code == 409
    assert "Not confirmed yet: The evidence opens" in sentences(refused)[0]
    ticked = [box["value"] for box in page_of(refused).select("#accept .choices input[checked]")]
    assert ticked == ["claims", "text", str(first.pk)]
    checks = ["claims", "evidence", "text", "reporter"]
    refused = desk.send(report, "accept", check=checks, address=[str(first.pk)])
    assert sentences(refused) == ["Open the source of each author address and confirm it."]
    accepted = desk.send(report, "accept", check=checks, address=[str(first.pk), str(second.pk)])
    assert done(desk, accepted) == [f"Report {report.pk} is accepted; it is asking now."]
    assert len(pending(report)) == 2
    again = desk.send(report, "accept", check=checks, address=[])
    assert again.status_code == 409
    assert sentences(again) == ["This report is asking now; somebody decided on it already."]


def test_a_tick_that_is_none_of_the_forms_is_refused(desk) -> None:
    report = make_submitted("ada@lab.example")
    for typed in ({"check": ["bribe"]}, {"address": ["x"]}, {"address": ["999999999"]}):
        assert desk.send(report, "accept", **typed).status_code == 422
    assert state_of(report) == "submitted"


@pytest.mark.parametrize(
    ("do", "state", "said"),
    [
        ("return", "returned", "is returned to its reporter."),
        ("decline", "declined", "is declined."),
    ],
)
def test_returning_and_declining_lead_back_to_the_queue(desk, do, state, said) -> None:
    report = make_submitted("ada@lab.example")
    response = desk.send(report, do, reason="Which *row* is it?")
    assert done(desk, response) == [f"Report {report.pk} {said}"]
    event = events(report, "state")[-1]
    assert (event.target, event.note, event.user) == (state, "Which *row* is it?", desk.moderator)


# --- reasons -----------------------------------------------------------------------------------

WITH_A_REASON: dict[str, Callable[[Desk], Report]] = {
    "return": lambda desk: make_submitted("ada@lab.example"),
    "decline": lambda desk: make_submitted("ada@lab.example"),
    "hold": asking,
    "not_reached": asking,
    "remove": asking,
}


@pytest.mark.parametrize("do", WITH_A_REASON)
@pytest.mark.parametrize("reason", ["", "  \n ", "\0"])
def test_a_reason_that_says_nothing_is_asked_for(desk, do, reason) -> None:
    report = WITH_A_REASON[do](desk)
    state = state_of(report)
    response = desk.send(report, do, reason=reason)
    assert response.status_code == 422
    assert sentences(response) == [
        "Reason, in words for the people concerned: Give the reason, in words for the people "
        "concerned."
    ]
    assert (state_of(report), Hold.objects.count()) == (state, 0)


@pytest.mark.parametrize("do", WITH_A_REASON)
def test_a_reason_that_is_too_long_is_kept_whole(desk, do) -> None:
    report = WITH_A_REASON[do](desk)
    response = desk.send(report, do, reason="y" * 5_000)
    assert response.status_code == 422
    assert "At most 4,000 characters: this has 5000." in sentences(response)[0]
    box = page_of(response).select_one(f"#{do} textarea")
    assert box.text.strip() == "y" * 5_000
    assert page_of(response).select_one(f"#{do}").has_attr("open")


@pytest.mark.parametrize("do", WITH_A_REASON)
def test_control_characters_are_left_out_and_line_ends_stay(desk, do) -> None:
    report = WITH_A_REASON[do](desk)
    assert desk.send(report, do, reason="One\0 line.\r\nTwo \u202elines.").status_code == 302
    assert events(report, "state", "hold")[-1].note == "One line.\nTwo lines."


def test_removing_leads_back_to_the_queue(desk) -> None:
    report = asking(desk)
    response = desk.send(report, "remove", reason="It names a person.")
    assert done(desk, response) == [f"Report {report.pk} is removed."]
    assert state_of(report) == "removed"
    assert desk.send(report, "hold", reason="x").status_code == 404


def test_a_listing_is_annulled_by_the_finding(desk) -> None:
    report = make_lapsed(desk.moderator)
    desk.now = FIRST_DEADLINE + DAY
    response = desk.send(report, "not_reached", reason="The mailbox was closed.")
    assert done(desk, response, report) == [
        "The report is unreachable: no clock runs, and nothing is listed."
    ]
    assert state_of(report) == "unreachable"


# --- holds ---------------------------------------------------------------------------------------


def test_one_hold_is_released_at_a_time(desk) -> None:
    report = asking(desk)
    for reason in ("An appeal.", "A letter came by post."):
        assert done(desk, desk.send(report, "hold", reason=reason), report) == [
            "The hold is open: nothing lapses, and no reminder leaves."
        ]
    first, second = Hold.objects.all()
    assert done(desk, desk.send(report, "release", of=first.pk), report) == [
        "The hold is released."
    ]
    second.refresh_from_db()
    assert second.released_at is None
    again = desk.send(report, "release", of=first.pk)
    assert again.status_code == 409
    assert sentences(again) == [
        "What this was about is decided already, or gone. This is how it stands now."
    ]


@pytest.mark.parametrize("of", ["", "x", "-1", "999999999999999999999", None])
def test_what_no_form_is_about_is_refused(desk, of) -> None:
    report = asking(desk)
    for do in ("release", "counts", "revoke", "decide", "without_content"):
        assert desk.send(report, do, of=of, because="x").status_code == 409


def test_a_hold_of_another_report_is_not_released_through_this_one(desk) -> None:
    report, other = asking(desk), make_asking(desk.moderator)
    desk.send(other, "hold", reason="An appeal.")
    assert desk.send(report, "release", of=Hold.objects.get().pk).status_code == 409
    assert Hold.objects.get().released_at is None


# --- contacts and answers ------------------------------------------------------------------------


def test_why_another_author_will_do_is_recorded(desk) -> None:
    report = make_asking(desk.moderator, "", "bo@lab.example")
    contact = contact_of(report, 2)
    assert desk.send(report, "counts", of=contact.pk, because="").status_code == 422
    response = desk.send(report, "counts", of=contact.pk, because="Bo ran it all.")
    assert done(desk, response, report) == ["Recorded: reaching Bo Probe will do."]
    assert contact_of(report, 2).counts


def test_a_link_is_ended(desk) -> None:
    report = asking(desk)
    response = desk.send(report, "revoke", of=contact_of(report).pk)
    assert done(desk, response, report) == [
        "The link of Ada Muster opens nothing any more; the next letter has a new one."
    ]
    assert contact_of(report).link_version == 2


def test_an_answer_is_marked_as_one_without_content(desk) -> None:
    report = asking(desk)
    given = answer(report, now=NOW)
    response = desk.send(report, "without_content", of=given.pk)
    assert done(desk, response, report) == [
        "The page says that the answer is without content. It stays an answer."
    ]
    given.refresh_from_db()
    assert given.without_content
    again = desk.send(report, "without_content", of=given.pk)
    assert (again.status_code, sentences(again)) == (409, ["This answer is so marked already."])


# --- everything --------------------------------------------------------------------------------


@pytest.mark.parametrize("do", ["", "nonsense", "open_hold", "uphold"])
def test_a_button_that_is_not_there_does_nothing(desk, do) -> None:
    report = asking(desk)
    response = desk.send(report, do, reason="x")
    assert (response.status_code, sentences(response)[0]) == (409, "Choose what to do.")
    assert page_of(response).select_one("#problems pre").text == "x"


def test_words_for_a_form_that_is_gone_are_kept_on_the_page(desk) -> None:
    report = asking(desk)
    suggestion = name_somebody(report, now=NOW)
    first = {"verdict": "refuse", "decision": "Ada is the author."}
    assert desk.send(report, "decide", of=suggestion.pk, **first).status_code == 302
    response = desk.send(
        report, "decide", of=suggestion.pk, verdict="uphold", decision="A long thought.",
        author="2", email="bo@lab.example",
    )  # fmt: skip
    assert response.status_code == 409
    assert [one.text for one in page_of(response).select("#problems pre")] == [
        "A long thought.", "bo@lab.example",
    ]  # fmt: skip


def test_a_deadline_moves_through_the_page_of_a_hold(desk) -> None:
    report = asking(desk)
    desk.send(report, "hold", reason="An appeal.")
    desk.now = NOW + 25 * DAY
    desk.send(report, "release", of=Hold.objects.get().pk)
    assert inquiry_of(report).deadline >= NOW + 39 * DAY
