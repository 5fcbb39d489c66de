"""Mean, deviation, interval and quantiles are those of scipy, on 10,000 random cases and all n."""

import random

import numpy as np
import pytest
from scipy import stats

from reports import results, student

MOST = 1_000_000


def case(rng: random.Random) -> list[float]:
    """Runs, also nasty ones: a huge offset under a tiny spread, tiny values, two of them."""
    n = rng.choice([2, 2, 3, 3, 4, 5, 8, 10, 20])
    spread = 10.0 ** rng.uniform(-150, 40)
    offset = spread * rng.choice([0.0, 1.0, 1e3, 1e8, 1e14]) * rng.uniform(-1, 1)
    return [offset + rng.gauss(0, spread) for _ in range(n)]


def test_ten_thousand_cases_have_the_mean_deviation_and_interval_of_scipy() -> None:
    rng = random.Random(20260301)
    cases = [case(rng) for _ in range(10_000)]
    for n in {len(runs) for runs in cases}:
        own = [results.of_runs(runs) for runs in cases if len(runs) == n]
        rows = np.array([runs for runs in cases if len(runs) == n], dtype=np.longdouble)
        apart = rows - rows[:, :1]  # exact, so that no offset hides the spread
        means = rows[:, 0] + apart.mean(axis=1)
        around = apart - apart.mean(axis=1)[:, None]
        deviations = np.sqrt((around**2).sum(axis=1) / (n - 1))
        halves = stats.t.ppf(0.975, n - 1) * deviations / np.sqrt(np.longdouble(n))
        size = np.abs(rows).max(axis=1)
        close(own, "mean", means, 4e-16 * size)
        close(own, "deviation", deviations, 1e-14 * deviations)
        lows, highs = ([getattr(one.interval, end) for one in own] for end in ("low", "high"))
        near(lows, means - halves, 1e-14 * halves + 1e-15 * size)
        near(highs, means + halves, 1e-14 * halves + 1e-15 * size)


def test_ordinary_cases_are_those_of_scipys_own_functions() -> None:
    rng = random.Random(7)
    rows = np.array([[rng.gauss(93, 0.5) for _ in range(5)] for _ in range(1_000)])
    own = [results.of_runs(list(row)) for row in rows]
    near([one.mean for one in own], stats.tmean(rows, axis=1), 1e-13)
    near([one.deviation for one in own], stats.tstd(rows, axis=1), 1e-13)
    low, high = stats.t.interval(0.95, 4, loc=rows.mean(axis=1), scale=stats.sem(rows, axis=1))
    near([one.interval.low for one in own if one.interval], low, 1e-13)
    near([one.interval.high for one in own if one.interval], high, 1e-13)


def test_quantiles_are_those_of_scipy_for_any_number_of_runs() -> None:
    rng = random.Random(11)
    degrees = [*range(1, 3_000), *(rng.randrange(1, MOST) for _ in range(10_000)), MOST]
    expected = stats.t.ppf(0.975, degrees)
    near([student.quantile(one) for one in degrees], expected, 5e-14 * expected)


def test_quantiles_fall_to_that_of_the_normal_distribution() -> None:
    values = [student.quantile(one) for one in [*range(1, 1_000), MOST]]
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(stats.norm.ppf(0.975), abs=1e-5)


def test_one_run_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="One run has no interval"):
        student.quantile(0)


def close(own: list[results.Obtained], name: str, expected: np.ndarray, within: object) -> None:
    near([getattr(one, name) for one in own], expected, within)


def near(own: list[float | None], expected: np.ndarray, within: object) -> None:
    off = np.abs(np.array(own, dtype=np.longdouble) - expected) - within
    assert float(off.max()) <= 0, f"case {off.argmax()} is off by {off.max()}"
