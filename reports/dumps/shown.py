"""What only dumps tell in this form: each of it stands on a public page, too."""

from typing import Any

from rest_framework import serializers

from registry.api.fields import Moment
from registry.api.shown import PaperNamed, PaperShown
from registry.models import Ground, Notice, Scheme
from registry.shared import Item, Value
from reports.corrections import Kind
from reports.dumps.steps import KINDS
from reports.models.report import choices
from reports.public_letters import NAMES, WORDS
from reports.states import Actor, State

CORRECTED = ("withdrawn", "removed", "annulled", "redacted", "upheld", "refused")
LETTERS = sorted(set(NAMES.values()))


class PaperDumped(PaperShown):
    """A paper as the API tells it alone, and what its page and its feed tell beside."""

    address = serializers.SerializerMethodField(
        help_text="Where the paper is, of one without an identifier; may be empty."
    )
    known_since = Moment(source="paper.created_at", help_text="Since when it is known here.")

    def get_address(self, told: Any) -> str:
        """As the page links to it."""
        return "" if told.identifiers else str(told.paper.url)


class CorrectionShown(serializers.Serializer[Any]):
    """What was taken back in public, as the page of corrections tells it; never the content."""

    what = serializers.SerializerMethodField(help_text="What was taken back, or appealed against.")
    id = serializers.IntegerField(source="number", help_text="The number of it, among its kind.")
    word = serializers.ChoiceField([(word, word) for word in CORRECTED])
    at = Moment()
    paper = PaperNamed()
    report = serializers.IntegerField(source="report_id")
    public_since = Moment(source="since", help_text="Since when the report, or listing, was.")
    reason = serializers.CharField(help_text="Markdown; may be empty.")
    withdrawn_at = Moment(
        allow_null=True, help_text="Of a removed report that its reporter had withdrawn before."
    )
    ground = serializers.ChoiceField(
        Ground.choices, source="listing.ground", allow_null=True, default=None,
        help_text="Of an annulled listing.",
    )  # fmt: skip
    version = serializers.CharField(
        source="listing.version", allow_null=True, default=None, help_text="Of an annulled listing."
    )
    received_at = Moment(
        source="appeal.confirmed_at", allow_null=True, default=None, help_text="Of an appeal."
    )
    shown_again_at = Moment(
        source="redaction.undone_at", allow_null=True, default=None,
        help_text="Since when a covered passage is shown again.",
    )  # fmt: skip
    shown_again_because = serializers.CharField(
        source="redaction.undone_reason", allow_null=True, default=None
    )

    def get_what(self, row: Any) -> str:
        """In a word."""
        return Kind(row.kind).name.lower()


class NoticeDumped(serializers.Serializer[Any]):
    """What a publisher said of a work afterwards, also of works that are no paper here."""

    scheme = serializers.ChoiceField(Scheme.choices)
    value = serializers.CharField(help_text="The identifier of the work.")
    kind = serializers.ChoiceField(Notice.Kind.choices)
    dated = serializers.DateField(allow_null=True)
    notice = serializers.CharField(help_text="The notice's own DOI; may be empty.")
    source = serializers.CharField(help_text="Who says so.")  # type: ignore[assignment]
    found_at = Moment(help_text="When this site learnt of it.")


class StepShown(serializers.Serializer[Any]):
    """A step of a report's time line, in fields."""

    id = serializers.IntegerField(source="number")
    report = serializers.IntegerField()
    kind = serializers.ChoiceField(list(KINDS.items()))
    at = Moment()
    state = serializers.ChoiceField(choices(State), allow_blank=True)
    before = serializers.ChoiceField(
        choices(State), allow_blank=True, help_text="The state before, if it was public."
    )
    by = serializers.ChoiceField(
        [(str(actor), str(actor)) for actor in Actor], allow_blank=True,
        help_text="Who disputes or resolves.",
    )  # fmt: skip
    who = serializers.CharField(help_text="Who says what is shared.")
    note = serializers.CharField(help_text="The public reason; Markdown.")
    answer = serializers.IntegerField(allow_null=True, help_text="The answer that ended a lapse.")
    beside = serializers.BooleanField(
        help_text="Whether the answer stood beside another entry of the work before."
    )
    window = serializers.FloatField(
        allow_null=True, help_text="The seconds that authors have, of an asking."
    )
    until = Moment(allow_null=True, help_text="The deadline.")
    letter = serializers.ChoiceField([(name, name) for name in LETTERS], allow_blank=True)
    fact = serializers.ChoiceField([(fact, fact) for fact in WORDS], allow_blank=True)
    author = serializers.IntegerField(
        allow_null=True, help_text="The position on the paper; 0 is somebody named by an author."
    )
    authors = serializers.IntegerField(allow_null=True, help_text="How many the paper has.")
    item = serializers.ChoiceField(Item.choices, allow_blank=True)
    value = serializers.ChoiceField(Value.choices, allow_blank=True)
