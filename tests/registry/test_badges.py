"""Badges: the word, for everybody, and nothing that tells of what is not public."""

from itertools import combinations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from registry import badges, merging
from registry.models import Identifier, Paper, Standing
from tests.registry.builders import paper, with_standing

pytestmark = pytest.mark.django_db

DOI = "/badge/doi/10.5555/made.up(1).svg"


def made_with(standing: Standing) -> Paper:
    made = paper(doi="10.5555/made.up(1)", arxiv="2401.00001")
    return made if standing == Standing.NONE else with_standing(made, standing)


@pytest.mark.parametrize("standing", Standing)
def test_a_badge_says_the_standing_in_words(client: Client, standing: Standing) -> None:
    made_with(standing)
    response = client.get(DOI)
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    tree = etree.fromstring(response.content)
    words = f"reproduction: {standing.label}"
    assert tree.get("aria-label") == words
    assert tree.get("role") == "img"
    assert tree.findtext("{*}title") == words
    assert tree.xpath("string(.//*[local-name()='text'][2])") == standing.label
    assert "style" not in response.text
    assert client.get("/badge/arxiv/2401.00001v3.svg").content == response.content


NOBODY_KNOWS = [
    "/badge/doi/10.5555/nobody-has-it.svg",
    "/badge/arxiv/2401.99999.svg",
    "/badge/arxiv/nonsense.svg",
    "/badge/doi/%00<script>.svg",
    "/badge/doi/10.5555/hidden.svg",
    "/badge/doi/10.5555/bare.svg",
]


def test_one_answer_for_all_that_has_no_public_report(client: Client) -> None:
    paper("Hidden", public=False, doi="10.5555/hidden")
    paper("Bare", doi="10.5555/bare")
    answers = [client.get(path) for path in NOBODY_KNOWS]
    told = [(a.status_code, a.content, sorted(a.headers.items())) for a in answers]
    assert all(one == told[0] for one in told)
    assert told[0][0] == 200
    assert b"no public report" in told[0][1]


def test_a_badge_is_asked_for_again_after_five_minutes_and_when_the_list_changed(
    client: Client,
) -> None:
    made = made_with(Standing.NO_ANSWER)
    first = client.get(DOI)
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in first.get("Vary", "")
    has = {"If-None-Match": first["ETag"]}
    assert client.get(DOI, headers=has).status_code == 304
    with_standing(paper("Another"), Standing.REPRODUCED)
    assert client.get(DOI, headers=has).status_code == 200
    has = {"If-None-Match": client.get(DOI)["ETag"]}
    # Found by another paper from now on: no standing changed.
    other = paper("Another entry")
    Identifier.objects.filter(paper=made, scheme="doi").update(paper=other)
    assert "no public report" in client.get(DOI, headers=has).text


def test_a_merged_paper_has_the_badge_of_the_work(client: Client) -> None:
    entry = paper("An entry", doi="10.5555/made.up(1)")
    merging.merge(entry, with_standing(paper("The work"), Standing.DISPUTED))
    assert "reproduction: disputed" in client.get(DOI).text


def test_schemes_that_are_none(client: Client) -> None:
    assert client.get("/badge/isni/1.svg").status_code == 404
    assert client.get("/badge/doi/10.5555/x.png").status_code == 404


def test_two_questions_however_many_papers_there_are(client: Client) -> None:
    made_with(Standing.ANSWERED)
    for number in range(5):
        paper(f"Paper {number}", doi=f"10.5555/other.{number}")
    with CaptureQueriesContext(connection) as questions:
        client.get(DOI)
    assert len(questions) == 2


# --- tones --------------------------------------------------------------------------------------


def lightness(colour: str) -> float:
    """The relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_stand_out_and_tones_differ_in_lightness() -> None:
    assert set(badges.TONES) == set(Standing)
    assert all(contrast(*tone) >= 4.5 for tone in badges.TONES.values())
    grounds = [lightness(ground) for ground, _ in badges.TONES.values()]
    assert all(abs(one - other) > 0.03 for one, other in combinations(grounds, 2))


# --- what people copy ---------------------------------------------------------------------------


def test_what_people_copy_leads_to_the_badge_and_the_page(client: Client) -> None:
    made = made_with(Standing.NO_ANSWER)
    page = BeautifulSoup(client.get(f"/papers/{made.pk}/", follow=True).content, "html.parser")
    part = page.select_one("details#embed")
    assert part is not None
    assert not part.has_attr("open")
    assert client.get(part.img["src"]).status_code == 200
    texts = [code.get_text() for code in part.select("pre > code")]
    image = "http://127.0.0.1:8000/badge/arxiv/2401.00001.svg"
    address = f"http://127.0.0.1:8000/papers/{made.pk}/"
    assert texts == [
        f"[![Standing of this paper at Unreproduced]({image})]({address})",
        f'<a href="{address}"><img src="{image}" alt="Standing of this paper at Unreproduced"></a>',
        f".. image:: {image}\n   :target: {address}\n"
        "   :alt: Standing of this paper at Unreproduced",
        f'<iframe src="http://127.0.0.1:8000/embed/papers/{made.pk}/" title="Standing at '
        'Unreproduced: On made-up things" width="480" height="220" loading="lazy" '
        'frameborder="0"></iframe>',
    ]


def test_an_identifier_with_brackets_stays_one_address_in_markdown(client: Client) -> None:
    made = paper(doi="10.5555/made.up(1)")
    text = badges.snippets(made, Identifier.objects.get(paper=made))[0].text
    assert "(http://127.0.0.1:8000/badge/doi/10.5555/made.up%281%29.svg)" in text
    assert client.get("/badge/doi/10.5555/made.up%281%29.svg").status_code == 200
