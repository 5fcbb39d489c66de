"""The sample."""

import pytest
from django.core.management import call_command

from reports.models import Report

pytestmark = pytest.mark.django_db


def test_the_sample_is_loaded_once_and_one_inquiry_is_asking(capsys) -> None:
    call_command("load_sample")
    call_command("load_sample")
    states = sorted(Report.objects.values_list("state", flat=True))
    assert states == ["asking", "published", "submitted"]
    assert capsys.readouterr().out.splitlines()[-1] == "The sample is here already."
