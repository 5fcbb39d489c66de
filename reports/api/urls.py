"""Reports and answers in the API, under /api/v1/."""

from django.urls import path

from reports.api import answers, reports, statistics

app_name = "reports_api"
urlpatterns = [
    path("reports", reports.Reports.as_view(), name="reports"),
    path("reports/<int:report_id>", reports.One.as_view(), name="report"),
    path("answers", answers.Answers.as_view(), name="answers"),
    path("statistics", statistics.Statistics.as_view(), name="statistics"),
]
