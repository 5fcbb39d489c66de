"""The private PostgreSQL: starts, keeps, stops, and leaves nothing behind."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import environ
import psutil
import psycopg2
import pytest
from django.conf import settings

from local.children import Child
from local.postgres import InUse, Postgres
from local.programs import Failed, copied, fits_a_socket, installed, short_folder
from tests.servers import wait_for

pytestmark = pytest.mark.servers
ROOT = Path(settings.BASE_DIR)
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the server's user can reach, unlike pytest's own when we are root.

    The folders for what cannot be elsewhere are made in it too, so that nothing is left.
    """
    with tempfile.TemporaryDirectory(prefix="launcher-") as name:
        Path(name).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def _ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def test_what_was_written_is_there_at_the_second_start(folder: Path) -> None:
    data = folder / "Data"
    with Postgres(data) as server:
        _ask(server.url, "CREATE TABLE kept AS SELECT 'Sträßle' AS name")
        pid = server.pid
    assert not psutil.pid_exists(pid)

    with Postgres(data) as server:
        assert _ask(server.url, "SELECT name FROM kept") == ("Sträßle",)
        assert _ask(server.url, "SELECT upper('ä'), current_setting('server_encoding')") == (
            "Ä",
            "UTF8",
        )


def test_django_reads_the_address(folder: Path) -> None:
    with Postgres(folder / "Data") as server:
        found = environ.Env.db_url_config(server.url)
        assert (found["NAME"], found["USER"]) == ("unreproduced", "postgres")
        assert found["OPTIONS"] == {"host": str(folder / "Data")}


def test_it_listens_on_no_port_and_runs_as_an_ordinary_user(folder: Path) -> None:
    with Postgres(folder / "data") as server:
        process = psutil.Process(server.pid)
        assert not [c for c in process.net_connections() if c.family.name.startswith("AF_INET")]
        user = "nobody" if AS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
        assert process.username() == user
        assert (folder / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.long
def test_a_path_with_spaces_and_a_long_one_get_their_socket_elsewhere(folder: Path) -> None:
    for name in ("with two spaces", "x" * 120):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
        with Postgres(folder / name / "data") as server:
            assert _ask(server.url, "SELECT 1") == (1,)
            assert quote(f"{folder}/unreproduced-", safe="") in server.url
            assert len(server.url) < 150
        assert not list(folder.glob("unreproduced-*"))


@pytest.mark.skipif(not AS_ROOT, reason="needs root, who starts the server as nobody")
def test_a_folder_for_root_alone_is_replaced_by_one_the_server_can_reach(folder: Path) -> None:
    (folder / "private").mkdir(mode=0o700)
    said: list[str] = []
    with Postgres(folder / "private" / "data", say=said.append) as server:
        assert _ask(server.url, "SELECT 1") == (1,)
    place = short_folder(folder / "private" / "data")
    assert said == [
        f"The database is kept in {place / 'data'}: PostgreSQL runs as the user nobody, "
        f"who cannot reach {folder / 'private'}."
    ]


def test_a_copy_of_the_programs_runs(folder: Path) -> None:
    programs = copied(installed())
    done = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("postgres (PostgreSQL) 18.")


def test_a_second_run_on_the_same_data_is_refused_in_words(folder: Path) -> None:
    with Postgres(folder / "data"), pytest.raises(InUse) as refusal:
        Postgres(folder / "data", queue=0.2).__enter__()
    assert str(refusal.value) == (
        f"Another run uses the database in {folder / 'data'}. Stop it first, or start from "
        "another copy of the project."
    )


def test_the_pid_file_of_a_dead_server_is_forgotten_though_its_number_is_in_use(
    folder: Path,
) -> None:
    data = folder / "data"
    with Postgres(data):
        pass
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    with Postgres(data) as server:
        assert _ask(server.url, "SELECT 1") == (1,)


def test_a_first_start_that_was_cut_short_is_begun_anew(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o700)
    (folder / "data" / "base").mkdir()
    (folder / "data" / "postgresql.conf").write_text("half a li")
    with Postgres(folder / "data") as server:
        assert _ask(server.url, "SELECT 1") == (1,)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    data = folder / "data"
    with Postgres(data):
        pass
    with (data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(Failed, match='unrecognized configuration parameter "no_such_setting"'):
        Postgres(data).__enter__()
    assert not (data / "postmaster.pid").exists()


def _start_elsewhere(data: Path) -> "subprocess.Popen[str]":
    code = (
        "import sys, time; from pathlib import Path; from local.postgres import Postgres\n"
        "with Postgres(Path(sys.argv[1])) as server:\n"
        "    print(server.pid, server.url, flush=True); sys.stdin.read()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
def test_nothing_is_left_when_its_owner_is_killed(folder: Path) -> None:
    owner = _start_elsewhere(folder / "data")
    assert owner.stdout is not None and owner.stdin is not None
    pid, url = owner.stdout.readline().split()
    _ask(url, "CREATE TABLE kept AS SELECT 1")

    owner.kill()
    owner.wait()

    wait_for(lambda: not psutil.pid_exists(int(pid)), 10, "the end of PostgreSQL")
    with Postgres(folder / "data") as server:
        assert _ask(server.url, "SELECT count(*) FROM kept") == (1,)
    owner.stdin.close()
    owner.stdout.close()


@pytest.mark.long
def test_eight_first_starts_at_once_all_succeed(folder: Path) -> None:
    owners = [_start_elsewhere(folder / f"data{number}") for number in range(8)]
    try:
        for owner in owners:
            assert owner.stdout is not None
            line = owner.stdout.readline()
            assert line.split()[0].isdecimal(), line
            assert _ask(line.split()[1], "SELECT 1") == (1,)
    finally:
        for owner in owners:
            assert owner.stdin is not None and owner.stdout is not None
            owner.stdin.close()
            owner.wait(30)
            owner.stdout.close()


def test_a_socket_fits_in_a_short_plain_path() -> None:
    assert fits_a_socket(Path("/srv/registry/.local/postgres"))
    assert not fits_a_socket(Path("/srv") / ("x" * 100))
    assert not fits_a_socket(Path("/srv/my registry"))
    assert not fits_a_socket(Path("/srv/a,b"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the signals in /proc")
def test_a_child_that_ignores_the_first_signal_gets_the_next(folder: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    with (folder / "log").open("wb") as log:
        child = Child("deaf", [sys.executable, "-c", code], log=log)
        wait_for(lambda: _ignores(child.pid, signal.SIGTERM), 10, "the child's deafness")
        assert child.stop((signal.SIGTERM, 0.2), (signal.SIGQUIT, 30)) == -signal.SIGQUIT


def _ignores(pid: int, number: signal.Signals) -> bool:
    mask = next(
        line.split()[1]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("SigIgn:")
    )
    return bool(int(mask, 16) >> (number - 1) & 1)
