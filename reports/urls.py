"""The pages of reports, under /reports/."""

from django.urls import path

from reports.views import addition, citation, files, report, writing

app_name = "reports"
urlpatterns = [
    path("", report.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("new/papers/", writing.find, name="find"),
    path("<int:report_id>/", report.report, name="report"),
    path("<int:report_id>/cite.<slug:form>", citation.cite, name="cite"),
    path("<int:report_id>/edit/", writing.edit, name="edit"),
    path("<int:report_id>/papers/", writing.find, name="find_for"),
    path("<int:report_id>/preview/", writing.preview, name="preview"),
    path("<int:report_id>/files/<int:file_id>/", files.file_page, name="file_page"),
    path("<int:report_id>/files/<int:file_id>/<str:name>", files.file, name="file"),
    path("<int:report_id>/withdraw/", report.withdraw, name="withdraw"),
    path("<int:report_id>/accept-answer/", report.accept_answer, name="accept_answer"),
    path("<int:report_id>/dispute/", report.dispute, name="dispute"),
    path("<int:report_id>/add/", addition.add, name="add"),
]
