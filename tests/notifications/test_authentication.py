"""Only our own mail server says whether a mail is from its sender (RFC 8601)."""

import pytest

from notifications.authentication import authenticated

OURS = "mx.site.example"


def said(*results: str, domain: str = "uni.example", authserv_id: str = OURS) -> bool:
    return authenticated(results, authserv_id=authserv_id, domain=domain)


@pytest.mark.parametrize(
    "result",
    [
        "mx.site.example; dmarc=pass (p=reject dis=none) header.from=uni.example",
        "MX.site.example 1; spf=fail smtp.mailfrom=x@elsewhere.example; dmarc=pass "
        "header.from=uni.example",
        "mx.site.example; dkim=pass header.d=uni.example header.s=s1",
        "mx.site.example; dkim=pass (1024-bit key) header.i=@cs.uni.example",
        "mx.site.example;\r\n\tspf=pass (sender IP is 192.0.2.1) smtp.mailfrom=ada@uni.example",
        "mx.site.example; dkim=fail header.d=uni.example; dkim=pass header.d=uni.example",
    ],
)
def test_what_our_server_passed_is_authenticated(result: str) -> None:
    assert said(result)


@pytest.mark.parametrize(
    "result",
    [
        "",
        "mx.site.example; none",
        "mx.site.example; dmarc=fail header.from=uni.example; spf=fail smtp.mailfrom=uni.example",
        "mx.site.example; dmarc=pass header.from=elsewhere.example",
        "mx.site.example; dkim=pass header.d=elsewhere.example",
        "mx.site.example; spf=pass smtp.mailfrom=mailer.example",
        "mx.site.example; dkim=pass",
        "mx.site.example; dkim=pass header.d=example",
        "mx.elsewhere.example; dmarc=pass header.from=uni.example",
        "mx.site.example.evil.example; dmarc=pass header.from=uni.example",
        "mx.elsewhere.example (mx.site.example; dmarc=pass); dmarc=pass header.from=uni.example",
        "mx.site.example (; dmarc=pass header.from=uni.example); dmarc=fail",
        "mx.site.example; x-dmarc=pass header.from=uni.example",
        'mx.site.example; dkim=pass reason="header.d=uni.example" header.d=evil.example',
        'mx.site.example; spf=pass smtp.mailfrom="; dmarc=pass header.from=uni.example"@x.example',
        'mx.site.example; dkim=pass header.d=evil.example reason="header.d=uni.example"',
    ],
)
def test_anything_else_is_not(result: str) -> None:
    assert not said(result)


def test_the_first_header_of_our_server_counts_and_no_later_one() -> None:
    forged = "mx.site.example; dmarc=pass header.from=uni.example"
    assert not said("mx.site.example; dmarc=fail header.from=uni.example", forged)
    assert said("mx.elsewhere.example; dmarc=fail", forged)


def test_without_a_name_of_our_server_nobody_is_authenticated() -> None:
    assert not said("; dmarc=pass header.from=uni.example", authserv_id="")
    assert not said("mx.site.example; dmarc=pass header.from=uni.example", domain="")
