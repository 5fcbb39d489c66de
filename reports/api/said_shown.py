"""What is told of what people say beside a report: evidence, answers, additions, what is shared.

Texts are as they were written, in Markdown where the page renders it; an author is named as they
signed.
"""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.fields import Address, Moment, Number, Shown
from registry.api.shown import PaperNamed
from registry.shared import Item, Value
from reports.api.told import FileTold
from reports.api.words import BESIDE_STATES, WORDS_STATES
from reports.conversation import Side
from reports.models import Answer, Evidence, LinkCheck
from reports.states import Actor


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
