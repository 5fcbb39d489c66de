"""How long authors take to answer, as a survival curve."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext

from reports.models import Answer
from reports.statistics import curves, survival
from reports.statistics.counted import LEAST, WINDOWS, Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.table import As, Column, Row, whole

CHUNK = 5000  # rows in memory at a time
LANDMARKS = (1, 2, 3, 7, 14, 21, 28, 42, 56, 84, 112, 168, 252, 365, 548, 730, 1095, 1825)
"""Days that the table of the page has; the file has each day on which somebody answered."""
SECONDS = 86_400


def count(counted: Counted) -> Data:
    """On which day each inquiry was answered, or for how many days it has been without an answer.

    An answer that stood already when the authors were asked took no time, so it is left out.
    """
    first = Answer.objects.filter(reports=OuterRef("pk")).order_by("given_at").values("given_at")
    asked = counted.inquiries().annotate(
        first=Subquery(first[:1]), window=KeyTextTransform("window", "inquiry__frozen_policy")
    )
    answered: Counter[int] = Counter()
    silent: Counter[int] = Counter()
    windows: Counter[str] = Counter()
    for at, given_at, window in asked.values_list("inquiry__opened_at", "first", "window").iterator(
        CHUNK
    ):
        windows[window] += 1
        if given_at is None:
            silent[survival.days_followed(at, counted.now)] += 1
        elif given_at >= at:
            answered[survival.day_of_answer(at, given_at)] += 1
    return {
        "n": answered.total() + silent.total(),
        "answered": sorted(answered.items()),
        "silent": sorted(silent.items()),
        "window": _days(windows),
    }


def _days(windows: Counter[str]) -> float | None:
    """The days that most authors were given; None for parts of a day, which nobody would see."""
    ((seconds, _),) = windows.most_common(1) or [("0", 0)]
    days = float(seconds) / SECONDS
    return days if days >= 1 else None


def show(data: Data) -> Shown:
    """The curve as far as it stands on LEAST inquiries."""
    answered, silent = dict(data["answered"]), dict(data["silent"])
    last = _last(answered, silent)
    steps = [step for step in survival.curve(answered, silent) if step.at_risk >= LEAST]
    until = _drawn_until(data["window"], steps, last)
    plane = curves.plane((0, until), 1)
    ends = [step for step in steps if step.low is not None and step.high is not None]
    drawing = curves.Curves(
        ticks=plane.across.ticks(),
        levels=plane.levels("%"),
        ground=plane.y(0),
        lines=[
            curves.Line(
                kind="silence",
                path=plane.stairs(
                    [(0, 1), *((s.day, s.silent) for s in steps), (until, _end(steps))]
                ),
                words="without an answer",
            )
        ],
        band=plane.between(
            [*((s.day, s.high or 0) for s in ends), (until, ends[-1].high or 0)],
            [*((s.day, s.low or 0) for s in ends), (until, ends[-1].low or 0)],
        )
        if ends
        else "",
        marks=_marks(plane, data["window"], until),
    )
    return Shown(
        words=_words(data, steps, answered, silent),
        drawing=drawing,
        rows=[_row(step.day, steps, answered, silent) for step in steps],
        few=[
            _row(day, steps, answered, silent)
            for day in (*(day for day in LANDMARKS if day < last), last)
        ],
    )


def _last(answered: Mapping[int, int], silent: Mapping[int, int]) -> int:
    """The last day at which LEAST inquiries are still followed without an answer."""
    days = sorted(answered.keys() | silent.keys(), reverse=True)
    return next((d for d in days if survival.at_risk_on(d, answered, silent) >= LEAST), 0)


def _drawn_until(window: float | None, steps: list[survival.Step], last: int) -> float:
    """The last day that is drawn: a little after the last answer, and WINDOWS windows at least, if
    inquiries are followed for so long."""
    answers = max((step.day for step in steps), default=1)
    return max(answers, min(last, max(answers * 1.1, WINDOWS * (window or 0))))


def _end(steps: list[survival.Step]) -> float:
    return steps[-1].silent if steps else 1.0


def _marks(plane: curves.Plane, window: float | None, until: float) -> list[curves.Mark]:
    if window is None or window > until:
        return []
    return [
        plane.mark(
            window, gettext("{window:g} days: the time most were given").format(window=window)
        )
    ]


def _row(
    day: int,
    steps: list[survival.Step],
    answered: Mapping[int, int],
    silent: Mapping[int, int],
) -> Row:
    step = survival.at(steps, day)
    on_that_day = sum(n for at, n in answered.items() if at <= day)
    return [
        day,
        survival.at_risk_on(day, answered, silent),
        on_that_day,
        step.silent if step else 1.0,
        step.low if step else None,
        step.high if step else None,
    ]


def _words(
    data: Data,
    steps: list[survival.Step],
    answered: Mapping[int, int],
    silent: Mapping[int, int],
) -> str:
    told = gettext("{n:,} inquiries, {answered:,} of them answered. ").format(
        n=data["n"], answered=sum(answered.values())
    )
    window = data["window"]
    for day in (round(window), round(WINDOWS * window)) if window else ():
        step = survival.at(steps, day)
        if step is not None and survival.at_risk_on(day, answered, silent) >= LEAST:
            told += gettext("After {day} days {silent} were without an answer. ").format(
                day=day, silent=whole(step.silent)
            )
    middle = survival.median(steps)
    if middle is None:
        return told + gettext("More than half are without an answer as far as the curve goes.")
    return told + gettext("After {middle} days half were answered.").format(middle=middle)


PART = Part(
    name="time-to-answer",
    title="Time to answer",
    things="inquiries",
    shows="The share of inquiries that are without a public answer so many days after the authors "
    "were asked, with its 95 % interval day by day (Kaplan and Meier; Greenwood, on the log-log "
    "scale). Lapsing does not end an inquiry here: authors can answer at any time, so one without "
    "an answer is followed until today and then counts as censored.",
    shows_not="It does not show why nobody answered: silence is not evidence. It is about reports "
    f"that have become public, {WINDOWS} response windows or more after the asking: sooner only "
    "those with an answer are public, and the curve would fall too fast. An inquiry that is still "
    "open by then, as under a hold, is not in it, so the curve of all would lie a little higher. "
    "Left out altogether, and not counted as censored, are inquiries in which nobody was reached, "
    "and reports that were withdrawn or removed, or whose listing was annulled.",
    key="The line falls with each day on which somebody answered, the band is its interval. It "
    f"ends soon after the last answer, or where fewer than {LEAST} inquiries are left.",
    template="curves",
    columns=[
        Column(name="day", label="After the asking", before="day "),
        Column(name="at_risk", label="Without an answer before that day"),
        Column(name="answered_so_far", label="Answered by its end"),
        Column(name="without_answer", label="Share without an answer", kind=As.SHARE),
        Column(name="low", label="95 % interval, from", kind=As.SHARE),
        Column(name="high", label="to", kind=As.SHARE),
    ],
    count=count,
    show=show,
    across="days after the asking",
)
