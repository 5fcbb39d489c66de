"""All claims of a report on one scale."""

from hypothesis import example, given
from hypothesis import strategies as st

from reports import overview, results
from reports.overview import Line, per_cent


def line(name: str, claimed: float, runs: list[float], tolerance: float | None = None) -> Line:
    comparison = results.compare(
        claimed=claimed, obtained=results.of_runs(runs), tolerance=tolerance, higher_is_better=True
    )
    return Line(name=name, claimed=claimed, comparison=comparison)


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_claims_of_other_sizes_stand_on_one_scale() -> None:
    drawn = overview.draw([line("accuracy, %", 100, [50, 50], 10), line("loss", -2, [-1.5], 0.5)])
    assert drawn is not None
    first, second = drawn.strips
    assert (first.words, second.words) == ("−50 %", "+25 %")
    assert share(first.x) == 6.0
    assert share(second.x) == 94.0
    assert first.tolerance is not None
    assert second.tolerance is not None
    assert share(second.tolerance.width) / share(first.tolerance.width) > 2.49
    assert second.interval is None
    assert (first.interval.width if first.interval else "") == "0.00%"
    assert [tick.words for tick in drawn.ticks] == ["−40 %", "−20 %", "0 %", "20 %"]
    assert drawn.words == (
        "Difference from the claim. accuracy, %: −50 %, tolerance 10 %, 95 % interval −50 % to "
        "−50 %. loss: +25 %, tolerance 25 %."
    )


def test_what_lies_beyond_the_scale_is_drawn_at_its_end_and_said() -> None:
    drawn = overview.draw([line("time", 1, [20.0]), line("gain", 4, [-8.0]), line("a", 1, [1.5])])
    assert drawn is not None
    assert [strip.beyond for strip in drawn.strips] == ["right", "left", ""]
    assert [strip.words for strip in drawn.strips] == ["+1900 %", "−300 %", "+50 %"]
    assert [share(strip.x) for strip in drawn.strips] == [94.0, 6.0, 72.0]


def test_a_claim_of_zero_has_no_share_and_one_claim_no_overview() -> None:
    one, two, zero = line("a", 1, [1]), line("b", 2, [1]), line("c", 0, [1])
    assert overview.draw([one]) is None
    assert overview.draw([one, zero]) is None
    drawn = overview.draw([one, zero, two])
    assert drawn is not None
    assert len(drawn.strips) == 2


def test_equal_values_have_a_scale_of_a_hundredth() -> None:
    drawn = overview.draw([line("a", 1, [1]), line("b", 2, [2])])
    assert drawn is not None
    assert [tick.words for tick in drawn.ticks] == ["−1 %", "−0.5 %", "0 %", "0.5 %", "1 %"]


def test_long_names_are_cut_to_the_room_that_they_have() -> None:
    names = ["accuracy " * 20, "准确率" * 20, "x  y\nz"]
    drawn = overview.draw([line(name, 1, [1]) for name in names])
    assert drawn is not None
    shown = [strip.name for strip in drawn.strips]
    assert shown == [
        "\u2068accuracy accuracy accuracy accurac…\u2069",
        "\u2068准确率准确率准确率准确率准确率准确…\u2069",
        "\u2068x y z\u2069",
    ]


def test_a_share_is_written_with_its_sign() -> None:
    assert [per_cent(x) for x in (0.0, 0.123456, -0.031, 1e308)] == [
        "0 %", "+12.3 %", "−3.1 %", "beyond all numbers"
    ]  # fmt: skip


VALUES = st.floats(-results.LARGEST, results.LARGEST)


@example([(5e-324, [1e100, -1e100], 1e100), (1.0, [1.0], 0.0)])
@given(
    st.lists(
        st.tuples(
            VALUES,
            st.lists(VALUES, min_size=1, max_size=3),
            st.none() | st.floats(0, results.LARGEST),
        ),
        max_size=4,
    )
)
def test_everything_lies_on_the_drawing(
    claims: list[tuple[float, list[float], float | None]],
) -> None:
    drawn = overview.draw([line("x", *claim) for claim in claims])
    if drawn is None:
        return
    for strip in drawn.strips:
        places = [strip.x, *(s.x for s in (strip.tolerance, strip.interval) if s)]
        assert all(5.99 <= share(place) <= 94.01 for place in places)
    assert len(drawn.ticks) > 1
