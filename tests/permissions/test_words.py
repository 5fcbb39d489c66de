"""Nobody reads what is not theirs to read: in searches, forms, errors, and by the rule."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from reports.models import Contact, Report
from reports.visibility import Level, Viewer, level, visible_reports
from tests.permissions.marks import EVERYBODY, found_in, leaks
from tests.permissions.world import ROLES, World, words

pytestmark = pytest.mark.django_db

SEARCHES = [
    "/papers/?q=frobnicating",
    "/papers/?q=frobnicating+networks&sort=new",
    "/papers/?q=Ada",
    "/papers/?q=GPU",
    "/papers/?q=https://example.org/new",
    "/papers/?standing=none",
    "/papers/?standing=no_answer",
    "/papers/?mode=re-run&cause=details_missing&venue=FICT&year=2023",
    "/papers/?code=partly",
    "/papers/?data=yes",
    "/reports/new/?q=frobnicating",
    "/api/v1/papers?q=frobnicating&limit=100",
    "/api/v1/papers?q=Ada&sort=changed",
    "/api/v1/papers?standing=none&limit=100",
    "/api/v1/listings?limit=100",
    "/api/v1/reports?limit=100",
    "/api/v1/reports?cause=details_missing",
    "/api/v1/answers?limit=100",
    "/api/v1/papers/999999999",
    "/api/v1/papers/doi/10.5555/life.999",
    "/api/v1/reports/999999999",
    "/api/v1/nowhere",
    "/nowhere/",
    "/papers/999999999/",
    "/reports/999999999/",
    "/moderation/999999999/",
    "/answer/999999999/",
    "/answer/nonsense/?do=answer",
]


@pytest.mark.parametrize("path", SEARCHES)
def test_no_search_and_no_error_tells_more_than_the_pages(path: str, world: World) -> None:
    faults = []
    for role in ROLES:
        with world.played(role) as browser:
            text = words(browser.get(path))
            faults += [f"{role}: {fault}" for fault in leaks(role, path, text, world.lives)]
    assert faults == []


MACHINES = [
    "/feeds/listed.atom",
    "/feeds/listed.json?venue=FICT",
    "/feeds/papers.json?q=frobnicating",
    "/feeds/papers.atom?q=frobnicating&sort=newest",
    "/feeds/answers.json",
    "/feeds/papers/{paper_id}.atom",
    "/feeds/papers/{paper_id}.json",
    "/papers/{paper_id}/cite.json",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-papers-{part}.xml",
    "/robots.txt",
    "/badge/doi/{doi}.svg",
    "/embed/papers/{paper_id}/",
    "/oembed?url={site}/papers/{paper_id}/",
    "/oembed?format=xml&url={site}/papers/{paper_id}/",
]


@pytest.mark.parametrize("path", MACHINES)
def test_nothing_for_machines_holds_a_private_word(path: str, world: World) -> None:
    """In whatever state a report is: of each paper, and of all of them together."""
    faults, answered = [], 0
    for life in world.lives.values() if "{" in path else [world.lives["lapsed"]]:
        number = life.report.paper_id or 0
        address = path.format(
            paper_id=number, part=number // 10_000, doi=life.doi, site=settings.SITE_URL
        )
        response = world.browsers["anonymous"].get(address)
        answered += response.status_code == 200
        faults += leaks("anonymous", path, words(response), world.lives)
    assert faults == []
    assert answered


def test_a_search_finds_the_public_papers_and_no_other(world: World) -> None:
    number = {life.number: name for name, life in world.lives.items()}
    page = world.browsers["anonymous"].get("/papers/?q=frobnicating")
    found = {number[n] for n, what in found_in(words(page)) if what == "title"}
    assert found == {
        "published", "asking, once public", "unreachable, once public", "unasked", "answered",
        "answered, once lapsed", "lapsed", "disputed", "resolved", "confirmed",
        "withdrawn, once public", "removed, once public",
        "submitted, paper known", "asking, paper known", "unreachable, paper known",
        "withdrawn, paper known", "removed, paper known",
    }  # fmt: skip


LISTS = ["papers", "listings", "reports", "answers"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_api_has_what_is_public_and_nothing_else(name: str, world: World) -> None:
    """No address, no reporter behind a pseudonym, no report before it is public, no reason that is
    for moderators: every field of every life holds a mark, and these are all that are told."""
    names = {life.number: one for one, life in world.lives.items()}
    response = world.browsers["anonymous"].get(f"/api/v1/{name}?limit=100")
    told: dict[str, set[str]] = {}
    for of, what in found_in(words(response)):
        told.setdefault(names[of], set()).add(what)
    assert response.json()["next"] is None
    whole = {one for one, seen in EVERYBODY.items() if "quote" in seen}
    match name:
        case "papers":
            # The environments of public reports stand on the list of papers, too.
            assert told == {
                one: {"title", "authors"} | ({"text"} if one in whole else set())
                for one in EVERYBODY
            }
        case "listings":
            listed = {"lapsed", "confirmed", "answered, once lapsed", "unreachable, once public",
                      "removed, once public"}  # fmt: skip
            assert told == {one: {"title"} for one in listed}
        case "reports":
            assert told == {one: {"title", "quote", "shown"} for one in whole}
        case "answers":
            answered = {*whole, "withdrawn, once public"} - SILENT
            assert told == {one: {"title", "answer"} for one in answered}


SILENT = {"published", "unasked", "lapsed"}


def test_the_api_tells_nobody_more_than_anybody(world: World) -> None:
    faults = []
    paths = [f"/api/v1/{name}?limit=100" for name in LISTS]
    for life in world.lives.values():
        paths.append(f"/api/v1/reports/{life.report_id}")
        paths.append(f"/api/v1/papers/doi/{life.doi}")
    told = {path: world.browsers["anonymous"].get(path).content for path in paths}
    for role in ("author", "reporter", "moderator", "superuser"):
        with world.played(role) as browser:
            for path in paths:
                if browser.get(path).content != told[path]:
                    faults.append(f"{role}: {path}")
    assert faults == []


@pytest.mark.parametrize("asked", ["paper", "q"])
def test_the_form_names_no_secret_paper(asked: str, world: World) -> None:
    faults = []
    for name in ("submitted", "asking", "unreachable", "withdrawn, never public"):
        life = world.lives[name]
        value = life.report.paper_id if asked == "paper" else life.doi
        for role in ("anonymous", "stranger", "other reporter", "author elsewhere"):
            with world.played(role) as browser:
                text = words(browser.get(f"/reports/new/?{asked}={value}"))
                faults += [f"{role}: {fault}" for fault in leaks("stranger", "", text, world.lives)]
    assert faults == []


@pytest.mark.parametrize("name", ["draft", "asking", "removed, once public"])
def test_a_refused_form_says_nothing_of_the_report(name: str, world: World) -> None:
    life = world.lives[name]
    for page in ("edit", "preview", "withdraw", "dispute", "accept-answer"):
        browser = Client(enforce_csrf_checks=True)
        refused = browser.post(f"/reports/{life.report_id}/{page}/", {"text": "mine"})
        assert refused.status_code == 403
        assert found_in(words(refused)) == set()


@pytest.mark.parametrize("role", ROLES)
def test_the_query_and_the_rule_agree(role: str, world: World) -> None:
    people = {r: u for r, u in world.people.items() if r != "inactive"}
    with world.played(role):
        user = people.get(role)
        viewer = Viewer(
            user=User.objects.get(pk=user.pk) if user else None,
            contact_ids=frozenset(
                Contact.objects.values_list("pk", flat=True) if role == "author" else ()
            ),
        )
        everything = Report.objects.all()
        seen = {report.pk for report in everything if level(viewer, report) > Level.NONE}
        assert set(visible_reports(viewer).values_list("pk", flat=True)) == seen
