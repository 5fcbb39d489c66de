"""What stands beside a report on the moderators' page, and the way through the queue."""

from datetime import timedelta

import pytest
from django.conf import settings

from registry.models import Identifier
from reports import moderation, services
from reports.lifecycle import Refused
from reports.models import Contact, Report
from reports.ready_sentences import RETURNING
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    accept,
    events,
    hand_over,
    inquiry_of,
    make_asking,
    make_lapsed,
    make_moderator,
    make_submitted,
    state_of,
)
from tests.reports.moderators import Desk, done, page_of, sentences, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def by_the_same(report: Report) -> Report:
    """Another report of the same person on the same paper."""
    other = make_submitted("bo@lab.example", paper=report.paper, place="Figure 1")
    Report.objects.filter(pk=other.pk).update(reporter=report.reporter)
    return other


# --- the paper and the person -----------------------------------------------------------------


def test_the_paper_is_one_click_away_also_as_a_pdf(desk) -> None:
    report = make_submitted("ada@lab.example")
    for scheme, value in (("doi", "10.9999/a"), ("arxiv", "2401.00001"), ("openreview", "AbC"),
                          ("acl", "P17-1001")):  # fmt: skip
        Identifier.objects.create(paper=report.paper, scheme=scheme, value=value)
    links = [a["href"] for a in desk.get(report).select("#paper-title ~ ul a")]
    assert links == [
        "https://aclanthology.org/P17-1001/", "https://aclanthology.org/P17-1001.pdf",
        "https://arxiv.org/abs/2401.00001", "https://arxiv.org/pdf/2401.00001",
        "https://doi.org/10.9999/a",
        "https://openreview.net/forum?id=AbC", "https://openreview.net/pdf?id=AbC",
    ]  # fmt: skip


def test_other_reports_on_the_paper_are_named_with_their_states_and_drafts_are_not(desk) -> None:
    report = make_submitted("ada@lab.example")
    asking = make_asking(desk.moderator, paper=report.paper, place="Table 5")
    twice = by_the_same(report)
    draft = make_submitted(paper=report.paper)
    Report.objects.filter(pk=draft.pk).update(state="draft")
    page = desk.get(report)
    rows = [" ".join(li.text.split()) for li in page.select("#paper-title ~ ul li")]
    assert len(rows) == 2
    assert f"Report {asking.pk} asking did not match (re-run)" in rows[1]
    assert rows[0].endswith("by the same person")
    assert f"Report {twice.pk} " in rows[0]


def test_the_record_of_the_reporter_is_counted(desk) -> None:
    report = make_submitted("ada@lab.example")
    declined, returned, removed, withdrawn = (by_the_same(report) for _ in range(4))
    services.decline(report_id=declined.pk, moderator=desk.moderator, reason="x", now=NOW)
    services.return_report(report_id=returned.pk, moderator=desk.moderator, reason="x", now=NOW)
    Report.objects.filter(pk=removed.pk).update(outcome="matched")
    accept(Report.objects.get(pk=removed.pk), desk.moderator)
    services.remove(report_id=removed.pk, moderator=desk.moderator, reason="x", now=NOW)
    services.withdraw(report_id=withdrawn.pk, user=report.reporter, note="", now=NOW)
    report.reporter.orcid = "0000-0002-1825-0097"
    report.reporter.save()
    facts = words(desk.get(report), "#stands-title ~ dl")
    assert (
        "5 submitted, 1 accepted, 1 returned, 1 declined, 1 withdrawn, 1 removed; member since"
    ) in facts
    assert "0000-0002-1825-0097" in facts
    assert f"Its domain{report.reporter.email.partition('@')[2]} ORCID" in facts


# --- ready sentences --------------------------------------------------------------------------


def test_a_ready_sentence_is_put_below_what_was_typed_and_nothing_is_sent(desk) -> None:
    report = make_submitted("ada@lab.example")
    response = desk.browser.post(
        f"/moderation/{report.pk}/",
        {"fill": "return", "ready": "version", "reason": "Thank you.", "no_conflict": "on"},
    )
    assert response.status_code == 200
    page = page_of(response)
    text = next(one.text for one in RETURNING if one.key == "version")
    assert page.select_one("#return textarea").text.strip() == f"Thank you.\n\n{text}"
    assert page.select("#return[open]") != []
    assert page.select("#problems, .error") == []
    assert page.select("#return [name=no_conflict][checked]") != []
    assert (state_of(report), events(report, "declaration")) == ("submitted", [])


@pytest.mark.parametrize("typed", [{"fill": "accept"}, {"fill": "nonsense"}, {"fill": "remove"}])
def test_only_forms_with_ready_sentences_are_filled(desk, typed) -> None:
    report = make_submitted("ada@lab.example")
    response = desk.browser.post(f"/moderation/{report.pk}/", typed | {"reason": "kept words"})
    assert response.status_code == 409
    assert "kept words" in page_of(response).select_one("#problems").text


def test_a_made_up_sentence_changes_nothing(desk) -> None:
    report = make_submitted("ada@lab.example")
    response = desk.browser.post(
        f"/moderation/{report.pk}/", {"fill": "decline", "ready": "x", "reason": "Mine."}
    )
    assert page_of(response).select_one("#decline textarea").text.strip() == "Mine."


def test_a_second_report_of_one_person_is_declined_as_a_duplicate(desk) -> None:
    report = make_submitted("ada@lab.example")
    twice = by_the_same(report)
    options = {o["value"]: o for o in desk.get(twice).select("#ready-decline option")}
    link = f"[report {report.pk}]({settings.SITE_URL}/reports/{report.pk}/)"
    assert link in options[f"duplicate-{report.pk}"]["data-text"]
    assert "duplicate" not in desk.get(make_submitted()).select_one("#ready-decline").decode()


# --- more time --------------------------------------------------------------------------------


def test_a_moderator_gives_more_time_more_than_once_and_never_less(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    reason = "The data server of the authors is down."
    response = desk.send(report, "extend", days="7", reason=reason)
    assert done(desk, response, report)[0].startswith("The authors have more time, until 6 April")
    first = inquiry_of(report).deadline
    assert first == FIRST_DEADLINE + 7 * DAY
    desk.send(report, "extend", days="28", reason="Still down.")
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 35 * DAY
    assert [(e.actor, e.note) for e in events(report, "extension")] == [
        ("moderator", reason), ("moderator", "Still down."),
    ]  # fmt: skip
    assert inquiry_of(report).extended is False
    assert [c.new for c in inquiry_of(report).deadline_changes.all()][-1] == (
        FIRST_DEADLINE + 35 * DAY
    )


def test_more_time_after_a_deadline_that_passed_under_a_hold_counts_from_now(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    desk.send(report, "hold", reason="x")
    desk.now = FIRST_DEADLINE + 10 * DAY
    desk.send(report, "extend", days="7", reason="x")
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    assert deadline - desk.now >= 7 * DAY


def test_the_form_of_more_time_asks_for_both_parts(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    response = desk.send(report, "extend", days="5000", reason=" ")
    assert (response.status_code, sentences(response)) == (422, [
        "More time: Choose how much more time the authors get.",
        "Reason, in words for the people concerned: Give the reason, in words for the people "
        "concerned.",
    ])  # fmt: skip
    with pytest.raises(Refused, match="Choose how much"):
        moderation.extend(
            report_id=report.pk, moderator=desk.moderator, days=-7, reason="x", now=NOW
        )
    assert inquiry_of(report).deadline == FIRST_DEADLINE


def test_nobody_is_given_time_whom_nobody_can_tell(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    Contact.objects.update(state="opted_out")
    response = desk.send(report, "extend", days="7", reason="x")
    assert sentences(response)[0] == "Nobody is left who could be told of another deadline."
    before = make_asking(desk.moderator)
    refused = desk.send(before, "extend", days="7", reason="x")
    assert sentences(refused)[0] == "No deadline is running."


def test_the_time_line_tells_everybody_why_the_authors_got_more_time(desk) -> None:
    report = make_lapsed(desk.moderator)
    other = make_asking(desk.moderator)
    hand_over(other, NOW)
    desk.send(other, "extend", days="7", reason="The <b>server</b> is down.")
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW + 99 * DAY)
    Report.objects.filter(pk=other.pk).update(state="answered", public_at=NOW)
    page = desk.browser.get(f"/reports/{other.pk}/").content.decode()
    assert "A moderator gave the authors more time, until 6 April 2026" in page
    assert "The &lt;b&gt;server&lt;/b&gt; is down." in page


# --- through the queue ------------------------------------------------------------------------


def waiting(*minutes: int) -> list[Report]:
    """Submitted reports, that many minutes after one another."""
    made = [make_submitted("ada@lab.example") for _ in minutes]
    for report, minute in zip(made, minutes, strict=True):
        Report.objects.filter(pk=report.pk).update(submitted_at=NOW + timedelta(minutes=minute))
    return made


def links(desk: Desk, report: Report) -> dict[str, str]:
    return {a["rel"][0]: a["href"] for a in desk.get(report).select("nav a[rel]")}


def test_previous_and_next_follow_the_queue(desk) -> None:
    third, first, second = waiting(3, 1, 2)
    assert links(desk, second) == {
        "prev": f"/moderation/{first.pk}/", "next": f"/moderation/{third.pk}/"
    }  # fmt: skip
    assert links(desk, first) == {"next": f"/moderation/{second.pk}/"}
    assert links(desk, third) == {"prev": f"/moderation/{second.pk}/"}
    assert links(desk, make_asking(make_moderator())) == {"next": f"/moderation/{first.pk}/"}


def test_decide_and_go_on(desk) -> None:
    first, second, third = waiting(1, 2, 3)
    desk.send(second, "conflict")
    response = desk.send(first, "return", reason="x", onward="on")
    assert response["Location"] == f"/moderation/{third.pk}/?onward=1"
    page = page_of(desk.browser.get(response["Location"]))
    assert {box["id"] for box in page.select("[name=onward][checked]")} == {
        "onward-accept", "onward-return", "onward-decline", "onward-conflict",
    }  # fmt: skip
    last = desk.send(third, "return", reason="x", onward="on")
    assert last["Location"] == "/moderation/"


def test_at_the_end_of_the_queue_one_begins_anew(desk) -> None:
    first, second = waiting(1, 2)
    response = desk.send(second, "decline", reason="x", onward="on")
    assert response["Location"] == f"/moderation/{first.pk}/?onward=1"


def test_ones_own_report_is_no_next_one(desk) -> None:
    first, second = waiting(1, 2)
    Report.objects.filter(pk=second.pk).update(reporter=desk.moderator)
    assert links(desk, first) == {}
