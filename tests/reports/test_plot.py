"""Claimed against obtained on one line."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.plot import Mark, Span, draw
from reports.results import LARGEST, of_runs, of_summary

values = st.floats(-LARGEST, LARGEST)


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_places_are_shares_of_the_width_between_free_ends() -> None:
    plot = draw(100, of_runs([0, 0]), [0, 0], None)
    assert plot is not None
    assert plot.claimed == Mark(x="94.00%", words="claimed 100", anchor="end")
    assert plot.obtained == Mark(x="6.00%", words="obtained 0", anchor="start")
    assert plot.words == "Claimed 100, obtained 0 (the mean of 2 runs)"


def test_tolerance_and_deviation_are_stretches() -> None:
    plot = draw(50, of_summary(50, 25, 4), [], 50)
    assert plot is not None
    assert plot.tolerance == Span(x="6.00%", width="88.00%", end="94.00%")
    assert plot.deviation == Span(x="28.00%", width="44.00%", end="72.00%")
    assert plot.obtained.anchor == "middle"
    assert plot.words == "Claimed 50, obtained 50 (the mean of 4 runs), tolerance 50"


def test_one_run_has_no_dots_beside_its_mark() -> None:
    plot = draw(1, of_runs([2]), [2], None)
    assert plot is not None
    assert (plot.runs, plot.deviation, plot.words) == ([], None, "Claimed 1, obtained 2 (one run)")


@pytest.mark.parametrize("value", [0, 93.1, -4e-300])
def test_equal_values_stand_in_the_middle(value: float) -> None:
    plot = draw(value, of_runs([value]), [value], None)
    assert plot is not None
    assert (plot.claimed.x, plot.obtained.x) == ("50.00%", "50.00%")


@example(0.0, [5e-324], None)
@example(1e-290, [-1e-290], 1e-300)
@given(values, st.lists(values, min_size=1, max_size=5), st.none() | st.floats(0, LARGEST))
def test_everything_lies_on_the_drawing(
    claimed: float, runs: list[float], tolerance: float | None
) -> None:
    plot = draw(claimed, of_runs(runs), runs, tolerance)
    if plot is None:
        return
    places = [plot.claimed.x, plot.obtained.x, *plot.runs]
    for span in (plot.tolerance, plot.deviation):
        places += [span.x, span.end] if span else []
    assert all(0 <= share(place) <= 100 for place in places)
