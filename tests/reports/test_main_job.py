"""From a submitted report to an answer by link, and to the list, through the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from registry.models import Listing, Paper, PaperAuthor
from reports import answers, facts, lapse, letters_due, links, moderation, services
from reports.deadlines import Policy
from reports.lifecycle import Refused
from reports.models import Address, Answer, Claim, Contact, Letter, Report
from reports.reach import LetterKind

pytestmark = pytest.mark.django_db
WINDOW = timedelta(seconds=120)


@pytest.fixture
def moderator() -> User:
    return User.objects.create_user("mod@moderators.example", name="Mo", is_staff=True)


@pytest.fixture
def report() -> Report:
    now = timezone.now()
    reporter = User.objects.create_user("rep@reporters.example", name="Rea", affiliation="Lab A")
    paper = Paper.objects.create(
        title="量子 widgets", title_key="k", names="Ada Example", created_at=now
    )
    PaperAuthor.objects.create(paper=paper, position=1, name="Ada Example")
    made = Report.objects.create(
        paper=paper, reporter=reporter, state_at=now, created_at=now, updated_at=now, mode="re-run",
        outcome="did not match", version="v1", summary="Ran it.", environment="One GPU", hours=3,
        shown_as="Rea",
    )  # fmt: skip
    Claim.objects.create(report=made, position=1, place="Table 2", quote="93.1 % accuracy")
    Address.objects.create(
        report=made, author_position=1, rank=1, email="ada@authors.example", source="first page"
    )
    return services.submit(report_id=made.pk, user=reporter, now=now)


def accept(report: Report, moderator: User) -> Contact:
    services.accept(
        report_id=report.pk, moderator=moderator, now=timezone.now(),
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[a.pk for a in report.addresses.all()], policy=Policy.of(WINDOW),
    )  # fmt: skip
    return Contact.objects.get(inquiry__report=report)


def hand_over(contact: Contact, now) -> None:
    letter = contact.letters.get(handed_over_at=None, failed_at=None, cancelled_at=None)
    facts.handed_over(letter_id=letter.pk, printed=facts.deadline_to_print(letter, now), now=now)


def run_to_the_deadline(contact: Contact):
    """Hand over every letter when it is due; the deadline."""
    now = timezone.now()
    hand_over(contact, now)
    contact.inquiry.refresh_from_db()
    deadline = contact.inquiry.deadline
    while contact.inquiry.letters_at and contact.inquiry.letters_at < deadline:
        now = contact.inquiry.letters_at
        if letters_due.order_due_letters(now=now):
            hand_over(Contact.objects.get(pk=contact.pk), now)
        contact.inquiry.refresh_from_db()
    return contact.inquiry.deadline


def test_silence_lists_the_paper_in_trial_mode(report, moderator, client, settings) -> None:
    settings.TRIAL_MODE = True
    contact = accept(report, moderator)
    deadline = run_to_the_deadline(contact)
    assert lapse.lapse_due(now=deadline - timedelta(seconds=1)) == 0
    assert lapse.lapse_due(now=deadline + timedelta(seconds=1)) == 1
    assert lapse.lapse_due(now=deadline + timedelta(seconds=2)) == 0
    assert Listing.objects.get().ground == "silence"
    assert "量子 widgets" in client.get("/").content.decode()
    page = client.get(f"/papers/{report.paper_id}/", follow=True)
    assert page.status_code == 200
    assert "not reproducible: no answer" in page.content.decode()


def test_without_a_working_channel_nothing_lapses(report, moderator, settings) -> None:
    settings.TRIAL_MODE = False
    deadline = run_to_the_deadline(accept(report, moderator))
    assert lapse.lapse_due(now=deadline + timedelta(days=1)) == 0
    report.refresh_from_db()
    assert report.state == "asking"


def test_the_wheel_of_letters_is_notice_reminders_final(report, moderator, settings) -> None:
    settings.TRIAL_MODE = True
    run_to_the_deadline(accept(report, moderator))
    assert [letter.kind for letter in Letter.objects.all()] == list(LetterKind)


def test_a_hold_stops_the_lapse_and_gives_time(report, moderator, settings) -> None:
    settings.TRIAL_MODE = True
    deadline = run_to_the_deadline(accept(report, moderator))
    after = deadline + timedelta(seconds=5)
    hold = moderation.open_hold(
        report_id=report.pk, moderator=moderator, reason="An appeal.", now=deadline
    )
    assert lapse.lapse_due(now=after) == 0
    moderation.release_hold(hold_id=hold.pk, moderator=moderator, now=after)
    report.inquiry.refresh_from_db()
    assert report.inquiry.deadline == after + WINDOW / 2


def test_a_failure_after_the_lapse_annuls_the_listing(report, moderator, settings) -> None:
    settings.TRIAL_MODE = True
    contact = accept(report, moderator)
    deadline = run_to_the_deadline(contact)
    now = deadline + timedelta(seconds=1)
    lapse.lapse_due(now=now)
    facts.failed(
        letter_id=contact.letters.first().pk, reason="5.1.1", address_is_bad=True,
        now=now + timedelta(seconds=1),
    )  # fmt: skip
    report.refresh_from_db()
    assert (report.state, Listing.objects.get().ending) == ("unreachable", "annulled")
    assert Paper.objects.get().listed_at is None


def test_reading_the_link_answers_nothing_and_a_form_sent_twice_answers_once(
    report, moderator, settings
) -> None:
    settings.TRIAL_MODE = True
    contact = accept(report, moderator)
    token = links.token_for(contact, timezone.now())
    page = f"/answer/{contact.pk}/"
    browser = Client()
    for _ in range(3):
        assert browser.get(f"/answer/{token}/").status_code == 302
        assert browser.head(f"/answer/{token}/").status_code == 302
        assert browser.get(page).status_code == 200
    assert browser.post(page).status_code == 404
    assert browser.post(page, {"token": token, "do": "answer"}).status_code == 409
    assert Answer.objects.count() == 0
    form = {
        "token": token, "do": "answer", "kind": "explains", "text": "Use seed 3. <script>",
        "name": "Ada", "form_key": str(uuid4()),
    }  # fmt: skip
    without_cookies = Client()
    for _ in range(2):
        assert without_cookies.post(page, form).status_code == 200
    assert Answer.objects.count() == 1
    report.refresh_from_db()
    assert report.state == "answered"
    assert b"<script>" not in Client().get(f"/papers/{report.paper_id}/", follow=True).content
    assert Client().get(f"/answer/{token[:-3]}/").status_code == 404


def test_a_moderator_accepts_on_the_page_and_nobody_else(report, moderator) -> None:
    stranger, browser = Client(), Client()
    page = f"/moderation/{report.pk}/"
    assert stranger.get(page).status_code == 302
    stranger.force_login(report.reporter, "django.contrib.auth.backends.ModelBackend")
    assert stranger.get(page).status_code == 403
    browser.force_login(moderator, "django.contrib.auth.backends.ModelBackend")
    assert report.paper.title in browser.get("/moderation/").content.decode()
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"do": "accept"}).status_code == 422  # no declaration
    assert browser.post(page, {"do": "accept", "no_conflict": "on"}).status_code == 409
    done = {
        "do": "accept",
        "no_conflict": "on",
        "check": list(services.ACCEPTANCE),
        "address": [a.pk for a in report.addresses.all()],
    }
    assert browser.post(page, done).status_code == 302
    assert browser.post(page, done).status_code == 409
    assert Letter.objects.get().kind == "notice"
    assert Client().get(f"/papers/{report.paper_id}/").status_code == 404


def test_nobody_decides_on_their_own_report(report) -> None:
    report.reporter.is_staff = True
    report.reporter.save()
    with pytest.raises(Refused, match="your own report"):
        services.decline(
            report_id=report.pk, moderator=report.reporter, reason="No.", now=timezone.now()
        )


def test_the_dates_of_a_list_row_are_those_of_the_report_that_lapsed(
    report, moderator, settings
) -> None:
    settings.TRIAL_MODE = True
    deadline = run_to_the_deadline(accept(report, moderator))
    lapse.lapse_due(now=deadline + timedelta(seconds=1))
    now = timezone.now()
    other = Report.objects.create(
        paper=report.paper, reporter=moderator, state_at=now, created_at=now, updated_at=now,
        mode="own data", outcome="did not match", version="v1", shown_as="Mo",
    )  # fmt: skip
    Claim.objects.create(report=other, position=1, place="Figure 4", quote="twice as fast")
    Address.objects.create(
        report=other, author_position=1, rank=1, email="ada@other.example", source="homepage"
    )
    services.submit(report_id=other.pk, user=moderator, now=now)
    second = User.objects.create_user("two@moderators2.example", name="Two", is_staff=True)
    contact = accept(other, second)
    hand_over(contact, now + timedelta(seconds=30))
    answers.give_answer(
        contact_id=contact.pk, kind="explains", text="See the erratum.", url="", name="Ada",
        role="", form_key=uuid4(), now=now + timedelta(seconds=31),
    )  # fmt: skip
    listed = Paper.objects.get()
    assert listed.report_count == 2
    assert listed.facts["deadline"] == deadline.isoformat()
    assert listed.facts["asked_at"] == report.inquiry.opened_at.isoformat()


def test_who_a_moderator_found_not_reached_is_asked_anew_at_another_address(
    report, moderator, settings
) -> None:
    settings.TRIAL_MODE = True
    contact = accept(report, moderator)
    deadline = run_to_the_deadline(contact)
    now = deadline + timedelta(seconds=1)
    lapse.lapse_due(now=now)
    moderation.not_reached(
        report_id=report.pk, moderator=moderator, reason="The mailbox was closed.", now=now
    )
    assert Contact.objects.get().state == "failed"
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=1, email="ada@new.example",
        source="homepage", now=now,
    )  # fmt: skip
    owed = Letter.objects.get(handed_over_at=None)
    assert (owed.kind, owed.address.email) == ("notice", "ada@new.example")
    hand_over(Contact.objects.get(), now)
    report.inquiry.refresh_from_db()
    assert report.inquiry.deadline == now + WINDOW
    assert Listing.objects.filter(closed_at=None).count() == 0
