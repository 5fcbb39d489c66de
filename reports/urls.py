"""The pages of reports, under /reports/."""

from django.urls import path

from reports.views import report, writing

app_name = "reports"
urlpatterns = [
    path("", report.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("<int:report_id>/", report.report, name="report"),
    path("<int:report_id>/edit/", writing.edit, name="edit"),
    path("<int:report_id>/preview/", writing.preview, name="preview"),
    path("<int:report_id>/withdraw/", report.withdraw, name="withdraw"),
    path("<int:report_id>/accept-answer/", report.accept_answer, name="accept_answer"),
    path("<int:report_id>/dispute/", report.dispute, name="dispute"),
]
