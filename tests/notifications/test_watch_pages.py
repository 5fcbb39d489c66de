"""The pages of those who watch something by mail."""

import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from notifications import subscriptions, watched
from notifications.models import Email, NoMore, Subscriber, Subscription
from notifications.watch_forms import TRAP
from registry.query import Query
from reports import merging
from tests.notifications.watching import (
    DAY,
    NOW,
    VERA,
    ask,
    confirm,
    of,
    token_of,
    watch,
)
from tests.registry import builders
from tests.reports import stages

pytestmark = pytest.mark.django_db
FORM = {"email": VERA, "rhythm": "daily", "language": "zh-hans"}


@pytest.fixture(autouse=True)
def moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def post(path: str, *, client: Client | None = None, **changed: str) -> Any:
    return (client or Client()).post(path, FORM | changed)


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def error_of(response: Any, field: str) -> str:
    """The sentence beside a field, which the field names as its description."""
    page = soup(response)
    box = page.find(attrs={"name": field})
    assert box is not None
    assert box.get("aria-invalid") == "true" or box.get("type") == "radio"
    if box.get("type") == "radio":
        box = box.find_parent("fieldset")
    assert f"id_{field}_error" in str(box["aria-describedby"])
    assert page.find(class_="error-summary").find("a", href=f"#id_{field}") is not None
    return str(page.find(id=f"id_{field}_error").get_text(strip=True))


# --- asking -------------------------------------------------------------------------------------


def test_a_paper_is_watched_from_its_page() -> None:
    paper = stages.paper("Lantern Networks")
    page = soup(Client().get(f"/papers/{paper.pk}/", follow=True))
    link = page.find("a", string="Watch this paper by mail")
    assert link["href"] == f"/watch/papers/{paper.pk}/"
    form = Client().get(str(link["href"]))
    assert "Lantern Networks" in form.text
    assert form["Cache-Control"].count("no-store") == 1
    sent = post(str(link["href"]))
    assert (sent.status_code, sent["Location"]) == (302, "/watch/sent/")
    row = Subscription.objects.get()
    assert (row.kind, row.paper, row.rhythm, row.language) == ("paper", paper, "daily", "zh-hans")
    assert row.confirmed_at is None


def test_the_list_a_search_and_a_venue_are_watched_from_their_pages() -> None:
    builders.paper("Lantern Networks", venue="ICML")
    page = soup(Client().get("/papers/?q=lantern&venue=ICML&sort=newest"))
    search = str(page.find("a", string="Watch this search by mail")["href"])
    venue = str(page.find("a", string="Watch the list of this venue by mail")["href"])
    assert search == "/watch/search/?q=lantern&venue=ICML&sort=newest"
    assert venue == "/watch/list/?venue=ICML"
    assert soup(Client().get("/papers/")).find("a", string=re.compile("^Watch")) is None
    the_list = soup(Client().get("/")).find("a", string="Watch the list by mail")
    for path in (search, venue, str(the_list["href"])):
        assert "Watch by mail" in Client().get(path).text
        assert post(path).status_code == 302
    assert list(Subscription.objects.values_list("kind", "asked")) == [
        ("search", "?q=lantern&venue=ICML"), ("venue", "?venue=ICML"), ("list", ""),
    ]  # fmt: skip


def test_a_page_that_caches_keep_stays_without_cookies() -> None:
    paper = stages.paper("Lantern Networks")
    for path in ("/", "/papers/?q=lantern", f"/papers/{paper.pk}/lantern-networks/"):
        assert not Client().get(path).cookies


def test_the_answer_is_the_same_whoever_it_is() -> None:
    watch()
    NoMore.objects.create(email_hash=subscriptions.email_hash("no@readers.example"), at=NOW)
    answers = [
        post("/watch/list/", email=email)
        for email in (VERA, "new@readers.example", "no@readers.example")
    ]
    assert {(one.status_code, one["Location"], one.text) for one in answers} == {
        (302, "/watch/sent/", "")
    }
    assert Client().get("/watch/sent/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Give your address: the mails are sent there."),
        ("   ", "Give your address: the mails are sent there."),
        ("x@", "This is not a whole e-mail address: write it like name@university.edu."),
        ("x" * 10_000, "At most 254 characters: this has 10000. Nothing was cut; shorten it here."),
        (f"{'x' * 300}@uni.example", "At most 254 characters: this has 312."),
        ("a@b.example\r\nBcc: c@d.example", "This is not a whole e-mail address"),
        ("noreply@uni.example", "Nobody reads at this address"),
    ],
)
def test_what_is_no_address_is_said_beside_the_field_and_kept(typed: str, sentence: str) -> None:
    response = post("/watch/list/", email=typed)
    assert response.status_code == 422
    assert error_of(response, "email").startswith(sentence)
    kept = str(soup(response).find(attrs={"name": "email"})["value"]) if typed.strip() else ""
    assert kept == (re.sub(r"\r\n", "\n", typed) if typed.strip() else "")
    assert not Subscriber.objects.exists()


def test_a_nul_and_what_nobody_sees_are_left_out() -> None:
    assert post("/watch/list/", email=f"\x00{VERA}\u202e").status_code == 302
    assert of(VERA)


@pytest.mark.parametrize("field", ["rhythm", "language"])
@pytest.mark.parametrize("value", ["", "hourly", "x" * 10_000, "\x00"])
def test_a_choice_that_is_none_is_said_beside_it(field: str, value: str) -> None:
    response = post("/watch/list/", **{field: value})
    assert response.status_code == 422
    assert error_of(response, field).startswith("Choose ")
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("number", ["0", "999999999", str(10**30)])
def test_a_paper_that_is_not_known_is_404(number: str) -> None:
    assert Client().get(f"/watch/papers/{number}/").status_code == 404
    assert post(f"/watch/papers/{number}/").status_code == 404


def test_a_paper_that_is_not_public_is_404_and_a_merged_one_leads_to_its_root() -> None:
    hidden = builders.paper("Hidden", public=False)
    assert post(f"/watch/papers/{hidden.pk}/").status_code == 404
    paper, root = stages.paper("One"), stages.paper("Other")
    merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=stages.moderator(), reason="One work.",
        now=NOW,
    )  # fmt: skip
    assert Client().get(f"/watch/papers/{paper.pk}/")["Location"] == f"/watch/papers/{root.pk}/"


def test_a_search_that_is_too_long_or_none() -> None:
    response = Client().get("/watch/search/", {"q": "灯" * 500})
    assert response.status_code == 422
    assert "This search is too long to be watched." in response.text
    assert post("/watch/search/?venue=" + "灯" * 290).status_code == 422
    assert Client().get("/watch/search/")["Location"] == "/watch/list/"
    assert Client().get("/watch/search/?sort=newest")["Location"] == "/watch/list/"
    assert Client().get("/watch/search/?q=%00&year=x").status_code == 302


def test_hostile_words_of_a_search_stand_on_the_page_as_words() -> None:
    words = "<script>alert(1)</script>\" onmouseover='x' {{ 7*7 }}"
    page = Client().get("/watch/search/", {"q": words, "venue": words})
    assert "<script>alert" not in page.text
    assert words in soup(page).find("q").get_text()


def test_what_a_robot_fills_in_is_stored_nowhere_and_it_is_not_told() -> None:
    page = soup(Client().get("/watch/list/"))
    trap = page.find("input", attrs={"name": TRAP})
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert trap.find_parent(attrs={"aria-hidden": "true"}) is not None
    response = post("/watch/list/", **{TRAP: "http://spam.example"})
    assert (response.status_code, response["Location"]) == (302, "/watch/sent/")
    assert not Subscriber.objects.exists()


def test_asked_too_often_nothing_typed_is_lost(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"watch": "2/h/key"}
    for email in (VERA, VERA.upper()):
        assert post("/watch/list/", email=email).status_code == 302
    late = post("/watch/list/")
    assert late.status_code == 429
    assert error_of(late, "email").startswith("This was asked for several times")
    assert soup(late).find(attrs={"name": "email"})["value"] == VERA
    assert post("/watch/list/", email="other@readers.example").status_code == 302


def test_from_one_place_too_often(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"watch": "2/h/ip"}
    codes = [post("/watch/list/", email=f"v{n}@readers.example").status_code for n in range(4)]
    assert codes == [302, 302, 429, 429]


def test_another_site_cannot_ask() -> None:
    assert post("/watch/list/", client=Client(enforce_csrf_checks=True)).status_code == 403
    assert not Subscriber.objects.exists()


def test_every_field_has_a_label() -> None:
    for path in ("/watch/list/", f"/watch/{token_of(watch())}/"):
        page = soup(Client().get(path))
        for box in page.select("main input:not([type=hidden]), main select"):
            assert page.find("label", attrs={"for": box["id"]}) is not None


# --- behind the link ----------------------------------------------------------------------------


def test_a_get_confirms_nothing_and_a_post_does_without_cookies() -> None:
    ask()
    path = f"/watch/{token_of(of())}/"
    page = Client().get(path)
    assert page.status_code == 200
    assert of().due_at is None
    numbers = [box["value"] for box in soup(page).find_all(attrs={"name": "of"})]
    strict = Client(enforce_csrf_checks=True)
    done = strict.post(path, {"do": "confirm", "of": numbers})
    assert done["Location"] == f"{path}?done=confirmed"
    assert "It is confirmed." in strict.get(done["Location"]).text
    again = strict.post(path, {"do": "confirm", "of": numbers})
    assert again["Location"] == f"{path}?done=nothing"
    assert of().due_at is not None


def test_the_page_names_no_address() -> None:
    watch()
    for path in (f"/watch/{token_of(of())}/", f"/watch/{token_of(of())}/end/"):
        assert VERA not in Client().get(path).text


def test_what_is_watched_is_named_with_its_words() -> None:
    paper = stages.paper("Lantern Networks")
    asked = watched.of_search(Query(q="gears & wheels", standing="no_answer"))
    assert asked is not None
    watch(watched.THE_LIST, watched.of_venue("ICML"), asked, watched.of_paper(paper))
    page = soup(Client().get(f"/watch/{token_of(of())}/"))
    rows = [" ".join(row.get_text().split()) for row in page.select("ol.rows li p")]
    assert rows == [
        "The list Not reproducible",
        "The list Not reproducible, papers of ICML",
        "The papers that a search finds: gears & wheels; standing no answer",
        "The paper Lantern Networks",
    ]
    links = [str(link["href"]) for link in page.select("ol.rows li p a")]
    assert [Client().get(link).status_code for link in links] == [200, 200, 200, 200]


def test_in_chinese_it_is_named_in_chinese_and_every_way_stays_there() -> None:
    asked = watched.of_search(Query(q="gears", standing="no_answer", venue="ICML"))
    only = watched.of_search(Query(cause="details_missing"))
    assert asked is not None
    assert only is not None
    watch(watched.THE_LIST, watched.of_venue("ICML"), asked, only,
          watched.of_paper(stages.paper("Lantern Networks")))  # fmt: skip
    path = f"/zh-hans/watch/{token_of(of())}/"
    page = soup(Client().get(path))
    rows = [" ".join(row.get_text().split()) for row in page.select("ol.rows li p")]
    assert rows == [
        "“不可复现”名单",
        "“不可复现”名单中 ICML 的论文",
        "检索找到的论文：gears；状况“不可复现：未收到答复”；会议或期刊“ICML”",
        "检索找到的论文：原因“缺少超参数或训练细节”",
        "论文 Lantern Networks",
    ]
    links = [str(link["href"]) for link in page.select("main a")]
    assert [link for link in links if not link.startswith("/zh-hans/")] == []
    assert [Client().get(link).status_code for link in links] == [200] * len(links)
    done = Client().post(path, {"do": "change", "rhythm": "daily", "language": "zh-hans"})
    assert done["Location"] == f"{path}?done=changed"
    assert "已更改。" in Client().get(done["Location"]).text


def test_who_asks_in_chinese_is_offered_letters_in_chinese() -> None:
    def chosen(path: str) -> str:
        return str(soup(Client().get(path)).select_one("#id_language option[selected]")["value"])

    assert (chosen("/watch/list/"), chosen("/zh-hans/watch/list/")) == ("en", "zh-hans")
    answer = post("/zh-hans/watch/list/")
    assert answer["Location"] == "/zh-hans/watch/sent/"
    wrong = post("/zh-hans/watch/list/", email="x@", rhythm="hourly")
    assert error_of(wrong, "email").startswith("这不是完整的电子邮箱地址")
    assert error_of(wrong, "rhythm") == "请选择频率。"


def test_one_thing_is_ended_and_the_rhythm_changed() -> None:
    watch(watched.THE_LIST, watched.of_venue("ICML"))
    path = f"/watch/{token_of(of())}/"
    first, second = Subscription.objects.values_list("pk", flat=True)
    assert Client().post(path, {"end": first})["Location"] == f"{path}?done=ended"
    assert Client().post(path, {"end": first})["Location"] == f"{path}?done=ended"
    done = Client().post(path, {"do": "change", "rhythm": "daily", "language": "zh-hans"})
    assert done["Location"] == f"{path}?done=changed"
    assert (of().rhythm, of().language) == ("daily", "zh-hans")
    last = Client().post(path, {"end": second})
    assert (last.status_code, "your address is deleted" in last.text) == (200, True)
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"do": "change", "rhythm": "hourly", "language": "en"},
        {"do": "change", "rhythm": "daily", "language": "xx"},
        {"do": "change"},
    ],
)
def test_a_change_to_nothing_is_said_and_changes_nothing(form: dict[str, str]) -> None:
    watch()
    response = Client().post(f"/watch/{token_of(of())}/", form)
    assert response.status_code == 422
    assert "Not changed yet" in response.text
    assert (of().rhythm, of().language) == ("weekly", "en")


def test_no_log_has_the_link(caplog: Any) -> None:
    watch()
    token = token_of(of())
    Client().post(f"/watch/{token}/", {"do": "change"})
    Client().post(f"/watch/{token}/end/")
    Client().get(f"/watch/{token}/")
    Client().get(f"/watch/{token}/end/")
    assert token not in caplog.text


@pytest.mark.parametrize(
    "form",
    [{}, {"do": "x"}, {"end": "x" * 10_000}, {"end": "0"}, {"end": "\x00"}, {"do": "confirm"},
     {"do": "confirm", "of": "9" * 40}],
)  # fmt: skip
def test_a_form_that_says_nothing_changes_nothing(form: dict[str, str]) -> None:
    watch()
    assert Client().post(f"/watch/{token_of(of())}/", form).status_code == 302
    assert Subscription.objects.filter(confirmed_at__isnull=False).count() == 1


@pytest.mark.parametrize("token", ["x", "%00", "x" * 5_000, "sent.", "%F0%9F%98%80"])
def test_a_link_that_is_nobodys_is_404_with_a_sentence(token: str) -> None:
    for path in (f"/watch/{token}/", f"/watch/{token}/end/"):
        response = Client().get(path)
        assert response.status_code == 404
        assert "This link is not known." in response.text
    assert Client().post(f"/watch/{token}/", {"do": "confirm"}).status_code == 404


def test_a_link_of_what_was_not_confirmed_in_time() -> None:
    ask()
    path = f"/watch/{token_of(of())}/"
    with time_machine.travel(NOW + 8 * DAY, tick=False):
        subscriptions.forget_unconfirmed(now=NOW + 8 * DAY)
        assert Client().get(path).status_code == 404


def test_a_paper_that_has_gone_is_ended_all_the_same() -> None:
    paper = stages.paper("Lantern Networks")
    watch(watched.of_paper(paper))
    paper.is_public = False
    paper.save()
    path = f"/watch/{token_of(of())}/"
    page = Client().get(path)
    assert "it is not shown any more" in page.text
    assert "Lantern" not in page.text
    assert Client().post(f"{path}end/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscriber.objects.exists()


def test_one_click_of_a_mail_program_ends_all_without_cookie_or_page() -> None:
    watch()
    path = f"/watch/{token_of(of())}/end/"
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):  # a program that does not hear the answer sends it again
        response = strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
    assert not Subscriber.objects.exists()
    assert VERA not in str(list(Email.objects.values()))


def test_a_scanner_that_opens_the_link_ends_nothing() -> None:
    watch()
    path = f"/watch/{token_of(of())}/end/"
    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert Subscriber.objects.exists()


def test_a_person_ends_all_by_a_button_or_for_ever() -> None:
    watch()
    path = f"/watch/{token_of(of())}/end/"
    buttons = [button.get_text() for button in soup(Client().get(path)).select("main button")]
    assert buttons == ["End all of it", "End all of it, and never ask me again"]
    assert "It is ended" in Client().post(path, {"do": "never_again"}).text
    assert NoMore.objects.count() == 1


def test_the_pages_cost_as_much_for_ten_things_as_for_two(
    django_assert_num_queries: Any,
) -> None:
    for number in range(2):
        watch(watched.of_paper(stages.paper(f"Paper {number}")))
    path = f"/watch/{token_of(of())}/"
    with django_assert_num_queries(3):
        Client().get(path)
    for number in range(2, 10):
        watch(watched.of_paper(stages.paper(f"Paper {number}")))
    with django_assert_num_queries(3):
        Client().get(path)


def test_a_wish_confirmed_later_stays_on_the_page() -> None:
    subscriber = watch()
    ask(watched.of_venue("ICML"))
    page = Client().get(f"/watch/{token_of(subscriber)}/").text
    assert "To be confirmed" in page
    assert confirm(subscriber) == 1
