"""A report and what it holds (product.md, sections 2, 3 and 6)."""

from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registry.models import Paper
from reports import results
from reports.models.link import LinkCheck
from reports.results import Comparison, Obtained
from reports.states import Mode, Outcome, State


def choices(words: type[State] | type[Mode] | type[Outcome]) -> list[tuple[str, str]]:
    """The words as choices of a model field."""
    return [(str(word), str(word)) for word in words]


class Cause(models.TextChoices):
    """Why, as the reporter sees it (section 6)."""

    NO_CODE = "no_code", "no code"
    CODE_INCOMPLETE = "code_incomplete", "code incomplete"
    CODE_DOES_NOT_RUN = "code_does_not_run", "code does not run"
    DETAILS_MISSING = "details_missing", "hyperparameters or training details missing"
    DATA_MISSING = "data_missing", "data private or missing"
    LEAKAGE = "leakage", "data split or leakage doubtful"
    EVALUATION = "evaluation", "evaluation differs"
    COMPUTE = "compute", "too little compute"
    SEEDS = "seeds", "random seed variance"
    UNKNOWN = "unknown", "result differs for unknown reason"
    OTHER = "other", "other"


class Report(models.Model):
    """One person's attempt to obtain a paper's claims. `state` is written by lifecycle.py alone."""

    paper = models.ForeignKey(
        Paper, models.PROTECT, related_name="reports", null=True, blank=True, db_index=False
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports", db_index=False
    )
    state = models.CharField(max_length=12, choices=choices(State), default=State.DRAFT)
    state_at = models.DateTimeField()
    typed = models.JSONField(
        default=dict, help_text="The form as typed: field name to list of strings."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    public_at = models.DateTimeField(null=True, blank=True, help_text="When it first was public.")
    forgotten_at = models.DateTimeField(
        null=True, blank=True, help_text="When the authors' addresses were deleted (retention.py)."
    )

    mode = models.CharField(max_length=20, choices=choices(Mode), blank=True)
    outcome = models.CharField(max_length=24, choices=choices(Outcome), blank=True)
    causes = ArrayField(
        models.CharField(max_length=30, choices=Cause.choices), default=list, blank=True
    )
    version = models.CharField(max_length=60, blank=True)
    summary = models.TextField(blank=True, help_text="What was done, in Markdown.")
    code_url = models.URLField(max_length=500, blank=True)
    code_commit = models.CharField(max_length=100, blank=True)
    data_used = models.TextField(blank=True)
    environment = models.TextField(blank=True)
    hours = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    familiarity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5.")
    differences = models.TextField(blank=True, help_text="What is different from the paper.")
    again_because = models.TextField(
        blank=True,
        help_text="What is different from the reporter's other report on the same.",
    )
    looked_for = models.TextField(
        blank=True, help_text="Could not be attempted: what was looked for, where and when."
    )
    missing = models.TextField(blank=True, help_text="Could not be attempted: what was missing.")
    author_names = ArrayField(
        models.CharField(max_length=300), default=list, blank=True,
        help_text="As the reporter gave them, for a paper whose authors are not known.",
    )  # fmt: skip
    shown_as = models.CharField(max_length=200, blank=True, help_text="Public name or pseudonym.")
    group = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text="Group or institution behind the attempt; public.",
    )  # fmt: skip
    group_key = models.CharField(
        max_length=64, blank=True, default="", db_default="",
        help_text="By which groups are compared (independence.py).",
    )  # fmt: skip
    conflict = models.TextField(blank=True, help_text="Conflict of interest, in public words.")
    licence_agreed = models.BooleanField(default=False, help_text="CC BY 4.0.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_a_draft_is_incomplete",
                condition=Q(state=State.DRAFT)
                | Q(paper__isnull=False, submitted_at__isnull=False)
                & ~Q(mode="")
                & ~Q(outcome="")
                & ~Q(version=""),
            ),
            models.CheckConstraint(
                name="familiarity_1_to_5",
                condition=Q(familiarity=None) | Q(familiarity__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="only_listable_outcomes_are_confirmed",
                condition=~Q(state=State.CONFIRMED)
                | Q(outcome__in=[Outcome.NOT_MATCHED, Outcome.NOT_ATTEMPTED]),
            ),
        ]
        indexes = [
            models.Index(fields=["paper", "state"], name="report_of_paper"),
            models.Index(fields=["reporter", "-updated_at"], name="report_of_reporter"),
            models.Index(
                fields=["submitted_at"], name="report_queue", condition=Q(state=State.SUBMITTED)
            ),
            models.Index(
                fields=["updated_at"], name="report_remembered", condition=Q(forgotten_at=None)
            ),
            models.Index(
                fields=["-public_at", "-id"],
                name="report_public",
                condition=Q(public_at__isnull=False),
            ),
            models.Index(
                fields=["state_at"],  # what digests tell of
                name="report_stated",
                condition=Q(state__in=[State.DISPUTED, State.RESOLVED, State.CONFIRMED]),
            ),
            models.Index(
                fields=["-state_at", "-id"],
                name="report_taken_back",
                condition=Q(state__in=[State.WITHDRAWN, State.REMOVED], public_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Claim(models.Model):
    """One stated result of the paper, with its place and quoted words, and what was obtained."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="claims", db_index=False)
    position = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, help_text="Table, figure, section or page.")
    quote = models.TextField(help_text="The paper's own words.")
    metric = models.CharField(max_length=200, blank=True)
    higher_is_better = models.BooleanField(default=True)
    dataset = models.CharField("data set and split", max_length=300, blank=True)
    claimed = models.FloatField(null=True, blank=True)
    claimed_spread = models.FloatField(null=True, blank=True)
    runs = ArrayField(models.FloatField(), default=list, blank=True)
    mean = models.FloatField(null=True, blank=True, help_text="Given where runs are not.")
    spread = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    tolerance = models.FloatField(null=True, blank=True)
    tolerance_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="one_claim_a_position"),
            models.CheckConstraint(
                name="claim_with_place_and_quote", condition=~Q(place="") & ~Q(quote="")
            ),
            models.CheckConstraint(
                name="tolerance_not_negative",
                condition=Q(tolerance=None) | Q(tolerance__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric or self.quote[:40]} ({self.place})"

    @cached_property
    def obtained(self) -> Obtained | None:
        """Mean, deviation and number of runs; None where nothing was, or could be, measured."""
        try:
            if self.runs:
                return results.of_runs(self.runs)
            if self.mean is not None:
                return results.of_summary(self.mean, self.spread, self.n or 1)
        except ValueError:
            return None
        return None

    @cached_property
    def comparison(self) -> Comparison | None:
        """Claimed against obtained; None where one of them is no value that can be compared."""
        if self.claimed is None or self.obtained is None:
            return None
        try:
            return results.compare(
                claimed=self.claimed,
                obtained=self.obtained,
                tolerance=self.tolerance,
                higher_is_better=self.higher_is_better,
            )
        except ValueError:
            return None

    @property
    def in_numbers(self) -> bool:
        """Whether a number was claimed or obtained; what could not be attempted often has none."""
        return self.claimed is not None or self.mean is not None or bool(self.runs)


class Evidence(models.Model):
    """A link to what shows the attempt."""

    class Kind(models.TextChoices):
        CODE = "code", "code"
        LOG = "log", "log"
        CONFIGURATION = "configuration", "configuration"
        NOTEBOOK = "notebook", "notebook"
        OTHER = "other", "other"

    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    url = models.URLField(max_length=500)
    note = models.CharField(max_length=300, blank=True)
    url_check = models.ForeignKey(
        LinkCheck, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="one_link_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.url}"


class Address(models.Model):
    """An address of an author of the reported paper, with its source; never shown in public.

    Twelve months after the inquiry ended `email` and sources are emptied (retention.py); the row
    stays, so that the letters still tell which of them went to one address.
    """

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "Simplified Chinese"
        BOTH = "both", "English and Simplified Chinese"

    report = models.ForeignKey(Report, models.CASCADE, related_name="addresses", db_index=False)
    author_position = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField(help_text="Addresses are tried one at a time, 1 first.")
    email = models.EmailField(max_length=254)
    corresponding = models.BooleanField(default=False)
    source = models.CharField(max_length=200, help_text="Paper's first page, homepage ...")
    source_url = models.URLField(max_length=500, blank=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.ENGLISH)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True, help_text="Known to be no address.")
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="A letter to it failed, or it is somebody else's."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["author_position", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "author_position", "rank"], name="one_address_a_rank"
            ),
            models.UniqueConstraint(
                fields=["report", "email"], name="a_person_is_asked_once", condition=~Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"

    @staticmethod
    def language_for(email: str) -> Language:
        """The language of letters to an address about whose reader nothing is known."""
        both = email.lower().endswith(".cn")
        return Address.Language.BOTH if both else Address.Language.ENGLISH


class AddressSearch(models.Model):
    """A recorded search for an author's address: two are owed before a report is unasked."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="searches")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    where = models.TextField()
    found = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"search {self.pk}"
