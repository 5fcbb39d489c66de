"""What the privacy page promises of pages and of the web server."""

import re
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client

from tests.browser.world import build
from tests.reports import stages
from tests.reports.typed import signed_in

ROOT = Path(site.BASE_DIR)


@pytest.mark.django_db
def test_reading_sets_no_cookie() -> None:
    """On every public page but those that hold a form to be sent."""
    world = build()
    forms = {"new report", "sign in", "appeal", "author"}
    forms |= {f"watch {what}" for what in ("the list", "a venue", "a search", "a paper")}
    for name, path in world.public.items():
        reader = Client()
        response = reader.get(path, follow=True)
        assert name in forms or dict(reader.cookies) == {}, name
        assert name in forms or "csrfmiddlewaretoken" not in response.text, name


@pytest.mark.django_db
def test_there_are_three_cookies_and_no_fourth() -> None:
    report = stages.answered()
    reporter = signed_in(report.reporter)
    page = f"/reports/{report.pk}/accept-answer/"
    reporter.get(page)
    reporter.post(page)
    assert reporter.cookies["messages"].value
    assert "The answer is accepted" in reporter.get(f"/reports/{report.pk}/").text
    assert reporter.cookies["messages"].value == ""
    author = Client()
    author.get(f"/answer/{stages.token_of(report)}/", follow=True)
    assert set(reporter.cookies) == {"sessionid", "csrftoken", "messages"}
    assert set(author.cookies) == {"sessionid"}


def test_the_access_log_names_no_ip_address() -> None:
    nginx = (ROOT / "docker" / "nginx.conf").read_text()
    (written,) = re.findall(r"log_format plain '([^']+)';", nginx)
    assert re.findall(r"\$\w+", written) == [
        "$time_iso8601", "$request_method", "$path_for_log", "$status", "$body_bytes_sent",
        "$request_time",
    ]  # fmt: skip
    assert re.findall(r"access_log ([^;]+);", nginx) == ["/dev/stdout plain"]
