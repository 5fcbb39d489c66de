"""The addresses of the API as a whole."""

from django.urls import path, re_path

from config.api import docs, index, schema, unknown

urlpatterns = [
    path("api/v1/", index.Index.as_view(), name="api_index"),
    path("api/v1/schema", schema.Schema.as_view(), name="api_schema"),
    path("api/v1/docs/", docs.docs, name="api_docs"),
    re_path(r"^api/(?P<url>[\s\S]*)$", unknown.Unknown.as_view(), name="api_unknown"),
]
