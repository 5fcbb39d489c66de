"""The CSV tables of a dump, made from the records of its JSON Lines files. Pure.

A cell is one line of text that no table program takes for a formula (registry/cells.py); several
values in a cell have “; ” between. JSON Lines has all texts as they were written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.cells import cell

Record = dict[str, Any]
Rows = Callable[[Record], Iterable[Record]]
TEXT, WHOLE, NUMBER, YES_NO, MOMENT, DAY = (
    "string", "integer", "number", "boolean", "datetime", "date",
)  # fmt: skip
"""Types of the Frictionless table schema."""


@dataclass(frozen=True)
class Column:
    """A column: its value is `name` of the row, or what the dotted `path` leads to."""

    name: str
    type: str = TEXT
    about: str = ""
    path: str = ""

    def of(self, row: Record) -> str:
        """The cell."""
        value: Any = row
        for part in (self.path or self.name).split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return cell(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(str(one) for one in value)
    return value


@dataclass(frozen=True, kw_only=True)
class Table:
    """A CSV file: its rows by the JSON Lines file from whose records they are made."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Mapping[str, Rows]

    def lines(self, source: str, record: Record) -> Iterator[list[str]]:
        """The lines that a record makes."""
        for row in self.rows[source](record):
            yield [column.of(row) for column in self.columns]


def _itself(record: Record) -> list[Record]:
    return [record]


def _each(name: str, **of: str) -> Rows:
    """A row for each value of the list `name`, with these values of the record beside."""

    def rows(record: Record) -> list[Record]:
        beside = {column: record[field] for column, field in of.items()}
        return [beside | one for one in record.get(name, ())]

    return rows


def _paper(record: Record) -> list[Record]:
    first: Record = {}
    for one in record["identifiers"]:
        first.setdefault(one["scheme"], one["value"])
    return [record | {"first": first}]


def _links_of_report(record: Record) -> Iterator[Record]:
    """What the report and the answers beside it link to."""
    about = {"paper": record["paper"]["id"], "report": record["id"]}
    if record.get("code_url"):
        yield about | {"what": "code that was used", "url": record["code_url"],
                       "by": record["reported_by"], "since": record["public_at"]}  # fmt: skip
    for one in record.get("evidence", ()):
        if one["url"]:
            yield about | {"what": f"evidence: {one['kind']}", "url": one["url"],
                           "by": record["reported_by"], "since": record["public_at"]}  # fmt: skip
    for one in record["answers"]:
        if one["url"]:
            yield about | {"answer": one["id"], "what": f"answer: {one['kind']}", "url": one["url"],
                           "by": one["name"], "since": one["given_at"]}  # fmt: skip
    for row in record.get("shared", ()):
        for side in ("reporter", "author"):
            said = row[side]
            if said and said["url"]:
                yield about | {"what": f"shared: {row['item']}", "url": said["url"],
                               "by": said["who"], "since": said["since"]}  # fmt: skip


def _links_of_paper(record: Record) -> Iterator[Record]:
    for one in record["links"]:
        yield {"paper": record["id"], "what": f"metadata: {one['item']}", "url": one["url"],
               "by": one["source"], "since": one["since"]}  # fmt: skip


def _answer(record: Record) -> list[Record]:
    return [record | {"beside": [one["id"] for one in record["reports"]]}]


TABLES = (
    Table(
        name="papers", about="Every public paper, with and without reports.", key=("id",),
        rows={"papers": _paper},
        columns=(
            Column("id", WHOLE, "The number here."),
            Column("title"),
            Column("authors", TEXT, "In their order."),
            Column("venue"),
            Column("year", WHOLE),
            Column("doi", path="first.doi"),
            Column("arxiv", path="first.arxiv"),
            Column("openreview", path="first.openreview"),
            Column("acl", path="first.acl"),
            Column("address", TEXT, "Where the paper is, of one without an identifier."),
            Column("standing", TEXT, "What its public reports come to."),
            Column("standing_since", MOMENT),
            Column("listed_since", MOMENT, "Empty if it is not on the list."),
            Column("answered_at", MOMENT, "The newest public answer."),
            Column("reports", WHOLE, "Independent public reports."),
            Column("matched", WHOLE, "Those of them that matched."),
            Column("modes"),
            Column("causes"),
            Column("outcomes", path="facts.outcomes"),
            Column("hours", WHOLE, "On all reports together.", path="facts.hours"),
            Column("authors_asked", WHOLE, path="facts.authors_asked"),
            Column("authors_reached", WHOLE, path="facts.authors_reached"),
            Column("asked_at", MOMENT, path="facts.asked_at"),
            Column("deadline", MOMENT, path="facts.deadline"),
            Column("code", TEXT, "Whether code is shared: yes, partly, no, or empty.",
                   path="shared.code"),
            Column("data", TEXT, "The same of data.", path="shared.data"),
            Column("known_since", MOMENT),
            Column("url", TEXT, "The page here."),
        ),
    ),
    Table(
        name="identifiers", about="Every identifier of every paper.", key=("scheme", "value"),
        rows={"papers": _each("identifiers", paper="id")},
        columns=(Column("paper", WHOLE), Column("scheme"), Column("value"), Column("url")),
    ),
    Table(
        name="listings", about="Every period in which a paper was on the list, ended or not.",
        key=("id",), rows={"listings": _itself},
        columns=(
            Column("id", WHOLE),
            Column("paper", WHOLE, path="paper.id"),
            Column("report", WHOLE),
            Column("ground"),
            Column("version", TEXT, "The version of the paper that was reported on."),
            Column("opened_at", MOMENT),
            Column("closed_at", MOMENT),
            Column("ending"),
            Column("reason", TEXT, "Why it was annulled."),
        ),
    ),
    Table(
        name="reports", about="Every public report, and the dated lines of those taken back.",
        key=("id",), rows={"reports": _itself},
        columns=(
            Column("id", WHOLE),
            Column("paper", WHOLE, path="paper.id"),
            Column("state"),
            Column("state_since", MOMENT),
            Column("outcome"),
            Column("mode"),
            Column("causes"),
            Column("version"),
            Column("reported_by", TEXT, "The public name or pseudonym."),
            Column("group"),
            Column("submitted_at", MOMENT),
            Column("public_at", MOMENT),
            Column("hours", NUMBER),
            Column("familiarity", WHOLE, "With the method, 1 to 5."),
            Column("asked_at", MOMENT, path="inquiry.asked_at"),
            Column("deadline", MOMENT, path="inquiry.deadline"),
            Column("authors_asked", WHOLE, path="inquiry.authors_asked"),
            Column("authors_reached", WHOLE, path="inquiry.authors_reached"),
            Column("summary"),
            Column("looked_for"),
            Column("missing"),
            Column("environment"),
            Column("code_url"),
            Column("code_commit"),
            Column("data_used"),
            Column("differences"),
            Column("again_because"),
            Column("conflict"),
            Column("reason", TEXT, "Why it was taken back."),
            Column("url"),
        ),
    ),
    Table(
        name="claims", about="Claimed against obtained.", key=("report", "position"),
        rows={"reports": _each("claims", report="id")},
        columns=(
            Column("report", WHOLE),
            Column("position", WHOLE),
            Column("place"),
            Column("quote", TEXT, "The paper's own words."),
            Column("metric"),
            Column("higher_is_better", YES_NO),
            Column("dataset"),
            Column("claimed", NUMBER),
            Column("claimed_spread", NUMBER),
            Column("mean", NUMBER, "Obtained.", path="obtained.mean"),
            Column("deviation", NUMBER, "Of the sample.", path="obtained.deviation"),
            Column("n", WHOLE, "Runs.", path="obtained.n"),
            Column("low", NUMBER, "Of the 95 % interval.", path="obtained.interval.low"),
            Column("high", NUMBER, path="obtained.interval.high"),
            Column("difference", NUMBER, "Obtained minus claimed."),
            Column("tolerance", NUMBER),
            Column("tolerance_reason"),
            Column("finding"),
            Column("runs", TEXT, "Run by run."),
        ),
    ),
    Table(
        name="answers", about="What authors say.", key=("id",), rows={"answers": _answer},
        columns=(
            Column("id", WHOLE),
            Column("reports", TEXT, "Beside which it stands.", path="beside"),
            Column("kind"),
            Column("text"),
            Column("answer_url", path="url"),
            Column("name", TEXT, "Of the person answering."),
            Column("role"),
            Column("given_at", MOMENT),
            Column("without_content", YES_NO),
        ),
    ),
    Table(
        name="timeline", about="Who did what when, about every public report; letters without "
        "names and addresses.", key=(), rows={"reports": _each("timeline", report="id")},
        columns=(Column("report", WHOLE), Column("at", MOMENT), Column("who"), Column("what")),
    ),
    Table(
        name="links", about="Every link to code and other things, with who gives it.", key=(),
        rows={"papers": _links_of_paper, "reports": _links_of_report},
        columns=(
            Column("paper", WHOLE),
            Column("report", WHOLE),
            Column("answer", WHOLE),
            Column("what"),
            Column("url"),
            Column("by"),
            Column("since", MOMENT),
        ),
    ),
    Table(
        name="corrections", about="What was taken back, and what became of appeals.",
        key=("what", "id"), rows={"corrections": _itself},
        columns=(
            Column("what"),
            Column("id", WHOLE),
            Column("word"),
            Column("at", MOMENT),
            Column("paper", WHOLE, path="paper.id"),
            Column("report", WHOLE),
            Column("public_since", MOMENT),
            Column("reason"),
            Column("shown_again_at", MOMENT),
            Column("shown_again_because"),
        ),
    ),
    Table(
        name="notices", about="What publishers said of works afterwards, also of works that are no "
        "paper here.", key=(), rows={"notices": _itself},
        columns=(
            Column("scheme"),
            Column("value"),
            Column("kind"),
            Column("dated", DAY),
            Column("notice", TEXT, "The notice's own DOI."),
            Column("source"),
        ),
    ),
)  # fmt: skip
"""All of them, in the order in which the page names them."""
