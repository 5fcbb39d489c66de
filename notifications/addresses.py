"""How e-mail addresses are spelled, compared, and written to a server. Pure."""

import re

import idna


def domain_of(address: str) -> str:
    """The domain in lower case and ASCII (IDNA), or as it stands where it is none; "" without @."""
    _, at, domain = address.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    if not at or domain.isascii():
        return domain if at else ""
    try:
        return in_ascii(domain)
    except ValueError:
        return domain


def in_ascii(domain: str) -> str:
    """`domain` in its ASCII form: by IDNA 2008 (RFC 5891) after the mapping of UTS 46, or by IDNA
    2003 where only that knows it. ValueError if neither does."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain.encode("idna").decode()


def wire_address(address: str) -> str:
    """`address` as it is told to a server, its domain in ASCII; ValueError if it is none.

    The part before the @ stays as it is: one with other letters needs SMTPUTF8 (RFC 6531).
    """
    local, _, domain = address.strip().rpartition("@")
    if re.search(r"[\s<>\x00-\x1f\x7f]", local) or not local:
        raise ValueError("This is no e-mail address.")
    return f"{local}@{domain if domain.isascii() else in_ascii(domain)}"


def needs_utf8(address: str) -> bool:
    """Whether only a server with SMTPUTF8 can take mail for `address`."""
    return not address.strip().rpartition("@")[0].isascii()


def same_address(one: str, other: str) -> bool:
    """Whether both name one mailbox: spelled in any case, the domain in either form.

    RFC 5321 lets a server tell the case of the local part; none that we write to does.
    """
    locals_ = [address.strip().rpartition("@")[0].casefold() for address in (one, other)]
    return bool(locals_[0]) and locals_[0] == locals_[1] and domain_of(one) == domain_of(other)
