"""The tables that `make proof` ends with."""

from pathlib import Path

import pytest

from tests import tally


def test_rows_of_one_name_are_added_up_and_every_column_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows"
    monkeypatch.setenv(tally.FILE, str(file))
    tally.add("fault", "killed", {"times": 1, "lost": 0})
    tally.add("race", "two moderators", {"times": 300})
    tally.add("fault", "killed", {"times": 1, "lost": 2})
    tally.add("fault", "a full disk", {"times": 1, "lost": 0})
    assert list(tally.tables(file)) == [
        "fault           times   lost",
        "a full disk         1      0",
        "killed              2      2",
        "race               times",
        "two moderators       300",
    ]


def test_nothing_is_counted_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tally.FILE, raising=False)
    tally.add("fault", "killed", {"times": 1})
