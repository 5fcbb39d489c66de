#!/usr/bin/env python3
"""Check a bibliography against a registry of papers that other people could not reproduce.

    unreproduced check refs.bib --site https://unreproduced.example
    unreproduced identify "see arXiv:1706.03762 and doi:10.1234/abc"

`check` sends the file to the registry, which answers what is known of each reference and keeps
nothing. With --private nothing of the file is sent: only the first three hexadecimal digits of the
SHA-256 of each identifier. The registry's address may also stand in UNREPRODUCED_SITE.

Exit codes of `check`: 0 nothing found, 1 a reference is listed or retracted, 2 it could not be
checked. This one file is enough for `check`; `identify` and --private need the package.
"""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

NOTHING, FOUND, FAILED = 0, 1, 2
ALARMING = ("no_answer", "confirmed", "retracted")
WORDS = {
    "no_answer": "listed: no answer",
    "confirmed": "listed: confirmed by the authors",
    "nothing": "nothing known",
}
"""Findings whose words are not their names."""
TIMEOUT = 60  # seconds
ADVICE = "Name the registry: --site https://..., or UNREPRODUCED_SITE in the environment."


class Failure(Exception):
    """The check could not be made; the text is a sentence that says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="unreproduced", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check bibliographies", description=__doc__,
                                formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    check.add_argument(
        "files", nargs="+", metavar="FILE", help="a bibliography; - is standard input"
    )
    check.add_argument("--site", default=os.environ.get("UNREPRODUCED_SITE", ""),
                       help="the registry's address")  # fmt: skip
    check.add_argument("--private", action="store_true", help="send no part of the file")
    check.add_argument("--json", action="store_true", help="print the answer as JSON")
    check.add_argument("--all", action="store_true", help="also print what nothing is known of")
    check.add_argument("--pass-if-away", action="store_true",
                       help="exit with 0 where the registry does not answer")  # fmt: skip
    identify = commands.add_parser("identify", help="print the identifiers in texts, as JSON lines")
    identify.add_argument(
        "texts", nargs="+", metavar="TEXT", help="- is standard input, a line each"
    )
    given = parser.parse_args(arguments)
    try:
        return _identify(given.texts) if given.command == "identify" else _check(given)
    except Failure as error:
        print(f"unreproduced: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # of a pipe like `| head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return FAILED


# --- checking ---------------------------------------------------------------------------
class Away(Failure):
    """The registry does not answer."""


def _check(given: argparse.Namespace) -> int:
    site = given.site.rstrip("/")
    if urlsplit(site).scheme not in ("http", "https"):
        raise Failure(f"{site} is no web address. {ADVICE}" if site else ADVICE)
    alarming = 0
    for name in given.files:
        data = _bytes(name)
        try:
            answer = _privately(site, data, name) if given.private else _openly(site, data, name)
        except Away as error:
            if not given.pass_if_away:
                raise
            print(f"unreproduced: {error} {name} was not checked.", file=sys.stderr)
            continue
        if given.json:
            print(json.dumps({"file": name, **answer}, ensure_ascii=False))
        else:
            _print(name, answer, given.all)
        alarming += sum(one["finding"] in ALARMING for one in answer["results"])
    return FOUND if alarming else NOTHING


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Failure(f"{name} cannot be read: {error.strerror or error}.") from error


def _openly(site: str, data: bytes, name: str) -> dict[str, Any]:
    path = f"/api/v1/check?name={quote(Path(name).name)}"
    return _ask(Request(site + path, data, {"Content-Type": "application/octet-stream"}))


def _ask(request: Request) -> dict[str, Any]:
    """The registry's answer. Raises Failure, and Away where there is none."""
    request.add_header("User-Agent", "unreproduced-check/1")
    request.add_header("Accept", "application/json")
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            found = json.load(response)
    except HTTPError as error:
        _refused(error)
    except (URLError, OSError, TimeoutError) as error:
        reason = getattr(error, "reason", error)
        raise Away(f"{urlsplit(request.full_url).netloc} does not answer ({reason}).") from error
    except ValueError as error:
        raise Away(f"{urlsplit(request.full_url).netloc} answers with something else than JSON; "
                   "is it a registry?") from error  # fmt: skip
    if not isinstance(found, dict):
        raise Away(f"{urlsplit(request.full_url).netloc} is no registry of this kind.")
    return found


def _refused(error: HTTPError) -> NoReturn:
    try:
        detail = str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        detail = f"it answered {error.code}."
    if error.code in (429, 500, 502, 503, 504):
        raise Away(f"The registry cannot answer now: {detail}") from error
    raise Failure(f"The registry refused this: {detail}") from error


def _print(name: str, answer: dict[str, Any], everything: bool) -> None:
    """A line for each reference of which something is known, and a line for all of them."""
    for one in answer["results"]:
        told = one["finding"] not in ("nothing",) or one.get("near") or one.get("notices")
        if told or everything:
            print(_line(name, one))
    words = {one["finding"]: one.get("words") for one in answer["results"]}
    each = ", ".join(
        f"{number} {words[finding] or finding.replace('_', ' ')}"
        for finding, number in answer["counts"].items()
    )
    total = len(answer["results"])
    all_of_them = f"{total} reference{'s' if total != 1 else ''}"
    print(f"{name}: {all_of_them}{': ' if each else ''}{each}.")
    if answer.get("cut"):
        print(f"{name}: {answer['cut']}")


def _line(name: str, one: dict[str, Any]) -> str:
    """As compilers write it, so that editors lead to the line."""
    if one["finding"] == "not_understood":
        return f"{name}:{one['line']}: not understood: {one['why']}"
    paper = one.get("paper") or {}
    title = paper.get("title") or one.get("title") or ", ".join(one.get("identifiers", ()))
    parts = [f"{name}:{one['line']}: {one['words']}: {title}"]
    more = []
    if one.get("key"):
        parts.append(f"[{one['key']}]")
    if one.get("by"):
        parts.append(f"(by {one['by']})")
    if paper:
        parts.append(paper["url"])
    for said in one.get("notices") or ():
        dated = f" {said['dated']}" if said["dated"] else ""
        more.append(f"; {said['kind']}{dated} according to {said['source']}")
    for near in one.get("near") or ():
        standing = near["standing"].replace("_", " ")
        more.append(f"; did you mean “{near['title']}” ({standing})? {near['url']}")
    return " ".join(parts) + "".join(more)


# --- without sending it -----------------------------------------------------------------
def _privately(site: str, data: bytes, name: str) -> dict[str, Any]:
    """What is known of the identifiers in the file, asked for by prefixes of their digests."""
    entries = list(_read(data, name))
    buckets: dict[str, dict[str, str]] = {}
    results = []
    for entry in entries:
        if not hasattr(entry, "identifiers"):
            results.append({"line": entry.line, "finding": "not_understood", "why": entry.why})
            continue
        known = {}
        for found in entry.identifiers:
            digest = hashlib.sha256(f"{found.scheme}:{found.value}".encode()).hexdigest()
            if digest[:3] not in buckets:
                asked = _ask(Request(f"{site}/api/v1/prefixes/{digest[:3]}"))
                buckets[digest[:3]] = asked["digests"]
            if digest in buckets[digest[:3]]:
                known[f"{found.scheme}:{found.value}"] = buckets[digest[:3]][digest]
        finding = min(known.values(), key=_weight, default="nothing")
        results.append({
            "line": entry.line, "key": entry.key, "title": entry.title, "finding": finding,
            "words": WORDS.get(finding, finding.replace("_", " ")), "by": ", ".join(known),
            "identifiers": [f"{found.scheme}:{found.value}" for found in entry.identifiers],
        })  # fmt: skip
    without = sum(not one.get("identifiers") for one in results)
    cut = f"{without} have no identifier and could not be checked privately." if without else ""
    counts = Counter(sorted((one["finding"] for one in results), key=_weight))
    return {"results": results, "counts": counts, "cut": cut}


def _weight(finding: str) -> int:
    return ALARMING.index(finding) if finding in ALARMING else len(ALARMING)


def _read(data: bytes, name: str) -> Iterable[Any]:
    try:
        from registry.bibliography import reading
        from registry.bibliography.entry import Unreadable
    except ImportError as error:
        raise Failure(_WHOLE.format("--private")) from error
    try:
        yield from reading.read(data, name=Path(name).name).entries
    except Unreadable as error:
        raise Failure(f"{name}: {error}") from error


_WHOLE = "{} needs the whole package and not this file alone: pip install unreproduced."


# --- identifiers ------------------------------------------------------------------------
def _identify(texts: Sequence[str]) -> int:
    """Print every identifier in the texts, a JSON object a line."""
    try:
        from registry import identifiers
    except ImportError as error:
        raise Failure(_WHOLE.format("identify")) from error
    for text in _lines(texts):
        found = identifiers.find_all(text)
        if not found and text.strip().isdecimal():  # asked for by itself, a number is a PubMed id
            one = identifiers.parse(f"pmid:{text.strip()}")
            found = [one] if one is not None else []
        for one in found:
            said = {"scheme": one.scheme, "value": one.value}
            if one.version:
                said["version"] = one.version
            said["url"] = identifiers.url(one.scheme, one.value)
            print(json.dumps(said, ensure_ascii=False))
    return NOTHING


def _lines(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if text == "-":
            yield from (line.rstrip("\n") for line in sys.stdin)
        else:
            yield text


def run() -> NoReturn:
    """Run the command, and end the process with its exit code."""
    sys.exit(main())


if __name__ == "__main__":
    run()
