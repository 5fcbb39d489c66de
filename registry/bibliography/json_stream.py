"""JSON read work by work, without a tree of the whole file. Pure.

The works of a list, of the lists in which services wrap them, of one object, or of one object a
line (JSON Lines).
"""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

WRAPPERS = ("items", "results", "data", "works", "papers", "references", "notes", "value")
"""Keys whose lists are of works: Crossref, OpenAlex, DataCite, Semantic Scholar, Zotero."""
INTO = ("message",)
_SPACE = re.compile(r"[\s,\x1e\ufeff]*+")
_DECODER = json.JSONDecoder(strict=False)


class Broken(ValueError):
    """No JSON from here on; `at` is the place in the text."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Value:
    """A value that may be a work, and where it begins and ends."""

    start: int
    end: int
    value: Any


def values(text: str) -> Iterator[Value]:
    """The values that may be works, in their order. Raises Broken where the text is no JSON."""
    at = _skip(text, 0)
    while at < len(text):
        at = yield from _one(text, at)
        at = _skip(text, at)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _one(text: str, at: int) -> Generator[Value, None, int]:
    """The works of the value at `at`; returns where it ends."""
    if text[at] == "[":
        return (yield from _list(text, at))
    if text[at] == "{":
        return (yield from _object(text, at))
    value, end = decoded(text, at)
    yield Value(at, end, value)
    return end


def decoded(text: str, at: int) -> tuple[Any, int]:
    """The JSON value at `at`, and where it ends. Raises Broken."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:  # endless digits, endless brackets
        raise Broken(at) from error


def _list(text: str, at: int) -> Generator[Value, None, int]:
    at = _skip(text, at + 1)
    while at < len(text):
        if text[at] == "]":
            return at + 1
        value, end = decoded(text, at)
        yield Value(at, end, value)
        at = _skip(text, end)
    raise Broken(len(text))


def _object(text: str, start: int) -> Generator[Value, None, int]:
    """The works that an object wraps; the object itself where it wraps none."""
    single: dict[str, Any] = {}
    wrapped = False
    at = _skip(text, start + 1)
    while at < len(text):
        if text[at] == "}":
            if single and not wrapped:
                yield Value(start, at + 1, single)
            return at + 1
        key, at = _key(text, at)
        if at < len(text) and text[at] == "[" and key in WRAPPERS and not single.get("title"):
            wrapped = True
            at = yield from _list(text, at)
        elif at < len(text) and text[at] == "{" and key in INTO:
            wrapped = True
            at = yield from _object(text, at)
        else:
            single[key], at = decoded(text, at)
        at = _skip(text, at)
    raise Broken(len(text))


def _key(text: str, at: int) -> tuple[str, int]:
    key, at = decoded(text, at)
    at = _skip(text, at)
    if not isinstance(key, str) or at >= len(text) or text[at] != ":":
        raise Broken(at)
    return key, _skip(text, at + 1)
