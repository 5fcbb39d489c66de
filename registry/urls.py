"""The public addresses of the registry (product.md, section 9)."""

from django.urls import path

from registry.api import check as api_check
from registry.api import listings as api_listings
from registry.api import papers as api_papers
from registry.languages import in_languages
from registry.views import badge, check, embed, feeds, papers, sitemap

app_name = "registry"
urlpatterns = [
    in_languages(
        path("", papers.not_reproducible, name="list"),
        path("papers/", papers.papers, name="papers"),
        path("doi/<path:value>", papers.by_doi, name="doi"),
        path("arxiv/<path:value>", papers.by_arxiv, name="arxiv"),
        path("openreview/<path:value>", papers.by_openreview, name="openreview"),
        path("acl/<path:value>", papers.by_acl, name="acl"),
        path("pmid/<path:value>", papers.by_pmid, name="pmid"),
        path("isbn/<path:value>", papers.by_isbn, name="isbn"),
        path("s2/<path:value>", papers.by_s2, name="s2"),
        path("openalex/<path:value>", papers.by_openalex, name="openalex"),
        path("check/", check.form, name="check"),
        path("check/result/", check.result, name="check_result"),
    ),
    path("feeds/listed.<slug:kind>", feeds.listed, name="listed_feed"),
    path("feeds/papers.<slug:kind>", feeds.papers, name="papers_feed"),
    path("badge/<slug:scheme>/<path:value>.svg", badge.badge, name="badge"),
    path("embed/papers/<int:paper_id>/", embed.card, name="embed"),
    path("oembed", embed.oembed, name="oembed"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", sitemap.pages, name="sitemap_pages"),
    path("sitemap-papers-<int:number>.xml", sitemap.papers, name="sitemap_papers"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("check/unreproduced.py", check.console, name="check_console"),
    path("api/v1/papers", api_papers.Papers.as_view(), name="api_papers"),
    path("api/v1/papers/<int:paper_id>", api_papers.ById.as_view(), name="api_paper"),
    path(
        "api/v1/papers/<slug:scheme>/<path:value>",
        api_papers.ByIdentifier.as_view(),
        name="api_paper_named",
    ),
    path("api/v1/listings", api_listings.Listings.as_view(), name="api_listings"),
    path("api/v1/check", api_check.Check.as_view(), name="api_check"),
    path("api/v1/prefixes/<str:prefix>", api_check.Prefixes.as_view(), name="api_prefixes"),
]
