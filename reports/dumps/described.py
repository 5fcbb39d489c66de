"""What a dump says of itself: a JSON Schema (2020-12) for each JSON Lines file, made from the
serializers that write it, and a Frictionless data package (version 2) with everything else."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework import serializers

from registry.api.described import Described
from registry.api.shown import ListingRow
from registry.api.view import Open
from registry.feeds import absolute
from reports.api.said_shown import AnswerRow
from reports.api.shown import ReportLine, ReportWhole
from reports.dumps.columns import TABLES, Table
from reports.dumps.folder import Dump
from reports.dumps.shown import CorrectionShown, NoticeDumped, PaperDumped, StepShown

Json = dict[str, Any]
FORM = 1
"""Raised whenever a mirror of an older version could not read a dump any more."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
RECORDS: dict[str, tuple[str, tuple[type[serializers.Serializer[Any]], ...]]] = {
    "papers": ("Every public paper, as the API tells one.", (PaperDumped,)),
    "listings": ("Every listing, ended or not, annulled ones with the reason.", (ListingRow,)),
    "reports": (
        "Every public report with all that stands beside it, and the dated line of each that was "
        "taken back.",
        (ReportWhole, ReportLine),
    ),
    "steps": ("The time line of every report in fields, for mirrors.", (StepShown,)),
    "answers": ("What authors say, with the reports it is about.", (AnswerRow,)),
    "corrections": ("What was taken back, and what became of appeals.", (CorrectionShown,)),
    "notices": ("What publishers said of works afterwards.", (NoticeDumped,)),
}
"""What each JSON Lines file is, and by what its records are written."""
SOURCES = [
    {"title": "arXiv, metadata (CC0)", "path": "https://info.arxiv.org/help/license/"},
    {"title": "DataCite, metadata (CC0)", "path": "https://datacite.org/"},
    {"title": "Crossref, metadata, and Retraction Watch data, opened by Crossref",
     "path": "https://www.crossref.org/documentation/retrieve-metadata/"},
    {"title": "OpenAlex (CC0)", "path": "https://openalex.org/"},
    {"title": "OpenReview", "path": "https://openreview.net/"},
    {"title": "Semantic Scholar", "path": "https://www.semanticscholar.org/"},
    {"title": "ACL Anthology (CC BY 4.0)", "path": "https://aclanthology.org/"},
]  # fmt: skip
"""Where metadata comes from; of each only facts are taken (docs/sources.md)."""


@cache
def schema_of(name: str) -> Json:
    """The JSON Schema of a record of the file `name`."""
    about, shown = RECORDS[name]
    auto = Described()
    auto.registry = ComponentRegistry()
    auto.view, auto.method, auto.path = Open(request=None), "GET", ""
    references = [auto.resolve_serializer(one(), "response").ref for one in shown]
    components = auto.registry.build({})["schemas"]
    one_of: Json = references[0] if len(references) == 1 else {"oneOf": references}
    return {
        "$schema": DIALECT,
        "title": name,
        "description": about,
        **_moved(one_of),
        "$defs": {key: _closed(_moved(value)) for key, value in components.items()},
    }


def _moved(value: Any) -> Any:
    """The same with references within this file, and without what only OpenAPI knows."""
    if isinstance(value, dict):
        return {
            key: (
                one.replace("#/components/schemas/", "#/$defs/") if key == "$ref" else _moved(one)
            )
            for key, one in value.items()
            if not key.startswith("x-") and key != "readOnly"
        }
    return [_moved(one) for one in value] if isinstance(value, list) else value


def _closed(schema: Json) -> Json:
    """An object has these fields, all of them, and no other."""
    if "properties" not in schema:
        return schema
    return schema | {"required": sorted(schema["properties"]), "additionalProperties": False}


def package(
    moment: datetime, files: Mapping[str, Json], rows: Mapping[str, int], list_version: int
) -> Json:
    """The data package of the dump of `moment`; `files` has by file name its `bytes` and `hash`,
    `rows` by file name how many records or lines it has."""
    records = [
        {
            "name": name, "path": f"{name}.jsonl.gz", "description": about,
            "format": "jsonl", "mediatype": "application/jsonl", "encoding": "utf-8",
            "compression": "gz", **files[f"{name}.jsonl.gz"], "records": rows[f"{name}.jsonl.gz"],
            "jsonSchema": f"{name}.schema.json",
        }
        for name, (about, _) in RECORDS.items()
    ]  # fmt: skip
    tables = [
        {
            "name": f"{table.name}-csv", "path": f"{table.name}.csv.gz",
            "description": table.about, "type": "table", "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "compression": "gz",
            **files[f"{table.name}.csv.gz"], "records": rows[f"{table.name}.csv.gz"],
            "schema": _table_schema(table),
        }
        for table in TABLES
    ]  # fmt: skip
    return {
        "$schema": PROFILE,
        "name": "public-record",
        "title": f"{settings.SITE_NAME}: the public record",
        "description": "Papers whose results other people tried to obtain, what they found, and "
        "what the authors say. Dated facts, as everybody could read them at the moment named.",
        "homepage": absolute("/data/"),
        "version": f"{moment:%Y.%m.%d}",
        "created": moment.isoformat(),
        "licenses": [LICENCE],
        "sources": SOURCES,
        "form": FORM,
        "moment": moment.isoformat(),
        "listVersion": list_version,
        "site": settings.SITE_URL,
        "resources": [*records, *tables],
    }


def _table_schema(table: Table) -> Json:
    fields = [
        {"name": column.name, "type": column.type}
        | ({"description": column.about} if column.about else {})
        for column in table.columns
    ]
    key = {"primaryKey": list(table.key)} if table.key else {}
    return {"fields": fields, "missingValues": [""], **key}


README = """\
# {site}: the public record of {day}

All that everybody could read on {address} at {moment} (UTC), and nothing else: papers, listings,
reports, answers, corrections, notices of publishers. Licence: CC BY 4.0 (LICENSE.txt); name
“{site}, {address}, {day}”.

*Not reproducible: no answer* means: reported as not reproduced, authors asked on a date, no answer
by a date. It says nothing about intent or a person.

| file | what | records |
|---|---|---|
{files}

- `*.jsonl.gz`: one JSON object a line, UTF-8, described by `*.schema.json` (JSON Schema 2020-12).
- `*.csv.gz`: tables of the same for table programs (RFC 4180, UTF-8). Texts are on one line, and
  one that a program would take for a formula begins with an apostrophe.
- `datapackage.json`: columns, counts, sizes and checksums (Frictionless Data Package).
- `SHA256SUMS`: `sha256sum --check SHA256SUMS`.

This is a dated record. What was taken back since is on {address}/corrections/: please look there
before you publish what you found here, and take the newest dump. A dump that holds what was taken
back is not offered any more.
"""


def readme(moment: datetime, rows: Mapping[str, int]) -> str:
    """What a person reads first."""
    about = {f"{name}.jsonl.gz": what for name, (what, _) in RECORDS.items()}
    about |= {f"{table.name}.csv.gz": table.about for table in TABLES}
    files = "\n".join(f"| `{name}` | {what} | {rows[name]:,} |" for name, what in about.items())
    return README.format(
        site=settings.SITE_NAME, address=settings.SITE_URL, files=files,
        day=f"{moment:%Y-%m-%d}", moment=f"{moment:%Y-%m-%d %H:%M:%S}",
    )  # fmt: skip


LICENSE = """\
The public record of {site} ({address}) is licensed under the Creative Commons
Attribution 4.0 International licence (CC BY 4.0):

    https://creativecommons.org/licenses/by/4.0/

You may share and adapt it for any purpose, if you name the source, say whether you changed it,
and link to the licence. It comes without any warranty.

Name it like this: {site}, {address}, dump of {day}.

Facts of metadata and notices of publishers come from the sources that datapackage.json names
and are free to use. Words that reports quote from papers are their authors'.
"""


def licence(moment: datetime) -> str:
    """The text of LICENSE.txt."""
    return LICENSE.format(
        site=settings.SITE_NAME, address=settings.SITE_URL, day=f"{moment:%Y-%m-%d}"
    )


def dataset(dump: Dump | None) -> Json:
    """The data as schema.org's Dataset, with the files of the newest dump."""
    about: Json = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": absolute("/data/"),
        "url": absolute("/data/"),
        "name": f"{settings.SITE_NAME}: the public record",
        "description": "Papers whose results other people tried to obtain: reports, claims, what "
        "was obtained, answers of the authors, listings and corrections, with dates.",
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "creator": {
            "@type": "Organization", "name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/"
        },
    }  # fmt: skip
    if dump is None:
        return about
    return about | {
        "version": dump.package["version"],
        "dateModified": dump.package["moment"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.name,
                "contentUrl": absolute(f"/data/{dump.name}/{one.name}"),
                "encodingFormat": "application/gzip",
                "contentSize": f"{one.size} B",
                "sha256": one.sha256,
            }
            for one in dump.files
            if one.records is not None
        ],
    }
