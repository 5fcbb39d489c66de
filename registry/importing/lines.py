"""The lines of a file or stream, one in memory at a time: gzip or plain by its first bytes."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from typing import IO, cast

LONGEST_LINE = 1024 * 1024  # bytes
_CHUNK = 256 * 1024


class Unreadable(Exception):
    """The file cannot be read (further); the text is a sentence."""


class Counted(io.RawIOBase):
    """A stream that tells how many bytes were taken from it."""

    def __init__(self, stream: IO[bytes], taken: Callable[[int], object]) -> None:
        self._stream = stream
        self._taken = taken

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self._taken(len(data))
        return len(data)


def lines(stream: IO[bytes], taken: Callable[[int], object] = lambda _: None) -> Iterator[bytes]:
    """Each line of `stream`, without its end; an overlong one is cut after LONGEST_LINE + 1 bytes.

    `taken` is called with the number of bytes read from `stream`. Raises Unreadable.
    """
    plain = io.BufferedReader(Counted(stream, taken), _CHUNK)
    first = True
    try:
        is_gzip = plain.peek(2)[:2] == b"\x1f\x8b"
        # GzipFile has a small buffer of its own; a larger one would lose more of a cut file.
        buffered = gzip.GzipFile(fileobj=plain) if is_gzip else plain
        while line := buffered.readline(LONGEST_LINE + 1):
            end = line
            while len(line) > LONGEST_LINE and end and not end.endswith(b"\n"):
                end = buffered.readline(LONGEST_LINE)
            yield (line.removeprefix(b"\xef\xbb\xbf") if first else line).rstrip(b"\r\n")
            first = False
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable("it is a damaged gzip file, or was cut off") from error
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
