"""What is shared of the papers with reports, in the words of registry/shared.py."""

from django.db.models import Count, Q
from django.utils.translation import gettext

from registry.shared import KNOWN, Item, Value, word
from reports.statistics import strips
from reports.statistics.counted import Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.table import As, Column, whole


def count(counted: Counted) -> Data:
    """Of how many papers each thing is shared, partly shared, and not shared."""
    asked = {
        f"{item}_{value}": Count("pk", filter=Q(shared__contains=[word(item, value)]))
        for item in Item
        for value in KNOWN
    }
    found = counted.papers().aggregate(n=Count("pk"), **asked)
    items = {item: [found[f"{item}_{value}"] for value in KNOWN] for item in Item.values}
    return {"n": found["n"], "items": items}


def show(data: Data) -> Shown:
    """Each thing with its four numbers."""
    known = {item: data["items"][item] for item in Item}
    numbers = {item: [*of, data["n"] - sum(of)] for item, of in known.items()}
    values = [*KNOWN, Value.UNKNOWN]
    drawing = strips.draw(
        [
            strips.Item(
                name=gettext(str(item.label)),
                words=", ".join(
                    f"{gettext(value)} {n:,}" for value, n in zip(values, of, strict=True) if n
                ),
                pieces=[strips.Piece(str(v), n) for v, n in zip(values, of, strict=True)],
            )
            for item, of in numbers.items()
        ],
        most=data["n"],
        in_two_lines=True,
    )
    yes, partly, no, unknown = numbers[Item.CODE]
    words = gettext(
        "Of {n:,} papers code is shared for {yes:,} ({share}), partly for "
        "{partly:,}, not for {no:,}; of {unknown:,} nothing is said."
    ).format(
        n=data["n"], yes=yes, share=whole(yes / data["n"]), partly=partly, no=no, unknown=unknown
    )
    return Shown(
        words=words,
        drawing=drawing,
        rows=[[gettext(str(item.label)), *of] for item, of in numbers.items()],
    )


PART = Part(
    name="code",
    title="Code and what else is shared",
    things="papers with a public report",
    shows="Of how many papers with a public report code, data and what else it takes are shared, "
    "by the newest word of reporters and authors, or by a link in the metadata where nobody says "
    "anything.",
    shows_not="It does not show what is shared of papers at large: papers come here because "
    "somebody tried to obtain their results. Unknown means that nobody said anything, not that "
    "nothing is shared.",
    key="From the left: yes (solid), partly (striped), no (dotted), unknown (empty).",
    template="strips",
    columns=[
        Column(name="item", label="What", kind=As.TEXT),
        Column(name="yes", label="Yes"),
        Column(name="partly", label="Partly"),
        Column(name="no", label="No"),
        Column(name="unknown", label="Unknown"),
    ],
    count=count,
    show=show,
)
