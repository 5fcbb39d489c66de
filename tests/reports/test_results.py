"""Claimed against obtained, and reading what people paste."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import results
from reports.results import Verdict

VALUES = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


def test_the_deviation_is_that_of_a_sample() -> None:
    obtained = results.of_runs([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert obtained.mean == 5.0
    assert obtained.n == 8
    assert obtained.deviation == pytest.approx(math.sqrt(32 / 7), rel=1e-12)


def test_one_run_has_a_mean_and_no_deviation() -> None:
    assert results.of_runs([93.1]) == results.Obtained(mean=93.1, deviation=None, n=1)


def test_equal_runs_deviate_by_nothing() -> None:
    assert results.of_runs([0.1, 0.1, 0.1]).deviation == 0.0


@pytest.mark.parametrize("runs", [[], [float("nan")], [1.0, float("inf")], [1e200, 1.0]])
def test_runs_without_sense_are_refused(runs: list[float]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        results.of_runs(runs)


@pytest.mark.parametrize(
    ("mean", "deviation", "n", "words"),
    [
        (93.1, 0.4, 0, "The number of runs is at least 1."),
        (93.1, -0.4, 3, "A spread is not negative."),
        (93.1, 0.4, 1, "One run has no spread"),
        (float("nan"), None, 1, "not a value that can be compared"),
    ],
)
def test_a_summary_without_sense_is_refused(
    mean: float, deviation: float | None, n: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        results.of_summary(mean, deviation, n)


@pytest.mark.parametrize(
    ("claimed", "obtained", "tolerance", "higher", "verdict"),
    [
        (93.1, 92.6, 0.5, True, Verdict.INSIDE),  # exactly the tolerance, in binary a bit more
        (93.1, 93.6, 0.5, True, Verdict.INSIDE),
        (0.3, 0.1 + 0.2, 0.0, True, Verdict.INSIDE),
        (93.1, 92.5, 0.5, True, Verdict.WORSE),
        (93.1, 93.7, 0.5, True, Verdict.BETTER),
        (20.0, 25.0, 1.0, False, Verdict.WORSE),
        (20.0, 15.0, 1.0, False, Verdict.BETTER),
        (-3.2, -4.2, 0.5, True, Verdict.WORSE),
        (93.1, 10.0, None, True, None),
    ],
)
def test_where_the_mean_lies_depends_on_tolerance_and_direction(
    claimed: float, obtained: float, tolerance: float | None, higher: bool, verdict: Verdict | None
) -> None:
    comparison = results.compare(
        claimed=claimed, obtained=obtained, tolerance=tolerance, higher_is_better=higher
    )
    assert comparison.verdict is verdict


def test_differences_are_absolute_and_relative_to_the_size_of_the_claim() -> None:
    comparison = results.compare(
        claimed=-4.0, obtained=-5.0, tolerance=None, higher_is_better=False
    )
    assert (comparison.difference, comparison.relative) == (-1.0, -0.25)
    comparison = results.compare(claimed=0.0, obtained=1.0, tolerance=2.0, higher_is_better=True)
    assert (comparison.difference, comparison.relative) == (1.0, None)


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ValueError, match="A tolerance is not negative"):
        results.compare(claimed=1.0, obtained=1.0, tolerance=-0.1, higher_is_better=True)


@given(VALUES, VALUES, st.floats(min_value=0, max_value=1e6), st.booleans())
def test_turning_all_signs_turns_nothing_else(
    claimed: float, obtained: float, tolerance: float, higher: bool
) -> None:
    here = results.compare(
        claimed=claimed, obtained=obtained, tolerance=tolerance, higher_is_better=higher
    )
    there = results.compare(
        claimed=-claimed, obtained=-obtained, tolerance=tolerance, higher_is_better=not higher
    )
    assert here.verdict is there.verdict
    assert here.difference == -there.difference


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        (" \n ", []),
        ("93.1", [93.1]),
        ("0,931", [0.931]),
        ("93,1; 93,4", [93.1, 93.4]),
        ("93.1%", [93.1]),
        ("93.1 %", [93.1]),
        ("93.1 ± 0.4", [93.1]),
        ("93.1 +- 0.4\n92.0+/-0.3", [93.1, 92.0]),
        (r"93.1$\pm$0.4", [93.1]),
        ("93.1\n93.4\n92.8\n", [93.1, 93.4, 92.8]),
        ("93.1 93.4\t92.8", [93.1, 93.4, 92.8]),
        ("[93.1, 93.4, 92.8]", [93.1, 93.4, 92.8]),
        ("-0.5 +0.3 −2", [-0.5, 0.3, -2.0]),
        ("1e-5;1.5E3", [0.00001, 1500.0]),
        (".5 5.", [0.5, 5.0]),
        ("９３．１％；９２．８、９２．９", [93.1, 92.8, 92.9]),
        ("1,234,567", [1234567.0]),
        ("1,234.5", [1234.5]),
        ("1.234,5", [1234.5]),
        ("1.234.567", [1234567.0]),
        ("12\u202f345.6", [12345.6]),
        ("1.234", [1.234]),
    ],
)
def test_pasted_numbers_are_read(text: str, values: list[float]) -> None:
    assert results.parse_numbers(text) == values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,234", "“1,234” can be read in two ways: write 1234 or 1.234."),
        ("93.1,93.4", "“93.1,93.4” is not one number: put a space or a ; between numbers."),
        ("1,2,3", "“1,2,3” is not one number: put a space or a ; between numbers."),
        ("93.1 NaN", "“NaN” is no value: leave out runs that gave none, and say so."),
        ("-inf", "“-inf” is no value: leave out runs that gave none, and say so."),
        ("1e999", "“1e999” is larger than any measured value: check it."),
        ("about 93", "“about” is not a number: write it like 93.1."),
        ("1_000", "“1_000” is not a number: write it like 93.1."),
        ("10²", "“10²” is not a number: write it like 93.1."),
        ("0x1f", "“0x1f” is not a number: write it like 93.1."),
        ("93.1 ±", "“93.1±” lacks a number: write it like 93.1 ± 0.4."),
        ("93.1 ± -0.4", "A spread is not negative."),
        ("1 " * 10_001, "More than 10,000 values: give mean, spread and number of runs."),
    ],
)
def test_what_cannot_be_read_is_asked_back(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        results.parse_numbers(text)
    assert str(caught.value) == sentence


@given(st.text(max_size=60))
def test_any_text_gives_finite_numbers_or_a_sentence(text: str) -> None:
    try:
        values = results.parse_numbers(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert all(math.isfinite(value) for value in values)


@given(st.lists(VALUES, max_size=20))
def test_numbers_written_by_python_are_read_back(values: list[float]) -> None:
    assert results.parse_numbers(" ".join(map(repr, values))) == values


def test_a_claimed_value_may_carry_its_spread() -> None:
    assert results.parse_value("93.1 ± 0.4 %") == (93.1, 0.4)
    assert results.parse_value("0,931") == (0.931, None)
    with pytest.raises(ValueError, match="Write a number"):
        results.parse_value("  ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (93.1, "93.1"),
        (0.5000000000000071, "0.5"),
        (-0.4, "−0.4"),
        (1234567.0, "1234567"),
        (0.00001234567, "0.00001234567"),
        (0.0, "0"),
        (1e20, "1e+20"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_numbers_are_shown_as_people_write_them(value: float, text: str) -> None:
    assert results.shown(value) == text
