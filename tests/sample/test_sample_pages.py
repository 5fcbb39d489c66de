"""The pages of the sample: all of them open, and nobody and nothing real is named."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client

from accounts.models import User
from registry.models import Identifier, Paper, Standing
from registry.selectors import address_of
from reports.models import Report
from reports.states import PUBLIC, State
from sample.stories import HERE
from tests.reports.typed import signed_in

pytestmark = [pytest.mark.wide, pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_every_public_page_opens() -> None:
    client = Client()
    pages = ["/", "/papers/", "/corrections/", "/papers/?q=稀疏齿轮", "/reports/new/?q=Moss"]
    pages += [f"/papers/?standing={standing}" for standing in Standing]
    pages += [address_of(paper) for paper in Paper.objects.filter(is_public=True)]
    pages += [f"/reports/{report.pk}/" for report in Report.objects.filter(state__in=PUBLIC)]
    assert len(pages) > 40
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_every_identifier_leads_to_its_paper() -> None:
    for identifier in Identifier.objects.filter(paper__is_public=True):
        answer = Client().get(f"/{identifier.scheme}/{identifier.value}")
        assert answer["Location"] == address_of(identifier.paper)


def test_what_is_not_public_is_nowhere() -> None:
    for report in Report.objects.exclude(public_at__isnull=False):
        assert Client().get(f"/reports/{report.pk}/").status_code == 404
    for paper in Paper.objects.filter(is_public=False):
        assert Client().get(f"/papers/{paper.pk}/").status_code == 404
        assert paper.title not in Client().get("/papers/").content.decode()


def test_the_list_shows_three_papers_and_the_corrections_three_rows() -> None:
    front = Client().get("/").content.decode()
    for title in ("渡船", "Compost", "$O(n \\log n)$"):
        assert title in front
    corrections = Client().get("/corrections/").content.decode()
    for word in ("annulled", "withdrawn", "removed"):
        assert word in corrections


@pytest.mark.parametrize("email", ["reporter@example.org", "second@example.org"])
def test_reporters_see_their_own(email: str) -> None:
    user = User.objects.get(email=email)
    client = signed_in(user)
    assert client.get("/reports/").status_code == 200
    for report in Report.objects.filter(reporter=user):
        page = client.get(f"/reports/{report.pk}/", follow=True)
        assert page.status_code == 200


def test_the_moderator_may_decide_on_every_report() -> None:
    client = signed_in(User.objects.get(email="moderator@example.org"))
    assert client.get("/moderation/").status_code == 200
    for report in Report.objects.exclude(state__in=(State.DRAFT, State.REMOVED)):
        page = client.get(f"/moderation/{report.pk}/")
        assert page.status_code == 200
        assert "another moderator decides" not in page.content.decode()


def _texts() -> Iterator[str]:
    for path in sorted(HERE.rglob("*.toml")):
        yield path.read_text()
    for room in ("accounts", "registry", "reports"):
        for model in apps.get_app_config(room).get_models():
            for row in model._default_manager.values():
                yield from (str(value) for value in row.values())


def test_no_real_host_address_or_identifier_is_named() -> None:
    text = "\n".join(_texts())
    hosts = set(re.findall(r"https?://([^/\s\"'\]]+)", text))
    hosts |= set(re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text))
    assert {host for host in hosts if not re.search(r"\.example$|^example\.org$", host)} == set()
    assert set(re.findall(r"\b10\.\d{4,}", text)) == {"10.5555"}
    for number in re.findall(r"\b\d{4}\.(\d{5})\b", text):
        assert int(number) >= 90_000


def test_the_files_stay_small() -> None:
    long = [path.name for path in HERE.rglob("*.toml") if len(path.read_text().split("\n")) > 300]
    assert long == []
