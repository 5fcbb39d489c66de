"""The pages of those who watch something by mail, under /watch/."""

from django.urls import path

from notifications.views import watch

app_name = "watch"
urlpatterns = [
    path("list/", watch.of_list, name="list"),
    path("search/", watch.of_search, name="search"),
    path("papers/<int:paper_id>/", watch.of_paper, name="paper"),
    path("sent/", watch.sent, name="sent"),
    path("<str:token>/", watch.mine, name="mine"),
    path("<str:token>/end/", watch.end, name="end"),
]
