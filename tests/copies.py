"""One database is migrated for all processes of a run; each of them works on a copy of its own.

The process that hands out the tests makes it while the others still import them.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import blocking_manager_key

PROCESSES = pytest.StashKey[int]()
MADE = pytest.StashKey[Any]()


def expect(config: pytest.Config, processes: int) -> None:
    """Tests will be handed out to so many."""
    if _share(config, processes):
        config.stash[PROCESSES] = processes


def make(config: pytest.Config) -> None:
    """The database and its copies, if tests are handed out here."""
    if PROCESSES in config.stash:
        with config.stash[blocking_manager_key].unblock():
            config.stash[MADE] = setup_databases(
                verbosity=0, interactive=False, parallel=config.stash[PROCESSES]
            )


def drop(config: pytest.Config) -> None:
    """All that `make` made; no process works on it any more."""
    if MADE in config.stash:
        with config.stash[blocking_manager_key].unblock():
            teardown_databases(config.stash[MADE], verbosity=0, parallel=config.stash[PROCESSES])


def take(config: pytest.Config) -> bool:
    """Work on the copy that was made for this process, if there is one.

    There is none for a process that starts in place of one that crashed.
    """
    given = getattr(config, "workerinput", {"workerid": "gw0", "workercount": 0})
    number = int(given["workerid"].removeprefix("gw")) + 1
    if number > given["workercount"] or not _share(config, given["workercount"]):
        return False
    # pytest-django has not changed the name yet: it would migrate a database for each process.
    name = f"{connection.creation._get_test_db_name()}_{number}"
    connection.close()
    connection.settings_dict["NAME"] = name
    return True


def _share(config: pytest.Config, processes: int) -> bool:
    """Databases kept from run to run are each migrated by its own process."""
    return processes > 1 and not config.getvalue("reuse_db")
