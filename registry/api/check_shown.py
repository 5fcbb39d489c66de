"""What is sent to be checked, and what is told of it, as the description of the API has it."""

from typing import Any

from rest_framework import serializers

from registry.api.parameters import Parameters, Text
from registry.api.shown import NoticeShown
from registry.checking import Finding
from registry.models import Standing

MOST_IDENTIFIERS = 1_000


class CheckAsked(Parameters):
    """Beside the body."""

    name = Text(
        max_length=255,
        help_text="The file's name: it helps where the content does not tell the format.",
    )  # fmt: skip


class IdentifiersAsked(serializers.Serializer[Any]):
    """Identifiers or web addresses, each as people write it."""

    identifiers = serializers.ListField(
        child=serializers.CharField(allow_blank=True), max_length=MOST_IDENTIFIERS
    )


class KnownShown(serializers.Serializer[Any]):
    """A paper that is known here."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    authors = serializers.ListField(child=serializers.CharField())
    venue = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    standing = serializers.ChoiceField(Standing.choices)
    reports = serializers.IntegerField()
    matched = serializers.IntegerField()
    url = serializers.URLField()


class ResultShown(serializers.Serializer[Any]):
    """What is known of a reference; of one that was not understood its text, and why."""

    line = serializers.IntegerField()
    finding = serializers.ChoiceField(Finding.choices)
    words = serializers.CharField(help_text="The finding as people read it.")
    listed = serializers.BooleanField()
    alarming = serializers.BooleanField(help_text="Listed or retracted.")
    key = serializers.CharField(required=False, help_text="Of the entry in the bibliography.")
    title = serializers.CharField(required=False)
    year = serializers.IntegerField(required=False, allow_null=True)
    identifiers = serializers.ListField(child=serializers.CharField(), required=False)
    paper = KnownShown(required=False, allow_null=True)
    by = serializers.CharField(required=False, help_text="What told that it is this paper.")
    notices = NoticeShown(many=True, required=False)
    near = KnownShown(many=True, required=False, help_text="Papers whose titles are nearly this.")
    text = serializers.CharField(required=False)
    why = serializers.CharField(required=False)


class CheckShown(serializers.Serializer[Any]):
    """What is known of each reference, in the order of the body."""

    format = serializers.CharField()
    checked_at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By finding.")
    cut = serializers.CharField(help_text="A sentence if not all was read; else empty.")
    results = ResultShown(many=True)


class PrefixShown(serializers.Serializer[Any]):
    """By digest, the finding of the work."""

    prefix = serializers.CharField()
    digests = serializers.DictField(child=serializers.ChoiceField(Finding.choices))
