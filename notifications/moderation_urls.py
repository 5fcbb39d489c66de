"""The moderators' pages about mail, under /moderation/."""

from django.urls import path

from notifications.views import held

app_name = "moderation_mail"
urlpatterns = [
    path("mail/", held.mails, name="held"),
    path("mail/<int:mail_id>/", held.mail, name="incoming"),
]
