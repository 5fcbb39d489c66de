"""Writing a dump: one moment, whole or not there, once at a time."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from registry.models import Paper
from reports import tasks
from reports.dumps import folder, writing
from reports.models import Report
from tests.registry import builders
from tests.reports import stages
from tests.reports.dumps.made import LATER, committed, records
from tests.reports.stages import DAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return Path(settings.DATA_DIR)


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_a_dump_a_day_and_the_oldest_go(place: Path) -> None:
    committed(stages.lapsed)
    for days in (0, 1, 25, 26, 39):
        assert writing.dump(LATER + days * DAY) is not None
        assert writing.dump(LATER + days * DAY + timedelta(hours=3)) is None
    assert names(place) == ["2027-04-06", "2027-05-01", "2027-05-02", "2027-05-15"]
    newest = folder.newest()
    assert newest is not None
    assert (newest.name, newest.counts["reports"]) == ("2027-05-15", 1)


def test_all_files_are_of_one_moment(place: Path) -> None:
    """What is committed by others while it is written is in no file of it."""
    committed(stages.lapsed)
    told: list[str] = []

    def meanwhile(name: str, number: int) -> None:
        if not told:

            def others() -> None:
                committed(builders.paper, "Came meanwhile")
                committed(stages.lapsed)
                connections.close_all()

            thread = threading.Thread(target=others)
            thread.start()
            thread.join()
        told.append(name)

    written = writing.dump(LATER, progress=meanwhile)
    assert written is not None
    assert Report.objects.count() == 2
    assert (written.counts["papers"], written.counts["reports"]) == (1, 1)
    assert written.counts["listings"] == 1
    assert len(records(written.path, "reports")) == 1


def test_it_is_read_and_nothing_is_written(place: Path) -> None:
    with writing.snapshot(), pytest.raises(Exception, match="read-only transaction"):
        Paper.objects.update(venue="x")


class Killed(BaseException):
    """As if the process had ended here."""


def test_a_run_that_is_killed_shows_nothing_and_the_next_clears_it(place: Path) -> None:
    committed(stages.lapsed)

    def die(name: str, number: int) -> None:
        if name == "reports":
            raise Killed

    with pytest.raises(Killed):
        writing.dump(LATER, progress=die)
    assert names(place) == [".writing"]
    assert folder.dumps() == []
    assert writing.dump(LATER) is not None
    assert names(place) == [LATER.date().isoformat()]


def test_a_dump_that_is_replaced_half_way_is_written_by_the_next_run(place: Path) -> None:
    assert writing.dump(LATER) is not None
    (place / LATER.date().isoformat()).rename(place / ".old")
    assert folder.newest() is None
    assert writing.dump(LATER) is not None
    assert names(place) == [LATER.date().isoformat()]


def test_two_at_once_are_one(place: Path) -> None:
    refused: list[Any] = []

    def meanwhile(name: str, number: int) -> None:
        def other() -> None:
            try:
                writing.dump(LATER)
            except writing.Busy as error:
                refused.append(str(error))
            tasks.dump_public_data()  # says so in the log, and that is all
            connections.close_all()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert writing.dump(LATER, progress=meanwhile) is not None
    assert set(refused) == {"Another process writes a dump now. Wait until it is done."}
    assert writing.dump(LATER) is None


def test_the_command_says_what_it_wrote(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed(stages.lapsed)
    call_command("dump_public_data", "--quiet")
    said = capsys.readouterr().out
    assert f"{timezone.now().date()}: 1 papers, 1 listings, 1 reports" in said
    call_command("dump_public_data", "--quiet")
    assert "there already; --again" in capsys.readouterr().out
    call_command("dump_public_data", "--quiet", "--again")
    assert "1 papers" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_named(place: Path) -> None:
    place.write_text("a file is in the way")
    with pytest.raises(CommandError, match="The dump cannot be written below"):
        call_command("dump_public_data", "--quiet")


def test_the_sweep_writes_todays(place: Path) -> None:
    tasks.dump_public_data()
    assert names(place) == [timezone.now().date().isoformat()]


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield seen


def test_twenty_reports_take_as_many_queries_as_two(place: Path, statements: list[str]) -> None:
    place.mkdir()
    taken = []
    for number in range(20):
        report = committed(stages.lapsed, claims=1 + number % 3)
        if number % 2:
            committed(stages.answer, report, at=report.state_at + DAY)
        if number in (1, 19):
            statements.clear()
            with writing.snapshot():
                writing.write(place / str(number), LATER)
            taken.append(len(statements))
    assert taken[0] == taken[1]
