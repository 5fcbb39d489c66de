"""How many inquiries have an answer: by venue, by year and by age of the paper."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractYear, NullIf
from django.utils.translation import gettext

from reports.statistics import strips
from reports.statistics.counted import ANSWERED, LEAST, WINDOWS, Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.shares import wilson
from reports.statistics.table import As, Column, Row, whole

MOST = 20
"""Groups that are named; what is left is counted together."""
AGES = (
    (0, "the same year, or not yet"), (1, "1 year"), (2, "2 years"), (3, "3 years"),
    (5, "4 or 5 years"), (10, "6 to 10 years"), (None, "more than 10 years"),
)  # fmt: skip
"""How many calendar years before the asking the paper came out: at most so many, and in words."""
CHUNK = 2000  # groups in memory at a time
VENUE = NullIf(Coalesce("paper__root__venue", "paper__venue"), Value(""))
YEAR = Coalesce("paper__root__year", "paper__year")
"""Of the work, which an entry that is merged into another one has from there."""


@dataclass
class Sums:
    """Groups that are counted together."""

    groups: int = 0
    asked: int = 0
    answered: int = 0

    def add(self, asked: int, answered: int) -> None:
        """One more of them."""
        self.groups += 1
        self.asked += asked
        self.answered += answered


def _age() -> Case:
    """The place of the paper's age in AGES; null where its year is not known."""
    return Case(
        *(When(age__lte=most, then=i) for i, (most, _) in enumerate(AGES) if most is not None),
        When(age__isnull=False, then=len(AGES) - 1),
        default=None,
        output_field=IntegerField(),
    )


def by_venue(counted: Counted) -> Data:
    """The largest venues first."""
    return _grouped(counted.inquiries().annotate(among=VENUE), "-asked", "among")


def by_year(counted: Counted) -> Data:
    """The newest papers first."""
    return _grouped(counted.inquiries().annotate(among=YEAR), "-among")


def by_age(counted: Counted) -> Data:
    """The youngest papers first."""
    age = ExtractYear("inquiry__opened_at") - YEAR
    return _grouped(counted.inquiries().annotate(age=age).annotate(among=_age()), "among")


def _grouped(inquiries: "QuerySet[Any, Any]", *order: str) -> Data:
    """Inquiries and answers of each large group, `among`, and of what is left together: as the
    number of groups, of inquiries and of answers."""
    numbers = {"asked": Count("pk"), "answered": Count("pk", filter=ANSWERED)}
    groups = inquiries.values("among").annotate(**numbers).order_by(*order)
    named: list[tuple[Any, int, int]] = []
    left = {"unknown": Sums(), "small": Sums(), "others": Sums()}
    for group, asked, answered in groups.values_list("among", *numbers).iterator(CHUNK):
        if group is None:
            left["unknown"].add(asked, answered)
        elif asked < LEAST:
            left["small"].add(asked, answered)
        elif len(named) < MOST:
            named.append((group, asked, answered))
        else:
            left["others"].add(asked, answered)
    return {
        "n": sum(asked for _, asked, _ in named) + sum(one.asked for one in left.values()),
        "answered": sum(one for *_, one in named) + sum(one.answered for one in left.values()),
        "named": named,
        **{name: astuple(one) for name, one in left.items()},
    }


def _shown(data: Data, name: Callable[[Any], str], one: str, several: str, none: str) -> Shown:
    """The rate of each group, and of what is left where that is LEAST or more."""
    groups = [(name(group), asked, answered) for group, asked, answered in data["named"]]
    for (number, asked, answered), words in (
        (data["others"], gettext("{number:,} other {groups}")),
        (data["small"], gettext("{number:,} {groups} with fewer than {least} each")),
    ):
        if number:
            group = gettext(one if number == 1 else several)
            of = words.format(number=number, groups=group, least=LEAST)
            groups.append((of, asked, answered))
    if data["unknown"][0]:
        groups.append((gettext(none), *data["unknown"][1:]))
    rows: list[Row] = []
    items = []
    for label, asked, answered in groups:
        if asked < LEAST:
            rows.append([label, None, None, None, None, None])
            continue
        share = wilson(answered, asked)
        rows.append([label, asked, answered, share.value, share.low, share.high])
        said = gettext("{share} of {asked:,}").format(share=whole(share.value), asked=asked)
        interval = (share.low, share.high)
        items.append(strips.Item(name=label, words=said, dot=share.value, interval=interval))
    all_ = wilson(data["answered"], data["n"])
    words = gettext(
        "Of {n:,} inquiries {answered:,} have an answer: {share}, 95 % interval {low} to {high}."
    ).format(
        n=data["n"],
        answered=data["answered"],
        share=whole(all_.value),
        low=whole(all_.low),
        high=whole(all_.high),
    )
    return Shown(words=words, drawing=strips.draw(items, most=1, unit="%"), rows=rows)


def _part(
    name: str,
    title: str,
    group: str,
    count: Callable[[Counted], Data],
    show: Callable[[Data], Shown],
    more: str = "",
) -> Part:
    return Part(
        name=name,
        title=title,
        things="inquiries",
        shows=f"How many of the inquiries have a public answer, early or late, by {group}, with "
        f"the 95 % interval of each share (Wilson). {more}Groups of fewer than {LEAST} inquiries "
        "are counted together.",
        shows_not="It does not show who is right, or that a group is better: silence is not "
        "evidence, groups are small, their intervals overlap, and of many groups some stand out by "
        "chance. Inquiries about one paper count each. They are those of the curve above: of "
        f"public reports, {WINDOWS} response windows or more after the asking.",
        key="The dot is the share with an answer, the bar its interval.",
        template="strips",
        columns=[
            Column(name=name.removeprefix("answers-by-"), label=title.rpartition(" by ")[2]
                   .capitalize(), kind=As.TEXT),
            Column(name="inquiries", label="Inquiries"),
            Column(name="answered", label="With an answer"),
            Column(name="share", label="Share", kind=As.SHARE),
            Column(name="low", label="95 % interval, from", kind=As.SHARE),
            Column(name="high", label="to", kind=As.SHARE),
        ],
        count=count,
        show=show,
    )  # fmt: skip


PARTS = (
    _part(
        "answers-by-venue", "Answers by venue", "venue of the paper", by_venue,
        lambda data: _shown(data, str, "venue", "venues", "venue not known"),
        f"The {MOST} venues with most inquiries have a row each. ",
    ),
    _part(
        "answers-by-year", "Answers by year of the paper", "year of the paper", by_year,
        lambda data: _shown(data, str, "year", "years", "year not known"),
    ),
    _part(
        "answers-by-age", "Answers by age of the paper", "age of the paper when its authors were "
        "asked, in calendar years", by_age,
        lambda data: _shown(data, lambda age: AGES[age][1], "age", "ages", "year not known"),
    ),
)  # fmt: skip
