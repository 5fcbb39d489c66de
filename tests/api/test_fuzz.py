"""Whatever is asked, the answer is as the description of the API says.

Its own library for pytest is not used (pyproject.toml): it is not ready for pytest 9.
"""

import os
from collections.abc import Iterator
from itertools import product

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from config.api.schema import schema
from config.wsgi import application
from tests.reports import stages

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
FEW = 15
EXAMPLES = 500 if os.environ.get("PROOF") else FEW
API = schemathesis.openapi.from_dict(schema())
API.app = application
OPERATIONS = {found.ok().label: found.ok() for found in API.get_all_operations()}


TOO_MUCH = {
    # Not every text is a bibliography.
    "POST /api/v1/check": [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The server looks into the test's transaction, so it may not end it after a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("label", "mode"),
    [
        (label, mode)
        for label, mode in product(OPERATIONS, GenerationMode)
        if label != "GET /api/v1/" or mode.is_positive  # nothing can be asked wrongly there
    ],
)
def test_every_answer_is_as_described(label: str, mode: GenerationMode) -> None:
    """What is sensible is answered, and what is not is refused, both as described."""
    stages.lapsed()
    stages.disputed()

    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == FEW, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: schemathesis.Case) -> None:
        cache.clear()
        case.call_and_validate(excluded_checks=TOO_MUCH.get(label, []))

    ask()
