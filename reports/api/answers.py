"""Answers: what authors say, each with the public reports it is about."""

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry.api.pages import newest, page, page_of
from registry.api.parameters import ListParameters, Whole
from registry.api.records import entries_of
from registry.api.view import Open
from reports.api import told
from reports.api.said_shown import AnswerRow
from reports.models import Answer
from reports.selectors import answers_told
from reports.visibility import public_answers


class AnswersAsked(ListParameters):
    """The filters of answers."""

    paper = Whole(min_value=1, max_value=2**53, required=False, help_text="A paper's number.")
    report = Whole(min_value=1, max_value=2**53, required=False, help_text="A report's number.")
    kind = serializers.ChoiceField(Answer.Kind.choices, required=False)


class Answers(Open):
    """Every answer beside a public report, and beside one that its reporter withdrew after it was
    public; the newest first."""

    parameters = AnswersAsked

    @extend_schema(
        operation_id="answers",
        tags=["Answers"],
        summary="What authors say",
        responses=page_of("AnswerPage", AnswerRow),
    )
    def get(self, request: Request) -> HttpResponse:
        """A page of the answers that the filters leave."""
        asked = self.asked
        about = Q()
        if "paper" in asked:
            about &= Q(paper__among=entries_of(asked["paper"]))
        if "report" in asked:
            about &= Q(pk=asked["report"])
        found = public_answers(about)
        if "kind" in asked:
            found = found.filter(kind=asked["kind"])
        rows, following = newest(answers_told(found), asked, "answers")
        return page(self, AnswerRow, told.answers(rows), following)
