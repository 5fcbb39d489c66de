"""The operator's view of accounts. Moderators and the operator sign in by code like everybody."""

from typing import NoReturn

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest

from accounts.models import User

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister([EmailAddress, Group])  # nothing here uses them


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who moderates, and who may sign in. What people say about themselves is theirs to change."""

    list_display = ("email", "name", "affiliation", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name", "affiliation", "orcid")
    ordering = ("email",)
    fields = (
        "email", "name", "affiliation", "orcid", "language",
        "is_active", "is_staff", "is_superuser", "date_joined", "last_login",
    )  # fmt: skip
    theirs = ("name", "affiliation", "orcid", "language", "date_joined", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The address is fixed once the account exists."""
        return self.theirs if obj is None else ("email", *self.theirs)

    def save_model(self, request: HttpRequest, obj: User, form: object, change: bool) -> None:
        """An account made here has no password either."""
        if not change:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts stand behind reports: they are switched off, not deleted."""
        return False


def _no_passwords(request: HttpRequest, extra_context: object = None) -> NoReturn:
    raise Http404("There are no passwords here.")


admin.site.password_change = admin.site.password_change_done = _no_passwords  # type: ignore
