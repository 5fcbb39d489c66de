"""What was public and is not any more, so that no dump goes on offering it (docs/data.md).

The rule: a dump is taken off the site, whole, once a report in it was withdrawn, removed or made
secret again, a passage in it was covered, or a reporter in it erased their account. It says when
and why from then on, without the content. Later dumps hold everything else.
"""

import json
import os
import re
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext

from accounts.personal import NO_HOST
from registry.languages import word
from reports.dumps.folder import KNOWN, PACKAGE, SUMS, WITHDRAWN, Dump, dumps
from reports.models import Redaction, Report
from reports.states import PUBLIC, State
from reports.visibility import LINES

TAKEN_BACK: dict[str, str] = {
    State.WITHDRAWN: "Report {report} was withdrawn on {day}.",
    State.REMOVED: "Report {report} was removed on {day}.",
}
COVERED = "A passage of report {report} or of an answer to it was covered on {day}."
"""The sentences with something in them; they are stored in English."""
MARGIN = timedelta(hours=1)
"""A change is dated a little before it is committed; it took no longer than this."""


def known_at(moment: datetime) -> list[str]:
    """What a dump of `moment`, read in the same snapshot, does not hold any more: the keys of what
    was taken back already, as far as its date leaves that open."""
    return sorted(_since(moment))


def take_off(now: datetime) -> list[Dump]:
    """Take off the dumps that hold what was taken back since; those that were."""
    gone = []
    for dump in dumps():
        if dump.withdrawn is None and (why := _why(dump)):
            _take_off(dump, why, now)
            gone.append(dump)
    return gone


def _why(dump: Dump) -> list[str]:
    """The sentences, each once, that say why the dump is not offered any more."""
    known = set(json.loads((dump.path / KNOWN).read_text()))
    found = _since(dump.moment)
    return list(dict.fromkeys(words for key, words in found.items() if key not in known))


def _since(moment: datetime) -> dict[str, str]:
    """What was public at `moment` and was taken back about then or later: a sentence by key."""
    since = moment - MARGIN
    found = {}
    was_public = Q(public_at__lte=moment)
    for pk, state, at in (
        Report.objects.filter(was_public, state_at__gte=since)
        .exclude(state__in=PUBLIC)
        .order_by("state_at", "pk")
        .values_list("pk", "state", "state_at")
    ):
        key = f"report {pk} {state} {at.isoformat()}"
        found[key] = (
            TAKEN_BACK[state].format(report=pk, day=f"{at:%Y-%m-%d}")
            if state in LINES
            else "A report is not public any more."
        )
    covered = Redaction.objects.filter(report__public_at__lte=moment, at__gte=since, undone_at=None)
    for pk, report, at, state in covered.order_by("pk").values_list(
        "pk", "report_id", "at", "report__state"
    ):
        told = state in PUBLIC or state in LINES
        found[f"redaction {pk}"] = (
            COVERED.format(report=report, day=f"{at:%Y-%m-%d}")
            if told
            else "A passage was covered."
        )
    erased = Report.objects.filter(was_public, reporter__email__endswith=f"@{NO_HOST}")
    for pk in erased.order_by("pk").values_list("pk", flat=True):
        found[f"erased {pk}"] = "A reporter erased their account."
    return found


def in_language(why: str) -> str:
    """A sentence that says why, as it is stored, in the language of the page."""
    for told in (*TAKEN_BACK.values(), COVERED):
        shape = re.escape(told).replace(r"\{report\}", "(?P<report>[0-9]+)")
        if found := re.fullmatch(shape.replace(r"\{day\}", "(?P<day>[0-9-]+)"), why):
            return gettext(told).format(**found.groupdict())
    return word(why)


def _take_off(dump: Dump, why: list[str], now: datetime) -> None:
    """First it is said, then the files go; done again after a crash, it goes on."""
    written = dump.path / f".{WITHDRAWN}"
    written.write_text(json.dumps({"at": now.isoformat(), "why": why}, ensure_ascii=False))
    os.replace(written, dump.path / WITHDRAWN)
    clear(dump)


def clear(dump: Dump) -> None:
    """Delete the files of a dump that was taken off; what it was, and its checksums, stay."""
    for path in dump.path.iterdir():
        if path.name not in (PACKAGE, SUMS, WITHDRAWN):
            path.unlink()
