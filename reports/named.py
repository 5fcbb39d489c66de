"""Which papers something here names, so that their titles and authors stay as they are."""

from collections.abc import Collection

from reports.models import Appeal, Report


def any_of(papers: Collection[int]) -> bool:
    """Whether a report in any state is about one of the papers, or somebody says to be an author.

    Exact while the papers are locked: whoever submits a report locks its paper first.
    """
    return (
        Report.objects.filter(paper__among=papers).exists()
        or Appeal.objects.filter(paper__among=papers).exists()
    )
