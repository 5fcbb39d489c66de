"""The pages of sign-in and account. allauth finds its own by these names."""

from allauth.account.views import logout
from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.confirm_code, name="account_confirm_login_code"),
    path("logout/", logout, name="account_logout"),
    path("me/", views.me, name="account_me"),
    path("me/data/", views.data, name="account_data"),
    path("me/erase/", views.erase, name="account_erase"),
]
