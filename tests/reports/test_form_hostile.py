"""The report form in hostile hands: no field breaks it, and nothing gets past it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.test import Client

from reports.forms.fields import visible
from reports.models import Report
from tests.reports.typed import (
    SCRIPTS,
    by_hand,
    complete,
    make_paper,
    make_user,
    problems,
    signed_in,
    submit,
)

pytestmark = pytest.mark.django_db
ATTACKS = {
    "NUL": "a\0b\0",
    "direction": "\u202emoc.elpmaxe\u202c \u2066x\u2069 שלום \u200f",
    "LaTeX": r"$\frac{\alpha}{\beta}$ \input{/etc/passwd} \write18{ls} $$",
    "HTML": "</textarea></form><script>alert(1)</script><img src=x onerror=alert(1)>'\"",
    "template": "{{ 7*7 }} {% load x %} {# c #} %(x)s ${7*7}",
    "emoji": "👩‍🔬🏳️‍🌈" * 50,
    "invisible": "\u200b\u2060\ufeff\u3164",
    "long": "Ж" * 2_000,
    "longer": "x" * 20_001,
    "lines": "a\r\nBcc: b@c.example\r\n\r\nd\u2028e\x85f\x1b[31m",
    "number": "9" * 5_000,
    "infinity": "1e308 1e308 -1e308 1e400 nan ∞ ٣ ² ½",
}
FIELDS = sorted(set(by_hand()) - {"form_key"})
AT_ONCE = ("NUL", "LaTeX", "template", "direction", "invisible", "lines", "HTML")
ON_PAGES = {name: text for name, text in ATTACKS.items() if name not in AT_ONCE} | {
    "at once": " ".join(ATTACKS[name] for name in AT_ONCE)
}
"""What is dangerous as text, in one; what is so as a number or by its length stays apart."""


@pytest.mark.parametrize("attack", ON_PAGES.values(), ids=ON_PAGES)
def test_no_text_in_every_field_at_once_breaks_the_page_or_is_changed(attack: str) -> None:
    client = signed_in(make_user())
    form = dict.fromkeys(FIELDS, attack) | {"form_key": "k"}
    assert client.post("/reports/new/", form | {"do": "preview"}).status_code == 422
    draft = Report.objects.get()
    assert {draft.typed[field][0] for field in FIELDS} == {attack.replace("\0", "")}
    answer = client.get(f"/reports/{draft.pk}/edit/?check=yes")
    only = SoupStrainer(["script", "img"])
    page = BeautifulSoup(answer.content, "html.parser", parse_only=only)
    assert [script["src"] for script in page.find_all("script")] == SCRIPTS
    assert page.find_all("img") == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_the_form_accepts_the_database_takes(attack: str) -> None:
    """Each field alone: either the form asks back in words, or the report can be submitted so."""
    user, good = make_user(), by_hand()
    taken = [field for field in FIELDS if problems(good | {field: attack}, user) == []]
    submit(signed_in(user), good | dict.fromkeys(taken, attack))
    assert Report.objects.get().state == "submitted"


@pytest.mark.parametrize("attack", ["direction", "LaTeX", "HTML", "template", "emoji", "long"])
def test_a_hostile_title_is_submitted_and_shown_as_words(attack: str) -> None:
    client = signed_in(make_user())
    report = submit(client, by_hand(title=ATTACKS[attack]))
    assert report.paper is not None
    for page in (f"/reports/{report.pk}/", "/reports/"):
        soup = BeautifulSoup(client.get(page).content, "html.parser")
        assert report.paper.title[:40] in soup.get_text()
        assert not soup.find("img") and not soup.find("script")
        assert "\u202e" not in soup.get_text()


INVISIBLE = "\u200b \u2060\ufeff\u3164\u115f\u00ad"


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("claim-0-place", "Say where in the paper the claim stands"),
        ("claim-0-quote", "Quote the paper's own words for this claim."),
        ("version", "Name the version of the paper"),
        ("title", "Write the title of the paper."),
        ("authors", "Write the authors, one a line"),
        ("shown_as", "Write the name or pseudonym"),
        ("address-0-source", "Say where you found the address"),
    ],
)
def test_words_that_nobody_sees_are_none(field: str, sentence: str) -> None:
    """Row 34 of the cases: a claim without place, words and version cannot be submitted."""
    found = problems(by_hand() | {field: INVISIBLE})
    assert any(words.startswith(sentence) for words in found)


def test_what_is_seen_is_seen() -> None:
    for text in ("a", "王", "٣", "—", "€", "👩‍🔬"):
        assert visible(f"\u200b{text}")
    for text in ("", " \n", INVISIBLE, "\u0301", "\u2800"):
        assert not visible(text)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("address-0-email", '"a b"@x.example', "This is not a whole e-mail address"),
        ("address-0-email", "a@x.example,b@x.example", "This is not a whole e-mail address"),
        ("address-0-email", "a@x.example\r\nBcc: b@y.example", "This is not a whole"),
        ("address-0-email", "a" * 65 + "@x.example", "This is not a whole e-mail address"),
        ("address-0-email", "a@" + "x." * 160 + "example", "At most 320 characters"),
        ("evidence-0-url", "http://[::1", "Write the whole web address"),
        ("evidence-0-url", "https://a b.example", "Write the whole web address"),
        ("evidence-0-url", "data:text/html,x", "Write the whole web address"),
        ("evidence-0-url", "https://x.example/" + "a" * 500, "At most 500 characters"),
        ("code_url", "\\\\server\\share", "Write the whole web address"),
        ("claim-0-runs", "1e400", "“1e400”"),
        ("claim-0-runs", "1e308 -1e308 1e308", ""),
        ("claim-0-tolerance", "1e400", "“1e400”"),
        ("hours", "1e-400", "Write the hours you spent, more than 0"),
        ("familiarity", "6", "Select a valid choice"),
        ("mode", "wishful", "Select a valid choice"),
        ("causes", "<b>", "Select a valid choice"),
        ("evidence-0-kind", "proof", "Choose what the link shows."),
        ("address-0-author", "9" * 4_400, "At most 300 characters"),
        ("address-0-author", "9" * 300, "The paper has 3 authors"),
    ],
)
def test_what_makes_no_sense_is_asked_back_in_words(field: str, value: str, sentence: str) -> None:
    found = problems(complete(make_paper()) | {field: value})
    assert any(words.startswith(sentence) for words in found), found


def test_rows_beyond_all_measure_are_counted_as_many_as_there_may_be() -> None:
    client = signed_in(make_user())
    form = complete(make_paper()) | {"claim-count": str(10**30), "claim-999-place": "Table 9"}
    assert client.post("/reports/new/", form | {"do": "preview"}).status_code == 302
    page = client.get(f"/reports/{Report.objects.get().pk}/edit/").content.decode()
    assert 'id="claim-29"' in page and 'id="claim-30"' not in page


@pytest.mark.parametrize("key", ['k"><script>alert(1)</script>', "a&kept=b#c", "x" * 5_000, "王"])
def test_a_made_up_key_of_a_form_names_that_form_alone(key: str) -> None:
    client = Client()
    answer = client.post("/reports/new/", {"form_key": key, "summary": "so"})
    assert client.get(answer["Location"]).status_code == 200
    client.force_login(make_user())
    link = BeautifulSoup(client.get("/reports/new/").content, "html.parser").find(
        "a", string="go on with it"
    )
    assert link is not None
    after = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    for address in (after, str(link["href"])):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        summary = page.find("textarea", attrs={"name": "summary"})
        assert summary is not None and summary.get_text().strip() == "so"


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 40])
def test_a_report_that_cannot_be_is_not_found(number: str) -> None:
    client = signed_in(make_user())
    for page in ("edit/", "preview/", "withdraw/", ""):
        assert client.get(f"/reports/{number}/{page}").status_code == 404
