"""Every role at every page, about reports in every state (product.md, section 3).

`make test` asks about all states where they make a difference, and about a few where the tables say
that they make none; `make proof` asks about all everywhere.
"""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.permissions.doing import POST
from tests.permissions.forms import body
from tests.permissions.marks import leaks, secret
from tests.permissions.reading import GET
from tests.permissions.table import GROUPS, read, wanted, wrong
from tests.permissions.world import PAGES, ROLES, World, outcome, snapshot, undone, words, written
from tests.reports.states import LIVES, Life

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.proof]


def test_every_page_has_its_row() -> None:
    assert set(PAGES) == set(GET)
    assert set(POST) <= set(GET)


def test_every_row_of_a_table_is_a_life() -> None:
    names = {*LIVES, *(name.partition(",")[0] for name in LIVES), "any"}
    columns = {*ROLES, *GROUPS, "others"}
    for table in [*GET.values(), *POST.values()]:
        heads, rows = read(table)
        assert set(rows) <= names
        assert set(heads) <= columns


# --- reading --------------------------------------------------------------------------------


def looked_at(response: HttpResponse, role: str, page: str, world: World) -> list[str]:
    """What `role` reads there and must not, and what a cache would keep and must not."""
    text = words(response)
    found = leaks(role, page, text, world.lives)
    if secret(text, world.lives) and "no-store" not in response.get("Cache-Control", ""):
        found.append("a secret that a cache may keep")
    return found


@pytest.mark.parametrize("page", GET)
def test_what_everybody_reads(page: str, world: World) -> None:
    want = wanted(page, GET[page], closely=page == "reports:report")
    got: dict[str, dict[str, str]] = {}
    faults = []
    for role in ROLES:
        with world.played(role) as browser, written() as tables:
            for name in want[role]:
                life = world.lives[name]
                path = world.path(page, role, life)
                response = browser.get(path)
                got.setdefault(role, {})[name] = outcome(response, life)
                for fault in looked_at(response, role, page, world):
                    faults.append(f"{role}, {name}: {fault}")
                if name == "lapsed" and not page.startswith("admin:"):
                    assert browser.head(path).status_code == response.status_code
        if tables:
            faults.append(f"{role}: GET wrote to {tables}")
    faults = wrong(got, want) + faults
    assert faults == [], "\n".join(faults)


# --- doing ----------------------------------------------------------------------------------


def posted(
    browser: Client, path: str, form: dict[str, Any], life: Life
) -> tuple[HttpResponse, str]:
    """The answer to a POST, and in a word what it did; undone afterwards."""
    cookies = dict(browser.cookies)
    with undone(), written() as tables:
        response = browser.post(path, urlencode(form), "application/x-www-form-urlencoded")
        word = outcome(response, life)
        if tables and snapshot(life) != life.snapshot:
            word = "done" if response.status_code < 400 else f"{word}, but changed"
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return response, word


@pytest.mark.parametrize("page", POST)
def test_what_everybody_does(page: str, world: World) -> None:
    want = wanted(page, POST[page])
    got: dict[str, dict[str, str]] = {}
    faults = []
    for role in ROLES:
        with world.played(role) as browser:
            for name in want[role]:
                life = world.lives[name]
                form = body(page, role, life, world)
                response, word = posted(browser, world.path(page, role, life), form, life)
                got.setdefault(role, {})[name] = word
                for fault in looked_at(response, role, page, world):
                    faults.append(f"{role}, {name}: {fault}")
    faults = wrong(got, want) + faults
    assert faults == [], "\n".join(faults)


def test_other_pages_take_no_form(world: World) -> None:
    life = world.lives["lapsed"]
    taken = []
    for page in set(GET) - set(POST):
        for role in ("anonymous", "author", "reporter", "moderator", "superuser"):
            with world.played(role) as browser:
                response, _ = posted(browser, world.path(page, role, life), {}, life)
                if response.status_code != 405:
                    taken.append((page, role, response.status_code))
    assert taken == []
