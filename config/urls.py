"""The public addresses (product.md, section 9). They are stable: other sites link to them."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health, pages
from registry.languages import in_languages
from registry.views import language
from reports.views import appeal, author, citation, corrections, data, feeds, paper, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    in_languages(
        path("accounts/", include("accounts.urls")),
        path("reports/", include("reports.urls")),
        path("moderation/", include("notifications.moderation_urls")),
        path("moderation/", include("reports.moderation_urls")),
        path("papers/<int:paper_id>/", paper.paper, name="paper_by_id"),
        path("papers/<int:paper_id>/<slug:slug>/", paper.paper, name="paper"),
        path("answer/<int:contact_id>/", author.answer, name="answer"),
        path("answer/<str:token>/", author.enter, name="answer_link"),
        path("agreement/<str:token>/", author.agreement, name="agreement"),
        path("appeal/", appeal.form, name="appeal"),
        path("appeal/sent/", appeal.sent, name="appeal_sent"),
        path("appeal/<str:token>/", appeal.confirm, name="appeal_confirm"),
        path("author/<int:paper_id>/", appeal.author, name="paper_author"),
        path("watch/", include("notifications.watch_urls")),
        path("corrections/", corrections.page, name="corrections"),
        path("statistics/", statistics.page, name="statistics"),
        path("data/", data.page, name="data"),
        path("data/latest/", data.latest, name="data_latest"),
        path("data/<str:day>/", data.one, name="data_dump"),
        path("policy/", pages.policy, name="policy"),
        path("guide/authors/", pages.guide_authors, name="guide_authors"),
        path("guide/reporters/", pages.guide_reporters, name="guide_reporters"),
        path("about/", pages.about, name="about"),
        path("privacy/", pages.privacy, name="privacy"),
        path("accessibility/", pages.accessibility, name="accessibility"),
    ),
    path("language/", language.choose, name="language"),
    path("admin/", admin.site.urls),
    path("papers/<int:paper_id>/cite.<slug:form>", citation.cite_paper, name="paper_cite"),
    path("feeds/answers.<slug:kind>", feeds.answers, name="answers_feed"),
    path("feeds/papers/<int:paper_id>.<slug:kind>", feeds.paper, name="paper_feed"),
    path("statistics/<slug:part>.csv", statistics.table, name="statistics_table"),
    path("data/latest/<str:name>", data.latest_file, name="data_latest_file"),
    path("data/<str:day>/<str:name>", data.file, name="data_file"),
    path("api/v1/", include("reports.api.urls")),
    path("", include("registry.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.MAILBOX_DIR:
    urlpatterns.append(path("mailbox/", include("config.mailbox")))
if settings.MAIL_PROVIDER:
    urlpatterns.append(path("mail/", include("config.provider_urls")))
urlpatterns.append(path("", include("config.api.urls")))  # last: it answers all of /api/
handler400 = "config.api.unknown.bad_request"
handler500 = "config.api.unknown.server_error"
