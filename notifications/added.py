"""What a letter says of a statement that was added after an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from notifications import wording
from notifications.claim_rows import row_with
from notifications.markdown import Quoting, link
from reports.models import Addition, Claim
from reports.results import of_runs

NOTHING_ADDED: dict[str, Any] = {
    "addition": "", "addition_by": "", "addition_url": "", "addition_table": "",
}  # fmt: skip


@dataclass(frozen=True)
class Added:
    """An addition, with the values of its new run by claim."""

    addition: Addition
    runs: Sequence[tuple[Claim, Sequence[float]]] = ()

    def under(self, quoting: Quoting, language: str, name: str) -> dict[str, Any]:
        """The values of the template's context; `name` is who added, as a sentence has it."""
        rows = [row_with(claim, of_runs(values), language) for claim, values in self.runs]
        return {
            "addition": quoting.block(self.addition.text),
            "addition_by": name,
            "addition_url": link(self.addition.url),
            "addition_table": quoting.table(wording.HEAD[language], rows) if rows else "",
        }


def added_of(data: dict[str, Any]) -> Added | None:
    """The addition that an event is about; None if it is about none."""
    pk = data.get("addition")
    if pk is None:
        return None
    addition = Addition.objects.get(pk=pk)
    runs = addition.runs.select_related("claim").order_by("claim__position")
    return Added(addition, [(run.claim, run.values) for run in runs])
