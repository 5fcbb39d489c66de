"""Lines and bars over a plane whose places across are shares of the width. Pure.

So a drawing keeps the size of its letters on every screen, as those of reports/scale.py do; only
the paths are stretched, in a box of their own that is WIDE units wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from reports.scale import Scale, Tick, scale_of

HEIGHT = 220
"""Of the plane, in pixels."""
WIDE = 1000
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A round number at the side, and how far below the top it stands, in pixels."""

    y: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A place across that has a name; `row` counts names that stand one above another."""

    x: str
    words: str
    anchor: str
    row: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line, by its `kind` of stroke, and what stands beside that in the key."""

    kind: str
    path: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar from the ground up; `beyond` holds what no other bar does."""

    x: str
    width: str
    y: str
    height: str
    beyond: bool


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What is drawn."""

    ticks: Sequence[Tick]
    levels: Sequence[Level]
    ground: str
    lines: Sequence[Line] = ()
    band: str = ""
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()
    height: int = field(default=HEIGHT, init=False)


@dataclass(frozen=True, kw_only=True)
class Plane:
    """The scales across and up."""

    across: Scale
    up: Scale

    def y(self, value: float) -> str:
        """How far below the top the value stands, in pixels."""
        return f"{HEIGHT * (1 - self.up.at(value)):.1f}"

    def levels(self, unit: str = "") -> list[Level]:
        """Round numbers at the side."""
        ticks = self.up.ticks(unit)
        return [Level(y=f"{HEIGHT * (1 - tick.at):.1f}", words=tick.words) for tick in ticks]

    def mark(self, value: float, words: str, row: int = 0) -> Mark:
        """A name for a place across."""
        place, anchor = self.across.place(value), self.across.anchor(value)
        return Mark(x=place, words=words, anchor=anchor, row=row)

    def path(self, points: Sequence[Point]) -> str:
        """A line from point to point."""
        return "M" + " L".join(map(self._at, points))

    def stairs(self, points: Sequence[Point]) -> str:
        """A line that keeps each height until the next point."""
        return self.path(_stairs(points))

    def between(self, upper: Sequence[Point], lower: Sequence[Point]) -> str:
        """The area between two stairs."""
        return self.path([*_stairs(upper), *reversed(_stairs(lower))]) + " Z"

    def bar(self, low: float, high: float, value: float, *, beyond: bool = False) -> Bar:
        """A bar from `low` to `high` that is `value` high."""
        span = self.across.span(low, high)
        height = HEIGHT * (self.up.at(value) - self.up.at(0))
        return Bar(
            x=span.x, width=span.width, y=self.y(value), height=f"{height:.1f}", beyond=beyond
        )

    def _at(self, point: Point) -> str:
        across, up = point
        return f"{WIDE * self.across.at(across):.1f} {self.y(up)}"


def plane(across: tuple[float, float], most: float) -> Plane:
    """The plane from one place to another, and from 0 up to `most`."""
    scales = scale_of(across), scale_of([0, most])
    assert scales[0] is not None
    assert scales[1] is not None
    return Plane(across=scales[0], up=scales[1])


def _stairs(points: Sequence[Point]) -> list[Point]:
    """The points with the corners between them."""
    if not points:
        return []
    corners = [((x, before), (x, y)) for (_, before), (x, y) in pairwise(points)]
    return [points[0], *chain.from_iterable(corners)]
