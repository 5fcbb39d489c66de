"""Real bibliographies against a made-up list of real titles: every hit found, and no other.

The list is made up for this test alone: nearly all of these papers were reproduced.
"""

import gzip
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from registry import references
from registry.bibliography.entry import Entry
from registry.checking import LISTED
from registry.importing import load, records
from registry.models import Paper, Standing
from tests.registry.builders import with_standing

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
BIBS = DATA / "mlrc_bib" / "open"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(not BIBS.exists(), reason="the shared bibliographies are not here"),
]


def expected() -> dict[str, list[dict[str, Any]]]:
    return dict(json.loads((BIBS / "expected_hits.json").read_text()))


@pytest.fixture
def listed() -> None:
    """The papers that are to be found, and every twentieth other one without a report."""
    wanted = {one for hits in expected().values() for hit in hits for one in hit["ids"]}
    batch = []
    with gzip.open(DATA / "papers" / "papers.jsonl.gz", "rb") as lines:
        for number, line in enumerate(lines, 1):
            if number % 20 == 0 or json.loads(line)["id"] in wanted:
                with suppress(records.Volume):
                    batch.append(records.read(line, number))
    load.load(batch, timezone.now())
    keys = [record.source_key for record in batch if record.source_key.partition(":")[2] in wanted]
    for paper in Paper.objects.filter(source_key__in=keys):
        with_standing(paper, Standing.NO_ANSWER)


# Reports in a collection that bear the title of the paper they are about, by other people, a year
# later: they are other works, and the paper is suggested.
OTHER_WORKS = "accepted.bib"


def test_every_expected_hit_is_found_and_none_is_false(listed: None) -> None:
    missed, false, suggested = [], [], []
    for name, hits in expected().items():
        answer = references.check((BIBS / name).read_bytes(), name=name, clock=timezone.now)
        checked = {one.entry.key: one for one in answer.checked if isinstance(one.entry, Entry)}
        found = {key for key, one in checked.items() if one.finding in LISTED}
        wanted = {hit["key"] for hit in hits}
        suggested += [(name, key) for key in wanted - found if checked[key].near]
        missed += [(name, key) for key in wanted - found if not checked[key].near]
        false += [(name, key, checked[key]) for key in found - wanted]
    assert (missed, false) == ([], [])
    assert len(suggested) == 5
    assert all(name.endswith(OTHER_WORKS) for name, _ in suggested)
