"""Titles that differ in spelling only have one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import fold, title_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention is All you Need", "ATTENTION IS ALL YOU NEED."),
        ("Über Sträßle", "Uber Strassle"),
        ("Learning $\\alpha$-divergence", "Learning α-divergence"),
        ("A \\textit{very} {L}a{TeX} title", "A very LaTeX title"),
        ('Sch\\"{o}dinger \\ss{} \\O re', "Schödinger ss Øre"),
        ("Effect of <i>BRCA1</i> on H<sub>2</sub>O", "Effect of BRCA1 on H2O"),
        ("fi-ligature: ﬁt", "fi ligature fit"),
        ("Deep—learning", "Deep learning"),
        ("深度 学习：综述", "深度学习综述"),
        ("ﬀ Ⅳ ½", "ff IV 1⁄2"),
    ],
)
def test_the_same_title_in_two_spellings(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deep learning", "Deep learning 2"),
        ("深度学习", "深度学"),
        ("???", "!!!"),
        ("C", "C++ and D"),
        ("が", "か"),
        ("α-divergence", "β-divergence"),
    ],
)
def test_different_titles(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_the_key_is_a_digest_of_the_folded_title() -> None:
    assert fold("Attention is All you Need!") == "attentionisallyouneed"
    assert title_key("Attention is All you Need!") == "592b2b0bae57a89f301fcf342baf118a"


@given(st.text())
def test_any_title_has_a_key_of_32_hex_digits(title: str) -> None:
    assert len(title_key(title)) == 32
    assert set(title_key(title)) <= set("0123456789abcdef")
    assert fold(fold(title)) == fold(title)
