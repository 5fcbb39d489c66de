"""Standing of a paper from its public reports (product.md, section 5). Pure.

Terms for readers are ACM's (Artifact Review and Badging 1.1): *reproduced* by a re-run of the
authors' artifacts, *replicated* by a re-implementation or on own data.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.models import Standing
from reports.states import LISTABLE, PUBLIC, Mode, Outcome, State


@dataclass(frozen=True)
class PublicReport:
    """What standing depends on."""

    state: State
    outcome: Outcome
    mode: Mode


def standing(reports: Iterable[PublicReport]) -> Standing:
    """The first rule of section 5 that applies; reports that are not public are ignored."""
    public = [report for report in reports if report.state in PUBLIC]
    states = {report.state for report in public}
    lapsed = {report.outcome for report in public if report.state is State.LAPSED}
    if lapsed & LISTABLE:
        return Standing.NO_ANSWER
    if State.CONFIRMED in states:
        return Standing.CONFIRMED
    if State.DISPUTED in states:
        return Standing.DISPUTED
    if State.ANSWERED in states:
        return Standing.ANSWERED
    if lapsed:
        return Standing.PARTIAL_NO_ANSWER
    if State.UNASKED in states:
        return Standing.UNREACHED
    if State.RESOLVED in states:
        return Standing.RESOLVED
    modes = {report.mode for report in public if report.state is State.PUBLISHED}
    if Mode.RERUN in modes:
        return Standing.REPRODUCED
    if modes:
        return Standing.REPLICATED
    return Standing.NONE
