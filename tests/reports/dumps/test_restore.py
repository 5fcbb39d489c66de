"""A mirror can be built from a dump alone, and can do nothing but be read."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from pytest_django import Settings

from accounts.models import User
from notifications import letters as writing_letters
from notifications.models import Email
from registry import merging, notices
from registry.listing import version
from registry.models import Listing, Paper
from reports import agreements, lapse, letters_due, retention
from reports.dumps import described, restoring
from reports.models import (
    Address,
    Agreement,
    AnswerLink,
    Appeal,
    Hold,
    Inquiry,
    Letter,
    Mirror,
    Probe,
    Report,
    ToDo,
)
from reports.statistics import computing
from tests.registry import builders
from tests.reports import stages
from tests.reports.dumps.made import LATER, dumped, many
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False), override_settings(SITE_URL="http://testserver"):
        yield


def empty_database() -> None:
    """As after `migrate`, within the transaction of the test."""
    tables = [
        model._meta.db_table
        for room in ("accounts", "registry", "reports", "notifications")
        for model in apps.get_app_config(room).get_models()
        if model._meta.db_table != "registry_listversion"
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("UPDATE registry_listversion SET number = 0")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def filled(tmp_path: Path) -> Path:
    many()
    merged, root = builders.paper("A second entry", arxiv="2401.00001"), Paper.objects.first()
    assert root is not None
    merging.merge(merged, root)
    builders.paper("Without a report", doi="10.5555/none", url="https://b.example/paper")
    builders.paper("By hand", names=(), url="https://c.example/paper")
    notices.keep(
        [notices.New("doi", "10.5555/none", "retracted", None, "10.5555/notice")],
        source="Retraction Watch", now=NOW,
    )  # fmt: skip
    computing.compute(LATER)
    return dumped(tmp_path)


def answers(papers: list[int], reports: list[int]) -> dict[str, str]:
    """What everybody gets at the addresses of the public record."""
    paths = [
        "/api/v1/papers?limit=100", "/api/v1/listings?limit=100", "/api/v1/reports?limit=100",
        "/api/v1/answers?limit=100", "/", "/papers/", "/papers/?standing=no_answer",
        "/papers/?code=yes", "/corrections/", "/statistics/", "/statistics/time-to-answer.csv",
        "/feeds/listed.json", "/feeds/papers.json", "/sitemap.xml", "/sitemap-papers-0.xml",
    ]  # fmt: skip
    for number in papers:
        paths += [
            f"/api/v1/papers/{number}", f"/papers/{number}/", f"/feeds/papers/{number}.json",
            f"/papers/{number}/cite.json",
        ]  # fmt: skip
    paths += [f"{place}{number}{end}" for number in reports
              for place, end in (("/api/v1/reports/", ""), ("/reports/", "/"))]  # fmt: skip
    cache.clear()
    browser, found = Client(), {}
    for path in paths:
        response = browser.get(path, follow=True)
        found[path] = f"{response.status_code} {response.content.decode()}"
    return found


def test_a_mirror_answers_as_the_site_does_and_dumps_the_same(tmp_path: Path) -> None:
    dump = filled(tmp_path)
    papers = list(Paper.objects.filter(is_public=True).values_list("pk", flat=True))
    reports = list(Report.objects.values_list("pk", flat=True))
    before, list_version = answers(papers, reports), version()
    empty_database()
    counts = restoring.restore(dump, LATER)
    assert counts["papers"] == len(papers) - 1
    assert version() == list_version
    after = answers(papers, reports)
    again = dumped(tmp_path / "again")
    files = [*(f"{name}.jsonl.gz" for name in described.RECORDS), "timeline.csv.gz", "SHA256SUMS"]
    different = [path for path in before if before[path] != after[path]]
    different += [name for name in files if unpacked(again / name) != unpacked(dump / name)]
    assert different == []


def unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def mirror(tmp_path: Path) -> None:
    """A small one."""
    stages.answered(late=3 * DAY)
    stages.withdrawn(stages.lapsed())
    stages.lapsed()
    stages.asked()
    dump = dumped(tmp_path)
    empty_database()
    restoring.restore(dump, LATER)


def test_a_mirror_writes_to_nobody_and_no_clock_runs(tmp_path: Path) -> None:
    mirror(tmp_path)
    assert not Report.objects.filter(state__in=["asking", "submitted", "draft"]).exists()
    for nothing in (Email, ToDo, Letter, Address, AnswerLink, Agreement, Hold, Probe):
        assert not nothing.objects.exists(), nothing
    assert Inquiry.objects.exists()
    assert not Inquiry.objects.filter(closed_at=None).exists()
    assert not Inquiry.objects.exclude(letters_at=None, lapse_at=None).exists()
    (nobody,) = User.objects.all()
    assert (nobody.is_active, nobody.has_usable_password()) == (False, False)
    before = list(Listing.objects.values())
    for later in (LATER, LATER + 1000 * DAY):
        letters_due.order_due_letters(now=later)
        lapse.lapse_due(now=later)
        agreements.confirm_due(now=later)
        retention.forget_addresses(now=later)
        writing_letters.write_letters(now=later)
    assert not Email.objects.exists()
    assert not ToDo.objects.exists()
    assert list(Listing.objects.values()) == before


def test_the_database_of_a_mirror_refuses_what_would_start_something(tmp_path: Path) -> None:
    mirror(tmp_path)
    report = Report.objects.filter(state="lapsed").first()
    assert report is not None
    inquiry = report.inquiry
    inquiry.closed_at = None
    for change in (
        lambda: Report.objects.create(
            reporter=report.reporter, state_at=NOW, created_at=NOW, updated_at=NOW
        ),
        lambda: report.save(),
        lambda: inquiry.save(),
        lambda: ToDo.objects.create(event=report.events.first()),
        lambda: Appeal.objects.create(kind="appeal", named="x", created_at=NOW, token_hash="x"),
        lambda: Email.objects.create(key=str(uuid4())),
    ):
        with pytest.raises(DatabaseError, match="is a mirror"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_who_wants_to_write_to_a_mirror_is_sent_to_the_site(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "notifications.backend.OutboxBackend"  # as on a site
    Mirror.objects.create(site="https://registry.example", moment=NOW, restored_at=NOW)
    form = {"kind": "privacy", "named": "report 1", "text": "Words.", "name": "A",
            "email": "a@b.example"}  # fmt: skip
    for path, body in (("/accounts/login/", {"email": "new@b.example"}), ("/appeal/", form)):
        response = Client().post(path, body)
        assert response.status_code == 403, path
        assert "copy of the public record of https://registry.example" in response.text
    assert "This site is a mirror" in Client().get("/data/").text
    asked = Client().post(
        "/api/v1/check", json.dumps({"identifiers": ["10.5555/two"]}), "application/json"
    )
    assert asked.status_code == 200


# --- what is refused --------------------------------------------------------------------
def refused(folder: Path) -> str:
    """The sentence with which the command ends."""
    with pytest.raises(CommandError) as error:
        call_command("restore_public_data", str(folder), "--quiet")
    return str(error.value)


def test_only_an_empty_database_becomes_a_mirror(tmp_path: Path) -> None:
    stages.lapsed()
    dump = dumped(tmp_path)
    before = Report.objects.count()
    assert "The database holds papers already" in refused(dump)
    assert (Report.objects.count(), Mirror.objects.count()) == (before, 0)


def resummed(dump: Path) -> None:
    """The checksums of the files as they are now."""
    names = [line.partition("  ")[2] for line in (dump / "SHA256SUMS").read_text().splitlines()]
    (dump / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256((dump / name).read_bytes()).hexdigest()}  {name}\n" for name in names
        )
    )


def test_a_broken_dump_is_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    stages.lapsed()
    dump = dumped(tmp_path)
    empty_database()
    assert "is no dump: it has no datapackage.json" in refused(tmp_path)
    reports = dump / "reports.jsonl.gz"
    whole = reports.read_bytes()
    reports.write_bytes(whole[:-20])
    assert "reports.jsonl.gz is not what it was" in refused(dump)
    resummed(dump)
    assert "reports.jsonl.gz cannot be read" in refused(dump)
    reports.unlink()
    assert "reports.jsonl.gz is missing" in refused(dump)
    record = json.loads(gzip.decompress(whole))
    for wrong in (record | {"state": "asking"}, {**record, "secret": 1}, [record]):
        reports.write_bytes(gzip.compress(json.dumps(wrong).encode() + b"\n"))
        resummed(dump)
        assert "reports.jsonl.gz, line 1: " in refused(dump)
    reports.write_bytes(gzip.compress(b"{}\nno json\n"))
    resummed(dump)
    assert "reports.jsonl.gz" in refused(dump)
    reports.write_bytes(whole)
    sums = (dump / "SHA256SUMS").read_text()
    (dump / "SHA256SUMS").write_text(sums + f"{'0' * 64}  ../../etc/passwd\n")
    assert "which is no file of a dump" in refused(dump)
    (dump / "SHA256SUMS").write_text(sums)
    package = json.loads((dump / "datapackage.json").read_text())
    (dump / "datapackage.json").write_text(json.dumps(package | {"form": 99}))
    assert "reads form 1" in refused(dump)
    assert not Paper.objects.exists()
    assert not User.objects.exists()


def test_what_fails_half_way_leaves_the_database_empty(tmp_path: Path) -> None:
    stages.lapsed()
    dump = dumped(tmp_path)
    empty_database()
    listings = dump / "listings.jsonl.gz"
    record = json.loads(gzip.decompress(listings.read_bytes()))
    line = json.dumps(record).encode() + b"\n"
    listings.write_bytes(gzip.compress(line + line))
    resummed(dump)
    with pytest.raises(DatabaseError), transaction.atomic():
        restoring.restore(dump, LATER)
    assert not Paper.objects.exists()
    assert not Mirror.objects.exists()
