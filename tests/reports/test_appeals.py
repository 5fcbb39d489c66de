"""Appeals and complaints: written by anybody, confirmed by mail, decided by somebody new."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.models import Email
from notifications.reconciliation import findings
from reports import appeal_decisions, appeals, declarations, moderation, personal, redactions
from reports.appeal_decisions import Verdict
from reports.lifecycle import Refused
from reports.models import Appeal, Hold, Proposal, Report
from tests.registry import builders
from tests.reports import stages
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    events,
    hand_over,
    inquiry_of,
    make_asking,
    make_lapsed,
    make_moderator,
    make_submitted,
    state_of,
    sweep,
)
from tests.reports.moderators import Desk, page_of, sentences, words

pytestmark = pytest.mark.django_db
ADA = "ada@lab.example"
RECEIVED = "An appeal was received on 3 March 2026 and is being looked at."


def asking(moderator: User | None = None) -> Report:
    report = make_asking(moderator or make_moderator(), ADA)
    hand_over(report, NOW)
    return report


def typed(named: object, **changed: str) -> dict[str, str]:
    form = {
        "kind": "appeal", "named": f"{named}", "text": "The report confuses two tables.",
        "name": "Ada Muster", "email": ADA,
    }  # fmt: skip
    return form | changed


def post(form: dict[str, str], now: datetime = NOW + DAY, **more: Any) -> Any:
    with time_machine.travel(now, tick=False):
        return Client(**more).post("/appeal/", form)


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"/appeal/[\w-]+/", str(mail.body))
    assert found
    return found.group()


def written(named: object, email: str = ADA, now: datetime = NOW + DAY) -> Appeal:
    """An appeal that its sender confirmed."""
    appeal = appeals.receive(
        kind="appeal", name="Ada", email=email, named=f"{named}", text="Wrong.", language="en",
        now=now,
    )  # fmt: skip
    return appeals.confirm(token=appeals.links.appeal_token(appeal.pk), now=now)


def decide(appeal: Appeal, by: User | None = None, now: datetime = NOW + 2 * DAY, **more: Any):
    verdict = Verdict(**{"upheld": False, "reason": "It is right as it is."} | more)
    return appeal_decisions.decide(
        appeal_id=appeal.pk, moderator=by or make_moderator(), verdict=verdict, now=now
    )


# --- writing and confirming -------------------------------------------------------------------


def test_it_counts_once_it_is_confirmed_through_the_letter(
    mailoutbox: list[EmailMessage],
) -> None:
    report = asking()
    response = post(typed(f"report {report.pk}"))
    assert (response.status_code, response["Location"]) == (302, "/appeal/sent/")
    assert mailoutbox[0].to == [ADA]
    link = link_in(mailoutbox[0])
    client = Client()
    with time_machine.travel(NOW + DAY, tick=False):
        shown = client.get(link)
        assert b"Confirm what you wrote" in shown.content
        assert not Hold.objects.exists()
        assert b"It is confirmed" in client.post(link).content
        assert b"It is confirmed" in client.post(link).content
        assert b"It is confirmed" in client.get(link).content
    appeal = Appeal.objects.get()
    assert (appeal.report, appeal.confirmed_at, appeal.due_at) == (
        report, NOW + DAY, NOW + 15 * DAY,
    )  # fmt: skip
    assert [hold.reason for hold in Hold.objects.all()] == [appeals.HOLD]
    assert [e.data["step"] for e in events(report, "appeal")] == ["received"]


def test_the_letter_is_tried_for_days_and_not_for_minutes(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.backend.OutboxBackend"
    post(typed(1))
    row = Email.objects.get()
    assert row.give_up_at - row.created_at == timedelta(days=7)


def test_the_letter_is_in_the_language_of_the_browser(mailoutbox: list[EmailMessage]) -> None:
    post(typed(1), headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert mailoutbox[0].subject == "请确认您提交的内容"
    assert "Ada" not in str(mailoutbox[0].body)


def test_the_answer_is_the_same_whatever_was_named(mailoutbox: list[EmailMessage]) -> None:
    secret, public = asking(), make_lapsed(make_moderator())
    draft = make_submitted()
    Report.objects.filter(pk=draft.pk).update(state="draft")
    answers, pages = set(), set()
    for named in (secret.pk, public.pk, draft.pk, 999999999999999999, "nonsense", "10.9999/x"):
        response = post(typed(named))
        answers.add((response.status_code, response["Location"], response.content))
        with time_machine.travel(NOW + DAY, tick=False):
            page = Client().post(link_in(mailoutbox[-1]))
        pages.add(re.sub(rb'value="(?:[\w]{64}|/appeal/[^"]+)"', b"", page.content))
    assert len(answers) == len(pages) == 1
    assert Appeal.objects.filter(confirmed_at__isnull=False).count() == 6


def test_what_lacks_is_said_and_what_was_typed_stays() -> None:
    response = post({"kind": "x", "named": "", "text": "Kept <b>words</b>.", "email": "ada"})
    assert response.status_code == 422
    said = sentences(response)
    assert [line.partition(":")[0] for line in said] == [
        "What this is", "Which paper or report", "Your name", "Your e-mail address",
    ]  # fmt: skip
    assert page_of(response).select_one("textarea").text.strip() == "Kept <b>words</b>."
    assert not Appeal.objects.exists()


def test_the_form_may_be_led_to_with_what_it_is_about() -> None:
    page = page_of(Client().get('/appeal/?about=/reports/7/"><script>'))
    assert page.select_one("[name=named]")["value"] == '/reports/7/"><script>'


def test_many_in_a_short_time_wait(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"appeal": "2/h/key"}
    last = [post(typed(1)).status_code for _ in range(3)][-1]
    assert (last, Appeal.objects.count()) == (429, 2)
    assert post(typed(1, email="bo@lab.example")).status_code == 302


def test_an_old_or_made_up_link_says_what_to_do() -> None:
    appeal = appeals.receive(
        kind="legal", name="A", email=ADA, named="1", text="x", language="en", now=NOW
    )
    token = appeals.links.appeal_token(appeal.pk)
    for link, now in ((token, NOW + 8 * DAY), ("nosuchlink", NOW)):
        with time_machine.travel(now, tick=False):
            assert Client().get(f"/appeal/{link}/").status_code == 404
            assert Client().post(f"/appeal/{link}/").status_code == 404
    assert not Appeal.objects.filter(confirmed_at__isnull=False).exists()


@pytest.mark.parametrize(
    "named",
    ["{pk}", "#{pk}", "report {pk}", "Report #{pk}", "https://site.example/reports/{pk}/",
     "/reports/{pk}/?x=1", "reports/{pk}", " {pk}  "],
)  # fmt: skip
def test_a_report_is_found_by_its_number_or_address(named: str) -> None:
    report = asking()
    assert appeals.about(named.format(pk=report.pk)) == (report, None)


def test_a_paper_is_found_by_address_or_identifier() -> None:
    paper = builders.paper("Gears", doi="10.9999/gears")
    for named in (f"/papers/{paper.pk}/gears/", f"paper {paper.pk}", "10.9999/gears",
                  "https://doi.org/10.9999/GEARS"):  # fmt: skip
        assert appeals.about(named) == (None, paper)
    assert appeals.about("something else") == (None, None)
    assert written("10.9999/gears").paper == paper


# --- the hold ---------------------------------------------------------------------------------


def test_nothing_lapses_while_an_appeal_waits_and_afterwards_time_is_left() -> None:
    report = asking()
    appeal = written(report.pk)
    assert sweep(FIRST_DEADLINE + DAY) == 0
    decide(appeal, now=FIRST_DEADLINE + DAY)
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    assert deadline - (FIRST_DEADLINE + DAY) >= 14 * DAY
    assert appeal.holds.get().released_at is not None


def test_a_second_appeal_against_the_same_decision_opens_no_hold() -> None:
    report = asking()
    decide(written(report.pk))
    second = written(report.pk, now=NOW + 3 * DAY)
    assert (second.report, second.holds.count()) == (report, 0)
    assert inquiry_of(report).holds.filter(released_at=None).count() == 0
    other = written(report.pk, email="bo@lab.example", now=NOW + 3 * DAY)
    assert other.holds.exists()


def test_one_sender_has_one_open_appeal_a_report_and_case_does_not_matter() -> None:
    report = asking()
    first, second = written(report.pk), written(report.pk, email="ADA@lab.example")
    assert (first.report, second.report) == (report, None)
    assert Hold.objects.count() == 1
    assert {*appeals.waiting()} == {first, second}


def test_one_sender_holds_up_three_inquiries_at_most() -> None:
    made = [written(asking().pk) for _ in range(5)]
    assert [appeal.holds.exists() for appeal in made] == [True] * 3 + [False] * 2
    decide(made[0])
    assert written(asking().pk).holds.exists()


@pytest.mark.parametrize("kind", ["lapsed", "submitted", "answered"])
def test_what_does_not_run_is_not_held(kind: str) -> None:
    if kind == "submitted":
        report = make_submitted(ADA)
    else:
        report = make_lapsed(make_moderator()) if kind == "lapsed" else asking()
    if kind == "answered":
        answer(report, now=NOW)
    appeal = written(report.pk, now=FIRST_DEADLINE + 3 * DAY)
    assert (appeal.report, appeal.holds.count()) == (report, 0)


def test_its_hold_ends_with_the_decision_alone() -> None:
    appeal = written(asking().pk)
    with pytest.raises(Refused, match="An appeal waits behind this hold"):
        moderation.release_hold(hold_id=appeal.holds.get().pk, moderator=make_moderator(), now=NOW)


# --- deciding ---------------------------------------------------------------------------------


def test_who_decided_on_the_report_before_does_not_decide_on_the_appeal() -> None:
    first = make_moderator()
    appeal = written(asking(first).pk)
    with pytest.raises(Refused) as refused:
        decide(appeal, first)
    assert str(refused.value) == appeal_decisions.BEFORE
    other = make_moderator()
    declarations.declare_none(report_id=appeal.report_id, moderator=other, now=NOW)
    assert decide(appeal, other).upheld is False


def test_nobody_decides_on_their_own_appeal_or_institution() -> None:
    report = asking()
    author = make_moderator(email="mo@mods.example")
    own = written(report.pk, email="MO@mods.example")
    with pytest.raises(Refused, match="You wrote this yourself"):
        decide(own, author)
    with pytest.raises(Refused, match="your own institution"):
        decide(own, make_moderator(affiliation="Lab R"))
    with pytest.raises(Refused, match="Only moderators"):
        decide(own, report.reporter)


def test_the_sender_gets_the_decision_and_its_reason(mailoutbox: list[EmailMessage]) -> None:
    decide(written(asking().pk), reason="The tables <b>are</b> different.")
    letter = mailoutbox[-1]
    assert letter.to == [ADA]
    assert "refused it. The reason:\n\n> The tables <b>are</b> different." in str(letter.body)
    assert "/corrections/" not in str(letter.body)
    html = str(letter.alternatives[0][0])
    assert "<b>are" not in html
    decide(written(make_lapsed(make_moderator()).pk), upheld=True)
    assert "upheld what you wrote" in str(mailoutbox[-1].body)
    assert "/corrections/" in str(mailoutbox[-1].body)


def test_upheld_the_report_is_removed() -> None:
    report = asking()
    decide(written(report.pk), upheld=True, reason="It is no attempt.", follow_up="remove")
    assert state_of(report) == "removed"
    assert events(report, "state")[-1].note == "It is no attempt."


def test_upheld_under_the_two_person_rule_the_removal_is_proposed(settings: Any) -> None:
    settings.TWO_PERSON_RULE = True
    report = asking()
    decide(written(report.pk), upheld=True, follow_up="remove")
    assert (state_of(report), Proposal.objects.get().kind) == ("asking", "remove")


def test_upheld_the_listing_is_annulled() -> None:
    report = make_lapsed(make_moderator())
    later = FIRST_DEADLINE + 5 * DAY
    decide(written(report.pk, now=later), now=later + DAY, upheld=True, follow_up="annul")
    assert state_of(report) == "unreachable"


def test_upheld_a_passage_is_redacted() -> None:
    report = stages.answered(summary="We met Zebulon there.")
    decide(written(report.pk), upheld=True, reason="A name.", follow_up="redact", passage="Zebulon")
    report.refresh_from_db()
    assert "Zebulon" not in report.summary
    assert redactions.Redaction.objects.count() == 1


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ({"reason": " "}, "Give the reason"),
        ({"follow_up": "remove"}, "Nothing follows from an appeal that is refused"),
        ({"upheld": True, "follow_up": "bribe"}, "Choose what follows"),
        ({"upheld": True, "follow_up": "redact", "passage": "nowhere"}, "does not stand"),
    ],
)
def test_what_cannot_be_decided_so_changes_nothing(verdict: dict[str, Any], said: str) -> None:
    report = asking()
    appeal = written(report.pk)
    with pytest.raises(Refused, match=said):
        decide(appeal, **verdict)
    appeal.refresh_from_db()
    assert (appeal.decided_at, appeal.holds.get().released_at) == (None, None)
    assert state_of(report) == "asking"


def test_about_nothing_known_nothing_follows_and_it_is_decided_all_the_same() -> None:
    appeal = written("some paper")
    with pytest.raises(Refused, match="No report is known"):
        decide(appeal, upheld=True, follow_up="remove")
    assert decide(appeal, upheld=True).decided_at is not None
    with pytest.raises(Refused, match="decided on already"):
        decide(appeal)


# --- what everybody reads ---------------------------------------------------------------------


def test_a_public_report_says_that_an_appeal_waits_and_a_secret_one_is_not_named() -> None:
    report, secret = stages.answered(), asking()
    for path in (f"/reports/{report.pk}/", f"/papers/{report.paper_id}/"):
        assert "An appeal was received" not in Client().get(path, follow=True).content.decode()
    appeal = written(report.pk)
    for path in (f"/reports/{report.pk}/", f"/papers/{report.paper_id}/"):
        page = page_of(Client().get(path, follow=True))
        assert [" ".join(one.text.split()) for one in page.select(".notice")] == [RECEIVED]
    decide(appeal)
    assert "appeal was received" not in Client().get(f"/reports/{report.pk}/").content.decode()
    decide(written(secret.pk, email="zoe@lab.example"))
    rows = page_of(Client().get("/corrections/")).select("li.row")
    assert [row["id"] for row in rows] == [f"appeal-{appeal.pk}"]
    said = " ".join(rows[0].text.split())
    assert f"about report {report.pk} was refused on 4 March 2026" in said
    assert "It is right as it is." in said
    assert "Wrong." not in said


# --- the moderators' pages --------------------------------------------------------------------


def test_it_is_in_the_queue_and_decided_on_its_page() -> None:
    appeal, desk = written(asking().pk), Desk(now=NOW + 2 * DAY)
    path = f"/moderation/appeals/{appeal.pk}/"
    assert [a["href"] for a in desk.queue().select("#appeals-title ~ ol h3 a")] == [path]
    assert "An appeal waits" not in words(desk.queue(), "#held-title ~ ol")
    page = page_of(desk.browser.get(path))
    assert ADA in page.text
    form = {"verdict": "refuse", "reason": "It stands."}
    with time_machine.travel(desk.now, tick=False):
        refused = desk.browser.post(path, form)
        assert (refused.status_code, sentences(refused)) == (422, [declarations.ASKED])
        assert page_of(refused).select_one("textarea[name=reason]").text.strip() == "It stands."
        assert desk.browser.post(path, {"no_conflict": "on"}).status_code == 422
        assert desk.browser.post(path, form | {"no_conflict": "on"}).status_code == 302
        again = desk.browser.post(path, form | {"no_conflict": "on"})
    assert again.status_code == 409
    assert desk.queue().select("#appeals-title") == []
    assert "It stands." in page_of(again).text


def test_who_may_not_decide_on_the_report_reads_nothing_of_the_appeal() -> None:
    appeal = written(asking().pk)
    biased = Desk(make_moderator(affiliation="Lab R"))
    page = page_of(biased.browser.get(f"/moderation/appeals/{appeal.pk}/"))
    assert "your own institution" in words(page, ".notice")
    for secret in (ADA, "Wrong."):
        assert secret not in page.text


def test_the_operator_learns_what_was_not_decided_in_time() -> None:
    appeal = written("nothing")

    def late(now: datetime) -> list[Any]:
        return [f.ids for f in findings(now) if f.what.startswith("Appeals")]

    assert late(NOW + 15 * DAY) == []
    assert late(NOW + 16 * DAY) == [(appeal.pk,)]
    decide(appeal)
    assert late(NOW + 16 * DAY) == []


# --- what is kept -----------------------------------------------------------------------------


def test_what_nobody_confirmed_is_deleted_and_who_wrote_is_forgotten_after_a_year() -> None:
    appeals.receive(kind="legal", name="A", email=ADA, named="1", text="x", language="en", now=NOW)
    kept = decide(written(asking().pk))
    assert appeals.forget(now=NOW + 6 * DAY) == 0
    assert appeals.forget(now=NOW + 8 * DAY) == 1
    assert appeals.forget(now=NOW + 366 * DAY) == 0
    assert appeals.forget(now=NOW + 368 * DAY) == 1
    kept.refresh_from_db()
    assert (kept.name, kept.email, kept.text, kept.decision) == (
        "", "", "", "It is right as it is.",
    )  # fmt: skip


def test_a_person_takes_their_appeals_along_and_erases_them_once_they_are_decided() -> None:
    user = User.objects.create_user(ADA)
    waits, decided = written(asking().pk), decide(written(asking().pk))
    assert [one["text"] for one in personal.export(user)["appeals"]] == ["Wrong.", "Wrong."]
    personal.erase(user, keep_published=True, now=timezone.now())
    waits.refresh_from_db()
    decided.refresh_from_db()
    assert (waits.email, decided.email) == (ADA, "")
