"""What is told of papers and listings: public facts alone, as the pages show them."""

from typing import Any

from rest_framework import serializers

from registry.api.fields import About, Address, Ended, Moment
from registry.merging import whole
from registry.models import Ending, Ground, Notice, Paper, Scheme, Standing
from registry.shared import Item, Value


class IdentifierShown(serializers.Serializer[Any]):
    """An identifier in its one spelling, and where it leads."""

    scheme = serializers.ChoiceField(Scheme.choices)
    value = serializers.CharField()
    url = serializers.URLField()


class PaperNamed(serializers.Serializer[Any]):
    """A paper where something else is told: its number here, title and addresses."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    url = Address("paper_by_id", source="pk", help_text="Its page.")
    api = Address("registry:api_paper", source="pk")

    def to_representation(self, instance: Paper) -> dict[str, Any]:
        """The paper under which the work is shown."""
        return super().to_representation(whole(instance))


class FactsShown(serializers.Serializer[Any]):
    """The dated facts beside a standing, from public reports alone."""

    hours = serializers.IntegerField(help_text="Hours spent on all reports together.")
    environments = serializers.ListField(child=serializers.CharField())
    outcomes = serializers.ListField(child=serializers.CharField())
    authors_asked = serializers.IntegerField()
    authors_reached = serializers.IntegerField()
    asked_at = Moment(allow_null=True)
    deadline = Moment(allow_null=True)


class PaperRow(serializers.Serializer[Any]):
    """A paper, and what the registry says about it."""

    id = serializers.IntegerField(source="paper.pk")
    title = serializers.CharField(source="paper.title")
    authors = serializers.ListField(
        child=serializers.CharField(), source="paper.author_names", help_text="In their order."
    )
    venue = serializers.CharField(source="paper.venue", help_text="Empty if it is not known.")
    year = serializers.IntegerField(source="paper.year", allow_null=True)
    identifiers = IdentifierShown(many=True)
    standing = serializers.ChoiceField(
        Standing.choices, source="paper.standing", help_text="What its public reports come to."
    )
    standing_words = serializers.CharField(
        source="paper.get_standing_display", help_text="The same as people read it."
    )
    standing_since = Moment(
        source="paper.standing_at", allow_null=True, help_text="Null if it never had a report."
    )
    listed_since = Moment(
        source="paper.listed_at", allow_null=True,
        help_text="Since when it is on the list Not reproducible; null if it is not.",
    )  # fmt: skip
    answered_at = Moment(
        source="paper.answered_at", allow_null=True, help_text="The newest public answer."
    )
    reports = serializers.IntegerField(
        source="paper.report_count",
        help_text="Independent public reports: those of one person or one declared group count "
        "once.",
    )
    matched = serializers.IntegerField(
        source="paper.match_count", help_text="Those of them that matched."
    )
    modes = serializers.ListField(child=serializers.CharField(), source="paper.modes")
    causes = serializers.ListField(child=serializers.CharField(), source="paper.causes")
    facts = FactsShown(allow_null=True, help_text="Null without a public report.")
    shared = serializers.DictField(
        child=serializers.ChoiceField(Value.choices),
        help_text="What authors share, as the filters know it: by item "
        f"({', '.join(Item.values)}) yes, partly or no. An item that is not here is unknown.",
    )
    being_asked = serializers.BooleanField(
        help_text="Whether authors are being asked about a report now; always false on sites that "
        "keep open inquiries secret."
    )
    url = Address("paper_by_id", source="paper.pk", help_text="Its page.")
    api = Address("registry:api_paper", source="paper.pk")


class ListingRow(serializers.Serializer[Any]):
    """A period in which a report kept a paper on the list Not reproducible."""

    id = serializers.IntegerField(source="pk")
    paper = PaperNamed()
    report = serializers.IntegerField(source="report_id", help_text="The report's number.")
    report_url = Address("reports:report", source="report_id")
    report_api = Address("reports_api:report", source="report_id")
    ground = serializers.ChoiceField(Ground.choices)
    version = serializers.CharField(help_text="The version of the paper that was reported on.")
    opened_at = Moment()
    closed_at = Moment(allow_null=True, help_text="Null while the paper is on the list.")
    ending = Ended(Ending.choices, allow_null=True)
    reason = serializers.CharField(
        source="annulled_because", help_text="Why it was annulled; empty for any other ending."
    )


class VersionShown(serializers.Serializer[Any]):
    """A version that metadata dates or links."""

    label = serializers.CharField()  # type: ignore[assignment]
    released_on = serializers.DateField(allow_null=True)
    url = serializers.CharField(help_text="Empty if it is not known.")


class NoticeShown(serializers.Serializer[Any]):
    """What its publisher said of the work afterwards."""

    kind = serializers.ChoiceField(Notice.Kind.choices)
    dated = serializers.DateField(allow_null=True)
    notice = serializers.CharField(help_text="The notice's own DOI; may be empty.")
    source = serializers.CharField(help_text="Who says so.")  # type: ignore[assignment]


class OriginShown(serializers.Serializer[Any]):
    """Who told which metadata, and when it last did."""

    source = serializers.CharField()  # type: ignore[assignment]
    at = Moment()
    fields_told = serializers.ListField(child=serializers.CharField(), source="fields")


class LinkShown(serializers.Serializer[Any]):
    """What metadata links to."""

    item = serializers.ChoiceField(Item.choices)
    url = serializers.URLField()
    source = serializers.CharField()  # type: ignore[assignment]
    since = Moment(allow_null=True)


class PaperShown(PaperRow):
    """A paper with its listings, versions, notices of publishers, and who told its metadata."""

    entries = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The numbers of all entries of this work: two entries that are one work are "
        "merged, and each number leads here.",
    )
    listings = ListingRow(many=True)
    versions = VersionShown(many=True)
    notices = NoticeShown(many=True)
    links = LinkShown(many=True)
    metadata = OriginShown(many=True)
    reports_api = About("reports_api:reports", source="paper.pk", help_text="Its public reports.")
