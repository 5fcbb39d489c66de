"""A dump holds what everybody may read, of a report in every state, and not a word more."""

import gzip
from pathlib import Path

import pytest
from pytest_django import Settings

from reports.dumps import described, writing
from reports.dumps.columns import TABLES
from tests.permissions.marks import EVERYBODY, found_in, leaks
from tests.permissions.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(world: World, tmp_path: Path, settings: Settings) -> dict[str, str]:
    """The text of every file that is served."""
    settings.DATA_DIR = tmp_path
    dump = tmp_path / world.now.date().isoformat()
    writing.write(dump, world.now)
    listed = world.browsers["anonymous"].get(f"/data/{dump.name}/").text
    return {
        path.name: gzip.decompress(raw).decode() if path.suffix == ".gz" else raw.decode()
        for path in dump.iterdir()
        for raw in [path.read_bytes()]
        if path.name in listed
    }


def test_no_file_holds_a_private_word(files: dict[str, str], world: World) -> None:
    names = {*(f"{one}.jsonl.gz" for one in described.RECORDS), "datapackage.json", "README.md"}
    assert names | {f"{table.name}.csv.gz" for table in TABLES} <= set(files)
    faults = [
        f"{name}: {fault}"
        for name, text in files.items()
        for fault in leaks("anonymous", "data_file", text, world.lives)
    ]
    assert faults == []
    everything = "".join(files.values())
    for person in world.people.values():
        assert person.email not in everything
    for life in world.lives.values():
        for token in [*life.tokens.values(), life.agreement_token]:
            assert not token or token not in everything


def test_whatever_is_public_is_in_it(files: dict[str, str], world: World) -> None:
    names = {life.number: name for name, life in world.lives.items()}
    told: dict[str, set[str]] = {name: set() for name in EVERYBODY}
    for number, what in found_in("".join(files.values())):
        told[names[number]].add(what)
    silent = {"published", "unasked", "lapsed"}
    for name, wanted in EVERYBODY.items():
        missing = wanted - told[name] - ({"answer"} if name in silent else set())
        assert missing <= {"dispute", "answer"}, name
    assert told["answered"] >= {"text", "quote", "evidence", "shown", "answer"}
    assert "dispute" in told["disputed"]
