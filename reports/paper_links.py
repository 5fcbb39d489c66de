"""What public reports and answers say of a paper's versions, and where its code is. Reads nothing;
load the reports by `selectors.with_history`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from registry.models import PaperVersion
from reports.models import Evidence, Report


@dataclass(kw_only=True)
class Version:
    """A version of the paper, and the public reports of it."""

    label: str
    released_on: date | None = None
    url: str = ""
    reports: list[Report] = field(default_factory=list)


def versions(known: Iterable[PaperVersion], reports: Iterable[Report]) -> list[Version]:
    """The versions that the metadata dates or links, and those that public reports are about.

    A version that only a report names which is not public stays unsaid.
    """
    found = {
        version.label: Version(
            label=version.label, released_on=version.released_on, url=version.url
        )
        for version in known
        if version.released_on or version.url
    }
    for report in reports:
        found.setdefault(report.version, Version(label=report.version)).reports.append(report)
    return sorted(found.values(), key=lambda version: (version.released_on or date.max,
                                                       version.label))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CodeLink:
    """A link with who gave it: the report, or the answer to it by `name` at a time."""

    url: str
    report: Report
    note: str = ""
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Code:
    """Links to the authors' code, to what authors gave in answers, and to reporters' own."""

    used: list[CodeLink]
    given: list[CodeLink]
    own: list[CodeLink]

    def __bool__(self) -> bool:
        return bool(self.used or self.given or self.own)


OWN = (Evidence.Kind.CODE, Evidence.Kind.NOTEBOOK)


def code(reports: Iterable[Report]) -> Code:
    """The links in public reports and in answers to them; each address once in each group."""
    used: dict[str, CodeLink] = {}
    given: dict[str, CodeLink] = {}
    own: dict[str, CodeLink] = {}
    for report in reports:
        if report.code_url:
            link = CodeLink(url=report.code_url, report=report, note=report.code_commit)
            used.setdefault(f"{link.url} {link.note}", link)
        for answer in report.answers.all():
            if answer.url:
                link = CodeLink(
                    url=answer.url, report=report, name=answer.name, at=answer.given_at,
                    note=answer.get_kind_display(),
                )  # fmt: skip
                given.setdefault(answer.url, link)
        for evidence in report.evidence.all():
            if evidence.kind in OWN:
                link = CodeLink(url=evidence.url, report=report, note=evidence.note)
                own.setdefault(evidence.url, link)
    return Code(used=list(used.values()), given=list(given.values()), own=list(own.values()))
