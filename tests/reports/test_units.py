"""Per cent beside fractions is asked back, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.units import TICK, question


def asked(
    claimed: float,
    mean: float,
    metric: str = "accuracy",
    tolerance: float | None = None,
    runs: list[float] | None = None,
) -> str:
    return question(metric=metric, claimed=claimed, mean=mean, tolerance=tolerance, runs=runs or [])


def test_both_readings_are_offered() -> None:
    assert asked(93.1, 0.931, "accuracy, %") == (
        "The claim is 93.1 and your mean 0.931: one looks like per cent and the other like a "
        "fraction. If your mean is 93.1 in the unit of the claim, write your values so; if 0.931 "
        f"is right, {TICK}."
    )
    assert "If your mean is 0.902 in the unit" in asked(0.931, 90.2)


@pytest.mark.parametrize(
    ("claimed", "mean"),
    [(93.1, 0.931), (0.931, 93.1), (93.1, 0.35), (76.0, 0.9), (0.05, 4.7), (-0.3, -31.0), (1, 99)],
)  # fmt: skip
def test_a_value_and_its_hundredfold_are_asked_about(claimed: float, mean: float) -> None:
    assert asked(claimed, mean)


@pytest.mark.parametrize(
    ("claimed", "mean", "metric"),
    [
        (93.1, 90.2, "accuracy, %"),
        (0.931, 0.902, "accuracy"),
        (76.1, 0.1, "top-1 accuracy, %"),  # guessing among a thousand classes
        (0.9, 3.8, "expected calibration error, %"),
        (93.1, -0.931, "R²"),
        (0.0, 93.1, "accuracy"),
        (93.1, 0.0, "accuracy"),
        (5e-324, 1e-322, "accuracy"),
        (150.0, 1.5, "score"),  # more than a hundred is no share
        (2.3, 0.023, "validation loss"),
        (50.0, 0.5, "mean reward"),
        (80.0, 0.8, "time a step, s"),
        (40.0, 0.4, "Perplexity"),
        (90.0, 0.9, "test MSE"),
        (12.0, 0.12, "FID"),
    ],
)
def test_other_differences_are_no_slip_of_the_unit(
    claimed: float, mean: float, metric: str
) -> None:
    assert asked(claimed, mean, metric) == ""


@pytest.mark.parametrize(
    ("claimed", "mean", "tolerance", "other"),
    [(93.1, 90.2, 0.005, 0.5), (93.1, 90, 0.04, 4), (0.93, 0.9, 0.5, 0.005), (0.05, 0.1, 1, 0.01)],
)  # fmt: skip
def test_a_tolerance_in_the_other_unit_is_asked_about(
    claimed: float, mean: float, tolerance: float, other: float
) -> None:
    sentence = asked(claimed, mean, tolerance=tolerance)
    assert f"If you mean {other:g} in the unit of the claim, write that; if {tolerance:g} is" in (
        sentence
    )


@pytest.mark.parametrize(
    ("claimed", "mean", "tolerance", "metric"),
    [
        (93.1, 90.2, 0.5, "accuracy"),
        (93.1, 90.2, 0.05, "accuracy"),
        (93.1, 90.2, 0.0, "accuracy"),
        (93.1, 90.2, None, "accuracy"),
        (0.931, 0.902, 0.02, "accuracy"),
        (0.05, 0.31, 0.02, "largest relative error"),
        (0.9, 0.8, 0.5, "error, %"),
        (0.9, 0.8, 0.5, "training loss"),
        (1.5, 1.6, 0.02, "error, %"),
        (3400.0, 3000.0, 1.0, "score"),
    ],
)
def test_tolerances_that_people_choose_are_not(
    claimed: float, mean: float, tolerance: float | None, metric: str
) -> None:
    assert asked(claimed, mean, metric, tolerance) == ""


def test_runs_in_two_units_are_asked_about() -> None:
    sentence = asked(93.1, 47.0, runs=[0.931, 93.2, 0.928])
    assert sentence.startswith("Your values hold 0.928 and 93.2: some look like a fraction")
    assert asked(93.1, 46.7, runs=[93.1, 0.3]) == ""  # a run that failed
    assert asked(50.0, 37.0, runs=[0.9, 4.0, 60.0, 83.0]) == ""


FLOATS = st.floats(-1e100, 1e100)


@given(FLOATS, FLOATS, st.none() | st.floats(0, 1e100), st.lists(FLOATS, max_size=4))
def test_any_values_are_taken(
    claimed: float, mean: float, tolerance: float | None, runs: list[float]
) -> None:
    sentence = asked(claimed, mean, tolerance=tolerance, runs=runs)
    assert not sentence or sentence.endswith(f"{TICK}.")
