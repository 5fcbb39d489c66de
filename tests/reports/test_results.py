"""Claimed against obtained: means, deviations, intervals, and where they lie."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import results
from reports.findings import finding, interval_finding
from reports.results import Comparison, Interval, Reach, Verdict

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


@pytest.mark.parametrize(
    "runs", [[], [float("nan")], [1.0, float("inf")], [1e200, 1.0], [-1e101], [1.0] * 10_001]
)
def test_runs_without_sense_are_refused(runs: list[float]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        results.of_runs(runs)


def test_ten_thousand_runs_are_fine() -> None:
    obtained = results.of_runs([93.0, 94.0] * 5_000)
    assert (obtained.mean, obtained.n) == (93.5, 10_000)
    assert obtained.deviation == pytest.approx(0.5 * math.sqrt(10_000 / 9_999), rel=1e-14)


@pytest.mark.parametrize(
    ("mean", "deviation", "n", "words"),
    [
        (93.1, 0.4, 0, "The number of runs is at least 1 and at most 1,000,000."),
        (93.1, 0.4, 1_000_001, "The number of runs is at least 1 and at most 1,000,000."),
        (93.1, float("inf"), 3, "not a value that can be compared"),
        (2e100, 0.4, 3, "not a value that can be compared"),
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


def compare(
    claimed: float, obtained: float, tolerance: float | None, higher: bool = True
) -> Comparison:
    """One run against a claim."""
    return results.compare(
        claimed=claimed,
        obtained=results.of_runs([obtained]),
        tolerance=tolerance,
        higher_is_better=higher,
    )


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
    assert compare(claimed, obtained, tolerance, higher).verdict is verdict


def test_differences_are_absolute_and_relative_to_the_size_of_the_claim() -> None:
    comparison = compare(-4.0, -5.0, None, False)
    assert (comparison.difference, comparison.relative) == (-1.0, -0.25)
    comparison = compare(0.0, 1.0, 2.0)
    assert (comparison.difference, comparison.relative) == (1.0, None)


@pytest.mark.parametrize(("claimed", "obtained"), [(5e-324, 1e100), (1e-300, -1e50)])
def test_a_share_that_no_number_holds_is_none(claimed: float, obtained: float) -> None:
    assert compare(claimed, obtained, 1.0).relative is None


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ValueError, match="A tolerance is not negative"):
        compare(1.0, 1.0, -0.1)


@given(VALUES, VALUES, st.floats(min_value=0, max_value=1e6), st.booleans())
def test_turning_all_signs_turns_nothing_else(
    claimed: float, obtained: float, tolerance: float, higher: bool
) -> None:
    here = compare(claimed, obtained, tolerance, higher)
    there = compare(-claimed, -obtained, tolerance, not higher)
    assert here.verdict is there.verdict
    assert here.difference == -there.difference


def test_the_interval_of_a_mean_is_that_of_student() -> None:
    """The example of the NIST handbook, 1.3.5.2 (ZARR13): 195 values, 95 % from 9.258 to 9.265."""
    obtained = results.of_summary(9.261460, 0.022789, 195)
    assert obtained.interval is not None
    assert obtained.interval.low == pytest.approx(9.258242, abs=1e-6)
    assert obtained.interval.high == pytest.approx(9.264679, abs=1e-6)


def test_one_run_has_no_interval_and_equal_runs_an_empty_one() -> None:
    assert results.of_runs([93.1]).interval is None
    assert results.of_summary(93.1, None, 5).interval is None
    assert results.of_runs([0.1] * 7).interval == Interval(low=0.1, high=0.1)


@pytest.mark.parametrize(
    ("runs", "tolerance", "reach"),
    [
        ([93.0, 93.1, 93.2], 0.5, Reach.INSIDE),
        ([90.0, 90.1, 90.2], 0.5, Reach.OUTSIDE),
        ([96.0, 96.1, 96.2], 0.5, Reach.OUTSIDE),
        ([92.4, 92.6, 92.8], 0.5, Reach.ACROSS),
        ([83.1, 103.1], 0.5, Reach.ACROSS),  # the tolerance lies inside the interval
        ([93.1, 93.1], 0.0, Reach.INSIDE),
        ([93.0, 93.2], 0.0, Reach.ACROSS),
        ([93.0, 93.1], None, None),
        ([93.1], 0.5, None),
    ],
)
def test_where_the_interval_lies(
    runs: list[float], tolerance: float | None, reach: Reach | None
) -> None:
    comparison = results.compare(
        claimed=93.1, obtained=results.of_runs(runs), tolerance=tolerance, higher_is_better=True
    )
    assert comparison.reach is reach


@pytest.mark.parametrize(
    ("claimed", "obtained", "tolerance", "higher", "words"),
    [
        (93.1, 91.0, 0.5, True, "below the claim by 2.1, more than the tolerance of 0.5"),
        (20.0, 25.0, 1.0, False, "above the claim by 5, more than the tolerance of 1"),
        (9.0, 9.5, 0.1, True, "above the claim by 0.5, more than the tolerance of 0.1, and better"),
        (93.1, 92.8, 0.5, True, "below the claim by 0.3, within the tolerance of 0.5"),
        (93.1, 93.6, 0.5, True, "above the claim by 0.5, within the tolerance of 0.5"),
        (0.3, 0.1 + 0.2, 0.0, True, "equal to the claim"),
        (0.0, 0.0, None, True, "equal to the claim"),
        (93.1, 93.0, 0.0, True, "below the claim by 0.1, where no difference is tolerated"),
        (93.1, 93.0, None, True, "below the claim by 0.1; no tolerance is given"),
        (0.0, -0.50001, 0.5, True, "below the claim by 0.50001, more than the tolerance of 0.5"),
    ],
)  # fmt: skip
def test_what_was_found_is_said_in_words(
    claimed: float, obtained: float, tolerance: float | None, higher: bool, words: str
) -> None:
    assert finding(compare(claimed, obtained, tolerance, higher)) == words


EXTREME = st.one_of(
    st.floats(-results.LARGEST, results.LARGEST),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-300, 1e-308, 1e100, -1e100, 1e16, 1e16 + 2]),
)


@given(st.lists(EXTREME, min_size=1, max_size=6), EXTREME, st.none() | EXTREME.map(abs))
def test_no_value_that_is_taken_breaks_the_statistics(
    runs: list[float], claimed: float, tolerance: float | None
) -> None:
    obtained = results.of_runs(runs)
    assert min(runs) <= obtained.mean <= max(runs)
    comparison = results.compare(
        claimed=claimed, obtained=obtained, tolerance=tolerance, higher_is_better=True
    )
    assert comparison.relative is None or math.isfinite(comparison.relative)
    assert (comparison.interval is None) == (len(runs) == 1)
    if comparison.interval is not None:
        assert comparison.interval.low <= obtained.mean <= comparison.interval.high
    assert finding(comparison)
    assert bool(interval_finding(comparison)) == (len(runs) > 1 and tolerance is not None)
