"""Claimed against obtained on one line."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.plot import Mark, draw
from reports.results import LARGEST, of_runs, of_summary
from reports.scale import Span

values = st.floats(-LARGEST, LARGEST)


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_places_are_shares_of_the_width_between_free_ends() -> None:
    plot = draw(100, of_runs([0, 0]), [0, 0], None)
    assert plot is not None
    assert plot.claimed == Mark(x="94.00%", words="claimed 100", anchor="end")
    assert plot.obtained == Mark(x="6.00%", words="obtained 0", anchor="start")
    assert [(tick.x, tick.words) for tick in plot.ticks] == [
        ("6.00%", "0"), ("50.00%", "50"), ("94.00%", "100")
    ]  # fmt: skip


def test_tolerance_spread_and_interval_are_stretches() -> None:
    plot = draw(50, of_summary(50, 10, 4), [], 50, 25)
    assert plot is not None
    assert plot.tolerance == Span(x="6.00%", width="88.00%", end="94.00%")
    assert plot.claimed_spread == Span(x="28.00%", width="44.00%", end="72.00%")
    assert plot.interval == Span(x="36.00%", width="28.01%", end="64.00%")  # 50 ± 3.182 * 10 / 2
    assert plot.obtained.anchor == "middle"


def test_words_and_table_say_what_is_drawn() -> None:
    runs = [90.1, 90.5, 89.9]
    plot = draw(93.1, of_runs(runs), runs, 0.5, 0.2)
    assert plot is not None
    assert plot.facts == [
        ("Claimed", "93.1 ± 0.2"),
        ("Within the tolerance", "92.6 to 93.6"),
        ("Obtained", "90.167, mean of 3 runs"),
        ("Runs", "89.9 to 90.5"),
        ("Sample standard deviation", "0.306"),
        ("95 % interval of the mean", "89.408 to 90.926"),
    ]
    assert plot.words == "; ".join(f"{name}: {value}" for name, value in plot.facts)


def test_one_run_has_no_dots_beside_its_mark() -> None:
    plot = draw(1, of_runs([2]), [2], None)
    assert plot is not None
    assert (plot.runs, plot.interval) == ([], None)
    assert plot.words == "Claimed: 1; Obtained: 2, one run; 95 % interval of the mean: none for one run"  # noqa: E501  # fmt: skip


def test_a_tolerance_of_nothing_is_a_point() -> None:
    plot = draw(1, of_runs([2, 3]), [2, 3], 0.0)
    assert plot is not None
    assert plot.tolerance is None
    assert ("Within the tolerance", "1 alone") in plot.facts


def test_values_that_differ_late_are_told_apart() -> None:
    plot = draw(1234.56, of_runs([1234.6]), [1234.6], None)
    assert plot is not None
    assert (plot.claimed.words, plot.obtained.words) == ("claimed 1234.56", "obtained 1234.6")
    assert len(plot.ticks) > 1


@pytest.mark.parametrize("value", [0, 93.1, -4e-300])
def test_equal_values_stand_in_the_middle(value: float) -> None:
    plot = draw(value, of_runs([value]), [value], None)
    assert plot is not None
    assert (plot.claimed.x, plot.obtained.x) == ("50.00%", "50.00%")


def test_many_runs_are_bars_of_which_none_is_left_out() -> None:
    runs = [90.0] * 9_000 + [91.0] * 990 + [99.0] * 10
    plot = draw(93, of_runs(runs), runs, 0.5)
    assert plot is not None
    assert plot.runs == []
    assert len(plot.bars) == 3
    heights = [float(bar.height) for bar in plot.bars]
    assert heights == [28.0, 3.1, 1.0]  # one that is hardly anything is still seen
    assert [float(bar.y) + float(bar.height) for bar in plot.bars] == pytest.approx([68] * 3)


@example(0.0, [5e-324], None, None)
@example(1e-290, [-1e-290], 1e-300, 1e-300)
@example(1e16, [1e16 + 2, 1e16 + 4], 1.0, None)
@example(1e100, [-1e100, 1e100], 1e100, 1e100)
@example(0.0, [1.0] * 200, None, None)
@given(
    values,
    st.lists(values, min_size=1, max_size=5),
    st.none() | st.floats(0, LARGEST),
    st.none() | st.floats(0, LARGEST),
)
def test_everything_lies_on_the_drawing(
    claimed: float, runs: list[float], tolerance: float | None, spread: float | None
) -> None:
    plot = draw(claimed, of_runs(runs), runs, tolerance, spread)
    assert plot is not None
    places = [plot.claimed.x, plot.obtained.x, *plot.runs, *(tick.x for tick in plot.ticks)]
    for span in (plot.tolerance, plot.claimed_spread, plot.interval, *plot.bars):
        places += [span.x] if span else []
        assert span is None or 0 <= share(span.width) <= 88.01
    assert all(5.99 <= share(place) <= 94.01 for place in places)
    words = [tick.words for tick in plot.ticks]
    assert len(set(words)) == len(words) <= 5
