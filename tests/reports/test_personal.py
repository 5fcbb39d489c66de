"""A reporter takes their data along, and erases it (product.md, section 11)."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import erase_all, export_all
from registry.models import Listing, Paper
from reports.models import Report
from reports.states import PUBLIC
from tests.everything import places_of
from tests.kept import kept
from tests.reports.states import (
    LIVES,
    Life,
    make_moderator,
    make_other_reporter,
    make_reporter,
    mark,
    reach,
)

pytestmark = pytest.mark.django_db

WORDS = ("text", "quote", "evidence", "shown")
ASKED = [name for name in LIVES if name.startswith(("asking", "unreachable"))]


def made(name: str) -> Life:
    return reach(name, reporter=make_reporter(), moderator=make_moderator())


@kept
def erased(name: str, *, keep: bool) -> Life:
    life = made(name)
    erase_all(user_id=life.reporter.pk, keep_published=keep, now=life.now)
    return life


def state_of(life: Life) -> str:
    return str(Report.objects.values_list("state", flat=True).get(pk=life.report_id))


# --- taking along ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIVES)
def test_everything_that_the_reporter_typed_is_in_the_file(name: str) -> None:
    life = made(name)
    text = json.dumps(export_all(life.reporter, now=life.now), cls=DjangoJSONEncoder)
    typed = {*WORDS, "title", "authors", "address", "source"}
    assert {what for what in typed if life.mark(what) not in text} == set()
    assert {what for what in ("name", "affiliation", "email") if mark(0, what) not in text} == set()


def test_the_file_holds_the_history_as_the_reporter_sees_it_and_no_more() -> None:
    life = made("unasked")
    life.answer()
    life.remove()
    text = json.dumps(export_all(life.reporter, now=life.now), cls=DjangoJSONEncoder)
    assert life.mark("removal") in text
    for private in ("search", "suggestion", "because", "bounce", "answer"):
        assert life.mark(private) not in text
    assert life.moderator.email not in text


def test_a_moderator_finds_their_decisions() -> None:
    life = made("declined")
    data = export_all(life.moderator, now=life.now)
    assert data["reports"] == []
    assert [(d["report"], d["what"], d["note"]) for d in data["decisions"]] == [
        (life.report_id, "declined", life.mark("decision"))
    ]


def test_a_stranger_finds_nobody_else() -> None:
    made("lapsed")
    stranger = User.objects.create_user("sam@strangers.example", name="Sam")
    data = export_all(stranger, now=stranger.date_joined)
    assert (data["account"]["email"], data["reports"], data["letters"]) == (
        "sam@strangers.example", [], [],
    )  # fmt: skip


# --- erasing --------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("name", LIVES)
def test_nothing_says_who_it_was(name: str, keep: bool) -> None:
    erased(name, keep=keep)
    assert places_of(*(mark(0, what) for what in ("name", "affiliation", "email"))) == set()
    assert places_of("0000-0002-1825-0097") == set()


@pytest.mark.parametrize("name", LIVES)
def test_the_words_of_what_is_not_public_are_gone(name: str) -> None:
    life = erased(name, keep=True)
    left = {what for what in WORDS if places_of(life.mark(what))}
    stays = Report.objects.filter(pk=life.report_id, state__in=PUBLIC).exists()
    assert left == ({"text", "quote", "evidence"} if stays else set())


@pytest.mark.parametrize("name", LIVES)
def test_without_the_wish_no_words_stay_at_all(name: str) -> None:
    life = erased(name, keep=False)
    assert {what for what in WORDS if places_of(life.mark(what))} == set()


def test_a_draft_is_deleted() -> None:
    life = erased("draft", keep=True)
    assert not Report.objects.filter(pk=life.report_id).exists()


@pytest.mark.parametrize("name", ["submitted", "returned", *ASKED])
def test_what_waits_or_is_asked_about_is_withdrawn(name: str) -> None:
    life = erased(name, keep=True)
    assert state_of(life) == "withdrawn"
    assert Listing.objects.filter(closed_at=None).count() == 0
    event = life.report.events.last()
    assert event is not None
    assert (event.target, event.note) == ("withdrawn", "The reporter's account was erased.")


NOW_PUBLIC = [name for name in LIVES if name.partition(",")[0] in PUBLIC]


@pytest.mark.parametrize("name", NOW_PUBLIC)
def test_a_published_report_stays_under_a_former_user(name: str) -> None:
    life = erased(name, keep=True)
    report = life.report
    assert (report.state, report.shown_as, report.typed) == (life.state, "a former user", {})
    assert report.claims.count() == 1


@pytest.mark.parametrize("name", NOW_PUBLIC)
def test_a_published_report_is_withdrawn_where_it_shall_not_stay(name: str) -> None:
    taken = erased(name, keep=False)
    assert state_of(taken) == "withdrawn"
    assert Paper.objects.get(reports=taken.report_id).listed_at is None


@pytest.mark.parametrize("name", ["declined", "withdrawn, once public", "removed, once public"])
def test_what_is_at_its_end_stays_there(name: str) -> None:
    assert state_of(erased(name, keep=False)) == name.partition(",")[0]


def test_addresses_of_authors_nobody_wrote_to_go_too_and_others_in_their_time() -> None:
    never = erased("submitted", keep=True)
    assert never.report.addresses.count() == 0
    asked = reach("asking", reporter=make_other_reporter(), moderator=never.moderator)
    erase_all(user_id=asked.reporter.pk, keep_published=True, now=asked.now)
    assert asked.report.addresses.exclude(email="").count() == 2


def test_only_the_one_who_asked_is_erased() -> None:
    mine = made("answered")
    yours = reach("lapsed", reporter=make_other_reporter(), moderator=mine.moderator)
    erase_all(user_id=mine.reporter.pk, keep_published=False, now=mine.now)
    assert (state_of(mine), state_of(yours)) == ("withdrawn", "lapsed")
    assert yours.report.shown_as == f"Pseudonym {yours.mark('shown')}"
    assert User.objects.get(pk=yours.reporter.pk).name == "Olga"


def test_every_paper_is_locked_before_the_list_version_is() -> None:
    """A sweep holds papers while it waits for the list version: the other way round they would
    wait for one another."""
    first = made("answered")
    second = reach("lapsed", reporter=first.reporter, moderator=first.moderator)
    with CaptureQueriesContext(connection) as queries:
        erase_all(user_id=first.reporter.pk, keep_published=False, now=second.now)
    written = [query["sql"] for query in queries]
    raised = [n for n, sql in enumerate(written) if 'UPDATE "registry_listversion"' in sql]
    locks = {
        sql: n
        for n, sql in reversed(list(enumerate(written)))
        if 'FROM "registry_paper"' in sql and "FOR UPDATE" in sql
    }  # each paper with the first time that it is locked
    assert (len(raised), len(locks)) == (2, 2)
    assert max(locks.values()) < raised[0]


def test_erasing_twice_is_erasing_once() -> None:
    life = erased("answered", keep=True)
    erase_all(user_id=life.reporter.pk, keep_published=True, now=life.now)
    assert state_of(life) == "answered"
