"""The curve of Kaplan and Meier, worked by hand, and against scipy."""

import math
import random
import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reports.statistics import survival

ASKED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def curve(answered: Iterable[int], silent: Iterable[int]) -> list[survival.Step]:
    return survival.curve(Counter(answered), Counter(silent))


def test_ten_inquiries_worked_by_hand() -> None:
    # Answers on days 3, 3, 10 and 30; five without an answer after 84 days, one after 20.
    steps = curve([3, 3, 10, 30], [20, 84, 84, 84, 84, 84])
    assert [(step.day, step.at_risk, step.answered) for step in steps] == [
        (3, 10, 2), (10, 8, 1), (30, 6, 1),
    ]  # fmt: skip
    # 8/10; 8/10 * 7/8; 8/10 * 7/8 * 5/6
    assert [step.silent for step in steps] == pytest.approx([0.8, 0.7, 0.7 * 5 / 6])
    # Greenwood after day 10: 2/(10*8) + 1/(8*7) = 0.0428571; exp(1.959964 * sqrt(.) / |log 0.7|)
    # = exp(1.137577) = 3.119; 0.7 to the power of it and of its inverse.
    assert steps[1].low == pytest.approx(0.3287, abs=1e-4)
    assert steps[1].high == pytest.approx(0.8919, abs=1e-4)


def test_the_leukaemia_trial_of_1963() -> None:
    """Freireich and others (1963), as Kalbfleisch and Prentice print it: times under 6-MP."""
    answered = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    steps = curve(answered, censored)
    assert [(step.day, step.at_risk, round(step.silent, 3)) for step in steps] == [
        (6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627),
        (22, 7, 0.538), (23, 6, 0.448),
    ]  # fmt: skip
    assert survival.median(steps) == 23


def test_a_thousand_random_cohorts_are_those_of_scipy() -> None:
    rng = random.Random(20260302)
    for _ in range(1000):
        answered = [rng.randint(1, 40) for _ in range(rng.randint(1, 30))]
        silent = [rng.randint(0, 60) for _ in range(rng.randint(1, 30))]
        steps = curve(answered, silent)
        sf = stats.ecdf(stats.CensoredData(uncensored=answered, right=silent)).sf
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # where it is undefined
            band = sf.confidence_interval(method="log-log")
        days = [step.day for step in steps]
        assert [step.silent for step in steps] == pytest.approx(sf.evaluate(days))
        for step in steps:
            if step.low is not None:
                assert step.low == pytest.approx(band.low.evaluate(step.day))
                assert step.high == pytest.approx(band.high.evaluate(step.day))


@given(st.lists(st.integers(1, 500), min_size=1), st.lists(st.integers(0, 500)))
def test_the_curve_falls_and_its_interval_holds_it(answered: list[int], silent: list[int]) -> None:
    steps = curve(answered, silent)
    shares = [1.0, *(step.silent for step in steps)]
    assert all(later <= earlier for earlier, later in pairwise(shares))
    for step in steps:
        assert 0 <= step.silent < 1
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.silent <= step.high <= 1


def test_without_anybody_or_an_answer_there_is_no_step() -> None:
    assert curve([], []) == curve([], [84, 90]) == []
    assert survival.median([]) is None
    assert survival.at([], 28) is None


def test_where_all_answered_there_is_no_interval() -> None:
    (step,) = curve([2, 2], [])
    assert (step.silent, step.low, step.high) == (0, None, None)


def test_what_holds_at_the_end_of_a_day_is_the_last_step_before() -> None:
    steps = curve([3, 10], [84])
    assert [step and step.day for step in (survival.at(steps, day) for day in (2, 3, 9, 10))] == [
        None, 3, 3, 10,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("span", "day", "followed"),
    [
        (timedelta(0), 1, 0),
        (timedelta(seconds=1), 1, 0),
        (timedelta(days=1), 1, 1),
        (timedelta(days=1, seconds=1), 2, 1),
        (timedelta(days=28), 28, 28),
    ],
)
def test_days_are_whole_ones(span: timedelta, day: int, followed: int) -> None:
    assert survival.day_of_answer(ASKED, ASKED + span) == day
    assert survival.days_followed(ASKED, ASKED + span) == followed


def test_the_sum_of_greenwood_is_that_of_one_inquiry_a_day() -> None:
    steps = curve(range(1, 51), [100] * 50)
    share = steps[-1].silent  # without censoring it is a plain share, and its variance binomial
    assert share == pytest.approx(0.5)
    half = 1.959963984540054 * math.sqrt(share * (1 - share) / 100) / share / abs(math.log(share))
    assert steps[-1].low == pytest.approx(share ** math.exp(half))
