"""Which paper an accepted report is about, and which of its authors an address is of.

A paper entered by hand is its reporter's alone. When a moderator accepts the report, it takes the
identifiers stated with it, or the report moves to the paper that has them; so one identifier stays
one paper, and nobody reads or is bound by what another person typed before somebody looked at it.
"""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext

from registry.models import Paper
from registry.services import Invalid, add_authors, bearers, settle_identity
from reports import lifecycle
from reports.lifecycle import Refused
from reports.models import Report
from reports.persons import folded

APART = 16_000
"""More than any position of an author, where rows stand while they change places."""


def position_of(author: str, names: Sequence[str]) -> int:
    """The position (from 1) of the author named, or numbered, so; ValueError with a sentence."""
    if author.isascii() and author.rstrip(".").isdigit():
        number = int(author.rstrip("."))
        if 1 <= number <= len(names):
            return number
        raise ValueError(
            gettext("The paper has {n} authors: there is no number {number}.").format(
                n=len(names), number=number
            )
        )
    found = [i for i, name in enumerate(names, 1) if folded(name) == folded(author)]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = " or ".join(map(str, found))
        raise ValueError(
            gettext(
                "The paper has several authors of this name: write the number, {numbers}."
            ).format(numbers=numbers)
        )
    raise ValueError(
        "The paper has no author of this name: write the name as it stands on the paper, or its "
        "number in the order of authors."
    )


def names_of(paper: Paper | None, typed: Sequence[str]) -> list[str]:
    """The authors of the paper in order; as typed where they are not known."""
    known = [author.name for author in paper.authors.all()] if paper is not None else []
    return known or list(typed)


def lock_for_acceptance(report_id: int) -> Report:
    """Lock the report as `lifecycle.lock` does, and before it every paper it may move to."""
    report = Report.objects.select_related("paper").get(pk=report_id)
    if report.paper is not None:
        ids = [report.paper.pk, *(paper.pk for paper in bearers(report.paper))]
        list(Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    return lifecycle.lock(report_id)


def settle_paper(report: Report) -> None:
    """Put the report that is being accepted under the one paper with its identifiers.

    Expects `lock_for_acceptance`. Raises Refused with a sentence for the moderator.
    """
    entered = report.paper
    assert entered is not None
    others = bearers(entered)
    if len(others) > 1:
        titles = "; ".join(paper.title for paper in others)
        raise Refused(
            gettext(
                "The identifiers given for this paper belong to different papers here: "
                "{titles}. Return the report, and ask for those of its paper alone."
            ).format(titles=titles)
        )
    try:
        paper = settle_identity(entered)
    except Invalid as error:
        raise Refused(str(error)) from error
    if paper.pk != entered.pk:
        report.paper = paper
        report.save(update_fields=["paper"])
        drop_if_unused(entered)
    add_authors(paper=paper, names=report.author_names)
    _place_addresses(report, names_of(paper, []))


def drop_if_unused(paper: Paper) -> None:
    """Forget a paper entered by hand that was never public and that no report is about any more."""
    if not paper.is_public and not paper.reports.exists():
        paper.delete()


def _place_addresses(report: Report, names: Sequence[str]) -> None:
    """Addresses were placed by the authors as typed: place them by `names`, the paper's own."""
    typed = report.author_names
    if not typed or list(map(folded, typed)) == list(map(folded, names)):
        return
    moved = {}
    for position in set(report.addresses.values_list("author_position", flat=True)):
        name = typed[position - 1]
        try:
            moved[position] = position_of(name, names)
        except ValueError as error:
            known = "; ".join(names)
            raise Refused(
                gettext(
                    "{name}: an address is given for this author, and the authors known here are "
                    "{known}. Return the report, and ask for the name as it stands on the paper."
                ).format(name=name, known=known)
            ) from error
    report.addresses.update(author_position=F("author_position") + APART)
    for before, after in moved.items():
        report.addresses.filter(author_position=before + APART).update(author_position=after)
