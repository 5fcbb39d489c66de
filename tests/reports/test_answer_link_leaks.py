"""A link in a letter is a key: the page behind it hands it to nobody (RFC 9110, 10.1.3)."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from reports import links
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after_the_notice():
    with time_machine.travel(NOW + DAY, tick=False):
        yield


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_no_other_site_learns_the_link_and_the_form_works(secure: bool) -> None:
    report = stages.asked()
    contact = stages.contact_of(report)
    token = links.token_for(contact, NOW)
    client = Client(enforce_csrf_checks=True)

    entered = client.get(f"/answer/{token}/", secure=secure)
    assert entered.headers["Referrer-Policy"] == "same-origin"
    assert token not in entered.headers["Location"]
    page = client.get(entered.headers["Location"], secure=secure)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]

    shown = BeautifulSoup(page.content, "html.parser")
    loaded = [e[a] for e in shown.find_all() for a in ("src", "srcset", "data") if e.get(a)]
    loaded += [e["href"] for e in shown.find_all("link", href=True)]
    sent = [e["action"] for e in shown.find_all("form", action=True)]
    assert [url for url in loaded + sent if urlsplit(url).netloc] == []
    for link in shown.find_all("a", href=True):
        assert token not in link["href"]

    scheme = "https" if secure else "http"
    answered = client.post(
        f"/answer/{contact.pk}/",
        {"token": token, "do": "answer", "form_key": str(uuid4()), "kind": "explains",
         "text": "Another split.", "name": "Ada"},
        secure=secure, headers={"Referer": f"{scheme}://testserver/answer/{contact.pk}/"},
    )  # fmt: skip
    assert answered.status_code in (200, 302)
    assert report.answers.count() == 1
