"""What is signed inside of an S/MIME mail (CMS, RFC 5652), without checking the signature. Pure."""

_DATA = bytes.fromhex("06092a864886f70d010701")
"""The object identifier of plain content (RFC 5652, section 4)."""
_PIECES = 200_000


def signed_content(data: bytes) -> bytes:
    """The content of a SignedData structure in BER; empty if `data` is none.

    The content follows the first identifier of plain content, in an explicit tag [0], as one
    octet string or as one of many pieces.
    """
    at = data[:2_000].find(_DATA)
    if at < 0 or data[:1] != b"\x30":
        return b""
    at += len(_DATA)
    if data[at : at + 1] != b"\xa0":  # the signature stands alone
        return b""
    at, _ = _length(data, at + 1)
    tag = data[at : at + 1]
    at, length = _length(data, at + 1)
    if tag == b"\x04":
        return data[at : at + length] if length >= 0 else b""
    if tag != b"\x24":
        return b""
    end = at + length if length >= 0 else len(data)
    found: list[bytes] = []
    while at < end and data[at : at + 1] == b"\x04" and len(found) < _PIECES:
        at, length = _length(data, at + 1)
        if length < 0:
            break
        found.append(data[at : at + length])
        at += length
    return b"".join(found)


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Where the value begins, and how long it is; -1 if that is not said beforehand."""
    first = data[at] if at < len(data) else 0x80
    if first < 0x80:
        return at + 1, first
    count = first & 0x7F
    if not count or count > 8:
        return at + 1, -1
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")
