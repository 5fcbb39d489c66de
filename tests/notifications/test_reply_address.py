"""Signed addresses: who answers which letter, as nobody else could write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reply_address import Purpose, Signed, address, read, read_all, token

KEY = "a key of the tests"
numbers = st.integers(0, 2**48 - 1)
purposes = st.sampled_from(list(Purpose))


@given(purposes, numbers)
def test_what_was_signed_is_read_again_in_any_case(purpose: Purpose, number: int) -> None:
    made = address("reply+{}@site.example", purpose, number, KEY)
    local = made.partition("@")[0]
    assert len(local) < 64
    assert made == made.lower()
    for spelled in (made, made.upper(), made.title(), f"Us <{made}>", f'"{local}"@site.example'):
        assert read(spelled, KEY) == Signed(purpose, number)


@given(purposes, numbers, st.integers(0, 26), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_character_is_no_signature(
    purpose: Purpose, number: int, place: int, other: str
) -> None:
    made = token(purpose, number, KEY)
    changed = made[:place] + other + made[place + 1 :]
    found = read(f"reply+{changed}@site.example", KEY)
    assert found is None or found == Signed(purpose, number)


@given(purposes, numbers)
def test_another_key_signs_otherwise(purpose: Purpose, number: int) -> None:
    assert read(token(purpose, number, "another key"), KEY) is None


@given(st.text())
def test_any_text_is_looked_through(text: str) -> None:
    assert read(text, KEY) is None


def test_a_reply_to_three_letters_names_each_once() -> None:
    to = [address("reply+{}@site.example", Purpose.REPLY, n, KEY) for n in (7, 8, 9)]
    assert read_all([", ".join(to), to[0].upper()], KEY) == [
        Signed(Purpose.REPLY, 7),
        Signed(Purpose.REPLY, 8),
        Signed(Purpose.REPLY, 9),
    ]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_serves_its_own_purpose_alone(purpose: Purpose) -> None:
    made = token(purpose, 12, KEY)
    for other in set(Purpose) - {purpose}:
        assert read(other + made[1:], KEY) is None
