"""Files of reports and answers: attached once, within limits, and gone when they must be."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from accounts.services import erase_all, export_all
from reports import answers, drafts, file_retention, files, services
from reports.models import Answer, File, Report
from tests.reports import stages
from tests.reports.stages import NOW
from tests.reports.typed import make_user

pytestmark = pytest.mark.django_db


@dataclass
class Sent:
    """An upload as the handler hands it on."""

    content: bytes = b"loss 0.1\n"
    name: str | None = "run.log"
    problem: str = ""

    def read(self) -> bytes:
        return self.content


@pytest.fixture
def disk(tmp_path: Path, settings: Settings) -> Path:
    """A storage of its own."""
    own = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path), "file_permissions_mode": 0o600},
    }
    settings.STORAGES = {**settings.STORAGES, "uploads": own}
    return tmp_path


def on(disk: Path) -> list[Path]:
    return [path for path in disk.rglob("*") if path.is_file()]


def draft_of(user: User) -> Report:
    return drafts.save_new(user=user, typed={"q": ["x"]}, seen="", now=NOW).report


def attach(report: Report, *sent: Sent) -> files.Attached:
    return files.attach_to_report(report_id=report.pk, user=report.reporter, uploads=sent, now=NOW)


# --- attaching ---------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_was_given(disk: Path) -> None:
    done = attach(draft_of(make_user()), Sent())
    [file] = done.files
    assert (file.name, file.kind, file.media_type, file.size) == ("run.log", "log", "text/plain", 9)
    [path] = on(disk)
    assert path.read_bytes() == b"loss 0.1\n"
    assert "run" not in str(path.relative_to(disk)) and path.stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_attached_once(disk: Path) -> None:
    report = draft_of(make_user())
    first = attach(report, Sent(), Sent(name="again.log"))
    second = attach(report, Sent())
    assert first.files == second.files == [File.objects.get()]
    assert first.refused == second.refused == []
    assert len(on(disk)) == 1


def test_one_that_is_refused_keeps_no_other_from_being_attached(disk: Path) -> None:
    done = attach(draft_of(make_user()), Sent(b"", "empty.txt"), Sent())
    assert [file.name for file in done.files] == ["run.log"]
    [sentence] = done.refused
    assert sentence.startswith("“empty.txt” is not attached. It is empty: choose it again")
    assert not done.away and len(on(disk)) == 1


def test_there_is_an_end_to_how_many_and_how_much(disk: Path, settings: Settings) -> None:
    settings.FILES_MAX, settings.FILES_MAX_BYTES = 3, 20
    report = draft_of(make_user())
    done = attach(report, *(Sent(b"%d" % n) for n in range(5)))
    assert len(done.files) == 3
    assert ["At most 3 files" in sentence for sentence in done.refused] == [True, True]
    settings.FILES_MAX = 9
    [sentence] = attach(report, Sent(b"x" * 18)).refused
    assert "All files together have at most" in sentence
    assert len(on(disk)) == File.objects.count() == 3


def test_nobody_attaches_to_what_is_not_theirs_or_not_a_draft(disk: Path) -> None:
    report = draft_of(make_user())
    other = make_user("olga@uni.example.org")
    done = files.attach_to_report(report_id=report.pk, user=other, uploads=[Sent()], now=NOW)
    assert "Only the reporter does this." in done.refused[0]
    [sentence] = attach(stages.submitted(), Sent()).refused
    assert "its files do not change any more" in sentence
    assert on(disk) == []


def test_a_storage_that_is_away_leaves_nothing_behind(disk: Path, settings: Settings) -> None:
    report = draft_of(make_user())
    (disk / "file").write_text("no folder")
    away = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(disk / "file")},
    }
    settings.STORAGES = {**settings.STORAGES, "uploads": away}
    done = attach(report, Sent())
    assert done.away and done.files == []
    assert "could not be stored at the moment. Choose it again" in done.refused[0]
    assert not File.objects.exists()


def test_a_row_that_cannot_be_written_takes_its_content_along(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = draft_of(make_user())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(File, "save", fail)
    with pytest.raises(RuntimeError):
        attach(report, Sent())
    assert on(disk) == []


# --- what is said of them ------------------------------------------------------------------------


def test_kinds_and_notes_are_kept_as_typed_and_files_taken_away(
    disk: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    report = draft_of(make_user())
    one, other = attach(report, Sent(), Sent(b"2")).files
    with django_capture_on_commit_callbacks(execute=True):
        files.describe(
            report_id=report.pk, user=report.reporter, kinds={one.pk: "code", other.pk: "nonsense"},
            notes={one.pk: "n" * 400}, removed=[other.pk],
        )  # fmt: skip
        assert len(on(disk)) == 2  # nothing is deleted before the commit
    found = File.objects.get()
    assert (found.kind, found.note) == ("code", "n" * 400)
    assert len(on(disk)) == 1


# --- answers -----------------------------------------------------------------------------------


def wait(report: Report, *sent: Sent, form_key: UUID | None = None) -> files.Attached:
    contact = stages.contact_of(report)
    return files.attach_to_answer(
        contact_id=contact.pk, form_key=form_key or uuid4(), uploads=sent, now=NOW
    )


def give(report: Report, file_ids: list[int], form_key: UUID | None = None) -> Answer:
    return answers.give_answer(
        contact_id=stages.contact_of(report).pk, kind="explains", text="See the log.", url="",
        name="Ada", role="", form_key=form_key or uuid4(), file_ids=file_ids, now=NOW,
    )  # fmt: skip


def test_files_of_an_author_wait_and_are_published_with_the_answer(disk: Path) -> None:
    report = stages.asked()
    [file] = wait(report, Sent()).files
    assert file.answer is None and not report.files.exists()
    answer = give(report, [file.pk])
    assert list(answer.files.all()) == [file]


def test_the_same_answer_sent_twice_has_its_file_once(disk: Path) -> None:
    report, key = stages.asked(), uuid4()
    for _ in range(2):
        [file] = wait(report, Sent(), form_key=key).files
        give(report, [file.pk], form_key=key)
    assert File.objects.count() == len(on(disk)) == 1
    [sentence] = wait(report, Sent(b"other"), form_key=key).refused
    assert "published already: attach it to an addition" in sentence


def test_an_author_publishes_no_file_of_another(disk: Path) -> None:
    report, other = stages.asked(), stages.asked()
    [file] = wait(other, Sent()).files
    assert not give(report, [file.pk]).files.exists()


# --- the end of a file -------------------------------------------------------------------------


def test_a_deleted_draft_takes_its_files_along(
    disk: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    report = draft_of(make_user())
    attach(report, Sent())
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_draft(report_id=report.pk, user=report.reporter)
    assert on(disk) == [] and not File.objects.exists()


def returned_with_file() -> Report:
    """A returned report whose file came while it was a draft again."""
    report = stages.submitted()
    services.return_report(
        report_id=report.pk, moderator=stages.moderator(), reason="Mend it.", now=NOW
    )
    report.refresh_from_db()
    assert len(attach(report, Sent()).files) == 1
    return report


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_an_erased_account_takes_its_files_along(
    disk: Path,
    state: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    report = returned_with_file() if state == "returned" else draft_of(make_user())
    attach(report, Sent())
    with django_capture_on_commit_callbacks(execute=True):
        erase_all(user_id=report.reporter_id, keep_published=True, now=NOW)
    assert on(disk) == [] and not File.objects.exists()


def test_a_reporter_takes_along_what_is_said_of_their_files(disk: Path) -> None:
    report = draft_of(make_user())
    [file] = attach(report, Sent()).files
    [told] = export_all(report.reporter, now=NOW)["reports"][0]["files"]
    assert told == {
        "kind": "log", "note": "", "name": "run.log", "media_type": "text/plain", "size": 9,
        "sha256": file.sha256, "stored_at": NOW,
    }  # fmt: skip


def test_files_of_a_removed_report_are_deleted(
    disk: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    gone, stays = stages.asked(), stages.asked()
    for report in (gone, stays):
        File.objects.create(
            report=report, name="a.txt", media_type="text/plain", size=1, sha256="0" * 64,
            key=files.storage().save(f"aa/{report.pk}", ContentFile(b"x")), stored_at=NOW,
        )  # fmt: skip
        [file] = wait(report, Sent()).files
        give(report, [file.pk])
    services.remove(report_id=gone.pk, moderator=stages.moderator(), reason="A name.", now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert file_retention.forget_files(now=NOW) == 2
        assert file_retention.forget_files(now=NOW) == 0
    assert File.objects.count() == len(on(disk)) == 2
    assert stays.files.count() == 1


def test_what_an_author_never_sent_is_deleted_after_a_week(disk: Path) -> None:
    wait(stages.asked(), Sent())
    almost = NOW + file_retention.WAITING - timedelta(seconds=1)
    assert file_retention.forget_files(now=almost) == 0
    assert file_retention.forget_files(now=NOW + file_retention.WAITING) == 1


def test_contents_that_belong_to_nothing_are_swept_away_after_a_day(disk: Path) -> None:
    assert file_retention.sweep_orphans(now=NOW) == 0
    attach(draft_of(make_user()), Sent())
    key = files.storage().save("bb/orphan", ContentFile(b"x"))
    made = files.storage().get_modified_time(key)
    assert file_retention.sweep_orphans(now=made + timedelta(hours=23)) == 0
    assert file_retention.sweep_orphans(now=made + timedelta(hours=25)) == 1
    assert len(on(disk)) == 1


def test_a_storage_in_which_nothing_was_ever_stored_is_swept_in_peace(
    disk: Path, settings: Settings
) -> None:
    (disk / "sub").mkdir()
    (disk / "sub").rmdir()
    settings.STORAGES["uploads"]["OPTIONS"]["location"] = str(disk / "sub")
    settings.STORAGES = dict(settings.STORAGES)
    assert file_retention.sweep_orphans(now=NOW) == 0
