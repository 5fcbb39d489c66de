"""The report form: what it asks for, and the sentences in which it asks."""

import pytest

from reports import identity
from reports.models import Report
from reports.results import Verdict
from tests.reports.typed import (
    checked,
    complete,
    could_not,
    make_paper,
    make_user,
    problems,
    signed_in,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("claim-0-place", "Say where in the paper the claim stands"),
        ("claim-0-quote", "Quote the paper's own words for this claim."),
        ("version", "Name the version of the paper"),
        ("mode", "Choose how you tried it."),
        ("outcome", "Choose the outcome."),
        ("summary", "Describe what you did."),
        ("environment", "Describe the environment in which it ran."),
        ("hours", "Write the hours you spent"),
        ("claim-0-metric", "Name the metric"),
        ("claim-0-claimed", "Write the value that the paper claims."),
        ("claim-0-runs", "Write what you obtained"),
        ("claim-0-tolerance", "Say how far your mean may lie from the claim"),
        ("claim-0-tolerance_reason", "Say why this tolerance is right"),
        ("evidence-0-url", "Write the link, or remove this row."),
        ("address-0-author", "Say whose address this is"),
        ("address-0-email", "Write the address, or remove this row."),
        ("address-0-source", "Say where you found the address"),
        ("name", "Write your name; only moderators see it."),
        ("affiliation", "Write your affiliation, or your ORCID iD below."),
        ("shown_as", "Write the name or pseudonym"),
        ("conflict", "State your conflicts of interest, or write: none."),
        ("licence", "The report can only be published under CC BY 4.0"),
    ],
)
def test_what_is_missing_is_asked_for(field: str, sentence: str) -> None:
    found = problems(complete(make_paper()) | {field: ""})
    assert any(words.startswith(sentence) for words in found)


@pytest.mark.parametrize("field", ["claim-0-place", "claim-0-quote", "version"])
def test_a_claim_without_place_words_and_version_cannot_be_submitted(field: str) -> None:
    """Row 34 of the cases: seven false accusations came of claims that were not in the paper."""
    for form in (complete(make_paper()), could_not(make_paper("Other"))):
        client = signed_in(make_user(f"{Report.objects.count()}@example.org"))
        response = client.post("/reports/new/", form | {field: "", "do": "preview"})
        assert response.status_code == 422
        report = Report.objects.latest("pk")
        assert client.post(f"/reports/{report.pk}/preview/").status_code == 302
        report.refresh_from_db()
        assert report.state == "draft"


def test_a_paper_must_be_chosen() -> None:
    user, secret = make_user(), make_paper("Not public", public=False)
    for value in ("", str(secret.pk), "999999", "x", "9" * 30, "²"):
        sentences = problems(complete(make_paper()) | {"paper": value}, user)
        assert "Choose the paper, or enter it by hand." in sentences


def test_a_report_has_at_least_one_claim() -> None:
    form = {k: v for k, v in complete(make_paper()).items() if not k.startswith("claim-0")}
    assert problems(form) == ["Add at least one claim of the paper."]


def test_evidence_is_code_log_configuration_or_notebook() -> None:
    paper, user = make_paper(), make_user()
    for kind in ("code", "log", "configuration", "notebook"):
        assert problems(complete(paper, evidence__0__kind=kind), user) == []
    sentence = "Add a link to your code, log, configuration or notebook, or attach it as a file."
    assert problems(complete(paper, evidence__0__kind="other"), user) == [sentence]
    assert problems(complete(paper, evidence__0__url="", evidence__0__note=""), user) == [sentence]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org/x", "no link", "http://"]
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert problems(complete(make_paper(), evidence__0__url=url)) == [
        "Write the whole web address, for example https://example.org/log.txt."
    ]


def test_an_attempt_that_was_not_possible_needs_no_values_but_the_search() -> None:
    paper, user = make_paper(), make_user()
    assert problems(could_not(paper), user) == []
    assert problems(
        could_not(paper) | {"looked_for": "", "looked_where": "", "looked_when": "", "missing": ""},
        user,
    ) == [
        "Say what you looked for: code, data, a model ...",
        "Say where you looked.",
        "Say when you looked: the dates.",
        "Say what was missing.",
    ]
    report = submitted(user, could_not(paper))
    assert report.looked_for == (
        "What: Code and weights\n\nWhere: The paper's repository\n\nWhen: 1 to 3 February 2026"
    )
    assert report.missing == "The training code"
    assert (report.hours, report.evidence.count()) == (None, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mean": "90", "n": "3", "spread": "0.2"}, "Give your values run by run, or mean"),
        ({"runs": "", "mean": "90"}, "Say of how many runs this is the mean"),
        ({"runs": "", "mean": "90", "n": "3"}, "Write the standard deviation of your runs."),
        ({"runs": "", "mean": "90", "n": "1", "spread": "0.2"}, "One run has no spread"),
        ({"runs": "", "mean": "90", "n": "3", "spread": "-1"}, "A spread is not negative."),
        ({"runs": "", "mean": "90", "n": "2.5", "spread": "1"}, "Say of how many runs"),
        ({"runs": "90.1 nan"}, "“nan” is no value"),
        ({"runs": "90 ± 1"}, "One value with a spread is a mean"),
        ({"claimed": "1,234"}, "“1,234” can be read in two ways: write 1234 or 1.234."),
        ({"tolerance": "-1"}, "A tolerance is not negative."),
        ({"direction": "sideways"}, "Choose whether higher or lower is better."),
    ],
)
def test_values_without_sense_are_asked_back(changes: dict[str, str], sentence: str) -> None:
    form = complete(make_paper()) | {f"claim-0-{name}": value for name, value in changes.items()}
    assert any(words.startswith(sentence) for words in problems(form))


def test_one_run_and_a_summary_of_many_are_taken() -> None:
    paper, user = make_paper(), make_user()
    assert problems(complete(paper, claim__0__runs="90.1"), user) == []
    one = {"runs": "", "mean": "90,1", "n": "1"}
    many = {"runs": "", "mean": "90.1", "n": "5", "spread": "0.3"}
    for changes in (one, many):
        form = complete(paper) | {f"claim-0-{name}": value for name, value in changes.items()}
        assert problems(form, user) == []


def test_the_outcome_fits_the_tolerance() -> None:
    paper, user = make_paper(), make_user()
    inside = complete(paper, claim__0__runs="93.0 93.2 93.3")
    assert "Every value lies inside your own tolerance" in problems(inside, user)[0]
    assert "outside your own tolerance" in problems(complete(paper, outcome="matched"), user)[0]
    assert problems(inside | {"outcome": "matched"}, user) == []


def test_better_than_claimed_is_said_and_is_no_failure() -> None:
    form = complete(make_paper(), outcome="matched", claim__0__runs="95.1 95.2 95.3")
    whole = checked(form)
    assert whole.problems == []
    assert whole.claims[0].verdict() is Verdict.BETTER


@pytest.mark.parametrize("hours", ["0", "-1", "1e9", "nan"])
def test_hours_are_more_than_none(hours: str) -> None:
    assert len(problems(complete(make_paper(), hours=hours))) == 1


@pytest.mark.parametrize(
    "email", ["x@", "x", "a b@example.org", "x@localhost", "ü@example.org", "x@ex_ample.org", "@@"]
)
def test_half_an_address_is_refused(email: str) -> None:
    assert problems(complete(make_paper(), address__0__email=email)) == [
        "This is not a whole e-mail address: write it like name@university.edu."
    ]


@pytest.mark.parametrize(
    "name",
    ["noreply", "no-reply", "No_Reply", "mailer-daemon", "postmaster", "do-not-reply", "noreply+x"],
)
def test_addresses_at_which_nobody_reads_are_refused(name: str) -> None:
    assert problems(complete(make_paper(), address__0__email=f"{name}@example.org")) == [
        "Nobody reads at this address: write one of the author's own."
    ]


def second_address(**changes: str) -> dict[str, str]:
    row = {"author": "3", "email": "wei@uni.example.cn", "source": "homepage"} | changes
    return {"address-count": "2"} | {f"address-1-{name}": value for name, value in row.items()}


def test_one_address_twice_is_refused() -> None:
    form = complete(make_paper()) | second_address(email="ADA@lab.example.org")
    assert problems(form) == ["This address stands above already: remove one row."]


def test_the_reporter_is_not_an_author_to_write_to() -> None:
    form = complete(make_paper(), address__0__email="Rita@uni.example.org")
    assert problems(form) == ["This is your own address: write the author's."]


def test_authors_are_named_or_numbered_and_chinese_addresses_get_both_languages() -> None:
    report = submitted(make_user(), complete(make_paper()) | second_address())
    rows = list(report.addresses.values_list("author_position", "rank", "email", "language"))
    assert rows == [
        (1, 1, "ada@lab.example.org", "en"),
        (3, 1, "wei@uni.example.cn", "both"),
    ]


def test_the_language_of_letters_can_be_chosen() -> None:
    form = complete(make_paper()) | second_address(language="en")
    assert submitted(make_user(), form).addresses.get(author_position=3).language == "en"


def test_two_addresses_of_one_author_have_ranks_in_their_order() -> None:
    form = complete(make_paper()) | second_address(
        author="ada  muster", email="ada@old.example.org"
    )
    report = submitted(make_user(), form)
    rows = list(report.addresses.values_list("author_position", "rank", "email"))
    assert rows == [(1, 1, "ada@lab.example.org"), (1, 2, "ada@old.example.org")]


@pytest.mark.parametrize("author", ["Dora Fremd", "4", "0", "Ada"])
def test_an_author_that_the_paper_does_not_have_is_asked_back(author: str) -> None:
    (sentence,) = problems(complete(make_paper(), address__0__author=author))
    assert sentence.startswith("The paper has ")


@pytest.mark.parametrize(
    ("author", "position"), [("Ada  muster", 1), ("3", 3), ("3.", 3), ("李雷", 4), ("STRASSE", 5)]
)
def test_an_author_is_known_by_name_or_number(author: str, position: int) -> None:
    names = ["Ada Muster", "Wei Li", "Wei  Li", "李雷", "Straße"]
    assert identity.position_of(" ".join(author.split()), names) == position


def test_authors_of_one_name_are_told_apart_by_number() -> None:
    with pytest.raises(ValueError, match="several authors of this name: write the number, 2 or 3"):
        identity.position_of("wei li", ["Ada Muster", "Wei Li", "Wei  Li"])


def test_no_address_is_said_on_purpose() -> None:
    paper, user = make_paper(), make_user()
    form = complete(
        paper, address__0__author="", address__0__email="", address__0__source="",
        address__0__source_url="",
    )  # fmt: skip
    assert problems(form, user) == [
        "Add an author's e-mail address, or say that you looked and found none."
    ]
    assert problems(form | {"no_address": "on"}, user) == []
    matched = {"outcome": "matched", "claim-0-runs": "93.1 93.2"}
    assert problems(form | matched, user) == []
    assert submitted(user, form | {"no_address": "on"}).addresses.count() == 0
