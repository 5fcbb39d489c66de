"""“I am an author of this paper”: asked for, confirmed by mail, looked at, and what follows."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications.reconciliation import findings
from registry.models import Listing, Paper, PaperAuthor
from reports import (
    answers,
    appeal_decisions,
    appeals,
    facts,
    links,
    merging,
    retention,
    services,
    suggestions,
)
from reports.appeal_decisions import Verdict
from reports.audit import audit
from reports.lifecycle import Refused
from reports.models import Appeal, Contact, Hold, Letter, OptOut, Report, Suggestion
from tests.registry import builders
from tests.reports import stages
from tests.reports.inquiries import inquiry_of, make_unreachable, state_of
from tests.reports.moderators import Desk, page_of, sentences, words
from tests.reports.stages import DAY, NOW
from tests.reports.states import reach

pytestmark = pytest.mark.django_db
ADA = "ada@home.example"
THEN = NOW + 60 * DAY


@pytest.fixture
def paper() -> Paper:
    return builders.paper("Lantern Networks", doi="10.9999/lantern")


def post(paper: Paper, now: Any = NOW + DAY, **changed: str) -> Any:
    form = {
        "position": "1", "name": "Ada Example", "email": ADA,
        "text": "My page at the institute shows this address.",
    } | changed  # fmt: skip
    with time_machine.travel(now, tick=False):
        return Client().post(f"/author/{paper.pk}/", form)


def wished(
    paper: Paper, *, email: str = ADA, position: int | None = 1, now: Any = NOW + DAY
) -> Appeal:
    """A wish for a link, confirmed by mail."""
    appeal = appeals.receive(
        kind="author", name="Ada Example", email=email, named=f"paper {paper.pk}",
        text="My page shows it.", language="en", position=position, now=now,
    )  # fmt: skip
    return appeals.confirm(token=links.appeal_token(appeal.pk), now=now)


def decide(
    appeal: Appeal, *, upheld: bool = True, now: Any = NOW + 2 * DAY, by: User | None = None
) -> Appeal:
    return appeal_decisions.decide(
        appeal_id=appeal.pk, moderator=by or stages.moderator(), now=now,
        verdict=Verdict(upheld=upheld, reason="Their page shows the address."),
    )  # fmt: skip


def tokens(mail: EmailMessage) -> dict[int, str]:
    """The links of the letter by report number."""
    found = re.findall(r"Report (\d+): \S+/answer/([\w-]+)/", str(mail.body))
    return {int(number): token for number, token in found}


def contact(report: Report, position: int = 1) -> Contact:
    return Contact.objects.select_related("address").get(inquiry__report=report, position=position)


# --- asking -----------------------------------------------------------------------------------


def test_the_page_is_the_same_whether_authors_are_being_asked_or_not(paper: Paper) -> None:
    def shown() -> str:
        page = Client().get(f"/author/{paper.pk}/").content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    before = shown()
    stages.asked(of=paper)
    assert shown() == before
    assert "Ada Example" in before
    assert f'href="/author/{paper.pk}/"' in Client().get(f"/papers/{paper.pk}/", follow=True).text


def test_a_paper_that_is_not_public_has_no_page_and_a_merged_one_leads_on(paper: Paper) -> None:
    secret = builders.paper("Nobody knows", public=False)
    assert Client().get(f"/author/{secret.pk}/").status_code == 404
    assert post(secret).status_code == 404
    root = builders.paper("The proceedings")
    Paper.objects.filter(pk=paper.pk).update(root=root)
    assert Client().get(f"/author/{paper.pk}/")["Location"] == f"/author/{root.pk}/"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"position": ""}, "Choose which author you are."),
        ({"position": "3"}, "Choose which author you are."),
        ({"position": "1; DROP"}, "Choose which author you are."),
        ({"name": " "}, "Give your name."),
        ({"email": ""}, "Give your address"),
        ({"email": "noreply@lab.example"}, "Nobody reads at this address"),
        ({"text": "\x00 "}, "Say how a moderator can see"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    changed: dict[str, str], sentence: str, paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    response = post(paper, **changed)
    assert response.status_code == 422
    assert sentence in " ".join(sentences(response))
    if "text" not in changed:
        assert "My page at the institute" in response.text
    assert (Appeal.objects.count(), mailoutbox) == (0, [])


def test_who_asks_too_often_is_told(paper: Paper, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"appeal": "2/h/key"}
    assert [post(paper).status_code for _ in range(2)] == [302, 302]
    response = post(paper)
    assert response.status_code == 429
    assert "Several of these were sent" in response.text


def test_nothing_counts_before_it_is_confirmed_by_mail(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    assert post(paper)["Location"] == "/appeal/sent/"
    assert not Hold.objects.exists()
    mail = mailoutbox[-1]
    assert mail.to == [ADA]
    assert "an author of the paper “Lantern Networks”" in str(mail.body)
    link = re.search(r"/appeal/[\w-]+/", str(mail.body))
    assert link is not None
    with time_machine.travel(NOW + DAY, tick=False):
        for _ in range(2):
            assert "you get a letter with your links" in Client().post(link[0]).text
    hold = Hold.objects.get()
    assert (hold.inquiry.report_id, hold.reason) == (report.pk, appeals.HOLD_FOR_AUTHOR)
    assert Appeal.objects.get().due_at == NOW + 15 * DAY


def test_a_person_holds_each_inquiry_once_and_three_papers_at_most(paper: Paper) -> None:
    reports = [stages.asked(of=paper, table=f"Table {n}") for n in range(4)]
    first = wished(paper)
    assert {hold.inquiry.report_id for hold in first.holds.all()} == {r.pk for r in reports}
    decide(first, upheld=False)
    wished(paper, now=NOW + 3 * DAY)
    assert not Hold.objects.filter(released_at=None).exists()
    for number in range(3):
        other = builders.paper(f"Paper {number}")
        stages.asked(of=other)
        wished(other)
    last = builders.paper("One too many")
    stages.asked(of=last)
    assert not wished(last).holds.exists()


def test_both_entries_of_a_work_are_held(paper: Paper) -> None:
    root = builders.paper("The proceedings")
    one, other = stages.asked(of=paper), stages.asked(of=root)
    Paper.objects.filter(pk=paper.pk).update(root=root)
    assert {hold.inquiry.report_id for hold in wished(root).holds.all()} == {one.pk, other.pk}


# --- given ------------------------------------------------------------------------------------


def test_while_authors_are_asked_they_are_written_to_where_they_read(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    now = inquiry_of(report).deadline - DAY
    decide(wished(paper, now=now), now=now + timedelta(hours=1))
    asked = contact(report)
    assert asked.address is not None
    assert (asked.address.email, asked.address.author_position) == (ADA, 1)
    assert [(x.kind, x.address.email) for x in asked.letters.filter(handed_over_at=None)] == [
        ("notice", ADA)
    ]
    assert inquiry_of(report).deadline >= now + 14 * DAY
    assert not Hold.objects.filter(released_at=None).exists()
    token = tokens(mailoutbox[-1])[report.pk]
    page = Client().get(f"/answer/{token}/", follow=True)
    assert "Lantern Networks" in page.text
    assert page.status_code == 200


def test_a_late_answer_by_the_link_takes_the_paper_off_the_list(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.lapsed(of=paper)
    now = report.state_at + 40 * DAY
    decide(wished(paper, now=now), now=now)
    paper.refresh_from_db()
    assert paper.listed_at is not None  # the link alone changes nothing
    link = links.resolve(tokens(mailoutbox[-1])[report.pk], now)
    assert link is not None
    stages.answer(report, at=now + DAY, position=link.contact.position)
    paper.refresh_from_db()
    assert (paper.listed_at, state_of(report)) == (None, "answered")
    assert Listing.objects.get().ending == "answered"


def test_an_unreachable_report_is_asking_again_and_begins_with_a_notice(paper: Paper) -> None:
    report = make_unreachable(stages.moderator())
    paper = Report.objects.select_related("paper").get(pk=report.pk).paper
    Paper.objects.filter(pk=paper.pk).update(is_public=True)
    decide(wished(paper, now=NOW), now=NOW + DAY)
    assert state_of(report) == "asking"
    assert [x.kind for x in Letter.objects.filter(contact__inquiry__report=report)] == ["notice"]
    assert inquiry_of(report).deadline is None  # it counts from that notice


def test_no_clock_begins_for_a_report_whose_authors_could_not_be_reached(
    mailoutbox: list[EmailMessage],
) -> None:
    life = reach("unasked", reporter=stages.user(), moderator=stages.moderator())
    decide(wished(life.report.paper, now=life.now), now=life.now + DAY)
    assert state_of(life.report) == "unasked"
    assert list(tokens(mailoutbox[-1])) == [life.report_id]
    assert contact(life.report).state == Contact.State.LINKED


def test_who_stands_on_no_list_of_authors_can_answer_and_never_counts(paper: Paper) -> None:
    report = stages.asked(of=paper)
    decide(wished(paper, position=None))
    named = contact(report, 3)
    assert (named.name, named.on_paper, named.counts) == ("Ada Example", False, False)


def test_the_author_is_found_by_name_where_the_other_entry_has_another_order(
    paper: Paper,
) -> None:
    root = builders.paper("The proceedings", names=("Bo Sample", "ADA EXAMPLE"))
    report = stages.asked(of=paper, emails=())
    Paper.objects.filter(pk=paper.pk).update(root=root)
    decide(wished(root, position=2))
    assert contact(report, 1).name == "Ada Example"


def test_each_report_has_its_link(paper: Paper, mailoutbox: list[EmailMessage]) -> None:
    reports = [
        stages.asked(of=paper), stages.lapsed(of=paper, table="Table 5"),
        stages.answered(of=paper, table="Table 6"),
    ]  # fmt: skip
    stages.submitted(of=paper, table="Table 7")
    withdrawn = stages.asked(of=paper, table="Table 8")
    services.withdraw(report_id=withdrawn.pk, user=withdrawn.reporter, note="", now=NOW)
    decide(wished(paper, now=NOW + 60 * DAY), now=NOW + 61 * DAY)
    assert list(tokens(mailoutbox[-1])) == [report.pk for report in reports]


def test_where_nothing_can_be_answered_the_letter_says_so(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    decide(wished(paper))
    assert "Nothing about this paper waits" in str(mailoutbox[-1].body)
    assert "/answer/" not in str(mailoutbox[-1].body)


def test_who_is_not_believed_gets_the_reason_and_no_link(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    decide(wished(paper), upheld=False)
    body = str(mailoutbox[-1].body)
    assert "> Their page shows the address." in body
    assert "/answer/" not in body
    assert contact(report).address.email == "ada@authors.example"
    assert not Hold.objects.filter(released_at=None).exists()


def test_a_wish_not_to_be_written_to_stands_and_the_link_works_all_the_same(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    Contact.objects.filter(inquiry__report=report).update(state=Contact.State.OPTED_OUT)
    OptOut.objects.create(email_hash=appeals.email_hash(ADA), paper=paper, at=NOW)
    decide(wished(paper))
    assert contact(report).state == Contact.State.OPTED_OUT
    assert not Letter.objects.filter(contact__inquiry__report=report, handed_over_at=None).exists()
    assert links.resolve(tokens(mailoutbox[-1])[report.pk], NOW + 2 * DAY) is not None


def test_an_address_where_a_letter_failed_is_not_written_to_again(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper, emails=(ADA,))
    letter = Letter.objects.get(contact__inquiry__report=report)
    facts.failed(letter_id=letter.pk, reason="full", address_is_bad=False, now=NOW)
    assert state_of(report) == "unreachable"
    decide(wished(paper))
    assert state_of(report) == "unreachable"
    assert list(tokens(mailoutbox[-1])) == [report.pk]


def test_the_wrong_persons_address_never_comes_back_into_use(paper: Paper) -> None:
    """Nor does silence there count, when the author's own address fails, too."""
    report = stages.asked(of=paper, emails=("wrong@else.example",))
    wrong = contact(report)
    old = links.token_for(wrong, NOW)
    answers.suggest(
        contact_id=wrong.pk, kind="other_person", name="Ada", email="x@y.example", note="",
        now=NOW,
    )  # fmt: skip
    appeal = wished(paper)
    suggestions.decide_suggestion(
        suggestion_id=Suggestion.objects.get().pk, moderator=stages.moderator(), upheld=True,
        decision="A namesake.", now=NOW + DAY,
    )  # fmt: skip
    decide(appeal)
    assert (state_of(report), contact(report).address.email) == ("asking", ADA)
    assert links.resolve(old, NOW + 2 * DAY) is None  # it is in the wrong person's hands
    letter = Letter.objects.get(contact__inquiry__report=report, handed_over_at=None)
    facts.failed(letter_id=letter.pk, reason="gone", address_is_bad=True, now=NOW + 3 * DAY)
    assert state_of(report) == "unreachable"
    assert not Letter.objects.filter(
        contact__inquiry__report=report, handed_over_at=None, failed_at=None, cancelled_at=None
    ).exists()


@pytest.mark.parametrize("namesake", [1, 3])
def test_of_two_authors_of_one_name_the_one_who_asks_is_meant(namesake: int) -> None:
    paper = builders.paper("By two", names=("Wei Wang", "Bo Sample", "Wei Wang"))
    report = stages.asked(of=paper, emails=("wei@one.example",))
    decide(wished(paper, position=namesake))
    assert contact(report, namesake).address.email == ADA
    assert (contact(report, 1).address.email == "wei@one.example") == (namesake == 3)


def test_namesakes_of_another_entry_are_not_guessed(paper: Paper) -> None:
    root = builders.paper("The proceedings", names=("Cy Third", "Ada Example"))
    other = builders.paper("Preprint", names=("Ada Example", "Ada  example"))
    report = stages.asked(of=other, emails=())
    Paper.objects.filter(pk=other.pk).update(root=root)
    decide(wished(root, position=2))
    assert contact(report, 3).on_paper is False


def test_a_link_that_is_given_years_later_works_for_a_year_and_so_long_the_address_is_kept(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.lapsed(of=paper)
    now = report.state_at + 800 * DAY
    assert retention.forget_addresses(now=now) == 1
    decide(wished(paper, now=now), now=now)
    token = tokens(mailoutbox[-1])[report.pk]
    assert links.resolve(token, now + 364 * DAY) is not None
    assert links.resolve(token, now + 366 * DAY) is None
    assert retention.forget_addresses(now=now + 364 * DAY) == 0
    assert retention.forget_addresses(now=now + 366 * DAY) == 1
    assert not report.addresses.exclude(email="").exists()


def test_who_has_a_link_alone_is_in_no_public_count(paper: Paper) -> None:
    report = stages.lapsed(of=paper)
    decide(wished(paper, position=2, now=THEN), now=THEN)
    page = words(page_of(Client().get(f"/papers/{paper.pk}/", follow=True)), "main")
    assert contact(report, 2).state == Contact.State.LINKED
    assert "1 of 1 authors reached" in page
    assert "2 of 2" not in page


def test_papers_that_are_parted_meanwhile_share_no_links(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    root = builders.paper("Another work")
    report = stages.asked(of=paper)
    Paper.objects.filter(pk=paper.pk).update(root=root)
    appeal = wished(root)
    Paper.objects.filter(pk=paper.pk).update(root=None)
    decide(appeal)
    assert "/answer/" not in str(mailoutbox[-1].body)
    assert contact(report).address.email == "ada@authors.example"
    assert not Hold.objects.filter(released_at=None).exists()


# --- what stood before --------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["another author's", "the author's old one"])
def test_a_lapse_goes_on_to_stand_on_the_letters_it_stood_on(whose: str) -> None:
    life = reach("lapsed", reporter=stages.user(), moderator=stages.moderator())
    paper = life.report.paper
    name = contact(life.report).name
    found = paper.authors.filter(name=name).first() or PaperAuthor.objects.create(
        paper=paper, position=1, name=name
    )
    decide(wished(paper, position=found.position, now=life.now), now=life.now + DAY)
    assert contact(life.report).address.email == ADA
    assert [f for f in audit() if not f.right] == []
    old = Letter.objects.filter(contact__inquiry__report=life.report_id, contact__position=2)
    if whose == "the author's old one":
        old = Letter.objects.filter(contact__inquiry__report=life.report_id)
    for letter in old.filter(handed_over_at__isnull=False):
        facts.failed(letter_id=letter.pk, reason="gone", address_is_bad=True, now=life.now + DAY)
    stands = whose == "another author's"
    assert state_of(life.report) == ("lapsed" if stands else "unreachable")
    assert Listing.objects.get().ending == ("" if stands else "annulled")
    assert [f for f in audit() if not f.right] == []


# --- who decides ------------------------------------------------------------------------------


def test_a_moderator_sees_whom_the_reports_asked_and_decides(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    appeal = wished(paper)
    desk = Desk(stages.moderator(), NOW + 2 * DAY)
    assert "an author asks for a link" in words(desk.queue(), "#appeals-title + ol")
    path = f"/moderation/appeals/{appeal.pk}/"
    with time_machine.travel(desk.now, tick=False):
        page = page_of(desk.browser.get(path))
        assert "Ada Example, author 1" in words(page, "dl")
        assert "ada@authors.example" in words(page, f"#report-{report.pk}")
        form = {"verdict": "uphold", "reason": "It is on their page."}
        assert desk.browser.post(path, form).status_code == 422  # no declaration
        assert desk.browser.post(path, form | {"no_conflict": "on"}).status_code == 302
        again = desk.browser.post(path, form | {"no_conflict": "on"})
    assert again.status_code == 409
    assert "They got the links" in desk.browser.get(path).text
    assert list(tokens(mailoutbox[-1])) == [report.pk]


def test_one_report_and_three_take_the_same_number_of_queries(paper: Paper) -> None:
    desk = Desk(stages.moderator(), NOW + 2 * DAY)
    stages.asked(of=paper)
    path = f"/moderation/appeals/{wished(paper).pk}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.browser.get(path).status_code == 200
        return len(found)

    one = queries()
    stages.asked(of=paper, table="Table 5", emails=("bo@b.example", "cy@c.example"))
    stages.lapsed(of=paper, table="Table 6")
    assert queries() == one


def test_nobody_decides_on_their_own_paper_or_wish_or_on_one_of_their_reports(
    paper: Paper,
) -> None:
    report = stages.asked(of=paper)
    appeal = wished(paper)
    author = User.objects.create_user("bo@lab.example", name="Bo Sample", is_staff=True)
    own = User.objects.create_user(ADA, name="Mo", is_staff=True)
    User.objects.filter(pk=report.reporter.pk).update(is_staff=True)
    reporter = User.objects.get(pk=report.reporter.pk)
    colleague = User.objects.create_user("mo@home.example", name="Mo", is_staff=True)
    for user, why in (
        (author, "own paper"), (own, "wrote this yourself"), (reporter, "own report"),
        (colleague, "your own institution"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            decide(appeal, by=user)
    page = Desk(author, NOW + 2 * DAY).browser.get(f"/moderation/appeals/{appeal.pk}/").text
    assert "My page shows it" not in page
    assert ADA not in page


def test_the_operator_hears_of_one_that_nobody_decided(paper: Paper) -> None:
    appeal = wished(paper)
    late = [f.ids for f in findings(NOW + 16 * DAY) if f.what.startswith("Appeals")]
    assert late == [(appeal.pk,)]


def test_a_paper_that_is_merged_meanwhile_is_looked_at_as_a_whole(
    paper: Paper, mailoutbox: list[EmailMessage]
) -> None:
    report = stages.asked(of=paper)
    appeal = wished(paper)
    root = builders.paper("The proceedings")
    other = stages.asked(of=root, table="Table 9")
    merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=stages.moderator(), reason="One work.",
        now=NOW + DAY,
    )  # fmt: skip
    decide(appeal)
    assert set(tokens(mailoutbox[-1])) == {report.pk, other.pk}


def test_hostile_words_are_text(paper: Paper) -> None:
    hostile = "<script>alert(1)</script>"
    appeal = appeals.receive(
        kind="author", name=hostile, email=ADA, named=f"paper {paper.pk}", text=hostile,
        language="en", position=None, now=NOW,
    )  # fmt: skip
    appeals.confirm(token=links.appeal_token(appeal.pk), now=NOW)
    page = Desk(stages.moderator(), NOW).browser.get(f"/moderation/appeals/{appeal.pk}/").text
    assert hostile not in page
    assert "&lt;script&gt;" in page
