"""Which dumps stay."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.dumps import folder

FIRST = date(2026, 1, 1)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sets(st.integers(0, 900), max_size=60))
def test_two_weeks_and_the_first_of_each_month_are_kept(numbers: set[int]) -> None:
    days = {FIRST + timedelta(days=number) for number in numbers}
    today = max(days, default=FIRST)
    stay = folder.kept(days, today)
    assert stay <= days
    for day in days:
        first = min(other for other in days if (other.year, other.month) == (day.year, day.month))
        assert (day in stay) == (day == first or (today - day).days < 14)
