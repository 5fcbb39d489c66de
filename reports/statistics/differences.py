"""Claimed against obtained, over all public claims."""

from array import array
from collections import Counter
from dataclasses import astuple

from django.db.models import Case, F, FloatField, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext

from reports import results
from reports.overview import per_cent
from reports.results import Obtained, Verdict
from reports.statistics import curves
from reports.statistics.counted import Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.spread import Bar, spread_of
from reports.statistics.table import As, Column, whole

CHUNK = 5000  # rows in memory at a time
MEAN_OF_RUNS = "(SELECT avg(run) FROM unnest(reports_claim.runs) AS run)"
"""Taken in the database, so that ten thousand runs of a claim are one number here."""


def count(counted: Counted) -> Data:
    """The spread of the differences, each as a share of its claim; above 0 is better than claimed,
    whichever way the metric goes. What has no such share is only counted."""
    mean = Case(
        When(runs=[], then=F("mean")),
        default=RawSQL(MEAN_OF_RUNS, ()),  # noqa: S611 -- no parameter in it
        output_field=FloatField(),
    )
    in_numbers = counted.claims().annotate(obtained_mean=mean).filter(
        claimed__isnull=False, obtained_mean__isnull=False
    )  # fmt: skip
    differences, verdicts, without = array("d"), Counter[str](), 0
    for claimed, obtained, tolerance, higher in in_numbers.values_list(
        "claimed", "obtained_mean", "tolerance", "higher_is_better"
    ).iterator(CHUNK):
        found = _relative(claimed or 0, obtained, tolerance, higher)
        if found is None:
            without += 1
            continue
        difference, verdict = found
        differences.append(difference)
        verdicts[verdict.name if verdict else ""] += 1
    data = {"n": len(differences), "without": without, "verdicts": verdicts}
    if len(differences) < 2:
        return data
    spread = spread_of(differences)
    return data | {
        "quartiles": [spread.lower, spread.median, spread.upper],
        "bars": [astuple(bar) for bar in spread.bars],
    }


def _relative(
    claimed: float, obtained: float, tolerance: float | None, higher: bool
) -> tuple[float, Verdict | None] | None:
    """How much better than claimed, as a share of the claim, and where that lies."""
    try:
        comparison = results.compare(
            claimed=claimed, obtained=Obtained(mean=obtained, deviation=None, n=1),
            tolerance=tolerance, higher_is_better=higher,
        )  # fmt: skip
    except ValueError:
        return None
    if comparison.relative is None:
        return None
    return comparison.relative * (1 if higher else -1), comparison.verdict


def show(data: Data) -> Shown:
    """The bars, with the claim and the median over them."""
    bars = [Bar(low=low, high=high, count=number) for low, high, number in data["bars"]]
    reach = bars[-1].low or 0
    lower, median, upper = data["quartiles"]
    width = reach * 2 / (len(bars) - 2)
    plane = curves.plane((-reach - width, reach + width), max(*(bar.count for bar in bars), 4))
    drawing = curves.Curves(
        ticks=plane.across.ticks("%"),
        levels=plane.levels(),
        ground=plane.y(0),
        bars=[
            plane.bar(
                -reach - width if bar.low is None else bar.low,
                reach + width if bar.high is None else bar.high,
                bar.count,
                beyond=bar.low is None or bar.high is None,
            )
            for bar in bars
            if bar.count
        ],
        marks=[
            plane.mark(0, gettext("as claimed")),
            plane.mark(
                max(-reach, min(median, reach)),
                gettext("median {median}").format(median=per_cent(median)),
                row=1,
            ),
        ],
    )
    return Shown(
        words=_words(data, lower, median, upper),
        drawing=drawing,
        rows=[[bar.low, bar.high, bar.count] for bar in bars],
    )


def _words(data: Data, lower: float, median: float, upper: float) -> str:
    told = gettext(
        "{n:,} claims. The median difference is {median} of the claim; half of all "
        "lie between {lower} and {upper}."
    ).format(n=data["n"], median=per_cent(median), lower=per_cent(lower), upper=per_cent(upper))
    verdicts = {name: data["verdicts"].get(name, 0) for name in Verdict.__members__}
    if with_tolerance := sum(verdicts.values()):
        inside = verdicts[Verdict.INSIDE.name]
        told += gettext(
            " Of {with_tolerance:,} with a tolerance {inside:,} ({share}) lie "
            "inside it, {worse:,} are worse by more than it and {better:,} "
            "better."
        ).format(
            with_tolerance=with_tolerance,
            inside=inside,
            share=whole(inside / with_tolerance),
            worse=verdicts[Verdict.WORSE.name],
            better=verdicts[Verdict.BETTER.name],
        )
    if data["without"]:
        told += gettext(" {n:,} more have no share, as where 0 was claimed.").format(
            n=data["without"]
        )
    return told


PART = Part(
    name="claims",
    title="Claimed against obtained",
    things="claims in numbers",
    shows="How far the obtained mean lies from the claimed value, as a share of the claim, over "
    "all claims of public reports, matched ones among them: right of the middle is better than "
    "claimed, left is worse, whether higher or lower is better for the metric.",
    shows_not="It does not show how well papers reproduce: people report what they tried, more "
    "often where it failed, and a share of one metric is not that of another. It is no evidence "
    "against any one claim.",
    key="Each bar counts claims; the striped ones at the ends hold all that lie farther.",
    template="curves",
    columns=[
        Column(name="from", label="Difference", kind=As.SIGNED, before="from "),
        Column(name="below", label="to less than", kind=As.SIGNED),
        Column(name="claims", label="Claims"),
    ],
    count=count,
    show=show,
    across="worse ← than claimed → better",
)
