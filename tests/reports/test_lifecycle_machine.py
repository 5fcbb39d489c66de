"""Whole lives of reports, made up by Hypothesis: in any order, with any mail, at any time.

After each step everything of tests/reports/machine holds. `make test` lives a few; `make proof`
(PROOF=1) lives 2,000 and says what happened in them.
"""

import logging
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reports.machine.lives import Lives
from tests.reports.machine.world import DONE, People

PROOF = bool(os.environ.get("PROOF"))
SHRINK = os.environ.get("SHRINK", "1") == "1"
PARTS = 8
EXAMPLES = int(os.environ.get("EXAMPLES", "250")) if PROOF else 6
BUDGET = settings(
    max_examples=EXAMPLES,
    stateful_step_count=50 if PROOF else 30,
    phases=[Phase.generate, *([Phase.shrink] if SHRINK else [])],
    derandomize=not PROOF,
    database=None,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.proof
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS if PROOF else 1))
def test_every_listing_has_its_ground_whatever_happens(part: int) -> None:
    Lives.people = People()
    logging.disable(logging.CRITICAL)
    try:
        run_state_machine_as_test(Lives, settings=BUDGET)
    finally:
        logging.disable(logging.NOTSET)
    for what, times in sorted(DONE.items()):
        print(f"{times:7} {what}")
