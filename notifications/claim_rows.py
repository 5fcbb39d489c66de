"""The table of a letter: claimed against obtained, a row a claim."""

from notifications import wording
from notifications.markdown import one_line
from reports.models import Claim
from reports.numbers import shown, with_deviation
from reports.results import Obtained

Row = tuple[str, str, str, str]
"""What was measured, where the paper states it, claimed, obtained."""


def row_of(claim: Claim, language: str) -> Row:
    """The claim's row, with what its report obtained."""
    return row_with(claim, claim.obtained, language)


def row_with(claim: Claim, got: Obtained | None, language: str) -> Row:
    """The claim's row, with what was obtained by `got`."""
    what = ", ".join(one_line(x) for x in (claim.metric, claim.dataset) if x.strip())
    claimed = "" if claim.claimed is None else _value(claim.claimed, claim.claimed_spread)
    return what or one_line(claim.quote), one_line(claim.place), claimed, _obtained(got, language)


def _obtained(got: Obtained | None, language: str) -> str:
    if got is None:
        return ""
    runs = wording.ONE_RUN[language] if got.n == 1 else wording.RUNS[language].format(n=got.n)
    return f"{with_deviation(got.mean, got.deviation)}{runs}"


def _value(value: float, spread: float | None) -> str:
    return shown(value) if spread is None else f"{shown(value)} ± {shown(spread, 2)}"
