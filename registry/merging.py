"""Two entries that are one work: one points to the other, its root; no row is ever moved.

What is public of both is shown at the root, and the other's addresses lead there.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext

from registry.models import Paper
from registry.prepared import prepared_for


def lock(*ids: int) -> dict[int, Paper]:
    """The papers, locked: first those that are merged into another one, then by their ids."""
    found = Paper.objects.select_for_update().filter(pk__in=ids)
    found = found.order_by(F("root").asc(nulls_last=True), "pk")
    return {paper.pk: paper for paper in found}


def not_possible(paper: Paper, root: Paper) -> str:
    """Empty, or why the locked `paper` cannot point to the locked `root`."""
    if paper.pk == root.pk:
        return "This is the same paper: name another one."
    if not (paper.is_public and root.is_public):
        return "Only papers that are public are merged."
    if paper.root_id is not None:
        return gettext("This paper is merged into paper {root_id} already.").format(
            root_id=paper.root_id
        )
    if root.root_id is not None:
        return gettext("That paper is merged into paper {root_id}: name that one.").format(
            root_id=root.root_id
        )
    if paper.merged.exists():
        return "Papers are merged into this one: merge the other one into it instead."
    return ""


def merge(paper: Paper, root: Paper) -> None:
    """Let `paper` point to `root`, both locked; `not_possible` has nothing against it."""
    _point(paper, root)


def unmerge(paper: Paper) -> None:
    """Let the locked `paper` stand for itself again."""
    _point(paper, None)


def _point(paper: Paper, root: Paper | None) -> None:
    """Store the pointer; of a paper that has one nothing is said, so nothing may be stored."""
    paper.root = root
    changed: dict[str, Any] = {"root": root}
    if root is not None:
        empty: dict[str, Any] = {
            "standing": "none", "standing_at": None, "listed_at": None, "answered_at": None,
            "report_count": 0, "match_count": 0, "modes": [], "causes": [], "facts": None,
        }  # fmt: skip
        changed |= empty
        for name, value in empty.items():
            setattr(paper, name, value)
    Paper.objects.filter(pk=paper.pk).update(**changed)


def whole(paper: Paper) -> Paper:
    """The paper under which the work is shown: its root, if it has one."""
    return paper.root if paper.root is not None else paper


def group_of(paper: Paper) -> list[int]:
    """The ids of all entries of the work: the root first."""
    root = paper.root_id or paper.pk
    return [root, *(merged.pk for merged in _merged_into([root]))]


def groups_of(roots: Collection[int]) -> dict[int, list[int]]:
    """The ids of all entries of the works with these roots, by root: the root first."""
    groups = {root: [root] for root in roots}
    for merged in _merged_into(list(groups)):
        assert merged.root_id is not None
        groups[merged.root_id].append(merged.pk)
    return groups


@prepared_for
def _merged_into(roots: Collection[int]) -> QuerySet[Paper]:
    return Paper.objects.filter(root__among=roots).order_by("pk").only("pk", "root")


def roots_of(papers: Collection[int]) -> dict[int, int]:
    """The root of every entry of the works that the papers belong to, by the entry's id; a paper
    that stands for itself is not in it."""
    links = Paper.objects.filter(root__isnull=False).order_by("pk").values_list("pk", "root_id")
    roots = {root for _, root in links.filter(pk__among=papers)}
    return {pk: root for pk, root in links.filter(root__among={*papers, *roots}) if root}


def lock_roots(papers: Collection[int]) -> None:
    """Lock the roots of the locked papers: until the transaction ends nothing said about another
    entry of their works becomes public, since its record is stored under that lock."""
    roots = Paper.objects.filter(root__isnull=False, pk__among=papers).values_list("root_id")
    if ids := {root for (root,) in roots}:
        list(Paper.objects.select_for_update().filter(pk__among=ids).order_by("pk"))
