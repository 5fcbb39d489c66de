"""Notices are kept once, whoever tells them."""

from datetime import date, timedelta

import pytest

from registry import notices
from registry.models import Notice
from registry.notices import New, keep
from tests.registry.builders import NOW

pytestmark = pytest.mark.django_db

RETRACTED = New("doi", "10.1234/a", "retracted", date(2024, 5, 6), "10.1234/notice")


def stored() -> list[tuple[str, str, str, date | None, str, str]]:
    return list(
        Notice.objects.order_by("value", "scheme", "kind", "notice").values_list(
            "scheme", "value", "kind", "dated", "notice", "source"
        )
    )


def test_a_notice_is_stored_as_it_was_told() -> None:
    assert keep([RETRACTED], source="Crossref", now=NOW) == 1
    assert stored() == [
        ("doi", "10.1234/a", "retracted", date(2024, 5, 6), "10.1234/notice", "Crossref")
    ]
    assert Notice.objects.get().found_at == NOW


def test_a_second_time_adds_nothing_and_keeps_who_said_it_first() -> None:
    keep([RETRACTED], source="Crossref", now=NOW)
    assert keep([RETRACTED], source="Retraction Watch", now=NOW + timedelta(days=1)) == 0
    assert [row[-1] for row in stored()] == ["Crossref"]
    assert Notice.objects.get().found_at == NOW


def test_a_date_that_was_lacking_is_filled_in_and_a_known_one_stays() -> None:
    keep([New("doi", "10.1234/a", "retracted", None, "10.1234/n")], source="one", now=NOW)
    later = New("doi", "10.1234/a", "retracted", date(2024, 1, 2), "10.1234/n")
    assert keep([later], source="two", now=NOW) == 0
    other = New("doi", "10.1234/a", "retracted", date(2025, 1, 2), "10.1234/n")
    assert keep([other], source="three", now=NOW) == 0
    assert stored() == [("doi", "10.1234/a", "retracted", date(2024, 1, 2), "10.1234/n", "one")]


def test_the_same_notice_twice_in_a_batch_is_one_with_its_date() -> None:
    bare = New("doi", "10.1234/a", "retracted", None, "10.1234/notice")
    for rows in ([bare, RETRACTED, bare], [RETRACTED, RETRACTED]):
        Notice.objects.all().delete()
        assert keep(rows, source="one", now=NOW) == 1
        assert [row[3] for row in stored()] == [date(2024, 5, 6)]


def test_what_tells_nothing_more_is_left_out_in_a_batch_and_later() -> None:
    bare = New("doi", "10.1234/a", "retracted")
    assert keep([bare, RETRACTED], source="one", now=NOW) == 1
    assert keep([bare], source="two", now=NOW) == 0
    assert [row[4] for row in stored()] == ["10.1234/notice"]


def test_a_bare_notice_counts_where_none_of_its_kind_and_work_is_known() -> None:
    rows = [RETRACTED, New("doi", "10.1234/a", "corrected"), New("pmid", "1234", "retracted")]
    assert keep(rows, source="one", now=NOW) == 3
    assert keep([New("doi", "10.1234/b", "retracted")], source="one", now=NOW) == 1
    assert keep([New("doi", "10.1234/b", "retracted")], source="one", now=NOW) == 0


def test_notices_of_one_work_stand_beside_each_other() -> None:
    rows = [
        RETRACTED,
        New("doi", "10.1234/a", "reinstated", date(2025, 1, 1), "10.1234/other"),
        New("doi", "10.1234/a", "retracted", date(2025, 2, 1), "10.1234/again"),
    ]
    assert keep(rows, source="one", now=NOW) == 3


def test_many_batches_are_one_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BATCH", 3)
    rows = (New("doi", f"10.1234/{number}", "corrected") for number in range(10))
    assert keep(rows, source="one", now=NOW) == 10


def test_nothing_is_no_statement() -> None:
    assert keep([], source="one", now=NOW) == 0


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="doubted"):
        keep([New("doi", "10.1234/a", "doubted")], source="one", now=NOW)


def test_hostile_text_is_stored_as_it_is() -> None:
    value = "10.1234/';drop--\\u0041%s\"{}"
    assert keep([New("doi", value, "retracted")], source="“'\\", now=NOW) == 1
    assert [(row[1], row[-1]) for row in stored()] == [(value, "“'\\")]
