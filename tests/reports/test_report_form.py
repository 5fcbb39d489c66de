"""The report form: what it asks for, what it stores, and the pages of the submitted report."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from registry.models import Identifier, Paper
from reports import services, submission
from reports.drafts import Typed
from reports.forms.whole import WholeForm
from reports.lifecycle import Refused, transition
from reports.models import Answer, Inquiry, Report, ReportEvent
from reports.results import Verdict
from reports.states import Actor, State
from tests.reports.test_text import PAYLOADS, assert_harmless
from tests.reports.typed import NOW, complete, could_not, make_paper, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def checked(form: dict[str, Any], user: User | None = None) -> WholeForm:
    """The form, asked what it lacks."""
    typed: Typed = {k: v if isinstance(v, list) else [v] for k, v in form.items()}
    return WholeForm(typed, user=user or make_user(), report=None, asked=True)


def problems(form: dict[str, Any], user: User | None = None) -> list[str]:
    """The sentences the form answers with."""
    return [problem.sentence for problem in checked(form, user).problems]


def submit(client: Client, form: dict[str, Any]) -> Report:
    """Type, preview and submit the form through the pages."""
    response = client.post("/reports/new/", form | {"do": "preview"})
    assert response.status_code == 302, BeautifulSoup(response.content).find(id="problems")
    page = BeautifulSoup(client.get(response["Location"]).content, "html.parser")
    seen = page.find("input", attrs={"name": "seen"})
    assert seen is not None
    answer = client.post(response["Location"], {"seen": seen["value"]})
    assert answer.status_code == 302
    return Report.objects.latest("pk")


def submitted(user: User, form: dict[str, Any]) -> Report:
    return submit(signed_in(user), form)


# --- a complete form ---------------------------------------------------------------------------


def test_a_complete_form_lacks_nothing() -> None:
    assert problems(complete(make_paper())) == []


def test_a_complete_form_becomes_a_submitted_report() -> None:
    user, paper = make_user(), make_paper()
    report = submitted(user, complete(paper))
    assert report.state == "submitted"
    assert report.submitted_at is not None
    assert (report.paper, report.reporter) == (paper, user)
    assert (report.mode, report.outcome, report.version) == ("re-run", "did not match", "arXiv v2")
    assert report.causes == ["details_missing"]
    assert (str(report.hours), report.familiarity) == ("12.5", 4)
    assert report.author_names == []
    assert (report.shown_as, report.conflict) == ("A careful reader", "none")
    assert report.licence_agreed
    claim = report.claims.get()
    assert (claim.place, claim.quote) == ("Table 2, row 3", "Ours: 93.1 ± 0.2")
    assert (claim.claimed, claim.claimed_spread) == (93.1, 0.2)
    assert claim.runs == [90.1, 90.5, 89.9]
    assert (claim.mean, claim.spread, claim.n, claim.tolerance) == (None, None, None, 0.5)
    assert claim.higher_is_better
    evidence = report.evidence.get()
    assert (evidence.kind, evidence.url) == ("log", "https://example.org/log.txt")
    address = report.addresses.get()
    assert (address.author_position, address.rank, address.email) == (1, 1, "ada@lab.example.org")
    assert (address.corresponding, address.language) == (True, "en")
    user.refresh_from_db()
    assert (user.name, user.affiliation) == ("Rita Report", "University of Examples")
    assert [event.target for event in report.events.all()] == ["submitted"]


def test_a_submitted_report_cannot_be_edited_and_a_second_submission_changes_nothing() -> None:
    user = make_user()
    client = signed_in(user)
    report = submit(client, complete(make_paper()))
    for _ in range(2):
        response = client.post(f"/reports/{report.pk}/preview/", {"seen": "x"})
        assert response["Location"] == f"/reports/{report.pk}/"
    assert client.get(f"/reports/{report.pk}/edit/")["Location"] == f"/reports/{report.pk}/"
    again = client.post("/reports/new/", complete(report.paper) | {"do": "save"})
    assert again["Location"] == f"/reports/{report.pk}/"
    assert Report.objects.count() == 1
    assert ReportEvent.objects.count() == 1
    other = client.post(
        "/reports/new/", complete(report.paper, summary="New words") | {"do": "save"}
    )
    draft = Report.objects.latest("pk")
    assert other["Location"] == f"/reports/{draft.pk}/edit/"
    assert (draft.state, draft.typed["summary"]) == ("draft", ["New words"])


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_submit_once() -> None:
    user = make_user()
    client = signed_in(user)
    client.post("/reports/new/", complete(make_paper()) | {"do": "preview"})
    report = Report.objects.get()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def send() -> None:
        whole = WholeForm(report.typed, user=user, report=report, asked=True)
        parts = whole.complete()
        start.wait()
        try:
            submission.submit(
                report_id=report.pk, user=user, complete=parts, typed=report.typed, now=NOW
            )
            outcomes.append("submitted")
        except submission.Submitted:
            outcomes.append("was submitted")
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["submitted", "was submitted"]
    assert ReportEvent.objects.count() == 1
    assert report.claims.count() == 1


def test_what_is_submitted_is_what_was_previewed() -> None:
    client = signed_in(make_user())
    form = complete(make_paper())
    preview = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    page = BeautifulSoup(client.get(preview).content, "html.parser")
    seen = page.find("input", attrs={"name": "seen"})["value"]  # type: ignore[index]
    address = preview.replace("preview", "edit")
    client.post(address, form | {"summary": "We ran it twice.", "do": "autosave", "seen": seen})
    assert client.post(preview, {"seen": seen})["Location"] == preview
    assert Report.objects.get().state == "draft"


def test_a_form_is_submitted_by_its_reporter_as_it_was_previewed() -> None:
    user = make_user()
    client = signed_in(user)
    client.post("/reports/new/", complete(make_paper()) | {"do": "save"})
    report = Report.objects.get()
    parts = WholeForm(report.typed, user=user, report=report, asked=True).complete()
    with pytest.raises(submission.ChangedMeanwhile):
        submission.submit(report_id=report.pk, user=user, complete=parts, typed={}, now=NOW)
    with pytest.raises(Refused, match="Only the reporter does this"):
        submission.submit(
            report_id=report.pk, user=make_user("other@example.org"), complete=parts,
            typed=report.typed, now=NOW,
        )  # fmt: skip
    report.refresh_from_db()
    assert (report.state, report.paper) == ("draft", None)


def test_an_incomplete_draft_has_no_preview_and_is_not_submitted() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", complete(make_paper(), version="") | {"do": "save"})
    report = Report.objects.get()
    edit = f"/reports/{report.pk}/edit/?check=yes"
    assert client.get(f"/reports/{report.pk}/preview/")["Location"] == edit
    assert client.post(f"/reports/{report.pk}/preview/")["Location"] == edit
    assert "Name the version of the paper" in client.get(edit).content.decode()
    report.refresh_from_db()
    assert report.state == "draft"


def test_the_preview_hides_who_reports_and_writes_nothing() -> None:
    client = signed_in(make_user())
    preview = client.post("/reports/new/", complete(make_paper()) | {"do": "preview"})["Location"]
    page = BeautifulSoup(client.get(preview).content, "html.parser").find("article")
    assert page is not None
    words = page.get_text(" ", strip=True)
    assert "A careful reader" in words
    assert "Rita" not in words
    assert "University of Examples" not in words
    for shown in ("93.1 ± 0.2", "90.1667 ± 0.306", "−2.933", "worse than claimed"):
        assert shown in words
    report = Report.objects.get()
    assert (report.paper, report.claims.count(), report.summary) == (None, 0, "")


# --- what is asked for -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("claim-0-place", "Say where in the paper the claim stands"),
        ("claim-0-quote", "Quote the paper's own words for this claim."),
        ("version", "Name the version of the paper"),
        ("mode", "Choose how you tried it."),
        ("outcome", "Choose the outcome."),
        ("summary", "Describe what you did."),
        ("environment", "Describe the environment in which it ran."),
        ("hours", "Write the hours you spent"),
        ("claim-0-metric", "Name the metric"),
        ("claim-0-claimed", "Write the value that the paper claims."),
        ("claim-0-runs", "Write what you obtained"),
        ("claim-0-tolerance", "Say how far your mean may lie from the claim"),
        ("claim-0-tolerance_reason", "Say why this tolerance is right"),
        ("evidence-0-url", "Write the link, or remove this row."),
        ("address-0-author", "Say whose address this is"),
        ("address-0-email", "Write the address, or remove this row."),
        ("address-0-source", "Say where you found the address"),
        ("name", "Write your name; only moderators see it."),
        ("affiliation", "Write your affiliation, or your ORCID iD below."),
        ("shown_as", "Write the name or pseudonym"),
        ("conflict", "State your conflicts of interest, or write: none."),
        ("licence", "The report can only be published under CC BY 4.0"),
    ],
)
def test_what_is_missing_is_asked_for(field: str, sentence: str) -> None:
    found = problems(complete(make_paper()) | {field: ""})
    assert any(words.startswith(sentence) for words in found)


@pytest.mark.parametrize("field", ["claim-0-place", "claim-0-quote", "version"])
def test_a_claim_without_place_words_and_version_cannot_be_submitted(field: str) -> None:
    """Row 34 of the cases: seven false accusations came of claims that were not in the paper."""
    for form in (complete(make_paper()), could_not(make_paper("Other"))):
        client = signed_in(make_user(f"{Report.objects.count()}@example.org"))
        response = client.post("/reports/new/", form | {field: "", "do": "preview"})
        assert response.status_code == 422
        report = Report.objects.latest("pk")
        assert client.post(f"/reports/{report.pk}/preview/").status_code == 302
        report.refresh_from_db()
        assert report.state == "draft"


def test_a_paper_must_be_chosen() -> None:
    user, secret = make_user(), make_paper("Not public", public=False)
    for value in ("", str(secret.pk), "999999", "x", "9" * 30, "²"):
        sentences = problems(complete(make_paper()) | {"paper": value}, user)
        assert "Choose the paper, or enter it by hand." in sentences


def test_a_report_has_at_least_one_claim() -> None:
    form = {k: v for k, v in complete(make_paper()).items() if not k.startswith("claim-0")}
    assert problems(form) == ["Add at least one claim of the paper."]


def test_evidence_is_code_log_configuration_or_notebook() -> None:
    paper, user = make_paper(), make_user()
    for kind in ("code", "log", "configuration", "notebook"):
        assert problems(complete(paper, evidence__0__kind=kind), user) == []
    sentence = "Add a link to your code, log, configuration or notebook."
    assert problems(complete(paper, evidence__0__kind="other"), user) == [sentence]
    assert problems(complete(paper, evidence__0__url="", evidence__0__note=""), user) == [sentence]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org/x", "no link", "http://"]
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert problems(complete(make_paper(), evidence__0__url=url)) == [
        "Write the whole web address, for example https://example.org/log.txt."
    ]


def test_an_attempt_that_was_not_possible_needs_no_values_but_the_search() -> None:
    paper, user = make_paper(), make_user()
    assert problems(could_not(paper), user) == []
    assert problems(
        could_not(paper) | {"looked_for": "", "looked_where": "", "looked_when": "", "missing": ""},
        user,
    ) == [
        "Say what you looked for: code, data, a model ...",
        "Say where you looked.",
        "Say when you looked: the dates.",
        "Say what was missing.",
    ]
    report = submitted(user, could_not(paper))
    assert report.looked_for == (
        "What: Code and weights\n\nWhere: The paper's repository\n\nWhen: 1 to 3 February 2026"
    )
    assert report.missing == "The training code"
    assert (report.hours, report.evidence.count()) == (None, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mean": "90", "n": "3", "spread": "0.2"}, "Give your values run by run, or mean"),
        ({"runs": "", "mean": "90"}, "Say of how many runs this is the mean"),
        ({"runs": "", "mean": "90", "n": "3"}, "Write the standard deviation of your runs."),
        ({"runs": "", "mean": "90", "n": "1", "spread": "0.2"}, "One run has no spread"),
        ({"runs": "", "mean": "90", "n": "3", "spread": "-1"}, "A spread is not negative."),
        ({"runs": "", "mean": "90", "n": "2.5", "spread": "1"}, "Say of how many runs"),
        ({"runs": "90.1 nan"}, "“nan” is no value"),
        ({"runs": "90 ± 1"}, "One value with a spread is a mean"),
        ({"claimed": "1,234"}, "“1,234” can be read in two ways: write 1234 or 1.234."),
        ({"tolerance": "-1"}, "A tolerance is not negative."),
        ({"direction": "sideways"}, "Choose whether higher or lower is better."),
    ],
)
def test_values_without_sense_are_asked_back(changes: dict[str, str], sentence: str) -> None:
    form = complete(make_paper()) | {f"claim-0-{name}": value for name, value in changes.items()}
    assert any(words.startswith(sentence) for words in problems(form))


def test_one_run_and_a_summary_of_many_are_taken() -> None:
    paper, user = make_paper(), make_user()
    assert problems(complete(paper, claim__0__runs="90.1"), user) == []
    one = {"runs": "", "mean": "90,1", "n": "1"}
    many = {"runs": "", "mean": "90.1", "n": "5", "spread": "0.3"}
    for changes in (one, many):
        form = complete(paper) | {f"claim-0-{name}": value for name, value in changes.items()}
        assert problems(form, user) == []


def test_the_outcome_fits_the_tolerance() -> None:
    paper, user = make_paper(), make_user()
    inside = complete(paper, claim__0__runs="93.0 93.2 93.3")
    assert "Every value lies inside your own tolerance" in problems(inside, user)[0]
    assert "outside your own tolerance" in problems(complete(paper, outcome="matched"), user)[0]
    assert problems(inside | {"outcome": "matched"}, user) == []


def test_better_than_claimed_is_said_and_is_no_failure() -> None:
    form = complete(make_paper(), outcome="matched", claim__0__runs="95.1 95.2 95.3")
    whole = checked(form)
    assert whole.problems == []
    assert whole.claims[0].verdict() is Verdict.BETTER


@pytest.mark.parametrize("hours", ["0", "-1", "1e9", "nan"])
def test_hours_are_more_than_none(hours: str) -> None:
    assert len(problems(complete(make_paper(), hours=hours))) == 1


# --- authors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["x@", "x", "a b@example.org", "x@localhost", "ü@example.org", "x@ex_ample.org", "@@"]
)
def test_half_an_address_is_refused(email: str) -> None:
    assert problems(complete(make_paper(), address__0__email=email)) == [
        "This is not a whole e-mail address: write it like name@university.edu."
    ]


@pytest.mark.parametrize(
    "name",
    ["noreply", "no-reply", "No_Reply", "mailer-daemon", "postmaster", "do-not-reply", "noreply+x"],
)
def test_addresses_at_which_nobody_reads_are_refused(name: str) -> None:
    assert problems(complete(make_paper(), address__0__email=f"{name}@example.org")) == [
        "Nobody reads at this address: write one of the author's own."
    ]


def second_address(**changes: str) -> dict[str, str]:
    row = {"author": "3", "email": "wei@uni.example.cn", "source": "homepage"} | changes
    return {"address-count": "2"} | {f"address-1-{name}": value for name, value in row.items()}


def test_one_address_twice_is_refused() -> None:
    form = complete(make_paper()) | second_address(email="ADA@lab.example.org")
    assert problems(form) == ["This address stands above already: remove one row."]


def test_the_reporter_is_not_an_author_to_write_to() -> None:
    form = complete(make_paper(), address__0__email="Rita@uni.example.org")
    assert problems(form) == ["This is your own address: write the author's."]


def test_authors_are_named_or_numbered_and_chinese_addresses_get_both_languages() -> None:
    report = submitted(make_user(), complete(make_paper()) | second_address())
    rows = list(report.addresses.values_list("author_position", "rank", "email", "language"))
    assert rows == [
        (1, 1, "ada@lab.example.org", "en"),
        (3, 1, "wei@uni.example.cn", "both"),
    ]


def test_the_language_of_letters_can_be_chosen() -> None:
    form = complete(make_paper()) | second_address(language="en")
    assert submitted(make_user(), form).addresses.get(author_position=3).language == "en"


def test_two_addresses_of_one_author_have_ranks_in_their_order() -> None:
    form = complete(make_paper()) | second_address(
        author="ada  muster", email="ada@old.example.org"
    )
    report = submitted(make_user(), form)
    rows = list(report.addresses.values_list("author_position", "rank", "email"))
    assert rows == [(1, 1, "ada@lab.example.org"), (1, 2, "ada@old.example.org")]


@pytest.mark.parametrize("author", ["Dora Fremd", "4", "0", "Ada"])
def test_an_author_that_the_paper_does_not_have_is_asked_back(author: str) -> None:
    (sentence,) = problems(complete(make_paper(), address__0__author=author))
    assert sentence.startswith("The paper has ")


@pytest.mark.parametrize(
    ("author", "position"), [("Ada  muster", 1), ("3", 3), ("3.", 3), ("李雷", 4), ("STRASSE", 5)]
)
def test_an_author_is_known_by_name_or_number(author: str, position: int) -> None:
    names = ["Ada Muster", "Wei Li", "Wei  Li", "李雷", "Straße"]
    assert submission.position_of(" ".join(author.split()), names) == position


def test_authors_of_one_name_are_told_apart_by_number() -> None:
    with pytest.raises(ValueError, match="several authors of this name: write the number, 2 or 3"):
        submission.position_of("wei li", ["Ada Muster", "Wei Li", "Wei  Li"])


def test_no_address_is_said_on_purpose() -> None:
    paper, user = make_paper(), make_user()
    form = complete(
        paper, address__0__author="", address__0__email="", address__0__source="",
        address__0__source_url="",
    )  # fmt: skip
    assert problems(form, user) == [
        "Add an author's e-mail address, or say that you looked and found none."
    ]
    assert problems(form | {"no_address": "on"}, user) == []
    matched = {"outcome": "matched", "claim-0-runs": "93.1 93.2"}
    assert problems(form | matched, user) == []
    assert submitted(user, form | {"no_address": "on"}).addresses.count() == 0


# --- the paper ---------------------------------------------------------------------------------


def test_a_known_paper_is_found_and_shown_with_what_is_public() -> None:
    paper = make_paper()
    Paper.objects.filter(pk=paper.pk).update(standing="answered", report_count=2)
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "q": "Frobnicating Networks", "do": "find"})
    page = client.get(f"/reports/{Report.objects.get().pk}/edit/").content.decode()
    assert f'value="{paper.pk}" id="id_paper_{paper.pk}"' in page
    assert "2 public reports" in page


def test_a_link_can_choose_the_paper() -> None:
    paper = make_paper()
    page = signed_in(make_user()).get(f"/reports/new/?paper={paper.pk}").content.decode()
    assert f'value="{paper.pk}" id="id_paper_{paper.pk}" checked' in page
    for value in ("x", "-1", "9" * 40, "<b>"):
        assert Client().get("/reports/new/", {"paper": value}).status_code == 200


def by_hand(**changes: str) -> dict[str, str]:
    hand = {
        "title": "一种新方法: A New Method",
        "authors": "王小明\n  Ada   Muster \n\n李雷",
        "venue": "FICT",
        "year": "2023",
        "url": "https://example.org/new",
        "identifiers": "",
        "address-0-author": "王小明",
    }
    return complete(None) | hand | changes


def test_a_paper_is_entered_by_hand() -> None:
    report = submitted(make_user(), by_hand())
    paper = report.paper
    assert paper is not None
    assert (paper.title, paper.year, paper.is_public) == ("一种新方法: A New Method", 2023, False)
    assert [a.name for a in paper.authors.all()] == ["王小明", "Ada Muster", "李雷"]
    assert report.addresses.get().author_position == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Write the title of the paper."),
        ({"authors": " \n "}, "Write the authors, one a line"),
        ({"year": "23"}, "Write the year with four digits: 2024."),
        ({"url": "nowhere"}, "Write the whole web address"),
        ({"identifiers": "something"}, "“something” is not an identifier we can read."),
        ({"title": "x" * 2001}, "At most 2,000 characters: this has 2001."),
        ({"authors": "x" * 301}, "A name has at most 300 characters: one author a line."),
    ],
)
def test_a_paper_entered_by_hand_is_checked(changes: dict[str, str], sentence: str) -> None:
    assert any(words.startswith(sentence) for words in problems(by_hand(**changes)))


def test_an_identifier_of_a_known_paper_leads_to_it() -> None:
    Identifier.objects.create(paper=make_paper(), scheme="arxiv", value="2401.00001")
    assert problems(by_hand(identifiers="arXiv:2401.00001v3")) == [
        "A paper with this identifier is known here: find it by that above, and choose it."
    ]


def test_a_paper_entered_twice_is_one_and_its_authors_are_those_known() -> None:
    paper = make_paper("Entered by somebody else", public=False)
    Identifier.objects.create(paper=paper, scheme="arxiv", value="2401.00001")
    client = signed_in(make_user())
    form = by_hand(identifiers="https://arxiv.org/abs/2401.00001")
    preview = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    seen = client.get(preview).content.decode().split('name="seen" value="')[1].split('"')[0]
    refused = client.post(preview, {"seen": seen})
    assert refused.status_code == 409
    assert "王小明: The paper has no author of this name" in refused.content.decode()
    assert Report.objects.get().state == "draft"
    other = signed_in(make_user("other@example.org"))
    report = submit(other, form | {"address-0-author": "Ada Muster"})
    assert report.paper == paper
    assert report.addresses.get().author_position == 1


def test_identifiers_of_two_papers_are_asked_back() -> None:
    for number in (1, 2):
        paper = make_paper(f"Paper {number}", public=False)
        Identifier.objects.create(paper=paper, scheme="arxiv", value=f"2401.0000{number}")
    client = signed_in(make_user())
    form = by_hand(identifiers="2401.00001\n2401.00002")
    preview = client.post("/reports/new/", form | {"do": "preview"})["Location"]
    seen = client.get(preview).content.decode().split('name="seen" value="')[1].split('"')[0]
    refused = client.post(preview, {"seen": seen})
    assert refused.status_code == 409
    assert "These identifiers belong to different papers" in refused.content.decode()


def test_a_returned_report_keeps_the_paper_entered_with_it() -> None:
    user = make_user()
    client = signed_in(user)
    report = submit(client, by_hand())
    moderator = User.objects.create_superuser("mo@mods.example.org")
    services.return_report(report_id=report.pk, moderator=moderator, reason="Why?", now=NOW)
    preview = f"/reports/{report.pk}/preview/"
    seen = client.get(preview).content.decode().split('name="seen" value="')[1].split('"')[0]
    client.post(preview, {"seen": seen})
    report.refresh_from_db()
    assert report.state == "submitted"
    assert Paper.objects.count() == 1


def test_the_authors_are_asked_for_where_the_paper_has_none() -> None:
    paper, user = make_paper(), make_user()
    paper.authors.all().delete()
    (sentence,) = problems(complete(paper), user)
    assert sentence == "The authors of this paper are not known here: write them, one a line."
    report = submitted(user, complete(paper, authors="Ada Muster\nBo Probe"))
    assert report.author_names == ["Ada Muster", "Bo Probe"]


# --- hostile text ------------------------------------------------------------------------------

HOSTILE = (
    "\0$\\alpha_{<b>}$ \\input{/etc/passwd} </textarea></script><script>alert(1)</script> \u202e"
    "‏שלום مرحبا 王小明 👩‍🔬🎉 {{ 7*7 }} {% load x %} ' \" & ;-- %s"
)
FREE = [
    "summary", "environment", "data_used", "differences", "code_commit", "version", "shown_as",
    "conflict", "name", "affiliation", "claim-0-place", "claim-0-quote", "claim-0-metric",
    "claim-0-dataset", "claim-0-tolerance_reason", "evidence-0-note", "address-0-source",
    "title", "authors", "venue",
]  # fmt: skip


def test_hostile_text_in_every_field_is_kept_and_shown_as_words() -> None:
    user = make_user()
    client = signed_in(user)
    form = by_hand() | dict.fromkeys(FREE, HOSTILE[:60]) | {"address-0-author": "1"}
    report = submit(client, form)
    assert report.paper is not None
    assert report.paper.title == HOSTILE[:60].replace("\0", "").strip()
    moderator = signed_in(User.objects.create_superuser("mo@example.org"))
    for reader in (client, moderator):
        page = reader.get(f"/reports/{report.pk}/")
        soup = BeautifulSoup(page.content, "html.parser")
        assert page.status_code == 200
        assert [s.get("src") for s in soup.find_all("script")] == []
        assert "$\\alpha_{<b>}$" in soup.get_text()
    client.get("/reports/")


def test_hostile_text_never_breaks_the_page_while_it_is_typed() -> None:
    client = signed_in(make_user())
    form = dict.fromkeys(complete(None), HOSTILE) | {"claim-count": HOSTILE, "form_key": "k"}
    for extra in ("x" * 2000, "\ud7ff\uffff", "١٢٣", "9" * 400, "-1", "", " "):
        for button in ("save", "preview", "add-claim", "remove-evidence-0", "remove-claim-999"):
            answer = client.post(
                "/reports/new/", {k: v + extra for k, v in form.items()} | {"do": button}
            )
            assert answer.status_code in (302, 422)
            page = client.get(f"/reports/{Report.objects.latest('pk').pk}/edit/?check=yes")
            scripts = BeautifulSoup(page.content, "html.parser").find_all("script")
            assert [script["src"] for script in scripts] == ["/static/report-form.js"]


def test_every_markdown_payload_is_harmless_on_the_page() -> None:
    user = make_user()
    form = complete(make_paper(), summary="\n\n".join(PAYLOADS))
    report = submitted(user, form)
    page = BeautifulSoup(signed_in(user).get(f"/reports/{report.pk}/").content, "html.parser")
    prose = page.select("article .prose")
    assert len(prose) == 1
    assert_harmless(prose[0].decode_contents())


def test_an_author_is_not_looked_for_before_the_authors_are_typed() -> None:
    assert "Write the authors, one a line, in the order of the paper." in problems(
        by_hand(authors="")
    )


# --- the submitted report ----------------------------------------------------------------------


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
    three = complete(make_paper(), form_key="three") | {"claim-count": "3"}
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
