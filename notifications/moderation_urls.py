"""The moderators' pages about mail, under /moderation/."""

from django.urls import path

from notifications.views import gallery, held

app_name = "moderation_mail"
LETTER = "letters/<slug:letter>/<slug:language>/<slug:case>/"
urlpatterns = [
    path("mail/", held.mails, name="held"),
    path("mail/<int:mail_id>/", held.mail, name="incoming"),
    path("letters/", gallery.letters, name="letters"),
    path(LETTER, gallery.letter, name="letter"),
    path(f"{LETTER}html/", gallery.html, name="letter_html"),
    path(f"{LETTER}mail/", gallery.mail, name="letter_mail"),
]
