"""Which column of a table holds the values run by run, as far as the table shows it. Pure.

What is not shown is asked back: several columns of numbers none of which is named like the metric,
a curve over the steps of one training, a row of means among the rows.
"""

import re

from django.utils.translation import gettext

from reports.numbers import looks_like_value, shown, tidy
from reports.tables import Cell, Table

LAST, ALL = "last", "all"
NAMES_SHOWN = 12
LOOKED_AT = 1_000
_STEPS = {
    "step", "steps", "global step", "epoch", "epochs", "iteration", "iterations", "iter", "batch",
    "wall time", "trainer global step",
}  # fmt: skip
_RUNS = {
    "seed", "seeds", "run", "run id", "runs", "trial", "fold", "split", "name", "id", "index",
    "random seed", "replicate", "experiment", "no", "nr", "#",
}  # fmt: skip
_BESIDE = {
    "timestamp", "time", "date", "runtime", "created", "created at", "unnamed 0", "duration", "lr",
    "learning rate",
}  # fmt: skip
_SUMMARIES = {
    "mean", "average", "avg", "median", "std", "sd", "stdev", "std dev", "min", "max", "sum",
    "total", "count", "best", "best run", "best seed",
}  # fmt: skip
_SHORT = {
    "acc": "accuracy", "ppl": "perplexity", "prec": "precision", "rec": "recall",
    "err": "error", "auroc": "auc", "valid": "val", "validation": "val", "dev": "val",
}  # fmt: skip


def choose(table: Table, *, metric: str, column: str) -> list[str | float]:
    """The filled cells of the column named `column`, or of the one that is named like `metric`.

    "NAME, last" takes a curve's last value, or those of the curves that are named so; "NAME, all"
    takes every row for a run. ValueError with the names of the columns and how to say which.
    """
    name, take = _asked(column)
    if name:
        picked = _named(table, name)
    else:
        one = _by_metric(table, metric)
        picked = [] if one is None else [one]
    if not picked or (len(picked) > 1 and take != LAST):
        raise ValueError(_which(table, name))
    _refuse_summaries(table, picked[0])
    if take == LAST:
        return [cell for index in picked for cell in _last(table, index)]
    index = picked[0]
    if take != ALL and _is_curve(table, index):
        title = _title(table, index)
        rows = len(_filled(table, index))
        raise ValueError(
            f"“{title}” has {rows} values over the steps of a training, which are no runs: write "
            f"“{title}, last” as the column to take the last, or “{title}, all” if each is a run."
        )
    return _filled(table, index)


def is_summary(label: str) -> bool:
    """Whether a row of this name sums up others: mean, std, best of three ..."""
    name = _plain(label)
    return name in _SUMMARIES or re.match("(best|mean|average|median) (of|over) ", name) is not None


def is_step(label: str) -> bool:
    """Whether what has this name counts the steps of a training."""
    return _plain(label) in _STEPS


def _asked(column: str) -> tuple[str, str]:
    """The column's name, and what of it is taken."""
    name, comma, take = column.strip().rpartition(",")
    if comma and take.strip().casefold() in (LAST, ALL):
        return name.strip(), take.strip().casefold()
    return column.strip(), ""


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+|[%#@]", name.casefold()))


def _words(name: str) -> frozenset[str]:
    words = (_SHORT.get(word, word) for word in _plain(name).split())
    return frozenset(word for word in words if word not in "%#@")


def _named(table: Table, name: str) -> list[int]:
    """The columns of this name, of this number, or the runs' curves of it ("run 1 - NAME")."""
    names = list(table.names)
    for same in (str.strip, _plain):
        found = [i for i, other in enumerate(names) if other and same(other) == same(name)]
        if found:
            return found
    if name.isascii() and name.isdecimal() and len(name) < 4 and 1 <= int(name) <= len(names):
        return [int(name) - 1]
    return [i for i, other in enumerate(names) if other.endswith((f" - {name}", f"/{name}"))]


def _by_metric(table: Table, metric: str) -> int | None:
    """The one column of numbers, or the one of them that is named like the metric."""
    columns = [i for i in range(len(table.names)) if _of_numbers(table, i)]
    beside = _STEPS | _RUNS | _BESIDE
    likely = [i for i in columns if _plain(table.names[i]) not in beside]
    if len(likely) == 1 and (table.names[likely[0]] or len(columns) == 1):
        return likely[0]
    if len(columns) == 1:
        return columns[0]
    for wanted in (_plain(metric), _plain(re.split(r"[,(\[]", metric)[0])):
        found = [i for i in likely if wanted and _plain(table.names[i]) == wanted]
        if len(found) == 1:
            return found[0]
    wanted_words = _words(re.split(r"[,(\[]", metric)[0])
    found = [i for i in likely if (words := _words(table.names[i])) and words <= wanted_words]
    found = found or [i for i in likely if wanted_words and wanted_words <= _words(table.names[i])]
    return found[0] if len(found) == 1 else None


def _filled(table: Table, index: int) -> list[str | float]:
    cells = (row[index] for row in table.rows)
    return [cell for cell in cells if cell is not None and str(cell).strip()]


def _of_numbers(table: Table, index: int) -> bool:
    """Whether at least half of the filled cells, as far as is looked, are meant as numbers."""
    cells = _filled(table, index)[:LOOKED_AT]
    good = sum(isinstance(c, float) or looks_like_value(tidy(c).strip(" \"'")) for c in cells)
    return bool(cells) and 2 * good >= len(cells)


def _is_curve(table: Table, index: int) -> bool:
    """Whether the rows are steps of one training: a column counts them, and none names runs."""
    if len(_filled(table, index)) < 2:
        return False
    names = [_plain(name) for name in table.names]
    steps = [i for i, name in enumerate(names) if name in _STEPS]
    rows = [row for row in table.rows if row[index] not in (None, "")]
    if any(len({row[i] for row in rows}) > 1 for i in steps if i != index):
        return True
    # What Keras keeps of a training: "loss" beside "val_loss".
    return "loss" in names and "val loss" in names


def _last(table: Table, index: int) -> list[str | float]:
    """The last value of the curve; of each run where a column names the runs."""
    names = [_plain(name) for name in table.names]
    runs = [i for i, name in enumerate(names) if name in _RUNS]
    last: dict[Cell, str | float] = {}
    for row in table.rows:
        cell = row[index]
        if cell is not None and str(cell).strip():
            last[row[runs[0]] if runs else ""] = cell
    return list(last.values())


def _refuse_summaries(table: Table, index: int) -> None:
    """A row of means is no run."""
    for row in table.rows:
        for i, cell in enumerate(row):
            if i != index and isinstance(cell, str) and is_summary(cell[:40]):
                raise ValueError(
                    gettext("A row is called “{strip}”: it is no run; leave it out.").format(
                        strip=cell.strip()[:40]
                    )
                )


def _title(table: Table, index: int) -> str:
    return table.names[index].strip()[:60] or str(index + 1)


def _which(table: Table, name: str) -> str:
    """The sentence that asks for a column."""
    titles = []
    for i in range(len(table.names)):
        if _of_numbers(table, i):
            few = [c if isinstance(c, str) else shown(c) for c in _filled(table, i)[:2]]
            more = ", …" if len(_filled(table, i)) > 2 else ""
            example = f" ({', '.join(x.strip()[:20] for x in few)}{more})"
            titles.append(f"“{_title(table, i)}”{'' if table.names[i] else example}")
    if not titles:
        return "There is no column of numbers in this table: paste the values, one a line."
    found = ", ".join(titles[:NAMES_SHOWN])
    if len(titles) > NAMES_SHOWN:
        found += gettext(" and {n} more").format(n=len(titles) - NAMES_SHOWN)
    start = (
        gettext("There is no column “{name}”").format(name=name[:60])
        if name
        else gettext("There are several columns of numbers")
    )
    if name and len(_named(table, name)) > 1:
        start = gettext(
            "Several columns are named “{name}”; for the last value of each write "
        ).format(name=name[:60]) + (f"“{name[:60]}, last”")
    return gettext("{start}. Write under “column” which one holds your values: {found}.").format(
        start=start, found=found
    )
