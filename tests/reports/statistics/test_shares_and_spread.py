"""Wilson's interval, quartiles and bars of differences."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reports.statistics.shares import wilson
from reports.statistics.spread import spread_of


def test_the_interval_is_that_of_wilson_by_hand() -> None:
    # 7 of 10: (0.7 + 3.8415/20) / 1.38415 = 0.64450; half 1.96 * sqrt(0.021 + 0.0096037) / 1.38415
    share = wilson(7, 10)
    assert (share.value, round(share.low, 4), round(share.high, 4)) == (0.7, 0.3968, 0.8922)


def test_all_intervals_up_to_sixty_are_those_of_scipy() -> None:
    for of in range(1, 61):
        for some in range(of + 1):
            own = wilson(some, of)
            other = stats.binomtest(some, of).proportion_ci(method="wilson")
            assert (own.low, own.high) == pytest.approx((other.low, other.high), abs=1e-12)


@pytest.mark.parametrize(("some", "of"), [(1, 0), (0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(some: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(some, of)


def test_quartiles_are_those_of_numpy() -> None:
    rng = random.Random(7)
    for size in range(2, 60):
        values = [rng.gauss(0, 0.2) for _ in range(size)]
        spread = spread_of(values)
        assert [spread.lower, spread.median, spread.upper] == pytest.approx(
            list(np.quantile(values, [0.25, 0.5, 0.75]))
        )


def test_bars_have_ten_on_each_side_and_one_beyond() -> None:
    spread = spread_of([0.0, -0.001, -0.05, 0.049, -0.3, *[0.01] * 60])
    assert spread.reach == 0.05
    bars = {(bar.low, bar.high): bar.count for bar in spread.bars if bar.count}
    assert bars == {
        (None, -0.05): 1, (-0.05, -0.045): 1, (-0.005, 0.0): 1, (0.0, 0.005): 1,
        (0.01, 0.015): 60, (0.045, 0.05): 1,
    }  # fmt: skip
    assert len(spread.bars) == 22


@given(st.lists(st.floats(-1e100, 1e100), min_size=2))
def test_every_difference_is_in_one_bar(values: list[float]) -> None:
    spread = spread_of(values)
    assert sum(bar.count for bar in spread.bars) == len(values)
    inner = spread.bars[1:-1]
    assert [bar.high for bar in inner[:-1]] == [bar.low for bar in inner[1:]]
    assert 0.0 in [bar.low for bar in inner]
