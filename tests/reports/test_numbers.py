"""Numbers as people of all countries write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers
from reports.pasted import read_runs

VALUES = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


def numbers_in(text: str) -> list[float]:
    return [value.number for value in read_runs(text)]


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
        ("1,234 0,931", [1.234, 0.931]),
        ("1,234 2.5", [1234.0, 2.5]),
        ("93.1,93.4", [93.1, 93.4]),
        ("1’234.5 1'300", [1234.5, 1300.0]),
        ("12\u2009345\u2009678,5", [12345678.5]),
        ("٩٣٫١ ۹۲٫۸", [93.1, 92.8]),
        ("९३.१", [93.1]),
        ("93.1(4) 92(3) 0.931(12)e-2", [93.1, 92.0, 0.00931]),
        ("93.1 (0.4)", [93.1]),
        ("93,1 (0,4)", [93.1]),
        ("100 200 300", [100.0, 200.0, 300.0]),
    ],
)
def test_pasted_numbers_are_read(text: str, values: list[float]) -> None:
    assert numbers_in(text) == values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,234", "“1,234” can be read in two ways: write 1234 or 1.234."),
        ("1,2,3", "“1,2,3” is not one number: put a space or a ; between numbers."),
        ("0,931 93.1", "“93.1” and “0,931” have different decimal marks: write all with a point."),
        ("0,931 1.234", "“1.234” can be read in two ways: write 1234 or 1,234."),
        (
            "12 345",
            "“12 345” can be read in two ways: write 12345, or put each number on a line of its "
            "own.",
        ),
        (
            "1\u00a0234,5",
            "“1\u00a0234” can be read in two ways: write 1234, or put each number on a line of its "
            "own.",
        ),
        ("1'23", "“1'23” is not one number: put a space or a ; between numbers."),
        ("1,234(5)", "“1,234” can be read in two ways: write 1234 or 1.234."),
        ("93.1 (4)", "“(4)” is not a number: write it like 93.1."),
        ("9.31e1(4)", "“9.31e1(4)” is not a number: write it like 93.1."),
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
        numbers_in(text)
    assert str(caught.value) == sentence


@given(st.text(max_size=60))
def test_any_text_gives_finite_numbers_or_a_sentence(text: str) -> None:
    try:
        values = numbers_in(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert all(math.isfinite(value) for value in values)


@given(st.lists(VALUES, max_size=20))
def test_numbers_written_by_python_are_read_back(values: list[float]) -> None:
    assert numbers_in(" ".join(map(repr, values))) == values


def test_a_claimed_value_may_carry_its_spread() -> None:
    assert numbers.parse_value("93.1 ± 0.4 %") == (93.1, 0.4)
    assert numbers.parse_value("93.1(4)") == (93.1, 0.4)
    assert numbers.parse_value("93.12 (0.34)") == (93.12, 0.34)
    assert numbers.parse_value("−1.20(15)e-3") == (-0.0012, 0.00015)
    assert numbers.parse_value("５(1)") == (5.0, 1.0)
    assert numbers.parse_value("0,931") == (0.931, None)
    with pytest.raises(ValueError, match="Write a number"):
        numbers.parse_value("  ")


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
    assert numbers.shown(value) == text


@pytest.mark.parametrize(
    ("mean", "deviation", "text"),
    [
        (90.16666666666667, 0.30550504633, "90.167 ± 0.306"),
        (90.0, 0.25, "90 ± 0.25"),
        (0.931, None, "0.931"),
        (0.931, 0.0, "0.931 ± 0"),
        (123456.789, 2345.6, "123460 ± 2350"),
        (1.23456789e-7, 4.5e-9, "1.2346e-07 ± 4.5e-09"),
        (-0.00012345, 0.0123, "−0.0001 ± 0.0123"),
        (1e20, 1e3, "1e+20 ± 1000"),
        (-0.0004, 5.0, "0 ± 5"),
    ],
)
def test_a_mean_has_the_places_of_its_deviation(
    mean: float, deviation: float | None, text: str
) -> None:
    assert numbers.with_deviation(mean, deviation) == text
