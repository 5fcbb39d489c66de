"""Ten published reports, typed into the form: each thing that they say has a field.

What the collection does not have (tables of values, hours, addresses) is made up here.
"""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from reports.models import Report
from tests.reports.typed import complete, make_user, signed_in, submit

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
REPORTS = DATA / "repro_outcomes" / "mlrc_reports.json"
PAPERS = DATA / "papers" / "papers.jsonl.gz"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(
        not (REPORTS.exists() and PAPERS.exists()), reason="the shared reports are not here"
    ),
]
HEADINGS = {
    "Scope": r"Scope of Reproducibility",
    "Method": r"Methodology",
    "Results": r"Results",
    "Easy": r"What was easy",
    "Difficult": r"What was difficult",
    "Talk": r"Communication with (?:the )?original authors?",
}
KEPT_APART = {"file", "domain", "hint_partial_or_failed", "title_mark", "original_papers_jsonl_ids"}
"""What the collection says about a report, and no report says of itself."""


def ten() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Ten reports with the records of their papers; those that did not succeed first."""
    reports = [
        one
        for one in json.loads(REPORTS.read_text())
        if one["original_papers_jsonl_ids"] and one["abstract"]
    ]
    reports.sort(key=lambda one: one["title_mark"] != "failed")
    wanted = {one["original_papers_jsonl_ids"][0]: one for one in reports[:10]}
    found = []
    with gzip.open(PAPERS, "rt", encoding="utf-8") as lines:
        for line in lines:
            if (name := re.search(r'"id":\s*"([^"]+)"', line)) and name[1] in wanted:
                found.append((wanted[name[1]], json.loads(line)))
    assert len(found) == 10
    return found


def parts(abstract: str) -> dict[str, str]:
    """The sections of a report's abstract, by their usual headings; all of it where it has none."""
    marks = [
        (match.start(), match.end(), name)
        for name, pattern in HEADINGS.items()
        if (match := re.search(rf"\b{pattern}\b", abstract))
    ]
    marks.sort()
    ends = [start for start, _, _ in marks[1:]] + [len(abstract)]
    return {
        name: abstract[end:stop].strip(" -—.:\\\n")
        for (_, end, name), stop in zip(marks, ends, strict=bool(marks))
    } or {"Method": abstract}


def bibtex(record: dict[str, Any]) -> str:
    authors = " and ".join(record["authors"])
    lines = {name: record.get(name) for name in ("venue", "year", "doi", "url")}
    names = {"venue": "booktitle"}
    fields = "".join(
        f"  {names.get(name, name)} = {{{value}}},\n" for name, value in lines.items() if value
    )
    title = record["title"]
    return f"@inproceedings{{key,\n  title = {{{title}}},\n  author = {{{authors}}},\n{fields}}}"


def claims(text: str) -> list[str]:
    """The numbered claims of a section, or the section."""
    found = re.findall(r"(?:\b|\()\d[.)]\s*(.+?)(?=(?:\b|\()\d[.)]\s|$)", text, re.S)
    return [one.strip() for one in found if len(one) > 20] or [text]


def typed_of(report: dict[str, Any], filled: dict[str, str]) -> dict[str, str]:
    said = parts(report["abstract"])
    form = complete(None) | filled | {
        "mode": "re-run" if re.search(r"authors?['’]? .{0,30}code|code .{0,30}authors?",
                                      report["abstract"]) else "re-implementation",
        "version": filled.get("venue") or "as published",
        "summary": "\n\n".join(
            said[name] for name in ("Method", "Results", "Easy", "Talk") if name in said
        ),
        "environment": report.get("language") or "Python",
        "differences": said.get("Difficult", ""),
        "outcome": "did not match" if report["title_mark"] == "failed" else "matched in part",
        "code_url": "", "code_commit": "", "data_used": "",
        "shown_as": ", ".join(report["authors"])[:200],
        "address-0-author": "1",
        "evidence-count": "3",
    }  # fmt: skip
    links = [("code", report["code_url"]), ("other", report["report_url"]),
             ("other", report["review_url"])]  # fmt: skip
    for number, (kind, url) in enumerate(link for link in links if link[1]):
        form |= {f"evidence-{number}-kind": kind, f"evidence-{number}-url": url,
                 f"evidence-{number}-note": report["report_doi"] or ""}  # fmt: skip
    row = {name: value for name, value in form.items() if name.startswith("claim-0-")}
    quotes = claims(said.get("Scope") or report["abstract"])
    for number, quote in enumerate(quotes):
        form |= {name.replace("claim-0", f"claim-{number}"): value for name, value in row.items()}
        form[f"claim-{number}-quote"] = quote
    return form | {"claim-count": str(len(quotes))}


def test_ten_published_reports_are_typed_without_a_field_missing() -> None:
    client = signed_in(make_user(name="Rita Report"))
    for number, (report, record) in enumerate(ten()):
        start = {"form_key": f"key-{number}", "do": "bibtex", "bibtex": bibtex(record)}
        assert client.post("/reports/new/", start).status_code == 302, start["bibtex"]
        draft = Report.objects.latest("pk")
        filled = {name: values[0] for name, values in draft.typed.items()}
        assert filled["authors"].count("\n") + 1 == len(record["authors"])
        assert filled["title"]
        form = typed_of(report, filled) | {"seen": ""}
        made = submit(client, form)
        assert made.state == "submitted"
        assert made.claims.count() == int(form["claim-count"])
        shown = BeautifulSoup(client.get(f"/reports/{made.pk}/").content, "html.parser").get_text()
        for words in (made.shown_as, filled["title"]):
            assert " ".join(words.split()) in " ".join(shown.split())
        for url in (report["code_url"], report["report_url"], report["review_url"]):
            assert not url or url in shown
        used = {"title", "authors", "abstract", "original_citation", "original_doi", "original_url",
                "report_doi", "report_url", "review_url", "code_url", "language"}  # fmt: skip
        assert set(report) <= used | KEPT_APART
    assert Report.objects.filter(state="submitted").count() == 10
