"""The public addresses of the registry (product.md, section 9)."""

from django.urls import path

from registry import views

app_name = "registry"
urlpatterns = [
    path("", views.not_reproducible, name="list"),
    path("papers/", views.papers, name="papers"),
    path("doi/<path:value>", views.by_doi, name="doi"),
    path("arxiv/<path:value>", views.by_arxiv, name="arxiv"),
    path("openreview/<path:value>", views.by_openreview, name="openreview"),
    path("acl/<path:value>", views.by_acl, name="acl"),
]
