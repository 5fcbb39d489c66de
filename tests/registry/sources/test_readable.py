"""Titles without markup, as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import title_key
from registry.sources.readable import readable
from tests.patience import at_most

MML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Plain text", "Plain text"),
        ("  two \n\t lines ", "two lines"),
        ("CO<sub>2</sub> at 10<sup>-3</sup> bar", "CO₂ at 10⁻³ bar"),
        ("a CO <sub>2</sub> vent", "a CO₂ vent"),
        ("in <i>Felis catus</i> (<b>new</b>)", "in Felis catus (new)"),
        ("x<sup>*</sup> and <i>c<sub>p</sub></i>", "x* and cp"),
        ("R&amp;D, a &lt; b", "R&D, a < b"),
        ("for &amp;lt;scp&amp;gt;AI&amp;lt;/scp&amp;gt; use", "for AI use"),
        ("LAMPS&lt;subtitle&gt;A study&lt;/subtitle&gt;", "LAMPS: A study"),
        ("if p<q and q>r then", "if p<q and q>r then"),
        ("<jats:italic>E. coli</jats:italic> grows", "E. coli grows"),
        ("On $\\sigma$-algebras", "On σ-algebras"),
        (r"Schr\"odinger's {C}at, \emph{again}", "Schrödinger's Cat, again"),
        ("Lamps of $18.50, cloth; $10.00, paper", "Lamps of $18.50, cloth; $10.00, paper"),
        ("50% of all", "50% of all"),
        ("WÃ¼bben, Å½ivkoviÄ‡ and 17Î²-lamps", "Wübben, Živković and 17β-lamps"),
        ("Ça va? Ã la carte", "Ça va? Ã la carte"),
        ("灯 и лампа", "灯 и лампа"),
    ],
)
def test_markup_is_made_readable(markup: str, text: str) -> None:
    assert readable(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("in the<mml:math {}><mml:mi>N</mml:mi><mml:mo>=</mml:mo><mml:mn>8</mml:mn></mml:math>case",
         "in the N=8 case"),
        ("Lamp<mml:math {}><mml:mo>∗</mml:mo></mml:math>-oils", "Lamp∗-oils"),
        ("<mml:math {}><mml:msub><mml:mi>Ru</mml:mi><mml:mn>2</mml:mn></mml:msub></mml:math>: x",
         "Ru₂: x"),
        ("<mml:math {}><mml:msubsup><mml:mi>x</mml:mi><mml:mn>1</mml:mn><mml:mn>2</mml:mn>"
         "</mml:msubsup></mml:math>", "x₁²"),
        ("of <mml:math {}><mml:mmultiscripts><mml:mi>Tb</mml:mi><mml:mprescripts/><mml:none/>"
         "<mml:mn>153</mml:mn></mml:mmultiscripts></mml:math>", "of ¹⁵³Tb"),
        ("<math><mfrac><mn>1</mn><mi>ab</mi></mfrac><msqrt><mi>x</mi></msqrt></math>", "1/(ab)√x"),
        ('<math alttext="$d$"><semantics><mi>d</mi><annotation>\\delta</annotation></semantics>'
         "</math>-complete", "d-complete"),
        ("<math><mi>broken</mn></math> end", "broken end"),
        ("<math><mi>&unknown;</mi></math> end", "&unknown; end"),
    ],
)  # fmt: skip
def test_formulas_stand_on_one_line(markup: str, text: str) -> None:
    assert readable(markup.replace("{}", MML)) == text


def test_a_title_with_and_without_markup_is_the_same_title() -> None:
    marked = "Lamps in CO<sub>2</sub> and <mml:math><mml:mi>x</mml:mi></mml:math>"
    assert title_key(readable(marked)) == title_key("Lamps in CO2 and x")


@given(st.text(alphabet="<>/&;{}$\\ mathsubinfp:=\"'xé", max_size=200))
def test_nothing_raises_and_what_comes_is_on_one_line(markup: str) -> None:
    text = readable(markup)
    assert text == " ".join(text.split())


@pytest.mark.parametrize(
    "hostile",
    [
        "<math>" * 6000, "<math><mi>" * 3000 + "</math>" * 3000, "<sub>" * 8000, " " * 40_000,
        "{" * 40_000, "$x" * 20_000, "&amp;" * 8000, "&lt;sub&gt;" * 3000, "Ã¼" * 20_000,
        "<subtitle" * 4000, "<" * 40_000, "\\frac{" * 6000, "(" * 40_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_titles_take_no_time(hostile: str) -> None:
    with at_most(10):
        readable(hostile)
