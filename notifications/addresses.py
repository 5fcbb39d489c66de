"""Comparing e-mail addresses. Pure."""


def domain_of(address: str) -> str:
    """The domain in lower case and ASCII (IDNA), or as it stands where it is none; "" without @."""
    _, at, domain = address.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    if not at or domain.isascii():
        return domain if at else ""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def same_address(one: str, other: str) -> bool:
    """Whether both name one mailbox: spelled in any case, the domain in either form.

    RFC 5321 lets a server tell the case of the local part; none that we write to does.
    """
    locals_ = [address.strip().rpartition("@")[0].casefold() for address in (one, other)]
    return bool(locals_[0]) and locals_[0] == locals_[1] and domain_of(one) == domain_of(other)
