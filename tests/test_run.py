"""`make run` for real: starts, serves letters, stops in order, and leaves nothing behind."""

import os
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from local.postgres import Postgres
from tests.servers import free_port, smtp_server, wait_for
from tests.trial import Trial

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.servers


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(_lives(process) for process in processes)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # between the two questions
        return False


def test_it_starts_stops_and_starts_again_on_the_same_data(trial: Trial) -> None:
    trial.start()
    assert trial.get("/healthz") == (200, "ok\n")
    assert trial.get("/readyz") == (200, "ok\n")
    assert f"The site           {trial.address}/\n" in trial.said
    assert f"Letters and codes  {trial.address}/mailbox/\n" in trial.said
    children = trial.children()
    assert len(children) >= 5  # database, mailbox, web and its two workers, worker with beat

    stopping = time.monotonic()
    assert trial.end(signal.SIGINT) == 0
    assert time.monotonic() - stopping < 60
    assert _gone(children)
    assert trial.said.endswith("Stopping ...\nStopped. The data is kept in .local/.\n")

    keys = (trial.folder / ".local/secrets.json").read_text()
    assert trial.start() < 30
    assert (trial.folder / ".local/secrets.json").read_text() == keys
    assert "No migrations to apply" in (trial.folder / ".local/logs/migrations.log").read_text()
    assert trial.end() == 0


@pytest.mark.long
def test_beat_rings_and_the_worker_hears_it_in_one_process(trial: Trial) -> None:
    """A letter to send is due; nobody but beat can tell the worker so."""
    trial.start(LOG_LEVEL="INFO")
    log = trial.folder / ".local/logs/worker.log"
    wait_for(lambda: "ready." in log.read_text(), 20, "the worker")
    code = (
        "import django; django.setup()\n"
        "from django.core.mail import send_mail\n"
        "send_mail('Your code: 1234', 'It is 1234.', None, ['reader@site.example'])\n"
    )
    worker = next(p for p in trial.children() if "local.worker" in p.cmdline())
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=trial.folder,
        env=worker.environ() | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
    )
    wait_for(lambda: "Your code: 1234" in trial.get("/mailbox/")[1], 20, "the letter")


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
def test_nothing_is_left_when_it_is_killed(trial: Trial) -> None:
    trial.start()
    children = trial.children()

    assert trial.end(signal.SIGKILL) == -signal.SIGKILL

    wait_for(lambda: _gone(children), 15, "the end of all parts")
    assert trial.start() < 30  # and the data is sound


@pytest.mark.long
def test_a_part_that_dies_ends_the_run_with_its_name(trial: Trial) -> None:
    trial.start()
    children = trial.children()
    worker = next(p for p in children if "local.worker" in p.cmdline())

    worker.kill()

    assert trial.process is not None
    assert trial.process.wait(30) == 1
    assert "The part 'worker' ended with code -9, so all is stopped." in trial.said
    assert _gone(children)


def test_a_taken_port_is_told_before_anything_is_started(trial: Trial) -> None:
    with smtp_server() as other:
        trial.begin(PORT=str(other.port))
        assert trial.process is not None
        assert trial.process.wait(10) == 2
    assert trial.said == (
        f"Port {other.port} is taken. Stop the program that uses it, or choose another port: "
        f"`make run PORT={other.port + 1}`.\n"
    )
    assert not (trial.folder / ".local").exists()


def test_a_database_that_does_not_answer_is_told(trial: Trial) -> None:
    trial.begin(DATABASE_URL=f"postgres://me@127.0.0.1:{free_port()}/none")
    assert trial.process is not None
    assert trial.process.wait(30) == 1
    assert "The last lines of" in trial.said and "Connection refused" in trial.said


@pytest.mark.long
def test_servers_of_ones_own_are_used(trial: Trial, redis_url: str) -> None:
    """DATABASE_URL, REDIS_URL and EMAIL_URL: nothing private is started, workers are ordinary."""
    with (
        smtp_server() as mail,
        Postgres(trial.folder / "elsewhere", throw_away=True) as database,
    ):
        trial.start(DATABASE_URL=database.url, REDIS_URL=redis_url, EMAIL_URL=mail.url, WORKERS="2")
        words = [" ".join(child.cmdline()) for child in trial.children()]
        assert not [line for line in words if "postgres" in line and "elsewhere" not in line]
        assert not [line for line in words if "local." in line]
        assert len([line for line in words if "worker1@" in line]) >= 1
        assert len([line for line in words if "worker2@" in line]) >= 1
        assert len([line for line in words if " beat " in line]) == 1
        assert trial.get("/mailbox/")[0] == 404
        children = trial.children()
        assert trial.end() == 0
        assert _gone(children)


@pytest.mark.long
def test_the_sample_is_there_at_the_first_start_and_who_signs_in_is_told(trial: Trial) -> None:
    trial.start(SAMPLE="1")
    for line in (
        "  as a reporter    reporter@example.org\n",
        "  as another one   second@example.org\n",
        "  as a moderator   moderator@example.org\n",
    ):
        assert line in trial.said
    assert "Compost: Reusing Discarded Gradients" in trial.get("/")[1]
    assert "annulled" in trial.get("/corrections/")[1]


@pytest.mark.long
def test_a_registry_of_ones_own_gets_no_made_up_papers(trial: Trial) -> None:
    papers = trial.folder / "papers.jsonl"
    papers.write_text('{"title": "A paper of a real registry", "source": "s", "id": "1"}\n')
    with Postgres(trial.folder / "elsewhere", throw_away=True) as database:
        env = os.environ | {"DEBUG": "1", "DATABASE_URL": database.url}
        for words in (["migrate"], ["import_papers", str(papers)]):
            command = [sys.executable, "manage.py", *words]
            subprocess.run(command, cwd=trial.folder, env=env, check=True, capture_output=True)
        trial.start(DATABASE_URL=database.url, SAMPLE="1")
        sentence = "This database holds papers already, so no made-up ones were added.\n"
        assert sentence in trial.said
        assert "reporter@example.org" not in trial.said
        shown = trial.get("/papers/")[1]
        assert "A paper of a real registry" in shown and "Compost" not in shown
        assert trial.end() == 0


@pytest.mark.long
def test_a_path_with_spaces_is_no_obstacle() -> None:
    with tempfile.TemporaryDirectory(prefix="a trial ", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        run = Trial(Path(name))
        run.start()
        assert run.get("/readyz") == (200, "ok\n")
        assert run.end() == 0


@pytest.mark.long
@pytest.mark.browser
def test_the_page_of_letters_works_under_the_policy_of_the_site(
    trial: Trial, chromium: "Browser"
) -> None:
    trial.start()
    mailbox = next(p for p in trial.children() if "local.mailbox" in p.cmdline())
    port = next(c.laddr.port for c in mailbox.net_connections() if c.status == psutil.CONN_LISTEN)
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(
            "registry@site.example",
            ["author@site.example", "hidden@site.example"],
            b"From: registry@site.example\r\nTo: author@site.example\r\n"
            b"Subject: =?utf-8?q?Stra=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
            b"Content-Type: text/plain\r\n\r\nplain words\r\n--b\r\n"
            b"Content-Type: text/html\r\n\r\n<p>rich words</p>\r\n--b--\r\n",
        )
    page = chromium.new_page()
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    page.goto(f"{trial.address}/mailbox/")
    page.get_by_text("Straße").first.click()
    page.frame_locator("iframe").get_by_text("rich words").wait_for()
    assert "hidden@site.example" in page.inner_text("main")
    page.get_by_role("link", name="Plain text").click()
    page.get_by_text("plain words").first.wait_for()
    # The icon of the pages is a data: address, which the policy drops; nothing else is broken.
    assert [text for text in broken if "data:image/svg" not in text] == []
    page.close()
