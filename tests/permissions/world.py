"""Everybody who may look, at reports in every state: built once, asked many times."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Count
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import User
from notifications.models import Incoming
from registry.selectors import slug_of
from reports.files import storage
from reports.models import Appeal, File, Report
from reports.statistics import computing
from tests.reports.states import DAY, HOUR, LIVES, START, Life, make_moderator, make_reporter, reach

SIGNED_IN = (
    "stranger",
    "reporter",
    "other reporter",  # of the same paper
    "moderator",
    "moderator reporting",  # who is the reporter
    "moderator colleague",  # of the reporter's institution
    "superuser",
)
SIGNED_OUT = (
    "anonymous",
    "inactive",  # the reporter, once a moderator, whose account is switched off
    "author",  # opened the link of the letter about this report
    "author elsewhere",  # has a link of another report, and shows it here
    "author revoked",  # opened a link that was revoked since
    "author cut",  # has a link that lost its end
)
ROLES = SIGNED_OUT + SIGNED_IN
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE)\s+"?(\w+)', re.I)


@dataclass
class World:
    """The lives by name, a browser for each role, and the moment at which all of them look."""

    reporter: User
    moderator: User
    now: datetime = START
    lives: dict[str, Life] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    places: dict[int, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def played(self, role: str) -> Iterator[Client]:
        """The browser of `role`; its account is what the role says for so long."""
        if role not in ("moderator reporting", "inactive"):
            yield self.browsers[role]
            return
        own = User.objects.filter(pk=self.reporter.pk)
        own.update(is_staff=True, is_active=role != "inactive")
        yield self.browsers[role]
        own.update(is_staff=False, is_active=True)

    def token(self, role: str, life: Life) -> str:
        """The link that `role` shows at the pages of `life`; empty if it has none."""
        own = life.tokens.get(1, "")
        other = next(x for x in self.lives.values() if x.tokens and x is not life)
        return {
            "author": own,
            "author elsewhere": other.tokens[1],
            "author revoked": life.tokens.get(2, ""),
            "author cut": own[:-3],
        }.get(role, "")

    def path(self, page: str, role: str, life: Life) -> str:
        """Where `role` finds `page` about `life`."""
        values = self._places(life) | {"token": self.token(role, life) or "no-such-link"}
        if role == "author revoked":
            values["contact_id"] = values["second_contact_id"]
        if page == "agreement":
            values["token"] = life.agreement_token if role == "author" else "no-such-link"

        def value(found: re.Match[str]) -> str:
            return str(values[found[1] or found[2]])

        return "/" + VARIABLE.sub(value, PAGES[page]).replace("^", "").removesuffix("$")

    def _places(self, life: Life) -> dict[str, Any]:
        """What stands in the addresses of pages, by its name in urls.py."""
        if life.number not in self.places:
            paper = life.report.paper
            self.places[life.number] = {
                "report_id": life.report_id,
                "paper_id": paper.pk if paper else 0,
                "slug": slug_of(paper) if paper and paper.is_public else "x",
                "contact_id": life.contact(1).pk if life.tokens else 0,
                "second_contact_id": life.contact(2).pk if life.tokens else 0,
                "number": life.report.paper_id // 10_000 if paper else 0,
                "scheme": "doi",
                "value": life.doi,
                "prefix": sha256(f"doi:{life.doi}".encode()).hexdigest()[:3],
                "file_id": life.number,
                "name": "run.log",
                "mail_id": life.number if life.tokens else 0,
                "appeal_id": FIRST + life.number if life.tokens else 0,
                "object_id": self.reporter.pk,
                "content_type_id": 1,
                "app_label": "accounts",
                "url": "no-such-page",
                "form": "bib",
                "part": "answers-by-venue",
                "day": "2026-01-01",
                "kind": "atom",
                "letter": "notice",
                "language": "both",
                "case": "hostile",
            }
        return self.places[life.number]


def _walk(resolver: URLResolver, space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner, path)
        else:
            yield f"{space}{pattern.name or path}", path


PAGES = dict(_walk(get_resolver()))
"""Every page of the project: its route by its name (the route again where it has none)."""
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def build() -> World:
    """Every life, and a browser for every role."""
    world = World(make_reporter(), make_moderator())
    for name in LIVES:
        life = reach(name, reporter=world.reporter, moderator=world.moderator)
        world.lives[name] = life
        _file_beside(life)
        if life.tokens:
            _mail_about(life)
            _appeal_about(life)
        world.now = max(world.now, life.now + HOUR)
    computing.compute(world.now + 200 * DAY)
    return world


def _mail_about(life: Life) -> None:
    """A mail that waits for a moderator, under the number of its report."""
    mark = life.mark("mail")
    Incoming.objects.create(
        pk=life.number, digest=str(life.number), size=1, via="pipe", received_at=life.now,
        state="held", kind="human", why="It came from an address that we did not write to.",
        sender=f"{mark}@elsewhere.example", subject=mark, text=mark, suggestion=mark,
        report=life.report, raw=f"From: {mark}@x.example\nX-Y: {mark}\n\n{mark}".encode(),
    )  # fmt: skip


FIRST = 1000
"""The numbers of these appeals come after it, so that those written in a test are others."""


def _appeal_about(life: Life) -> None:
    """An appeal that waits, under the number of its report."""
    mark = life.mark("appeal")
    Appeal.objects.create(
        pk=FIRST + life.number, kind="appeal", name=mark, email=f"{mark}@elsewhere.example",
        email_hash=mark, named=f"report {life.report_id} {mark}", text=mark, report=life.report,
        created_at=life.now, confirmed_at=life.now, due_at=life.now + HOUR,
    )  # fmt: skip


def _file_beside(life: Life) -> None:
    """A file of the evidence, under the number of its report."""
    mark = life.mark("evidence")
    content = f"{mark} {life.mark('quote')}".encode()
    File.objects.create(
        pk=life.number, report=life.report, name="run.log", note=mark, media_type="text/plain",
        charset="utf-8", size=len(content), sha256="0" * 64, key=f"permissions/{life.number}",
        stored_at=life.now,
    )  # fmt: skip
    storage().save(f"permissions/{life.number}", ContentFile(content))


def open_browsers(world: World) -> None:
    """Sign in who signs in, and open the links of the authors; at `world.now`."""
    world.people = people = {
        "stranger": User.objects.create_user("sam@strangers.example", name="Sam Stranger"),
        "reporter": world.reporter,
        "other reporter": _other_reporter(world),
        "moderator": world.moderator,
        "moderator reporting": world.reporter,
        "moderator colleague": User.objects.create_user(
            "cole@institute.example", name="Cole", is_staff=True
        ),
        "superuser": User.objects.create_superuser("root@operators.example", name="Root"),
        "inactive": world.reporter,
    }
    for role in ROLES:
        world.browsers[role] = Client()
        if role in people:
            world.browsers[role].force_login(people[role])
    for life in world.lives.values():
        for role, position in (("author", 1), ("author revoked", 2)):
            if position in life.tokens:
                opened = world.browsers[role].get(f"/answer/{life.tokens[position]}/")
                assert opened.status_code == 302
        if life.tokens:
            life.revoke(2)
        life.snapshot = snapshot(life)
    for role in ("author elsewhere", "author cut"):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session["answer_links"] = {
            str(life.contact().pk): world.token(role, life)
            for life in world.lives.values()
            if life.tokens
        }
        session.create()
        world.browsers[role].cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def _other_reporter(world: World) -> User:
    """Somebody whose own report on each of the papers waits for the moderators."""
    other = User.objects.create_user("olga@others.example", name="Olga Other")
    Report.objects.bulk_create(
        Report(
            paper=life.report.paper, reporter=other, state="submitted", mode="re-run",
            outcome="did not match", version="v1", state_at=START, created_at=START,
            updated_at=START, submitted_at=START,
        )
        for life in world.lives.values()
        if life.report.paper is not None
    )  # fmt: skip
    return other


# --- what came back -------------------------------------------------------------------------


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what happens inside stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that are written to."""
    tables: set[str] = set()

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        found = WRITES.match(sql)
        if found:
            tables.add(found[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield tables


def words(response: HttpResponse) -> str:
    """Everything that the browser gets: status line, headers, body."""
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return f"{response.reason_phrase}\n{head}\n{cookies}\n{body(response)}"


def body(response: HttpResponse) -> str:
    """What follows the headers; a file comes in pieces, and can be read once."""
    if response.streaming and not hasattr(response, "read_once"):
        response.read_once = response.getvalue()
    return (response.read_once if response.streaming else response.content).decode()


def outcome(response: HttpResponse, life: Life) -> str:
    """In a word, what `response` gives of the report: full, line, or page (nothing of it) ..."""
    if response.status_code in (301, 302):
        return "sign-in" if "/login/" in response["Location"] else "moved"
    if response.status_code != 200:
        return {409: "refused"}.get(response.status_code, str(response.status_code))
    text = body(response)
    if life.mark("quote") in text:
        return "full"
    told = (f'class="badge {life.state}"', f'"state":"{life.state}"')
    gone = life.state in ("withdrawn", "removed") and any(words in text for words in told)
    return "line" if gone else "page"


def snapshot(life: Life) -> object:
    """What somebody may change of the report."""
    found = Report.objects.filter(pk=life.report_id).annotate(
        told=Count("events", distinct=True),
        answered=Count("answers", distinct=True),
        held=Count("inquiry__holds", distinct=True),
    )
    return found.values_list(
        "state", "updated_at", "typed", "paper", "told", "answered", "held"
    ).first()
