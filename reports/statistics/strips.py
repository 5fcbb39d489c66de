"""A row for each of some things, with a share or a number of them on one scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.overview import label
from reports.scale import Scale, Span, Tick, scale_of

ROW = 46
"""Height of a row, in pixels."""
SECOND = 18
"""More where the words stand in a line of their own."""


class Piece(NamedTuple):
    """So much of a row, by the kind of its filling."""

    kind: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a row is about: `pieces` one after another, or a `dot` with its interval."""

    name: str
    words: str
    pieces: Sequence[Piece] = ()
    dot: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Box:
    """A piece as it is drawn."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A row as it is drawn; places up and down in pixels, `y` and `words_y` those of its words."""

    y: int
    words_y: int
    top: int
    middle: int
    name: str
    words: str
    boxes: Sequence[Box]
    dot: str
    interval: Span | None


@dataclass(frozen=True, kw_only=True)
class Strips:
    """What is drawn."""

    rows: Sequence[Strip]
    ticks: Sequence[Tick]
    ground: str
    bottom: int
    height: int
    in_two_lines: bool


def draw(
    items: Sequence[Item], *, most: float, unit: str = "", in_two_lines: bool = False
) -> Strips:
    """The rows on a scale from 0 to `most`."""
    scale = scale_of([0, most])
    assert scale is not None
    height = ROW + SECOND * in_two_lines
    rows = [_row(item, number * height, scale, in_two_lines) for number, item in enumerate(items)]
    bottom = len(rows) * height
    return Strips(
        rows=rows,
        ticks=scale.ticks(unit),
        ground=scale.place(0),
        bottom=bottom,
        height=bottom + 24,
        in_two_lines=in_two_lines,
    )


def _row(item: Item, above: int, scale: Scale, in_two_lines: bool) -> Strip:
    boxes, reached = [], 0.0
    for kind, value in item.pieces:
        if value:
            span = scale.span(reached, reached + value)
            boxes.append(Box(kind=kind, x=span.x, width=span.width))
        reached += value
    down = above + SECOND * in_two_lines
    return Strip(
        y=above + 14,
        words_y=down + 14,
        top=down + 20,
        middle=down + 30,
        name=label(item.name),
        words=item.words,
        boxes=boxes,
        dot="" if item.dot is None else scale.place(item.dot),
        interval=scale.span(*item.interval) if item.interval else None,
    )
