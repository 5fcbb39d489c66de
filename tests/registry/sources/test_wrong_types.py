"""Whatever an answer holds in whichever place: facts, or one of the named errors.

`make proof` tries ten times as many.
"""

import copy
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sources import (
    arxiv,
    arxiv_oai,
    crossref,
    datacite,
    datacite_xml,
    openalex,
    openreview,
    semantic_scholar,
    unixref,
)
from registry.sources.errors import SourceError
from registry.sources.facts import Facts
from tests.registry.sources import shapes

TIMES = 100 if os.environ.get("PROOF") else 10
READERS: dict[str, tuple[Callable[[Any], Facts], dict[str, Any]]] = {
    "Crossref": (crossref.read, shapes.crossref(**{
        "updated-by": [shapes.update("retraction", "10.5555/n")],
        "update-to": [shapes.update("correction", "10.5555/o")]})),
    "DataCite": (datacite.read, shapes.datacite()),
    "OpenReview": (openreview.read, shapes.openreview()),
    "Semantic Scholar": (semantic_scholar.read, shapes.semantic_scholar()),
    "OpenAlex": (openalex.read, shapes.openalex()),
}  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["10.5555/x", "\x00", "\ud800", "9" * 50, "2024-99-99", "http://[", "&lt;"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["title", "value", "date-parts", "name", "id"])
                      | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every place in an answer."""
    found = [path] if path else []
    members = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        members = enumerate(value)
    for key, inner in members:
        found += places(inner, (*path, key))
    return found


def well_formed(facts: Facts) -> None:
    """Every text on one line and of its length, every list a tuple."""
    assert isinstance(facts, Facts)
    for one in fields(facts):
        value = getattr(facts, one.name)
        if isinstance(value, str):
            assert value == " ".join(value.split())
            assert "\x00" not in value
            value.encode()
            assert len(value) <= 20_000
        if isinstance(value, list | dict):
            raise AssertionError(one.name)
    assert facts.year is None or 1500 <= facts.year <= 2200
    assert all(author.name.strip() and len(author.name) <= 300 for author in facts.authors)


@pytest.mark.parametrize("source", READERS)
@settings(max_examples=6 * TIMES, deadline=None)
@given(data=st.data())
def test_wrong_types_anywhere(source: str, data: st.DataObject) -> None:
    read, shape = READERS[source]
    answer = copy.deepcopy(shape)
    for path in data.draw(st.lists(st.sampled_from(places(shape)), min_size=1, max_size=3)):
        inner: Any = answer
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = data.draw(ANYTHING)
        except (KeyError, IndexError, TypeError):  # what led there was replaced
            continue
    try:
        well_formed(read(answer))
    except SourceError as error:
        assert str(error).startswith(source)


@pytest.mark.parametrize("source", READERS)
@settings(max_examples=4 * TIMES, deadline=None)
@given(answer=ANYTHING.map(json.dumps).map(str.encode) | st.binary(max_size=100))
def test_any_json_and_any_bytes(source: str, answer: bytes) -> None:
    read, _ = READERS[source]
    try:
        well_formed(read(answer))
    except SourceError as error:
        assert str(error).startswith(source)


TAGS = st.sampled_from([
    "feed", "entry", "id", "title", "author", "name", "record", "header", "metadata", "dc", "date",
    "arXiv", "arXivRaw", "version", "identifier", "crossref", "journal", "journal_article",
    "doi_data", "doi", "titles", "contributors", "person_name", "publication_date", "year",
    "resource", "creators", "creator", "creatorName", "updates", "update", "program",
])  # fmt: skip
TEXTS = st.sampled_from(["", "x", "10.5555/x", "arxiv.org/abs/2401.01234v2", "2024", "&#233;"])
TREES = st.recursive(
    TEXTS,
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(
        lambda one: f'<{one[0]} type="retraction" version="v1">{"".join(one[1])}</{one[0]}>'
    ),
    max_leaves=25,
)


@settings(max_examples=10 * TIMES, deadline=None)
@given(inside=TREES, root=TAGS)
def test_any_xml(inside: str, root: str) -> None:
    answer = f"<{root}>{inside}</{root}>".encode()
    for read in (arxiv.read, unixref.read, datacite_xml.read):
        with suppress(SourceError):
            well_formed(read(answer))
    with suppress(SourceError):
        for facts in arxiv_oai.read(answer).papers:
            well_formed(facts)
