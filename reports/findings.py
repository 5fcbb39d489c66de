"""What a comparison found, in plain words: where values lie, never why. Pure."""

from django.utils.translation import gettext

from reports.numbers import shown
from reports.results import Comparison, Reach, Verdict

DIGITS = 4
MOST_DIGITS = 17


def finding(comparison: Comparison) -> str:
    """Where the obtained mean lies: “below the claim by 2.1, more than the tolerance of 0.5”."""
    difference, tolerance = comparison.difference, comparison.tolerance
    size = abs(difference)
    if not difference:
        return "equal to the claim"
    where = gettext("above the claim") if difference > 0 else gettext("below the claim")
    if tolerance is None:
        return gettext("{where} by {digits}; no tolerance is given").format(
            where=where, digits=shown(size, DIGITS)
        )
    if comparison.verdict is Verdict.INSIDE:
        by, within = shown(size, DIGITS), shown(tolerance, DIGITS)
        return gettext("{where} by {by}, within the tolerance of {within}").format(
            where=where, by=by, within=within
        )
    by, within = _told_apart(size, tolerance)
    better = gettext(", and better") if comparison.verdict is Verdict.BETTER else ""
    if not tolerance:
        return gettext("{where} by {by}, where no difference is tolerated{better}").format(
            where=where, by=by, better=better
        )
    return gettext("{where} by {by}, more than the tolerance of {within}{better}").format(
        where=where, by=by, within=within, better=better
    )


def interval_finding(comparison: Comparison) -> str:
    """Where the 95 % interval of the mean lies; empty for one run or without a tolerance."""
    return {
        None: "",
        Reach.INSIDE: "wholly inside the tolerance",
        Reach.OUTSIDE: "wholly outside the tolerance",
        Reach.ACROSS: "partly inside the tolerance",
    }[comparison.reach]


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Both with as few digits as keep them apart where they differ."""
    for digits in range(DIGITS, MOST_DIGITS):
        texts = shown(one, digits), shown(other, digits)
        if texts[0] != texts[1] or one == other:
            break
    return texts
