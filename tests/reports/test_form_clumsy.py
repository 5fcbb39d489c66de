"""The report form in hurried hands: double clicks, two windows, sessions that end, drafts gone."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from registry.models import Identifier, Paper
from reports import drafts, identity, services, submission
from reports.forms.whole import WholeForm
from reports.lifecycle import Refused
from reports.models import Report, ReportEvent
from tests.reports.typed import NOW, by_hand, complete, make_paper, make_user, signed_in, submit

pytestmark = pytest.mark.django_db


def seen_at(client: Client, page: str) -> str:
    return client.get(page).content.decode().split('name="seen" value="')[1].split('"')[0]


def at_once(*acts: Callable[[], object]) -> None:
    """Do all at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db(transaction=True)
def test_submitted_in_two_windows_at_once_it_is_one_report_of_one_paper() -> None:
    user = make_user()
    client = signed_in(user)
    form = by_hand(identifiers="arXiv:2401.00001")
    page = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    seen = seen_at(client, page)
    windows = [signed_in(user) for _ in range(3)]
    answers: list[str] = []

    def press(window: Client) -> None:
        answers.append(window.post(page, {"seen": seen})["Location"])

    at_once(*(lambda window=window: press(window) for window in windows))
    report = Report.objects.get()
    assert answers == [f"/reports/{report.pk}/"] * 3
    assert report.state == "submitted"
    assert (ReportEvent.objects.count(), Paper.objects.count()) == (1, 1)
    assert report.claims.count() == report.addresses.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_typed_while_it_is_submitted_is_not_lost_and_not_submitted_unseen() -> None:
    user = make_user()
    client = signed_in(user)
    form = complete(make_paper())
    page = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    seen = seen_at(client, page)
    first, second = signed_in(user), signed_in(user)
    newer = form | {"summary": "Words typed a moment later", "do": "save", "seen": seen}
    at_once(
        lambda: first.post(page, {"seen": seen}),
        lambda: second.post(page.replace("preview", "edit"), newer),
    )
    kept = [report.typed["summary"][0] for report in Report.objects.all()]
    assert "Words typed a moment later" in kept
    for report in Report.objects.filter(state="submitted"):
        assert report.summary == form["summary"]


def test_somebody_whose_session_ended_comes_back_to_where_they_were() -> None:
    user = make_user()
    page = signed_in(user).post("/reports/new/", complete(make_paper()) | {"do": "preview"})
    preview = page["Location"]
    edit = preview.replace("preview", "edit")
    stranger = Client()
    assert stranger.get(edit + "?check=yes")["Location"] == (
        f"/accounts/login/?next={edit.replace('/', '%2F')}%3Fcheck%3Dyes"
    )
    for answer in (stranger.get(preview), stranger.post(preview, {"seen": "x"})):
        assert answer["Location"] == f"/accounts/login/?next={preview.replace('/', '%2F')}"
    assert Report.objects.get().state == "draft"


def test_too_much_typed_by_somebody_signed_out_is_told_to_the_script_too() -> None:
    form = {"form_key": "big", "summary": "x" * 500_001, "do": "autosave"}
    answer = Client().post("/reports/new/", form)
    assert (answer.status_code, answer.json()) == (401, {"signed_out": True})


def test_a_form_larger_than_anything_is_refused_with_words() -> None:
    answer = signed_in(make_user()).post("/reports/new/", {"summary": "x" * 2_200_000})
    assert answer.status_code == 400
    assert "what you typed should still be there" in answer.content.decode()


def test_what_is_typed_into_a_draft_deleted_in_another_window_becomes_a_new_one() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "summary": "We ran it"})
    draft = Report.objects.get()
    page = f"/reports/{draft.pk}/edit/"
    seen = seen_at(client, page)
    client.post(f"/reports/{draft.pk}/withdraw/")
    form = {"form_key": "k", "summary": "We ran it twice", "seen": seen}
    answer = client.post(page, form, follow=True)
    assert Report.objects.get().typed["summary"] == ["We ran it twice"]
    assert "What you typed is kept here as a new one." in answer.content.decode()


def test_the_back_button_after_submitting_shows_the_report_and_not_the_form() -> None:
    client = signed_in(make_user())
    report = submit(client, complete(make_paper()))
    for page in ("edit", "preview"):
        answer = client.get(f"/reports/{report.pk}/{page}/")
        assert answer["Location"] == f"/reports/{report.pk}/"
        assert "no-store" in answer["Cache-Control"]


def test_an_answer_that_comes_after_the_submission_of_another_window_leads_to_the_report() -> None:
    user = make_user()
    client = signed_in(user)
    page = client.post("/reports/new/", complete(make_paper()) | {"do": "preview"})["Location"]
    report = Report.objects.get()
    whole = WholeForm(report.typed, user=user, report=report, asked=True)
    parts = {"report_id": report.pk, "user": user, "typed": report.typed, "now": NOW}
    submission.submit(complete=whole.complete(), **parts)
    with pytest.raises(submission.Submitted):
        submission.submit(complete=whole.complete(), **parts)
    assert client.post(page, {"seen": "x"})["Location"] == f"/reports/{report.pk}/"


# --- the paper of a returned report --------------------------------------------------------------


def returned(client: Client, **changes: str) -> Report:
    report = submit(client, by_hand(**changes))
    moderator = User.objects.create_superuser("mo@mods.example.com", name="Mo")
    services.return_report(report_id=report.pk, moderator=moderator, reason="Why?", now=NOW)
    return report


def mend(client: Client, report: Report, **changes: str) -> Report:
    """Change the form of the returned report, and submit it again through the pages."""
    edit = f"/reports/{report.pk}/edit/"
    form = by_hand(**changes) | {"do": "preview", "seen": seen_at(client, edit)}
    page = client.post(edit, form)["Location"]
    assert client.post(page, {"seen": seen_at(client, page)}).status_code == 302
    report.refresh_from_db()
    return report


def test_a_paper_mended_in_a_returned_report_is_the_mended_one_alone() -> None:
    client = signed_in(make_user())
    report = returned(client, identifiers="arXiv:2401.00001\n10.1234/wrong", venue="")
    mended = mend(client, report, identifiers="arXiv:2401.00001", venue="FICT 2024")
    assert mended.state == "submitted"
    paper = Paper.objects.get()
    assert (mended.paper, paper.venue, paper.stated) == (paper, "FICT 2024", ["arxiv:2401.00001"])


def test_a_known_paper_chosen_for_a_returned_report_replaces_the_one_typed() -> None:
    client = signed_in(make_user())
    report = returned(client)
    known = make_paper()
    mended = mend(client, report, paper=str(known.pk), **{"address-0-author": "1"})
    assert (mended.paper, Paper.objects.get()) == (known, known)


def test_a_paper_that_another_report_is_about_is_not_forgotten() -> None:
    report = submit(signed_in(make_user()), by_hand())
    public = make_paper()
    for paper in (report.paper, public):
        assert paper is not None
        identity.drop_if_unused(paper)
    assert Paper.objects.count() == 2


# --- between the form and the submission ---------------------------------------------------------


def saved(client: Client, form: dict[str, str]) -> tuple[Report, str]:
    page = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    return Report.objects.latest("pk"), page


def test_a_paper_that_became_known_while_the_preview_stood_open_is_asked_for() -> None:
    client = signed_in(make_user())
    report, page = saved(client, by_hand(identifiers="arXiv:2401.00001"))
    seen = seen_at(client, page)
    Identifier.objects.create(paper=make_paper(), scheme="arxiv", value="2401.00001")
    answer = client.post(page, {"seen": seen}, follow=True)
    assert "A paper with this identifier is known here" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_refusal_at_the_last_moment_shows_the_form_with_all_that_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = signed_in(make_user())
    report, page = saved(client, by_hand(identifiers="arXiv:2401.00001"))
    seen = seen_at(client, page)
    entered = submission.enter_paper
    known = make_paper()

    def a_moment_later(**fields: Any) -> Paper:
        Identifier.objects.create(paper=known, scheme="arxiv", value="2401.00001")
        return entered(**fields)

    monkeypatch.setattr(submission, "enter_paper", a_moment_later)
    answer = client.post(page, {"seen": seen})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "王小明: The paper has no author of this name" in words
    assert "一种新方法: A New Method" in words
    report.refresh_from_db()
    assert (report.state, report.typed["title"]) == ("draft", ["一种新方法: A New Method"])


def test_identifiers_that_two_papers_took_in_the_same_moment_are_refused_in_words() -> None:
    user = make_user()
    report, _ = saved(signed_in(user), by_hand(identifiers="arXiv:2401.00001\n10.1234/a"))
    whole = WholeForm(report.typed, user=user, report=report, asked=True).complete()
    Identifier.objects.create(paper=make_paper("One"), scheme="arxiv", value="2401.00001")
    Identifier.objects.create(paper=make_paper("Two"), scheme="doi", value="10.1234/a")
    with pytest.raises(Refused, match="These identifiers belong to different papers"):
        submission.submit(
            report_id=report.pk, user=user, complete=whole, typed=report.typed, now=NOW
        )


def test_a_draft_is_not_accepted() -> None:
    drafts.save_new(user=make_user(), typed={"form_key": ["k"]}, seen="", now=NOW)
    moderator = User.objects.create_superuser("mo@mods.example.com", name="Mo")
    with pytest.raises(Refused, match="This report is draft now"):
        services.accept(
            report_id=Report.objects.get().pk, moderator=moderator, now=NOW,
            checks=dict.fromkeys(services.ACCEPTANCE, True), checked_addresses=[],
        )  # fmt: skip
