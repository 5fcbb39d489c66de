"""The account page: name, affiliation, ORCID iD, language."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
ME = "/accounts/me/"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("reader@uni.example", name="Reader")


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def filled(**changed: str) -> dict[str, str]:
    return {"name": "", "affiliation": "", "orcid": "", "language": "en"} | changed


def stored(user: User) -> tuple[str, str, str, str]:
    user.refresh_from_db()
    return user.name, user.affiliation, user.orcid, user.language


def test_everything_is_saved_and_shown(signed_in: Client, user: User) -> None:
    data = filled(name="王小明", affiliation="清华大学", orcid="0000-0002-1825-0097",
                  language="zh-hans")  # fmt: skip
    response = signed_in.post(ME, data, follow=True)
    assert response.redirect_chain == [(ME, 302)]
    assert stored(user) == ("王小明", "清华大学", "0000-0002-1825-0097", "zh-hans")
    assert "Your account is saved." in response.text
    assert 'value="王小明"' in response.text
    assert "<bdi>王小明</bdi>" in response.text


@pytest.mark.parametrize(
    "typed",
    ["0000-0002-1694-233X", "0000-0002-1694-233x", "000000021694233X", "0000 0002 1694 233X",
     "https://orcid.org/0000-0002-1694-233X", "orcid.org/0000-0002-1694-233x/",
     "http://www.orcid.org/0000-0002-1694-233X"],
)  # fmt: skip
def test_an_orcid_is_stored_in_one_spelling(signed_in: Client, user: User, typed: str) -> None:
    signed_in.post(ME, filled(orcid=typed))
    assert stored(user)[2] == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "typed",
    ["0000-0002-1825-0098", "0000-0002-1825", "X000-0002-1825-0097", "0000-0002-1825-0097-0000",
     "٠٠٠٠-0002-1825-0097", "https://orcid.org/", "<script>", "0" * 2000],
)  # fmt: skip
def test_what_is_no_orcid_is_kept_in_the_form_and_explained(
    signed_in: Client, user: User, typed: str
) -> None:
    response = signed_in.post(ME, filled(name="New name", orcid=typed))
    assert response.status_code == 422
    assert "This is not an ORCID iD" in response.text
    assert 'value="New name"' in response.text
    assert stored(user) == ("Reader", "", "", "en")


def test_a_name_of_200_characters_survives_and_one_of_201_is_explained(
    signed_in: Client, user: User
) -> None:
    signed_in.post(ME, filled(name="名" * 200))
    assert stored(user)[0] == "名" * 200
    response = signed_in.post(ME, filled(name="n" * 201))
    assert response.status_code == 422
    assert "at most 200 characters (it has 201)" in response.text
    assert 'value="' + "n" * 201 + '"' in response.text


@pytest.mark.parametrize(
    "typed",
    [r"$\alpha$ \textbf{x}", "<script>alert(1)</script>", "\u202eevil", "🧪" * 50, '" onload="x',
     "{{ 7|add:7 }}", "O'Brien & Søn"],
)  # fmt: skip
def test_hostile_names_are_stored_as_typed_and_never_become_markup(
    signed_in: Client, user: User, typed: str
) -> None:
    response = signed_in.post(ME, filled(name=typed, affiliation=typed), follow=True)
    assert stored(user)[:2] == (typed, typed)
    assert "<script>alert" not in response.text
    assert '" onload="x' not in response.text


def test_a_nul_is_explained(signed_in: Client, user: User) -> None:
    response = signed_in.post(ME, filled(name="a\0b"))
    assert response.status_code == 422
    assert "Null characters are not allowed." in response.text
    assert stored(user)[0] == "Reader"


def test_names_are_one_line(signed_in: Client, user: User) -> None:
    signed_in.post(ME, filled(name=" A\r\nBcc: b@c.example \t D "))
    assert stored(user)[0] == "A Bcc: b@c.example D"


def test_a_language_we_do_not_write_is_refused(signed_in: Client, user: User) -> None:
    assert signed_in.post(ME, filled(language="tlh")).status_code == 422
    assert stored(user)[3] == "en"


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client) -> None:
    assert client.get(ME)["Location"] == "/accounts/login/?next=%2Faccounts%2Fme%2F"


def test_what_was_typed_before_the_session_ended_is_kept(client: Client) -> None:
    response = client.post(ME, filled(name="Typed for an hour"))
    assert response.status_code == 403
    assert 'value="Typed for an hour"' in response.text
    assert "You were signed out before this was saved" in response.text


def test_nobody_becomes_staff_by_the_form(signed_in: Client, user: User) -> None:
    signed_in.post(ME, filled(name="R", is_staff="on", is_superuser="on", email="x@y.example"))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.email) == (False, False, "reader@uni.example")
