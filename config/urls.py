"""The public addresses (product.md, section 9). They are stable: other sites link to them."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("reports/", include("reports.urls")),
    path("", include("registry.urls")),
    path("policy/", pages.policy, name="policy"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
]
