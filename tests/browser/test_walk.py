"""The life of a report on the pages: what people do by clicking and typing, from the form to the
list and off it again. `make test` walks the shortest way; `make proof` walks them all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, FilePayload, expect

from accounts.models import User
from registry.models import Paper
from reports.models import Report
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person
from tests.browser.walk import START, TICKS, Walk, accepts, answers, disputes, walking
from tests.reports import stages
from tests.reports.typed import by_hand, complete
from tests.servers import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORTH_TEN_MINUTES = 3_000
"""So many characters somebody types in that time who has everything at hand."""

LOG: FilePayload = {"name": "run.log", "mimeType": "text/plain", "buffer": b"seed 1: 90.1\n"}


@pytest.fixture
def site(
    chromium: Browser, smtp_server: SmtpServer, settings: Any, request: pytest.FixtureRequest
) -> Iterator[Walk]:
    """The site, without anything in it."""
    with walking(chromium, smtp_server, settings, request.node.name) as walk:
        yield walk


def rita() -> User:
    return stages.user(
        email="rita@uni.example.org", name="Rita Report", affiliation="Example University"
    )


def mo() -> User:
    moderator = stages.moderator()
    moderator.email = "mo@moderators.example"
    moderator.save()
    return moderator


def asked(walk: Walk, title: str, email: str, of: Paper | None = None, **fields: Any) -> Report:
    """A report that was accepted now, and whose notice left."""
    paper = of or stages.paper(title, names=["Ada Muster", "Bo Probe"])
    report = stages.accepted(at=walk.now, of=paper, emails=(email,), **fields)
    walk.post()
    return report


def reports(walk: Walk, reporter: Person, typed: dict[str, str]) -> int:
    """Somebody fills in the form, looks at the preview and submits; the report's number."""
    reporter.page.goto("/reports/new/")
    walk.look(reporter, "an empty form")
    for name, value in typed.items():
        fold = reporter.page.locator("#by-hand")
        if name == "title" and fold.get_attribute("open") is None:  # scripts unfold it themselves
            fold.locator("summary").first.click()
        if value:
            reporter.type(name, value)
        if name == "q" and typed["paper"] != "hand":
            expect(reporter.page.locator("#found-words")).to_contain_text("found.")
    reporter.page.locator("#id_files").set_input_files(LOG)
    walk.look(reporter, "a form filled in")
    reporter.page.get_by_role("button", name="Preview").click()
    expect(reporter.page.get_by_role("button", name="Submit the report")).to_be_visible()
    walk.look(reporter, "a preview")
    reporter.page.get_by_role("button", name="Submit the report").click()
    expect(reporter.page.get_by_text("Submitted. A moderator reads it")).to_be_visible()
    walk.look(reporter, "a report submitted")
    found = re.search(r"/reports/(\d+)/", reporter.page.url)
    assert found is not None
    return int(found[1])


def test_a_report_is_written_accepted_answered_and_disputed(site: Walk) -> None:
    paper = stages.paper("Frobnicating Lanterns", names=["Ada Muster", "Bo Probe", "王小明"])
    reporter, moderator = site.person(rita()), site.person(mo())
    typed = complete(paper) | {"q": "frobnicating", "address-0-author": "1"}
    assert sum(map(len, typed.values())) < WORTH_TEN_MINUTES
    number = reports(site, reporter, typed)
    reader = site.person()
    assert reader.page.goto(f"/reports/{number}/").status == 404
    accepts(site, moderator, number)
    author = site.person()
    link = site.link("ada@lab.example.org", "Reproduction report")
    text = "The warm-up is **missing** in the report: `configs/table2.yaml`, line 14. 谢谢."
    answers(site, author, link, kind="explains", text=text)
    disputes(site, reporter, number, "With the warm-up we get **90.4**, not 93.1.")
    assert site.letters("ada@lab.example.org", "isputed")
    author.page.goto(link)
    site.look(author, "an author reads the dispute")
    site.reads(reader, f"/reports/{number}/", "a reader reads both")
    for words in ("谢谢", "With the warm-up"):
        expect(reader.page.get_by_text(words)).to_be_visible()
    expect(reader.page.get_by_role("link", name="run.log", exact=True)).to_be_visible()
    site.reads(reader, f"/papers/{paper.pk}/", "the paper disputed")
    site.reads(reader, "/", "the list without it")
    expect(reader.page.get_by_text("not reproducible: no answer")).to_have_count(0)


SAID = {
    "explains": ("The paper leaves the warm-up out; it is in `configs/table2.yaml`.", ""),
    "provides": ("Code and weights, tag **v1.1**.", "https://code.example/lantern"),
    "corrects": ("Row 3 was on the validation split; version 3 has 90.3.", "https://x.example/v3"),
    "contests": ("The log shows batch size 64; Section 4.1 says 8.", ""),
    "cannot_share": ("The recordings belong to a hospital.", ""),
    "agrees": ("We get 90.3 as well.", ""),
    "earlier_stands": ("", ""),
}
"""By kind of answer: text and link."""


@pytest.mark.long
def test_authors_answer_in_each_way_and_reporters_go_on(site: Walk) -> None:
    reporter = site.person(user := rita())
    number: dict[str, int] = {}
    for kind, (text, url) in SAID.items():
        paper = stages.paper(f"Lanterns, {kind}", names=["Ada Muster", "Bo Probe"])
        if kind == "earlier_stands":
            with transaction.atomic():
                stages.answered(at=START - 120 * stages.DAY, of=paper)
        report = asked(site, "", f"{kind}@lab.example", of=paper, reporter=user)
        number[kind] = report.pk
        author = site.person()
        link = site.link(f"{kind}@lab.example", "Reproduction report")
        answers(site, author, link, kind=kind, text=text, url=url)
        report.refresh_from_db()
        assert report.state == "answered"
    reader = site.person()
    for kind in SAID:
        site.reads(reader, f"/reports/{number[kind]}/", f"a reader reads {kind}")

    page = reporter.page
    site.reads(reporter, f"/reports/{number['provides']}/", "my report with code provided")
    page.get_by_role("link", name="Accept the answer").click()
    site.look(reporter, "accepting an answer")
    page.get_by_role("button", name="Accept the answer").click()
    expect(page.locator(".badge.resolved").first).to_be_visible()
    site.look(reporter, "my resolved report")
    disputes(site, reporter, number["contests"], "We ran it with batch size 8, too: 90.2.")

    # An agreement counts once it is confirmed through the second letter.
    author = site.person()
    second = site.link("agrees@lab.example", "Please confirm", "/agreement/")
    site.reads(author, second, "an agreement to confirm")
    author.page.get_by_role("main").get_by_role("button").last.click()
    expect(author.page.get_by_role("heading", name="The agreement is confirmed")).to_be_visible()
    site.look(author, "an agreement confirmed")
    site.days(15)
    site.reads(reader, "/", "the list with a confirmed paper")
    reader.page.get_by_role("link", name="Lanterns, agrees").first.click()
    expect(reader.page.get_by_text("confirmed by the authors").first).to_be_visible()
    site.look(reader, "a paper confirmed")
    site.reads(author, site.link("agrees@lab.example", "Reproduction report"), "agreed and listed")


@pytest.mark.long
def test_silence_lists_a_late_answer_takes_off_and_moderators_remove(site: Walk) -> None:
    user, moderator = rita(), mo()
    silent = asked(site, "Silent Lanterns", "late@lab.example", reporter=user)
    bad = asked(site, "Lanterns of a Person", "bad@lab.example", reporter=user)
    site.mail.script("RCPT", "gone@lab.example", "550 5.1.1 no such user")
    gone = asked(site, "Lanterns of Nobody", "gone@lab.example", reporter=user)
    author, reader, reporter = site.person(), site.person(), site.person(user)
    site.reads(reporter, f"/reports/{gone.pk}/", "my unreachable report")
    site.reads(reporter, f"/reports/{silent.pk}/", "my asking report")
    assert reader.page.goto(f"/reports/{silent.pk}/").status == 404

    site.days(22)
    link = site.link("late@lab.example", "Final notice")
    site.reads(author, link, "an author a week before the deadline")
    site.days(9)
    site.reads(reader, "/", "the list with two silent papers")
    reader.page.get_by_role("link", name="Silent Lanterns").first.click()
    expect(reader.page.get_by_text("not reproducible: no answer").first).to_be_visible()
    site.look(reader, "a paper listed for silence")
    site.reads(reader, f"/reports/{silent.pk}/", "a lapsed report")
    site.letters("late@lab.example", "isted")
    site.letters("rita@uni.example.org", "isted")

    # The paper leaves the list with the late answer, at once.
    site.days(2)
    answers(site, author, link, kind="explains", text="We were away; use seed 3.")
    site.reads(reader, "/", "the list after a late answer")
    listed = reader.page.locator("main h3").filter(has_text="Silent Lanterns")
    assert listed.count() <= 1  # as a newest answer
    silent.paper.refresh_from_db()
    assert silent.paper.standing == "answered"
    site.reads(reader, f"/papers/{silent.paper_id}/", "a paper answered late")
    expect(reader.page.get_by_text("after the deadline").first).to_be_visible()

    # A moderator removes one, and searches for the authors of another.
    staff = site.person(moderator)
    site.reads(staff, "/moderation/", "the queue with an unreachable report")
    site.reads(staff, f"/moderation/{bad.pk}/", "a listed report to remove")
    _does(site, staff, "remove", "Remove the report", {"reason": "It named a person, not a claim."})
    assert reader.page.goto(f"/reports/{bad.pk}/").status == 200  # two decide on that
    other = site.person(stages.moderator())
    site.reads(other, "/moderation/", "the queue with a proposal")
    site.reads(other, f"/moderation/{bad.pk}/", "a removal to confirm")
    for tick in other.page.locator('details[open] [name="no_conflict"]').all():
        tick.check()
    other.page.get_by_role("button", name="Confirm: it is done at once").click()
    expect(other.page.locator('[role="status"]').first).to_be_visible()
    site.reads(reader, f"/reports/{bad.pk}/", "a removed report")
    site.reads(reader, "/corrections/", "the corrections")
    expect(reader.page.get_by_text("It named a person, not a claim.").first).to_be_visible()
    site.reads(staff, f"/moderation/{gone.pk}/", "an unreachable report to search for")
    for where in ("Bo Probe's home page", "The university's directory"):
        _does(site, staff, "search", "Record the search", {"where": where})
    site.days(31)
    again = site.person(moderator)
    again.page.goto(f"/moderation/{gone.pk}/")
    _does(site, again, "unasked", "Make the report public", {})
    site.reads(reader, f"/reports/{gone.pk}/", "a report whose authors were not reached")


def _does(walk: Walk, moderator: Person, act: str, button: str, typed: dict[str, str]) -> None:
    """A moderator unfolds an act, types what it asks for, and presses its button."""
    fold = moderator.page.locator(f"details#{act}")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    for tick in fold.locator('[name="no_conflict"]').all():
        tick.check()
    for name, value in typed.items():
        fold.locator(f'[name="{name}"]').fill(value)
    walk.look(moderator, f"unfolded {act}")
    fold.get_by_role("button", name=button).click()
    expect(moderator.page.locator('[role="status"]').first).to_be_visible()
    walk.look(moderator, f"done {act}")


@pytest.mark.long
def test_an_author_appeals_and_a_moderator_decides(site: Walk) -> None:
    report = asked(site, "Lanterns on Appeal", "appeal@lab.example")
    author, staff = site.person(), site.person(mo())
    page = author.page
    site.reads(author, f"/appeal/?about=/reports/{report.pk}/", "an empty appeal")
    page.get_by_label("appeal against a decision").check()
    page.get_by_label("What you want to tell us").fill("The quoted words are not in the paper.")
    page.get_by_label("Your name").fill("Ada Muster")
    page.get_by_label("Your e-mail address").fill("appeal@lab.example")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/appeal/sent/"))
    site.look(author, "an appeal sent")
    confirm = site.link("appeal@lab.example", "Please confirm", "/appeal/")
    site.reads(author, confirm, "an appeal to confirm")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="It is confirmed")).to_be_visible()
    site.look(author, "an appeal confirmed")

    page = staff.page
    site.reads(staff, "/moderation/", "the queue with an appeal")
    page.get_by_role("link", name=re.compile("^Appeal ")).first.click()
    page.get_by_label("No, it is refused").check()
    page.get_by_label("The reason").first.fill("The words are on page 5, in Table 2.")
    page.get_by_label("I have no conflict of interest").check()
    site.look(staff, "an appeal to decide")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided: whoever wrote gets a letter")).to_be_visible()
    site.look(staff, "an appeal decided")
    _, text = site.letters("appeal@lab.example", "was decided")
    assert "The words are on page 5" in text
    report.refresh_from_db()
    assert report.state == "asking"


@pytest.mark.long
def test_an_author_without_a_link_asks_for_one_and_answers_late(site: Walk) -> None:
    report = asked(site, "Lanterns without a Link", "old@lab.example")
    site.days(40)
    author, staff = site.person(), site.person(mo())
    page = author.page
    site.reads(author, f"/papers/{report.paper_id}/", "a listed paper, as its author finds it")
    page.get_by_role("link", name="I am an author of this paper").click()
    site.look(author, "an author asks for a link")
    page.get_by_label("Which author you are").select_option(index=1)
    page.get_by_label("Your name").fill("Ada Muster")
    page.get_by_label("Your e-mail address").fill("new@home.example")
    page.get_by_label("How we can see that it is you").fill("My page shows this address.")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/appeal/sent/"))
    site.reads(
        author, site.link("new@home.example", "Please confirm", "/appeal/"), "a wish to confirm"
    )
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="It is confirmed")).to_be_visible()

    page = staff.page
    site.reads(staff, "/moderation/", "the queue with an author's wish")
    page.get_by_role("link", name=re.compile("an author asks for a link")).first.click()
    page.get_by_label("Yes: send them the links").check()
    page.get_by_label("The reason").fill("Their institute's page shows the address.")
    page.get_by_label("I have no conflict of interest").check()
    site.look(staff, "an author's wish to decide")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided: whoever wrote gets a letter")).to_be_visible()

    link = site.link("new@home.example", "Your link to answer")
    answers(site, author, link, kind="explains", text="The letters went to an old address.")
    report.paper.refresh_from_db()
    assert (report.paper.standing, report.paper.listed_at) == ("answered", None)


@pytest.mark.long
def test_a_report_and_an_answer_without_javascript(site: Walk) -> None:
    bare = {"java_script_enabled": False}
    reporter, author = site.person(rita(), **bare), site.person(**bare)
    number = reports(site, reporter, by_hand(title="Lanterns by Hand"))
    moderator = site.person(mo(), **bare)
    accepts(site, moderator, number)
    link = site.link("ada@lab.example.org", "Reproduction report")
    answers(site, author, link, kind="contests", text="Use *seed 3*.", name="王小明")
    site.reads(author, f"/reports/{number}/", "read without JavaScript")
    expect(author.page.get_by_text("seed 3")).to_be_visible()


@pytest.mark.long
def test_moderation_and_an_answer_with_the_keyboard_alone(site: Walk) -> None:
    """The report itself is typed so in test_report_form.py."""
    paper = stages.paper("Lanterns by Keys", names=["Ada Muster"])
    number = stages.submitted(at=START, of=paper, emails=("keys@lab.example",)).pk
    page = (moderator := site.person(mo())).page
    page.goto("/moderation/")
    keys = Keyboard(page, patience=120)
    keys.to_link(f"/moderation/{number}/")
    with page.expect_navigation():
        keys.press("Enter")
    for box in page.locator(TICKS).all():
        keys.to(box.get_attribute("name") or "", box.get_attribute("value") or "")
        keys.press("Space")
    site.look(moderator, "ticked with the keyboard")
    keys.to("do", "accept")
    with page.expect_navigation():
        keys.press("Enter")
    assert Report.objects.get(pk=number).state == "asking"
    assert keys.strokes < 150

    page = (author := site.person()).page
    page.goto(site.link("keys@lab.example", "Reproduction report"))
    keys = Keyboard(page, patience=120)
    keys.to_link("#answer")
    keys.press("Enter")
    keys.to("kind")
    keys.press("Space")
    keys.type("text", "The seed is 3.")
    keys.to("do", "preview")
    with page.expect_navigation():
        keys.press("Enter")
    site.look(author, "a preview by keyboard")
    keys.to("do", "answer")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_text("Your answer is stored")).to_be_visible()
    assert Report.objects.get(pk=number).answers.get().kind == "explains"
    assert keys.strokes < 200
