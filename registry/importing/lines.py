"""A file or stream, unpacked while it is read: gzip or plain by its first bytes; its beginning,
by which its format is known, and its lines, one in memory at a time."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from typing import IO, cast

LONGEST_LINE = 1024 * 1024  # bytes
HEAD = 256 * 1024  # bytes that are looked at beforehand
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


class _Rejoined(io.RawIOBase):
    """A file whose beginning was read already. Raises Unreadable when it comes to the damage."""

    def __init__(self, source: "io.BufferedReader[Counted] | gzip.GzipFile") -> None:
        self._source = source
        self._failure: Unreadable | None = None
        self.head = b""
        while len(self.head) < HEAD and (more := self._read(HEAD - len(self.head))):
            self.head += more
        self._left = memoryview(self.head)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._left[: len(view)] if self._left else self._read(len(view))
        self._left = self._left[len(data) :] if self._left else self._left
        if not data and self._failure is not None:
            raise self._failure
        view[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        """What comes next, as much of it as is there: what stands before a damage is not lost."""
        if self._failure is None:
            try:
                return self._source.read1(size)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                self._failure = Unreadable("it is a damaged gzip file, or was cut off")
            except OSError as error:
                self._failure = Unreadable(error.strerror or str(error))
        return b""


def opened(
    stream: IO[bytes], taken: Callable[[int], object] = lambda _: None
) -> tuple[bytes, io.BufferedReader]:
    """The beginning of a file, HEAD bytes of it at most, and the whole file, unpacked.

    `taken` is called with the number of bytes read from `stream`. Reading raises Unreadable.
    """
    plain = io.BufferedReader(Counted(stream, taken), _CHUNK)
    try:
        is_gzip = plain.peek(2)[:2] == b"\x1f\x8b"
    except OSError:  # it comes again when that is read
        is_gzip = False
    rejoined = _Rejoined(gzip.GzipFile(fileobj=plain) if is_gzip else plain)
    return rejoined.head, io.BufferedReader(rejoined, _CHUNK)


def lines(buffered: io.BufferedReader) -> Iterator[bytes]:
    """Each line, without its end; an overlong one is cut after LONGEST_LINE + 1 bytes.

    Raises Unreadable.
    """
    first = True
    while line := buffered.readline(LONGEST_LINE + 1):
        end = line
        while len(line) > LONGEST_LINE and end and not end.endswith(b"\n"):
            end = buffered.readline(LONGEST_LINE)
        yield (line.removeprefix(b"\xef\xbb\xbf") if first else line).rstrip(b"\r\n")
        first = False
