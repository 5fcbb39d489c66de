"""The moderators' pages, under /moderation/."""

from django.urls import path

from reports.views import moderation

app_name = "moderation"
urlpatterns = [
    path("", moderation.queue, name="queue"),
    path("<int:report_id>/", moderation.decide, name="report"),
]
