"""The works of a JSON file of any size, one in memory at a time. Pure.

A list, the lists in which services wrap works (as registry/bibliography/json_stream.py knows them),
or one object after the other. Each work is decoded by the C code of the standard library, from a
window over the file.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from registry.bibliography.json_stream import INTO, WRAPPERS
from registry.bibliography.xml_stream import Readable

LONGEST_VALUE = 16 * 1024 * 1024  # characters of one work
_CHUNK = 1 << 19
_SPACE = re.compile(r"[\s,\x1e\ufeff]*+")
_DECODER = json.JSONDecoder(strict=False)


class Broken(ValueError):
    """No JSON from here on; the text is a sentence."""


def values(source: Readable) -> Iterator[Any]:
    """The values that may be works, in their order. Raises Broken where the file is no JSON."""
    window = _Window(source)
    while char := window.peek():
        if char == "[":
            yield from _list(window)
        elif char == "{":
            yield from _object(window)
        else:
            yield window.value()


def _list(window: "_Window") -> Iterator[Any]:
    window.skip_one()
    while (char := window.peek()) != "]":
        if not char:
            raise Broken("the list is not closed: the file may have been cut off")
        yield window.value()
    window.skip_one()


def _object(window: "_Window") -> Iterator[Any]:
    """The works that an object wraps; the object itself where it wraps none."""
    single: dict[str, Any] = {}
    wrapped = False
    window.skip_one()
    while (char := window.peek()) != "}":
        if not char:
            raise Broken("the object is not closed: the file may have been cut off")
        key = window.value()
        if not isinstance(key, str) or window.peek() != ":":
            raise Broken("a name with its colon is expected here")
        window.skip_one()
        char = window.peek()
        if char == "[" and key in WRAPPERS and not single.get("title"):
            wrapped = True
            yield from _list(window)
        elif char == "{" and key in INTO:
            wrapped = True
            yield from _object(window)
        else:
            single[key] = window.value()
    window.skip_one()
    if single and not wrapped:
        yield single


class _Window:
    """The part of the text that is in memory, and the place in it."""

    def __init__(self, source: Readable) -> None:
        self.source = source
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self.text, self.at, self.ended = "", 0, False

    def peek(self) -> str:
        """The next character that is neither space nor comma; nothing at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self._more()

    def skip_one(self) -> None:
        self.at += 1

    def value(self) -> Any:
        """The value at this place. Raises Broken."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise Broken("brackets stand too deep in one another") from error
            except ValueError as error:  # it may go on beyond the window
                if self.ended or len(self.text) - self.at > LONGEST_VALUE:
                    raise Broken(getattr(error, "msg", "a number is too long")) from error
            else:
                if end < len(self.text) or self.ended:
                    self.at = end
                    return value
            self._more()

    def _more(self) -> None:
        """Adds as much as there is, at least a chunk: a long value is tried a few times only."""
        kept = self.text[self.at :]
        parts, size = [kept], 0
        while size < max(_CHUNK, len(kept)) and not self.ended:
            data = self.source.read(_CHUNK)
            self.ended = not data
            parts.append(self.decoder.decode(data, self.ended))
            size += len(data)
        self.text, self.at = "".join(parts), 0
