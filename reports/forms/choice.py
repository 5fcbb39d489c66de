"""The paper of a report: searched for, and chosen among those found (product.md, section 6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext

from registry import identifiers, look_ups
from registry.identifiers import Found
from registry.look_ups import Told
from registry.models import Paper
from registry.selectors import find_papers

BY_HAND = "hand"
SHOWN = 10
"""Papers offered for a search."""


@dataclass
class Choice:
    """What was typed into the search, and chosen. Only public papers are offered, and the one that
    the report is about already (`own_paper`)."""

    data: Mapping[str, str]
    own_paper: int | None = None
    signed_in: bool = False
    refused: str = ""
    """Why sources were not asked just now."""

    @cached_property
    def chosen(self) -> Paper | None:
        """The known paper that was chosen, if it may be."""
        value = self.data.get("paper", "")
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            return None
        paper = Paper.objects.prefetch_related("authors", "versions").filter(pk=int(value)).first()
        return (
            paper if paper is not None and (paper.is_public or paper.pk == self.own_paper) else None
        )

    @cached_property
    def matches(self) -> list[Paper]:
        """What the search finds, the best first."""
        query = " ".join(self.data.get("q", "").split())
        papers = find_papers(query, limit=SHOWN) if query else []
        prefetch_related_objects(papers, "versions")
        return papers

    @cached_property
    def found(self) -> list[Paper]:
        """The papers to choose from: those that the search finds, and the chosen one."""
        chosen = self.chosen
        if chosen is None or any(paper.pk == chosen.pk for paper in self.matches):
            return self.matches
        return [chosen, *self.matches]

    @cached_property
    def unknown(self) -> Found | None:
        """The identifier that was searched for, if no paper here has it."""
        return None if self.matches else wanted(self.data.get("q", ""))

    @cached_property
    def told(self) -> Told:
        """What other sites say about an identifier that no paper here has."""
        if self.unknown is None:
            return Told()
        if self.refused:
            return Told(words=self.refused)
        return look_ups.told(self.unknown, now=timezone.now(), signed_in=self.signed_in)

    @property
    def searched(self) -> bool:
        """Whether something was searched for."""
        return bool(self.data.get("q", "").strip())

    @property
    def by_hand(self) -> bool:
        """Whether the paper is entered by hand."""
        return self.data.get("paper") == BY_HAND

    @property
    def words(self) -> str:
        """What the search came to, as it is said to somebody who does not see the list."""
        if not self.searched:
            return ""
        number = len(self.matches)
        if not number:
            return gettext("No paper found. {words}").format(words=self.told.words).strip()
        if number == 1:
            return "1 paper found."
        return (
            gettext("{shown} papers shown, the best first.").format(shown=SHOWN)
            if number == SHOWN
            else gettext("{number} papers found.").format(number=number)
        )


def wanted(q: str) -> Found | None:
    """The identifier that was typed into the search, of which sources may be asked."""
    found = identifiers.parse(" ".join(q.split())[:1000])
    return found if found is not None and look_ups.can_be_asked(found) else None
