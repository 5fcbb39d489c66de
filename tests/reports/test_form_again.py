"""The same person twice on the same, and a person on a paper of their own."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from registry.models import Paper
from reports.models import Report
from reports.persons import is_among
from tests.reports.typed import (
    by_hand,
    checked,
    complete,
    make_paper,
    make_user,
    problems,
    signed_in,
    submitted,
)

ALREADY = "of yours is on this paper, version and mode already."


def again(paper: Paper | None, **changes: str) -> dict[str, str]:
    form = by_hand() if paper is None else complete(paper)
    return form | {"form_key": "another"} | changes


@pytest.mark.django_db
def test_a_second_report_on_the_same_is_told_with_a_link_and_asked_what_differs() -> None:
    user, paper = make_user(), make_paper()
    first = submitted(user, complete(paper))
    found = problems(again(paper, version=" ARXIV  V2"), user)
    assert found == [
        f"Report {first.pk} {ALREADY} Mend or withdraw that one, or tick that this is another "
        "attempt.",
        "Say what is different: other code, another machine, more runs ...",
    ]
    client = signed_in(user)
    answer = client.post("/reports/new/", again(paper) | {"do": "save"}, follow=True)
    notice = BeautifulSoup(answer.content, "html.parser").find(id="alike")
    assert notice is not None
    assert [link["href"] for link in notice.find_all("a")] == [f"/reports/{first.pk}/"]


@pytest.mark.django_db
def test_another_attempt_that_says_what_differs_is_taken_and_shown() -> None:
    user, paper = make_user(), make_paper()
    submitted(user, complete(paper))
    second = submitted(user, again(paper, again="on", again_because="Eight GPUs instead of one."))
    assert second.again_because == "Eight GPUs instead of one."
    page = signed_in(user).get(f"/reports/{second.pk}/").content.decode()
    assert "Eight GPUs instead of one." in page


@pytest.mark.django_db
def test_another_version_mode_paper_or_person_is_no_second_report() -> None:
    user, paper, other = make_user(), make_paper(), make_paper("Other")
    submitted(user, complete(paper))
    assert problems(again(paper, version="arXiv v3"), user) == []
    assert problems(again(paper, mode="own data"), user) == []
    assert problems(again(other), user) == []
    assert problems(again(paper), make_user("olga@example.org")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "declined", "withdrawn", "removed"])
def test_a_report_that_is_neither_open_nor_public_does_not_count(state: str) -> None:
    user, paper = make_user(), make_paper()
    first = submitted(user, complete(paper))
    Report.objects.filter(pk=first.pk).update(state=state)
    assert problems(again(paper), user) == []


@pytest.mark.django_db
def test_a_paper_entered_by_hand_is_known_by_its_title() -> None:
    user = make_user()
    submitted(user, by_hand())
    assert any(ALREADY in sentence for sentence in problems(again(None), user))
    assert problems(again(None, title="Quite another"), user) == []


@pytest.mark.django_db
def test_the_report_that_is_mended_is_no_other() -> None:
    user = make_user()
    report = submitted(user, complete(make_paper()))
    whole = checked(dict(report.typed), user)
    assert len(whole.alike) == 1
    whole.report = report
    del whole.alike
    assert whole.alike == []


# --- one's own paper -----------------------------------------------------------------------------


def test_who_is_among_the_authors() -> None:
    authors = [("Ada Muster", "0000-0002-1825-0097"), ("王 小明", "")]
    ada = "0000-0002-1825-0097"
    assert is_among(authors, name="ada  MUSTER", orcid="")
    assert is_among(authors, name="A. M.", orcid=ada)
    assert is_among(authors, name="王 小明", orcid="0000-0001-5109-3700")
    assert not is_among(authors, name="Ada Muster", orcid="0000-0001-5109-3700")
    assert not is_among(authors, name="", orcid="")
    assert not is_among([("", "")], name="", orcid="")


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"name": "ADA  Muster"}, {"orcid": "0000-0002-1825-0097"}])
def test_nobody_reports_on_a_paper_of_their_own(changes: dict[str, str]) -> None:
    paper = make_paper()
    paper.authors.filter(position=1).update(orcid="0000-0002-1825-0097")
    found = problems(complete(paper) | changes)
    assert len(found) == 1
    assert found[0].startswith("An author of this paper has your name or your ORCID iD")
    client = signed_in(make_user("x@example.org"))
    answer = client.post("/reports/new/", complete(paper) | changes | {"do": "preview"})
    assert answer.status_code == 422
    report = Report.objects.get()
    assert client.post(f"/reports/{report.pk}/preview/")["Location"].endswith("?check=yes")


@pytest.mark.django_db
def test_somebody_of_the_same_name_with_another_orcid_reports() -> None:
    paper = make_paper()
    paper.authors.filter(position=1).update(orcid="0000-0002-1825-0097")
    same = complete(paper) | {"name": "Ada Muster", "orcid": "0000-0001-5109-3700"}
    assert problems(same) == []


@pytest.mark.django_db
def test_an_author_typed_by_hand_is_one_too() -> None:
    found = problems(by_hand() | {"name": "李雷"}, User.objects.create_user("li@example.org"))
    assert [sentence.partition(",")[0] for sentence in found] == [
        "An author of this paper has your name or your ORCID iD"
    ]
