"""Claimed against obtained as the pages show it."""

import math

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from reports.models import Claim, Report
from tests.reports import stages
from tests.reports.typed import complete, make_paper, make_user, signed_in, submit

pytestmark = pytest.mark.django_db


def page_of(client: Client, report: Report) -> Tag:
    return BeautifulSoup(client.get(f"/reports/{report.pk}/").content, "html.parser").main


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_a_report_says_difference_interval_runs_and_where_the_mean_lies() -> None:
    client = signed_in(make_user())
    page = page_of(client, submit(client, complete(make_paper())))
    (row,) = page.select("table.stack tbody tr")
    cells = {cell["data-label"]: words_of(cell) for cell in row.select("td")}
    assert cells == {
        "Claimed": "93.1 ± 0.2",
        "Obtained": "90.167 ± 0.306 3 runs",
        "95 % interval": "89.41 to 90.93 wholly outside the tolerance",
        "Difference": "−2.933 −3.15 %",
        "Tolerance": "± 0.5",
        "The obtained mean is": "below the claim by 2.933, more than the tolerance of 0.5",
    }
    (plot,) = page.select("figure.plot svg[role=img]")
    assert plot["aria-label"].startswith("Claimed: 93.1 ± 0.2; Within the tolerance: 92.6 to 93.6")
    facts = page.select("table.plot-facts tr")
    said = "; ".join(f"{words_of(f.th)}: {words_of(f.td)}" for f in facts)
    assert said == plot["aria-label"]
    assert len(plot.select("circle.run")) == 3
    assert page.select("[style]") == []


def test_claims_side_by_side_have_an_overview() -> None:
    client = signed_in(make_user())
    second = {
        "claim-count": "2",
        **{k.replace("-0-", "-1-"): v for k, v in complete(None).items() if "claim-0" in k},
        "claim-1-metric": "<b>error</b>, %",
        "claim-1-claimed": "20",
        "claim-1-runs": "25",
        "claim-1-direction": "lower",
    }
    page = page_of(client, submit(client, complete(make_paper()) | second))
    (overview,) = page.select("figure.overview svg")
    assert overview["aria-label"] == (
        "Difference from the claim. accuracy, %, CIFAR-10, test: −3.15 %, tolerance 0.537 %, 95 % "
        "interval −3.97 % to −2.34 %. <b>error</b>, %, CIFAR-10, test: +25 %, tolerance 2.5 %."
    )
    assert len(overview.select("circle")) == 2
    assert len(page.select("figure.strip")) == 3


ODD = [
    {"claimed": 0.0, "runs": [0.0, 0.0], "tolerance": 0.0},
    {"claimed": 1e-300, "runs": [1e-300, 2e-300], "tolerance": 1e-300, "claimed_spread": 1e-300},
    {"claimed": 5e-324, "runs": [1e100, -1e100], "tolerance": 1e100},
    {"claimed": -1e100, "mean": 1e100, "spread": 1e-300, "n": 1_000_000, "tolerance": 0.0},
    {"claimed": 93.1, "mean": 93.1, "spread": None, "n": 7},
    {"claimed": math.inf, "runs": [1.0], "tolerance": 1.0},
    {"claimed": 1.0, "runs": [math.nan, 1.0], "tolerance": 1.0},
    {"claimed": 1.0, "runs": [1.0], "tolerance": math.inf},
    {"claimed": 1.0, "runs": [1.0], "claimed_spread": 1e300},
    {"claimed": 1.0, "runs": [1e300, 1.0]},
    {"claimed": 93.1, "mean": 93.0, "spread": -1.0, "n": 3},
    {"claimed": 1e16, "runs": [1e16 + 2, 1e16 + 4], "tolerance": 1.0},
    {"claimed": 93.1, "runs": [93.0, 94.0] * 5_000, "tolerance": 0.5},
]


def test_no_stored_value_breaks_a_page(client: Client) -> None:
    report = stages.lapsed()
    Claim.objects.bulk_create(
        Claim(report=report, position=i, place=f"Table {i}", quote="Ours", metric="gain", **values)
        for i, values in enumerate(ODD, 100)
    )
    page = page_of(client, report)
    assert (
        len(page.select("div.claim-words"))
        == len(ODD) + report.claims.filter(position__lt=100).count()
    )
    (many,) = (svg for svg in page.select("svg") if "mean of 10,000 runs" in svg["aria-label"])
    assert len(many.select("rect.runs")) == 2
    assert many.select("circle.run") == []
    assert "nan" not in words_of(page).casefold().split()
    assert client.get(f"/papers/{report.paper_id}/", follow=True).status_code == 200


def test_letters_say_what_they_said() -> None:
    """The words of `notifications.content` come from the same claim as the pages."""
    claim = Claim(claimed=93.1, runs=[90.1, 90.5], tolerance=0.5)
    assert claim.obtained is not None
    assert (claim.obtained.mean, claim.obtained.n) == (90.3, 2)
    assert Claim(claimed=93.1).obtained is None
    assert Claim(claimed=93.1).comparison is None
    assert Claim(runs=[1.0]).comparison is None
