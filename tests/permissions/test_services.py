"""The rules hold in the services too, whatever page or task calls them (product.md, section 3)."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from reports import declarations, drafts, moderation, reply_decisions, services, suggestions
from reports.lifecycle import Refused
from reports.models import Answer, Hold, Reply, Report, Suggestion
from reports.visibility import may_moderate
from tests.permissions.world import World, undone
from tests.reports.states import Life

pytestmark = pytest.mark.django_db


def taking(who: str, *modules: ModuleType) -> dict[str, Callable[..., Any]]:
    """The public functions of `modules` that take an argument `who`."""
    return {
        name: function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and who in inspect.signature(function).parameters
    }


OF_MODERATORS = taking(
    "moderator", services, moderation, suggestions, reply_decisions, declarations
)
OF_REPORTERS = taking("user", services)


def about(function: Callable[..., Any], world: World) -> Life:
    """A life in which there is what `function` is about."""
    answered = "answer_id" in inspect.signature(function).parameters
    return world.lives["answered" if answered else "asking, held"]


def call(function: Callable[..., Any], world: World, **who: User) -> str:
    """Call `function` as `who`, with arguments that are right; the sentence that refuses it."""
    life = about(function, world)
    values = {
        "report_id": life.report_id,
        "contact_id": life.contact().pk,
        "hold_id": _first(Hold.objects.filter(inquiry__report=life.report_id)),
        "suggestion_id": _first(Suggestion.objects.filter(contact__inquiry__report=life.report_id)),
        "reply_id": _first(Reply.objects.filter(contact__inquiry__report=life.report_id)),
        "form_key": uuid4(),
        "answer_id": _first(Answer.objects.filter(reports=life.report_id)),
        "now": world.now,
        "checks": dict.fromkeys(services.ACCEPTANCE, True),
        "checked_addresses": [address.pk for address in life.report.addresses.all()],
        "author_position": 3,
        "email": "chen@authors.example",
        "upheld": True,
        "days": 14,
        **dict.fromkeys(("reason", "because", "decision", "note", "source", "where", "found"), "x"),
        **dict.fromkeys(("kind", "name", "text", "what"), "x"),
        **who,
    }
    wanted = inspect.signature(function).parameters
    needed = {n for n, p in wanted.items() if p.default is p.empty}
    with undone():
        try:
            function(**{name: values[name] for name in wanted if name in values or name in needed})
        except Refused as refused:
            return str(refused)
    return ""


def _first(rows: QuerySet[Any]) -> int | None:
    return rows.values_list("pk", flat=True).first()


def people(world: World, life: Life) -> dict[str, User]:
    """Everybody who may not decide on the report of `life`, by why."""
    author = {"name": "Some Author", "is_staff": True}
    orcid = "0000-0002-1694-233X"
    paper = life.report.paper
    assert paper is not None
    paper.authors.filter(position=3).update(orcid=orcid)
    reporter = world.reporter
    User.objects.filter(pk=reporter.pk).update(is_staff=True)
    return {
        "reporter": User.objects.get(pk=reporter.pk),
        "by name": _user("a@else.example", is_staff=True, name=paper.authors.all()[0].name.upper()),
        "by ORCID": _user("b@else.example", **author, orcid=orcid),
        "by address": _user(life.report.addresses.all()[0].email, **author),
        "of the authors' institution": _user("c@cs.authors.example", **author),
        "of the reporter's institution": _user("d@institute.example", is_staff=True),
        "of its other branch": _user("e@physics.institute.example", is_staff=True),
        "by affiliation": _user(
            "f@else.example", is_staff=True, affiliation=reporter.affiliation.upper() + " "
        ),
        "no moderator": _user("g@else.example"),
        "switched off": _user("h@else.example", is_staff=True, is_active=False),
        "by their own word": _declared(life),
    }


def _declared(life: Life) -> User:
    """Somebody who gave the case away."""
    user = _user("i@else.example", is_staff=True)
    declarations.declare_conflict(report_id=life.report_id, moderator=user, now=life.now)
    return user


def _user(email: str, **fields: Any) -> User:
    return User.objects.create_user(email, **fields)


@pytest.mark.parametrize("name", OF_MODERATORS)
def test_nobody_moderates_what_concerns_them(name: str, world: World) -> None:
    with undone():
        life = about(OF_MODERATORS[name], world)
        report = life.report
        got, want = {}, {}
        for why, user in people(world, life).items():
            want[why] = may_moderate(user, report)
            got[why] = call(OF_MODERATORS[name], world, moderator=user)
        assert "" not in want.values()
        assert got == want
        free = call(OF_MODERATORS[name], world, moderator=world.moderator)
        assert free not in set(want.values())


def test_the_sentence_says_why(world: World) -> None:
    with undone():
        life = world.lives["asking, held"]
        report = life.report
        said = {why: may_moderate(user, report) for why, user in people(world, life).items()}
    own, paper, institution, only = (
        "This is your own report: another moderator decides on it.",
        "This is your own paper: another moderator decides on it.",
        "This concerns your own institution: another moderator decides on it.",
        "Only moderators decide on reports.",
    )
    declared = "You declared a conflict of interest in this case: another moderator decides on it."
    assert list(said.values()) == [own, *[paper] * 3, *[institution] * 4, only, only, declared]
    assert may_moderate(world.moderator, report) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mo@cs.uni.example", "rea@math.uni.example", True),
        ("mo@UNI.example", "rea@uni.example", True),
        ("mo@cs.one.ac.uk", "rea@one.ac.uk", True),
        ("mo@one.ac.uk", "rea@two.ac.uk", False),
        ("mo@cs.one.edu.cn", "rea@two.edu.cn", False),
        ("mo@one.example", "rea@two.example", False),
        ("mo@gmail.com", "rea@gmail.com", False),
        ("mo@qq.com", "rea@qq.com", False),
    ],
)
def test_an_institution_is_known_by_its_domain(
    one: str, other: str, same: bool, world: World
) -> None:
    with undone():
        report = world.lives["submitted"].report
        report.reporter.email = other
        said = may_moderate(_user(one, is_staff=True), report)
    assert bool(said) is same


@pytest.mark.parametrize("name", OF_REPORTERS)
def test_only_the_reporter_does_what_reporters_do(name: str, world: World) -> None:
    for role in ("stranger", "other reporter", "moderator", "superuser"):
        refusal = call(OF_REPORTERS[name], world, user=world.people[role])
        assert refusal == "Only the reporter does this."
    own = call(OF_REPORTERS[name], world, user=world.reporter)
    assert own != "Only the reporter does this."


def test_a_draft_is_saved_for_its_own_reporter_alone(world: World) -> None:
    life = world.lives["draft"]
    with transaction.atomic(), undone():
        other = drafts.save_new(
            user=world.people["stranger"], typed=life.stored, seen="", now=world.now
        )
        assert other.report.pk != life.report_id
        assert Report.objects.get(pk=life.report_id).typed == life.stored
