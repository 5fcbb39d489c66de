"""A form refused by the CSRF check: nothing typed is lost, and no other site gains by it."""

import re

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
ME = "/accounts/me/"
TYPED = {
    "name": "Typed & <b>kept</b>",
    "affiliation": "Line 1\nLine 2",
    "orcid": "",
    "language": "en",
}


@pytest.fixture
def strict() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("reader@uni.example"))
    return client


def test_our_own_form_can_be_sent_again(strict: Client) -> None:
    response = strict.post(ME, TYPED, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "Nothing is lost" in response.text
    assert "Typed &amp; &lt;b&gt;kept&lt;/b&gt;" in response.text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.text.split("<main")[1])
    assert token
    again = strict.post(ME, TYPED | {"csrfmiddlewaretoken": token[1]})
    assert again.status_code == 302
    assert User.objects.get().name == "Typed & <b>kept</b>"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_another_sites_form_cannot_be_sent_again(strict: Client, origin: str | None) -> None:
    response = strict.post(ME, TYPED, headers={"Origin": origin} if origin else {})
    assert response.status_code == 403
    assert "Send it again" not in response.text
    assert "Typed &amp; &lt;b&gt;kept&lt;/b&gt;" in response.text
    assert 'type="hidden" name="name"' not in response.text


def test_files_are_said_to_be_lost_and_several_values_are_kept(strict: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"causes": ["no_code", "other"], "file": SimpleUploadedFile("a.txt", b"a")}
    response = strict.post(ME, data, headers={"Origin": "http://testserver"})
    assert "Files cannot be kept." in response.text
    assert response.text.count('type="hidden" name="causes"') == 2


def test_a_browser_without_cookies_is_told(client: Client) -> None:
    bare = Client(enforce_csrf_checks=True)
    response = bare.post("/accounts/login/", {"email": "reader@uni.example"})
    assert response.status_code == 403
    assert "your browser does not keep cookies for this site" in response.text
