"""The site with the addresses of every provider, as MAIL_PROVIDER gives it those of one."""

from django.urls import include, path

from config.urls import urlpatterns as site

urlpatterns = [*site, path("mail/", include("anymail.urls"))]
