"""What is told of reports: what everybody sees on their pages, and no more.

Texts are as they were written, in Markdown where the page renders it. The reporter is named by the
name chosen for the report.
"""

from typing import Any

from rest_framework import serializers

from registry.api.fields import Address, Moment
from registry.api.shown import PaperNamed
from reports.api.claims_shown import ClaimRow, ClaimShown
from reports.api.said_shown import (
    AdditionShown,
    AnswerBeside,
    EvidenceShown,
    FileShown,
    SharedShown,
    WordsShown,
)
from reports.api.words import LINE_STATES, OPEN_STATES, OUTCOMES
from reports.models import Cause, Report
from reports.models.report import choices
from reports.states import Mode


class EntryShown(serializers.Serializer[Any]):
    """A line of the time line."""

    at = Moment()
    who = serializers.CharField(help_text="May be empty.")
    what = serializers.CharField()


class WorkShown(serializers.Serializer[Any]):
    """How the report, or an answer to it, is cited."""

    key = serializers.CharField()
    citation = serializers.CharField(source="in_words")
    url = serializers.URLField()


class AskedShown(serializers.Serializer[Any]):
    """When the authors were asked, and how many of them were reached."""

    asked_at = Moment(source="inquiry.opened_at")
    deadline = Moment(source="inquiry.deadline", allow_null=True)
    authors_asked = serializers.IntegerField(source="asked")
    authors_reached = serializers.IntegerField(source="reached")


# --- reports ----------------------------------------------------------------------------
class _Report(serializers.Serializer[Any]):
    """What rows and the whole have in common."""

    id = serializers.IntegerField(source="report.pk")
    paper = PaperNamed(source="report.paper")
    state = serializers.ChoiceField(OPEN_STATES, source="report.state")
    state_since = Moment(source="report.state_at")
    outcome = serializers.ChoiceField(OUTCOMES, source="report.outcome")
    mode = serializers.ChoiceField(choices(Mode), source="report.mode")
    causes = serializers.ListField(
        child=serializers.ChoiceField(Cause.choices), source="report.causes"
    )
    version = serializers.CharField(
        source="report.version", help_text="The version of the paper that was tried."
    )
    reported_by = serializers.SerializerMethodField(
        help_text="Public name or pseudonym, as the reporter chose."
    )
    group = serializers.CharField(source="report.group", help_text="May be empty.")
    submitted_at = Moment(source="report.submitted_at")
    public_at = Moment(source="report.public_at", help_text="When it first was public.")
    hours = serializers.FloatField(source="report.hours", allow_null=True)
    inquiry = AskedShown(allow_null=True, help_text="Null where nothing was asked: a match.")
    url = Address("reports:report", source="report.pk", help_text="Its page.")
    api = Address("reports_api:report", source="report.pk")

    def get_reported_by(self, told: Any) -> str:
        """As the page names them."""
        report: Report = told.report
        return report.shown_as or "a researcher"


class ReportRow(_Report):
    """A public report in a list: its claims without the values run by run, and no long texts."""

    claims = ClaimRow(many=True, source="report.claims")
    answers = serializers.IntegerField(help_text="How many answers there are.")


class ReportWhole(_Report):
    """A public report with everything that stands beside it."""

    summary = serializers.CharField(source="report.summary", help_text="Markdown.")
    looked_for = serializers.CharField(source="report.looked_for")
    missing = serializers.CharField(source="report.missing")
    environment = serializers.CharField(source="report.environment")
    code_url = serializers.CharField(
        source="report.code_url", help_text="The authors' code that was used; may be empty."
    )
    code_commit = serializers.CharField(source="report.code_commit")
    data_used = serializers.CharField(source="report.data_used")
    differences = serializers.CharField(
        source="report.differences", help_text="What is different from the paper."
    )
    familiarity = serializers.IntegerField(
        source="report.familiarity", allow_null=True, help_text="With the method, 1 to 5."
    )
    again_because = serializers.CharField(
        source="report.again_because",
        help_text="What is different from an earlier report of the same person; may be empty.",
    )
    conflict = serializers.CharField(
        source="report.conflict", help_text="Conflict of interest, as the reporter states it."
    )
    claims = ClaimShown(many=True, source="report.claims")
    evidence = EvidenceShown(many=True, source="report.evidence")
    files = FileShown(many=True)
    answers = AnswerBeside(many=True)
    words = WordsShown(many=True)
    additions = AdditionShown(many=True)
    shared = SharedShown(many=True)
    appealed_at = serializers.ListField(
        child=serializers.DateTimeField(),
        help_text="When appeals were received that wait for a decision.",
    )
    timeline = EntryShown(many=True)
    citations = WorkShown(many=True, source="cited")


class ReportLine(serializers.Serializer[Any]):
    """What is left of a report that was public and was withdrawn or removed."""

    id = serializers.IntegerField(source="report.pk")
    paper = PaperNamed(source="report.paper")
    state = serializers.ChoiceField(LINE_STATES, source="report.state")
    state_since = Moment(source="report.state_at")
    submitted_at = Moment(source="report.submitted_at")
    reason = serializers.CharField(help_text="Markdown; may be empty.")
    answers = AnswerBeside(
        many=True, help_text="What the authors said beside a withdrawn report, without files."
    )
    additions = AdditionShown(many=True)
    url = Address("reports:report", source="report.pk", help_text="Its page.")
    api = Address("reports_api:report", source="report.pk")
