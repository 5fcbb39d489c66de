"""The operator's pages: signed in to by the same code, no password anywhere."""

import re

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_superuser_without_a_password_signs_in_by_code_and_lands_in_the_admin(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    call_command("createsuperuser", "--noinput", "--email", "Operator@Uni.Example", verbosity=0)
    assert not User.objects.get().has_usable_password()
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    client.post("/accounts/login/", {"email": "operator@uni.example", "next": "/admin/"})
    code = re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", str(mailoutbox[0].body))[0]
    response = client.post("/accounts/login/code/", {"code": code, "next": "/admin/"}, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "Site administration" in response.text


def test_others_are_refused(client: Client) -> None:
    client.force_login(User.objects.create_user("reader@uni.example"))
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("path", ["password_change/", "password_change/done/"])
def test_there_is_no_password_to_change(client: Client, path: str) -> None:
    client.force_login(User.objects.create_superuser("operator@uni.example"))
    assert client.get(f"/admin/{path}").status_code == 404


def test_the_operator_makes_a_moderator_and_reads_but_does_not_write_the_rest(
    client: Client,
) -> None:
    client.force_login(User.objects.create_superuser("operator@uni.example"))
    client.post("/admin/accounts/user/add/", {"email": "Mod@Uni.Example", "is_active": "on"})
    moderator = User.objects.get(email="mod@uni.example")
    assert not moderator.has_usable_password()
    page = f"/admin/accounts/user/{moderator.pk}/change/"
    data = {"is_active": "on", "is_staff": "on", "name": "forged", "email": "other@uni.example"}
    assert client.post(page, data).status_code == 302
    moderator.refresh_from_db()
    assert (moderator.is_staff, moderator.name, moderator.email) == (True, "", "mod@uni.example")
    assert 'type="password"' not in client.get(page).text
    assert client.get(f"/admin/accounts/user/{moderator.pk}/delete/").status_code == 403
