"""What reporters name as causes."""

from django.db.models import Count, Q
from django.utils.translation import gettext

from reports.models import Cause
from reports.statistics import strips
from reports.statistics.counted import Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.table import As, Column, whole


def count(counted: Counted) -> Data:
    """How many of the reports that name a cause name each of them."""
    naming = counted.reports().exclude(causes=[])
    found = naming.aggregate(
        n=Count("pk"),
        **{
            f"of_{cause}": Count("pk", filter=Q(causes__contains=[cause])) for cause in Cause.values
        },
    )
    return {"n": found["n"], "causes": {cause: found[f"of_{cause}"] for cause in Cause.values}}


def show(data: Data) -> Shown:
    """The causes, the one that is named most first."""
    named = sorted(Cause, key=lambda cause: -data["causes"][cause])
    labels = [(gettext(str(cause.label)), data["causes"][cause]) for cause in named]
    drawing = strips.draw(
        [
            strips.Item(
                name=label,
                words=f"{number:,} ({whole(number / data['n'])})",
                pieces=[strips.Piece("some", number)],
            )
            for label, number in labels
        ],
        most=max(number for _, number in labels),
    )
    first, most = labels[0]
    return Shown(
        words=gettext("{n:,} reports name a cause. Most often named: {first} ({most:,}).").format(
            n=data["n"], first=first, most=most
        ),
        drawing=drawing,
        rows=[[label, number, number / data["n"]] for label, number in labels],
    )


PART = Part(
    name="causes",
    title="Causes that reporters name",
    things="reports with a cause",
    shows="How many public reports name each cause; a report may name several.",
    shows_not="It does not show what the causes were: these are the reporters' words, and authors "
    "may have said otherwise beside the report. Reports in which all matched seldom name any.",
    key="The bar is the number of reports that name the cause.",
    template="strips",
    columns=[
        Column(name="cause", label="Cause", kind=As.TEXT),
        Column(name="reports", label="Reports"),
        Column(name="share", label="Share of reports that name a cause", kind=As.SHARE),
    ],
    count=count,
    show=show,
)
