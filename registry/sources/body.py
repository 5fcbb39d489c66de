"""Reading the body of an answer, as it comes, to a limit."""

import time
import zlib

import requests

LONGEST = 5_000_000
"""Bytes of an answer, as it is sent and as it is unpacked. The longest author lists take one."""
PIECE = 64 * 1024


class Refused(ValueError):
    """The body is not read on; the text says why, to stand after a colon."""


def read(answer: requests.Response, *, until: float) -> bytes:
    """The whole body, unpacked. Raises Refused, and OSError for one that ends too early or late."""
    declared = answer.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > LONGEST:
        raise Refused("it is far too long")
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Refused("it is packed in a way that was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
    taken, whole = 0, bytearray()
    # One read of the network at a time: reading whole pieces would wait for a slow sender.
    while piece := answer.raw.read1(PIECE, decode_content=False):
        taken += len(piece)
        if time.monotonic() > until:
            raise TimeoutError("the time of this call is over")
        if unpack:
            try:
                # Never more than a byte too many, however much is packed in a few.
                piece = unpack.decompress(piece, LONGEST + 1 - len(whole))
            except zlib.error:
                raise Refused("it cannot be unpacked") from None
        whole += piece
        if max(taken, len(whole)) > LONGEST:
            raise Refused("it is far too long")
    if unpack and not unpack.eof:
        raise ConnectionError("half an answer")
    return bytes(whole)
