"""Two windows, or a double click, with the same file or about the same draft at the same moment."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from reports import answers, files, services
from reports.models import Answer, File
from tests.reports import stages
from tests.reports.race import ORDERS, race
from tests.reports.stages import NOW
from tests.reports.test_files import Sent, draft_of, on
from tests.reports.typed import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disk(tmp_path: Path, settings: Settings) -> Path:
    own = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = {**settings.STORAGES, "uploads": own}
    return tmp_path


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_file_sent_twice_at_once_is_there_once(disk: Path, order: str) -> None:
    report = draft_of(make_user())

    def send() -> files.Attached:
        return files.attach_to_report(
            report_id=report.pk, user=report.reporter, uploads=[Sent()], now=NOW
        )

    one, two = race(order, send, send)
    assert one.files == two.files == [File.objects.get()]
    assert one.refused == two.refused == []
    assert len(on(disk)) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_the_last_place_is_taken_once(disk: Path, order: str, settings: Settings) -> None:
    settings.FILES_MAX = 1
    report = draft_of(make_user())

    def send(content: bytes) -> files.Attached:
        return files.attach_to_report(
            report_id=report.pk, user=report.reporter, uploads=[Sent(content)], now=NOW
        )

    done = race(order, lambda: send(b"one"), lambda: send(b"two"))
    assert sorted(len(one.files) for one in done) == [0, 1]
    assert File.objects.count() == len(on(disk)) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_answer_sent_twice_at_once_has_its_file_once(disk: Path, order: str) -> None:
    with transaction.atomic():
        report = stages.asked()
    contact, key = stages.contact_of(report), uuid4()

    def send() -> Answer:
        done = files.attach_to_answer(
            contact_id=contact.pk, form_key=key, uploads=[Sent()], now=NOW
        )
        return answers.give_answer(
            contact_id=contact.pk, kind="explains", text="See the log.", url="", name="Ada",
            role="", form_key=key, file_ids=[file.pk for file in done.files], now=NOW,
        )  # fmt: skip

    one, two = race(order, send, send)
    assert one == two and one.files.count() == File.objects.count() == len(on(disk)) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_a_file_and_the_end_of_its_draft_leave_nothing(disk: Path, order: str) -> None:
    report = draft_of(make_user())

    def send() -> files.Attached:
        return files.attach_to_report(
            report_id=report.pk, user=report.reporter, uploads=[Sent()], now=NOW
        )

    race(order, send, lambda: services.discard_draft(report_id=report.pk, user=report.reporter))
    assert not File.objects.exists() and on(disk) == []
