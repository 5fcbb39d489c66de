"""Loading the sample: once, whole, and never into a registry of real papers."""

import threading
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from local.run import SIGN_IN
from registry.models import Paper
from reports.models import Report
from reports.states import State
from sample.load import Refused, load
from tests.registry.builders import paper
from tests.sample.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
SATURDAY = datetime(2026, 12, 26, 23, 59, tzinfo=UTC)
ROOMS = ("accounts", "registry", "reports", "notifications")


def how_many() -> dict[str, int]:
    """The rows of every table of the rooms."""
    return {
        model._meta.label: model._default_manager.count()
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


def assert_the_stories_end_as_told() -> None:
    """In every state there is, and three papers on the list."""
    assert set(Report.objects.values_list("state", flat=True)) == set(State)
    assert Paper.objects.filter(listed_at__isnull=False).count() == 3


@pytest.mark.django_db(transaction=True)
def test_it_is_loaded_once_by_two_at_once_and_ends_as_told_on_any_day_and_in_trial_mode_too(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    """On another day than tests/sample; a second run adds nothing."""
    settings.TRIAL_MODE = True
    User.objects.create_user("moderator@example.org")  # who tried to sign in before
    start = threading.Barrier(2)
    loaded: list[bool] = []

    def one() -> None:
        start.wait()
        loaded.append(load(clock=lambda: SATURDAY))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(loaded) == [False, True]
    assert_the_stories_end_as_told()
    paper("What a person entered while trying")
    before = how_many()
    call_command("load_sample")
    assert capsys.readouterr().out == "The sample is here already.\n"
    assert how_many() == before
    moderates = User.objects.filter(email__in=dict(SIGN_IN).values()).order_by("email")
    assert [(user.email, user.is_staff) for user in moderates] == [
        ("moderator@example.org", True), ("reporter@example.org", False),
        ("second@example.org", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code"), [([], 1), (["--refusal-code", "3"], 3)])
def test_a_registry_with_other_papers_is_left_alone(arguments: list[str], code: int) -> None:
    paper("A real one")
    before = how_many()
    with pytest.raises(CommandError) as refused:
        call_command("load_sample", *arguments)
    assert refused.value.returncode == code
    assert str(refused.value) == (
        "This database holds papers that are not of the sample, and made-up papers are never "
        "mixed into a registry. Use an empty database for the sample."
    )
    assert how_many() == before


def test_it_is_not_loaded_where_mail_goes_to_a_real_server(settings: Settings) -> None:
    settings.MAIL_STAYS_HERE = False
    with pytest.raises(Refused, match="mail goes to a real server here"):
        load(clock=lambda: NOW)
    assert not Paper.objects.exists()
