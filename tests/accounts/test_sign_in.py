"""Sign-in by a code sent to an e-mail address, with and without an account."""

import re
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.signin import account_of

pytestmark = pytest.mark.django_db

LOGIN, CODE = "/accounts/login/", "/accounts/login/code/"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", str(mail.body))
    assert found
    return found.group()


def ask(client: Client, email: str = "reader@uni.example", **data: str) -> str:
    response = client.post(LOGIN, {"email": email, **data})
    assert response.status_code == 302
    return str(response["Location"])


def test_a_new_address_becomes_an_account_by_one_code(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    assert ask(client, "New.Person@Uni.Example") == CODE
    assert User.objects.count() == 0
    response = client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert (response.status_code, response["Location"]) == (302, "/reports/")
    user = User.objects.get()
    assert user.email == "new.person@uni.example"
    assert not user.has_usable_password()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert len(mailoutbox) == 1


def test_a_known_address_signs_in_whatever_its_case(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = User.objects.create_user("reader@uni.example")
    ask(client, "READER@uni.example")
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_known_and_unknown_addresses_see_the_same_pages(
    mailoutbox: list[EmailMessage],
) -> None:
    User.objects.create_user("known@uni.example")
    pages = []
    for email in ("known@uni.example", "other@uni.example"):
        client = Client()
        steps = [client.get(LOGIN), client.post(LOGIN, {"email": email}), client.get(CODE)]
        steps += [client.post(CODE, {"code": "BBBB-BBBB"}), client.get(CODE)]
        texts = [
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", step.text).replace(email, "E")
            for step in steps
        ]
        pages.append([(step.status_code, text) for step, text in zip(steps, texts, strict=True)])
    assert pages[0] == pages[1]
    letters = [str(mail.body).replace(code_in(mail), "C") for mail in mailoutbox]
    assert letters[0] == letters[1]


@pytest.mark.parametrize("typed", ["lower", "no dash", "spaces", "full width"])
def test_the_code_may_be_typed_as_people_type(
    client: Client, mailoutbox: list[EmailMessage], typed: str
) -> None:
    ask(client)
    code = code_in(mailoutbox[0])
    ways = {
        "lower": code.lower(),
        "no dash": code.replace("-", ""),
        "spaces": f"  {code.replace('-', ' ')} ",
        "full width": "".join(chr(ord(c) + 0xFEE0) for c in code),
    }
    assert client.post(CODE, {"code": ways[typed]}).status_code == 302
    assert "_auth_user_id" in client.session


def test_next_is_kept_through_the_whole_flow(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    page = client.get(LOGIN, {"next": "/reports/new/?paper=3&a=b"})
    assert 'name="next" value="/reports/new/?paper=3&amp;a=b"' in page.text
    where = ask(client, next="/reports/new/?paper=3&a=b")
    assert where == CODE + "?next=%2Freports%2Fnew%2F%3Fpaper%3D3%26a%3Db"
    assert 'name="next" value="/reports/new/?paper=3&amp;a=b"' in client.get(where).text
    wrong = client.post(CODE, {"code": "BBBB-BBBB", "next": "/reports/new/?paper=3&a=b"})
    assert 'name="next" value="/reports/new/?paper=3&amp;a=b"' in wrong.text
    response = client.post(
        CODE, {"code": code_in(mailoutbox[0]), "next": "/reports/new/?paper=3&a=b"}
    )
    assert response["Location"] == "/reports/new/?paper=3&a=b"


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil"]
)
def test_next_leads_nowhere_else(client: Client, mailoutbox: list[EmailMessage], goal: str) -> None:
    assert goal not in client.get(LOGIN, {"next": goal}).text
    assert ask(client, next=goal) == CODE
    response = client.post(CODE, {"code": code_in(mailoutbox[0]), "next": goal})
    assert response["Location"] == "/reports/"


def test_a_wrong_code_says_so_and_how_many_tries_are_left(client: Client) -> None:
    ask(client)
    response = client.post(CODE, {"code": "BBBB-BBBB"})
    assert response.status_code == 422
    assert "That is not the code of the newest letter. 4 more tries," in response.text


def test_five_wrong_codes_end_the_code(client: Client, mailoutbox: list[EmailMessage]) -> None:
    ask(client, next="/papers/")
    for _ in range(4):
        assert client.post(CODE, {"code": "BBBB-BBBB", "next": "/papers/"}).status_code == 422
    last = client.post(CODE, {"code": "BBBB-BBBB", "next": "/papers/"})
    assert last["Location"] == LOGIN + "?why=tries&next=%2Fpapers%2F"
    page = client.get(last["Location"])
    assert "one wrong code too many" in page.text
    assert 'name="next" value="/papers/"' in page.text
    late = client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert late["Location"] == LOGIN + "?why=expired"
    assert "_auth_user_id" not in client.session


def test_an_empty_code_is_no_try(client: Client) -> None:
    ask(client)
    for _ in range(6):
        response = client.post(CODE, {"code": ""})
        assert response.status_code == 422
        assert "Write the code from the letter." in response.text


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "验证码", "\u202eABC", "0" * 41])
def test_hostile_codes_are_answered_with_a_sentence(client: Client, typed: str) -> None:
    ask(client)
    response = client.post(CODE, {"code": typed})
    assert response.status_code == 422
    assert "<script>alert" not in response.text


def test_a_code_with_a_nul_is_answered_with_a_sentence(client: Client) -> None:
    ask(client)
    response = client.post(CODE, {"code": "BBBB\0BBBB"})
    assert response.status_code == 422
    assert "Null characters are not allowed." in response.text


def test_a_code_expires_after_fifteen_minutes(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        ask(client)
        clock.move_to(start + timedelta(minutes=14, seconds=59))
        assert client.get(CODE).status_code == 200
        clock.move_to(start + timedelta(minutes=15, seconds=1))
        response = client.post(CODE, {"code": code_in(mailoutbox[0]), "next": "/papers/"})
        assert response["Location"] == LOGIN + "?why=expired&next=%2Fpapers%2F"
        assert "it has expired or was used" in client.get(response["Location"]).text
    assert User.objects.count() == 0


def test_a_new_code_replaces_the_old_one_and_has_the_whole_time(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        ask(client)
        client.post(CODE, {"code": "BBBB-BBBB"})
        clock.move_to(start + timedelta(minutes=10))
        response = client.post(CODE, {"action": "resend", "next": "/papers/"})
        assert response["Location"] == CODE + "?next=%2Fpapers%2F"
        assert "A new code is on its way." in client.get(response["Location"]).text
        old, new = (code_in(mail) for mail in mailoutbox)
        assert "4 more tries" in client.post(CODE, {"code": old}).text
        clock.move_to(start + timedelta(minutes=24))
        assert client.post(CODE, {"code": new}).status_code == 302
        assert "_auth_user_id" in client.session


def test_three_new_codes_are_sent_and_no_fourth(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    for _ in range(3):
        client.post(CODE, {"action": "resend"})
    assert len(mailoutbox) == 4
    response = client.post(CODE, {"action": "resend"})
    assert response.status_code == 429
    assert "Several codes were asked for in a short time." in response.text
    assert len(mailoutbox) == 4
    assert client.post(CODE, {"code": code_in(mailoutbox[3])}).status_code == 302


def test_an_address_gets_five_letters_in_fifteen_minutes(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "30/15m/ip,5/15m/key"}
    cache.clear()
    for _ in range(5):
        ask(Client(), "victim@uni.example")
    response = client.post(LOGIN, {"email": "victim@uni.example"})
    assert response.status_code == 429
    assert "wait 15 minutes and ask again" in response.text
    assert "victim@uni.example" in response.text
    assert len(mailoutbox) == 5
    cache.clear()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x@",
        "x",
        "@y.example",
        "a b@c.example",
        "a@b.example\0",
        "é" * 2000,
        "<b>@c.example",
        "a@b.example\nBcc: c@d.example",
    ],
)
def test_what_is_no_address_gets_a_sentence_and_no_letter(
    client: Client, mailoutbox: list[EmailMessage], typed: str
) -> None:
    response = client.post(LOGIN, {"email": typed, "next": "/papers/"})
    assert response.status_code == 422
    assert 'class="error"' in response.text
    assert 'name="next" value="/papers/"' in response.text
    assert mailoutbox == []


def test_another_browser_cannot_use_the_code(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    other = Client()
    response = other.post(CODE, {"code": code_in(mailoutbox[0])})
    assert response["Location"] == LOGIN + "?why=expired"
    assert "_auth_user_id" not in other.session


def test_two_browsers_confirm_the_same_new_address_and_get_one_account(
    mailoutbox: list[EmailMessage],
) -> None:
    first, second = Client(), Client()
    ask(first)
    ask(second)
    first.post(CODE, {"code": code_in(mailoutbox[0])})
    second.post(CODE, {"code": code_in(mailoutbox[1])})
    assert User.objects.count() == 1
    assert first.session["_auth_user_id"] == second.session["_auth_user_id"]


@pytest.mark.django_db(transaction=True)
def test_an_account_made_by_another_browser_in_the_same_moment_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = User.objects.create_user

    def other_browser(email: str) -> None:
        make(email)
        connection.close()

    def late(email: str) -> User:
        first = Thread(target=other_browser, args=(email,))
        first.start()
        first.join()
        return make(email)

    monkeypatch.setattr(User.objects, "create_user", late)
    assert account_of("reader@uni.example") == User.objects.get()


def test_an_account_switched_off_stays_out(client: Client, mailoutbox: list[EmailMessage]) -> None:
    User.objects.create_user("off@uni.example", is_active=False)
    ask(client, "off@uni.example")
    response = client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert response.status_code == 403
    assert "This account is switched off" in response.text
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1


def test_letters_are_in_the_language_of_the_account(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.create_user("zh@uni.example", language="zh-hans")
    ask(client, "zh@uni.example")
    code = code_in(mailoutbox[0])
    assert mailoutbox[0].subject == f"登录验证码 {code}"
    assert "15 分钟内有效" in str(mailoutbox[0].body)


def test_letters_to_new_people_are_in_the_language_of_their_browser(
    mailoutbox: list[EmailMessage],
) -> None:
    ask(Client(headers={"Accept-Language": "zh-CN,en;q=0.5"}))
    ask(Client(headers={"Accept-Language": "de,zh;q=0.5"}))
    ask(Client(headers={"Accept-Language": "en;q=0.2, zh-Hans-SG;q=0.9"}))
    ask(Client(headers={"Accept-Language": "zh;q=0.3,*;q=0.1,en;q=0.8"}))
    ask(Client(headers={"Accept-Language": "zh" * 5000}))
    ask(Client())
    assert [mail.subject[:5] for mail in mailoutbox] == [
        "登录验证码", "Sign-", "登录验证码", "Sign-", "Sign-", "Sign-",
    ]  # fmt: skip


def test_an_account_with_a_language_that_is_not_written_gets_its_code_in_english(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.create_user("de@uni.example", language="de")
    ask(client, "de@uni.example")
    assert mailoutbox[0].subject.startswith("Sign-in code")


def test_the_letter_is_text_and_html_and_names_the_site(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    ask(client)
    mail = mailoutbox[0]
    code = code_in(mail)
    html = mail.alternatives[0][0]
    assert mail.subject == f"Sign-in code {code}"
    assert code in html
    assert f"signing in to {settings.SITE_NAME}" in str(mail.body)
    assert settings.SITE_URL in str(mail.body)


def test_signed_in_people_are_sent_on(client: Client) -> None:
    client.force_login(User.objects.create_user("reader@uni.example"))
    assert client.get(LOGIN, {"next": "/papers/"})["Location"] == "/papers/"
    assert client.get(LOGIN)["Location"] == "/reports/"
    assert client.get(CODE)["Location"] == "/reports/"


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(User.objects.create_user("reader@uni.example"))
    assert "Sign out?" in client.get("/accounts/logout/").text
    assert "_auth_user_id" in client.session
    response = client.post("/accounts/logout/")
    assert response["Location"] == "/"
    assert [str(m) for m in get_messages(response.wsgi_request)] == ["You are signed out."]
    assert "_auth_user_id" not in client.session


def test_get_changes_nothing(client: Client, mailoutbox: list[EmailMessage]) -> None:
    assert client.get(LOGIN, {"email": "reader@uni.example"}).status_code == 200
    assert client.get(CODE, {"code": "BBBB-BBBB"})["Location"] == LOGIN + "?why=expired"
    assert (mailoutbox, User.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/change/", "password/set/", "password/reset/",
             "reauthenticate/", "confirm-email/", ""]
)  # fmt: skip
def test_pages_of_passwords_and_the_like_do_not_exist(client: Client, path: str) -> None:
    client.force_login(User.objects.create_superuser("operator@uni.example"))
    assert client.get(f"/accounts/{path}").status_code == 404


def test_no_page_of_sign_in_has_a_password_field(client: Client) -> None:
    texts = [client.get(LOGIN).text]
    ask(client)
    texts.append(client.get(CODE).text)
    assert not any('type="password"' in text for text in texts)
