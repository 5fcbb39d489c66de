"""Taking one's data along, and erasing the account, on the account page."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from accounts.models import User
from accounts.signin import account_of
from tests.everything import places_of

pytestmark = pytest.mark.django_db
DATA, ERASE = "/accounts/me/data/", "/accounts/me/erase/"
MINE = "rita@uni.example"


@pytest.fixture
def user() -> User:
    return User.objects.create_user(
        MINE, name="Rita 王", affiliation="Uni of Examples", orcid="0000-0002-1825-0097"
    )


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def filled(**changed: str) -> dict[str, str]:
    return {"published": "keep", "email": MINE} | changed


# --- taking along ---------------------------------------------------------------------------


def test_the_data_come_as_a_file_that_no_cache_keeps(signed_in: Client, user: User) -> None:
    response = signed_in.post(DATA)
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in response["Cache-Control"]
    assert "Rita 王" in response.content.decode()  # readable, not \u738b
    account = response.json()["account"]
    assert (account["email"], account["orcid"]) == (MINE, "0000-0002-1825-0097")
    assert sorted(response.json()) == [
        "account", "appeals", "decisions", "letters", "made", "reports", "site", "watched",
    ]  # fmt: skip


def test_no_link_fetches_them(signed_in: Client) -> None:
    assert signed_in.get(DATA).status_code == 405


def test_the_account_page_offers_both(signed_in: Client) -> None:
    page = signed_in.get("/accounts/me/").content.decode()
    assert f'<form method="post" action="{DATA}">' in page
    assert f'href="{ERASE}"' in page


def test_who_is_signed_out_signs_in_first(client: Client) -> None:
    assert client.post(DATA)["Location"] == "/accounts/login/?next=%2Faccounts%2Fme%2F"
    for ask in (client.get, client.post):
        assert ask(ERASE)["Location"] == "/accounts/login/?next=%2Faccounts%2Fme%2Ferase%2F"


# --- erasing --------------------------------------------------------------------------------


def test_looking_at_the_page_erases_nothing(signed_in: Client, user: User) -> None:
    page = signed_in.get(ERASE)
    assert page.status_code == 200
    assert "What is erased cannot come back." in page.content.decode()
    user.refresh_from_db()
    assert (user.email, user.is_active) == (MINE, True)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose what shall become of your published reports"),
        (filled(published=""), "Choose what shall become of your published reports"),
        (filled(published="sell"), "Select a valid choice"),
        (filled(email=""), "Type the address that you sign in with."),
        (filled(email="other@uni.example"), "This is not the address of this account."),
    ],
)
def test_without_a_choice_and_the_address_nothing_is_erased(
    signed_in: Client, user: User, form: dict[str, str], sentence: str
) -> None:
    response = signed_in.post(ERASE, form)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    user.refresh_from_db()
    assert (user.email, user.is_active) == (MINE, True)
    assert signed_in.get("/accounts/me/").status_code == 200


def test_the_account_is_erased_and_signed_out_everywhere(signed_in: Client, user: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    response = signed_in.post(ERASE, filled(email=f" {MINE.upper()} "))
    assert response.status_code == 200
    assert "Your account is erased" in response.content.decode()
    assert MINE not in response.content.decode()
    for browser in (signed_in, elsewhere):
        assert browser.get("/accounts/me/").status_code == 302
    assert places_of(MINE, "Rita", "Uni of Examples", "0000-0002-1825-0097") == set()
    user.refresh_from_db()
    assert (user.name, user.email) == ("a former user", f"{user.pk}@erased.invalid")
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert signed_in.post(ERASE, filled()).status_code == 302


def test_a_moderator_keeps_no_rights(client: Client) -> None:
    root = User.objects.create_superuser("root@uni.example")
    client.force_login(root)
    client.post(ERASE, filled(email="root@uni.example"))
    root.refresh_from_db()
    assert (root.is_active, root.is_staff, root.is_superuser) == (False, False, False)


def test_no_copy_is_left_with_the_operator(signed_in: Client, user: User) -> None:
    LogEntry.objects.create(
        user=user, object_id=str(user.pk), object_repr="Rita 王", action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(User),
    )  # fmt: skip
    EmailAddress.objects.create(user=user, email=MINE)
    signed_in.post(ERASE, filled())
    assert places_of(MINE, "Rita") == set()


def test_the_same_address_may_begin_anew(signed_in: Client, user: User) -> None:
    signed_in.post(ERASE, filled())
    fresh = account_of(MINE)
    assert fresh.pk != user.pk
    assert fresh.name == ""
    assert fresh.date_joined - user.date_joined < timedelta(minutes=5)
