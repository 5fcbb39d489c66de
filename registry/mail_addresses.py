"""E-mail addresses: whole or not, by their spelling alone, and whether a domain takes mail."""

from typing import Any

from email_validator import EmailNotValidError, validate_email


class NotWhole(ValueError):
    """It is no e-mail address; the text is a sentence that says what one looks like."""


def whole(typed: str) -> str:
    """The address in its one spelling, by its syntax alone (RFC 5321). Raises NotWhole."""
    try:
        checked = validate_email(
            typed.removeprefix("mailto:").strip("<>"),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise NotWhole(
            "This is not a whole e-mail address: write it like name@university.edu."
        ) from error
    return checked.ascii_email or checked.normalized


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case, which says something of somebody's institution;
    empty for an address that was erased."""
    return address.rpartition("@")[2].lower()


def takes_mail(address: str, *, resolver: Any) -> bool | None:
    """Whether the domain of a whole address takes mail, as `resolver` (dnspython's) answers: it
    has an MX record, or an address and no word against (RFC 5321, section 5; RFC 7505). None
    where the answer does not come.
    """
    try:
        checked = validate_email(address, check_deliverability=True, dns_resolver=resolver)
    except EmailNotValidError:
        return False
    return True if getattr(checked, "mx", None) else None  # the attribute comes with an answer
