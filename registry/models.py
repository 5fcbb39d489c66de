"""What is known about papers, and the public projection that pages and feeds read.

The projection (standing, listings, counts) is written by `registry.listing` alone, in the
transaction that changes a standing; it holds public facts only.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

import registry.lookups  # noqa: F401 -- registers them
from registry.shared import WORDS


class Standing(models.TextChoices):
    """What the registry says about a paper (product.md, section 5)."""

    NO_ANSWER = "no_answer", "not reproducible: no answer"
    CONFIRMED = "confirmed", "not reproducible: confirmed by the authors"
    DISPUTED = "disputed", "disputed"
    ANSWERED = "answered", "answered"
    PARTIAL_NO_ANSWER = "partial_no_answer", "matched in part, no answer"
    UNREACHED = "unreached", "authors could not be reached"
    RESOLVED = "resolved", "resolved"
    REPRODUCED = "reproduced", "reproduced"
    REPLICATED = "replicated", "replicated"
    NONE = "none", "no public report"


class Ground(models.TextChoices):
    """Why a paper is on the list Not reproducible."""

    SILENCE = "silence", "no answer"
    CONFIRMED = "confirmed", "confirmed by the authors"


class Ending(models.TextChoices):
    """Why a listing ended."""

    ANSWERED = "answered", "the authors answered"
    ANNULLED = "annulled", "annulled: it should not have been made"
    WITHDRAWN = "withdrawn", "the report was withdrawn"
    REMOVED = "removed", "the report was removed"
    TAKEN_BACK = "taken_back", "the authors took their agreement back"


class SearchDocument(Func):
    """The words of a paper under the text search configuration `registry` (accents folded,
    English stems, each Han, kana and hangul character a word of its own)."""

    template = (
        "to_tsvector('registry', regexp_replace(%(expressions)s,"
        " '([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])', ' \\1 ', 'g'))"
    )
    arity = 1
    output_field = SearchVectorField()


def weighed(column: str, weight: str) -> Func:
    """The words of a column, which count as much as `weight` (A to D) says when ranking."""
    return Func(
        SearchDocument(F(column)),
        Value(weight),
        function="setweight",
        output_field=SearchVectorField(),
    )


class Paper(models.Model):
    """One work. `is_public` is false for a paper entered with a report until a report of it is."""

    title = models.CharField(max_length=2000)
    title_key = models.CharField(
        max_length=32, editable=False, help_text="Hash of the folded title: identifiers.title_key."
    )
    names = models.TextField(blank=True, help_text="The authors' names in order, for lists.")
    abstract = models.TextField(blank=True)
    venue = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    source_key = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 -- unique
    stated = ArrayField(
        models.CharField(max_length=320), default=list, db_default=Value("{}"), blank=True,
        help_text="Identifiers (scheme:value) typed with a paper entered by hand. They become the "
        "paper's own, or lead to the paper that has them, when a report of it is accepted.",
    )  # fmt: skip
    is_public = models.BooleanField(default=False)
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False,
        help_text="The paper that this one is the same work as; what is public is shown there.",
    )  # fmt: skip
    created_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=Func(
            weighed("title", "A"), weighed("names", "B"), weighed("venue", "D"),
            function="", arg_joiner=" || ", output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )  # fmt: skip

    # The public projection.
    standing = models.CharField(
        max_length=20, choices=Standing.choices, default=Standing.NONE, db_default=Standing.NONE
    )
    standing_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True, help_text="Start of its open listing.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="Newest public answer.")
    report_count = models.PositiveIntegerField(default=0, db_default=0)
    match_count = models.PositiveIntegerField(default=0, db_default=0)
    modes = ArrayField(models.CharField(max_length=20), default=list, db_default=Value("{}"))
    causes = ArrayField(models.CharField(max_length=30), default=list, db_default=Value("{}"))
    facts = models.JSONField(null=True, blank=True, help_text="listing.Facts of the list row.")
    shared = ArrayField(
        models.CharField(max_length=24), default=list, db_default=Value("{}"), blank=True,
        help_text="What is known of what authors share, such as code:partly (registry/shared.py).",
    )  # fmt: skip
    shared_links = models.JSONField(
        null=True, blank=True,
        help_text="What metadata links to: item to url, source and at (ISO 8601, UTC).",
    )  # fmt: skip
    sources = models.JSONField(
        null=True, blank=True,
        help_text="Who told its metadata, by field (registry/provenance.py). A field that is not "
        "in it was typed or imported.",
    )  # fmt: skip

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="paper_search"),
            models.Index(fields=["title_key"], name="paper_title_key"),
            models.Index(
                fields=["-listed_at", "-id"],
                name="paper_listed",
                condition=Q(listed_at__isnull=False),
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="paper_answered",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(
                fields=["standing", "-standing_at", "-id"],
                name="paper_standing",
                condition=~Q(standing="none"),
            ),
            # A paper without a year sorts as the oldest, so that pages need no NULLs.
            models.Index(Coalesce("year", 0).desc(), F("id").desc(), name="paper_year"),
            models.Index(
                F("venue"), Coalesce("year", 0).desc(), F("id").desc(), name="paper_venue"
            ),
            HashIndex(fields=["url"], name="paper_url", condition=~Q(url="")),
            models.Index(fields=["root"], name="paper_merged", condition=Q(root__isnull=False)),
            GinIndex(fields=["shared"], name="paper_shared", condition=~Q(shared=[])),
        ]
        constraints = [
            models.CheckConstraint(
                name="listed_with_a_listing_standing",
                condition=Q(listed_at__isnull=True)
                | Q(standing__in=["no_answer", "confirmed"], is_public=True),
            ),
            models.CheckConstraint(name="paper_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="merged_into_another_and_not_listed",
                condition=Q(root=None)
                | ~Q(root=F("id")) & Q(listed_at=None, standing="none", report_count=0),
            ),
            models.CheckConstraint(
                name="shared_in_known_words", condition=Q(shared__contained_by=WORDS)
            ),
            models.UniqueConstraint(
                fields=["source_key"],
                condition=Q(source_key__isnull=False),
                name="one_paper_a_source_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def author_names(self) -> list[str]:
        """The authors' names in order; a semicolon in a name is a comma here."""
        return self.names.split("; ") if self.names else []


class PaperAuthor(models.Model):
    """An author: a position on the paper, counted from 1."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authors", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    orcid = models.CharField(max_length=19, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="one_author_a_position"),
            models.CheckConstraint(name="positions_from_1", condition=Q(position__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class Scheme(models.TextChoices):
    """The identifier schemes, in the order in which a paper shows them."""

    DOI = "doi", "DOI"
    ARXIV = "arxiv", "arXiv"
    OPENREVIEW = "openreview", "OpenReview"
    ACL = "acl", "ACL Anthology"
    PMID = "pmid", "PubMed"
    ISBN = "isbn", "ISBN"
    S2 = "s2", "Semantic Scholar"
    OPENALEX = "openalex", "OpenAlex"


class Bucket(Func):
    """The first three hexadecimal digits of the SHA-256 of `scheme:value`, by which libraries are
    checked without being sent (product.md, section 10)."""

    function = "registry_bucket"
    arity = 2
    output_field = models.CharField()


class Identifier(models.Model):
    """A paper's name in a scheme, in the one spelling of `registry.identifiers`."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="one_paper_an_identifier")
        ]
        indexes = [models.Index(Bucket("scheme", "value"), name="identifier_bucket")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class PaperVersion(models.Model):
    """A version that belongs to a paper: arXiv v1, v2 ..., the proceedings."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions", db_index=False)
    label = models.CharField(max_length=60)
    released_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "label"], name="one_version_a_label")
        ]

    def __str__(self) -> str:
        return self.label


class Listing(models.Model):
    """A period in which a report kept a paper on the list. Append-only: closed once, never changed
    otherwise (a database trigger keeps it so)."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="listings", db_index=False)
    report_id = models.BigIntegerField(help_text="The report; registry does not know its table.")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    version = models.CharField(max_length=60, help_text="The version of the paper reported on.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    note = models.TextField(blank=True, help_text="The reason, in public words.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report_id"], condition=Q(closed_at=None), name="one_open_listing_a_report"
            ),
            models.CheckConstraint(
                name="closed_with_an_ending",
                condition=Q(closed_at=None, ending="")
                | Q(closed_at__isnull=False, closed_at__gte=F("opened_at")) & ~Q(ending=""),
            ),
        ]
        indexes = [
            models.Index(fields=["paper", "-opened_at"], name="listing_of_paper"),
            models.Index(
                fields=["-closed_at", "-id"],
                name="listing_annulled",
                condition=Q(ending="annulled"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.ground} {self.opened_at:%Y-%m-%d}"

    @property
    def annulled_because(self) -> str:
        """The reason of one that should not have been made, which the corrections tell; else
        empty."""
        return self.note if self.ending == Ending.ANNULLED else ""


class Notice(models.Model):
    """What its publisher says of a work afterwards: retracted, corrected. It goes by an identifier,
    so that it is known of works that are no paper here."""

    class Kind(models.TextChoices):
        RETRACTED = "retracted", "retracted"
        WITHDRAWN = "withdrawn", "withdrawn"
        CONCERN = "concern", "expression of concern"
        CORRECTED = "corrected", "corrected"
        REINSTATED = "reinstated", "reinstated"

    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    dated = models.DateField(null=True, blank=True)
    notice = models.CharField(max_length=300, blank=True, help_text="The notice's own DOI.")
    source = models.CharField(max_length=60, help_text="Who says so: Crossref, Retraction Watch.")
    found_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["dated", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["value", "scheme", "kind", "notice"], name="one_notice_a_kind"
            )
        ]
        indexes = [models.Index(Bucket("scheme", "value"), name="notice_bucket")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value} {self.kind}"


class LookUp(models.Model):
    """An identifier that sources are asked about: one that somebody wanted and no paper here had,
    or one of a paper whose metadata are asked for again (registry/look_ups.py)."""

    class State(models.TextChoices):
        WANTED = "wanted", "not answered yet"
        FOUND = "found", "found"
        UNKNOWN = "unknown", "the sources do not know it"
        APART = "apart", "no paper can be made of it"

    class Turn(models.IntegerChoices):
        WANTED = 0, "somebody waits for it"
        REPORTED = 1, "of a paper with a report"
        OTHER = 2, "other"

    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WANTED)
    turn = models.PositiveSmallIntegerField(choices=Turn.choices, default=Turn.WANTED)
    paper = models.ForeignKey(
        Paper, models.CASCADE, null=True, blank=True, related_name="look_ups",
        help_text="The paper that was found, or that a source calls the same work.",
    )  # fmt: skip
    said = models.CharField(max_length=500, blank=True, help_text="What the source said instead.")
    asked_at = models.DateTimeField(help_text="When it was last wanted.")
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="In vain, one after another.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="When it is asked again.")
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when whoever asks now may take."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value", "scheme"], name="one_look_up_an_identifier")
        ]
        indexes = [
            models.Index(
                fields=["turn", "due_at"], name="look_up_due", condition=Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value} {self.state}"


class NearTitle(models.Model):
    """One of the keys by which titles are found that differ in one word: only of papers with a
    public report. It helps to suggest, and decides nothing (registry/near_titles.py)."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="near_titles")
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "paper"], name="one_near_title")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.key}"


class ListVersion(models.Model):
    """One row: raised in every transaction that changes a standing; keys cached pages."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_list_version", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)
