"""What is told of reports and answers: what everybody sees on their pages, and no more.

Texts are as they were written, in Markdown where the page renders it. The reporter is named by the
name chosen for the report, an author as they signed the answer.
"""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.fields import Address, Moment, Number, Shown
from registry.api.shown import PaperNamed
from registry.shared import Item, Value
from reports import findings
from reports.api.told import FileTold
from reports.conversation import Side
from reports.models import Answer, Cause, Evidence, LinkCheck, Report
from reports.models.report import choices
from reports.results import Comparison
from reports.states import PUBLIC, Actor, Mode, Outcome, State

OPEN_STATES = [(state.value, state.value) for state in State if state in PUBLIC]
LINE_STATES = [(state.value, state.value) for state in (State.WITHDRAWN, State.REMOVED)]
OUTCOMES = choices(Outcome)
BESIDE_STATES = [*OPEN_STATES, LINE_STATES[0]]
WORDS_STATES = [(state.value, state.value) for state in (State.DISPUTED, State.RESOLVED)]


# --- claimed against obtained -----------------------------------------------------------
class IntervalShown(serializers.Serializer[Any]):
    """The 95 % interval of the obtained mean (Student's t)."""

    low = Number()
    high = Number()


class ObtainedShown(serializers.Serializer[Any]):
    """What was measured: the mean, and the sample standard deviation of n runs."""

    mean = Number()
    deviation = Number(allow_null=True)
    n = serializers.IntegerField()
    interval = IntervalShown(allow_null=True)


@extend_schema_field(OpenApiTypes.STR)
class Finding(Shown):
    """Where the obtained mean lies, in words."""

    def to_representation(self, value: Comparison) -> str:
        """The words of the page."""
        return findings.finding(value)


@extend_schema_field(OpenApiTypes.STR)
class IntervalFinding(Shown):
    """Where the interval of the mean lies, in words."""

    def to_representation(self, value: Comparison) -> str:
        """The words of the page; empty for one run or without a tolerance."""
        return findings.interval_finding(value)


class ClaimRow(serializers.Serializer[Any]):
    """One stated result of the paper, and what was obtained."""

    position = serializers.IntegerField()
    place = serializers.CharField(help_text="Table, figure, section or page.")
    quote = serializers.CharField(help_text="The paper's own words.")
    metric = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    dataset = serializers.CharField()
    claimed = Number(allow_null=True)
    claimed_spread = Number(allow_null=True)
    obtained = ObtainedShown(allow_null=True)
    difference = Number(
        source="comparison.difference", allow_null=True, help_text="Obtained minus claimed."
    )
    relative = Number(
        source="comparison.relative", allow_null=True, help_text="As a share of the claim."
    )
    tolerance = Number(allow_null=True)
    finding = Finding(source="comparison", allow_null=True)
    interval_finding = IntervalFinding(source="comparison", allow_null=True)


class ClaimShown(ClaimRow):
    """A claim with the values run by run, and the reason of its tolerance."""

    runs = serializers.ListField(child=Number())
    tolerance_reason = serializers.CharField()


# --- links and files --------------------------------------------------------------------
class LinkCheckShown(serializers.Serializer[Any]):
    """Whether the site found that a link opens."""

    outcome = serializers.ChoiceField(LinkCheck.Outcome.choices, allow_blank=True)
    at = Moment(source="tried_at", allow_null=True)


class EvidenceShown(serializers.Serializer[Any]):
    """A link to what shows the attempt; empty where a moderator covered it."""

    kind = serializers.ChoiceField(Evidence.Kind.choices)
    url = serializers.CharField()
    note = serializers.CharField()
    check = LinkCheckShown(source="url_check", allow_null=True)


@extend_schema_field(OpenApiTypes.URI)
class FileAddress(Shown):
    """Where the file is."""

    def to_representation(self, value: FileTold) -> str:
        """The whole address, on the host that was asked."""
        path = reverse("reports:file", args=[value.report, value.file.pk, value.file.saved_name])
        return str(self.context["request"].build_absolute_uri(path))


class FileShown(serializers.Serializer[Any]):
    """A file beside a report or an answer."""

    name = serializers.CharField(source="file.name")
    kind = serializers.ChoiceField(Evidence.Kind.choices, source="file.kind")
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size", help_text="Bytes.")
    sha256 = serializers.CharField(source="file.sha256")
    note = serializers.CharField(source="file.note")
    url = FileAddress(source="*")


# --- answers ----------------------------------------------------------------------------
class AnswerShown(serializers.Serializer[Any]):
    """What an author says, in full."""

    id = serializers.IntegerField(source="answer.pk")
    kind = serializers.ChoiceField(Answer.Kind.choices, source="answer.kind")
    text = serializers.CharField(source="answer.text", help_text="Markdown; may be empty.")
    url = serializers.CharField(source="answer.url", help_text="Empty if none is given.")
    url_check = LinkCheckShown(source="answer.url_check", allow_null=True)
    name = serializers.CharField(source="answer.name", help_text="Of the person answering.")
    role = serializers.CharField(source="answer.role")
    given_at = Moment(source="answer.given_at")
    without_content = serializers.BooleanField(
        source="answer.without_content",
        help_text="So marked by a moderator; it counts all the same.",
    )
    files = FileShown(many=True)


class AnswerBeside(AnswerShown):
    """An answer to the report it stands beside."""

    late = serializers.CharField(
        help_text="How long after the deadline it came, if it ended a lapse; else empty."
    )


class ReportBeside(serializers.Serializer[Any]):
    """A report beside which an answer stands."""

    id = serializers.IntegerField(source="report.pk")
    state = serializers.ChoiceField(BESIDE_STATES, source="report.state")
    late = serializers.CharField(
        help_text="How long after the deadline the answer came, if it ended a lapse; else empty."
    )
    paper = PaperNamed(source="report.paper")
    url = Address("reports:report", source="report.pk", help_text="Its page.")
    api = Address("reports_api:report", source="report.pk")


class AnswerRow(AnswerShown):
    """An answer with the public reports it is about."""

    reports = ReportBeside(many=True)


# --- what else is said ------------------------------------------------------------------
class RunShown(serializers.Serializer[Any]):
    """The values of a new run for one claim."""

    claim = serializers.IntegerField(source="claim.position", help_text="The claim's position.")
    values = serializers.ListField(child=Number())


class AdditionShown(serializers.Serializer[Any]):
    """What either side added after an answer."""

    id = serializers.IntegerField(source="pk")
    side = serializers.ChoiceField([(side.value, side.value) for side in Side])
    name = serializers.CharField(help_text="Of the author; empty for the reporter.")
    role = serializers.CharField()
    text = serializers.CharField(help_text="Markdown; may be empty.")
    url = serializers.CharField(help_text="Empty if none is given.")
    given_at = Moment()
    runs = RunShown(many=True)


class WordsShown(serializers.Serializer[Any]):
    """Why an answer is disputed, or a report resolved."""

    state = serializers.ChoiceField(WORDS_STATES, source="target")
    by = serializers.ChoiceField(
        [(actor.value, actor.value) for actor in (Actor.REPORTER, Actor.MODERATOR)], source="actor"
    )
    text = serializers.CharField(source="note", help_text="Markdown.")
    at = Moment()


class SaidShown(serializers.Serializer[Any]):
    """One side's newest word on whether an item is shared."""

    value = serializers.ChoiceField(Value.choices)
    url = serializers.CharField(help_text="Empty if none is given.")
    note = serializers.CharField()
    who = serializers.CharField()
    since = Moment()


class SharedShown(serializers.Serializer[Any]):
    """What each side says of whether an item is shared."""

    item = serializers.ChoiceField(Item.choices)
    reporter = SaidShown(allow_null=True)
    author = SaidShown(allow_null=True)


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
