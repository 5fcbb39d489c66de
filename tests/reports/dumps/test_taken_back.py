"""What is taken back does not live on in older dumps."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.services import erase_all
from reports import redactions
from reports.dumps import folder, writing
from reports.models import Report
from tests.reports import stages
from tests.reports.dumps.made import committed
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = NOW + 100 * DAY


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return Path(settings.DATA_DIR)


def offered() -> list[str]:
    return [dump.name for dump in folder.dumps() if dump.withdrawn is None]


def written(*days: int) -> list[str]:
    """Dumps of so many days after the first, the newest first."""
    for day in days:
        writing.dump(FIRST + day * DAY)
    return [(FIRST + day * DAY).date().isoformat() for day in reversed(days)]


def test_a_removed_report_takes_the_dumps_that_hold_it_off(place: Path) -> None:
    early = FIRST - 60 * DAY
    committed(stages.lapsed, at=NOW)
    report = committed(stages.lapsed, at=early)  # public on the 31st day after
    before, *held = reversed(written(-40, 0, 1, 2))
    committed(stages.removed, report, reason="It names a person.", at=FIRST + 2.5 * DAY)
    today = written(3)
    assert offered() == [*today, before]
    for name in held:
        dump = folder.of_day(name)
        assert dump is not None and dump.withdrawn is not None
        assert dump.withdrawn["why"] == [
            f"Report {report.pk} was removed on {(FIRST + 2.5 * DAY).date()}."
        ]
        assert sorted(path.name for path in dump.path.iterdir()) == [
            "SHA256SUMS", "datapackage.json", "withdrawn.json",
        ]  # fmt: skip
        page = Client().get(f"/data/{name}/")
        assert page.status_code == 410
        assert "was taken off the site" in page.text
        chinese = Client().get(f"/zh-hans/data/{name}/").text
        day = (FIRST + 2.5 * DAY).date()
        assert f"<li>报告 {report.pk} 已于 {day} 删除。</li>" in chinese
        assert Client().get(f"/data/{name}/reports.jsonl.gz").status_code == 410
        assert Client().get(f"/data/{name}/SHA256SUMS").status_code == 410
    assert f"Report {report.pk} was removed" in Client().get("/data/").text
    assert json.dumps(dump.withdrawn).count("names a person") == 0


def test_todays_dump_is_written_anew_without_it(place: Path) -> None:
    report = committed(stages.lapsed, summary="We asked Somebody Private about it.")
    written(0)
    redactions.redact(
        report_id=report.pk, moderator=committed(stages.moderator), passage="Somebody Private",
        reason="It names a person.", now=FIRST + DAY / 4,
    )  # fmt: skip
    assert writing.dump(FIRST + DAY / 2) is not None
    assert offered() == [FIRST.date().isoformat()]
    assert writing.dump(FIRST + DAY * 0.55) is None  # once is enough
    assert Client().get(f"/data/{FIRST.date()}/reports.jsonl.gz").getvalue()


def test_a_withdrawn_report_and_one_that_is_secret_again(place: Path) -> None:
    mine, theirs = committed(stages.lapsed), committed(stages.lapsed)
    (first,) = written(0)
    committed(stages.withdrawn, mine, note="A mistake.", at=FIRST + DAY / 4)
    written(1)
    dump = folder.of_day(first)
    assert dump is not None and dump.withdrawn is not None
    assert dump.withdrawn["why"] == [f"Report {mine.pk} was withdrawn on {FIRST.date()}."]
    Report.objects.filter(pk=theirs.pk).update(state="unreachable", state_at=FIRST + 1.5 * DAY)
    written(2)
    second = folder.of_day((FIRST + DAY).date().isoformat())
    assert second is not None and second.withdrawn is not None
    assert second.withdrawn["why"] == ["A report is not public any more."]


def test_somebody_who_erases_their_account_is_not_named_for_ever(place: Path) -> None:
    report = committed(stages.lapsed, shown_as="Rita Known")
    committed(stages.lapsed)
    written(0, 1)
    erase_all(user_id=report.reporter_id, keep_published=True, now=FIRST + 1.5 * DAY)
    today = written(2)
    assert offered() == today
    assert written(3, 4) and len(offered()) == 3  # what was erased already is no reason any more
    why = folder.dumps()[-1].withdrawn
    assert why is not None and why["why"] == ["A reporter erased their account."]


def test_what_was_taken_back_while_it_was_written_is_told_apart(place: Path) -> None:
    """A change is dated before it is committed: the snapshot knows which side of it it is on."""
    report = committed(stages.lapsed)
    dump = writing.dump(FIRST)
    assert dump is not None
    committed(
        stages.removed, report, reason="It names a person.", at=FIRST - DAY / 1000
    )  # committed later
    writing.dump(FIRST + DAY / 24)
    again = folder.of_day(dump.name)
    assert again is not None and again.withdrawn is None  # written anew
    assert again.moment == FIRST + DAY / 24
    writing.dump(FIRST + DAY)
    assert len(offered()) == 2


def test_a_crash_while_files_are_deleted_is_made_good(place: Path) -> None:
    committed(stages.lapsed)
    (name,) = written(0)
    (place / name / "withdrawn.json").write_text('{"at": "2026-01-01", "why": ["x"]}')
    assert Client().get(f"/data/{name}/reports.jsonl.gz").status_code == 410
    writing.dump(FIRST + DAY)
    assert not (place / name / "reports.jsonl.gz").exists()
    assert offered() == [(FIRST + DAY).date().isoformat()]
