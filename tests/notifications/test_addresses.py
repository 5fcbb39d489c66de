"""How addresses are spelled and compared."""

import pytest

from notifications.addresses import domain_of, needs_utf8, same_address, wire_address


@pytest.mark.parametrize(
    ("domain", "ascii_form"),
    [
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008; that of 2003 says strasse
        ("大学。example", "xn--pss25c.example"),  # an ideographic full stop
        ("☃.example", "xn--n3h.example"),  # IDNA 2003 alone knows it
        ("UNI.example", "UNI.example"),
        ("ex_a.example", "ex_a.example"),
    ],
)
def test_a_domain_goes_out_in_ascii(domain: str, ascii_form: str) -> None:
    assert wire_address(f"Ada@{domain}") == f"Ada@{ascii_form}"


@pytest.mark.parametrize(
    "address", ["ada@" + "ü" * 70 + ".example", "a b@x.example", "<a@x.example", "@x"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire_address(address)


def test_only_letters_before_the_at_sign_need_a_server_that_takes_them() -> None:
    assert needs_utf8("näme@uni.example")
    assert not needs_utf8("ada@münchen.example")


def test_the_domain_is_the_same_however_it_is_spelled() -> None:
    for address in ("Ada@MÜNCHEN.Example", "x@xn--mnchen-3ya.example", "a@b@münchen.example. "):
        assert domain_of(address) == "xn--mnchen-3ya.example"
    assert domain_of("nowhere") == ""
    assert domain_of("a@" + "ü" * 70) == "ü" * 70


def test_one_mailbox_in_two_spellings_is_one() -> None:
    assert same_address("Ada@MÜNCHEN.example", "ada@xn--mnchen-3ya.example")
    assert not same_address("ada@uni.example", "ida@uni.example")
