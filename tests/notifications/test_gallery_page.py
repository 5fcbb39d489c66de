"""The moderators' pages of the gallery of letters."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from accounts.models import User
from notifications.gallery import LETTERS
from notifications.gallery_folder import read
from notifications.specimens import CASES
from notifications.views.gallery import words
from tests.notifications.builders import make_user

pytestmark = pytest.mark.django_db
LIST = "/moderation/letters/"
NOTICE = f"{LIST}notice/both/hostile/"
EVERY = [LIST, NOTICE, f"{NOTICE}html/", f"{NOTICE}mail/"]


@pytest.fixture
def moderator() -> User:
    return make_user(is_staff=True)


@pytest.fixture
def browser(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


def soup(browser: Client, path: str) -> BeautifulSoup:
    response = browser.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.text, "html.parser")


@pytest.mark.parametrize("path", EVERY)
def test_only_moderators_see_it(client: Client, moderator: User, path: str) -> None:
    assert client.get(path)["Location"].startswith("/accounts/login/?next=%2Fmoderation%2Fletters")
    client.force_login(make_user())
    assert client.get(path).status_code == 403
    client.force_login(moderator)
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", EVERY)
def test_it_asks_the_database_for_nobody_but_who_looks(
    browser: Client, django_assert_num_queries: object, path: str
) -> None:
    with django_assert_num_queries(2):  # the session and the account
        browser.get(path)


def test_the_queue_leads_to_the_list_and_the_list_to_every_letter(browser: Client) -> None:
    assert soup(browser, "/moderation/").find("a", href=LIST) is not None
    page = soup(browser, f"{LIST}?case=years-end")
    links = {str(a["href"]) for a in page.find_all("a") if f"{LIST}notice/" in str(a["href"])}
    assert links == {
        f"{LIST}notice/{language}/years-end/" for language in ("en", "zh-hans", "both")
    }
    assert {f"?case={case}" for case in CASES} <= {str(a["href"]) for a in page.find_all("a")}
    assert len(page.find_all("tr")) == len(LETTERS) + 1
    # What has one content is shown with that one.
    assert page.find("a", href=f"{LIST}sign_in_code/zh-hans/plain/") is not None


def test_each_letter_of_the_list_opens(browser: Client) -> None:
    for anchor in soup(browser, f"{LIST}?case=least").find_all("a", href=True):
        if str(anchor["href"]).endswith("/zh-hans/least/"):
            assert browser.get(str(anchor["href"])).status_code == 200


def test_a_letter_is_shown_with_headers_both_parts_and_what_is_attached(browser: Client) -> None:
    page = soup(browser, f"{LIST}notice/zh-hans/plain/")
    facts = {
        dt.get_text(): dd.get_text()
        for dt, dd in zip(page.find_all("dt"), page.find_all("dd"), strict=True)
    }
    assert facts["Subject"] == "复现报告 48213：请答复 (52 of at most 59 characters as sent)"
    assert facts["To"] == "Ada Example <ada@uni.example>"
    assert facts["Content-Language"] == "zh-hans"
    assert facts["Message-ID"].startswith("<report-48213.event-7.notice.contact-48213@")
    assert page.iframe is not None
    assert page.iframe["src"] == f"{LIST}notice/zh-hans/plain/html/"
    assert page.iframe.has_attr("sandbox")
    assert not page.iframe["sandbox"]  # nothing is allowed in it
    assert page.iframe["title"]
    text, calendar = page.find_all("pre")
    assert text.get_text().startswith("尊敬的 Ada Example：")
    assert "BEGIN:VEVENT" in calendar.get_text()


def test_from_a_letter_one_goes_to_its_other_languages_and_contents(browser: Client) -> None:
    page = soup(browser, f"{LIST}received/en/plain/")
    links = [str(a["href"]) for a in page.find_all("a") if "/received/" in str(a["href"])]
    others = [f"{LIST}received/{language}/plain/" for language in ("zh-hans", "both")]
    others += [f"{LIST}received/en/{case}/" for case in CASES if case != "plain"]
    here = f"{LIST}received/en/plain/"
    assert links == [*others, f"{here}mail/", f"{here}html/"]


def test_hostile_content_is_text_on_the_page(browser: Client) -> None:
    page = soup(browser, NOTICE)
    assert page.find("script") is None
    assert page.find("img") is None
    assert "<script>alert(1)</script>" in page.get_text()
    policy = browser.get(NOTICE)["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "unsafe" not in policy
    assert browser.get(NOTICE)["X-Frame-Options"] == "DENY"


def test_the_html_part_has_a_policy_of_its_own(browser: Client) -> None:
    response = browser.get(f"{NOTICE}html/")
    assert set(response["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'self'", "sandbox",
    }  # fmt: skip
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    page = BeautifulSoup(response.text, "html.parser")
    assert isinstance(page.body, Tag)
    assert page.find("script") is None


def test_the_mail_is_a_file_that_a_mail_program_opens(browser: Client) -> None:
    response = browser.get(f"{NOTICE}mail/")
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"] == 'attachment; filename="notice.both.hostile.eml"'
    mail = read(response.content)
    assert [to.addr_spec for to in mail["To"].addresses] == ["ada@uni.example"]
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "path",
    ["?case=none", "none/en/plain/", "notice/de/plain/", "notice/en/none/",
     "sign_in_code/both/plain/", "sign_in_code/en/hostile/"],
)  # fmt: skip
def test_what_it_does_not_hold_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(f"{LIST}{path}").status_code == 404
    if path.endswith("/"):
        assert browser.get(f"{LIST}{path}html/").status_code == 404
        assert browser.get(f"{LIST}{path}mail/").status_code == 404


def test_letters_have_names_that_people_read() -> None:
    assert words("notice") == "notice"
    assert words("answer-reporter") == "answer, to the reporter"
    assert words("accepted-match") == "accepted, of a match"
    assert words("agreement_ended-author-taken-back") == "agreement ended, to an author, taken back"
