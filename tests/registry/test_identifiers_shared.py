"""The identifier cases of other projects' tests."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from registry.identifiers import normalise, parse, read, title_key, url

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
CASES = DATA / "identifiers" / "open" / "cases.json"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not CASES.exists(), reason="the shared identifier cases are not here"),
]
OURS = {"doi", "arxiv", "pmid", "isbn", "openalex"}


def cases(*functions: str) -> list[dict[str, Any]]:
    return [case for case in json.loads(CASES.read_text()) if case["func"] in functions]


def test_dois_of_jabref_and_bibaudit() -> None:
    for case in cases("doi", "normalize_doi"):
        found = parse(case["input"])
        expected = case["expected"]
        if expected is None:
            assert found is None, case
        else:
            assert found is not None, case
            assert (found.scheme, found.value) == ("doi", expected.lower()), case


def test_addresses_of_dois_of_jabref() -> None:
    for case in cases("doi_to_url"):
        expected = case["expected"].replace("http://", "https://")
        assert url("doi", normalise("doi", case["input"])) == expected


def test_identifiers_of_idutils() -> None:
    for case in cases("detect_and_normalise"):
        found = parse(case["input"])
        if found is None and re.fullmatch(r"\d{1,8}", case["input"]):
            found = read("pmid", case["input"])  # a bare number is one where it is asked for
        schemes = [s for s in case["expected_schemes"] if s in OURS]
        if not schemes:
            assert found is None, case
            continue
        assert found is not None, case
        assert found.scheme == schemes[0], case
        value = found.value + found.version
        expected = case["expected_normalised"].removeprefix("arXiv:")
        if found.scheme == "isbn":  # theirs keeps the hyphens, and names none for a URN
            expected = normalise("isbn", expected) if expected else value
        assert value.lower() == expected.lower(), case


def test_arxiv_ids_of_arxiv_base() -> None:
    for case in cases("parse_arxiv_id", "arxiv"):
        found = parse(case["input"])
        assert found is not None, case
        assert found.scheme == "arxiv", case
        if "expected" in case:
            assert found.value == case["expected"]


def test_titles_of_bibaudit_fold_alike() -> None:
    titles = [case for case in cases("clean") if "–" not in case["input"]]
    assert titles
    for case in titles:
        assert title_key(case["input"]) == title_key(case["expected"])


def test_every_identifier_of_the_real_papers_is_read() -> None:
    path = DATA / "papers" / "papers.jsonl.gz"
    unread = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 7:
                continue
            row = json.loads(line)
            for scheme in ("doi", "arxiv", "openreview", "acl"):
                value = row.get(scheme)
                if value and normalise(scheme, url(scheme, normalise(scheme, value))) not in (
                    value, value.lower(),
                ):  # fmt: skip
                    unread.append((scheme, value))
    assert unread == []
