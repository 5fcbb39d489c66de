"""The moderators' pages, under /moderation/."""

from django.urls import path

from reports.views import moderation, moderation_appeal, moderation_log, moderation_paper

app_name = "moderation"
urlpatterns = [
    path("", moderation.queue, name="queue"),
    path("appeals/<int:appeal_id>/", moderation_appeal.decide, name="appeal"),
    path("papers/<int:paper_id>/", moderation_paper.paper, name="paper"),
    path("log/", moderation_log.log, name="log"),
    path("<int:report_id>/", moderation.decide, name="report"),
]
