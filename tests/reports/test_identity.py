"""Which paper a report is about: what one person typed is never another's before it is accepted."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from registry.models import Identifier, Paper
from reports import services, submission
from reports.forms.whole import WholeForm
from reports.lifecycle import Refused
from reports.models import Contact, Report
from tests.reports.typed import (
    NOW,
    by_hand,
    complete,
    make_paper,
    make_user,
    problems,
    signed_in,
    submitted,
)

pytestmark = pytest.mark.django_db
ONE = "arXiv:2401.00001"


def moderator() -> User:
    return User.objects.create_superuser("mo@mods.example.com", name="Mo")


def accept(report: Report, by: User) -> Report:
    return services.accept(
        report_id=report.pk, moderator=by, now=NOW,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[address.pk for address in report.addresses.all()],
    )  # fmt: skip


def entered(email: str, **changes: str) -> Report:
    """A report of somebody else on the paper with the identifier ONE, entered by hand."""
    return submitted(make_user(email), by_hand(identifiers=ONE, **changes))


def paper_of(report: Report) -> Paper:
    report.refresh_from_db()
    assert report.paper is not None
    return report.paper


def test_the_second_reporter_neither_sees_nor_gets_what_the_first_typed() -> None:
    first = entered("first@a.example", title="A slander about 王小明", authors="Ann Other\n王小明")
    person = make_user("second@b.example")
    assert problems(by_hand(identifiers=ONE), person) == []
    second = submitted(person, by_hand(identifiers=ONE))
    assert paper_of(second) != paper_of(first)
    assert second.addresses.get().author_position == 1
    client = signed_in(person)
    for address in ("/reports/", f"/reports/{second.pk}/", f"/reports/new/?q={ONE}"):
        assert "slander" not in client.get(address).content.decode()


def test_the_report_accepted_first_names_the_paper_and_the_other_joins_it() -> None:
    first = entered("first@a.example", title="Mistyped", authors="李雷\n王小明")
    second, mo = entered("second@b.example"), moderator()
    left = paper_of(first).pk
    accept(second, mo)
    paper = paper_of(second)
    assert paper.title == "一种新方法: A New Method"
    assert [str(i) for i in paper.identifiers.all()] == ["arxiv:2401.00001"]
    accept(first, mo)
    assert paper_of(first) == paper
    assert not Paper.objects.filter(pk=left).exists()
    assert [a.name for a in paper.authors.all()] == ["王小明", "Ada Muster", "李雷"]
    contact = Contact.objects.get(inquiry__report=first)
    assert (contact.position, contact.name, contact.first) == (1, "王小明", True)


def test_a_secret_inquiry_is_not_betrayed_to_who_enters_its_paper() -> None:
    accept(entered("first@a.example"), moderator())
    person = make_user("second@b.example")
    assert problems(by_hand(identifiers=ONE, title="Mine"), person) == []
    second = submitted(person, by_hand(identifiers=ONE, title="Mine"))
    assert paper_of(second).title == "Mine"
    page = signed_in(person).get(f"/reports/{second.pk}/").content.decode()
    assert "Mine" in page and "一种新方法" not in page


def test_authors_who_changed_places_keep_their_addresses() -> None:
    rows = {
        "address-count": "2", "address-0-author": "Bo", "address-0-email": "bo@c.example.org",
        "address-1-author": "Ada", "address-1-email": "ada@c.example.org",
        "address-1-source": "homepage",
    }  # fmt: skip
    second = entered("second@b.example", authors="Ada\nBo", **rows)
    first, mo = entered("first@a.example", authors="bo\nADA", **rows), moderator()
    accept(second, mo)
    accept(first, mo)
    found = first.addresses.values_list("author_position", "email")
    assert list(found) == [(1, "ada@c.example.org"), (2, "bo@c.example.org")]


def test_an_author_whom_the_known_paper_does_not_have_is_asked_back_by_the_moderator() -> None:
    second, mo = entered("second@b.example"), moderator()
    first = entered("first@a.example", authors="Xiaoming Wang", **{"address-0-author": "1"})
    accept(second, mo)
    with pytest.raises(Refused) as refused:
        accept(first, mo)
    assert str(refused.value) == (
        "Xiaoming Wang: an address is given for this author, and the authors known here are "
        "王小明; Ada Muster; 李雷. Return the report, and ask for the name as it stands on the "
        "paper."
    )
    first.refresh_from_db()
    assert (first.state, first.paper == paper_of(second)) == ("submitted", False)


def test_identifiers_of_two_papers_are_asked_back_by_the_moderator() -> None:
    form = by_hand(identifiers=f"{ONE}\n10.1234/a")
    for number, (scheme, value) in enumerate([("arxiv", "2401.00001"), ("doi", "10.1234/a")]):
        paper = make_paper(f"Paper {number}", public=False)
        Identifier.objects.create(paper=paper, scheme=scheme, value=value)
    with pytest.raises(Refused) as refused:
        accept(submitted(make_user(), form), moderator())
    assert str(refused.value) == (
        "The identifiers given for this paper belong to different papers here: Paper 0; Paper 1. "
        "Return the report, and ask for those of its paper alone."
    )


def test_nobody_decides_on_the_paper_that_turns_out_to_be_their_own() -> None:
    own = make_paper(public=False)
    own.authors.filter(position=2).update(name="Mo")
    Identifier.objects.create(paper=own, scheme="arxiv", value="2401.00001")
    report = entered("first@a.example", authors="Ada Muster", **{"address-0-author": "1"})
    with pytest.raises(Refused, match="This is your own paper"):
        accept(report, moderator())


def test_a_paper_made_public_while_it_was_entered_is_taken_with_its_authors() -> None:
    user = make_user()
    client = signed_in(user)
    client.post("/reports/new/", by_hand(identifiers=ONE) | {"do": "save"})
    report = Report.objects.get()
    whole = WholeForm(report.typed, user=user, report=report, asked=True).complete()
    paper = make_paper()
    Identifier.objects.create(paper=paper, scheme="arxiv", value="2401.00001")
    with pytest.raises(Refused, match="王小明: The paper has no author of this name"):
        submission.submit(
            report_id=report.pk, user=user, complete=whole, typed=report.typed, now=NOW
        )
    paper.authors.filter(position=2).update(name="王小明")
    submission.submit(report_id=report.pk, user=user, complete=whole, typed=report.typed, now=NOW)
    assert paper_of(report) == paper
    assert (report.author_names, report.addresses.get().author_position) == ([], 2)


def test_authors_typed_for_a_paper_without_any_are_measured_by_those_accepted_first() -> None:
    paper = make_paper()
    paper.authors.all().delete()
    first = submitted(make_user(), complete(paper, authors="Ada Muster\nBo Probe"))
    second = submitted(
        make_user("two@b.example"), complete(paper, authors="Bo Probe\nAda Muster\nChen Wei")
    )
    mo = moderator()
    accept(second, mo)
    accept(first, mo)
    assert first.addresses.get().author_position == 2


@pytest.mark.django_db(transaction=True)
def test_two_accepted_at_once_are_of_one_paper() -> None:
    reports = [entered("first@a.example"), entered("second@b.example")]
    mo = moderator()
    start = threading.Barrier(2)
    refused: list[str] = []

    def decide(report: Report) -> None:
        start.wait()
        try:
            accept(report, mo)
        except Refused as error:
            refused.append(str(error))
        connection.close()

    threads = [threading.Thread(target=decide, args=[report]) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for report in reports:
        report.refresh_from_db()
        if report.state == "submitted":
            assert refused == ["This paper became known a moment ago. Please try again."]
            accept(report, mo)
    assert paper_of(reports[0]) == paper_of(reports[1])
    assert Identifier.objects.count() == 1
