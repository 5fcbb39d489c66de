"""A complete report form as a person types it, and the way through the pages."""

from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer
from django.test import Client

from accounts.models import User
from registry.models import Paper, PaperAuthor
from reports.drafts import Typed
from reports.forms.whole import WholeForm
from reports.models import Report
from tests.kept import kept

SCRIPTS = [
    "/static/htmx/htmx-2.0.10.min.js",
    "/static/report-rows.js",
    "/static/report-form.js",
    "/static/run-files.js",
]
"""All that run on the form's page."""
SEEN = SoupStrainer("input", attrs={"name": "seen"})
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@kept
def make_user(email: str = "rita@uni.example.org", **more: str) -> User:
    """A person with an account."""
    return User.objects.create_user(email, **more)


@kept
def make_paper(title: str = "Frobnicating Networks", *, public: bool = True) -> Paper:
    """A made-up paper of three authors."""
    names = ["Ada Muster", "Bo Probe", "Chen Wei"]
    paper = Paper.objects.create(
        title=title, title_key="0" * 32, names="; ".join(names), venue="FICT", year=2024,
        is_public=public, created_at=NOW,
    )  # fmt: skip
    for position, name in enumerate(names, 1):
        PaperAuthor.objects.create(paper=paper, position=position, name=name)
    return paper


def complete(paper: Paper | None, **changes: str) -> dict[str, str]:
    """A complete form about `paper`; a changed field has `__` for `-`."""
    typed = {
        "form_key": "4f9d2a52-0000-4000-8000-000000000001",
        "claim-count": "1",
        "evidence-count": "1",
        "address-count": "1",
        "q": "frobnicating",
        "paper": str(paper.pk) if paper else "hand",
        "version": "arXiv v2",
        "mode": "re-run",
        "summary": "We ran `train.sh` three times.",
        "code_url": "https://example.org/code",
        "code_commit": "abc123",
        "data_used": "CIFAR-10 as the script loads it.",
        "environment": "Debian 12, one A100, PyTorch 2.1",
        "hours": "12.5",
        "familiarity": "4",
        "differences": "Nothing that we know of.",
        "claim-0-place": "Table 2, row 3",
        "claim-0-quote": "Ours: 93.1 ± 0.2",
        "claim-0-metric": "accuracy, %",
        "claim-0-direction": "higher",
        "claim-0-dataset": "CIFAR-10, test",
        "claim-0-claimed": "93.1 ± 0.2",
        "claim-0-runs": "90.1\n90.5\n89.9",
        "claim-0-mean": "",
        "claim-0-spread": "",
        "claim-0-n": "",
        "claim-0-tolerance": "0.5",
        "claim-0-tolerance_reason": "Twice the paper's spread, and a bit.",
        "outcome": "did not match",
        "causes": "details_missing",
        "evidence-0-kind": "log",
        "evidence-0-url": "https://example.org/log.txt",
        "evidence-0-note": "All three runs",
        "address-0-author": "Ada Muster",
        "address-0-email": "ada@lab.example.org",
        "address-0-source": "First page of the paper",
        "address-0-source_url": "https://example.org/paper.pdf",
        "address-0-corresponding": "on",
        "address-0-language": "",
        "name": "Rita Report",
        "affiliation": "University of Examples",
        "orcid": "",
        "shown_as": "A careful reader",
        "conflict": "none",
        "licence": "on",
    }
    return typed | {name.replace("__", "-"): value for name, value in changes.items()}


def could_not(paper: Paper, **changes: str) -> dict[str, str]:
    """A complete form about an attempt that was not possible: no values, no evidence."""
    empty = {
        name: ""
        for name in complete(paper)
        if name.startswith(("claim-0-", "evidence-0-"))
        and not name.endswith(("place", "quote", "direction", "kind"))
    }
    form = complete(
        paper,
        outcome="could not be attempted",
        hours="",
        environment="",
        looked_for="Code and weights",
        looked_where="The paper's repository",
        looked_when="1 to 3 February 2026",
        missing="The training code",
    )
    return form | empty | {name.replace("__", "-"): value for name, value in changes.items()}


@kept
def session_of(user_id: int) -> SimpleCookie:
    """The cookie of somebody who signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client.cookies


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies = session_of(user.pk)
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
    assert response.status_code == 302, BeautifulSoup(response.content, "html.parser").find(
        id="problems"
    )
    preview = client.get(response["Location"]).content
    seen = BeautifulSoup(preview, "html.parser", parse_only=SEEN).find("input")
    assert seen is not None
    answer = client.post(response["Location"], {"seen": seen["value"]})
    assert answer.status_code == 302
    return Report.objects.latest("pk")


def submitted(user: User, form: dict[str, Any]) -> Report:
    return submit(signed_in(user), form)


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
