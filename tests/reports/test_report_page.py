"""The pages of a submitted report, and what its reporter does there."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from registry.models import Paper
from reports import services
from reports.lifecycle import transition
from reports.models import Answer, Inquiry, Report
from reports.states import Actor, State
from tests.reports import stages
from tests.reports.typed import (
    NOW,
    complete,
    could_not,
    make_paper,
    make_user,
    signed_in,
    submit,
    submitted,
)

pytestmark = pytest.mark.django_db


def move(report: Report, *targets: tuple[State, Actor], note: str = "") -> None:
    """Through states that the services need an inquiry for."""
    for target, actor in targets:
        transition(report, target, actor=actor, now=NOW, note=note)


def test_a_returned_report_is_mended_in_the_same_form_and_submitted_again() -> None:
    user = make_user()
    client = signed_in(user)
    report = submit(client, complete(make_paper()))
    moderator = User.objects.create_superuser("mo@mods.example.org")
    services.return_report(
        report_id=report.pk, moderator=moderator, reason="Which **row** is it?", now=NOW
    )
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "Which <strong>row</strong> is it?" in page
    edit = client.get(f"/reports/{report.pk}/edit/").content.decode()
    assert "Which <strong>row</strong> is it?" in edit
    assert "We ran `train.sh` three times." in edit
    form = complete(report.paper, claim__0__place="Table 2, row 4", evidence__0__kind="code")
    seen = edit.split('name="seen" value="')[1].split('"')[0]
    answer = client.post(f"/reports/{report.pk}/edit/", form | {"do": "preview", "seen": seen})
    preview = client.get(answer["Location"]).content.decode()
    seen = preview.split('name="seen" value="')[1].split('"')[0]
    client.post(answer["Location"], {"seen": seen})
    report.refresh_from_db()
    assert report.state == "submitted"
    assert [claim.place for claim in report.claims.all()] == ["Table 2, row 4"]
    assert [link.kind for link in report.evidence.all()] == ["code"]
    assert report.addresses.count() == 1
    assert [event.target for event in report.events.all()] == ["submitted", "returned", "submitted"]


def test_a_submitted_report_is_for_its_reporter_and_moderators() -> None:
    user = make_user()
    report = submitted(user, complete(make_paper()))
    address = f"/reports/{report.pk}/"
    assert signed_in(user).get(address).status_code == 200
    moderator = signed_in(User.objects.create_superuser("mo@example.org"))
    assert moderator.get(address).status_code == 200
    assert Client().get(address).status_code == 404
    assert signed_in(make_user("other@example.org")).get(address).status_code == 404
    assert Client().get("/reports/123456/").status_code == 404
    assert Client().get(f"/reports/{10**30}/").status_code == 404


def test_a_public_report_shows_no_address_and_no_reporter() -> None:
    report = submitted(make_user(), complete(make_paper()))
    move(report, (State.ASKING, Actor.MODERATOR), (State.LAPSED, Actor.SWEEP))
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "A careful reader" in page
    for secret in ("Rita", "University of Examples", "ada@lab.example.org", "rita@"):
        assert secret not in page
    assert "What happens next" not in page


def answered(user: User) -> Report:
    report = submitted(user, complete(make_paper()))
    move(report, (State.ASKING, Actor.MODERATOR), (State.ANSWERED, Actor.AUTHOR))
    answer = Answer.objects.create(
        kind="explains", text="The **seed** matters.", name="Ada Muster", role="first author",
        given_at=NOW, form_key="4f9d2a52-0000-4000-8000-000000000002",
    )  # fmt: skip
    answer.reports.add(report)
    return report


def test_the_reporter_disputes_an_answer_with_a_reason_that_everybody_reads() -> None:
    user = make_user()
    report = answered(user)
    client = signed_in(user)
    assert (
        "The <strong>seed</strong> matters."
        in client.get(f"/reports/{report.pk}/").content.decode()
    )
    address = f"/reports/{report.pk}/dispute/"
    assert client.get(address).status_code == 200
    empty = client.post(address, {"text": "  "})
    assert empty.status_code == 409
    assert "Say what the answer leaves open" in empty.content.decode()
    for _ in range(2):  # a double click
        done = client.post(address, {"text": "Ten\0 seeds *were* tried."})
        assert done["Location"] == f"/reports/{report.pk}/"
    report.refresh_from_db()
    assert report.state == "disputed"
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "Ten seeds <em>were</em> tried." in page
    late = client.post(address, {"text": "Other words"})
    assert late.status_code == 409
    assert "Other words" in late.content.decode()


def test_the_reporter_accepts_an_answer() -> None:
    user = make_user()
    report = answered(user)
    client = signed_in(user)
    client.get(f"/reports/{report.pk}/accept-answer/")
    report.refresh_from_db()
    assert report.state == "answered"
    for _ in range(2):
        answer = client.post(f"/reports/{report.pk}/accept-answer/")
        assert answer["Location"] == f"/reports/{report.pk}/"
    report.refresh_from_db()
    assert report.state == "resolved"


def test_nobody_else_acts_on_a_report() -> None:
    report = answered(make_user())
    stranger = signed_in(make_user("other@example.org"))
    for action in ("accept-answer", "dispute", "withdraw"):
        address = f"/reports/{report.pk}/{action}/"
        assert stranger.post(address, {"text": "mine"}).status_code == 404
        assert (
            Client().get(address)["Location"]
            == f"/accounts/login/?next=%2Freports%2F{report.pk}%2F{action}%2F"
        )
        out = Client().post(address, {"text": "typed words"})
        assert out.status_code == 403
        assert "accept" in action or "typed words" in out.content.decode()
    report.refresh_from_db()
    assert report.state == "answered"


def test_a_withdrawn_public_report_leaves_a_dated_line_with_the_answer() -> None:
    user = make_user()
    report = answered(user)
    client = signed_in(user)
    client.post(f"/reports/{report.pk}/withdraw/", {"text": "Our data loader was wrong."})
    line = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "withdrawn by its reporter on" in line
    assert "Our data loader was wrong." in line
    assert "The <strong>seed</strong> matters." in line
    for gone in ("We ran", "93.1", "A careful reader"):
        assert gone not in line
    assert "We ran" in client.get(f"/reports/{report.pk}/").content.decode()


def test_a_report_withdrawn_before_it_was_public_leaves_nothing() -> None:
    user = make_user()
    report = submitted(user, complete(make_paper()))
    signed_in(user).post(f"/reports/{report.pk}/withdraw/", {"text": ""})
    assert Client().get(f"/reports/{report.pk}/").status_code == 404


def test_a_removed_report_is_a_line_for_everybody() -> None:
    user = make_user()
    report = answered(user)
    moderator = User.objects.create_superuser("mo@mods.example.org")
    services.remove(report_id=report.pk, moderator=moderator, reason="It named a person.", now=NOW)
    for client in (Client(), signed_in(user)):
        page = client.get(f"/reports/{report.pk}/").content.decode()
        assert "removed by a moderator on" in page
        assert "It named a person." in page
        assert "We ran" not in page


def test_pages_of_ones_own_lead_somebody_signed_out_to_the_sign_in() -> None:
    for path in ("/reports/", "/reports/7/edit/", "/reports/7/preview/"):
        there = Client().get(path)["Location"]
        assert there == "/accounts/login/?next=" + path.replace("/", "%2F")


def test_the_reporter_reads_what_happens_next_with_the_deadline() -> None:
    user = make_user()
    report = submitted(user, complete(make_paper()))
    client = signed_in(user)
    assert (
        "No letter leaves before it is accepted"
        in client.get(f"/reports/{report.pk}/").content.decode()
    )
    moderator = User.objects.create_superuser("mo@mods.example.org")
    services.accept(
        report_id=report.pk, moderator=moderator, now=NOW,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[report.addresses.get().pk],
    )  # fmt: skip
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "The letters to 1 author are on their way." in page
    assert Client().get(f"/reports/{report.pk}/").status_code == 404
    deadline = datetime(2026, 3, 31, 11, 59, 59, tzinfo=UTC)
    Inquiry.objects.filter(report=report).update(deadline=deadline)
    words = "30 March 2026, 23:59 anywhere on Earth (UTC−12), which is 31 March 2026, 11:59 UTC"
    for address in ("/reports/", f"/reports/{report.pk}/"):
        assert words in client.get(address).content.decode()
    assert "0 of 1 reached" in client.get(f"/reports/{report.pk}/").content.decode()
    assert (
        "Their deadline is"
        not in signed_in(moderator).get(f"/reports/{report.pk}/").content.decode()
    )
    assert words in signed_in(moderator).get(f"/reports/{report.pk}/").content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([(State.PUBLISHED, Actor.MODERATOR)], "nothing is asked of them"),
        ([(State.DECLINED, Actor.MODERATOR)], "declined it for good"),
        ([(State.UNREACHABLE, Actor.MODERATOR)], "No author could be reached"),
        ([(State.UNREACHABLE, Actor.MODERATOR), (State.UNASKED, Actor.MODERATOR)],
         "authors could not be reached"),
        ([(State.ASKING, Actor.MODERATOR), (State.LAPSED, Actor.SWEEP)],
         "the paper is on the list Not reproducible"),
    ],
)  # fmt: skip
def test_each_state_says_what_happens_next(path: list[tuple[State, Actor]], words: str) -> None:
    user = make_user()
    report = submitted(user, complete(make_paper()))
    move(report, *path)
    assert words in signed_in(user).get(f"/reports/{report.pk}/").content.decode()


def test_a_mean_of_runs_is_shown_like_the_runs_themselves() -> None:
    user = make_user()
    form = complete(
        make_paper(), claim__0__runs="", claim__0__mean="90", claim__0__spread="0.25",
        claim__0__n="4",
    )  # fmt: skip
    report = submitted(user, form)
    page = signed_in(user).get(f"/reports/{report.pk}/")
    words = BeautifulSoup(page.content, "html.parser").get_text(" ", strip=True)
    assert "90 ± 0.25 4 runs" in words
    assert "one run" not in words


def test_an_attempt_that_was_not_possible_shows_no_numbers() -> None:
    user = make_user()
    report = submitted(user, could_not(make_paper(), claim__0__claimed="93.1"))
    page = signed_in(user).get(f"/reports/{report.pk}/").content.decode()
    for words in ("The training code", "Code and weights", ">93.1<"):
        assert words in page
    assert "worse than" not in page


def test_an_attempt_without_any_number_shows_no_table_of_dashes() -> None:
    user = make_user()
    form = could_not(make_paper(), claim__0__claimed="", claim__0__metric="Accuracy")
    report = submitted(user, form)
    page = signed_in(user).get(f"/reports/{report.pk}/").content.decode()
    assert "Claimed against obtained" not in page
    assert "Accuracy" in page


def test_my_reports_need_the_same_queries_for_one_and_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = make_user()
    client = signed_in(user)
    paper = make_paper()
    submit(client, complete(paper))
    client.post("/reports/new/", complete(paper, form_key="d1") | {"do": "save"})
    with django_assert_num_queries(4):  # session, user, reports, titles of drafts
        assert client.get("/reports/").content.decode().count("Frobnicating Networks") == 2
    for number in (2, 3):
        other = make_paper(f"Paper {number}")
        submit(client, complete(other, form_key=f"s{number}"))
        client.post("/reports/new/", complete(other, form_key=f"d{number}") | {"do": "save"})
    with django_assert_num_queries(4):
        assert client.get("/reports/").content.decode().count("Paper 3") == 2


def test_a_report_needs_the_same_queries_for_one_claim_and_three() -> None:
    user = make_user()
    client = signed_in(user)
    three = complete(make_paper(), form_key="three", version="arXiv v3") | {"claim-count": "3"}
    for name, value in complete(None).items():
        if name.startswith("claim-0-"):
            three |= {name.replace("0", "1", 1): value, name.replace("0", "2", 1): value}
    counts = []
    for form in (complete(Paper.objects.get()), three):
        report = submit(client, form)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/reports/{report.pk}/")
        counts.append((report.claims.count(), len(queries)))
    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (stages.lapsed, "Any answer ends this entry of the list Not reproducible at once."),
        (stages.answered, "Next the reporter accepts the answer ( resolved ) or says what it"),
        (stages.disputed, "The reporter can still accept the answer"),
        (stages.resolved, "The report is resolved"),
        (stages.confirmed, "They can take their agreement back at any time"),
        (stages.unasked, "No letter reached an author."),
    ],
)
def test_a_reader_is_told_where_a_report_stands(build: Callable[[], Report], sentence: str) -> None:
    page = Client().get(f"/reports/{build().pk}/")
    card = BeautifulSoup(page.content, "html.parser").select_one(".card.quiet")
    assert sentence in " ".join(card.get_text(" ").split())
