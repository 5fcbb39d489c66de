"""From the complete form to the submitted report: the paper, the rows, hostile text."""

import threading

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.db import connection
from django.test import Client

from accounts.models import User
from registry.models import Identifier, Paper
from reports import services, submission
from reports.forms.whole import WholeForm
from reports.lifecycle import Refused
from reports.models import Report, ReportEvent
from tests.reports.test_text import PAYLOADS, assert_harmless
from tests.reports.typed import (
    NOW,
    SCRIPTS,
    by_hand,
    complete,
    make_paper,
    make_user,
    problems,
    signed_in,
    submit,
    submitted,
)

pytestmark = pytest.mark.django_db


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
    seen = page.find("input", attrs={"name": "seen"})["value"]
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
    for shown in ("93.1 ± 0.2", "90.167 ± 0.306", "−2.933", "below the claim by 2.933"):
        assert shown in words
    report = Report.objects.get()
    assert (report.paper, report.claims.count(), report.summary) == (None, 0, "")


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


def form_at(address: str) -> BeautifulSoup:
    return BeautifulSoup(Client().get(address).content, "html.parser")


def values(page: BeautifulSoup, *names: str) -> list[str]:
    """What stands in the fields, and the numbers of the papers to choose from."""
    offered = [str(radio["value"]) for radio in page.find_all("input", attrs={"name": "paper"})]
    fields = [page.find(attrs={"name": name}) for name in names]
    return [str(f.get("value", f.text.strip())) for f in fields if f is not None] + offered


def test_a_link_can_search_for_the_paper() -> None:
    paper, other = make_paper(), make_paper("Twiddling Trees")
    Identifier.objects.create(paper=other, scheme="doi", value="10.1234/a")
    by_title = form_at("/reports/new/?q=frobnicating+networks")
    assert values(by_title, "q", "identifiers") == [
        "frobnicating networks", "", str(paper.pk), "hand",
    ]  # fmt: skip
    by_identifier = form_at("/reports/new/?q=doi:10.1234%2FA")
    assert values(by_identifier, "q", "identifiers") == ["doi:10.1234/A", "", str(other.pk), "hand"]
    assert by_identifier.select("details#by-hand:not([open])")


def test_an_unknown_identifier_of_a_link_stands_ready_where_the_paper_is_entered() -> None:
    make_paper("Not public", public=False)
    for text in ("doi:10.1234/new", "openreview:aB3_dE-fgH"):
        page = form_at(f"/reports/new/?q={text}")
        assert values(page, "q", "identifiers") == [text, text, "hand"]
        assert page.select("details#by-hand[open]")
    assert Report.objects.count() == 0


@pytest.mark.parametrize("text", ["", " ", "\0", "a\0b", "<script>alert(1)</script>", "x" * 5_000])
def test_a_link_that_searches_for_anything_opens_the_form(text: str) -> None:
    answer = Client().get("/reports/new/", {"q": text})
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    assert [script["src"] for script in page.find_all("script")] == SCRIPTS
    assert values(page, "q") == [" ".join(text.replace("\0", "").split()), "hand"]


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
    form["name"] = HOSTILE[:59]  # nobody reports on a paper of their own
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
    drafts = []
    for extra in ("x" * 2000, "\ud7ff\uffff", "١٢٣", "9" * 400, "-1", "", " "):
        for button in ("save", "preview", "add-claim", "remove-evidence-0", "remove-claim-999"):
            answer = client.post(
                "/reports/new/", {k: v + extra for k, v in form.items()} | {"do": button}
            )
            assert answer.status_code in (302, 422)
            draft = Report.objects.latest("pk")
            if draft.typed in drafts:
                continue  # the same page
            drafts.append(draft.typed)
            page = client.get(f"/reports/{draft.pk}/edit/?check=yes")
            scripts = BeautifulSoup(page.content, "html.parser", parse_only=SoupStrainer("script"))
            assert [script["src"] for script in scripts.find_all("script")] == SCRIPTS
    assert len(drafts) == 7 * 3  # to save and to preview leave the same draft, and so on


def test_every_markdown_payload_is_harmless_on_the_page() -> None:
    user = make_user()
    form = complete(make_paper(), summary="\n\n".join(PAYLOADS))
    report = submitted(user, form)
    page = BeautifulSoup(signed_in(user).get(f"/reports/{report.pk}/").content, "html.parser")
    prose = page.select(".reporter .prose")
    assert len(prose) == 1
    assert_harmless(prose[0].decode_contents())


def test_an_author_is_not_looked_for_before_the_authors_are_typed() -> None:
    assert "Write the authors, one a line, in the order of the paper." in problems(
        by_hand(authors="")
    )
